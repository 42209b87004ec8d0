"""The read log: one entry per page or export that shows personal data, kept before the body is sent.

A look changes nothing that counts, so it is no act and has no entry in the chain of acts. The worker chains looks in
batches (`chain_reads`), and that act bears the head of the log: who cuts the log's end off is found by it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from sanzhi.domain.problems import Problem, declare
from sanzhi.foundation import clock
from sanzhi.foundation.audit.action import Actor, action
from sanzhi.foundation.audit.action import about as say
from sanzhi.foundation.audit.chain import GENESIS, Finding, canonical
from sanzhi.foundation.audit.guard import writes_allowed
from sanzhi.foundation.audit.models import AuditEntry
from sanzhi.foundation.privacy.masking import scrub
from sanzhi.foundation.privacy.models import ReadEntry

declare(
    "privacy",
    {
        "reason_needed": "查看完整号码要写明事由（至少 4 个字），系统会留痕。请填写为什么要看。",
    },
)

SHORTEST_REASON = 4
BATCH = 1000


def reason_of(text: str) -> str:
    """A reason that says something, without numbers of people in it; refuses an empty or too short one."""
    reason = scrub(" ".join(text.split()))[:200]
    if len(reason) < SHORTEST_REASON:
        raise Problem("privacy.reason_needed", field="reason")
    return reason


def log(
    *,
    by: Actor,
    chain: str,
    purpose: str,
    kind: str,
    fields: Iterable[str],
    subjects: Iterable[Any],
    narrowed: Mapping[str, str] | None = None,
) -> ReadEntry:
    """Keep one look: who saw which `fields` of which `subjects` (keys of rows of `kind`), why, by which filter.

    It is written at once, in a transaction of its own where none runs; call it before the response is made.
    """
    # The guard is opened here because a look is not an action; nothing else is written in the block.
    with transaction.atomic(), writes_allowed():
        return ReadEntry.objects.create(
            at=clock.now(),
            chain=chain,
            by=by.audit_name,
            purpose=purpose[:200],
            kind=kind,
            fields=sorted(fields),
            narrowed={k: scrub(str(v)) for k, v in (narrowed or {}).items()},
            subjects=sorted(subjects),
        )


def _digest(entry: ReadEntry, previous: str) -> str:
    moment = entry.at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    content = [
        entry.chain,
        entry.seq,
        moment,
        entry.by,
        entry.purpose,
        entry.kind,
        entry.fields,
        entry.narrowed,
        entry.subjects,
    ]
    return hashlib.sha256(previous.encode() + canonical(content)).hexdigest()


def head(chain: str) -> tuple[int, str]:
    """Number and digest of the last chained look of a chain; (0, zeros) for none."""
    rows = ReadEntry.objects.filter(chain=chain, seq__isnull=False).order_by("-seq")
    last = rows.values_list("seq", "digest").first()
    return (last[0] or 0, last[1]) if last else (0, GENESIS)


@action("privacy.chain_reads", "汇入查看记录")
def chain_reads(*, by: Actor, chain: str) -> int:
    """Number and chain the looks that wait, oldest first; the act's entry bears the new head. Returns how many."""
    waiting = list(ReadEntry.objects.select_for_update().filter(chain=chain, seq__isnull=True).order_by("pk"))
    seq, previous = head(chain)
    for entry in waiting:
        seq += 1
        entry.seq = seq
        entry.digest = previous = _digest(entry, previous)
    ReadEntry.objects.bulk_update(waiting, ["seq", "digest"], batch_size=200)
    say(ReadEntry(pk=seq), chain=chain, seq=seq, digest=previous, looks=len(waiting))
    return len(waiting)


def waiting_chains() -> list[str]:
    """Chains with looks that are not chained yet."""
    rows = ReadEntry.objects.filter(seq__isnull=True).order_by("chain")
    return list(rows.values_list("chain", flat=True).distinct())


def verify(chain: str) -> tuple[int, list[Finding]]:
    """Walk the read log of a chain. Returns how many looks are chained and where it does not hold.

    Compared with the heads that stand in the chain of acts: a log that was cut at its end or wholly rewritten is found.
    """
    findings: list[Finding] = []
    previous, expected = GENESIS, 1
    digests: dict[int, str] = {}
    rows = ReadEntry.objects.filter(chain=chain, seq__isnull=False).order_by("seq")
    for entry in rows.iterator(chunk_size=BATCH):
        if entry.seq != expected:
            findings.append(Finding(chain, expected, "missing"))
        if _digest(entry, previous) != entry.digest:
            findings.append(Finding(chain, entry.seq or 0, "changed"))
        previous, expected = entry.digest, (entry.seq or 0) + 1
        digests[entry.seq or 0] = entry.digest
    acts = AuditEntry.objects.filter(chain=chain, verb="privacy.chain_reads").select_related("payload")
    for act in acts.order_by("seq").iterator(chunk_size=BATCH):
        body = getattr(getattr(act, "payload", None), "body", None) or {}
        seq, digest = body.get("seq"), body.get("digest")
        if seq and digests.get(seq) != digest:
            findings.append(Finding(chain, seq, "head_missing"))
    return expected - 1, findings
