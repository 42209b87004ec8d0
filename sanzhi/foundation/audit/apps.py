from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate

from sanzhi.foundation.audit.guard import migrations_begin, migrations_end, watch


class AuditConfig(AppConfig):
    name = "sanzhi.foundation.audit"
    label = "audit"
    verbose_name = "操作记录"

    def ready(self) -> None:
        # A connection is Django's own object, not a row: this is the documented place to add an execute wrapper.
        connection_created.connect(watch, dispatch_uid="sanzhi.audit.watch")
        pre_migrate.connect(migrations_begin, sender=self, dispatch_uid="sanzhi.audit.migrations_begin")
        post_migrate.connect(migrations_end, sender=self, dispatch_uid="sanzhi.audit.migrations_end")
