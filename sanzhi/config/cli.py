"""The command line: `sanzhi COMMAND …`. Exit 0 good, 1 a check failed, 2 bad input (told in one Chinese sentence)."""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import sys
from collections.abc import Sequence

from sanzhi.config import commands
from sanzhi.domain.problems import Problem, Problems


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sanzhi", description="三治：把方案变成台账，把记录变成数字。")
    sub = parser.add_subparsers(dest="command", metavar="命令", required=True)
    for module in sorted(m.name for m in pkgutil.iter_modules(commands.__path__)):
        importlib.import_module(f"{commands.__name__}.{module}").add(sub)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; `argv` without the program's name."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sanzhi.config.settings")
    arguments = _parser().parse_args(sys.argv[1:] if argv is None else list(argv))
    try:
        return arguments.run(arguments) or 0
    except (Problem, Problems) as refused:
        print(refused, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
