"""No write to a table of ours passes outside an action, however it is put."""

from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from sanzhi.foundation.audit.guard import WriteOutsideAction, our_tables, written_table
from sanzhi.foundation.orgs.models import Unit
from tests.people import Town

WRITES = [
    'UPDATE "orgs_unit" SET "name" = %s',
    "update orgs_unit set name = 'x'",
    'DELETE FROM "orgs_unit" WHERE 1=0',
    'INSERT INTO "orgs_unit" ("code") VALUES (%s)',
    'INSERT OR REPLACE INTO "orgs_unit" ("code") VALUES (%s)',
    "REPLACE INTO orgs_unit (code) VALUES (1)",
    "UPDATE OR IGNORE orgs_unit SET code = 1",
    "  -- a comment\n UPDATE orgs_unit SET code = 1",
    "/* a comment */ DELETE FROM orgs_unit",
    'WITH gone AS (DELETE FROM "orgs_unit" RETURNING *) SELECT * FROM gone',
    'UPDATE "public"."orgs_unit" SET "code" = 1',
    "UPDATE public.orgs_unit SET code = 1",
    "UPDATE ONLY orgs_unit SET code = 1",
    "SELECT 1; DELETE FROM orgs_unit",
    "TRUNCATE orgs_placement, orgs_unit CASCADE",
    "TRUNCATE TABLE ONLY orgs_unit",
    "COPY orgs_unit FROM STDIN",
    "MERGE INTO orgs_unit USING x ON true WHEN MATCHED THEN DELETE",
]
READS = [
    'SELECT "orgs_unit"."id" FROM "orgs_unit" WHERE "orgs_unit"."code" = %s FOR UPDATE',
    "SAVEPOINT x",
    'UPDATE "django_session" SET "session_data" = %s',
    'DELETE FROM "django_session" WHERE "django_session"."expire_date" < %s',
    'INSERT INTO "axes_accessattempt" ("username") VALUES (%s)',
    'INSERT INTO "new__orgs_unit" ("id") SELECT "id" FROM "orgs_unit"',
    "PRAGMA foreign_keys = ON",
    'WITH x AS (SELECT 1) SELECT * FROM "orgs_unit"',
]


@pytest.mark.parametrize("sql", WRITES)
def test_a_write_to_our_table_is_seen_in_every_guise(sql: str) -> None:
    assert written_table(sql) in our_tables()


@pytest.mark.parametrize("sql", READS)
def test_a_read_and_a_table_of_others_are_let_through(sql: str) -> None:
    assert written_table(sql) is None


def test_a_row_saved_outside_an_action_is_refused_and_stays_as_it_was(town: Town) -> None:
    village = town.villages["上河村"]
    village.short_name = "改名"
    for write in (
        village.save,
        lambda: Unit.objects.filter(pk=village.pk).update(short_name="改名"),
        lambda: Unit.objects.bulk_create([Unit(code="X", kind="county", name="x", short_name="x")]),
        lambda: Unit.objects.filter(pk=village.pk)._raw_delete("default"),
    ):
        with pytest.raises(WriteOutsideAction), transaction.atomic():
            write()
    assert Unit.objects.get(pk=village.pk).short_name == "上河村"


def test_a_raw_statement_outside_an_action_is_refused(town: Town) -> None:
    with connection.cursor() as cursor:
        with pytest.raises(WriteOutsideAction):
            cursor.execute("UPDATE orgs_unit SET short_name = 'x'")
        with pytest.raises(WriteOutsideAction):
            cursor.executemany("DELETE FROM orgs_unit WHERE id = %s", [(1,), (2,)])
    assert not Unit.objects.filter(short_name="x").exists()


@pytest.mark.django_db
def test_a_session_is_written_without_an_action_because_it_is_not_ours() -> None:
    Session.objects.create(session_key="k", session_data="", expire_date=timezone.now())
    assert Session.objects.filter(session_key="k").exists()


def test_flush_refuses_any_database_but_the_tests_own(settings: object) -> None:
    del settings.HOME_OF_TESTS
    with pytest.raises(CommandError):
        call_command("flush", interactive=False)
