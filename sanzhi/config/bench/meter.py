"""The instruments: CPU of a page, its queries, what the database steps through, the memory of the process."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.db.backends.signals import connection_created

from sanzhi.domain.problems import Problem
from sanzhi.foundation.accounts.models import User

STEP = 50
"""The database tells of every so many of its steps."""


def cpu_of(work: Callable[[], object]) -> float:
    """Seconds of processor time that a piece of work takes in this process."""
    began = time.process_time()
    work()
    return time.process_time() - began


def seconds_of(work: Callable[[], object]) -> float:
    """Seconds on the wall that a piece of work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def memory_peak() -> float:
    """The largest memory this process ever had, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20) if sys.platform == "darwin" else peak / 1024


def memory_now() -> float:
    """The memory this process holds now, in MB, where the system tells it; else its peak."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return memory_peak()
    return pages * resource.getpagesize() / (1 << 20)


def memory_own() -> float:
    """The memory this process holds of its own, in MB, without pages of the database file it looks into; where told."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return int(next(x for x in lines if x.startswith("RssAnon")).split()[1]) / 1024
    except (OSError, StopIteration):
        return memory_now()


@dataclass(frozen=True)
class Answer:
    """What came back, and what it took."""

    code: int
    body: bytes
    statements: tuple[str, ...] = ()
    steps: int = 0

    @property
    def queries(self) -> int:
        """How many statements the page sent to the database, session and user among them."""
        return len(self.statements)


@dataclass
class Visitor:
    """Somebody signed in, before the real handler with all its middleware."""

    user: User
    _cookie: str = ""
    _application: Any = field(default_factory=get_wsgi_application)

    def __post_init__(self) -> None:
        session = import_module(settings.SESSION_ENGINE).SessionStore()
        session[SESSION_KEY] = str(self.user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
        session[HASH_SESSION_KEY] = self.user.get_session_auth_hash()
        session.save()
        self._cookie = f"{settings.SESSION_COOKIE_NAME}={session.session_key}"

    def get(self, url: str) -> Answer:
        """Ask for a page."""
        path, _mark, query = url.partition("?")
        answer: list[str] = []
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path.encode().decode("latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_COOKIE": self._cookie,
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(b""),
            "wsgi.errors": sys.stderr,
        }
        response = self._application(environ, lambda line, headers, error=None: answer.append(line))
        body = b"".join(response)
        response.close()
        return Answer(int(answer[0].split()[0]), body)

    def page(self, url: str) -> Answer:
        """A page that must be there, with what it asked of the database."""
        with Watch() as watch:
            found = self.get(url)
        if found.code != 200:
            raise Problem("bench.no_page", url=url, answer=found.code)
        return Answer(found.code, found.body, tuple(watch.statements), watch.steps)


class Watch:
    """Writes down every statement and, on SQLite, counts the steps of its machine (a measure of rows visited)."""

    def __init__(self) -> None:
        self.statements: list[str] = []
        self.steps = 0

    def __enter__(self) -> Watch:
        connection_created.connect(self._opened)
        connection.ensure_connection()
        self._wrapper = connection.execute_wrapper(self._execute)
        self._wrapper.__enter__()
        self._opened(None, connection)
        return self

    def __exit__(self, *error: object) -> None:
        self._wrapper.__exit__(*error)
        connection_created.disconnect(self._opened)
        if connection.vendor == "sqlite" and connection.connection is not None:
            connection.connection.set_progress_handler(None, STEP)

    def _execute(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict) -> Any:
        self.statements.append(sql)
        return execute(sql, params, many, context)

    def _opened(self, sender: object, connection: Any, **kwargs: object) -> None:
        if connection.vendor == "sqlite":
            connection.connection.set_progress_handler(self._stepped, STEP)

    def _stepped(self) -> int:
        self.steps += STEP
        return 0


def cpu_of_pages(asked: Sequence[tuple[Visitor, str]], rounds: int) -> list[float]:
    """Milliseconds of processor time of each page: the median of many, asked in turn so that all meet the same machine."""
    for visitor, url in (*asked, *asked):
        visitor.get(url)
    found: list[list[float]] = [[] for _ in asked]
    for _ in range(rounds):
        for times, (visitor, url) in zip(found, asked, strict=True):
            times.append(cpu_of(lambda v=visitor, u=url: v.get(u)))
    return [median(times) * 1000 for times in found]
