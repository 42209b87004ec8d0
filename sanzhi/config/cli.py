"""The command line: `sanzhi COMMAND …`. Exit 0 good, 1 a check failed, 2 bad input (told in one Chinese sentence)."""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import re
import sys
from collections.abc import Sequence
from typing import NoReturn

from sanzhi.config import commands, homes
from sanzhi.domain.problems import Problem, Problems, declare

declare(
    "command",
    {
        "usage": "命令没有写对：{what}。写法见 {program} -h。",
        "system": "系统没有做成这一步：{reason}。请检查路径、权限和磁盘空间，再运行一次。",
        "no_answer": "这一步要您输入口令，但这里没有终端。请在终端里运行，或用 --passphrase-file 给出口令文件。",
        "database": "数据库没有做成这一步：{reason}。请检查数据库文件或 SANZHI_DATABASE_URL；损坏了，请用 sanzhi restore 恢复备份。",
    },
)
_USAGE = (
    (re.compile(r"^the following arguments are required: (.*)$"), "还缺 {0}"),
    (re.compile(r"^unrecognized arguments: (.*)$", re.DOTALL), "不认识 {0}"),
    (
        re.compile(r"^argument (.*): invalid choice: (.*) \(choose from (.*)\)$", re.DOTALL),
        "没有 {1}，可用的是 {2}",
    ),
    (re.compile(r"^argument (.*): invalid int value: (.*)$", re.DOTALL), "{0} 要写整数，不能是 {1}"),
    (re.compile(r"^argument (.*): invalid float value: (.*)$", re.DOTALL), "{0} 要写数字，不能是 {1}"),
    (re.compile(r"^argument (.*): expected .*argument.*$"), "{0} 后面还缺内容"),
)


def usage(message: str) -> str:
    """What argparse found wrong, in Chinese; its own words where it is none of the usual."""
    for pattern, said in _USAGE:
        if found := pattern.match(message):
            return said.format(*found.groups())
    return message


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Problem("command.usage", what=usage(message), program=self.prog)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="sanzhi", description="三治：把方案变成台账，把记录变成数字。")
    sub = parser.add_subparsers(dest="command", metavar="命令", required=True)
    for module in sorted(m.name for m in pkgutil.iter_modules(commands.__path__)):
        importlib.import_module(f"{commands.__name__}.{module}").add(sub)
    return parser


def _database_error(error: Exception) -> bool:
    # Loading Django takes a while; where it is not loaded, the error is not one of a database.
    django = sys.modules.get("django.db.utils")
    return django is not None and isinstance(error, django.Error)


def _told(error: Exception) -> Exception | None:
    """The refusal that tells of an error of the machine, or the refusal itself; None for a mistake of the program."""
    if isinstance(error, Problem | Problems):
        return error
    if isinstance(error, OSError):
        name = f"“{error.filename}”" if error.filename else ""
        return Problem("command.system", reason=f"{name}{error.strerror or error}")
    if isinstance(error, EOFError):
        return Problem("command.no_answer")
    if _database_error(error):
        return Problem("command.database", reason=(str(error).strip().splitlines() or ["?"])[0])
    return None


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; `argv` without the program's name."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sanzhi.config.settings")
    try:
        arguments = _parser().parse_args(sys.argv[1:] if argv is None else list(argv))
        homes.follow(arguments.command)
        return arguments.run(arguments) or 0
    except BrokenPipeError:
        # Whoever read the output (head, less) has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        told = _told(error)
        if told is None:
            raise
        print(told, file=sys.stderr)
        return 2
