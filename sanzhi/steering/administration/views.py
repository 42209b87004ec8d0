"""Keeping accounts: who may sign in, with which roles, until when."""

from __future__ import annotations

from collections.abc import Callable

import segno
from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sanzhi.domain.problems import Problem
from sanzhi.foundation import clock
from sanzhi.foundation.accounts import actions
from sanzhi.foundation.accounts import queries as account_queries
from sanzhi.foundation.accounts.models import Role, User
from sanzhi.foundation.audit.action import said
from sanzhi.foundation.ui.forms import attach
from sanzhi.foundation.ui.lists import Column, Filter, ListPage
from sanzhi.kit.access import require
from sanzhi.steering.administration import queries
from sanzhi.steering.administration.forms import AccountForm, GrantForm, GroundForm, NameForm, state_of

MANAGE = "accounts:manage"
page = require_http_methods(["GET", "HEAD", "POST"])


def _first_role(row: User) -> str:
    return f"{row.first_unit} · {Role(row.first_role).label}" if row.first_role else str(_("没有角色"))


def _narrow_state(rows, value):
    match value:
        case "open":
            return rows.filter(is_active=True)
        case "asked":
            return rows.filter(deletion_asked_on__isnull=False, deleted_on__isnull=True)
        case _closed:
            return rows.filter(is_active=False)


LIST = ListPage(
    columns=[
        Column(gettext_lazy("姓名"), "display_name"),
        Column(gettext_lazy("登录名"), "username", sort="username"),
        Column(gettext_lazy("角色"), _first_role),
        Column(gettext_lazy("角色到期"), lambda r: r.ends_on and account_queries.last_day(r.ends_on)),
        Column(gettext_lazy("账号"), state_of),
    ],
    filters=[
        Filter(
            "name",
            gettext_lazy("姓名或登录名"),
            apply=lambda rows, text: account_queries.named_like(rows, str(text)),
        ),
        Filter("role", gettext_lazy("角色"), lookup="first_role", choices=queries.role_choices),
        Filter(
            "state",
            gettext_lazy("账号"),
            choices=lambda: [("open", _("可以登录")), ("closed", _("已停用")), ("asked", _("申请注销"))],
            apply=_narrow_state,
        ),
    ],
    order=("username",),
    url=lambda row: reverse("administration:account", args=[row.pk]),
    name=gettext_lazy("账号"),
    empty=gettext_lazy("这里列出本镇的账号。点“开账号”，给每个要登录的人开一个。"),
    export=False,
)


@require_GET
def accounts(request: HttpRequest) -> HttpResponseBase:
    """The accounts this administrator keeps."""
    require(request.user, MANAGE)
    rows = queries.accounts_listed(request.user)
    context = {"action_url": reverse("administration:open_account"), "action_label": _("开账号")}
    listing = LIST.read(request.GET, rows, clock.today(), request.path)
    return listing.respond(request, _("账号与权限"), "administration/accounts.html", context)


def _crumbs(account: User | None = None) -> list[tuple[str, str]]:
    crumbs = [(_("账号与权限"), reverse("administration:accounts"))]
    if account is not None:
        crumbs.append((account.display_name, reverse("administration:account", args=[account.pk])))
    return crumbs


def _town(request: HttpRequest) -> tuple[list, object]:
    towns = queries.towns_kept_by(request.user)
    if not towns:
        raise Http404
    asked = request.GET.get("town", "")
    return towns, next((t for t in towns if str(t.pk) == asked), towns[0])


@page
def open_account(request: HttpRequest) -> HttpResponse:
    """A new account, in three steps: the account, its role, its slip."""
    require(request.user, MANAGE)
    towns, town = _town(request)
    form = AccountForm(request.POST or None, people=account_queries.people_without_account(town))
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        name = given["display_name"].strip() or given["person"].name
        try:
            made = actions.open_account(
                by=request.user,
                username=given["username"],
                display_name=name,
                town=town,
                person=given["person"],
            )
        except Problem as problem:
            attach(form, problem)
        else:
            told = _("{name}的账号开好了。接着授予角色，再打印密码条。").format(name=name)
            messages.success(request, told, extra_tags="good")
            return redirect("administration:grant_role", pk=made.pk)
    chips = [(t.short_name, f"?town={t.pk}", t == town) for t in towns] if len(towns) > 1 else []
    context = {
        "form": form,
        "crumbs": _crumbs(),
        "title": _("开账号"),
        "button": _("开账号"),
        "step": 1,
        "chips": chips,
    }
    return _form_page(request, context)


def _form_page(request: HttpRequest, context: dict) -> HttpResponse:
    wrong = context["form"].is_bound and bool(context["form"].errors)
    return render(request, "administration/form.html", context, status=422 if wrong else 200)


