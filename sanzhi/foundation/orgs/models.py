"""Units, their names, and their dated places in the tree.

All spans are half-open [opened_on, closed_on); pages show the inclusive last day. A record names its unit and never a
path: figures of a period use the placements of the period's last day. The rules in prose: docs/rules/registers.md.
"""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sanzhi.foundation.orgs.fields import PathField


class UnitKind(models.TextChoices):
    """What a node of the tree is."""

    COUNTY = "county", pgettext_lazy("unit kind", "县")
    TOWN = "town", _("乡镇")
    OFFICE = "office", _("镇直单位")
    VILLAGE = "village", pgettext_lazy("unit kind", "村")
    GRID = "grid", _("网格")
    GROUP = "group", _("村民小组")


# Which kind may hang under which; the table is the rule.
PARENT_KINDS: dict[str, tuple[str, ...]] = {
    UnitKind.COUNTY: (),
    UnitKind.TOWN: (UnitKind.COUNTY,),
    UnitKind.OFFICE: (UnitKind.TOWN,),
    UnitKind.VILLAGE: (UnitKind.TOWN,),
    UnitKind.GRID: (UnitKind.VILLAGE,),
    UnitKind.GROUP: (UnitKind.GRID, UnitKind.VILLAGE),
}


class Unit(models.Model):
    """A county, town, office, village, grid or villagers' group; where it hangs is told by its placements."""

    code = models.CharField(_("编码"), max_length=24, unique=True)
    kind = models.CharField(_("类别"), max_length=8, choices=UnitKind)
    name = models.CharField(_("全称"), max_length=60)
    short_name = models.CharField(_("简称"), max_length=30)
    town = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="members",
        verbose_name=_("所属乡镇"),
    )
    position = models.PositiveIntegerField(_("排序"), default=0)
    answers_to_county = models.BooleanField(
        _("由县级部门管理"), default=False, help_text=_("镇里只协调，对它的评价只作参考（如司法所、派出所）")
    )

    class Meta:
        ordering = ("position", "code")
        constraints = [
            CheckConstraint(
                name="unit_below_the_county_belongs_to_a_town",
                condition=Q(kind__in=("county", "town")) | Q(town__isnull=False),
            )
        ]
        indexes = [models.Index(fields=["town", "kind"], name="unit_by_town_and_kind")]

    def __str__(self) -> str:
        return self.short_name

    @property
    def audit_chain(self) -> str:
        """The chain of the town this unit belongs to (the county's for the county itself)."""
        if self.kind == UnitKind.TOWN:
            return self.code
        return self.town.code if self.town is not None else "county"

    @property
    def town_or_self(self) -> Unit | None:
        """The town: itself if it is one, None for the county."""
        return self if self.kind == UnitKind.TOWN else self.town


class UnitAlias(models.Model):
    """Another name a unit is printed under (党建办 = 镇党建办 = 党建工作办公室)."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="aliases")
    town = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("别名"), max_length=60)

    class Meta:
        constraints = [UniqueConstraint(fields=["town", "name"], name="alias_means_one_unit_of_its_town")]

    @property
    def audit_chain(self) -> str:
        return self.town.code


class Placement(models.Model):
    """From when to when a unit hung under which parent, with the path that follows from it."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="placements")
    parent = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    path = PathField(_("路径"))
    opened_on = models.DateField(_("起"))
    closed_on = models.DateField(_("止（不含）"), null=True, blank=True)
    ground = models.CharField(_("依据"), max_length=200, blank=True)

    class Meta:
        constraints = [
            CheckConstraint(
                name="placement_ends_after_it_begins",
                condition=Q(closed_on__isnull=True) | Q(closed_on__gt=F("opened_on")),
            ),
            UniqueConstraint(
                fields=["unit"], condition=Q(closed_on__isnull=True), name="placement_open_is_one_per_unit"
            ),
        ]
        indexes = [
            models.Index(fields=["path"], name="placement_by_path"),
            models.Index(fields=["parent", "opened_on"], name="placement_by_parent"),
        ]


class Succession(models.Model):
    """A unit that went on as another from a day (merge, split, renaming into another unit)."""

    predecessor = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="precessions")
    on = models.DateField(_("日期"))
    ground = models.CharField(_("依据"), max_length=200)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["predecessor", "successor"], name="succession_happens_once"),
            CheckConstraint(name="succession_is_to_another_unit", condition=~Q(predecessor=F("successor"))),
        ]


class TownUnitMark(models.Model):
    """From when to when an office counts as 镇直单位 (the list that "镇直各单位" in a plan means)."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="town_unit_marks")
    opened_on = models.DateField(_("起"))
    closed_on = models.DateField(_("止（不含）"), null=True, blank=True)

    @property
    def audit_chain(self) -> str:
        return self.unit.audit_chain


class RegisterChange(models.Model):
    """One row per change of a register that figures read; the folding worker takes it away when tallies know it.

    `unit` is the village or office whose figures alone it can change; None: any of the town's.
    """

    town = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    register = models.CharField(max_length=30)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", null=True)
    since = models.DateField()


def on_day(day: dt.date, prefix: str = "") -> Q:
    """Rows in force on `day`: opened_on <= day < closed_on. `prefix` reaches them over a relation ("placements__")."""
    return Q(**{f"{prefix}opened_on__lte": day}) & (
        Q(**{f"{prefix}closed_on__isnull": True}) | Q(**{f"{prefix}closed_on__gt": day})
    )
