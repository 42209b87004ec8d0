"""`sanzhi backup` and `sanzhi restore`: one file out, and back into an empty folder, checked before anything is put in place."""

from __future__ import annotations

import argparse
import getpass
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from sanzhi.config.commands.installation import founded
from sanzhi.domain.problems import Problem


def add(sub: argparse._SubParsersAction) -> None:
    """Add the commands."""
    made = sub.add_parser("backup", help="备份：数据库、文件和清单，合成一个文件")
    made.add_argument("target", help="目录或文件名")
    made.add_argument("--encrypt", action="store_true", help="用口令加密（会问口令），密钥也一起备份")
    made.add_argument("--passphrase-file", help="口令在这个文件的第一行（定时备份用）")
    made.set_defaults(run=run_backup)
    back = sub.add_parser("restore", help="把备份恢复到一个空目录，先核对再放好")
    back.add_argument("file", help="备份文件")
    back.add_argument("--into", required=True, help="空目录（以后的 SANZHI_HOME）")
    back.add_argument("--passphrase-file", help="口令在这个文件的第一行")
    back.add_argument("--even-if-broken", action="store_true", help="操作记录核对不上也恢复（留作证据）")
    back.set_defaults(run=run_restore)


def _passphrase(arguments: argparse.Namespace, ask: bool) -> bytes | None:
    from sanzhi.config.sealing import checked_passphrase

    if arguments.passphrase_file:
        try:
            with open(arguments.passphrase_file, encoding="utf-8") as f:
                return checked_passphrase(f.readline().rstrip("\r\n"))
        except (OSError, UnicodeDecodeError):
            raise Problem("backup.no_file", name=arguments.passphrase_file) from None
    return checked_passphrase(getpass.getpass("口令（至少12个字符）：")) if ask else None


def _target(text: str, home: Path, moment: str, sealed: bool) -> Path:
    path = Path(text).expanduser()
    if path.is_dir() or text.endswith(os.sep):
        path = path / f"sanzhi-{moment}.{'sealed' if sealed else 'tar'}"
    if not path.parent.is_dir():
        raise Problem("backup.no_folder", name=str(path.parent))
    if path.resolve().is_relative_to(home.resolve()):
        raise Problem("backup.inside")
    if path.exists():
        raise Problem("backup.exists", name=str(path))
    return path


def run_backup(arguments: argparse.Namespace) -> int:
    """Make a backup; print where it is, what is in it, and what is not."""
    founded(current=False)
    from django.conf import settings
    from django.db import connection

    from sanzhi.config import backups, postgres
    from sanzhi.foundation import clock
    from sanzhi.foundation.clock.installation import installation

    home, row = Path(settings.HOME), installation()
    passphrase = _passphrase(arguments, arguments.encrypt)
    target = _target(arguments.target, home, f"{clock.now():%Y%m%d-%H%M%S}", passphrase is not None)
    about = {"kind": row.kind if row else "", "county": row.county if row else ""}
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".sanzhi-") as folder:
        database = Path(folder) / "database"
        if connection.vendor == "sqlite":
            backups.copy_sqlite(database)
            facts = backups.sqlite_facts(database)
        else:
            facts = postgres.dump(database)
        manifest = backups.write(target, connection.vendor, database, facts, about, passphrase)
    backups.note(home, target.name, manifest)
    rows = sum(manifest["counts"].values())
    files = sum(1 for name in manifest["members"] if name.startswith("files/"))
    print(f"备份好了：{target}（{target.stat().st_size // 1024 + 1} KB）")
    print(f"  {len(manifest['counts'])} 张表 {rows} 行，{files} 个文件；清单摘要 {manifest['self'][:16]}")
    for chain, (seq, digest) in manifest["heads"].items():
        print(f"  {chain} 操作记录到第 {seq} 条，链头 {digest[:16]}")
    if passphrase is None:
        print("  没有加密，也不含密钥 secret.key：请另行保管密钥，没有它，恢复后读不出电话号码。")
        print("  备份里有个人信息，请放在只有管理员能进的地方，或加 --encrypt。")
    return 0


def run_restore(arguments: argparse.Namespace) -> int:
    """Unpack beside the target, check everything, and only then put it in place."""
    from sanzhi.config.commands import ready

    ready()
    from sanzhi.config import backups

    file, into = Path(arguments.file).expanduser(), Path(arguments.into).expanduser().absolute()
    if into.exists() and (not into.is_dir() or any(into.iterdir())):
        raise Problem("backup.not_empty", name=str(into))
    if not into.parent.is_dir():
        raise Problem("backup.no_folder", name=str(into.parent))
    passphrase = _passphrase(arguments, False)
    folder = Path(tempfile.mkdtemp(dir=into.parent, prefix=".sanzhi-restore-"))
    try:
        manifest = backups.unpack(file, folder, passphrase)
        print("✓ 备份完整，与清单一致")
        _put_into_place(manifest, folder, into, arguments)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    backups.note(into, file.name, manifest)
    print(f"恢复好了：{into}")
    if (into / "secret.key").exists():
        print("密钥也恢复了。")
    else:
        print(
            "这个备份不含密钥：请把原来的 secret.key 放进这个目录，再启用；否则读不出电话号码，密码条全部作废。"
        )
    print(f"启用：SANZHI_HOME={into} sanzhi serve")
    return 0


def _put_into_place(manifest: dict, folder: Path, into: Path, arguments: argparse.Namespace) -> None:
    from sanzhi.config import backups, postgres

    database = folder / backups.DATABASES[manifest["engine"]]
    secrets = folder / "secrets"
    if secrets.is_dir():
        for path in sorted(secrets.iterdir()):
            path.rename(folder / path.name)
        secrets.rmdir()
    if manifest["engine"] == "sqlite":
        _check_sqlite(manifest, database, folder)
    else:
        postgres.load(database)
        database.unlink()
    try:
        if manifest["engine"] != "sqlite":
            backups.compare(postgres.facts(), manifest)
        print("✓ 每张表的行数、操作记录的链头都一致")
        _check_chains(folder, manifest["engine"], arguments.even_if_broken)
    except Problem:
        if manifest["engine"] != "sqlite":
            postgres.empty()
        raise
    if into.exists():
        into.rmdir()
    folder.rename(into)


def _check_sqlite(manifest: dict, database: Path, folder: Path) -> None:
    import sqlite3
    from contextlib import closing

    from sanzhi.config import backups

    try:
        with closing(sqlite3.connect(database)) as db:
            whole = db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        facts = backups.sqlite_facts(database)
    except sqlite3.DatabaseError:
        whole = False
    if not whole:
        raise Problem("backup.not_one", name=database.name)
    backups.compare(facts, manifest)
    database.rename(folder / "sanzhi.sqlite3")


def _check_chains(folder: Path, engine: str, even_if_broken: bool) -> None:
    """Walk the restored chains in a process of its own, whose data folder is the restored one."""
    environment = {
        **os.environ,
        "SANZHI_HOME": str(folder),
        "DJANGO_SETTINGS_MODULE": "sanzhi.config.settings",
    }
    if engine == "sqlite":
        environment.pop("SANZHI_DATABASE_URL", None)
    if not (folder / "secret.key").exists():
        # Walking the chains needs no key; without one given, a new one would be made and left in the folder.
        environment["SANZHI_SECRET_KEY"] = "unused-while-checking-a-backup"
    command = [sys.executable, "-m", "sanzhi", "audit", "verify"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    for line in (done.stdout + done.stderr).splitlines():
        print(f"  {line}")
    if done.returncode and not even_if_broken:
        raise Problem("backup.chain")
