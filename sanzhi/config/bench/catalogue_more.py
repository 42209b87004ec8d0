"""More pages that are measured: the first page of the day, the calendar, people, coverage, a plan read in, a bundle."""

from __future__ import annotations

from django import forms
from django.urls import reverse

from sanzhi.config.bench.bare import Bare, Block
from sanzhi.config.bench.catalogue import Page
from sanzhi.config.bench.county import DAY, Town
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.people.models import Post
from sanzhi.kit.ledger.models import Doubt, Obligation, PlanVersion, Requirement, Task, TaskUnit
from sanzhi.mechanisms.facilities.models import Site
from sanzhi.steering.indicators.models import Bundle

PAGE = 25
_OWED = ("requirement.task.heading", "requirement.what", "period", "due_on", "unit.short_name")


def more(small: Town, large: Town) -> list[Page]:
    """These pages, of the small town where nothing of theirs is copied, else of the large one."""
    return [*_of_the_day(small), *_of_plans(small), *_of_people(large), _coverage(large), _bundle(small)]


def _owed(town: Town, **where: object) -> Block:
    rows = Obligation.objects.filter(town=town.unit, **where).select_related("requirement__task", "unit")
    return Block(lambda: list(rows.order_by("due_on", "pk")), _OWED)


def _of_the_day(town: Town) -> list[Page]:
    secretary, village = town.people["secretary"], town.villages[0]
    month = {"unit": village, "due_on__year": DAY.year, "due_on__month": DAY.month}
    due = _owed(town, unit=village, due_on__lte=DAY)
    return [
        Page("待办", "list", reverse("dashboards:home"), secretary, Bare([due])),
        Page("日历", "list", reverse("plans:calendar"), secretary, Bare([_owed(town, **month)])),
    ]


def _of_plans(town: Town) -> list[Page]:
    version = PlanVersion.objects.filter(plan__town=town.unit).order_by("-pk")[0]
    officer = town.people["plans"] if "plans" in town.people else town.people["officer"]
    read = Bare([
        Block(lambda: list(Task.objects.filter(version=version)), ("code", "heading", "text")),
        Block(lambda: list(TaskUnit.objects.filter(task__version=version).select_related("unit")), ("printed_name", "unit")),
        Block(lambda: list(Requirement.objects.filter(task__version=version)), ("what", "quote", "get_kind_display")),
        Block(lambda: list(Doubt.objects.filter(version=version)), ("pk",)),
    ])  # fmt: skip
    upload = type("PlainForm", (forms.Form,), {"file": forms.FileField(), "name": forms.CharField()})
    return [
        Page("读出的方案", "detail", reverse("plans:review", args=[version.pk]), officer, read),
        Page("导入方案", "form", reverse("plans:import"), officer, Bare(form=lambda: upload())),
    ]


def _of_people(town: Town) -> list[Page]:
    posts = Post.objects.filter(unit__town=town.unit).select_related("person", "unit")
    shown = ("person.name", "unit.short_name", "get_kind_display", "opened_on", "term_ends_on")
    bare = Bare([Block(lambda: list(posts[:PAGE]), shown)])
    return [Page("人员", "list", reverse("registers:people"), town.people["leader"], bare)]


def _coverage(town: Town) -> Page:
    villages = Unit.objects.filter(pk__in=[v.pk for v in town.villages])
    sites = Site.objects.filter(town=town.unit, state="accepted").select_related("unit")
    bare = Bare([
        Block(lambda: list(villages), ("name", "short_name")),
        Block(lambda: list(sites[:PAGE]), ("name", "unit.short_name", "accepted_on")),
    ])  # fmt: skip
    return Page("点的覆盖", "list", reverse("facilities:coverage"), town.people["leader"], bare)


def _bundle(town: Town) -> Page:
    found = Bundle.objects.filter(town=town.unit).order_by("-month", "-revision")[0]
    last = [int(part) for part in found.month.split("-")]
    bare = Bare([
        Block(lambda: list(Bundle.objects.filter(pk=found.pk)), ("month", "revision", "as_of")),
        _owed(town, due_on__year=last[0], due_on__month=last[1]),
    ])  # fmt: skip
    url = reverse("indicators:bundle", args=[found.month, found.revision])
    return Page("一个月的锁定", "detail", url, town.people["leader"], bare)
