"""`sanzhi move --from FILE`: carry a SQLite database over into the empty PostgreSQL that is set, and compare both."""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

from sanzhi.config.commands import ready
from sanzhi.domain.problems import Problem, declare

declare(
    "move",
    {
        "no_file": "找不到数据库文件“{name}”。请检查路径。",
        "not_empty": "目标数据库不是空的（{table} 里有 {count} 行）。请换一个空库，避免两份数据混在一起。",
        "same": "目标就是来源这个文件。请先用 SANZHI_DATABASE_URL 写明 PostgreSQL 的地址。",
        "differs": "搬完以后 {table} 两边不一致（来源 {before} 行，目标 {after} 行）。已全部撤回，来源没有改动。",
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
    from django.core.management.color import no_style
    from django.db import OperationalError, connection, connections, transaction

    from sanzhi.foundation.audit.guard import writes_allowed

    target = connection.settings_dict
    if connection.vendor == "sqlite" and Path(target["NAME"]).resolve() == path.resolve():
        raise Problem("move.same")
    connections.databases["source"] = {
        **target,
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": f"file:{path.resolve()}?mode=ro",
        "OPTIONS": {"uri": True},
    }
    call_command("migrate", verbosity=0, interactive=False)
    # Django fills its own list of kinds of content when it makes the tables; it is not carried over.
    models = [
        m
        for m in apps.get_models(include_auto_created=True)
        if m._meta.app_label not in ("contenttypes", "auth")
    ]
    for model in models:
        count = model._base_manager.using("default").count()
        if count and model._meta.managed:
            raise Problem("move.not_empty", table=model._meta.db_table, count=count)
    try:
        with writes_allowed(), transaction.atomic():
            for model in models:
                before = _copy(model)
                after, digest = _digest(model, "default")
                if (after, digest) != before:
                    raise Problem("move.differs", table=model._meta.db_table, before=before[0], after=after)
                print(f"  {model._meta.db_table}：{after} 行，一致")
            with connection.cursor() as cursor:
                for sql in connection.ops.sequence_reset_sql(no_style(), models):
                    cursor.execute(sql)
    except OperationalError:
        raise Problem("move.behind") from None
    print("搬完了，每张表的行数和摘要都一致。请再运行 sanzhi audit verify。")
    return 0


def _copy(model: type) -> tuple[int, str]:
    """Copy one table; the count and the digest of what was read."""
    rows = model._base_manager.using("source").order_by("pk")  # type: ignore[attr-defined]
    batch = []
    for row in rows.iterator(chunk_size=BATCH):
        batch.append(row)
        if len(batch) == BATCH:
            model._base_manager.using("default").bulk_create(batch)  # type: ignore[attr-defined]
            batch = []
    model._base_manager.using("default").bulk_create(batch)  # type: ignore[attr-defined]
    return _digest(model, "source")


def _digest(model: type, alias: str) -> tuple[int, str]:
    sha, count = hashlib.sha256(), 0
    for values in model._base_manager.using(alias).order_by("pk").values_list().iterator(chunk_size=BATCH):  # type: ignore[attr-defined]
        sha.update(repr(values).encode())
        count += 1
    return count, sha.hexdigest()
