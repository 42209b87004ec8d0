"""The board of 27 tasks by 9 villages by 12 months, and the same with 90 villages."""

from __future__ import annotations

from django.urls import reverse

from sanzhi.config.bench import tables
from sanzhi.config.bench.county import Town, found_county
from sanzhi.config.bench.figures import Figure, at_most, told
from sanzhi.config.bench.meter import Visitor, cpu_of_pages
from sanzhi.config.bench.year import a_year
from sanzhi.kit.ledger.models import Obligation

NAME = "board"
MOST_QUERIES = 12


def run(quick: bool) -> list[Figure]:
    """Measure both boards."""
    tables.make_tables()
    county = found_county()
    towns = {9: a_year(county, "S", 9), 90: a_year(county, "L", 90)}
    url = reverse("plans:board")
    visitors = {n: Visitor(t.people["leader"]) for n, t in towns.items()}
    answers = {n: v.page(url) for n, v in visitors.items()}
    rounds = 5 if quick else 15
    cpu = dict(zip(visitors, cpu_of_pages([(v, url) for v in visitors.values()], rounds), strict=True))
    found = []
    for n, answer in answers.items():
        what = f"27 项任务 × {n} 个村"
        owed = _owed(towns[n])
        found += [
            at_most(NAME, f"{what}：查询", answer.queries, "次", MOST_QUERIES, "含会话、用户和演示日"),
            told(NAME, f"{what}：CPU", cpu[n], "毫秒", f"{owed:,} 项义务"),
            told(NAME, f"{what}：每项义务", cpu[n] * 1000 / owed, "微秒"),
            told(NAME, f"{what}：页面", len(answer.body) / 1024, "KB"),
        ]
    found.append(at_most(NAME, "90 个村比 9 个村多查询", answers[90].queries - answers[9].queries, "次", 0))
    return found


def _owed(town: Town) -> int:
    return Obligation.objects.filter(town=town.unit).count()
