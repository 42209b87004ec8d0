from django.conf import settings
from django.db import migrations, models
from django.db.models import F

from sanzhi.foundation.audit.guard import writes_allowed


def note_known_acceptances(apps, schema_editor):
    """What was accepted before acceptances bore their day of writing was written down when it was accepted."""
    with writes_allowed():
        apps.get_model("facilities", "Site").objects.filter(accepted_on__isnull=False).update(
            acceptance_noted_on=F("accepted_on")
        )


class Migration(migrations.Migration):
    dependencies = [
        ("facilities", "0001_initial"),
        ("orgs", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="site", name="site_is_accepted_by_somebody_on_a_day"),
        migrations.RenameField(model_name="site", old_name="planned_for", new_name="expected_on"),
        migrations.RenameField(model_name="site", old_name="used_since", new_name="in_use_on"),
        migrations.AddField(
            model_name="site",
            name="acceptance_noted_on",
            field=models.DateField(blank=True, null=True, verbose_name="验收登记日"),
        ),
        migrations.AddField(
            model_name="site",
            name="late_reason",
            field=models.CharField(blank=True, max_length=200, verbose_name="补录说明"),
        ),
        migrations.RunPython(note_known_acceptances, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            model_name="site",
            index=models.Index(fields=["unit", "state"], name="site_by_unit_and_state"),
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "accepted"), _negated=True),
                    models.Q(
                        ("acceptance_noted_on__isnull", False),
                        ("accepted_on__isnull", False),
                        models.Q(("accepted_by", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="site_is_accepted_by_somebody_on_a_day",
            ),
        ),
    ]
