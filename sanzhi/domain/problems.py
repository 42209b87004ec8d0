"""The catalogue of refusals: a code, a Chinese sentence that says what to do next, and its parameters.

A module declares the sentences it may refuse with, beside the rule that refuses:

    declare("plan_text", {"empty": "这个文件里没有文字。请……"})
    raise Problem("plan_text.empty", name="方案.docx")

Tests assert codes, never sentences. Presenting a problem (page, command line) translates `problem.template` and
fills in `problem.params`; nothing else formats refusals.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_CATALOGUE: dict[str, str] = {}


def declare(prefix: str, sentences: Mapping[str, str]) -> None:
    """Enter sentences under `prefix.code`; the same code with another sentence is a programming error."""
    for code, sentence in sentences.items():
        full = f"{prefix}.{code}"
        if _CATALOGUE.get(full, sentence) != sentence:
            raise ValueError(f"problem {full} is declared twice")
        _CATALOGUE[full] = sentence


def catalogue() -> Mapping[str, str]:
    """All declared problems, code → sentence template (`{name}` placeholders)."""
    return dict(_CATALOGUE)


def _said(value: object) -> object:
    """A parameter as a sentence says it: a day as 2022年5月16日, never as 2022-05-16."""
    if isinstance(value, str) and _DAY.fullmatch(value):
        year, month, day = value.split("-")
        return f"{year}年{int(month)}月{int(day)}日"
    return value


class Problem(Exception):
    """A refusal. `code` is from the catalogue (an undeclared one raises KeyError), `params` fill its sentence.

    `field` names the form field it is about, where there is one.
    """

    def __init__(self, code: str, /, *, field: str | None = None, **params: object) -> None:
        self.code = code
        self.field = field
        self.params = params
        self.template = _CATALOGUE[code]
        super().__init__(code, params)

    @property
    def words(self) -> dict[str, object]:
        """The parameters as a sentence says them."""
        return {name: _said(value) for name, value in self.params.items()}

    @property
    def sentence(self) -> str:
        """The Chinese source sentence with the parameters filled in."""
        return self.template.format(**self.words)

    def __str__(self) -> str:
        return self.sentence


class Problems(Exception):
    """Several refusals at once, in the order a person should mend them (a form, an import)."""

    def __init__(self, problems: list[Problem]) -> None:
        if not problems:
            raise ValueError("Problems needs at least one problem")
        self.problems = problems
        super().__init__([p.code for p in problems])

    def __str__(self) -> str:
        return "\n".join(str(p) for p in self.problems)
