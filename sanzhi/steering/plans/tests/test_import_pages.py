"""Importing a plan in the browser: what is handed in, what is refused, what is kept of what was typed."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from sanzhi.kit.ledger.models import Plan, PlanVersion
from sanzhi.steering.plans.tests.papers import HEAD, PLAN, VIDEO, file, signed_in
from tests.people import Town

IMPORT = "/plans/import"


@pytest.fixture
def officer(town: Town) -> Client:
    return signed_in(town.party)


def codes(response) -> list[str]:
    """Codes of the refusals that the form of a page shows."""
    return [e.code for errors in response.context["form"].errors.as_data().values() for e in errors]


def test_a_pasted_plan_is_read_and_waits_for_its_first_day(officer: Client) -> None:
    response = officer.post(IMPORT, {"text": PLAN})
    version = PlanVersion.objects.get()
    assert response["Location"] == reverse("plans:review_first_day", args=[version.pk])
    assert (version.state, version.tasks.count(), version.first_day) == ("read", 6, None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_text_file_is_read_in_each_usual_encoding(officer: Client, encoding: str) -> None:
    officer.post(IMPORT, {"file": file(encoding=encoding)})
    version = PlanVersion.objects.get()
    assert version.tasks.count() == 6 and version.file_name == "方案.txt"


BAD = {
    "nothing": ({}, "plans.nothing_given"),
    "blank": ({"text": "  \n "}, "plans.nothing_given"),
    "both": ({"text": PLAN, "file": PLAN.encode()}, "plans.two_given"),
    "empty": ({"file": b""}, "extract.empty"),
    "no task": ({"text": "今天天气很好。我们去春游。"}, "plan_text.no_task"),
    "secret": ({"text": "机密★1年\n" + PLAN}, "plan_text.secret"),
    "locked": ({"file": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600}, "extract.old_word"),
    "a zip": ({"file": b"PK\x03\x04" + b"\x00" * 60}, None),
    "binary": ({"file": bytes(range(256)) * 40}, None),
    "a broken pdf": ({"file": b"%PDF-1.4\n nothing"}, None),
    "a changed kept reading": ({"kept": "abc:def"}, "plans.kept_gone"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_gets_its_sentence_beside_the_field_and_nothing_is_stored(
    officer: Client, name: str
) -> None:
    given, code = BAD[name]
    data = {k: SimpleUploadedFile("方案.docx", v) if isinstance(v, bytes) else v for k, v in given.items()}
    response = officer.post(IMPORT, data)
    assert response.status_code == 200
    found = codes(response)
    assert found == [code] if code else found[0].startswith(("extract", "document"))
    page = response.content.decode()
    assert "s-error" in page and "error-summary" in page and "Traceback" not in page
    assert not Plan.objects.exists() and not PlanVersion.objects.exists()


def test_what_was_typed_is_kept_when_it_is_refused(officer: Client) -> None:
    page = officer.post(IMPORT, {"text": "今天天气很好。我们去春游。"}).content.decode()
    assert "今天天气很好。我们去春游。" in page


def test_fifty_megabytes_are_refused_before_they_are_read(officer: Client, monkeypatch) -> None:
    monkeypatch.setattr("sanzhi.steering.plans.forms_import.MAX_DOCUMENT_BYTES", 1000)
    response = officer.post(IMPORT, {"file": SimpleUploadedFile("方案.txt", PLAN.encode())})
    assert codes(response) == ["extract.too_large"] and not Plan.objects.exists()


def test_the_year_is_asked_only_where_the_document_has_none_and_the_file_need_not_be_chosen_again(
    officer: Client,
) -> None:
    undated = re.sub(r"2022年|〔2022〕|2022", "", PLAN)
    first = officer.get(IMPORT).content.decode()
    assert 'name="year"' not in first
    response = officer.post(IMPORT, {"file": file(undated)})
    assert codes(response) == ["plans.year_needed"] and not Plan.objects.exists()
    kept = response.context["form"].data["kept"]
    assert 'name="year"' in response.content.decode()
    assert codes(officer.post(IMPORT, {"kept": kept, "year": "22"})) == ["plans.year_odd"]
    officer.post(IMPORT, {"kept": kept, "year": "2023"})
    version = PlanVersion.objects.get()
    assert (version.plan.year, version.file_name, version.tasks.count()) == (2023, "方案.txt", 6)


def test_the_same_document_is_told_with_a_link_to_the_first(officer: Client) -> None:
    officer.post(IMPORT, {"text": PLAN})
    version = PlanVersion.objects.get()
    response = officer.post(IMPORT, {"file": file(encoding="gb18030")})
    assert codes(response) == ["ledger.document_known"]
    assert reverse("plans:review", args=[version.pk]) in response.content.decode()
    assert PlanVersion.objects.count() == 1


def test_a_double_click_stores_one_version(officer: Client) -> None:
    for _ in range(2):
        officer.post(IMPORT, {"text": PLAN})
    assert PlanVersion.objects.count() == Plan.objects.count() == 1


def test_a_document_with_one_number_twice_and_an_impossible_day_is_read_with_doubts(officer: Client) -> None:
    odd = HEAD + VIDEO + VIDEO.replace("视频监控", "议事场所").replace("2022年5月底前", "2022年2月30日前")
    response = officer.post(IMPORT, {"text": odd}, follow=True)
    version = PlanVersion.objects.get()
    assert response.status_code == 200 and version.tasks.count() == 2
    assert {d.about for d in version.doubts.all()} >= {"path", "deadlines"}


def test_who_may_not_import_is_turned_away(town: Town) -> None:
    for person in (town.secretary, town.cadre, town.auditor, town.leader, town.discipline, town.stranger):
        assert signed_in(person).get(IMPORT).status_code == 403, person
    for person in (town.party, town.officer, town.admin):
        assert signed_in(person).get(IMPORT).status_code == 200, person
