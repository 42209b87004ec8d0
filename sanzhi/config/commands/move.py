"""`sanzhi move --from FILE`: carry a SQLite database over into the empty PostgreSQL that is set, and compare both."""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sanzhi.config.commands import ready
from sanzhi.domain.problems import Problem, declare

declare(
    "move",
    {
        "no_file": "找不到数据库文件“{name}”。请检查路径。",
        "not_empty": "目标数据库不是空的（{table} 里有 {count} 行）。请换一个空库，避免两份数据混在一起。",
        "same": "目标就是来源这个文件。请先用 SANZHI_DATABASE_URL 写明 PostgreSQL 的地址。",
        "differs": "搬完以后 {table} 两边不一致（来源 {before} 行，目标 {after} 行）。已全部撤回，来源没有改动。",
        "other_home": "密钥和文件在“{folder}”，现在的数据目录却是“{home}”。请把 SANZHI_HOME 设为前一个，再搬。",
        "not_ours": "“{name}”不是三治的数据库。请核对路径，一般是数据目录里的 sanzhi.sqlite3。",
        "behind": "来源数据库的表结构不是当前版本。请先在原处运行 sanzhi migrate，再搬。",
    },
)
BATCH = 1000


def add(sub: argparse._SubParsersAction) -> None:
    """Add the command."""
    parser = sub.add_parser("move", help="把 SQLite 数据库搬进空的 PostgreSQL，并逐表核对")
    parser.add_argument("--from", dest="source", required=True, help="SQLite 文件，如 var/sanzhi.sqlite3")
    parser.set_defaults(run=run_move)


def run_move(arguments: argparse.Namespace) -> int:
    """Copy every table in one transaction; compare counts and digests; keep nothing where they differ."""
    path = Path(arguments.source)
    if not path.is_file():
        raise Problem("move.no_file", name=arguments.source)
    ready()
    from django.apps import apps
    from django.core.management import call_command
    from django.db import transaction

    from sanzhi.foundation.audit.guard import writes_allowed

    _open_source(path.resolve())
    # Django fills its own list of kinds of content when it makes the tables; it is not carried over.
    models = [
        m
        for m in apps.get_models(include_auto_created=True)
        if m._meta.app_label not in ("contenttypes", "auth") and m._meta.managed
    ]
    _refuse_rows(models)  # before its tables are brought to this version: what is refused stays as it was
    call_command("migrate", verbosity=0, interactive=False)
    with writes_allowed(), transaction.atomic(using="source"), transaction.atomic():
        for model in models:
            before = _copy(model)
            after, digest = _digest(model, "default")
            if (after, digest) != before:
                raise Problem("move.differs", table=model._meta.db_table, before=before[0], after=after)
            print(f"  {model._meta.db_table}：{after} 行，一致")
        _reset_sequences(models)
    print("搬完了，每张表的行数和摘要都一致。文件和密钥还在原来的数据目录，SANZHI_HOME 不要改。")
    print("以后一直带着 SANZHI_DATABASE_URL 运行。请再运行 sanzhi audit verify 核对操作记录。")
    return 0


def _open_source(path: Path) -> None:
    """The file as the database "source", read only. Refuses the target itself and what is no installation of now."""
    from django.conf import settings
    from django.db import DatabaseError, connection, connections
    from django.db.migrations.executor import MigrationExecutor

    target = connection.settings_dict
    if connection.vendor == "sqlite" and Path(target["NAME"]).resolve() == path:
        raise Problem("move.same")
    home = Path(settings.HOME).resolve()
    if path.parent != home and (path.parent / "secret.key").exists():
        raise Problem("move.other_home", folder=str(path.parent), home=str(home))
    connections.databases["source"] = {
        **target,
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": f"file:{path}?mode=ro",
        "OPTIONS": {"uri": True},
    }
    try:
        ours = "clock_installation" in connections["source"].introspection.table_names()
    except DatabaseError:
        ours = False
    if not ours:
        raise Problem("move.not_ours", name=str(path))
    executor = MigrationExecutor(connections["source"])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise Problem("move.behind")


def _refuse_rows(models: Sequence[Any]) -> None:
    from django.db import connection

    there = set(connection.introspection.table_names())
    for model in models:
        table = model._meta.db_table
        if table not in there:
            continue
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
            (count,) = cursor.fetchone()
        if count:
            raise Problem("move.not_empty", table=table, count=count)


def _reset_sequences(models: Sequence[Any]) -> None:
    from django.core.management.color import no_style
    from django.db import connection

    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(sql)


def _copy(model: Any) -> tuple[int, str]:
    """Copy one table; the count and the digest of what was read."""
    batch = []
    for row in model._base_manager.using("source").order_by("pk").iterator(chunk_size=BATCH):
        batch.append(row)
        if len(batch) == BATCH:
            model._base_manager.using("default").bulk_create(batch)
            batch = []
    model._base_manager.using("default").bulk_create(batch)
    return _digest(model, "source")


def _digest(model: Any, alias: str) -> tuple[int, str]:
    """Count and digest of a table's rows, whatever order a database gives them in."""
    total, count = 0, 0
    for values in model._base_manager.using(alias).values_list().iterator(chunk_size=BATCH):
        words = repr([_plain(v) for v in values]).encode()
        total = (total + int.from_bytes(hashlib.sha256(words).digest())) % 2**256
        count += 1
    return count, f"{total:064x}"


def _plain(value: Any) -> Any:
    """A value as both databases give it: PostgreSQL orders the keys of JSON its own way, and views bytes."""
    if isinstance(value, dict | list):
        return json.dumps(value, sort_keys=True, ensure_ascii=False)
    return bytes(value) if isinstance(value, memoryview) else value
