from django.apps import AppConfig
from django.db.backends.signals import connection_created

from sanzhi.foundation.audit.guard import watch


class AuditConfig(AppConfig):
    name = "sanzhi.foundation.audit"
    label = "audit"
    verbose_name = "操作记录"

    def ready(self) -> None:
        # A connection is Django's own object, not a row: this is the documented place to add an execute wrapper.
        connection_created.connect(watch, dispatch_uid="sanzhi.audit.watch")
