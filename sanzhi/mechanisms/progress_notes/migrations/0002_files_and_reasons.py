import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("files", "0001_stored_file"),
        ("progress_notes", "0001_initial"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="note", name="note_by_period"),
        migrations.RenameField(model_name="note", old_name="counts_for", new_name="counts_on"),
        migrations.AddField(
            model_name="note",
            name="edited_on",
            field=models.DateField(blank=True, null=True, verbose_name="修改日"),
        ),
        migrations.AddField(
            model_name="note",
            name="late_reason",
            field=models.CharField(blank=True, max_length=200, verbose_name="补录说明"),
        ),
        migrations.AddField(
            model_name="note",
            name="void_reason",
            field=models.CharField(blank=True, max_length=200, verbose_name="作废原因"),
        ),
        migrations.CreateModel(
            name="NoteFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("added_on", models.DateField()),
                ("removed_on", models.DateField(blank=True, null=True)),
                (
                    "note",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="attached", to="progress_notes.note"
                    ),
                ),
                (
                    "stored",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.storedfile"
                    ),
                ),
            ],
            options={"ordering": ("pk",)},
        ),
        migrations.AddConstraint(
            model_name="notefile",
            constraint=models.UniqueConstraint(fields=("note", "stored"), name="note_file_is_attached_once"),
        ),
        migrations.AddField(
            model_name="note",
            name="files",
            field=models.ManyToManyField(related_name="+", through="progress_notes.NoteFile", to="files.storedfile"),
        ),
        migrations.AddIndex(
            model_name="note", index=models.Index(fields=["town", "counts_on"], name="note_by_period")
        ),
        migrations.AddIndex(
            model_name="note", index=models.Index(fields=["town", "state", "submitted_on"], name="note_by_state")
        ),
        migrations.AddIndex(
            model_name="note",
            index=models.Index(fields=["obligation", "submitted_on"], name="note_by_obligation"),
        ),
        migrations.AddConstraint(
            model_name="note",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("state", "void"), _negated=True), models.Q(("void_reason", ""), _negated=True), _connector="OR"),
                name="note_is_void_with_a_reason",
            ),
        ),
    ]
