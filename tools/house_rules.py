#!/usr/bin/env python3
"""Rules of the house that a line of code can break. Each has lines that are good and lines that are bad, and is tested.

A rule is a dict: `name`; `why`, told to who breaks it; `pattern`, searched in lines with strings and comments blanked;
`in_files`, a test of the path from the root; `allowed`, path → reason; `good_lines`, `bad_lines`.

`python3 tools/house_rules.py` prints what is broken and ends with 1. The tests run the same (tests/house).
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tokenize
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NotRequired, TypedDict

ROOT = Path(__file__).resolve().parents[1]


class Rule(TypedDict):
    """One rule: what is looked for, where, why, who is excused, and lines that show it."""

    name: str
    why: str
    pattern: str
    in_files: Callable[[str], bool]
    raw: NotRequired[bool]
    allowed: Mapping[str, str]
    good_lines: tuple[str, ...]
    bad_lines: tuple[str, ...]


def is_code(path: str) -> bool:
    """Python of the package itself, without tests and migrations."""
    parts = path.split("/")
    return path.startswith("sanzhi/") and path.endswith(".py") and not {"tests", "migrations"} & set(parts)


def writes_nothing(path: str) -> bool:
    """Code that has no business writing rows: all but actions, demo data and the testkit."""
    parts = path.removesuffix(".py").split("/")
    return is_code(path) and not {"actions", "demo", "testkit"} & set(parts)


def shows_pages(path: str) -> bool:
    """Views and forms, as a file or as a folder of them."""
    return is_code(path) and bool({"views", "forms"} & set(path.removesuffix(".py").split("/")))


RULES: tuple[Rule, ...] = (
    {
        "name": "rows are written by actions",
        "why": "every write is an action (keyword-only, by= required, one transaction, one audit entry): put it in actions.py",
        "pattern": r"(?<!workbook)(?<!document)\.a?(save|delete|create|get_or_create|update_or_create|bulk_create|bulk_update)\("
        r"|(?:\)|\bobjects|_set)\.a?update\(",
        "in_files": writes_nothing,
        "allowed": {
            "sanzhi/foundation/audit/chain.py": "the audit entry itself, written as the last statement of each action",
            "sanzhi/config/commands/move.py": "copies rows as they are between two databases and compares counts and digests",
            "sanzhi/foundation/files/kinds.py": "a picture is written into memory; no row of a table",
            "sanzhi/config/bench/meter.py": "a visitor's session of the measuring, a row of Django's own table",
            "sanzhi/config/bench/year.py": "takes figures away in the benchmark's own database, so that they are counted live",
            "sanzhi/kit/ledger/intake.py": "actions of the ledger that fill a file of their own: a reading is stored in one act",
            "sanzhi/foundation/privacy/reading.py": "the read log: a look is no act, it is kept before the page is sent",
            "sanzhi/kit/ledger/events/applying.py": "part of every action that makes obligations: what an event covers is exempt as it is made",
            "sanzhi/kit/measures/freshness.py": "touches are part of the action that calls it; tallies can always be counted anew",
        },
        "good_lines": (
            "settings.update(values)",
            "seen.update(more)",
            "rows = Patrol.objects.walked()",
            "digest.update(line)",
            "workbook.save(path)",
        ),
        "bad_lines": (
            "patrol.save()",
            "Patrol.objects.create(unit=unit)",
            "Patrol.objects.filter(pk=1).update(people=3)",
            "patrol.delete()",
            "Patrol.objects.bulk_create(rows)",
            "Patrol.objects.update_or_create(unit=unit)",
        ),
    },
    {
        "name": "one clock",
        "why": "the day is passed in or taken from sanzhi.foundation.clock, so that a test and a demo town can stand on a day",
        "pattern": r"\b(timezone\.now|date\.today|datetime\.(now|today|utcnow)|time\.time)\(|\b(Now|localdate|localtime)\(\s*\)",
        "in_files": lambda path: is_code(path) and not path.startswith("sanzhi/foundation/clock"),
        "allowed": {},
        "good_lines": ("today = clock.today()", "time.monotonic()", "shown = timezone.localtime(moment)"),
        "bad_lines": (
            "today = date.today()",
            "at = timezone.now()",
            "datetime.now(tz)",
            "timezone.localdate()",
        ),
    },
    {
        "name": "one door to rows",
        "why": "views and forms get rows by visible_to(user) or get_<record>(user, pk, capability): a stranger gets 404",
        "pattern": r"\.(_?objects|_default_manager|_base_manager)\b|\.raw\(|\bconnection\.cursor\b",
        "in_files": shows_pages,
        "allowed": {},
        "good_lines": (
            "rows = queries.visible_to(request.user)",
            "patrol = get_patrol(user, pk, 'patrols:see')",
        ),
        "bad_lines": (
            "Patrol.objects.get(pk=pk)",
            "Patrol._default_manager.all()",
            "with connection.cursor() as c:",
        ),
    },
    {
        "name": "state, never status",
        "why": "one concept, one word: state (a status of HTTP is named status_code or http_status)",
        "pattern": r"\bstatus\s*(=|:)\s*models\.|\bclass Status\b",
        "in_files": is_code,
        "allowed": {},
        "good_lines": ("state = models.CharField()", "return render(request, name, status=409)"),
        "bad_lines": ("status = models.CharField()", "class Status(TextChoices):"),
    },
    {
        "name": "refusals come from the catalogue",
        "why": "raise Problem('prefix.code'): the sentence and the next step stand in one place",
        "pattern": r"\braise (ValidationError|PermissionDenied|Exception)\b",
        "in_files": lambda path: is_code(path) and not path.startswith("sanzhi/config/"),
        "allowed": {
            "sanzhi/kit/access.py": "the one place where a missing capability becomes a 403",
            "sanzhi/foundation/ui/forms.py": "a field tells its form that what was typed is no day, as Django's own fields do",
        },
        "good_lines": ("raise Problem('patrols.nobody_walked')", "raise ValueError(name)", "raise Http404"),
        "bad_lines": ("raise ValidationError(_('错误'))", "raise Exception('x')"),
    },
    {
        "name": "no unfinished work",
        "why": "what is missing is an issue, not a remark in the code",
        "pattern": r"\b(TODO|FIXME|XXX|HACK)\b",
        "raw": True,
        "in_files": lambda path: (
            path.startswith(("sanzhi/", "tests/", "run.py"))
            and path.endswith((".py", ".html", ".js", ".css"))
        ),
        "allowed": {},
        "good_lines": ("# a list of what is to be done",),
        "bad_lines": ("# TO" + "DO: later", "// FIX" + "ME"),
    },
    {
        "name": "nothing is marked safe by hand",
        "why": "text of people goes through autoescaping; mark_safe belongs to the components of foundation/ui",
        "pattern": r"\bmark_safe\(|\|\s*safe\b",
        "raw": True,
        "in_files": lambda path: (
            path.startswith("sanzhi/") and path.endswith((".py", ".html")) and "foundation/ui" not in path
        ),
        "allowed": {
            "sanzhi/steering/dashboards/course.py": "draws the year from numbers; every word in it is escaped where it is put in",
        },
        "good_lines": ("format_html('<b>{}</b>', name)", "{{ name }}"),
        "bad_lines": ("mark_safe(name)", "{{ name|safe }}"),
    },
)


def without_words(source: str) -> list[str]:
    """The lines of a Python file with comments and the inside of strings blanked."""
    lines = source.splitlines()
    blank = [list(line) for line in lines]
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT or token.type == tokenize.STRING:
            (top, left), (bottom, right) = token.start, token.end
            for row in range(top, bottom + 1):
                line = blank[row - 1]
                for column in range(left if row == top else 0, right if row == bottom else len(line)):
                    line[column] = " "
    return ["".join(line) for line in blank]


def tracked_files() -> list[str]:
    """Paths of all files of the project, as git knows them; without git, as they lie in the folder."""
    found = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if found.returncode == 0:
        return sorted(p for p in found.stdout.decode().split("\0") if p and (ROOT / p).is_file())
    hidden = {".venv", "var", "node_modules", "__pycache__", ".git"}
    walk = (p for p in ROOT.rglob("*") if p.is_file() and not hidden & set(p.relative_to(ROOT).parts))
    return sorted(p.relative_to(ROOT).as_posix() for p in walk)


def breaks(rule: Rule, line: str) -> bool:
    """True when this line, already blanked of words unless the rule reads them, breaks the rule."""
    return re.search(rule["pattern"], line) is not None


def broken(rule: Rule) -> Iterator[str]:
    """Each place that breaks a rule, as path:line: text."""
    for path in tracked_files():
        if not rule["in_files"](path) or path in rule["allowed"]:
            continue
        source = (ROOT / path).read_text(encoding="utf-8")
        shown = source.splitlines()
        lines = shown if rule.get("raw") else without_words(source)
        for number, line in enumerate(lines, start=1):
            if breaks(rule, line):
                yield f"{path}:{number}: {shown[number - 1].strip()[:120]}"


if __name__ == "__main__":
    everything = [(rule, place) for rule in RULES for place in broken(rule)]
    for rule, place in everything:
        print(f"{place}\n    {rule['name']}: {rule['why']}")
    sys.exit(1 if everything else 0)
