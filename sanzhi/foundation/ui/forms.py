"""Forms as every page shows them: label above, hint below, the error beside the field and in a summary on top.

Controls are written by plain functions, not by Django's widget templates: a form page then costs little more than a
page without one. Any Django form will do; `FormLook` makes `{{ form }}` come out the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from html import escape
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import widgets
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from sanzhi.domain.problems import Problem, Problems
from sanzhi.foundation.ui import formats
from sanzhi.foundation.ui.components import icon
from sanzhi.foundation.ui.frame import day_of

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)


def _reckoned(day: date) -> None:
    """Refuse a day so far away that the day or the year beside it may not be there."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValidationError(_("这个日期太远。请核对年份，写成 2022-03-15 这样。"), code="far")


class FormLook(forms.BaseForm):
    """Mixin before forms.Form or forms.ModelForm: the form renders as all our forms do, and takes only days that
    can be reckoned with."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.DateField):
                field.validators = [*field.validators, _reckoned]

    def render(
        self, template_name: str | None = None, context: Mapping | None = None, renderer: object = None
    ) -> SafeString:
        """The fields and the error summary, without the form tag and its buttons."""
        return render_form({}, self)

    __str__ = render
    __html__ = render


def sentence(problem: Problem) -> str:
    """A refusal in the reader's language, its parameters filled in."""
    return _(problem.template).format(**problem.words)


def attach(form: forms.BaseForm, problem: Problem | Problems) -> None:
    """Show a refusal of an action on the form it came from: at its field where the form has it, else on the whole."""
    for one in problem.problems if isinstance(problem, Problems) else (problem,):
        field = one.field if one.field in form.fields else None
        # Asking for the errors first: add_error needs a form that has been looked through.
        if form.errors is not None:
            form.add_error(field, ValidationError(sentence(one), code=one.code))


def sentences(form: forms.BaseForm, name: str) -> list[str]:
    """What is wrong with a field (or "__all__"), in our words where Django's say too little."""
    return [said(form, name, error) for error in form.errors.as_data().get(name, ())]


def said(form: forms.BaseForm, name: str, error: ValidationError) -> str:
    """One thing that is wrong with a field (or "__all__"), as a sentence."""
    field = form.fields.get(name)
    if field is None:
        return " ".join(str(m) for m in error.messages)
    if form[name].is_hidden and error.code in ("required", "invalid"):
        return _("页面放得太久，或者送来的内容不完整。请刷新页面，再填一次。")
    label = form[name].label
    if error.code == "required":
        if isinstance(field.widget, _CHOSEN):
            return _("请选择“{label}”。").format(label=label)
        return _("请填写“{label}”。").format(label=label)
    if error.code == "null_characters_not_allowed":
        return _("“{label}”里有看不见的字符。请删去，重新输入一遍。").format(label=label)
    if error.code == "max_length" and error.params:
        return _("“{label}”最多 {most} 个字，现在是 {now} 个。请写短一些。").format(
            label=label, most=error.params["limit_value"], now=error.params["show_value"]
        )
    for kind, code, words in _PLAINER:
        if isinstance(field, kind) and error.code == code and _is_djangos(error, kind, code):
            return _(words).format(label=label)
    return " ".join(str(m) for m in error.messages)


def _is_djangos(error: ValidationError, kind: type[forms.Field], code: str) -> bool:
    """Whether a sentence is the one Django has for every field of a kind, not one that a form of ours gave."""
    return getattr(error, "message", None) is kind.default_error_messages[code]


_CHOSEN = (forms.Select, forms.RadioSelect, forms.FileInput, forms.CheckboxInput)
_PLAINER: tuple[tuple[type[forms.Field], str, str], ...] = (
    (forms.DateField, "invalid", gettext_noop("“{label}”读不出是哪一天。请写成 2022-03-15 这样。")),
    (forms.IntegerField, "invalid", gettext_noop("“{label}”要填整数，例如 12。")),
    (forms.ChoiceField, "invalid_choice", gettext_noop("“{label}”里没有这一项。请从列出的里面重新选。")),
    (
        forms.MultipleChoiceField,
        "invalid_choice",
        gettext_noop("“{label}”里没有这一项。请从列出的里面重新选。"),
    ),
    (forms.FileField, "empty", gettext_noop("“{label}”：这个文件是空的。请换一份再上传。")),
)


def file_hint(accept: Iterable[str], max_bytes: int | None = None) -> str:
    """What may be handed in: 可以是 .docx、.pdf，每个不超过 20 MB。"""
    kinds = "、".join(accept)
    if max_bytes is None:
        return _("可以是 {kinds}。").format(kinds=kinds)
    return _("可以是 {kinds}，每个不超过 {size}。").format(kinds=kinds, size=formats.file_size(max_bytes))


def _attributes(pairs: Mapping[str, object]) -> str:
    parts = []
    for name, value in pairs.items():
        if value is True:
            parts.append(f" {name}")
        elif value is not None and value is not False:
            parts.append(f' {name}="{escape(str(value))}"')
    return "".join(parts)


