"""Demo people walk every page they are shown a link to: it opens, fits the screen, has no error, and can be read by all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

import pytest
from playwright.sync_api import Browser, Error, Page

from tests.browser.conftest import DESK, PHONE, Console, open_page
from tests.browser.demo import DemoHouse, demo_house
from tests.house.addresses import addresses

WALKERS = (
    ("leader", DESK),
    ("off_zzb", DESK),
    ("off_djb", PHONE),
    ("sec1", PHONE),
    ("clerk1", DESK),
    ("cadre1", PHONE),
    ("care1", PHONE),
    ("discipline", DESK),
    ("audit", DESK),
    ("admin", DESK),
)
PAGES_AT_MOST = 60
LEAVES = ("sign-out", "sign_out")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoHouse]:
    """One demonstration town for all walks, which only look."""
    with demo_house(tmp_path_factory.mktemp("house") / "home") as started:
        yield started


@pytest.fixture(scope="module")
def checked() -> set[tuple[str, int]]:
    """Pages (by shape and width) that the accessibility rules have seen."""
    return set()


def shape(url: str) -> str:
    """The page an address is of: numbers, codes and choices are one."""
    parts = urlsplit(url)
    names = sorted(re.findall(r"([^=&]+)=", parts.query))
    words = ["·" if any(c.isdigit() for c in w) else w for w in parts.path.split("/")]
    return "/".join(words) + ("?" + "&".join(names[:1]) if names else "")


def sign_in_by_form(page: Page, house: DemoHouse, who: str) -> None:
    """Sign in as a newcomer does."""
    page.goto(f"{house.url}/account/sign-in")
    page.fill("input[name=username]", who)
    page.fill("input[name=password]", house.password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)


def links(page: Page, house: DemoHouse) -> list[str]:
    """Addresses of this house that the page leads to."""
    found = page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
    own = (urldefrag(link)[0] for link in found if link.startswith(house.url))
    return [link for link in own if not any(word in link for word in LEAVES)]


def reachable(page: Page, house: DemoHouse) -> list[str]:
    """Pages of the house that need no row to be named and that this person may open, linked or not."""
    own = {path for name, path in addresses() if "nothing" not in path and "9876" not in path}
    asked = sorted(path for path in own if not any(word in path for word in LEAVES))
    return [house.url + path for path in asked if page.request.get(house.url + path).status == 200]


def open_or_fetch(page: Page, url: str) -> tuple[int, bool]:
    """Open an address; what is a file is fetched instead. Its HTTP code, and whether it is a page."""
    try:
        answer = page.goto(url)
    except Error as error:
        if "Download" not in str(error) and "ERR_ABORTED" not in str(error):
            raise
        return page.request.get(url).status, False
    return (answer.status if answer else 0), "html" in (
        answer.headers.get("content-type", "") if answer else ""
    )


@pytest.mark.parametrize(("who", "screen"), WALKERS, ids=[w for w, _ in WALKERS])
def test_a_demo_person_walks_every_page_without_meeting_an_error(
    who: str,
    screen: dict[str, int],
    house: DemoHouse,
    browser: Browser,
    console: Console,
    axe: Callable[[Page], None],
    checked: set[tuple[str, int]],
) -> None:
    wrong: list[str] = []
    for page in open_page(
        browser, console, viewport=screen, is_mobile=screen is PHONE, has_touch=screen is PHONE
    ):
        sign_in_by_form(page, house, who)
        waiting, seen = [page.url], set[str]()
        while waiting and len(seen) < PAGES_AT_MOST:
            url = waiting.pop(0)
            if shape(url) in seen:
                continue
            seen.add(shape(url))
            code, is_page = open_or_fetch(page, url)
            if code != 200:
                wrong.append(f"{code}: {url}")
            if not is_page or code != 200:
                continue
            waiting += links(page, house)
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wrong.append(f"wider than the screen: {url}")
            if (shape(url), screen["width"]) not in checked:
                checked.add((shape(url), screen["width"]))
                try:
                    axe(page)
                except AssertionError as found:
                    wrong.append(f"{url}\n{found}")
        assert len(seen) > 3
    assert not wrong, "\n".join(wrong)


def test_the_same_pages_open_in_a_browser_without_javascript(house: DemoHouse, plain: Page) -> None:
    sign_in_by_form(plain, house, "cadre1")
    assert plain.locator("h1").count() == 1
    for link in plain.locator("nav a[href^='/']").all():
        address = link.get_attribute("href") or ""
        if not any(word in address for word in LEAVES):
            assert plain.request.get(house.url + address).status == 200, address


def test_a_second_start_changes_nothing(tmp_path: Path) -> None:
    with demo_house(tmp_path / "home") as first:
        assert "没有改动" not in first.terminal
    with demo_house(tmp_path / "home") as second:
        assert second.password == first.password
        assert "没有改动" in second.terminal