@require_GET
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: its roles with their ends, its slips, and what was done about it."""
    require(request.user, MANAGE)
    row, today = queries.get_account(request.user, pk), clock.today()
    context = {
        "account": row,
        "own": row.pk == request.user.pk,
        "facts": [
            (_("登录名"), row.username),
            (_("乡镇"), row.town.name if row.town else _("县")),
            (_("人员登记"), row.person.name if row.person else _("未对应")),
            (_("账号"), state_of(row)),
        ],
        "terms": account_queries.terms_of(row, today),
        "past": account_queries.past_terms_of(row, today),
        "acts": [(act, said(act.verb)) for act in account_queries.acts_about(row)[:10]],
        "today": today,
        "crumbs": _crumbs(),
    }
    return render(request, "administration/account.html", context)


@never_cache
@require_POST
def issue_slip(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a slip and show it once, to be printed and handed over; only its digest is kept."""
    require(request.user, MANAGE)
    row = queries.get_account(request.user, pk)
    issued = actions.issue_slip(by=request.user, account=row)
    address = request.build_absolute_uri(reverse("accounts:use_slip"))
    context = {
        "account": row,
        "slip": issued.slip,
        "code": issued.code,
        "address": address,
        "picture": segno.make(address, micro=False).svg_data_uri(scale=3, border=2),
        "crumbs": _crumbs(row),
    }
    return render(request, "administration/slip.html", context)


def _with_ground(
    request: HttpRequest, row: User, title: str, button: str, do: Callable[[str], object]
) -> HttpResponse:
    """A page that asks for the ground of one step and then takes it."""
    return _one_step(
        request, row, GroundForm(request.POST or None), title, button, lambda given: do(given["ground"])
    )


def _one_step(
    request: HttpRequest,
    row: User,
    form: BaseForm,
    title: str,
    button: str,
    do: Callable[[dict], object],
    note: str = "",
) -> HttpResponse:
    if form.is_bound and form.is_valid():
        try:
            do(form.cleaned_data)
        except Problem as problem:
            attach(form, problem)
        else:
            messages.success(request, _("已办理：{what}。").format(what=title), extra_tags="good")
            return redirect("administration:account", pk=row.pk)
    context = {"form": form, "crumbs": _crumbs(row), "title": title, "button": button, "note": note}
    return _form_page(request, context)


@page
def grant_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an account a role on a unit in reach, for a term."""
    require(request.user, MANAGE)
    row = queries.get_account(request.user, pk)
    units = queries.grantable_units(request.user, row)
    form = GrantForm(request.POST or None, units=units, today=clock.today())

    def grant(given: dict) -> None:
        term = form.term()
        require(request.user, MANAGE, term["unit"])
        actions.grant_role(by=request.user, account=row, **term)

    title = _("给{name}授予角色").format(name=row.display_name)
    note = _("授予和收回都记在操作记录里，审计和其他管理员看得到；不能给自己授予。")
    return _one_step(request, row, form, title, _("授予角色"), grant, note)


@page
def revoke_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a role back from today on."""
    require(request.user, MANAGE)
    grant = queries.get_grant(request.user, pk)
    title = _("收回{name}的“{unit} · {role}”").format(
        name=grant.user.display_name, unit=grant.unit.short_name, role=grant.get_role_display()
    )
    return _with_ground(
        request,
        grant.user,
        title,
        _("今天收回"),
        lambda ground: actions.revoke_role(by=request.user, grant=grant, ground=ground),
    )


@page
def close_account(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an account; its sessions end at once."""
    require(request.user, MANAGE)
    row = queries.get_account(request.user, pk)
    title = _("停用{name}的账号").format(name=row.display_name)
    return _with_ground(
        request,
        row,
        title,
        _("停用账号"),
        lambda ground: actions.close_account(by=request.user, account=row, ground=ground),
    )


@page
def reopen_account(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a closed account again."""
    require(request.user, MANAGE)
    row = queries.get_account(request.user, pk)
    title = _("恢复{name}的账号").format(name=row.display_name)
    return _with_ground(
        request,
        row,
        title,
        _("恢复账号"),
        lambda ground: actions.reopen_account(by=request.user, account=row, ground=ground),
    )


@page
def rename_account(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the name an account shows."""
    require(request.user, MANAGE)
    row = queries.get_account(request.user, pk)
    form = NameForm(request.POST or None, initial={"display_name": row.display_name})

    def rename(given: dict) -> None:
        actions.rename_account(
            by=request.user, account=row, display_name=given["display_name"], person=row.person
        )

    return _one_step(
        request, row, form, _("更正{name}的姓名").format(name=row.display_name), _("保存姓名"), rename
    )


@page
def delete_account(request: HttpRequest, pk: int) -> HttpResponse:
    """Carry out a deletion that the account's owner asked for."""
    require(request.user, MANAGE)
    row = queries.get_account(request.user, pk)
    if request.method == "POST":
        actions.delete_account(by=request.user, account=row)
        messages.success(request, _("账号已注销，个人信息已删除。"), extra_tags="good")
        return redirect("administration:account", pk=row.pk)
    context = {"account": row, "crumbs": _crumbs(row)}
    return render(request, "administration/delete_account.html", context)
