"""A backup: one file with the database, the stored files and a manifest of counts, digests and audit heads."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings

from sanzhi import __version__
from sanzhi.config import sealing
from sanzhi.domain.problems import Problem, declare
from sanzhi.foundation import clock

declare(
    "backup",
    {
        "exists": "“{name}”已经有了，没有覆盖。请换一个文件名，或只写目录，文件名会带上时间。",
        "no_folder": "找不到目录“{name}”。请先建好，最好在另一块盘上。",
        "inside": "备份不能放在数据目录里面，盘坏了会一起丢。请换一个目录。",
        "no_file": "找不到备份文件“{name}”。请检查路径。",
        "not_one": "“{name}”不是三治的备份，或者没有传完整。请换一份备份。没有恢复任何内容。",
        "changed": "备份“{name}”里的 {member} 与清单对不上：被改过或没有传完整。请换一份备份。没有恢复任何内容。",
        "not_empty": "“{name}”不是空目录，没有恢复。请给一个新的空目录，核对好了再启用。",
        "newer": "这个备份是更新版本的程序做的（{format}）。请先更新程序，再恢复。",
        "counts": "恢复出来的 {table} 有 {found} 行，清单上是 {listed} 行。请换一份备份。没有恢复任何内容。",
        "chain": "备份里的操作记录核对不上（见上面几行）。请换一份更早的备份；确要恢复原样留作证据，加 --even-if-broken。",
        "no_pg_dump": "这台机器上没有 {tool}，不能备份或恢复 PostgreSQL。请安装 postgresql-client（版本不低于数据库），再试。",
        "pg_failed": "{tool} 没有成功：{reason}",
        "other_engine": "这个备份是 {made} 的，现在设的数据库是 {here}。请按备份的种类设好 SANZHI_DATABASE_URL，再恢复。",
    },
)

FORMAT = "sanzhi-backup/1"
MANIFEST = "manifest.json"
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.pgdump"}
_MEMBER = re.compile(r"(?:database\.(?:sqlite3|pgdump)|(?:files|secrets)(?:/[\w][\w.\-]*)+)")
Manifest = dict[str, Any]


def _digest(path: Path) -> str:
    with open(path, "rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest()


def self_digest(manifest: Manifest) -> str:
    """The digest of a manifest without its own."""
    text = json.dumps({k: v for k, v in manifest.items() if k != "self"}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def secret_files(home: Path) -> dict[str, Path]:
    """The installation's keys: they go into sealed backups only."""
    found = {"secrets/secret.key": home / "secret.key"} if (home / "secret.key").exists() else {}
    keys = home / "keys"
    return found | {f"secrets/keys/{p.name}": p for p in sorted(keys.glob("*")) if p.is_file()}


def stored_files(home: Path) -> dict[str, Path]:
    """The files that people handed in."""
    root = home / "files"
    return {f"files/{p.relative_to(root).as_posix()}": p for p in sorted(root.rglob("*")) if p.is_file()}


def sqlite_facts(path: Path) -> Manifest:
    """Counts of all tables, and the heads of the chains, read from a database file itself."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        return facts_by(
            lambda sql: db.execute(sql).fetchall(),
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
        )


def facts_by(ask: Any, tables: str) -> Manifest:
    """Counts and heads by a function that runs a query; `tables` is the query that names the tables."""
    counts = {name: ask(f'SELECT count(*) FROM "{name}"')[0][0] for (name,) in sorted(ask(tables))}
    heads = {}
    if "audit_auditentry" in counts:
        last = "SELECT chain, max(seq) AS seq FROM audit_auditentry GROUP BY chain"
        rows = ask(
            f"SELECT e.chain, e.seq, e.digest FROM audit_auditentry e JOIN ({last}) l"
            " ON l.chain = e.chain AND l.seq = e.seq ORDER BY e.chain"
        )
        heads = {chain: [seq, digest] for chain, seq, digest in rows}
    return {"counts": counts, "heads": heads}


def copy_sqlite(target: Path) -> None:
    """A consistent copy of the living database in one file, without anybody's session in it."""
    from django.db import connection

    connection.ensure_connection()
    with closing(sqlite3.connect(target)) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
        copy.execute("PRAGMA secure_delete = ON")
        copy.execute("DELETE FROM django_session")
        copy.commit()


def write(
    target: Path, engine: str, database: Path, facts: Manifest, about: Manifest, passphrase: bytes | None
) -> Manifest:
    """Pack database, files and manifest into `target`, at once or not at all; sealed where a passphrase is given."""
    home = Path(settings.HOME)
    members = {DATABASES[engine]: database} | stored_files(home)
    if passphrase is not None:
        members |= secret_files(home)
    manifest: Manifest = {
        "format": FORMAT,
        "made_at": clock.now().isoformat(timespec="seconds"),
        "version": __version__,
        "engine": engine,
        "sealed": passphrase is not None,
        **about,
        "members": {name: [path.stat().st_size, _digest(path)] for name, path in members.items()},
        **facts,
    }
    manifest["self"] = self_digest(manifest)
    part = target.with_name(f".{target.name}.part")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".sanzhi-") as folder:
            packed = Path(folder) / "packed"
            _pack(packed, manifest, members, Path(folder))
            with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
                if passphrase is not None:
                    sealing.seal(packed, out, passphrase)
                else:
                    with open(packed, "rb") as made:
                        shutil.copyfileobj(made, out)
                out.flush()
                os.fsync(out.fileno())
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    return manifest


