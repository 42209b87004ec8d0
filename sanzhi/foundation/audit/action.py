"""`@action`: the one way to write. One transaction, a named actor, and the audit entry as its last statements.

    @action("facilities.accept_site", "验收点位")
    def accept_site(*, by: Actor, site: Site, on: date) -> Site:
        ...
        about(site, accepted_on=on)

An action inside another joins its transaction; the entries of both are written at the end of the outermost one.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, ParamSpec, Protocol, TypeVar, cast

from django.db import models, transaction
from django.utils.translation import gettext

from sanzhi.foundation.audit.chain import Line, append
from sanzhi.foundation.audit.guard import writes_allowed

P = ParamSpec("P")
R = TypeVar("R")
COUNTY_CHAIN = "county"


class Actor(Protocol):
    """Whoever acts: a user, or the system by its name."""

    @property
    def audit_name(self) -> str: ...


@dataclass(frozen=True)
class System:
    """The house itself acting (nightly job, command line), by a name that says which part."""

    audit_name: str = "系统"


@dataclass
class _Act:
    verb: str
    by: Actor
    lines: list[Line] = field(default_factory=list)


# Verb → the words it is told by.
_verbs: dict[str, str] = {}
_acts: ContextVar[tuple[_Act, ...]] = ContextVar("acts", default=())


def action(verb: str, words: str = "") -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function an action named `verb` ("room.verb_noun"), told on pages by `words` (导入方案).

    It must take `by=` by keyword and call `about` once at least, itself or in an action inside it; otherwise nothing it
    wrote is kept. A house test wants words for every action.
    """

    _verbs[verb] = words

    def wrap(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def act(*args: P.args, **kwargs: P.kwargs) -> R:
            if args or "by" not in kwargs:
                raise TypeError(f"{verb}: an action takes keyword arguments only, `by=` among them")
            this = _Act(verb, cast(Actor, kwargs["by"]))
            outer = _acts.get()
            token = _acts.set((*outer, this))
            try:
                with transaction.atomic(), writes_allowed():
                    result = function(*args, **kwargs)
                    if not this.lines:
                        raise RuntimeError(f"{verb}: an action must say what it was about")
                    if outer:
                        # The nearest one, whose own refusal may be caught further out: then these lines go with it.
                        outer[-1].lines.extend(this.lines)
                    else:
                        append(this.lines)
                return result
            finally:
                _acts.reset(token)

        act.__dict__["action_verb"] = verb
        return act

    return wrap


def verbs() -> list[str]:
    """The verbs of all actions loaded so far, sorted: what a list of acts can be narrowed to."""
    return sorted(_verbs)


def said(verb: str) -> str:
    """An act in words; a verb of a room that is gone stands as it was written."""
    words = _verbs.get(verb, "")
    return gettext(words) if words else verb


def about(subject: models.Model, *, chain: str | None = None, **changes: Any) -> None:
    """Say what the running action did to `subject` (values as they are now); becomes one audit entry.

    The chain is the subject's `audit_chain` (its town's code), else the county's.
    """
    acts = _acts.get()
    if not acts:
        raise RuntimeError("about() outside an action")
    this = acts[-1]
    this.lines.append(
        Line(
            chain=chain or getattr(subject, "audit_chain", None) or COUNTY_CHAIN,
            by=this.by.audit_name,
            verb=this.verb,
            subject=f"{subject._meta.label_lower}:{subject.pk}",
            body=changes,
        )
    )
