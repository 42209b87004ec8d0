"""Every change of a unit: opening, moving, closing, merging, names, marks, head counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sanzhi.foundation import clock
from sanzhi.foundation.orgs import actions as orgs
from sanzhi.foundation.orgs.models import PARENT_KINDS, Unit, UnitKind
from sanzhi.foundation.people import actions as people
from sanzhi.foundation.people.actions import HeadCountEntry
from sanzhi.kit.access import require
from sanzhi.steering.registers import actions, queries
from sanzhi.steering.registers.forms import units as forms
from sanzhi.steering.registers.views.pages import crumbs, form_page, unit_crumb

EDIT = "registers:edit"


def _parents(request: HttpRequest, kinds: tuple[str, ...]) -> list[tuple[int, str]]:
    town = queries.town_of(request.user)
    return queries.choices(request.user, EDIT, town, clock.today(), *kinds)


def open_unit(request: HttpRequest) -> HttpResponse:
    """Register a unit."""
    require(request.user, EDIT)
    parents = _parents(request, (UnitKind.TOWN, UnitKind.VILLAGE, UnitKind.GRID))
    today = clock.today()
    start = {"parent": request.GET.get("parent", ""), "kind": request.GET.get("kind", "")}

    def act(given: Mapping[str, Any]) -> Unit:
        return orgs.open_unit(
            by=request.user,  # type: ignore[arg-type]
            code=given["code"],
            kind=given["kind"],
            name=given["name"],
            short_name=given["short_name"],
            parent=queries.unit_for(request.user, given["parent"], EDIT),
            on=given["on"],
            ground=given["ground"],
            answers_to_county=given["answers"],
        )

    return form_page(
        request,
        lambda *data: forms.OpenUnitForm(*data, today=today, parents=parents, initial=start),
        act,
        title=_("登记单位"),
        button=_("登记单位"),
        back=reverse("registers:tree"),
        done=_("已登记。"),
        way=crumbs((_("单位"), reverse("registers:tree"))),
        to=lambda made: reverse("registers:unit", args=[made.pk]),
    )


def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Hang a unit elsewhere."""
    found, back, way = _about(request, pk)
    parents = [c for c in _parents(request, PARENT_KINDS[found.kind]) if c[0] != found.pk]

    def act(given: Mapping[str, Any]) -> object:
        parent = queries.unit_for(request.user, given["parent"], EDIT)
        return orgs.move_unit(
            by=request.user, unit=found, parent=parent, on=given["on"], ground=given["ground"]
        )  # type: ignore[arg-type]

    return form_page(
        request,
        lambda *data: forms.MoveForm(*data, today=clock.today(), parents=parents),
        act,
        title=_("移动{unit}").format(unit=found.short_name),
        button=_("移动"),
        back=back,
        done=_("已移动，下级单位一起移。"),
        way=way,
        note=_("它的下级单位会一起移动。生效日以前的归属和数字不变。"),
    )


def close(request: HttpRequest, pk: int) -> HttpResponse:
    """End a unit."""
    found, back, way = _about(request, pk)
    others = [c for c in _parents(request, (found.kind,)) if c[0] != found.pk]

    def act(given: Mapping[str, Any]) -> object:
        after = given["successor"]
        successor = queries.unit_for(request.user, after, EDIT) if after else None
        return actions.close_unit(
            by=request.user,  # type: ignore[arg-type]
            unit=found,
            on=given["on"],
            ground=given["ground"],
            successor=successor,
        )

    return form_page(
        request,
        lambda *data: forms.CloseForm(*data, today=clock.today(), others=others),
        act,
        title=_("撤销{unit}").format(unit=found.short_name),
        button=_("撤销"),
        back=back,
        done=_("已撤销。"),
        way=way,
        note=_(
            "撤销会让分母变小，会连同依据显示在比例旁边。单位里的任职同时结束；还有住户或下级单位时不能撤销。"
        ),
    )


def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Names and place in lists."""
    found, back, way = _about(request, pk)
    start = {
        "name": found.name,
        "short_name": found.short_name,
        "position": found.position,
        "answers": found.answers_to_county,
    }

    def act(given: Mapping[str, Any]) -> None:
        orgs.rename_unit(
            by=request.user,  # type: ignore[arg-type]
            unit=found,
            name=given["name"],
            short_name=given["short_name"],
            position=given["position"],
        )
        if given["answers"] != start["answers"]:
            orgs.note_answers_to_county(by=request.user, unit=found, answers=given["answers"])  # type: ignore[arg-type]

    return form_page(
        request,
        lambda *data: forms.RenameForm(*data, initial=start),
        act,
        title=_("修改{unit}的名称").format(unit=found.short_name),
        button=_("保存"),
        back=back,
        done=_("已保存。"),
        way=way,
    )


def add_alias(request: HttpRequest, pk: int) -> HttpResponse:
    """Another printed name."""
    found, back, way = _about(request, pk)
    return form_page(
        request,
        lambda *data: forms.AliasForm(*data),
        lambda given: orgs.add_alias(by=request.user, unit=found, name=given["name"]),  # type: ignore[arg-type]
        title=_("给{unit}加别名").format(unit=found.short_name),
        button=_("加别名"),
        back=back,
        done=_("已加别名。"),
        way=way,
    )


@require_POST
def drop_alias(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a wrong alias away."""
    alias = queries.alias_for(request.user, pk, EDIT)
    orgs.drop_alias(by=request.user, alias=alias)  # type: ignore[arg-type]
    return redirect("registers:unit", pk=alias.unit_id)


def mark(request: HttpRequest, pk: int) -> HttpResponse:
    """On the list of 镇直单位 or off it."""
    found, back, way = _about(request, pk)
    now = queries.is_town_unit(found, clock.today())
    start = {"counts": "no" if now else "yes"}
    return form_page(
        request,
        lambda *data: forms.MarkForm(*data, today=clock.today(), initial=start),
        lambda given: orgs.mark_town_unit(
            by=request.user,  # type: ignore[arg-type]
            unit=found,
            on=given["on"],
            counts=given["counts"],
        ),
        title=_("{unit}是否列入镇直单位").format(unit=found.short_name),
        button=_("保存"),
        back=back,
        done=_("已保存。"),
        way=way,
        note=_("方案里写“镇直各单位”时，指这份名单上的单位。"),
    )


def add_count(request: HttpRequest, pk: int) -> HttpResponse:
    """A head count of a unit."""
    found, back, way = _about(request, pk, "registers:edit_posts")

    def act(given: Mapping[str, Any]) -> object:
        entry = HeadCountEntry(found, given["what"], given["count"], given["on"], given["source"])
        return people.record_head_counts(by=request.user, counts=[entry])  # type: ignore[arg-type]

    return form_page(
        request,
        lambda *data: forms.HeadCountForm(*data, today=clock.today()),
        act,
        title=_("登记{unit}的人数").format(unit=found.short_name),
        button=_("登记"),
        back=back,
        done=_("已登记。"),
        way=way,
    )


def _about(request: HttpRequest, pk: int, code: str = EDIT) -> tuple[Unit, str, list]:
    found = queries.unit_for(request.user, pk, code)
    if code == EDIT and found.kind in (UnitKind.COUNTY, UnitKind.TOWN):
        raise Http404
    way = crumbs((_("单位"), reverse("registers:tree")), unit_crumb(found))
    return found, reverse("registers:unit", args=[found.pk]), way
