"""`sanzhi plan read FILE [--json]`: read a document without a database."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from sanzhi.domain.problems import Problem, declare

declare("cli", {"no_file": "找不到文件“{name}”。请检查路径，文件名里有空格时要加引号。"})


def add(sub: argparse._SubParsersAction) -> None:
    """Add `plan` to the command line."""
    plan = sub.add_parser("plan", help="读取方案文件").add_subparsers(dest="what", required=True)
    reader = plan.add_parser("read", help="读出任务、单位、时限、指标和疑点")
    reader.add_argument("file", help="方案文件（.txt .md .docx .pdf）")
    reader.add_argument("--json", action="store_true", help="输出 JSON")
    reader.set_defaults(run=run_read)


def run_read(arguments: argparse.Namespace) -> int:
    """Print what the reader reads of a file."""
    # The readers of .docx and .pdf take a while to load; other commands need not wait for them.
    from sanzhi.domain.plan_text import read
    from sanzhi.domain.plan_text.show import as_table
    from sanzhi.foundation.files.extract import extract

    path = Path(arguments.file)
    try:
        data = path.read_bytes()
    except OSError:
        raise Problem("cli.no_file", name=arguments.file) from None
    extracted = extract(data, path.name)
    reading = read(extracted.lines, tables=extracted.tables)
    if arguments.json:
        print(json.dumps(reading.as_json(), ensure_ascii=False, indent=1))
    else:
        print(as_table(reading))
    return 0
