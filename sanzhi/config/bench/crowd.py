"""A hundred thousand records, a million: sites, notes, households and acts of a large town, copied in the database."""

from __future__ import annotations

from django.db.models import Max

from sanzhi.config.bench import tables
from sanzhi.config.bench.county import BENCH, DAY, FOUNDED, Town
from sanzhi.foundation.audit.models import AuditEntry, AuditPayload
from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.foundation.people.actions import NewHousehold, open_households
from sanzhi.foundation.people.models import Household, Presence, Stay
from sanzhi.kit.ledger.models import Obligation
from sanzhi.mechanisms.facilities.models import Site
from sanzhi.mechanisms.progress_notes.models import Note
from sanzhi.steering.indicators.nightly import refold


def grow(town: Town, have: int, want: int) -> None:
    """Let the town have `want` records of each kind where it has `have`."""
    more = tables.numbers(want - have, have)
    _sites(town, more)
    _notes(town, more)
    _households(town, more)
    _acts(town, more, have)
    tables.look_around()
    refold(town.unit, DAY)


def _sites(town: Town, more: str) -> None:
    site = Site.objects.filter(town=town.unit).order_by("pk")[0]
    state = (
        "CASE n.i % 10 WHEN 0 THEN 'handed_in' WHEN 1 THEN 'planned' WHEN 2 THEN 'built' ELSE 'accepted' END"
    )
    change = {
        "uid": tables.fresh_uid(),
        "unit_id": tables.one_of([v.pk for v in town.villages]),
        "name": tables.text_of(prefix="测量点"),
        "happened_on": tables.day_from("2021-06-01", 350),
        "state": state,
    }
    tables.copies(site, more, change)


def _notes(town: Town, more: str) -> None:
    note = Note.objects.filter(town=town.unit).order_by("pk")[0]
    owed = Obligation.objects.filter(town=town.unit, requirement__proves="")
    source = (
        f"SELECT k.i, o.id AS obligation_id, o.unit_id, o.requirement_id FROM ({more}) k JOIN (SELECT id, unit_id,"
        f" requirement_id, row_number() OVER (ORDER BY id) - 1 AS place FROM {Obligation._meta.db_table}"
        f" WHERE id IN ({', '.join(map(str, owed.values_list('pk', flat=True)))})) o ON o.place = k.i % {owed.count()}"
    )
    change = {
        "uid": tables.fresh_uid(),
        "obligation_id": "n.obligation_id",
        "unit_id": "n.unit_id",
        "requirement_id": "n.requirement_id",
        "submitted_on": tables.day_from("2022-01-01", 140),
        "state": "CASE n.i % 10 WHEN 0 THEN 'submitted' ELSE 'accepted' END",
    }
    tables.copies(note, source, change)


def _households(town: Town, more: str) -> None:
    groups = list(Unit.objects.filter(town=town.unit, kind=UnitKind.GROUP).order_by("pk"))
    if not Household.objects.filter(town=town.unit).exists():
        first = NewHousehold("H", groups[0], door="1号", walk_order=1, surname="测")
        open_households(by=BENCH, households=[first], on=FOUNDED)
    household = Household.objects.filter(town=town.unit).order_by("pk")[0]
    stay, presence = Stay.objects.get(household=household), Presence.objects.get(household=household)
    last = Household.objects.aggregate(last=Max("pk"))["last"]
    tables.copies(household, more, {"number": tables.text_of(prefix="H")})
    new = f"SELECT id AS i, id AS household_id FROM {Household._meta.db_table} WHERE id > {last}"
    where = {"household_id": "n.household_id"}
    door = {
        "group_id": tables.one_of([g.pk for g in groups]),
        "door": tables.text_of(),
        "walk_order": "n.i",
    }
    tables.copies(stay, new, where | door)
    tables.copies(presence, new, where)


def _acts(town: Town, more: str, have: int) -> None:
    entry = AuditEntry.objects.filter(chain=town.unit.code).order_by("-seq")[0]
    last = AuditEntry.objects.aggregate(last=Max("pk"))["last"]
    change = {
        "seq": f"{entry.seq} + 1 + n.i - {have}",
        "subject": tables.text_of(prefix="bench.row:"),
        "digest": tables.text_of(prefix="测量"),
    }
    tables.copies(entry, more, change)
    new = f"SELECT id AS i FROM {AuditEntry._meta.db_table} WHERE id > {last}"
    tables.copies(AuditPayload.objects.get(entry=entry), new, {"entry_id": "n.i"})
