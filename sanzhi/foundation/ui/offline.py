"""Working without a signal: which pages a phone keeps, the service worker that opens them, and whose the phone is.

A room offers its *shell*, a page that holds nobody's data; what it shows lies in the phone's own database, put there for
one account (`static/ui/offline.js`). Nothing else is ever kept by the worker, so no page of one person can come up for another.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import get_template
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from sanzhi.foundation.clock import today
from sanzhi.foundation.ui.components import asset


@dataclass(frozen=True)
class Shell:
    """A page that opens without network: name of its address, its template, what its link says, its scripts and styles.

    `keep` names the address of the small list that the page needs on the phone, `capability` who is given it.
    """

    url_name: str
    template: str
    label: object
    assets: tuple[str, ...] = ()
    keep: str = ""
    capability: str = ""


QUEUE = Shell("ui:queue", "ui/queue.html", _("待发送的记录"))
_SHELLS: dict[str, Shell] = {QUEUE.url_name: QUEUE}
_ASSETS = (
    "ui/vendor/bootstrap.min.css",
    "ui/sanzhi.css",
    "ui/sanzhi.js",
    "ui/vendor/htmx.min.js",
    "ui/vendor/dexie.min.js",
    "ui/offline.js",
    "ui/queue.js",
    "ui/icons.svg",
    "ui/mark.svg",
)
_NO_NETWORK = "ui:no_network"


def offer(shell: Shell) -> None:
    """Offer a page to be kept on phones; a second one under the same name is refused."""
    if _SHELLS.setdefault(shell.url_name, shell) != shell:
        raise RuntimeError(f"shell {shell.url_name} is offered twice")


def shells() -> tuple[Shell, ...]:
    """All pages offered, the queue last."""
    return (*(s for s in _SHELLS.values() if s is not QUEUE), QUEUE)


def account_mark(key: object) -> str:
    """By what a phone knows an account again: says nothing about it, the same on every phone."""
    return salted_hmac("sanzhi.offline.account", str(key)).hexdigest()[:24]


def phone_key(key: object) -> str:
    """The key (32 bytes, base64) under which an account's unsent records lie on a phone: only its owner is handed it."""
    return base64.b64encode(salted_hmac("sanzhi.offline.key", str(key), algorithm="sha256").digest()).decode()


def _source(template: str) -> str:
    return get_template(template).template.source  # type: ignore[attr-defined]


def _script() -> str:
    return (Path(__file__).parent / "static" / "ui" / "sw.js").read_text(encoding="utf-8")


@cache
def _kept(enabled: bool, _root: str) -> dict[str, object]:
    """What the worker keeps, under a version that changes with any of it."""
    pages = [reverse(s.url_name) for s in shells()]
    fallback = reverse(_NO_NETWORK)
    files = [asset(a) for a in dict.fromkeys((*_ASSETS, *(a for s in shells() for a in s.assets)))]
    looks = [_source(t) for t in ("ui/offline.html", "ui/no_network.html", *(s.template for s in shells()))]
    said = json.dumps([_script(), *looks, *pages, *files])
    version = hashlib.sha256(said.encode()).hexdigest()[:16]
    return {
        "version": version if enabled else "",
        "pages": [*pages, fallback] if enabled else [],
        "files": files if enabled else [],
        "fallback": fallback,
    }


@login_not_required
@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker's script. Switched off (SANZHI_OFFLINE=off) it says to the phones that have one: leave."""
    kept = json.dumps(_kept(settings.OFFLINE, settings.STATIC_URL))
    script = f"self.KEPT = {kept};\n{_script()}"
    response = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    # The whole house is its scope; the browser asks for it anew each time, so that a change arrives.
    response["Service-Worker-Allowed"] = "/"
    response["Cache-Control"] = "no-cache"
    return response


@never_cache
@require_GET
def token(request: HttpRequest) -> JsonResponse:
    """For a page that was kept for long: a fresh token for its forms, whose session this is, and the day."""
    return JsonResponse(
        {"token": get_token(request), "account": account_mark(request.user.pk), "day": today().isoformat()}
    )


@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """What was recorded without network and how each stands; the list is made on the phone."""
    return render(request, "ui/queue.html")


@require_GET
def no_network(request: HttpRequest) -> HttpResponse:
    """What comes up in place of a page that cannot be reached: the pages that open all the same."""
    return render(request, "ui/no_network.html", {"shells": shells()})
