"""A town lives some weeks by chance; its records are exported, and a program that knows only their columns counts every figure
again (tools/recount.py). Both must agree exactly, for every unit and period."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.db import connection

from sanzhi.config import cli
from sanzhi.domain.workdays import statutory_calendar
from sanzhi.foundation import clock
from sanzhi.foundation.audit.guard import writes_allowed
from sanzhi.foundation.audit.models import AuditEntry
from sanzhi.foundation.clock import installation
from sanzhi.foundation.clock.models import Installation
from sanzhi.foundation.people import actions as people
from sanzhi.foundation.people.models import Household, Person
from sanzhi.kit.exporting import AT_ONCE, Export, cell, write
from sanzhi.kit.exports.catalogue import exports
from sanzhi.kit.exports.handing_out import one_moment, write_records
from tests.journeys.lives import Life
from tests.people import SYSTEM, Town, build

ROOT = Path(__file__).parents[2]
BEGAN, LAST = dt.date(2022, 5, 14), dt.date(2022, 6, 12)


@pytest.fixture
def demo(db: None) -> None:
    """An installation that stands on the last day lived, as the commands read it."""
    with writes_allowed():
        Installation.objects.create(pk=1, kind=Installation.Kind.DEMO, county="云岭县", demo_day=LAST)
    installation.forget()


def lived(seed: int, began: dt.date = BEGAN, merge_on: dt.date | None = None, villages: int = 4) -> Life:
    """A small town after its days."""
    settled = dt.date(2022, 4, 20)
    with clock.standing_on(settled):
        town = build(("上河村", "下河村", "石桥村", "竹坑村")[:villages])
        life = Life(town, seed, households_each=4)
        life.settle(settled)
    life.live(began, LAST, merge_on=merge_on)
    return life


def told(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What a command printed; it ended well."""
    capsys.readouterr()
    code, said = cli.main(words), capsys.readouterr()
    assert code == 0, said.err
    return said.out


def recount(folder: Path, *periods: str) -> str:
    """What the other program prints, in a process that finds nothing of ours."""
    program = str(ROOT / "tools" / "recount.py")
    command = [sys.executable, "-E", "-s", program, str(folder), "--period", *periods]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout


PERIODS = (
    "2022-04",
    "2022-05",
    "2022-06",
    "2022-Q2",
    "2022",
    "by:2022-05-31",
    "2022-W20",
    "2022-W22",
    "2022-W23",
)


def test_every_figure_counted_again_from_the_exported_files_agrees(
    demo: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    life = lived(seed=1, merge_on=dt.date(2022, 6, 3))
    assert {"merge", "move", "correct", "void", "exempt", "event", "outing", "use", "leave"} <= set(life.did)
    told(capsys, "export", "records", "--out", str(tmp_path / "out"))
    asked = [word for period in PERIODS for word in ("--period", period)]
    house = told(capsys, "indicators", "--unit", "YLQH", "--below", "--csv", *asked)
    assert recount(tmp_path / "out", *PERIODS) == house
    figures = list(csv.DictReader(io.StringIO(house)))
    assert {f["indicator"] for f in figures} >= {
        "visits.household_coverage",
        "visits.weekly",
        "facilities.video_coverage",
    }
    for what in (
        lambda f: int(f["numerator"]) > int(f["on_time"]),
        lambda f: int(f["exempt"]),
        lambda f: f["denominator"] == "",
        lambda f: f["denominator"] not in ("", "0") and 0 < int(f["numerator"]) < int(f["denominator"]),
    ):
        assert any(what(f) for f in figures)


def test_the_program_that_counts_again_imports_the_standard_library_alone() -> None:
    for name in ("recount.py", "recount_records.py"):
        text = (ROOT / "tools" / name).read_text(encoding="utf-8")
        roots = {m.split(".")[0] for m in re.findall(r"^(?:from|import) ([\w.]+)", text, re.MULTILINE)}
        assert roots - {"__future__", "recount_records"} <= sys.stdlib_module_names


def files_of(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir()}


def test_the_files_of_the_same_records_are_the_same_bytes_and_name_nobody(
    demo: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    life = lived(seed=5, began=dt.date(2022, 6, 6), villages=2)
    out = tmp_path / "out"
    told(capsys, "export", "records", "--out", str(out))
    before = files_of(out)
    manifest = json.loads(before["manifest.json"])
    assert (manifest["town"], manifest["as_of"], manifest["clock"]) == ("YLQH", LAST.isoformat(), "demo")
    assert set(manifest["files"]) == set(before) - {"manifest.json"} == {e.file_name for e in exports()}
    known = {p.name for p in Person.objects.all()} | {h.number for h in Household.objects.all()}
    for name, about in manifest["files"].items():
        header, *rows = list(csv.reader(io.StringIO(before[name].decode("utf-8"))))
        assert header == about["columns"] and len(rows) == about["rows"] and rows == sorted(rows)
        assert hashlib.sha256(before[name]).hexdigest() == about["sha256"]
        assert not known & {value for row in rows for value in row}, name
    told(capsys, "export", "records", "--out", str(out), "--force", "--town", "YLQH")
    assert files_of(out) == before
    entries = AuditEntry.objects.filter(verb="exports.hand_out_records", chain=life.town.unit.code)
    assert entries.count() == 2


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("export", "records", "--out", "{there}"), "export.not_empty"),
        (("export", "records", "--out", "{there}", "--force"), "export.others"),
        (("export", "records", "--out", "{there}/note.txt"), "export.not_a_folder"),
        (("export", "records", "--out", "{there}/a/b"), "export.no_parent"),
        (("export", "records", "--out", "{there}/new", "--town", "XX"), "indicators.no_town"),
        (("indicators", "--unit", "XX", "--period", "2022-06"), "figures.no_unit"),
        (("indicators", "--unit", "YLQH", "--period", "2022-13"), "periods.code"),
        (("indicators", "--unit", "YLQH", "--period", "by:2022-6-1"), "periods.code"),
    ],
)
def test_a_command_that_cannot_be_done_is_refused_and_leaves_nothing(
    town: Town, demo: None, tmp_path: Path, words: tuple[str, ...], code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "note.txt").write_text("mine", encoding="utf-8")
    said: list[Exception] = []
    tell = cli._told

    def heard(error: Exception) -> Exception | None:
        said.append(error)
        return tell(error)

    monkeypatch.setattr(cli, "_told", heard)
    assert cli.main([w.format(there=tmp_path) for w in words]) == 2
    assert [getattr(e, "code", "") for e in said] == [code]
    assert files_of(tmp_path) == {"note.txt": b"mine"}


