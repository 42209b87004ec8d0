"""Giving receipts, in the transaction that keeps the record; and keeping what could not be taken."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Callable, Mapping
from typing import TypeVar

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, models

from sanzhi.domain.problems import Problem, declare
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.audit.action import about, action
from sanzhi.foundation.audit.chain import canonical
from sanzhi.foundation.clock import now
from sanzhi.kit.receipts.models import Draft, Receipt

M = TypeVar("M", bound=models.Model)

declare(
    "receipts",
    {
        "other_content": "这一条已经收到过，但内容和这次不一样。原来的没有改动；这次写的已存为草稿，"
        "在本页上方可以打开，改好后作为新的一条提交。",
        "uid_used": "这一条的编号已经有人用过，没有收下。请核对后再提交一次，系统会换一个新编号。",
        "draft_gone": "这份草稿已经用过或删除了。",
    },
)


def digest_of(content: Mapping[str, object]) -> str:
    """What identifies the content of a sending; a file is known by its bytes."""
    return hashlib.sha256(canonical({k: _plain(v) for k, v in content.items()})).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, UploadedFile):
        summed = hashlib.sha256()
        for chunk in value.chunks():
            summed.update(chunk)
        value.seek(0)
        return f"{value.name}:{summed.hexdigest()}"
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value


def seen(*, author: User, uid: uuid.UUID, content: Mapping[str, object]) -> str | None:
    """The result of an earlier sending of the same; None for a new one. Refuses the same uid with other content."""
    receipt = Receipt.objects.filter(author=author, uid=uid).first()
    if receipt is None:
        return None
    if receipt.digest != digest_of(content):
        raise Problem("receipts.other_content")
    return receipt.result


def give(*, author: User, uid: uuid.UUID, content: Mapping[str, object], result: str) -> Receipt:
    """Remember a sending; only inside the action that kept what it brought."""
    return Receipt.objects.create(
        author=author, uid=uid, digest=digest_of(content), result=result, received_at=now()
    )


@action("receipts.receive", "收到记录")
def _receive(*, by: User, uid: uuid.UUID, content: Mapping[str, object], make: Callable[[], M]) -> M:
    """Run another action and give its receipt, in one transaction. The audit entry is that of the inner action."""
    row = make()
    give(author=by, uid=uid, content=content, result=str(row.pk))
    return row


def once(
    *,
    by: User,
    uid: uuid.UUID,
    content: Mapping[str, object],
    make: Callable[[], M],
    find: Callable[[str], M],
) -> M:
    """Run the action `make` once per uid: the same sent again (a second click, a lost answer) gives what it made.

    `content` is what was sent, with the name of the form and of what it is about; `find` gets the record by its key.
    Refuses other content under a uid that was used (`receipts.other_content`), and a uid that somebody else's record bears
    (`receipts.uid_used`). A refusal of `make` gives no receipt.
    """
    earlier = seen(author=by, uid=uid, content=content)
    if earlier is not None:
        return find(earlier)
    try:
        return _receive(by=by, uid=uid, content=content, make=make)
    except (IntegrityError, Problem) as failed:
        # Both clicks may have come at the same moment: then the other one has given the receipt by now.
        earlier = seen(author=by, uid=uid, content=content)
        if earlier is not None:
            return find(earlier)
        if isinstance(failed, IntegrityError) and _UID_TAKEN.search(str(failed)):
            raise Problem("receipts.uid_used") from None
        raise


_UID_TAKEN = re.compile(r"\.uid\b|_uid_key")
"""How SQLite and PostgreSQL say that a record of somebody else bears this uid."""


@action("receipts.keep_draft", "保存草稿")
def keep_draft(*, by: User, form: str, subject: str, content: Mapping[str, object]) -> Draft:
    """Keep what was written and not taken, for its author alone. Files are not kept, only the words."""
    words = {k: str(v) for k, v in content.items() if v not in (None, "") and not _is_file(v)}
    same = Draft.objects.filter(author=by, form=form, subject=subject, content=words).first()
    draft = same or Draft.objects.create(author=by, form=form, subject=subject, content=words, kept_at=now())
    about(draft, form=form, of=subject)
    return draft


def _is_file(value: object) -> bool:
    return isinstance(value, UploadedFile | list | tuple)


@action("receipts.drop_draft", "丢弃草稿")
def drop_draft(*, by: User, draft: Draft) -> None:
    """Throw a draft away, or take it away once it was sent. Refuses anybody but its author."""
    if draft.author_id != by.pk or draft.pk is None:
        raise Problem("receipts.draft_gone")
    about(draft, form=draft.form, of=draft.subject)
    draft.delete()


def drafts_of(author: User, form: str, subject: str) -> list[Draft]:
    """The author's drafts for one form about one thing, newest first."""
    return list(Draft.objects.filter(author=author, form=form, subject=subject).order_by("-kept_at", "-pk"))


def open_draft(author: User, form: str, subject: str, key: str) -> Draft | None:
    """One of them by the key that an address names; None for what is not there or somebody else's."""
    if not key.isascii() or not key.isdigit() or len(key) > 18:
        return None
    return Draft.objects.filter(author=author, form=form, subject=subject, pk=int(key)).first()
