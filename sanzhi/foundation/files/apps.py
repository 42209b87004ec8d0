from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "sanzhi.foundation.files"
    label = "files"
    verbose_name = "文件"
