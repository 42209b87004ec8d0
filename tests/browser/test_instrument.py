"""The browser itself can be trusted: it draws Chinese, sees errors, and finds what is hard to read."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Console


def drawn(page: Page, character: str) -> bytes:
    """The picture of one character."""
    page.set_content(f"<meta charset=utf-8><p style='font-size:48px;margin:8px;width:60px'>{character}</p>")
    return page.locator("p").screenshot()


def test_two_chinese_characters_are_drawn_differently_when_a_font_is_there(desk: Page) -> None:
    assert drawn(desk, "村") == drawn(desk, "村")
    assert drawn(desk, "村") != drawn(desk, "镇")


def test_an_error_in_the_page_is_noticed_when_nobody_asked(desk: Page, console: Console) -> None:
    desk.set_content("<script>console.error('broken page')</script><script>nothing.here()</script>")
    desk.wait_for_timeout(100)
    assert len(console.unexpected()) == 2
    console.allow("broken page")
    console.allow("nothing is not defined")
    assert console.unexpected() == []


def test_axe_refuses_a_page_when_its_text_is_too_pale(desk: Page, axe) -> None:
    page = "<html lang=zh><title>村</title><main><h1>村</h1><p style='color:{}'>青禾镇</p></main>"
    desk.set_content(page.format("#1f2328"))
    axe(desk)
    desk.set_content(page.format("#dddddd"))
    with pytest.raises(AssertionError, match="color-contrast"):
        axe(desk)


def test_the_phone_is_narrow_and_the_plain_page_runs_no_script_when_asked_for(
    phone: Page, plain: Page
) -> None:
    phone.set_content("<meta name=viewport content='width=device-width, initial-scale=1'><p>村</p>")
    assert phone.evaluate("[innerWidth, navigator.maxTouchPoints > 0]") == [390, True]
    plain.set_content("<p id=p>before</p><script>document.getElementById('p').textContent = 'after'</script>")
    assert plain.locator("p").text_content() == "before"
