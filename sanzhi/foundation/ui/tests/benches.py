"""A table of benches for the tests of lists. Its model stands in a registry of its own: no installation has it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from django.db import connection, models
from django.test.utils import isolate_apps

FIRST = date(2022, 1, 1)

with isolate_apps("sanzhi.foundation.ui"):

    class Bench(models.Model):
        """A bench by the road: its name, the day it was set up, perhaps the day it was taken away, its seats."""

        name = models.CharField(max_length=60)
        built_on = models.DateField()
        removed_on = models.DateField(null=True)
        seats = models.IntegerField()
        state = models.CharField(max_length=20)

        class Meta:
            app_label = "ui"
            db_table = "ui_test_bench"


@contextmanager
def benches(count: int) -> Iterator[models.QuerySet]:
    """That many benches: seven names and five days, so that there are many ties; every third was taken away."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE ui_test_bench (id integer PRIMARY KEY, name varchar(60) NOT NULL, built_on date NOT NULL,"
            " removed_on date, seats integer NOT NULL, state varchar(20) NOT NULL)"
        )
        cursor.execute("CREATE INDEX ui_test_bench_day ON ui_test_bench (built_on, id)")
        rows = [
            (
                i,
                f"青山村{i % 7}号",
                FIRST + timedelta(days=i % 5),
                FIRST + timedelta(days=i % 4) if i % 3 == 0 else None,
                i % 4,
                ("done", "overdue")[i % 2],
            )
            for i in range(1, count + 1)
        ]
        cursor.executemany("INSERT INTO ui_test_bench VALUES (%s, %s, %s, %s, %s, %s)", rows)
    yield Bench._base_manager.all()
