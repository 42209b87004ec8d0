"""The read log: one entry per look, chained in batches, and tampering shows."""

from __future__ import annotations

import datetime as dt

import pytest

from sanzhi.domain.problems import Problem
from sanzhi.foundation.audit.chain import verify as verify_acts
from sanzhi.foundation.audit.guard import WriteOutsideAction, writes_allowed
from sanzhi.foundation.privacy import reading
from sanzhi.foundation.privacy.models import ReadEntry
from tests.people import SYSTEM, TODAY, Town


def look(town: Town, **changed: object) -> ReadEntry:
    values = {
        "by": town.secretary,
        "chain": "YLQH",
        "purpose": "走访前看户册",
        "kind": "people.stay",
        "fields": ["door", "surname"],
        "subjects": [3, 1, 2],
        "narrowed": {"group": "7"},
    }
    return reading.log(**values | changed)


def test_a_look_says_who_saw_what_of_whom_and_why(town: Town) -> None:
    entry = look(town)
    entry.refresh_from_db()
    assert entry.by == "secretary 林秀兰"
    assert entry.subjects == [1, 2, 3] and entry.fields == ["door", "surname"]
    assert entry.at.astimezone(dt.timezone(dt.timedelta(hours=8))).date() == TODAY
    assert entry.seq is None and entry.digest == ""


def test_looks_are_chained_in_batches_and_the_chain_of_acts_bears_their_head(town: Town) -> None:
    for _n in range(3):
        look(town)
    assert reading.waiting_chains() == ["YLQH"]
    assert reading.chain_reads(by=SYSTEM, chain="YLQH") == 3
    look(town)
    assert reading.chain_reads(by=SYSTEM, chain="YLQH") == 1
    assert reading.waiting_chains() == []
    assert reading.verify("YLQH") == (4, [])
    assert verify_acts("YLQH")[1] == []
    assert reading.head("YLQH")[0] == 4


@pytest.mark.parametrize("field", ["by", "purpose", "subjects", "fields", "narrowed", "kind"])
def test_a_changed_look_is_found(town: Town, field: str) -> None:
    for _n in range(3):
        look(town)
    reading.chain_reads(by=SYSTEM, chain="YLQH")
    second = ReadEntry.objects.get(seq=2)
    setattr(second, field, "没看过" if isinstance(getattr(second, field), str) else [])
    with writes_allowed():
        second.save()
    _count, findings = reading.verify("YLQH")
    assert (findings[0].seq, findings[0].what) == (2, "changed")


def test_a_look_taken_out_of_the_middle_or_the_end_is_found(town: Town) -> None:
    for _n in range(3):
        look(town)
    reading.chain_reads(by=SYSTEM, chain="YLQH")
    with writes_allowed():
        ReadEntry.objects.get(seq=3).delete()
    assert [f.what for f in reading.verify("YLQH")[1]] == ["head_missing"]
    with writes_allowed():
        ReadEntry.objects.get(seq=1).delete()
    assert "missing" in {f.what for f in reading.verify("YLQH")[1]}


def test_the_log_is_written_only_through_its_door(town: Town) -> None:
    entry = look(town)
    entry.purpose = "别的事由"
    with pytest.raises(WriteOutsideAction):
        entry.save()


def test_a_filter_with_a_number_in_it_is_kept_without_the_number(town: Town) -> None:
    assert look(town, narrowed={"q": "13800001234"}).narrowed == {"q": "［号码已隐去］"}


@pytest.mark.parametrize("text", ["", "  ", "看看", "查 看"])
def test_a_reason_that_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(Problem) as refused:
        reading.reason_of(text)
    assert refused.value.code == "privacy.reason_needed"


def test_a_reason_is_kept_without_numbers_of_people() -> None:
    assert reading.reason_of(" 联系 13800001234 核对 ") == "联系 ［号码已隐去］ 核对"
