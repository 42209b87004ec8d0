"""The pages that are measured, each with the bare page of the same rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from sanzhi.config.bench.bare import Bare, Block
from sanzhi.config.bench.county import DAY, Town
from sanzhi.foundation.accounts.models import Grant, User
from sanzhi.foundation.audit.models import AuditEntry
from sanzhi.foundation.orgs.models import Placement, Unit, UnitKind
from sanzhi.foundation.people.models import Household, Presence, PresenceKind, Stay
from sanzhi.kit.ledger.models import Obligation, PlanVersion, Requirement, Task
from sanzhi.mechanisms.facilities.models import Site, SiteKind
from sanzhi.mechanisms.progress_notes.models import Note
from sanzhi.steering.indicators.models import Bundle

PAGE = 25


@dataclass(frozen=True)
class Page:
    """A page of the software: `kind` list, detail or form; who asks for it; what it is measured against."""

    name: str
    kind: str
    url: str
    who: User
    bare: Bare

    @property
    def key(self) -> str:
        """Its name in an address."""
        return f"{self.kind}-{self.name.encode().hex()}"


def _url(name: str, *args: object) -> str:
    return reverse(name, args=args)


def _rows(rows: Callable[[], QuerySet[Any]], *fields: str, most: int = PAGE) -> Bare:
    return Bare([Block(lambda: list(rows()[:most]), fields)])


def _form(**fields: forms.Field) -> Callable[[], forms.Form]:
    made = type("PlainForm", (forms.Form,), fields)
    return lambda: made()


def catalogue(small: Town, large: Town) -> list[Page]:
    """All measured pages. The large town holds the crowd of records; the small one lies beside it in the same tables."""
    return [
        *_of_sites(small, large),
        *_of_notes(small, large),
        *_of_registers(large),
        *_of_ledger(small),
        *_of_administration(large),
    ]


def _of_sites(small: Town, large: Town) -> list[Page]:
    site = Site.objects.filter(town=large.unit).order_by("pk")[0]
    planned = Site.objects.filter(unit=large.villages[0], state="planned").order_by("pk").first() or site
    shown = ("name", "unit.short_name", "get_kind_display", "state", "built_on", "accepted_on")
    every = (
        "place",
        "purpose",
        "expected_on",
        "handed_in_on",
        "accepted_by",
        "in_use_on",
        "filed_on",
        "happened_on",
    )
    leader, secretary, url = large.people["leader"], large.people["secretary"], _url("facilities:list")

    def of(**where: object) -> Bare:
        return _rows(lambda: Site.objects.filter(**where).select_related("unit").order_by("-pk"), *shown)

    one = Bare([
        Block(lambda: [Site.objects.select_related("unit", "town").get(pk=site.pk)], (*shown, *every)),
        _history(large, f"facilities.site:{site.pk}"),
    ])  # fmt: skip
    text = forms.CharField
    villages = [(v.pk, v.short_name) for v in large.villages]
    plan = _form(
        unit=forms.ChoiceField(choices=villages),
        kind=forms.ChoiceField(choices=SiteKind.choices),
        name=text(),
        place=text(required=False),
        purpose=text(required=False),
        expected_on=forms.DateField(required=False),
    )
    build = _form(built_on=forms.DateField(), hand_in=forms.BooleanField(required=False))
    return [
        Page("点：全镇", "list", url, leader, of(town=large.unit)),
        Page("点：待验收", "list", f"{url}?state=handed_in", leader, of(town=large.unit, state="handed_in")),
        Page(
            "点：没有一个是撤出的",
            "list",
            f"{url}?state=withdrawn",
            leader,
            of(town=large.unit, state="withdrawn"),
        ),
        Page("点：一个村", "list", url, secretary, of(unit=large.villages[0])),
        Page("点：邻镇一个村", "list", url, small.people["secretary"], of(unit=small.villages[0])),
        Page("一个点", "detail", _url("facilities:detail", site.pk), leader, one),
        Page("登记一个点", "form", _url("facilities:plan"), secretary, Bare(form=plan)),
        Page("登记建成", "form", _url("facilities:step", planned.pk, "build"), secretary, Bare(form=build)),
    ]


def _of_notes(small: Town, large: Town) -> list[Page]:
    note = Note.objects.filter(town=large.unit).order_by("pk")[0]
    shown = ("text", "unit.short_name", "requirement.task", "submitted_on", "get_state_display")

    def of(**where: object) -> Bare:
        rows = Note.objects.filter(**where).select_related("unit", "author", "requirement__task")
        return _rows(lambda: rows.order_by("-submitted_on", "-pk"), *shown)

    leader, officer = large.people["leader"], large.people["officer"]
    one = Bare([
        Block(
            lambda: [Note.objects.select_related("unit", "author", "town", "requirement__task").get(pk=note.pk)],
            (*shown, "author", "happened_on", "amount", "decided_on", "decided_by", "requirement.what"),
        ),
        _history(large, f"progress_notes.note:{note.pk}"),
    ])  # fmt: skip
    owed = _open(small)
    owes = Block(
        lambda: list(_owed(small).filter(pk=owed.pk)),
        ("unit.short_name", "requirement.what", "requirement.quote", "due_on"),
    )
    write = _form(
        happened_on=forms.DateField(),
        text=forms.CharField(widget=forms.Textarea),
        amount=forms.IntegerField(initial=1),
        files=forms.FileField(required=False),
    )
    secretary = small.people["secretary"]
    return [
        Page("进展：全镇", "list", _url("progress_notes:all"), leader, of(town=large.unit)),
        Page(
            "进展：待认定",
            "list",
            _url("progress_notes:waiting"),
            officer,
            of(town=large.unit, state="submitted"),
        ),
        Page("进展：邻镇一个村", "list", _url("progress_notes:own"), secretary, of(unit=small.villages[0])),
        Page("一条进展", "detail", _url("progress_notes:detail", note.pk), leader, one),
        Page("写进展", "form", _url("progress_notes:write", owed.pk), secretary, Bare([owes], write)),
    ]


def _of_registers(large: Town) -> list[Page]:
    leader, secretary, admin = large.people["leader"], large.people["secretary"], large.people["admin"]
    stay = Stay.objects.filter(household__town=large.unit).order_by("pk")[0]
    places = Placement.objects.filter(unit__town=large.unit).select_related("unit", "parent").order_by("path")
    units = (
        "unit.name",
        "unit.get_kind_display",
        "unit.short_name",
        "unit.code",
        "parent.short_name",
        "opened_on",
    )
    stays = Stay.objects.filter(group__town=large.unit, closed_on__isnull=True).select_related(
        "household", "group"
    )
    mine = stays.filter(group__in=_groups(large))
    village = large.villages[0]
    below = Block(lambda: list(places.filter(parent=village)), units)
    one_village = Bare([Block(lambda: list(places.filter(unit=village)), units), below])
    one_household = Bare([
        Block(lambda: list(Household.objects.filter(pk=stay.household_id)), ("number", "contact_surname")),
        Block(lambda: list(Stay.objects.filter(household=stay.household_id).select_related("group")), ("group", "door", "opened_on")),
        Block(lambda: list(Presence.objects.filter(household=stay.household_id)), ("get_kind_display", "opened_on")),
    ])  # fmt: skip
    house = ("household.number", "group.short_name", "door", "walk_order")
    group_url = _url("registers:group", stay.group_id)
    in_group = stays.filter(group=stay.group_id).order_by("walk_order")
    presence = _form(kind=forms.ChoiceField(choices=PresenceKind.choices), on=forms.DateField())
    home = _url("registers:households")
    return [
        Page("机构名册", "list", _url("registers:units"), admin, _rows(lambda: places, *units)),
        Page("一个村", "detail", _url("registers:unit", village.pk), leader, one_village),
        Page("户册", "list", home, secretary, _rows(lambda: mine.order_by("group_id", "walk_order"), *house)),
        # The page shows a whole group, so its bare one does.
        Page("一个小组的住户", "list", group_url, secretary, Bare([Block(lambda: list(in_group), house)])),
        Page("一户", "detail", _url("registers:household", stay.household_id), secretary, one_household),
        Page(
            "改在家情况",
            "form",
            _url("registers:change_presence", stay.household_id),
            large.people["clerk"],
            Bare(form=presence),
        ),
    ]


def _groups(town: Town) -> QuerySet[Unit]:
    village = town.villages[0]
    return Unit.objects.filter(kind=UnitKind.GROUP, code__startswith=village.code)


_ASKS = ("requirement.task.heading", "requirement.what", "period", "due_on", "unit.short_name")


def _of_ledger(small: Town) -> list[Page]:
    leader, secretary, officer = (small.people[k] for k in ("leader", "secretary", "officer"))
    task = (
        Task.objects.filter(version__plan__town=small.unit)
        .select_related("version__plan")
        .order_by("position")[5]
    )
    owed = _open(small)
    one_task, one_owed = _one_task(small, task), _one_owed(small, owed)
    versions = (
        PlanVersion.objects.filter(plan__town=small.unit).select_related("plan").defer("text", "reading")
    )
    months = Bundle.objects.filter(town=small.unit)
    return [
        Page(
            "方案",
            "list",
            _url("plans:list"),
            leader,
            _rows(lambda: versions, "plan.name", "number", "state"),
        ),
        Page(
            "本单位要做的事",
            "list",
            _url("plans:mine"),
            secretary,
            _rows(lambda: _owed(small, due=True), *_ASKS),
        ),
        Page(
            "牵头的任务",
            "list",
            _url("plans:lead"),
            officer,
            _rows(lambda: _owed(small, due=True), *_ASKS, most=300),
        ),
        Page(
            "一项任务",
            "detail",
            _url("plans:task", f"{task.version.plan.code}-{task.code}"),
            leader,
            one_task,
        ),
        Page("一项义务", "detail", _url("plans:obligation", owed.pk), secretary, one_owed),
        Page(
            "锁定的月份",
            "list",
            _url("indicators:list"),
            leader,
            _rows(lambda: months, "month", "revision", "as_of"),
        ),
    ]


def _one_task(small: Town, task: Task) -> Bare:
    requirements = Requirement.objects.filter(task=task)
    return Bare([
        Block(lambda: [Task.objects.select_related("version__plan").get(pk=task.pk)], ("heading", "text", "code")),
        Block(lambda: list(task.units.select_related("unit")), ("printed_name", "get_role_display", "unit")),
        Block(lambda: list(requirements), ("what", "quote", "get_kind_display")),
        Block(lambda: list(_owed(small).filter(requirement__in=requirements)), _ASKS),
        _history(small, f"ledger.task:{task.pk}"),
    ])  # fmt: skip


def _one_owed(small: Town, owed: Obligation) -> Bare:
    return Bare([
        Block(lambda: list(_owed(small).filter(pk=owed.pk)), _ASKS),
        Block(lambda: list(Note.objects.filter(obligation=owed).select_related("author")), ("text", "submitted_on")),
        _history(small, f"ledger.obligation:{owed.pk}"),
    ])  # fmt: skip


def _of_administration(large: Town) -> list[Page]:
    admin, leader = large.people["admin"], large.people["leader"]
    accounts = User.objects.filter(town=large.unit).select_related("person").order_by("username")
    acts = AuditEntry.objects.filter(chain=large.unit.code)
    act = acts.order_by("-seq")[0]
    one_account = Bare([
        Block(lambda: [accounts.get(pk=leader.pk)], ("username", "display_name", "is_active")),
        Block(lambda: list(Grant.objects.filter(user=leader).select_related("unit")), ("role", "unit", "opened_on", "closed_on")),
        _history(large, f"accounts.user:{leader.pk}"),
    ])  # fmt: skip
    one_act = Bare([
        Block(
            lambda: [AuditEntry.objects.select_related("payload").get(pk=act.pk)],
            ("at", "by", "verb", "subject", "seq", "digest", "payload.body"),
        )
    ])  # fmt: skip
    new = _form(
        person=forms.ModelChoiceField(queryset=Unit.objects.none(), required=False),
        display_name=forms.CharField(),
        username=forms.CharField(),
    )
    listed = ("at", "by", "verb", "subject", "seq")
    return [
        Page(
            "账号",
            "list",
            _url("administration:accounts"),
            admin,
            _rows(lambda: accounts, "display_name", "username", "is_active"),
        ),
        Page("一个账号", "detail", _url("administration:account", leader.pk), admin, one_account),
        Page("开账号", "form", _url("administration:open_account"), admin, Bare(form=new)),
        Page(
            "操作记录",
            "list",
            _url("administration:audit"),
            admin,
            _rows(lambda: acts.order_by("-seq"), *listed),
        ),
        Page("一次操作", "detail", _url("administration:act", act.pk), admin, one_act),
    ]


def _history(town: Town, subject: str) -> Block:
    rows = (
        AuditEntry.objects.filter(chain=town.unit.code, subject=subject)
        .select_related("payload")
        .order_by("-seq")
    )
    return Block(lambda: list(rows[:50]), ("at", "by", "verb", "payload.body"))


def _owed(town: Town, *, due: bool = False) -> QuerySet[Obligation]:
    rows = Obligation.objects.filter(town=town.unit).select_related("requirement__task", "unit")
    return rows.filter(unit=town.villages[0], due_on__lte=DAY).order_by("due_on") if due else rows


def _open(town: Town) -> Obligation:
    """What the first village owes for the month that runs, with no note yet."""
    rows = _owed(town).filter(
        unit=town.villages[0], requirement__proves="", begins_on__lte=DAY, due_on__gte=DAY
    )
    return rows.order_by("pk")[0]
