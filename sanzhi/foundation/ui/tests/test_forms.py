"""Forms: what was typed stays, errors are found from the summary, refusals of actions come to their field."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
from django import forms
from django.template import Context, Template

from sanzhi.domain.problems import Problem, Problems, declare
from sanzhi.foundation.ui.forms import (
    FormLook,
    attach,
    error_summary,
    file_hint,
    render_field,
    render_form,
    sentences,
)

declare(
    "ui_test",
    {"locked": "没有保存：{month}月已锁定。可以写明原因，作为补录提交。", "place": "没有这个地点。请另选。"},
)
SHELL = {"shell": SimpleNamespace(day=date(2022, 5, 25))}


class Meeting(FormLook, forms.Form):
    held_on = forms.DateField(label="议事日期", help_text="实际开会的那一天。")
    place = forms.CharField(label="地点", required=False)
    people = forms.IntegerField(label="人数", min_value=1)
    text = forms.CharField(label="议定事项", widget=forms.Textarea)
    kind = forms.ChoiceField(label="任务", choices=[("", "请选择"), ("a", "一月一议")])
    how = forms.ChoiceField(
        label="方式", choices=[("1", "固定日"), ("2", "另定日期")], widget=forms.RadioSelect
    )
    who = forms.MultipleChoiceField(
        label="到会", choices=[("x", "党员代表")], widget=forms.CheckboxSelectMultiple
    )
    sure = forms.BooleanField(label="已核对")
    paper = forms.FileField(label="记录", required=False)
    uid = forms.CharField(widget=forms.HiddenInput, required=False)
    secret = forms.CharField(label="口令", widget=forms.PasswordInput, required=False)


def typed(**data: object) -> Meeting:
    return Meeting(data)


def test_every_field_has_its_label_and_one_control():
    html = render_form(SHELL, Meeting())
    for name in ("held_on", "place", "people", "text", "kind", "paper", "secret", "sure"):
        assert f'<label for="id_{name}">' in html
        assert html.count(f'id="id_{name}"') == 1
    assert html.count("<legend>") == 2


def test_a_form_looks_the_same_when_printed_by_itself():
    assert "s-field" in Template("{{ form }}").render(Context({"form": Meeting()}))


def test_a_date_offers_today_and_yesterday_of_the_shells_day():
    html = render_field(SHELL, Meeting()["held_on"])
    assert 'data-day="2022-05-25"' in html
    assert 'data-day="2022-05-24"' in html
    assert 'type="date"' in html


def test_a_date_that_cannot_be_read_stays_as_it_was_typed():
    html = render_field(SHELL, typed(held_on="五月底")["held_on"])
    assert 'value="五月底"' in html
    assert 'type="text"' in html


def test_what_was_typed_stays_when_something_else_is_wrong():
    html = render_form(
        SHELL,
        typed(held_on="2022-05-20", people="一千", text="修路<b>", kind="a", how="2", who=["x"], sure="on"),
    )
    assert 'value="2022-05-20"' in html
    assert 'value="一千"' in html
    assert "修路&lt;b&gt;</textarea>" in html
    assert '<option value="a" selected>' in html
    assert 'value="2" checked' in html
    assert 'value="x" checked' in html
    assert 'name="sure" checked' in html


def test_a_password_is_never_sent_back():
    assert "geheim" not in render_form({}, typed(secret="geheim"))


def test_the_summary_links_to_each_field_that_is_wrong():
    html = error_summary(typed())
    for target in ("id_held_on", "id_people", "id_text", "id_kind", "id_how_0", "id_who_0", "id_sure"):
        assert f'href="#{target}"' in html
        assert f'id="{target}"' in render_form({}, typed())


def test_a_form_that_saves_nothing_says_what_did_not_happen():
    form = typed()
    form.error_heading = "没有登录"
    assert "没有登录" in error_summary(form)
    assert "还没有保存" not in error_summary(form)


def test_there_is_no_summary_when_nothing_is_wrong_or_nothing_was_sent():
    assert error_summary(Meeting()) == ""


def test_a_field_names_its_hint_and_its_error_to_screen_readers():
    html = render_field(SHELL, typed()["held_on"])
    assert 'aria-describedby="id_held_on-hint id_held_on-error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_held_on-error"' in html


def test_a_number_gets_the_number_keyboard():
    assert 'inputmode="numeric"' in render_field({}, Meeting()["people"])


def test_an_optional_field_says_so_and_a_hidden_one_shows_nothing():
    assert "选填" in render_field({}, Meeting()["place"])
    assert render_field({}, Meeting()["uid"]).startswith("<input")


@pytest.mark.parametrize(("field", "where"), [("place", "place"), ("nowhere", "__all__"), (None, "__all__")])
def test_a_refusal_of_an_action_comes_to_its_field_or_to_the_whole_form(field, where):
    form = typed(held_on="2022-05-20")
    attach(form, Problem("ui_test.locked", field=field, month=6))
    assert form.errors.as_data()[where][0].code == "ui_test.locked"
    assert "6月" in error_summary(form)


def test_several_refusals_come_each_to_its_place():
    form = typed()
    attach(form, Problems([Problem("ui_test.place", field="place"), Problem("ui_test.locked", month=6)]))
    assert form.errors.as_data()["place"][0].code == "ui_test.place"
    assert form.errors.as_data()["__all__"][0].code == "ui_test.locked"


def test_a_file_field_says_what_it_takes():
    assert file_hint([".docx", ".pdf"], 20 * 2**20) == "可以是 .docx、.pdf，每个不超过 20 MB。"


def test_attributes_and_values_are_escaped():
    html = render_field({}, typed(place='"><script>')["place"])
    assert "<script>" not in html


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "9999-12-31"])
def test_a_day_that_cannot_be_reckoned_with_is_refused(day: str) -> None:
    class Dated(FormLook, forms.Form):
        on = forms.DateField()

    form = Dated({"on": day})
    assert not form.is_valid()
    assert [e.code for e in form.errors.as_data()["on"]] == ["far"]


class Note(FormLook, forms.Form):
    on = forms.DateField(label="哪天")
    days = forms.IntegerField(label="天数")
    kind = forms.ChoiceField(label="类别", choices=[("a", "甲")])
    who = forms.MultipleChoiceField(
        label="谁", choices=[("x", "村书记")], error_messages={"invalid_choice": "去掉了一位。"}
    )
    words = forms.CharField(label="备注", max_length=3)
    page = forms.UUIDField(label="页", widget=forms.HiddenInput)


def test_a_form_says_what_is_wrong_and_what_to_do_in_our_words():
    form = Note({"on": "5月", "days": "三", "kind": "z", "who": ["y"], "words": "一二三四", "page": "?"})
    told = {name: sentences(form, name) for name in form.fields}
    assert told["on"] == ["“哪天”读不出是哪一天。请写成 2022-03-15 这样。"]
    assert told["days"] == ["“天数”要填整数，例如 12。"]
    assert told["kind"] == ["“类别”里没有这一项。请从列出的里面重新选。"]
    assert told["who"] == ["去掉了一位。"], "what a form says itself stands"
    assert told["words"] == ["“备注”最多 3 个字，现在是 4 个。请写短一些。"]
    assert "刷新页面" in told["page"][0]


def test_a_character_nobody_sees_is_named_as_such():
    assert "看不见的字符" in sentences(Note({"words": "a\x00"}), "words")[0]
