"""The chain tells on whoever changed it: entries changed, taken out, cut off, emptied."""

from __future__ import annotations

import os
import threading

import pytest
from django.db import connection

from sanzhi.domain.problems import Problem
from sanzhi.foundation.accounts import actions as accounts
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.audit.action import System, about, action, verbs
from sanzhi.foundation.audit.chain import _digest, chains, erase, head, verify
from sanzhi.foundation.audit.guard import writes_allowed
from sanzhi.foundation.audit.models import AuditEntry, AuditPayload
from sanzhi.foundation.orgs import actions as orgs
from sanzhi.foundation.orgs.models import Unit
from tests.people import SYSTEM, TODAY, Town

CHAIN = "YLQH"


def what(chain: str = CHAIN, **more: object) -> list[tuple[int, str]]:
    """Number and kind of everything that is found."""
    return [(f.seq, f.what) for f in verify(chain, **more)[1]]


@action("audit.test_note")
def note(*, by: object, unit: Unit, crash: bool = False, **said: object) -> None:
    """An action of this test: renames a unit, says so, and may crash after it wrote."""
    unit.short_name = str(said.get("name", unit.short_name))
    unit.save(update_fields=["short_name"])
    about(unit, **said)
    if crash:
        raise RuntimeError("power cut")


def test_a_chain_that_nobody_touched_holds_from_its_first_entry(town: Town) -> None:
    count, findings = verify(CHAIN)
    assert (count, findings) == (head(CHAIN)[0], [])
    assert count > 10 and CHAIN in chains()


def test_a_changed_entry_is_found_at_its_number(town: Town) -> None:
    with writes_allowed():
        AuditEntry.objects.filter(chain=CHAIN, seq=5).update(by="somebody else")
    assert what() == [(5, "changed")]


def test_a_changed_entry_with_a_new_digest_is_found_at_the_next_one(town: Town) -> None:
    entry = AuditEntry.objects.get(chain=CHAIN, seq=5)
    entry.verb = "orgs.close_unit"
    with writes_allowed():
        AuditEntry.objects.filter(pk=entry.pk).update(verb=entry.verb, digest=_digest(entry))
    assert what() == [(6, "changed")]


def test_an_entry_taken_out_of_the_middle_leaves_a_gap(town: Town) -> None:
    with writes_allowed():
        AuditPayload.objects.filter(entry__chain=CHAIN, entry__seq=7).delete()
        AuditEntry.objects.filter(chain=CHAIN, seq=7).delete()
    assert what() == [(7, "missing"), (8, "changed")]


def test_a_chain_cut_at_its_end_holds_until_a_head_from_elsewhere_is_laid_beside_it(town: Town) -> None:
    known = head(CHAIN)
    with writes_allowed():
        AuditPayload.objects.filter(entry__chain=CHAIN, entry__seq__gt=known[0] - 3).delete()
        AuditEntry.objects.filter(chain=CHAIN, seq__gt=known[0] - 3).delete()
    assert what() == []
    assert what(heads=[known]) == [(known[0], "head_missing")]


def test_a_head_of_another_history_is_found(town: Town) -> None:
    assert what(heads=[(3, "f" * 64), head(CHAIN), (0, "0" * 64)]) == [(3, "head_missing")]


def test_a_changed_payload_is_found_at_its_entry(town: Town) -> None:
    payload = AuditPayload.objects.get(entry__chain=CHAIN, entry__seq=4)
    with writes_allowed():
        AuditPayload.objects.filter(pk=payload.pk).update(body={**payload.body, "name": "another"})
    assert what() == [(4, "payload_changed")]


def test_a_payload_taken_away_is_found_at_its_entry(town: Town) -> None:
    with writes_allowed():
        AuditPayload.objects.filter(entry__chain=CHAIN, entry__seq=4).delete()
    assert what() == [(4, "payload_missing")]


def test_an_erased_payload_passes_when_a_later_act_says_that_it_was_erased(town: Town) -> None:
    @action("audit.test_erase")
    def forget(*, by: object, unit: Unit) -> None:
        about(unit, erased_entries=erase([f"orgs.unit:{unit.pk}"], on=TODAY))

    forget(by=SYSTEM, unit=town.villages["上河村"])
    assert AuditPayload.objects.filter(erased_on=TODAY, body={}, salt="").exists()
    assert what() == []


def test_a_payload_emptied_without_an_act_is_found(town: Town) -> None:
    with writes_allowed():
        AuditPayload.objects.filter(entry__chain=CHAIN, entry__seq=4).update(
            body={}, salt="", erased_on=TODAY
        )
    assert what() == [(4, "erased_unsaid")]


def test_words_hidden_behind_the_mark_of_erasure_are_found(town: Town) -> None:
    with writes_allowed():
        AuditPayload.objects.filter(entry__chain=CHAIN, entry__seq=4).update(
            body={"name": "x"}, erased_on=TODAY
        )
    assert what() == [(4, "payload_changed")]


def test_a_crash_after_writing_leaves_nothing_neither_row_nor_entry(town: Town) -> None:
    village, before = town.villages["上河村"], head(CHAIN)
    with pytest.raises(RuntimeError, match="power cut"):
        note(by=SYSTEM, unit=village, name="改名", crash=True)
    assert Unit.objects.get(pk=village.pk).short_name == "上河村"
    assert head(CHAIN) == before


