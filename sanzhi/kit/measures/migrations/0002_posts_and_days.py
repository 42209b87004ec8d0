"""Tallies of posts, with the days of their period; touches of single days. Kept figures are counted anew: none is carried."""

import datetime

from django.db import migrations, models


def forget(apps, schema_editor):
    apps.get_model("measures", "Tally").objects.all().delete()


class Migration(migrations.Migration):

    dependencies = [
        ("measures", "0001_initial"),
        ("orgs", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(forget, migrations.RunPython.noop),
        migrations.RemoveConstraint(model_name="tally", name="tally_is_one_per_slot"),
        migrations.AddField("tally", "post", models.PositiveBigIntegerField(default=0)),
        migrations.AddField("tally", "begins_on", models.DateField(default=datetime.date.min), preserve_default=False),
        migrations.AddField("tally", "ends_on", models.DateField(default=datetime.date.min), preserve_default=False),
        migrations.AddConstraint(
            "tally",
            models.UniqueConstraint(
                fields=("town", "source", "requirement", "unit", "post", "period", "asks"),
                name="tally_is_one_per_slot",
            ),
        ),
        migrations.AddIndex("tally", models.Index(fields=["unit", "source", "ends_on"], name="tally_by_unit")),
        migrations.RemoveIndex(model_name="touch", name="touch_by_source"),
        migrations.AddField("touch", "until", models.DateField(null=True)),
        migrations.AddIndex(
            "touch", models.Index(fields=["town", "source", "unit"], name="touch_by_source_and_unit")
        ),
    ]
