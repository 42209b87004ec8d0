"""Tallies: figures kept ready; touches: the rows that say which of them may no longer be true."""

from __future__ import annotations

from django.db import models
from django.db.models import UniqueConstraint

from sanzhi.foundation.orgs.models import Unit


class Touch(models.Model):
    """A record changed what a source counts in a unit, from a day on or (`until`) in the periods of these days alone.

    Inserted by actions, taken away by the fold.
    """

    town = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=60)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["town", "source", "unit"], name="touch_by_source_and_unit")]


class Tally(models.Model):
    """What records give for one slot of a source: unit (or post), period or stage, and what is asked of it.

    `requirement` only for the generic room, `post` 0 where the unit owes. `read_on` is the day on whose registers it was
    counted.
    """

    town = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=60)
    requirement = models.PositiveBigIntegerField(default=0)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    post = models.PositiveBigIntegerField(default=0)
    period = models.CharField(max_length=16)
    begins_on = models.DateField()
    ends_on = models.DateField()
    asks = models.CharField(max_length=24)
    numerator = models.IntegerField()
    denominator = models.IntegerField(null=True)
    needed = models.IntegerField()
    on_time = models.IntegerField()
    met_on = models.DateField(null=True)
    pending_on = models.DateField(null=True)
    read_on = models.DateField()

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["town", "source", "requirement", "unit", "post", "period", "asks"],
                name="tally_is_one_per_slot",
            )
        ]
        indexes = [models.Index(fields=["unit", "source", "ends_on"], name="tally_by_unit")]
