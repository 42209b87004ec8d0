"""How an installation stands, in words for whoever keeps the machine."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core import checks
from django.db import connection

from sanzhi.config.backups import last_backup
from sanzhi.foundation import clock
from sanzhi.foundation.accounts.models import Role, User
from sanzhi.foundation.clock.installation import installation
from sanzhi.foundation.clock.models import Installation
from sanzhi.foundation.orgs.models import on_day

Finding = tuple[str, str]
GOOD, BAD, NOTE = "✓", "✗", "–"
LEAST_FREE = 1024**3
BACKUP_AGE = dt.timedelta(days=2)


def findings() -> Iterator[Finding]:
    """Mark (✓ good, ✗ to be mended, – to know) and sentence, one by one."""
    row = installation()
    if row is None:
        yield BAD, "还没有建立。请运行 sanzhi init（正式使用）或 sanzhi start（演示）。"
        return
    real = row.kind == Installation.Kind.REAL
    yield GOOD, f"{row.county}，{row.get_kind_display()}；数据库：{_database()}"
    if real:
        level = row.protection_level
        yield (
            (GOOD, f"网络安全等级保护：{level}")
            if level
            else (NOTE, "没有写网络安全等级保护。定级备案后请补记。")
        )
    yield from _settings(real)
    yield from _people()
    yield from _disk()
    yield from _backup(real)
    problems = [m for m in checks.run_checks() if m.level >= checks.ERROR]
    yield from ((BAD, f"{m.id}：{m.msg}") for m in problems)
    if not problems:
        yield GOOD, "程序自检没有发现问题。"


def _database() -> str:
    return "SQLite（一台机器）" if connection.vendor == "sqlite" else "PostgreSQL"


def _settings(real: bool) -> Iterator[Finding]:
    if settings.DEBUG:
        yield BAD if real else NOTE, "SANZHI_DEBUG 开着，出错时会显示程序内部。正式使用请关掉。"
    if real:
        secure = settings.SESSION_COOKIE_SECURE
        yield (
            (GOOD, "HTTPS 已声明。")
            if secure
            else (
                NOTE,
                "没有声明 HTTPS（SANZHI_HTTPS=1）。只在一间办公室的内网用可以；手机在外面用，一定要配好。",
            )
        )
    kept = Path(settings.HOME) / "secret.key"
    if kept.exists():
        loose = stat.S_IMODE(kept.stat().st_mode) & 0o077
        yield (
            (BAD, f"密钥文件别人也能读。请运行：chmod 600 {kept.name}")
            if loose
            else (GOOD, "密钥文件只有本机账户能读。")
        )
    elif "SANZHI_SECRET_KEY" in os.environ:
        yield GOOD, "密钥来自环境变量。"


def _people() -> Iterator[Finding]:
    today = clock.today()
    held = User.objects.filter(on_day(today, "grants__"), is_active=True, grants__role=Role.ADMINISTRATOR)
    count = held.distinct().count()
    match count:
        case 0:
            yield BAD, "没有管理员能登录。请用 sanzhi slip 登录名 打印密码条。"
        case 1:
            yield NOTE, "只有一个管理员。请再设一个：不能给自己授予角色，也免得人不在就办不了。"
        case _:
            yield GOOD, f"管理员：{count} 人。"


def _disk() -> Iterator[Finding]:
    free = shutil.disk_usage(settings.HOME).free
    text = f"磁盘还有 {free // 1024**2} MB。"
    yield (GOOD, text) if free >= LEAST_FREE else (BAD, text + "不到 1 GB，请清理或换更大的盘。")


def _backup(real: bool) -> Iterator[Finding]:
    last = last_backup()
    if last is None:
        yield BAD if real else NOTE, "还没有备份过。请运行：sanzhi backup 目录"
        return
    if clock.now() - last > BACKUP_AGE:
        yield (
            BAD if real else NOTE,
            f"上次备份是 {last:%Y-%m-%d %H:%M}，超过两天了。请运行：sanzhi backup 目录",
        )
    else:
        yield GOOD, f"上次备份：{last:%Y-%m-%d %H:%M}。"
