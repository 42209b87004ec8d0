"""The ledger's pages in a browser: the board by keyboard, the own list on a phone, everything without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from sanzhi.foundation import clock
from sanzhi.foundation.audit.guard import writes_allowed
from sanzhi.foundation.clock.models import Installation
from sanzhi.steering.plans.ledger.tests.year import confirmed
from tests.people import TODAY, Town, build

SignIn = Callable[[Page, Any], None]


@pytest.fixture
def plan(transactional_db: None) -> Town:
    """The confirmed plan; the server's own threads stand on the same day through the demonstration's row."""
    with clock.standing_on(TODAY):
        with writes_allowed():
            Installation.objects.create(pk=1, kind=Installation.Kind.DEMO, county="云岭县", demo_day=TODAY)
        town = build()
        confirmed(town)
    return town


def test_a_cell_opens_beside_the_board_by_keyboard_and_escape_goes_back(
    plan: Town, desk: Page, sign_in: SignIn, live_server: Any, axe: Callable[[Page], None]
) -> None:
    sign_in(desk, plan.officer)
    desk.goto(f"{live_server.url}/plans/board")
    axe(desk)
    cell = desk.locator("tr", has_text="T05").locator("a.s-cell").first
    cell.focus()
    desk.keyboard.press("Enter")
    expect(desk.locator("#sheet h1")).to_be_visible()
    assert desk.url.endswith("/plans/board")
    desk.keyboard.press("Escape")
    expect(desk.locator("#sheet")).to_have_count(0)
    expect(cell).to_be_focused()


def test_head_and_first_column_stay_in_view_while_the_board_scrolls(
    plan: Town, desk: Page, sign_in: SignIn, live_server: Any
) -> None:
    sign_in(desk, plan.officer)
    desk.goto(f"{live_server.url}/plans/board")
    box = desk.locator(".s-scroll")
    box.evaluate("e => { e.scrollTop = 500 }")
    top, head = box.bounding_box(), desk.locator(".s-board thead th").first.bounding_box()
    assert top is not None and head is not None and abs(head["y"] - top["y"]) < 4


def test_the_own_list_fits_a_phone_and_leads_to_recording(
    plan: Town, phone: Page, sign_in: SignIn, live_server: Any, axe: Callable[[Page], None]
) -> None:
    sign_in(phone, plan.secretary)
    phone.goto(f"{live_server.url}/plans/mine")
    axe(phone)
    assert phone.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
    button = phone.get_by_role("link", name="去记录").first
    size = button.bounding_box()
    assert size is not None and size["height"] >= 44
    button.tap()
    expect(phone).to_have_url(re.compile("/rooms/progress_notes/write/"))


def test_the_ledger_works_without_javascript(
    plan: Town, plain: Page, sign_in: SignIn, live_server: Any
) -> None:
    sign_in(plain, plan.officer)
    plain.goto(f"{live_server.url}/plans/board")
    plain.select_option("#f-state", "undetermined")
    plain.get_by_role("button", name="筛选").click()
    expect(plain.locator(".s-board tbody tr")).to_have_count(1)
    plain.goto(f"{live_server.url}/plans/lead")
    plain.get_by_role("button", name="已落实", exact=True).first.click()
    expect(plain.locator(".s-notice-good")).to_be_visible()
