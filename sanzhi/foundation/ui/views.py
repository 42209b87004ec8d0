"""The switch between ordinary and large type, remembered in a cookie of this browser."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

ELDER_COOKIE = "elder"
ONE_YEAR = 365 * 24 * 60 * 60


def _back_to(request: HttpRequest) -> str:
    """The page the switch was pressed on, if it is ours; else the first page."""
    for target in (request.POST.get("next", ""), request.META.get("HTTP_REFERER", "")):
        if target and url_has_allowed_host_and_scheme(
            target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        ):
            return target
    return "/"


@login_not_required
@require_POST
def set_elder(request: HttpRequest) -> HttpResponse:
    """Turn elder mode on (`elder=1`) or off (anything else) and return to the page.

    Writes no record: the choice lives in a cookie that says nothing about the person.
    """
    response = HttpResponseRedirect(_back_to(request))
    if request.POST.get("elder") == "1":
        response.set_cookie(ELDER_COOKIE, "1", max_age=ONE_YEAR, samesite="Lax", secure=request.is_secure())
    else:
        response.delete_cookie(ELDER_COOKIE, samesite="Lax")
    return response