def _day_control(bf: BoundField, attrs: dict[str, object], today: date | None) -> str:
    """A date with 今天 / 昨天 beside it; what cannot be read as a day stays as it was typed."""
    raw = bf.value()
    text = raw.isoformat() if isinstance(raw, date) else str(raw or "")
    try:
        text = date.fromisoformat(text[:10]).isoformat() if text else ""
        kind = "date"
    except ValueError:
        kind = "text"
    attrs |= {"type": kind, "value": text or None}
    control = f"<input{_attributes(attrs)}>"
    if today is None or attrs.get("data-chips") == "none":
        return control
    chips = "".join(
        f'<button type="button" class="s-chip" data-js data-day="{when.isoformat()}" data-for="{attrs["id"]}">'
        f"{escape(word)}</button>"
        for word, when in (
            (pgettext("day", "今天"), today),
            (pgettext("day", "昨天"), today - timedelta(days=1)),
        )
    )
    return f'<div class="s-day-line">{control}{chips}</div>'


def _text_control(bf: BoundField, attrs: dict[str, object], today: date | None) -> str:
    widget = bf.field.widget
    kind = widget.input_type
    value = widget.format_value(bf.value())
    if kind == "number":
        # A text field with the number keyboard: a number field drops what it cannot read.
        whole = isinstance(bf.field, forms.IntegerField) and not isinstance(
            bf.field, forms.FloatField | forms.DecimalField
        )
        attrs.setdefault("inputmode", "numeric" if whole else "decimal")
        attrs["class"] = f"{attrs['class']} s-short"
        for name in ("min", "max", "step"):
            attrs.pop(name, None)
        kind = "text"
    elif kind == "tel":
        attrs.setdefault("inputmode", "tel")
    elif kind == "password" and not widget.render_value:
        value = None
    attrs |= {"type": kind, "value": value}
    return f"<input{_attributes(attrs)}>"


def _area_control(bf: BoundField, attrs: dict[str, object], today: date | None) -> str:
    attrs = {k: v for k, v in attrs.items() if k != "cols"} | {
        "rows": attrs.get("data-rows", 4),
        "data-draft": True,
    }
    value = bf.field.widget.format_value(bf.value()) or ""
    return f"<textarea{_attributes(attrs)}>\n{escape(value)}</textarea>"


def _options(choices: Iterable, chosen: set[str]) -> str:
    parts = []
    for key, label in choices:
        if isinstance(label, list | tuple):
            parts.append(f'<optgroup label="{escape(str(key))}">{_options(label, chosen)}</optgroup>')
            continue
        value = "" if key is None else str(key)
        mark = " selected" if value in chosen else ""
        parts.append(f'<option value="{escape(value)}"{mark}>{escape(str(label))}</option>')
    return "".join(parts)


def _chosen(bf: BoundField) -> set[str]:
    value = bf.value()
    values = value if isinstance(value, list | tuple | set) else [value]
    return {"" if v is None else str(getattr(v, "pk", v)) for v in values}


def _select_control(bf: BoundField, attrs: dict[str, object], today: date | None) -> str:
    widget = bf.field.widget
    attrs["class"] = str(attrs["class"]).replace("form-control", "form-select")
    attrs["multiple"] = widget.allow_multiple_selected
    return f"<select{_attributes(attrs)}>{_options(widget.choices, _chosen(bf))}</select>"


def _file_control(bf: BoundField, attrs: dict[str, object], today: date | None) -> str:
    attrs |= {"type": "file", "multiple": bf.field.widget.allow_multiple_selected}
    return f"<input{_attributes(attrs)}>"


def _group_control(bf: BoundField, attrs: dict[str, object], today: date | None) -> str:
    """Radio buttons or check boxes, one line each with the whole line as target."""
    kind = bf.field.widget.input_type
    chosen = _chosen(bf)
    parts = []
    flat: list[tuple[object, object]] = []
    for key, label in bf.field.widget.choices:
        flat.extend(label if isinstance(label, list | tuple) else [(key, label)])
    for i, (key, label) in enumerate(flat):
        value = "" if key is None else str(key)
        ident = f"{attrs['id']}_{i}"
        mark = " checked" if value in chosen else ""
        parts.append(
            f'<div class="s-choice"><input type="{kind}" id="{ident}" name="{attrs["name"]}" value="{escape(value)}"{mark}>'
            f'<label for="{ident}">{escape(str(label))}</label></div>'
        )
    css = "s-choices s-choices-2" if len(flat) > 5 and kind == "checkbox" else "s-choices"
    return f'<div class="{css}">{"".join(parts)}</div>'


_CONTROLS: tuple[tuple[type, Callable[[BoundField, dict[str, object], date | None], str]], ...] = (
    (forms.RadioSelect, _group_control),
    (forms.CheckboxSelectMultiple, _group_control),
    (forms.Select, _select_control),
    (forms.Textarea, _area_control),
    (forms.FileInput, _file_control),
    (forms.DateTimeInput, _text_control),
    (forms.DateInput, _day_control),
    (widgets.Input, _text_control),
)


