"""The frame, the signed-out page, the error pages and the switch to large type."""

from __future__ import annotations

import gzip
import re
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.template.loader import get_template
from django.test import RequestFactory, override_settings

from sanzhi.foundation.ui import views

UI = Path(__file__).resolve().parents[1]
PLACES = [SimpleNamespace(label="待办", url="/todo", icon="todo", chosen=True)]


def shell(**changed: object) -> SimpleNamespace:
    given = {
        "town": "青禾镇",
        "day": date(2022, 5, 25),
        "demo": True,
        "person": "王建国",
        "places": PLACES,
        "phone_places": PLACES,
        "search_url": "/search",
        "sign_out_url": "/out",
        "me_url": "/me",
        "elder": False,
    }
    return SimpleNamespace(**(given | changed))


def page(template: str = "ui/base.html", **changed: object) -> str:
    return get_template(template).render({"shell": shell(**changed)}, RequestFactory().get("/board"))


@pytest.fixture(autouse=True)
def addresses():
    with override_settings(ROOT_URLCONF="sanzhi.foundation.ui.tests.addresses"):
        yield


def test_a_page_has_its_landmarks_a_skip_link_and_no_index():
    html = page()
    for part in (
        'href="#main"',
        '<main id="main"',
        "<header",
        "<nav",
        '<html lang="zh-Hans"',
        'content="noindex"',
        "<h1>",
    ):
        assert part in html


def test_a_page_shows_town_day_person_and_that_the_day_is_a_demonstration():
    html = page()
    assert all(words in html for words in ("青禾镇", "5月25日", "（周三）", "王建国", "演示日"))
    assert "演示日" not in page(demo=False)


def test_a_page_comes_in_large_type_when_the_person_chose_it():
    assert 'class="elder"' in page(elder=True)
    assert 'class="elder"' not in page()


def test_a_page_loads_nothing_from_elsewhere_and_carries_no_inline_script_or_style():
    html = page()
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', html)
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert "style=" not in html
    assert "<style" not in html


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "500"])
def test_an_error_page_tells_what_to_do_without_any_context(code):
    html = get_template(f"{code}.html").render()
    assert "可以这样做" in html
    assert 'href="/"' in html
    assert "管理员" in html


def test_the_signed_out_page_needs_no_shell():
    assert '<main id="main"' in get_template("ui/plain.html").render()


def test_scripts_and_styles_of_a_page_stay_small():
    def weight(*names: str) -> int:
        return sum(len(gzip.compress((UI / "static/ui" / name).read_bytes())) for name in names)

    assert weight("sanzhi.js") < 3_000
    assert weight("vendor/bootstrap.min.css", "sanzhi.css", "vendor/htmx.min.js", "sanzhi.js") < 64_000


def test_no_static_file_points_to_what_is_not_there_or_uses_colours_that_old_phones_lack():
    for path in (UI / "static").rglob("*.*"):
        text = path.read_text(encoding="utf-8")
        if path.suffix in {".css", ".js"}:
            assert "sourceMappingURL" not in text
            assert not re.search(r"oklch|color-mix|:has\(", text) or path.name == "htmx.min.js"


def test_every_icon_that_a_template_names_is_in_the_sprite():
    sprite = set(
        re.findall(r'<symbol id="([a-z]+)"', (UI / "static/ui/icons.svg").read_text(encoding="utf-8"))
    )
    for path in (UI / "templates").rglob("*.html"):
        assert set(re.findall(r'\{% icon "([a-z]+)"', path.read_text(encoding="utf-8"))) <= sprite


@pytest.mark.parametrize(
    ("next_page", "back"),
    [
        ("/board?a=1", "/board?a=1"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example", "/"),
        ("", "/"),
    ],
)
def test_the_switch_to_large_type_returns_only_to_a_page_of_ours(next_page, back):
    answer = views.set_elder(RequestFactory().post("/ui/elder", {"elder": "1", "next": next_page}))
    assert answer.url == back
    assert answer.cookies["elder"].value == "1"


def test_the_switch_turns_large_type_off_again():
    answer = views.set_elder(RequestFactory().post("/ui/elder", {"elder": "0"}))
    assert answer.cookies["elder"]["max-age"] == 0


def test_the_switch_refuses_to_be_a_link():
    assert views.set_elder(RequestFactory().get("/ui/elder")).status_code == 405
