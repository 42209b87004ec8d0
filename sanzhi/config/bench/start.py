"""Building the demonstration town: how long a newcomer waits, and how much stands on the disk afterwards."""

from __future__ import annotations

from django.db import connection

from sanzhi.config.bench import tables
from sanzhi.config.bench.figures import Figure, told
from sanzhi.config.bench.meter import memory_peak, seconds_of
from sanzhi.config.demo.build import build
from sanzhi.foundation.audit.chain import chains, verify
from sanzhi.foundation.people.models import Household
from sanzhi.kit.ledger.models import Obligation

NAME = "start"


def run(quick: bool) -> list[Figure]:
    """Build the town."""
    made = seconds_of(tables.make_tables)
    built = seconds_of(lambda: build(plan_file=None, say=lambda text: None))
    entries = 0

    def check() -> None:
        nonlocal entries
        entries = sum(verify(chain)[0] for chain in chains())

    checked = seconds_of(check)
    return [
        told(NAME, "建表和静态文件", made, "秒"),
        told(
            NAME,
            "建演示镇",
            built,
            "秒",
            f"{Household.objects.count():,} 户，{Obligation.objects.count():,} 项义务",
        ),
        told(NAME, "数据库大小", _size() / 1_000_000, "MB"),
        told(NAME, "核对审计链", checked, "秒", f"{entries:,} 条"),
        told(NAME, "内存峰值", memory_peak(), "MB"),
    ]


def _size() -> int:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
        cursor.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
        return int(cursor.fetchone()[0])
