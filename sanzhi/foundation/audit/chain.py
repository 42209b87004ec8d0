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
    return json.dumps(
        value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), cls=_Encoder
    ).encode()


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


@dataclass(frozen=True)
class Finding:
    """Where a chain does not hold: its name, the entry's number, and what is wrong (missing, changed, payload)."""

    chain: str
    seq: int
    what: str


def verify(chain: str, *, heads: Iterable[tuple[int, str]] = ()) -> tuple[int, list[Finding]]:
    """Walk a chain from its first entry. Returns how many entries it has and every place where it does not hold.

    `heads` are (seq, digest) pairs written down elsewhere (bundles, backups): a chain cut at its end is found by them.
    """
    findings: list[Finding] = []
    previous, expected, digests = GENESIS, 1, {}
    rows = AuditEntry.objects.filter(chain=chain).select_related("payload").order_by("seq")
    for entry in rows.iterator(chunk_size=2000):
        if entry.seq != expected:
            findings.append(Finding(chain, expected, "missing"))
        if entry.previous != previous or _digest(entry) != entry.digest:
            findings.append(Finding(chain, entry.seq, "changed"))
        payload = getattr(entry, "payload", None)
        if payload is None:
            findings.append(Finding(chain, entry.seq, "payload_missing"))
        elif payload.erased_on is None and _payload_digest(payload.salt, payload.body) != entry.payload_digest:
            findings.append(Finding(chain, entry.seq, "payload_changed"))
        previous, expected = entry.digest, entry.seq + 1
        digests[entry.seq] = entry.digest
    for seq, digest in heads:
        if seq and digests.get(seq) != digest:
            findings.append(Finding(chain, seq, "head_missing"))
    return expected - 1, findings
