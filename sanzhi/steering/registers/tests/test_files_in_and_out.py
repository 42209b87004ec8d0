"""Files in and out: preview, confirm all or nothing, round trips, and household data that leaves by two people."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from sanzhi.domain.problems import Problem
from sanzhi.foundation import clock
from sanzhi.foundation.audit.guard import writes_allowed
from sanzhi.foundation.orgs import actions as orgs
from sanzhi.foundation.orgs.models import Unit, UnitKind
from sanzhi.foundation.people.models import HeadCount, Household, Person, Post
from sanzhi.foundation.privacy.models import ReadEntry
from sanzhi.steering.registers import actions
from sanzhi.steering.registers.models import ExportRequest, ImportPreview
from sanzhi.steering.registers.sheets import KINDS
from sanzhi.steering.registers.tests.conftest import Registered
from sanzhi.steering.registers.tests.files import changes_of, workbook
from tests.people import SYSTEM, TODAY

HOUSEHOLDS = ["户号", "村民小组", "门牌", "联系人姓氏", "在家情况"]
UNITS = ["类别", "全称", "上级单位", "别名"]


def upload(client: Client, kind: str, data: bytes, name: str = "名册.xlsx", on: str = "2022-05-25"):
    return client.post(f"/registers/imports/{kind}", {"file": SimpleUploadedFile(name, data), "on": on})


def confirm(client: Client, preview: ImportPreview, digest: str | None = None):
    return client.post(f"/registers/previews/{preview.pk}/confirm", {"digest": digest or preview.digest})


def test_what_is_shown_is_what_is_done_and_only_after_confirming(registered: Registered) -> None:
    client = registered.client(registered.town.clerk)
    data = workbook([HOUSEHOLDS, ["0102", "第1村民小组", "2号", "陈", "常住"], ["0101", "第2村民小组"]])
    answer = upload(client, "households", data)
    preview = ImportPreview.objects.get()
    assert answer["Location"] == f"/registers/previews/{preview.pk}"
    assert preview.counts == {"new": 1, "changed": 1, "unchanged": 0, "problem": 0}
    assert Household.objects.count() == 1
    page = client.get(answer["Location"]).content.decode()
    assert "第 2 行" in page and preview.digest in page
    confirm(client, preview)
    preview.refresh_from_db()
    assert (preview.state, preview.rows) == ("applied", "")
    assert Household.objects.count() == 2
    assert registered.household.stays.count() == 2
    assert confirm(client, preview).status_code == 409


def test_a_file_with_one_bad_row_is_not_imported_at_all(registered: Registered) -> None:
    client = registered.client(registered.town.clerk)
    lines = [[f"1{n:03}", "第1村民小组", f"{n}号"] for n in range(20)]
    lines[10][1] = "没有的组"
    upload(client, "households", workbook([HOUSEHOLDS, *lines]))
    preview = ImportPreview.objects.get()
    page = client.get(f"/registers/previews/{preview.pk}").content.decode()
    assert "第 12 行" in page and "确认导入" not in page
    assert confirm(client, preview).status_code == 409
    assert Household.objects.count() == 1


def test_a_row_that_fails_only_when_written_leaves_nothing_behind(registered: Registered) -> None:
    """The preview cannot know it (the unit's alias was taken in the very act): all that came before is undone."""
    lines = [["村", f"新{n}村", "", ""] for n in range(5)] + [
        ["镇直单位", "镇财政所", "", "司法所二"],
        ["镇直单位", "司法所二", "", ""],
    ]
    changes = changes_of(registered.town, "units", workbook([UNITS, *lines]))
    before = Unit.objects.count()
    with pytest.raises(Problem):
        _apply(registered, changes)
    assert Unit.objects.count() == before


def _apply(registered: Registered, changes: list) -> None:
    made = [c.act for c in changes if c.act is not None]
    orgs.open_units(by=SYSTEM, units=made, on=TODAY)


def test_a_register_that_changed_since_the_preview_stops_the_import(registered: Registered) -> None:
    client = registered.client(registered.town.admin)
    upload(client, "units", workbook([UNITS, ["村", "新村", "", ""]]))
    preview = ImportPreview.objects.get()
    orgs.open_unit(
        by=SYSTEM, code="N", kind=UnitKind.VILLAGE, name="新村", parent=registered.town.unit, on=TODAY
    )
    assert confirm(client, preview).status_code == 409
    assert "登记簿有了变动" in client.get(f"/registers/previews/{preview.pk}").content.decode()


def test_a_preview_is_confirmed_by_its_digest_its_maker_and_within_a_day(registered: Registered) -> None:
    town = registered.town
    client = registered.client(town.admin)
    upload(client, "units", workbook([UNITS, ["村", "新村", "", ""]]))
    preview = ImportPreview.objects.get()

    def refusal(by: object, digest: str) -> str:
        with pytest.raises(Problem) as refused:
            actions.apply_import(by=by, preview=preview, digest=digest, within=None)
        return refused.value.code

    assert refusal(town.admin, "0" * 64) == "registers.other_preview"
    assert refusal(town.leader, preview.digest) == "registers.not_yours"
    assert registered.client(town.clerk).get(f"/registers/previews/{preview.pk}").status_code == 404
    with clock.standing_on(TODAY + dt.timedelta(days=2)):
        assert refusal(town.admin, preview.digest) == "registers.too_old"
        actions.forget_previews(by=town.admin, town=town.unit)
    assert refusal(town.admin, preview.digest) == "registers.decided"
    preview.refresh_from_db()
    assert preview.rows == "" and not Unit.objects.filter(name="新村").exists()


def test_a_preview_changed_in_the_database_is_not_imported(registered: Registered) -> None:
    client = registered.client(registered.town.clerk)
    upload(client, "households", workbook([HOUSEHOLDS, ["0102", "第1村民小组", "2号", "陈", "常住"]]))
    preview = ImportPreview.objects.get()
    with writes_allowed():
        preview.rows = preview.rows.replace("0102", "0199")
        preview.save()
    assert confirm(client, preview).status_code == 409
    assert Household.objects.count() == 1


def test_a_dropped_preview_keeps_nothing_of_the_file(registered: Registered) -> None:
    client = registered.client(registered.town.clerk)
    upload(client, "households", workbook([HOUSEHOLDS, ["0102", "第1村民小组", "2号", "陈", "常住"]]))
    preview = ImportPreview.objects.get()
    client.post(f"/registers/previews/{preview.pk}/drop")
    preview.refresh_from_db()
    assert (preview.state, preview.rows) == ("dropped", "")


@pytest.mark.parametrize(
    ("name", "data"),
    [("空.xlsx", b"\x00"), ("表.csv", "户号,组\n".encode()), ("图.png", bytes(range(256)) * 9)],
)
def test_a_file_that_is_no_sheet_gets_a_sentence_on_the_form(
    registered: Registered, name: str, data: bytes
) -> None:
    answer = upload(registered.client(registered.town.clerk), "households", data, name)
    assert answer.status_code == 200 and 'href="#id_file"' in answer.content.decode()
    assert not ImportPreview.objects.exists()


@pytest.mark.parametrize("kind", list(KINDS))
def test_what_is_exported_and_imported_again_changes_nothing(registered: Registered, kind: str) -> None:
    town = registered.town
    orgs.add_alias(by=SYSTEM, unit=town.offices["司法所"], name="青禾司法所")
    client = registered.client(town.admin)
    client.post(
        f"/registers/units/{registered.village.pk}/count",
        {"what": "户籍人口", "count": "1620", "on": "2021-12-31", "source": "派出所"},
    )
    data = b"".join(client.get(f"/registers/exports/{kind}").streaming_content)
    changes = changes_of(town, kind, data)
    assert changes and {c.state for c in changes} == {"unchanged"}, [
        c for c in changes if c.state != "unchanged"
    ]


def test_a_template_filled_with_its_examples_is_read(registered: Registered) -> None:
    client = registered.client(registered.town.admin)
    for kind in KINDS.values():
        data = b"".join(client.get(f"/registers/imports/{kind.code}/template").streaming_content)
        heads = [c.value for c in load_workbook(io.BytesIO(data)).worksheets[0][1]]
        (change,) = changes_of(registered.town, kind.code, workbook([heads, list(kind.example)]))
        assert change.row == 2


def test_people_and_counts_come_in_by_file(registered: Registered) -> None:
    client = registered.client(registered.town.clerk)
    people = [
        ["姓名", "单位", "职务", "任职起", "电话"],
        ["孙 新", "上河村", "委员", "2022年3月1日", "5551234"],
    ]
    upload(client, "people", workbook(people))
    confirm(client, ImportPreview.objects.latest("pk"))
    post = Post.objects.get(person__name="孙新")
    assert post.two_committees and post.person.phone == "5551234"
    counts = [
        ["单位", "口径", "人数", "统计日", "来源"],
        ["上河村", "户籍人口", "１６２０人", "2021.12.31", "派出所"],
    ]
    upload(client, "head_counts", workbook(counts))
    confirm(client, ImportPreview.objects.latest("pk"))
    assert HeadCount.objects.get().count == 1620
    assert Person.objects.count() == 2


def sheet(data: bytes):
    return load_workbook(io.BytesIO(data)).worksheets[0]


def text_of(data: bytes) -> str:
    return " ".join(str(c.value) for row in sheet(data).iter_rows() for c in row if c.value is not None)


def test_a_plain_household_file_has_number_and_group_and_nothing_else(registered: Registered) -> None:
    for name in ("secretary", "officer", "admin"):
        client = registered.client(registered.town.users[name])
        said = text_of(b"".join(client.get("/registers/exports/households").streaming_content))
        assert "0101" in said and "YLQH-V1-G1-1" in said
        assert not any(word in said for word in ("一组7号", "欧", "7654321", "季节性在家 ", "seasonal"))
    other = registered.client(registered.town.other_secretary)
    assert "0101" not in text_of(b"".join(other.get("/registers/exports/households").streaming_content))


def ask(registered: Registered, **changed: object) -> ExportRequest:
    client = registered.client(registered.town.clerk)
    values = {
        "unit": registered.village.pk,
        "columns": ["door", "surname"],
        "reason": "汛期逐户转移",
    } | changed
    client.post("/registers/requests/new", values)
    return ExportRequest.objects.get()


def test_doors_and_surnames_leave_once_after_another_person_agreed(registered: Registered) -> None:
    found = ask(registered)
    path = f"/registers/requests/{found.pk}"
    clerk = registered.client(registered.town.clerk)
    assert clerk.post(f"{path}/take").status_code == 409
    assert clerk.post(path, {"answer": "yes"}).status_code == 404
    registered.client(registered.town.leader).post(path, {"answer": "yes", "note": "同意"})
    taken = clerk.post(f"{path}/take")
    data = b"".join(taken.streaming_content)
    said = text_of(data)
    assert all(word in said for word in ("0101", "一组7号", "欧", "许文书", "赵文清", "汛期逐户转移"))
    assert "在家" not in said and "7654321" not in said
    assert "许文书" in sheet(data).oddFooter.center.text
    entry = ReadEntry.objects.latest("pk")
    assert entry.purpose == "汛期逐户转移" and entry.fields == ["contact_surname", "door", "number"]
    assert clerk.post(f"{path}/take").status_code == 409


def test_a_request_is_not_decided_by_its_asker_nor_taken_by_another_or_too_late(
    registered: Registered,
) -> None:
    town, found = registered.town, ask(registered)
    with pytest.raises(Problem) as refused:
        actions.decide_export(by=town.clerk, request=found, agree=True)
    assert refused.value.code == "registers.same_person"
    path = f"/registers/requests/{found.pk}"
    assert registered.client(town.other_secretary).get(path).status_code == 404
    assert registered.client(town.cadre).get(path).status_code == 404
    registered.client(town.secretary).post(path, {"answer": "yes"})
    with pytest.raises(Problem) as refused:
        actions.take_export(by=town.secretary, request=found)
    assert refused.value.code == "registers.export_not_yours"
    with pytest.raises(Problem) as refused:
        actions.decide_export(by=town.leader, request=found, agree=False)
    assert refused.value.code == "registers.export_decided"
    with clock.standing_on(TODAY + dt.timedelta(days=4)), pytest.raises(Problem) as refused:
        actions.take_export(by=town.clerk, request=found)
    assert refused.value.code == "registers.export_expired"


def test_a_request_needs_a_reason_and_presence_never_leaves(registered: Registered) -> None:
    village, clerk = registered.village, registered.town.clerk
    for columns, reason, code in (
        (["door"], "看", "privacy.reason_needed"),
        ([], "汛期转移", "registers.columns_needed"),
        (["door", "presence"], "汛期转移", "registers.columns_needed"),
        (["phone"], "汛期转移", "registers.columns_needed"),
    ):
        with pytest.raises(Problem) as refused:
            actions.ask_export(by=clerk, unit=village, columns=columns, reason=reason)
        assert refused.value.code == code
    assert not ExportRequest.objects.exists()
