"""Appending to a town's chain, and checking that nobody changed it afterwards."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models

from sanzhi.foundation import clock
from sanzhi.foundation.audit.models import AuditEntry, AuditPayload

GENESIS = "0" * 64


@dataclass(frozen=True)
class Line:
    """What is about to be chained."""

    chain: str
    by: str
    verb: str
    subject: str
    body: dict[str, Any]


def canonical(value: object) -> bytes:
    """JSON with sorted keys and no spaces: the bytes that are hashed."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), cls=_Encoder).encode()


class _Encoder(DjangoJSONEncoder):
    def default(self, o: Any) -> Any:
        if isinstance(o, models.Model):
            return f"{o._meta.label_lower}:{o.pk}"
        if isinstance(o, set | frozenset):
            return sorted(o)
        try:
            return super().default(o)
        except TypeError:
            return str(o)


def _digest(entry: AuditEntry) -> str:
    stamp = entry.at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    parts = (entry.chain, str(entry.seq), stamp, entry.by, entry.verb, entry.subject)
    text = "\n".join((*parts, entry.payload_digest, entry.previous))
    return hashlib.sha256(text.encode()).hexdigest()


def _payload_digest(salt: str, body: object) -> str:
    return hashlib.sha256(salt.encode() + canonical(body)).hexdigest()


def head(chain: str) -> tuple[int, str]:
    """Number and digest of the last entry of a chain; (0, zeros) for an empty one."""
    last = AuditEntry.objects.filter(chain=chain).order_by("-seq").values_list("seq", "digest").first()
    return last or (0, GENESIS)


def append(lines: Sequence[Line]) -> None:
    """Chain the lines, in order; the last statements of an action's transaction.

    On PostgreSQL an advisory lock per chain, held to the end of the transaction, keeps two writers from taking one
    number; chains are locked in sorted order. On SQLite the write lock does it.
    """
    at = clock.now()
    for chain in sorted({line.chain for line in lines}):
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"audit:{chain}"])
        seq, previous = head(chain)
        entries, payloads = [], []
        for line in (x for x in lines if x.chain == chain):
            seq += 1
            salt = secrets.token_hex(16)
            body = json.loads(canonical(line.body))
            entry = AuditEntry(
                chain=chain,
                seq=seq,
                at=at,
                by=line.by,
                verb=line.verb,
                subject=line.subject,
                payload_digest=_payload_digest(salt, body),
                previous=previous,
            )
            entry.digest = previous = _digest(entry)
            entries.append(entry)
            payloads.append(AuditPayload(entry=entry, salt=salt, body=body))
        AuditEntry.objects.bulk_create(entries)
        for entry, payload in zip(entries, payloads, strict=True):
            payload.entry_id = entry.pk
        AuditPayload.objects.bulk_create(payloads)


def erase(subjects: Sequence[str], *, on: dt.date) -> list[list[Any]]:
    """Erase what entries about `subjects` ("accounts.user:7") say, and keep the entries: their digests still hold.

    Only inside an action, whose own entry must carry the returned [chain, number] pairs as `erased_entries`:
    `verify` lets an empty payload pass only where a later entry says that it was erased.
    """
    rows = AuditPayload.objects.filter(entry__subject__in=subjects, erased_on__isnull=True)
    named = [
        list(pair)
        for pair in rows.order_by("entry__chain", "entry__seq").values_list("entry__chain", "entry__seq")
    ]
    rows.update(body={}, salt="", erased_on=on)
    return named


def chains() -> list[str]:
    """The names of all chains that have an entry."""
    return list(AuditEntry.objects.order_by("chain").values_list("chain", flat=True).distinct())


@dataclass(frozen=True)
class Finding:
    """Where a chain does not hold: its name, the entry's number, and what is wrong.

    `missing` (a number is skipped), `changed` (the entry or its place), `payload_missing`, `payload_changed`,
    `erased_unsaid` (emptied, and no entry says so), `head_missing` (a head written down elsewhere is not there).
    """

    chain: str
    seq: int
    what: str


def _wrong_payload(entry: AuditEntry) -> str | None:
    """What is wrong with what an entry says, if anything; an erased one is looked at later."""
    payload = getattr(entry, "payload", None)
    if payload is None:
        return "payload_missing"
    if payload.erased_on is not None:
        return None if payload.body == {} and payload.salt == "" else "payload_changed"
    return None if _payload_digest(payload.salt, payload.body) == entry.payload_digest else "payload_changed"


def _said_to_be_erased() -> set[tuple[str, int]]:
    """Every (chain, number) that some entry names as erased. Asked only where a chain has an empty payload."""
    rows = AuditPayload.objects.filter(erased_on__isnull=True, body__has_key="erased_entries")
    return {
        (str(chain), int(seq))
        for body in rows.values_list("body", flat=True)
        for chain, seq in body["erased_entries"]
    }


def verify(chain: str, *, heads: Iterable[tuple[int, str]] = ()) -> tuple[int, list[Finding]]:
    """Walk a chain from its first entry. Returns how many entries it has and every place where it does not hold.

    `heads` are (seq, digest) pairs written down elsewhere (bundles, backups): a chain cut at its end is found by them.
    """
    findings: list[Finding] = []
    wanted: dict[int, set[str]] = {}
    for seq, digest in heads:
        if seq:
            wanted.setdefault(seq, set()).add(digest)
    count, previous, expected = 0, GENESIS, 1
    erased: list[int] = []
    rows = AuditEntry.objects.filter(chain=chain).select_related("payload").order_by("seq")
    for entry in rows.iterator(chunk_size=2000):
        count += 1
        if entry.seq != expected:
            findings.append(Finding(chain, expected, "missing"))
        if entry.previous != previous or _digest(entry) != entry.digest:
            findings.append(Finding(chain, entry.seq, "changed"))
        if (wrong := _wrong_payload(entry)) is not None:
            findings.append(Finding(chain, entry.seq, wrong))
        elif entry.payload.erased_on is not None:
            erased.append(entry.seq)
        if wanted.pop(entry.seq, {entry.digest}) != {entry.digest}:
            findings.append(Finding(chain, entry.seq, "head_missing"))
        previous, expected = entry.digest, entry.seq + 1
    said = _said_to_be_erased() if erased else set()
    findings += [Finding(chain, seq, "erased_unsaid") for seq in erased if (chain, seq) not in said]
    findings += [Finding(chain, seq, "head_missing") for seq in sorted(wanted)]
    return count, findings
