"""`sanzhi bench [SECTION …] [--json FILE] [--quick]`: measure the house on data of its own (docs/benchmarks.md)."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from pathlib import Path

from sanzhi.config.bench import SECTIONS, TITLES, scratch
from sanzhi.config.bench.figures import as_json, table
from sanzhi.config.commands import ready
from sanzhi.domain.problems import Problem
from sanzhi.foundation import clock


def add(sub: argparse._SubParsersAction) -> None:
    """Add the command."""
    parser = sub.add_parser("bench", help="在临时数据上测量速度（不动已有数据）")
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"只量这几项：{' '.join(SECTIONS)}")
    parser.add_argument("--json", help="把数字另存为 JSON 文件")
    parser.add_argument("--quick", action="store_true", help="量得少一些：记录只到十万条")
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    parser.set_defaults(run=run_bench)


def run_bench(arguments: argparse.Namespace) -> int:
    """Measure and print; 1 where something asked for was not reached."""
    for name in arguments.sections:
        if name not in SECTIONS:
            raise Problem("bench.unknown", name=name, known=" ".join(SECTIONS))
    if arguments.inside:
        return _inside(arguments.sections[0], Path(arguments.inside), quick=arguments.quick)
    names = [n for n in SECTIONS if not arguments.sections or n in arguments.sections]
    found = []
    with scratch.folder() as root:
        for name, figures in scratch.measure(names, quick=arguments.quick, root=root, say=_say):
            print(f"\n【{TITLES[name]}】{name}\n{table(figures)}", flush=True)
            found += figures
    if arguments.json:
        text = json.dumps(as_json(found), ensure_ascii=False, indent=1)
        Path(arguments.json).write_text(text + "\n", encoding="utf-8")
    missed = [f for f in found if f.reached is False]
    print(f"\n共 {len(found)} 个数字，{len(missed)} 个没有达到要求。", flush=True)
    return 1 if missed else 0


def _inside(name: str, out: Path, *, quick: bool) -> int:
    """One section, in the process made for it."""
    ready()
    scratch.refuse_used_database()
    # Only now are the settings and models there.
    from sanzhi.config.bench.county import DAY

    try:
        with clock.standing_on(DAY):
            figures = importlib.import_module(f"sanzhi.config.bench.{name}").run(quick)
    finally:
        scratch.empty_again()
    out.write_text(json.dumps(as_json(figures), ensure_ascii=False), encoding="utf-8")
    return 0


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
