"""Every list, detail and form page that shows records: against a bare page, and with a hundred times the records."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings

from sanzhi.config.bench import crowd, tables
from sanzhi.config.bench.bare import carry
from sanzhi.config.bench.catalogue import Page, catalogue
from sanzhi.config.bench.catalogue_more import more
from sanzhi.config.bench.county import DAY, found_county
from sanzhi.config.bench.figures import Figure, at_most, told
from sanzhi.config.bench.meter import Answer, Visitor, cpu_of_pages, memory_now, memory_peak
from sanzhi.config.bench.year import a_year
from sanzhi.domain.problems import Problem
from sanzhi.steering.indicators.nightly import close_months

NAME = "pages"
RATIO = {"list": 1.5, "detail": 1.5, "form": 2.5}
WORDS = {"list": "列表", "detail": "详情", "form": "表单"}
SIZES = (10_000, 100_000, 1_000_000)
"""Records of each kind."""
MOST_GROWTH = 1.2
"""A page of the largest database may take this much more of anything than of the smallest."""
PAGES_FOR_MEMORY = 200


@dataclass
class Seen:
    """A page at one size of the database."""

    answer: Answer
    bare: Answer
    cpu: float
    bare_cpu: float


def run(quick: bool) -> list[Figure]:
    """Measure every page at every size."""
    tables.make_tables()
    settings.ROOT_URLCONF = "sanzhi.config.bench.bare"
    county = found_county()
    small, large = a_year(county, "A", 9), a_year(county, "B", 9)
    close_months(small.unit, DAY)
    sizes = SIZES[:2] if quick else SIZES
    have = 0
    seen: dict[int, dict[str, Seen]] = {}
    pages: list[Page] = []
    for size in sizes:
        crowd.grow(large, have, size)
        have = size
        pages = [*catalogue(small, large), *more(small, large)]
        seen[size] = _look(pages, 5 if quick else 11)
    found = []
    for page in pages:
        at = [(n, seen[n][page.name]) for n in sizes if page.name in seen[n]]
        found += _figures(page, at) if at else [Figure(NAME, page.name, 0, "", "打开", False, page.url)]
    return [
        *found,
        *_memory(pages),
        told(NAME, "记录（每种）", sizes[-1], "条", "点、进展说明、住户、操作记录"),
    ]


def _look(pages: list[Page], rounds: int) -> dict[str, Seen]:
    found = {}
    for page in pages:
        visitor, bare = Visitor(page.who), carry(page.key, page.bare)
        try:
            answer = visitor.page(page.url)
        except Problem:
            # Told as not reached; the others are still worth measuring.
            continue
        cpu, bare_cpu = cpu_of_pages([(visitor, page.url), (visitor, bare)], rounds)
        found[page.name] = Seen(answer, visitor.page(bare), cpu, bare_cpu)
    return found


def _figures(page: Page, at: list[tuple[int, Seen]]) -> list[Figure]:
    (_, first), (_, last) = at[0], at[-1]
    what = f"{page.name}（{WORDS[page.kind]}）"
    ratio = first.cpu / first.bare_cpu
    told_ratio = (
        f"{first.cpu:.1f} / {first.bare_cpu:.1f} 毫秒；查询 {first.answer.queries} / {first.bare.queries}；"
        f"{len(first.answer.body) / 1024:.0f} / {len(first.bare.body) / 1024:.0f} KB"
    )
    growth = max(
        last.answer.queries / first.answer.queries,
        last.answer.steps / first.answer.steps if first.answer.steps else 1.0,
        len(last.answer.body) / len(first.answer.body),
    )
    told_growth = (
        f"查询 {_over(at, lambda s: s.answer.queries)}；步数 {_over(at, lambda s: s.answer.steps)}；"
        f"CPU {_over(at, lambda s: round(s.cpu, 1))} 毫秒"
    )
    return [
        at_most(NAME, f"{what}：比裸页", ratio, "倍 CPU", RATIO[page.kind], told_ratio),
        at_most(NAME, f"{what}：随数据增长", growth, "倍", MOST_GROWTH, told_growth),
    ]


def _over(at: list[tuple[int, Seen]], value: Callable[[Seen], float]) -> str:
    return " → ".join(f"{value(seen):,}" for _size, seen in at)


def _memory(pages: list[Page]) -> list[Figure]:
    """How much larger the process becomes over two hundred pages, after each was asked for once."""
    visitors = [(Visitor(p.who), p.url) for p in pages]
    for visitor, url in visitors:
        visitor.get(url)
    gc.collect()
    before = memory_now()
    for number in range(PAGES_FOR_MEMORY):
        visitor, url = visitors[number % len(visitors)]
        visitor.get(url)
    grown = max(0.0, memory_now() - before)
    return [
        at_most(NAME, f"{PAGES_FOR_MEMORY} 页后内存多了", grown, "MB", 10, f"峰值 {memory_peak():.0f} MB")
    ]