def _pack(packed: Path, manifest: Manifest, members: dict[str, Path], folder: Path) -> None:
    listed = folder / MANIFEST
    listed.write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
    with tarfile.open(packed, "w", format=tarfile.PAX_FORMAT) as tar:
        tar.add(listed, MANIFEST, recursive=False, filter=_plain)
        for name, path in members.items():
            tar.add(path, name, recursive=False, filter=_plain)


def _plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """A member without what no digest covers: a moment with fractions stands in a header of its own, unchecked."""
    member.mtime = int(member.mtime)
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def _nothing_behind(tar: tarfile.TarFile, member: tarfile.TarInfo, name: str) -> None:
    """Refuse a file in which something stands between a member's end and the next block: it was changed."""
    if tar.fileobj is not None:
        tar.fileobj.seek(member.offset_data + member.size)
        if tar.fileobj.read(-member.size % tarfile.BLOCKSIZE).strip(b"\0"):
            raise Problem("backup.changed", name=name, member=member.name)


def unpack(file: Path, folder: Path, passphrase: bytes | None) -> Manifest:
    """Unpack a backup into an empty folder. Refuses whatever the manifest does not list, byte by byte."""
    if not file.is_file():
        raise Problem("backup.no_file", name=str(file))
    packed = file
    if sealing.is_sealed(file):
        if passphrase is None:
            raise Problem("sealing.passphrase")
        packed = folder / ".packed"
        with open(packed, "wb") as out:
            sealing.unseal(file, out, passphrase)
    try:
        with tarfile.open(packed, "r:") as tar:
            manifest = _manifest(tar, file.name)
            _extract(tar, manifest, folder, file.name)
    except (tarfile.TarError, EOFError, ValueError, KeyError, TypeError):
        raise Problem("backup.not_one", name=file.name) from None
    if packed != file:
        packed.unlink()
    return manifest


def _manifest(tar: tarfile.TarFile, name: str) -> Manifest:
    first = tar.next()
    if first is None or first.name != MANIFEST or not first.isreg() or first.size > 64 * 1024 * 1024:
        raise Problem("backup.not_one", name=name)
    manifest = json.loads(tar.extractfile(first).read())  # type: ignore[union-attr]
    if not str(manifest["format"]).startswith("sanzhi-backup/"):
        raise Problem("backup.not_one", name=name)
    if manifest["format"] != FORMAT:
        raise Problem("backup.newer", format=manifest["format"])
    if manifest["self"] != self_digest(manifest):
        raise Problem("backup.changed", name=name, member="清单")
    _nothing_behind(tar, first, name)
    return manifest


def _extract(tar: tarfile.TarFile, manifest: Manifest, folder: Path, name: str) -> None:
    waiting = dict(manifest["members"])
    while (member := tar.next()) is not None:
        listed = waiting.pop(member.name, None)
        if (
            listed is None
            or not member.isreg()
            or not _MEMBER.fullmatch(member.name)
            or member.size != listed[0]
        ):
            raise Problem("backup.changed", name=name, member=member.name)
        target = folder / member.name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            shutil.copyfileobj(tar.extractfile(member), out)  # type: ignore[arg-type]
        if _digest(target) != listed[1]:
            raise Problem("backup.changed", name=name, member=member.name)
        _nothing_behind(tar, member, name)
    if waiting:
        raise Problem("backup.changed", name=name, member=next(iter(waiting)))


def compare(found: Manifest, manifest: Manifest) -> None:
    """Refuses a database whose counts or chain heads are not those of the manifest."""
    for table in sorted(set(found["counts"]) | set(manifest["counts"])):
        have, listed = found["counts"].get(table), manifest["counts"].get(table)
        if have != listed:
            raise Problem("backup.counts", table=table, found=have, listed=listed)
    if found["heads"] != manifest["heads"]:
        raise Problem("backup.counts", table="链头", found=len(found["heads"]), listed=len(manifest["heads"]))


def manifest_of(file: Path) -> Manifest | None:
    """The manifest of an unsealed backup; None for any other file."""
    try:
        with tarfile.open(file, "r:") as tar:
            return _manifest(tar, file.name)
    except (OSError, tarfile.TarError, EOFError, ValueError, KeyError, Problem):
        return None


def _notes(home: Path) -> Path:
    return home / "backups.jsonl"


def note(home: Path, name: str, manifest: Manifest) -> None:
    """Remember in a data folder that a backup was made or restored, with the heads of its chains."""
    line = json.dumps(
        {"at": manifest["made_at"], "name": name, "heads": manifest["heads"]}, ensure_ascii=False
    )
    with open(_notes(home), "a", encoding="utf-8") as f:
        f.write(line + "\n")


def _noted() -> Iterator[dict[str, Any]]:
    try:
        lines: Iterable[str] = _notes(Path(settings.HOME)).read_text(encoding="utf-8").splitlines()
    except OSError:
        return
    for line in lines:
        try:
            yield json.loads(line)
        except ValueError:  # a line cut off by a power failure
            continue


def noted_heads() -> list[tuple[str, int, str]]:
    """The heads that backups of this data folder wrote down: (chain, number, digest)."""
    return [(chain, seq, digest) for one in _noted() for chain, (seq, digest) in one.get("heads", {}).items()]


def last_backup() -> dt.datetime | None:
    """When the last backup of this data folder was made."""
    moments = [dt.datetime.fromisoformat(one["at"]) for one in _noted() if "at" in one]
    return max(moments, default=None)
