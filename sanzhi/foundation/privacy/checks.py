"""Rule R-01: a column that speaks of a person is declared with purpose, ground, readers and retention, or nothing starts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error
from django.db import models

from sanzhi.foundation.privacy.declarations import declared
from sanzhi.foundation.privacy.encryption import SealedField

# A column speaks of a person when it is sealed, or when its name or its label holds one of these words.
NAMES = ("phone", "surname", "display_name", "username", "address", "door", "id_number", "birth")
LABELS = ("姓名", "姓氏", "电话", "手机", "身份证", "住址", "门牌", "户号", "登录名", "出生")


def speaks_of_a_person(field: models.Field[Any, Any]) -> bool:
    """Whether a column holds personal data, by its kind, its name or its Chinese label."""
    if isinstance(field, SealedField):
        return True
    if field.is_relation or isinstance(field, models.BooleanField | models.DateTimeField):
        return False
    label = str(field.verbose_name)
    return any(word in field.name for word in NAMES) or any(word in label for word in LABELS)


def undeclared() -> Iterator[str]:
    """Columns of our own models that speak of a person and have no declaration, as "app.Model.field"."""
    known = declared()
    for model in apps.get_models():
        if model.__module__.startswith("sanzhi."):
            for field in model._meta.local_fields:
                if speaks_of_a_person(field) and (model._meta.label_lower, field.name) not in known:
                    yield f"{model._meta.label}.{field.name}"


def personal_data_is_declared(app_configs: object, **options: object) -> list[CheckMessage]:
    """System check: one error per undeclared column."""
    hint = "declare it with personal(PersonalField(...)) in the app's personal.py, imported from its AppConfig.ready"
    return [
        Error(f"{column} holds personal data that nobody declared", hint=hint, id="R-01")
        for column in undeclared()
    ]
