"""A later version's tasks are paired with those before; a requirement knows the first one of its undertaking."""

import django.db.models.deletion
from django.db import migrations, models


def first_of_their_kind(apps, schema_editor):
    apps.get_model("ledger", "Requirement").objects.filter(lineage=0).update(lineage=models.F("pk"))


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.AddField("planversion", "left_out", models.JSONField(blank=True, default=list, verbose_name="不再保留的任务")),
        migrations.AddField(
            "task",
            "predecessor",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="followers",
                to="ledger.task",
            ),
        ),
        migrations.AddField(
            "task", "likeness", models.PositiveSmallIntegerField(default=0, verbose_name="相似度（%）")
        ),
        migrations.AddField("task", "paired", models.BooleanField(default=False, verbose_name="已对应")),
        migrations.AddField("requirement", "lineage", models.PositiveBigIntegerField(db_index=True, default=0)),
        migrations.RunPython(first_of_their_kind, migrations.RunPython.noop),
    ]
