from django.apps import AppConfig


class ProgressNotesConfig(AppConfig):
    name = "sanzhi.mechanisms.progress_notes"
    label = "progress_notes"
    verbose_name = "进展说明"
