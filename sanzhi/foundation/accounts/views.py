"""Coming in, going out, one's own password, and what is held about oneself."""

from __future__ import annotations

import datetime as dt
import json

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_cool_off
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sanzhi.domain.problems import Problem
from sanzhi.foundation import clock
from sanzhi.foundation.accounts import actions, queries, rules
from sanzhi.foundation.accounts.forms import PasswordForm, SignInForm, SlipForm
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.audit.action import said
from sanzhi.foundation.privacy.masking import mask
from sanzhi.foundation.ui.forms import attach

DEMO_PASSWORD = "qinghe-2022"
"""The password of every demonstration account, shown on the sign-in page of a demonstration and nowhere else."""
BACKEND = "django.contrib.auth.backends.ModelBackend"


def _next(request: HttpRequest) -> str:
    """Where to go after signing in: the page asked for if it is ours, else the first page."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if ours else settings.LOGIN_REDIRECT_URL


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The door: name and password, throttled by name and address."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(_next(request))
    people = queries.demo_people(clock.today())
    form = SignInForm(request.POST if request.method == "POST" else None)
    refused = ""
    if form.is_bound and form.is_valid():
        typed = form.cleaned_data
        name = rules.plain_login(typed["username"])
        account = authenticate(request, username=name, password=typed["password"])
        if isinstance(account, User):
            return _enter(request, account, typed["public_machine"])
        _note_failure(request, name)
        refused = _("没有登录：登录名或密码不对。请检查大小写；忘了密码，请管理员打印一张密码条。")
    elif not form.is_bound:
        chosen = next((g.user.username for g in people if g.user.username == request.GET.get("who")), "")
        # A chosen demonstration account comes filled in, so that one more press goes in, also without JavaScript.
        form = SignInForm(initial={"username": chosen, "password": DEMO_PASSWORD if chosen else ""})
        form.fields["password"].widget.render_value = bool(chosen)
    context = {
        "form": form,
        "next": _next(request),
        "people": people,
        "demo_password": DEMO_PASSWORD,
        "refused": refused,
    }
    return render(request, "accounts/sign_in.html", context, status=422 if refused or form.errors else 200)


def _enter(request: HttpRequest, account: User, public_machine: bool) -> HttpResponse:
    target = _next(request)
    login(request, account)
    if public_machine:
        request.session.set_expiry(0)
    actions.note_sign_in(by=account, account=account, public_machine=public_machine)
    return HttpResponseRedirect(target)


def _note_failure(request: HttpRequest, name: str, slip: bool = False) -> None:
    """One entry per refusal up to the lock; while the door is locked nothing more is written."""
    locked = bool(getattr(request, "axes_locked_out", False))
    # The failure that locks has a count; those that find the door locked have none.
    if not locked or getattr(request, "axes_failures_since_start", None) is not None:
        actions.note_failure(by=actions.DOOR, username=name, locked=locked, slip=slip)


@login_not_required
def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: object = None
) -> HttpResponse:
    """After too many wrong passwords: how long to wait, and whom to ask."""
    wait = get_cool_off(request) or dt.timedelta(minutes=15)
    context = {"minutes": max(1, round(wait.total_seconds() / 60)), "tries": settings.AXES_FAILURE_LIMIT}
    page = render(request, "accounts/locked_out.html", context, status=429)
    page["Retry-After"] = str(int(wait.total_seconds()))
    return page


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave. Writes nothing: when somebody leaves is nobody's business (R-60)."""
    logout(request)
    messages.success(request, _("已退出登录。"), extra_tags="good")
    return redirect("accounts:sign_in")


@login_not_required
@never_cache
@sensitive_post_parameters("password", "again", "code")
@require_http_methods(["GET", "HEAD", "POST"])
def use_slip(request: HttpRequest) -> HttpResponse:
    """Set a password with a slip handed over by the administrator; wrong codes count as wrong passwords do."""
    form = SlipForm(request.POST or None, initial={"username": request.GET.get("name", "")})
    if form.is_bound and form.is_valid():
        typed = form.cleaned_data
        name = rules.plain_login(typed["username"])
        credentials = {"username": name}
        if not AxesProxyHandler.is_allowed(request, credentials):
            return locked_out(request)
        try:
            account = actions.use_slip(
                by=actions.DOOR, username=name, code=typed["code"], password=typed["password"]
            )
        except Problem as problem:
            attach(form, problem)
            if problem.code == "accounts.slip_wrong":
                user_login_failed.send(sender=__name__, request=request, credentials=credentials)
                _note_failure(request, name, slip=True)
        else:
            login(request, account, backend=BACKEND)
            actions.note_sign_in(by=account, account=account, public_machine=False)
            messages.success(request, _("密码设好了，以后用登录名和新密码登录。"), extra_tags="good")
            return redirect("accounts:me")
    return render(request, "accounts/use_slip.html", {"form": form}, status=200 if not form.errors else 422)


@never_cache
@require_GET
def me(request: HttpRequest) -> HttpResponse:
    """Who I am here: roles and when they end, and what is held about me."""
    account, today = request.user, clock.today()
    person = account.person
    since = clock.now() - dt.timedelta(days=queries.KEPT_DAYS)
    context = {
        "account": account,
        "facts": [
            (_("姓名"), account.display_name),
            (_("登录名"), account.username),
            (_("乡镇"), account.town.name if account.town else _("县")),
            (_("电话"), mask(person.phone, "phone") if person else None),
        ],
        "terms": queries.terms_of(account, today),
        "past": queries.past_terms_of(account, today),
        "slips": queries.slips_of(account)[:5],
        "acts": [(act, said(act.verb)) for act in queries.acts_about(account)[: queries.SHOWN]],
        "looks": queries.looks_at(person, since)[: queries.SHOWN] if person else [],
        "today": today,
    }
    return render(request, "accounts/me.html", context)


@never_cache
@require_GET
def my_data(request: HttpRequest) -> HttpResponse:
    """What is held about me, as a file to take along."""
    body = json.dumps(queries.held_about(request.user), ensure_ascii=False, indent=1)
    response = HttpResponse(body, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@never_cache
@sensitive_post_parameters("old", "password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; this session stays, all others of the account end."""
    form = PasswordForm(request.POST or None)
    if form.is_bound and form.is_valid():
        typed = form.cleaned_data
        try:
            account = actions.change_password(
                by=request.user, account=request.user, old=typed["old"], new=typed["password"]
            )
        except Problem as problem:
            attach(form, problem)
        else:
            update_session_auth_hash(request, account)
            messages.success(request, _("密码改好了。其他设备上的登录已经失效。"), extra_tags="good")
            return redirect("accounts:me")
    crumbs = [(_("我的"), reverse("accounts:me"))]
    context = {"form": form, "crumbs": crumbs}
    return render(request, "accounts/change_password.html", context, status=200 if not form.errors else 422)


@require_http_methods(["GET", "HEAD", "POST"])
def ask_deletion(request: HttpRequest) -> HttpResponse:
    """Ask that one's account be deleted, after reading what that means; or take the wish back."""
    if request.method == "POST":
        wanted = request.POST.get("wanted") == "1"
        actions.ask_deletion(by=request.user, account=request.user, wanted=wanted)
        told = _("已提出注销申请，管理员办理后生效；在那之前可以撤回。") if wanted else _("已撤回注销申请。")
        messages.success(request, told, extra_tags="good")
        return redirect("accounts:me")
    return render(request, "accounts/ask_deletion.html", {"crumbs": [(_("我的"), reverse("accounts:me"))]})
