"""Giving receipts, inside the action that keeps the record."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping

from sanzhi.domain.problems import Problem, declare
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.audit.chain import canonical
from sanzhi.foundation.clock import now
from sanzhi.kit.receipts.models import Receipt

declare(
    "receipts",
    {"other_content": "这一条已经收到过，但内容和这次不一样。原来的没有改动；请打开原记录修改，或新记一条。"},
)


def digest_of(content: Mapping[str, object]) -> str:
    """What identifies the content of a sending."""
    return hashlib.sha256(canonical(dict(content))).hexdigest()


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
