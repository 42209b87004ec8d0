"""Sent twice, kept once: a second click, a lost answer, two at the same moment, other words under one uid."""

from __future__ import annotations

import threading
import uuid
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection

from sanzhi.domain.problems import Problem
from sanzhi.foundation import clock
from sanzhi.foundation.audit.models import AuditEntry
from sanzhi.foundation.orgs import actions as orgs
from sanzhi.foundation.orgs.models import UnitAlias
from sanzhi.kit.receipts import actions as receipts
from sanzhi.kit.receipts.models import Draft, Receipt
from tests.people import TODAY, Town, build

UID = uuid.UUID("6f1c2a54-0000-4000-8000-000000000001")


def send(town: Town, name: str = "上河", uid: uuid.UUID = UID, **more: object) -> UnitAlias:
    """A form that gives a village another name."""
    unit = town.villages["上河村"]
    return receipts.once(
        by=town.admin,
        uid=uid,
        content={"form": "alias", "name": name, **more},
        make=lambda: orgs.add_alias(by=town.admin, unit=unit, name=name),
        find=lambda key: UnitAlias.objects.get(pk=key),
    )


def test_a_second_click_gets_the_answer_of_the_first_and_writes_nothing(town: Town) -> None:
    first = send(town)
    entries = AuditEntry.objects.count()
    assert send(town) == first
    assert (UnitAlias.objects.count(), Receipt.objects.count(), AuditEntry.objects.count()) == (1, 1, entries)


def test_a_record_and_its_receipt_make_one_audit_entry_of_the_record(town: Town) -> None:
    before = AuditEntry.objects.count()
    send(town)
    assert [e.verb for e in AuditEntry.objects.order_by("pk")[before:]] == ["orgs.add_alias"]


def test_other_words_under_a_used_uid_are_refused_and_change_nothing(town: Town) -> None:
    send(town)
    with pytest.raises(Problem) as refused:
        send(town, "上河老村")
    assert refused.value.code == "receipts.other_content"
    assert [a.name for a in UnitAlias.objects.all()] == ["上河"]


def test_another_person_may_use_the_same_uid(town: Town) -> None:
    send(town)
    assert receipts.seen(author=town.secretary, uid=UID, content={"name": "下河"}) is None


def test_a_refused_sending_gives_no_receipt_and_may_be_sent_again(town: Town) -> None:
    orgs.add_alias(by=town.admin, unit=town.villages["下河村"], name="河村")
    with pytest.raises(Problem) as refused:
        send(town, "河村")
    assert refused.value.code == "orgs.alias_taken"
    assert not Receipt.objects.exists()
    assert send(town, "上河").name == "上河"


def test_a_failure_that_nobody_else_explains_is_not_hidden(town: Town) -> None:
    def broken() -> UnitAlias:
        raise IntegrityError("something else")

    with pytest.raises(IntegrityError):
        receipts.once(by=town.admin, uid=UID, content={}, make=broken, find=lambda key: UnitAlias())


@pytest.mark.django_db(transaction=True)
def test_two_real_clicks_at_one_moment_keep_one_record() -> None:
    with clock.standing_on(TODAY):
        town = build(("上河村", "下河村"))
        answers: list[int] = []
        start = threading.Barrier(2)

        def click() -> None:
            start.wait()
            answers.append(send(town).pk)
            connection.close()

        clicks = [threading.Thread(target=click) for _ in range(2)]
        for one in clicks:
            one.start()
        for one in clicks:
            one.join()
        assert len(answers) == 2 and len(set(answers)) == 1
        assert UnitAlias.objects.count() == Receipt.objects.count() == 1


def file(content: bytes = b"one") -> SimpleUploadedFile:
    return SimpleUploadedFile("a.txt", content)


def test_a_file_is_part_of_what_was_sent_and_stays_readable(town: Town) -> None:
    sent = file()
    send(town, files=[sent])
    assert sent.read() == b"one"
    assert send(town, files=[file()]) is not None
    with pytest.raises(Problem):
        send(town, files=[file(b"two")])


def test_words_that_were_not_taken_wait_for_their_author_alone(town: Town) -> None:
    words = {"text": "第二次写的", "amount": 3, "files": [BytesIO()], "late_reason": ""}
    draft = receipts.keep_draft(by=town.secretary, form="notes.write", subject="7", content=words)
    again = receipts.keep_draft(by=town.secretary, form="notes.write", subject="7", content=words)
    assert draft == again and draft.content == {"text": "第二次写的", "amount": "3"}
    assert receipts.drafts_of(town.secretary, "notes.write", "7") == [draft]
    assert receipts.drafts_of(town.clerk, "notes.write", "7") == []
    assert receipts.open_draft(town.secretary, "notes.write", "7", str(draft.pk)) == draft
    for key in ("", "x", "9" * 30, "٣", "-1"):
        assert receipts.open_draft(town.secretary, "notes.write", "7", key) is None
    assert receipts.open_draft(town.clerk, "notes.write", "7", str(draft.pk)) is None


def test_a_draft_is_thrown_away_by_its_author_only_and_the_act_is_kept(town: Town) -> None:
    draft = receipts.keep_draft(by=town.secretary, form="notes.write", subject="7", content={"text": "甲"})
    with pytest.raises(Problem) as refused:
        receipts.drop_draft(by=town.clerk, draft=draft)
    assert refused.value.code == "receipts.draft_gone"
    receipts.drop_draft(by=town.secretary, draft=draft)
    assert not Draft.objects.exists()
    assert [e.verb for e in AuditEntry.objects.order_by("-pk")[:2]] == [
        "receipts.drop_draft",
        "receipts.keep_draft",
    ]
