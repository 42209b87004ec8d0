"""R-01 and R-02: who adds a personal field must say why, and some fields are never added."""

from __future__ import annotations

import dataclasses

import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.db import models

from sanzhi.foundation.people.models import Household, Person, Presence, Stay
from sanzhi.foundation.privacy.checks import personal_data_is_declared, undeclared
from sanzhi.foundation.privacy.declarations import declared
from sanzhi.foundation.privacy.encryption import SealedField

REGISTERS = [Person, Household, Stay, Presence]


def ours(models_: list) -> dict:
    labels = {m._meta.label_lower for m in models_}
    return {k: v for k, v in declared().items() if k[0] in labels}


def made(name: str, **fields: models.Field) -> type[models.Model]:
    """A model that stands in no database."""
    meta = type("Meta", (), {"app_label": "people"})
    body = {"__module__": __name__, "Meta": meta, **fields}
    try:
        return type(name, (models.Model,), body)
    finally:
        apps.all_models["people"].pop(name.lower(), None)
        apps.clear_cache()


def test_every_personal_field_of_the_house_is_declared_in_full() -> None:
    assert personal_data_is_declared() == []
    assert list(run_checks(tags=["privacy"])) == []


@pytest.mark.parametrize(
    "field", [("people.person", "phone"), ("people.household", "contact_surname"), ("people.stay", "door")]
)
def test_a_field_without_declaration_stops_the_start(field: tuple[str, str]) -> None:
    known = ours(REGISTERS)
    del known[field]
    (error,) = undeclared(REGISTERS, known)
    assert error.id == "R-01" and field[1] in error.msg and error.is_serious()


@pytest.mark.parametrize(
    "part", ["purpose", "legal_basis", "collector_role", "readers", "retention", "mask_class"]
)
def test_a_declaration_that_lacks_one_part_stops_the_start(part: str) -> None:
    known = ours(REGISTERS)
    label = ("people.person", "phone")
    known[label] = dataclasses.replace(known[label], **{part: " "})
    (error,) = undeclared(REGISTERS, known)
    assert part in error.msg


def test_a_declaration_of_a_field_that_is_gone_stops_the_start() -> None:
    known = ours(REGISTERS)
    known[("people.person", "nickname")] = dataclasses.replace(
        known[("people.person", "name")], field="nickname"
    )
    assert [e.id for e in undeclared(REGISTERS, known)] == ["R-01"]


@pytest.mark.parametrize("name", ["secret", "note"])
def test_a_sealed_field_is_personal_whatever_its_name(name: str) -> None:
    model = made("Sealed", **{name: SealedField()})
    assert [e.id for e in undeclared([model], {})] == ["R-01"]


@pytest.mark.parametrize(
    "name", ["religion", "wechat", "latitude", "risk_level", "face", "birthday", "health_note", "last_login"]
)
def test_a_forbidden_field_stops_the_start_even_when_declared(name: str) -> None:
    model = made("Wrong", **{name: models.CharField(max_length=10)})
    entry = dataclasses.replace(
        declared()[("people.person", "name")], model=model._meta.label_lower, field=name
    )
    assert "R-02" in {e.id for e in undeclared([model], {(model._meta.label_lower, name): entry})}


@pytest.mark.parametrize(
    "name", ["position", "signed_on", "surface", "doorway_count", "nationwide", "purpose"]
)
def test_an_ordinary_field_needs_no_declaration(name: str) -> None:
    model = made("Fine", **{name: models.CharField(max_length=10)})
    assert undeclared([model], {}) == []