def test_an_action_that_says_nothing_keeps_nothing_it_wrote(town: Town) -> None:
    @action("audit.test_silent")
    def silent(*, by: object, unit: Unit) -> None:
        Unit.objects.filter(pk=unit.pk).update(short_name="silent")

    with pytest.raises(RuntimeError, match="must say"):
        silent(by=SYSTEM, unit=town.villages["上河村"])
    assert not Unit.objects.filter(short_name="silent").exists()


def test_an_action_without_an_actor_is_a_programming_error(town: Town) -> None:
    with pytest.raises(TypeError):
        note(unit=town.villages["上河村"])
    with pytest.raises(TypeError):
        note(SYSTEM, town.villages["上河村"])


def test_an_action_inside_another_is_chained_after_it_and_falls_with_it(town: Town) -> None:
    @action("audit.test_outer")
    def outer(*, by: object, fails: bool) -> None:
        about(town.unit, step="outer")
        note(by=by, unit=town.villages["上河村"], name="里")
        if fails:
            raise Problem("accounts.already", name="x")

    before = head(CHAIN)
    with pytest.raises(Problem):
        outer(by=SYSTEM, fails=True)
    assert head(CHAIN) == before
    outer(by=SYSTEM, fails=False)
    rows = AuditEntry.objects.filter(chain=CHAIN, seq__gt=before[0]).order_by("seq")
    assert sorted(rows.values_list("verb", flat=True)) == ["audit.test_note", "audit.test_outer"]
    assert what() == []


def test_an_inner_refusal_that_is_caught_leaves_no_entry_of_it(town: Town) -> None:
    @action("audit.test_patient")
    def patient(*, by: object) -> None:
        about(town.unit, step="patient")
        try:
            note(by=by, unit=town.villages["上河村"], name="没成", crash=True)
        except RuntimeError:
            pass

    before = head(CHAIN)[0]
    patient(by=SYSTEM)
    rows = AuditEntry.objects.filter(chain=CHAIN, seq__gt=before)
    assert list(rows.values_list("verb", flat=True)) == ["audit.test_patient"]
    assert not Unit.objects.filter(short_name="没成").exists()


def test_an_action_two_deep_falls_with_the_one_around_it_when_that_refusal_is_caught(town: Town) -> None:
    @action("audit.test_middle")
    def middle(*, by: object) -> None:
        note(by=by, unit=town.villages["上河村"], name="没成")
        raise Problem("accounts.already", name="x")

    @action("audit.test_forgiving")
    def forgiving(*, by: object) -> None:
        about(town.unit, step="forgiving")
        with pytest.raises(Problem):
            middle(by=by)

    before = head(CHAIN)[0]
    forgiving(by=SYSTEM)
    rows = AuditEntry.objects.filter(chain=CHAIN, seq__gt=before)
    assert list(rows.values_list("verb", flat=True)) == ["audit.test_forgiving"]
    assert not Unit.objects.filter(short_name="没成").exists()


def test_acts_of_two_towns_stand_in_two_chains(town: Town) -> None:
    before = head(CHAIN)
    other = orgs.open_unit(by=SYSTEM, code="YLBS", kind="town", name="白石镇", parent=town.county, on=TODAY)
    assert head(CHAIN) == before
    assert head("YLBS")[0] == 1 and other.audit_chain == "YLBS"


def test_the_actor_is_named_in_the_entry(town: Town) -> None:
    note(by=town.officer, unit=town.villages["上河村"], name="上河")
    entry = AuditEntry.objects.filter(chain=CHAIN).latest("seq")
    assert (entry.by, entry.verb) == ("officer 高志远", "audit.test_note")
    assert "audit.test_note" in verbs()


@pytest.mark.django_db(transaction=True)
def test_two_writers_at_once_make_one_chain_without_a_gap(on_the_day: object) -> None:
    if os.environ.get("SANZHI_TEST_DATABASE") != "postgresql":
        # SQLite lets one writer in at a time; the same threads must come out the same way there.
        assert connection.vendor == "sqlite"
    county = orgs.open_unit(by=SYSTEM, code="YL", kind="county", name="云岭县", parent=None, on=TODAY)
    orgs.open_unit(by=SYSTEM, code=CHAIN, kind="town", name="青禾镇", parent=county, on=TODAY)
    account = accounts.open_account(by=SYSTEM, username="two.writers", display_name="两人", town=None)
    start, failed = threading.Barrier(4), []

    def writer(number: int) -> None:
        try:
            start.wait(timeout=20)
            for turn in range(10):
                accounts.rename_account(
                    by=System(f"writer {number}"),
                    account=User.objects.get(pk=account.pk),
                    display_name=f"{number}-{turn}",
                    person=None,
                )
        except Exception as error:  # told by the assertion below
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=writer, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not failed
    entries = AuditEntry.objects.filter(verb="accounts.rename_account")
    assert entries.count() == 40
    count, findings = verify("county")
    assert findings == [] and count == head("county")[0]
