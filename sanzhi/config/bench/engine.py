"""The engine: keeping a town's figures ready, counting them live, and what a board costs either way."""

from __future__ import annotations

from statistics import median

from django.urls import reverse

from sanzhi.config.bench import growth, tables
from sanzhi.config.bench.county import DAY, Town, found_county
from sanzhi.config.bench.figures import Figure, told
from sanzhi.config.bench.meter import Visitor, Watch, cpu_of, cpu_of_pages
from sanzhi.config.bench.year import a_year, forget_tallies
from sanzhi.kit.ledger.models import Obligation
from sanzhi.kit.ledger.queries import by_key, light, requirements_of
from sanzhi.kit.ledger.standing import asked_by
from sanzhi.kit.measures.engine import amounts_of
from sanzhi.kit.measures.freshness import figures
from sanzhi.steering.indicators.nightly import refold

NAME = "engine"


def run(quick: bool) -> list[Figure]:
    """Measure the figures of both boards, then a county that walks: in a wide town, and in many towns."""
    tables.make_tables()
    county = found_county()
    found = []
    for villages, code in ((9, "S"), (90, "L")):
        found += _of(a_year(county, code, villages), f"{villages} 个村", 3 if quick else 9)
    found += growth.run_wide(county, 90 if quick else 900)
    return found + growth.run(
        county, [10_000, 100_000] if quick else [10_000, 100_000, 1_000_000, 10_000_000]
    )


def _of(town: Town, what: str, rounds: int) -> list[Figure]:
    owed = light(Obligation.objects.filter(town=town.unit), by_key(requirements_of(town.unit)))
    asked = asked_by(owed)
    slots = sum(map(len, asked.values()))
    fold = cpu_of(lambda: refold(town.unit, DAY))
    kept = median(cpu_of(lambda: figures(town.unit, asked, DAY)) for _ in range(rounds))
    with Watch() as watch:
        live = median(cpu_of(lambda: amounts_of(town.unit, asked, DAY)) for _ in range(rounds))
    visitor, url = Visitor(town.people["leader"]), reverse("plans:board")
    (page_kept,) = cpu_of_pages([(visitor, url)], rounds)
    forget_tallies(town)
    (page_live,) = cpu_of_pages([(visitor, url)], rounds)
    return [
        told(NAME, f"{what}：汇总一次", fold * 1000, "毫秒 CPU", f"{slots:,} 个数字"),
        told(NAME, f"{what}：取现成的数字", kept * 1000, "毫秒 CPU"),
        told(NAME, f"{what}：现场计数", live * 1000, "毫秒 CPU", f"{len(watch.statements) // rounds} 次查询"),
        told(NAME, f"{what}：看板，数字现成", page_kept, "毫秒 CPU"),
        told(
            NAME, f"{what}：看板，现场计数", page_live, "毫秒 CPU", f"是现成的 {page_live / page_kept:.2f} 倍"
        ),
    ]
