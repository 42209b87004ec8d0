"""A real browser on a real server: phone, desk, without JavaScript; an error in the console fails the test.

def test_…(phone, live_server):      a page of 390 × 844 with touch
def test_…(desk, live_server):       a page of 1280 × 800
def test_…(plain, live_server):      a page without JavaScript
def test_…(desk, axe):               axe(desk) raises on serious findings
def test_…(sign_in, desk):           sign_in(desk, user) puts a session into the browser
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, Page

from tests.browser import chromium

VENDOR = Path(__file__).parent / "vendor"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
SERIOUS = ("serious", "critical")

# Playwright's synchronous interface runs inside a loop; Django would take each query for one made in that loop.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Start the browser that this machine has; where there is none, fail with what to install."""
    if reason := chromium.why_not():
        pytest.fail(reason, pytrace=False)
    return {"executable_path": chromium.executable(), "args": chromium.arguments(), "headless": True}


class Console:
    """What went wrong in a page without a test asking: errors in the console, uncaught errors, failed loads."""

    def __init__(self) -> None:
        self.errors: list[str] = []
        self.expected: list[str] = []

    def watch(self, page: Page) -> None:
        """Listen to one page."""
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.errors.append(f"uncaught: {error}"))
        page.on("requestfailed", self._failed)
        page.on("request", self._outside)

    def _said(self, message: Any) -> None:
        if message.type == "error":
            self.errors.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _failed(self, request: Any) -> None:
        if "ERR_ABORTED" not in (request.failure or ""):  # a page that was left while it loaded
            self.errors.append(f"failed: {request.url} {request.failure}")

    def _outside(self, request: Any) -> None:
        if not request.url.startswith(("http://localhost:", "http://127.0.0.1:", "data:", "blob:", "about:")):
            self.errors.append(f"asks another machine: {request.url}")

    def allow(self, part: str) -> None:
        """Expect errors that hold this text, for a page that is meant to answer 403, 404 or 409."""
        self.expected.append(part)

    def unexpected(self) -> list[str]:
        """The errors that no test expected."""
        return [e for e in self.errors if not any(part in e for part in self.expected)]


@pytest.fixture
def console() -> Iterator[Console]:
    """Collects the errors of all pages of a test and fails it at its end."""
    collected = Console()
    yield collected
    assert not collected.unexpected()


def open_page(browser: Browser, console: Console, **options: Any) -> Iterator[Page]:
    """One page in a context of its own, watched, and closed at the end."""
    context = browser.new_context(
        locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce", **options
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    console.watch(page)
    yield page
    context.close()


@pytest.fixture
def phone(browser: Browser, console: Console) -> Iterator[Page]:
    """A page as on a cadre's phone, 390 × 844 with touch."""
    yield from open_page(browser, console, viewport=PHONE, is_mobile=True, has_touch=True)


@pytest.fixture
def desk(browser: Browser, console: Console) -> Iterator[Page]:
    """A page as on an office's desk, 1280 × 800."""
    yield from open_page(browser, console, viewport=DESK)


@pytest.fixture
def plain(browser: Browser, console: Console) -> Iterator[Page]:
    """A page in a browser without JavaScript."""
    yield from open_page(browser, console, viewport=DESK, java_script_enabled=False)


@pytest.fixture
def sign_in(live_server: Any) -> Callable[[Page, Any], None]:
    """Sign a person in without the form: the session is made on the server and its cookie laid in the browser."""

    def enter(page: Page, user: Any) -> None:
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": live_server.url}
        page.context.add_cookies([cookie])

    return enter


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """Hold a page to the accessibility rules of WCAG 2.1 A and AA; serious and critical findings fail."""
    source = (VENDOR / "axe.min.js").read_text(encoding="utf-8")

    def check(page: Page) -> None:
        page.evaluate(source)
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
        found = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", tags)
        bad = [
            f"{v['id']} ({v['impact']}): {v['help']}: " + "; ".join(n["html"][:120] for n in v["nodes"][:3])
            for v in found["violations"]
            if v["impact"] in SERIOUS
        ]
        assert not bad, "\n".join(bad)

    return check
