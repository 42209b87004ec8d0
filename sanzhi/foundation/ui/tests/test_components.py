"""The components: what they say, that they escape, that states never speak by colour alone."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString

from sanzhi.foundation.ui import components, frame
from sanzhi.foundation.ui.components import MARKS
from sanzhi.foundation.ui.lists import Column

BAD = "<script>alert(1)</script>\"'"


def shown(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


@pytest.mark.parametrize("code", MARKS)
def test_every_state_is_told_by_sign_and_word(code):
    html = components.state_mark(code)
    assert MARKS[code].sign in html
    assert str(MARKS[code].label) in html


def test_no_two_states_share_both_sign_and_tone():
    assert len({(m.sign, m.tone) for m in MARKS.values()}) == len(MARKS)


def test_an_unknown_state_is_an_error():
    with pytest.raises(KeyError):
        components.state_mark("finished")


def test_a_board_cell_says_row_column_and_state_to_who_cannot_see_it():
    html = components.board_cell("overdue", 2, 9, "/o/1", "青山村 6月")
    assert all(words in html for words in ("青山村 6月", "逾期未完成", "2/9", 'href="/o/1"'))
    assert "<a" not in components.board_cell("not_applicable")


@pytest.mark.parametrize(
    "html",
    [
        components.board_cell("done", 1, 2, BAD, BAD),
        components.button(BAD, "main", BAD, BAD),
        components.link_button(BAD, BAD),
        components.tabs([(BAD, BAD)], BAD),
        components.chips([(BAD, BAD, True, 3)], BAD),
        components.breadcrumb([(BAD, BAD)]),
        components.steps([BAD], 1),
        components.facts([(BAD, BAD)]),
        components.notice(BAD, "bad", BAD),
        components.empty(BAD, BAD, BAD, BAD),
        components.doubt(BAD, BAD),
        components.masked(BAD, BAD),
        components.copy_text(BAD, BAD),
        components.progress(1, 2, BAD),
        components.pager(BAD, BAD, 1),
        frame.places([SimpleNamespace(label=BAD, url=BAD, icon="list", chosen=True)]),
    ],
)
def test_a_component_escapes_what_comes_from_outside(html):
    assert isinstance(html, SafeString)
    assert "<script>" not in html
    assert "(1)</" not in html
    assert "\"'" not in html


def test_a_text_to_copy_has_at_most_200_characters():
    html = components.copy_text("走访" * 300)
    assert html.count("走访") == 99
    assert "…" in html


def test_what_nobody_owes_is_a_dash():
    assert "–" in components.progress(0, 0)
    assert "–" in components.fraction(None)
    assert "–" in components.facts([("数量", None)])


def test_a_message_of_django_gets_its_tone_by_its_level():
    assert "s-notice-bad" in components.notice("没有保存", "error")
    assert "s-notice-good" in components.notice("已保存", "wide success")
    assert "s-notice-info" in components.notice("提示", "")


def test_facts_keep_safe_html_as_it_is():
    assert components.state_mark("done") in components.facts([("状态", components.state_mark("done"))])


def test_a_place_is_marked_when_chosen_and_the_bar_is_left_out_when_signed_out():
    here = SimpleNamespace(label="待办", url="/", icon="todo", chosen=True)
    assert 'aria-current="page"' in frame.bottom_bar([here])
    assert frame.bottom_bar(None) == ""


def test_a_day_in_a_template_is_seen_from_the_shells_day():
    for shell in (
        SimpleNamespace(day=date(2022, 5, 25)),
        {"day": date(2022, 5, 25)},
        SimpleLazyObject(lambda: {"day": date(2022, 5, 25)}),
    ):
        assert shown("{% day d %}", d=date(2022, 3, 31), shell=shell) == "3月31日（周四）"
    assert shown("{% day d %}", d=date(2022, 3, 31), shell={}) == "2022年3月31日（周四）"
    assert shown("{% day d %}", d=date(2022, 3, 31)) == "2022年3月31日（周四）"


def test_every_tag_can_be_used_in_a_template():
    html = shown(
        "{% state_mark 'done' True %}{% board_cell 'done' 1 2 %}{% fraction 8 9 %}{% progress 1 2 %}{% button '退回' 'plain' %}"
        "{% link_button '导出' '/x' 'quiet' 'download' %}{% tabs t %}{% chips t %}{% breadcrumb t %}{% steps s 1 %}{% facts f %}"
        "{% notice '已保存' 'good' %}{% empty_page '这里会列出点位' %}{% doubt '八月底' '没有年份' %}{% masked '张*' %}"
        "{% copy_text '文字' %}{% pager '/n' %}{% icon 'todo' %}{% marks_key %}{% table_open '表' True %}{% table_close %}"
        "{% data_table c r '表' %}{{ n|names }}{{ k|number }}{{ d|weekday }}",
        t=[("待办", "/")],
        s=["上传"],
        f=[("单位", "综治办")],
        c=[Column("名称", "label")],
        r=[SimpleNamespace(label="青山村")],
        n=["张三"],
        k=4200,
        d=date(2022, 5, 25),
    )
    assert "4,200" in html
    assert "周三" in html