def _control(bf: BoundField, described: str, today: date | None) -> str:
    widget = bf.field.widget
    attrs: dict[str, object] = {"class": "form-control", "id": bf.auto_id, "name": bf.html_name}
    for name, value in widget.attrs.items():
        attrs[name] = f"form-control {value}" if name == "class" else value
    attrs |= {"aria-describedby": described or None, "aria-invalid": "true" if bf.errors else None}
    if bf.field.disabled:
        attrs["disabled"] = True
    for kind, control in _CONTROLS:
        if isinstance(widget, kind) and not isinstance(widget, forms.CheckboxInput):
            return control(bf, attrs, today)
    other: dict[str, str | bool] = {"class": "form-control"}
    if described:
        other["aria-describedby"] = described
    return str(bf.as_widget(attrs=other))


def _tick(bf: BoundField, described: str, after: str) -> str:
    attrs = _attributes(
        dict(bf.field.widget.attrs)
        | {
            "id": bf.auto_id,
            "name": bf.html_name,
            "checked": bool(bf.value()),
            "aria-describedby": described or None,
        }
    )
    return (
        f'<div class="s-choice"><input type="checkbox"{attrs}><label for="{bf.auto_id}">{escape(str(bf.label))}</label>'
        f"</div>{after}"
    )


def _is_group(bf: BoundField) -> bool:
    return isinstance(bf.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple)


def render_field(context: Mapping, bf: BoundField) -> SafeString:
    """One field with label, error, control and hint; a hidden one is its control alone."""
    if bf.is_hidden:
        return mark_safe(str(bf.as_hidden()))
    ident = bf.auto_id
    errors = bf.errors
    described = []
    above = below = ""
    if bf.help_text:
        described.append(f"{ident}-hint")
        hint = bf.help_text
        below = f'<p class="s-hint" id="{ident}-hint">{hint if isinstance(hint, SafeString) else escape(str(hint))}</p>'
    if errors:
        described.append(f"{ident}-error")
        words = " ".join(escape(e) for e in sentences(bf.form, bf.name))
        above = f'<p class="s-error" id="{ident}-error"><span aria-hidden="true">!</span>{words}</p>'
    css = "s-field s-field-bad" if errors else "s-field"
    by = " ".join(described)
    if isinstance(bf.field.widget, forms.CheckboxInput):
        return mark_safe(f'<div class="{css}">{above}{_tick(bf, by, below)}</div>')
    label = escape(str(bf.label))
    if not bf.field.required:
        label += f' <span class="s-optional">{escape(_("（选填）"))}</span>'
    control = _control(bf, by, day_of(context))
    if _is_group(bf):
        say = f' aria-describedby="{by}"' if by else ""
        return mark_safe(
            f'<fieldset class="{css}"{say}><legend>{label}</legend>{above}{control}{below}</fieldset>'
        )
    return mark_safe(f'<div class="{css}"><label for="{ident}">{label}</label>{above}{control}{below}</div>')


def error_summary(form: forms.BaseForm) -> SafeString:
    """All that is wrong, on top, each sentence a link to its field; nothing when nothing is wrong.

    A form that saves nothing (signing in, searching) says in `error_heading` what did not happen.
    """
    if not form.is_bound or not form.errors:
        return mark_safe("")
    items = []
    for name in form.errors:
        ident = ""
        if name in form.fields:
            bf = form[name]
            ident = "" if bf.is_hidden else f"{bf.auto_id}_0" if _is_group(bf) else bf.auto_id
        for wrong in sentences(form, name):
            words = escape(wrong)
            if ident:
                about = "" if str(form[name].label) in wrong else f"{escape(str(form[name].label))}："
                words = f'<a href="#{ident}">{about}{words}</a>'
            items.append(f"<li>{words}</li>")
    head = getattr(form, "error_heading", "") or _("还没有保存，请先改正下面{count}处").format(
        count=len(items)
    )
    return mark_safe(
        f'<div class="s-summary" role="alert" tabindex="-1" id="error-summary"><h2>{escape(head)}</h2>'
        f"<ul>{''.join(items)}</ul></div>"
    )


def render_form(context: Mapping, form: forms.BaseForm) -> SafeString:
    """The whole inside of a form: error summary, hidden and visible fields; form tag and buttons are the page's."""
    parts = [error_summary(form)]
    parts.extend(render_field(context, bf) for bf in form)
    return mark_safe("".join(parts))


def upload_note(names: Iterable[str]) -> SafeString:
    """The files already handed in, said above a file field (a browser never fills one in again)."""
    listed = "、".join(escape(n) for n in names)
    return mark_safe(
        f'<p class="s-hint">{icon("folder")} {escape(_("已上传："))}{listed}</p>' if listed else ""
    )
