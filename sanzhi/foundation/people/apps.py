from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "sanzhi.foundation.people"
    label = "people"
    verbose_name = "人员与住户"

    def ready(self) -> None:
        from sanzhi.foundation.people import personal  # noqa: F401
