"""`sanzhi export records --out DIR`: the records of a town as CSV files, for whoever wants to count again (docs/records.md)."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

from sanzhi.config.commands.installation import founded
from sanzhi.domain.problems import Problem, declare

declare(
    "export",
    {
        "not_a_folder": "“{name}”不是文件夹。请换一个路径。",
        "no_parent": "“{name}”不存在。请先建好上一级文件夹，或换一个路径。",
        "not_empty": "“{name}”里已经有文件。请换一个空文件夹；里面若是以前导出的记录，加 --force 换成新的。",
        "others": "“{name}”里有不是导出来的文件（{files}），没有动它。请换一个空文件夹。",
    },
)


def add(sub: argparse._SubParsersAction) -> None:
    """Add the command."""
    export = sub.add_parser("export", help="导出").add_subparsers(dest="what", required=True)
    records = export.add_parser("records", help="把记录、名册和免除导出成 CSV，供别的程序复算")
    records.add_argument("--out", required=True, metavar="DIR", help="写到这个文件夹（空的，或还没有）")
    records.add_argument("--town", help="乡镇编码（只有一个乡镇时可省）")
    records.add_argument("--force", action="store_true", help="文件夹里是以前导出的记录时，换成新的")
    records.set_defaults(run=run_records)


def run_records(arguments: argparse.Namespace) -> int:
    """Write all files beside the folder asked for, and put them in place only once they are whole."""
    folder = Path(arguments.out).expanduser().absolute()
    old = checked(folder, force=arguments.force)
    founded()
    from sanzhi.foundation import clock
    from sanzhi.foundation.audit.action import System
    from sanzhi.foundation.clock.installation import demo_day
    from sanzhi.kit.exports.handing_out import note_handing_out, write_records
    from sanzhi.steering.indicators.choosing import town_of

    day = demo_day()
    with clock.standing_on(day):
        town, today = town_of(arguments.town), clock.today()
        made = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".sanzhi-export-"))
        try:
            written, digest = write_records(
                town, made, today=today, clock="demo" if day else "real", say=_say
            )
            note_handing_out(by=System("命令行"), town=town, written=written, manifest=digest, today=today)
            _put(made, folder, old)
        finally:
            shutil.rmtree(made, ignore_errors=True)
    rows = sum(w.rows for w in written)
    print(
        f"{town.name}截至{today.isoformat()}的记录：{len(written)} 个文件，{rows} 行，清单摘要 {digest[:16]}…"
    )
    print(f"{folder}（各列的意思见 docs/records.md）")
    return 0


def checked(folder: Path, *, force: bool) -> list[str]:
    """The names of what lies in the folder from before. Refuses what is no folder, a folder that holds something (without
    `force`), and one that holds anything but an earlier export."""
    if folder.exists() and not folder.is_dir():
        raise Problem("export.not_a_folder", name=str(folder))
    if not folder.parent.is_dir():
        raise Problem("export.no_parent", name=str(folder.parent))
    there = sorted(p.name for p in folder.iterdir()) if folder.exists() else []
    if not there:
        return []
    if not force:
        raise Problem("export.not_empty", name=str(folder))
    others = sorted(set(there) - _of_an_export(folder))
    if others:
        raise Problem("export.others", name=str(folder), files="、".join(others[:5]))
    return there


def _of_an_export(folder: Path) -> set[str]:
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        return {"manifest.json", *manifest["files"]} if "sanzhi_records" in manifest else set()
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def _put(made: Path, folder: Path, old: list[str]) -> None:
    folder.mkdir(exist_ok=True)
    for name in old:
        (folder / name).unlink()
    for path in sorted(made.iterdir()):
        path.rename(folder / path.name)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
