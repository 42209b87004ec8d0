"""What all models together must be: accepted at start, exact in numbers, honest about people."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.db import models

from sanzhi.foundation.privacy import checks, declarations

OWN = [m for m in apps.get_models() if m.__module__.startswith("sanzhi.")]
EACH_MODEL = pytest.mark.parametrize("model", OWN, ids=[m._meta.label for m in OWN])


def test_the_house_starts_without_a_complaint() -> None:
    assert [f"{c.id} {c.msg}" for c in run_checks()] == []


def test_a_declaration_of_personal_data_names_a_column_that_there_is() -> None:
    for label, field in declarations.declared():
        assert apps.get_model(label)._meta.get_field(field), f"{label}.{field}"


def test_a_declaration_of_personal_data_leaves_nothing_unsaid() -> None:
    for key, declared in declarations.declared().items():
        said = (
            declared.purpose,
            declared.legal_basis,
            declared.collector_role,
            declared.readers,
            declared.retention,
        )
        assert all(len(words.strip()) > 1 for words in said), key


@EACH_MODEL
def test_a_model_counts_in_whole_numbers_never_in_floats(model: type[models.Model]) -> None:
    assert [f.name for f in model._meta.get_fields() if isinstance(f, models.FloatField)] == []


@EACH_MODEL
def test_a_model_says_what_it_is_in_the_world(model: type[models.Model]) -> None:
    doc = (model.__doc__ or "").strip()
    assert doc and not doc.startswith(f"{model.__name__}("), model


def test_a_column_that_speaks_of_a_person_is_told_from_one_that_counts() -> None:
    phone = models.CharField("联系电话", max_length=20)
    phone.set_attributes_from_name("contact")
    amount = models.PositiveIntegerField("人数")
    amount.set_attributes_from_name("people")
    assert checks.speaks_of_a_person(phone) and not checks.speaks_of_a_person(amount)
