"""The reader measured: on the project's own plans, and on real ones where a folder of them stands beside the project."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sanzhi.domain.plan_text import read
from tests.domain.plan_gold import Score, compare, essence, load, rows

HERE = Path(__file__).resolve()
SAMPLES = HERE.parents[2] / "samples"
OWN = HERE.parent / "plan_samples"
SHARED = HERE.parents[2].parent / "shared"
GOLD = sorted((SHARED / "plans" / "gold").glob("[0-9]*.json"))
needs_shared = pytest.mark.skipif(not GOLD, reason="../shared is not there")


def source_of(gold: Path) -> Path:
    """The document of a gold file: 000 is the seed."""
    if gold.stem == "000":
        return next((SHARED / "seed").glob("*.txt"))
    return next((SHARED / "plans").glob(f"{gold.stem}_*.txt"))


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("gold", sorted(OWN.glob("*.json")), ids=lambda p: p.stem)
def test_reader_reads_own_sample_exactly_when_compared_with_its_checked_reading(gold: Path) -> None:
    sample = next(SAMPLES.glob(f"{gold.stem}.*"))
    assert essence(read(text_of(sample)).as_json()) == json.loads(text_of(gold))


@needs_shared
def test_reader_reaches_its_aims_when_measured_on_real_plans() -> None:
    score = Score()
    for gold in GOLD:
        compare(load(gold), rows(read(text_of(source_of(gold))).as_json()), score)
    assert Score.f1(score.tasks) >= 0.97, score.misses
    assert Score.f1(score.units) >= 0.97, score.misses
    assert score.deadlines[0] >= 0.97 * score.deadlines[1], score.misses
    assert score.wrong_in_silence <= 0.01 * score.fields, score.misses
    assert score.body[0] >= 0.97 * score.body[1], score.misses


@needs_shared
def test_reader_doubts_few_tasks_for_nothing_when_measured_on_real_plans() -> None:
    score = Score()
    for gold in GOLD:
        compare(load(gold), rows(read(text_of(source_of(gold))).as_json()), score)
    assert score.doubted_for_nothing <= 0.1 * score.tasks[1], score.doubted_for_nothing


@needs_shared
@pytest.mark.parametrize("gold", GOLD, ids=lambda p: p.stem)
def test_reader_finds_every_task_and_unit_when_reading_one_real_plan(gold: Path) -> None:
    score = compare(load(gold), rows(read(text_of(source_of(gold))).as_json()))
    assert Score.f1(score.tasks) >= 0.95, score.misses
    assert Score.f1(score.units) >= 0.95, score.misses


@needs_shared
@pytest.mark.parametrize("path", sorted((SHARED / "plans").glob("*.txt")), ids=lambda p: p.stem)
def test_reader_quotes_its_source_when_reading_a_real_plan(path: Path) -> None:
    reading = read(text_of(path))
    for task in reading.tasks:
        assert reading.text[slice(*task.span)] == task.text
        assert all(reading.text[slice(*u.span)] == u.name for u in task.units)
        assert all(
            reading.text[slice(*x.span)] == x.quote for x in (*task.deadlines, *task.cadences, *task.targets)
        )
    assert read(reading.text).as_json() == reading.as_json()


@needs_shared
def test_reader_reads_the_seed_exactly_when_it_is_there() -> None:
    reading = read(text_of(next((SHARED / "seed").glob("*.txt"))))
    assert (reading.number, reading.year, reading.issued_on, reading.first_day) == (
        "建办〔2022〕7号",
        2022,
        None,
        None,
    )
    assert len(reading.tasks) == 27
    assert sum(1 for t in reading.tasks for u in t.units if u.role == "lead") == 27
    amounts = [
        (t.path[-2:], g.kind, g.at_least, g.per, g.every, g.by) for t in reading.tasks for g in t.targets
    ]
    assert amounts == [
        (("1", "（1）"), "share", "1/10", None, None, None),
        (("（二）", "2"), "share", "1/1", None, "month", None),
        (("（二）", "4"), "share", "1/2", None, None, "2022-05-31"),
        (("（二）", "4"), "share", "1/1", None, None, "2022-09-30"),
        (("（三）", "3"), "share", "4/5", None, None, "2022-06-30"),
        (("（三）", "3"), "share", "9/10", None, None, "2022-12-31"),
        (("（三）", "3"), "share", "1/1", None, None, "2022-12-31"),
        (("（三）", "4"), "count", "1", "自然村（村民小组）", None, None),
        (("1", "（3）"), "count", "1", None, None, None),
        (("2", "（1）"), "count", "1", None, "year", None),
        (("2", "（1）"), "count", "2", None, "year", None),
    ]
    rhythms = [(t.path[-2:], c.every, c.at_least, c.unit) for t in reading.tasks for c in t.cadences]
    assert rhythms == [
        (("1", "（1）"), "month", 1, "次"),
        (("1", "（4）"), "month", 1, "次"),
        (("（二）", "2"), "week", 1, "天"),
        (("（二）", "2"), "month", 1, "次"),
        (("（三）", "2"), "half_year", 1, "次"),
        (("2", "（1）"), "year", 1, "个"),
        (("3", "（2）"), "week", 1, "次"),
        (("3", "（2）"), "month", 1, "次"),
    ]
    assert {d.about for d in reading.doubts} == {"issued_on", "first_day"}
    assert [len(d.cadences) for d in reading.demands] == [0, 0, 1, 0]