def test_what_is_longer_than_memory_should_hold_is_sorted_all_the_same(town: Town, tmp_path: Path) -> None:
    number = AT_ONCE * 2 + 7
    export = Export(
        "long", "…", (("n", "…"), ("text", "…")), lambda _: ((n, f"a\n{n}") for n in range(number))
    )
    done = write(export, town.unit, tmp_path)
    rows = list(csv.reader(io.StringIO((tmp_path / "long.csv").read_text(encoding="utf-8"))))[1:]
    assert done.rows == number == len(rows) and rows == sorted(rows)
    assert [p.name for p in tmp_path.iterdir()] == ["long.csv"]


@pytest.mark.parametrize("text", ["=1+1", "+86", "-2", "@SUM(A1)", "\tx"])
def test_a_text_that_a_spreadsheet_would_take_for_a_formula_is_quoted(text: str) -> None:
    assert cell(text) == f"'{text}"
    assert (cell(-2), cell(None), cell(True), cell(LAST)) == ("-2", "", "1", "2022-06-12")


@pytest.mark.django_db(transaction=True)
def test_an_export_reads_everything_as_it_was_at_one_moment(tmp_path: Path) -> None:
    with clock.standing_on(LAST):
        town = build(("上河村", "下河村"))

    def write_meanwhile() -> None:
        with clock.standing_on(LAST):
            people.register_person(by=SYSTEM, town=town.unit, name="后来人")
        connection.close()

    with one_moment():
        before = Person.objects.count()
        other = threading.Thread(target=write_meanwhile)
        other.start()
        other.join(timeout=20)
        assert not other.is_alive() and Person.objects.count() == before
    assert Person.objects.count() == before + 1


def test_the_work_days_are_those_the_periods_go_by(town: Town, tmp_path: Path) -> None:
    written, _ = write_records(town.unit, tmp_path, today=LAST, clock="demo")
    days = next(w for w in written if w.name == "work_days")
    assert days.rows == len(statutory_calendar().holidays) + len(statutory_calendar().makeup)


def test_every_file_and_column_is_told_in_the_document_of_records() -> None:
    text = (ROOT / "docs" / "records.md").read_text(encoding="utf-8")
    told_columns: dict[str, list[tuple[str, str]]] = {}
    for line in text.splitlines():
        if heading := re.fullmatch(r"### `([\w.]+)\.csv` · .+", line):
            mine = told_columns[heading[1]] = []
        elif told_columns and (column := re.fullmatch(r"\| `(\w+)` \| (.+) \|", line)):
            mine.append((column[1], column[2]))
    assert told_columns == {e.name: [(n, w) for n, w in e.columns] for e in exports()}
