"""R-01 and R-02 at start: a field that holds personal data is declared in full, and some fields do not exist at all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import fields as parts_of
from typing import Any, get_args

from django.apps import AppConfig, apps
from django.core.checks import CheckMessage, Error
from django.db.models import BooleanField, DateTimeField, Field, Model

from sanzhi.foundation.privacy.declarations import MaskClass, PersonalField, declared
from sanzhi.foundation.privacy.encryption import SealedField

# Names of fields by which a person is found or reached: whoever has one must say why.
_PERSONAL = re.compile(
    r"(^|_)(phone|mobile|tel|telephone|surname|door|address|id_number|identity|id_card|birth\w*|display_name|person_name"
    r"|contact|contacts|username|email|bank\w*|plate|signature|guardian|applicant|complainant|beneficiary)(_|$)"
)
# Words of a field's Chinese label that say the same.
_LABELS = ("姓名", "姓氏", "电话", "手机", "身份证", "住址", "门牌", "户号", "登录名", "出生")
# no such field in the core schema, declared or not.
_FORBIDDEN = re.compile(
    r"(^|_)(religion|faith|ethnicity|nation|fingerprint|face|iris|biometric|health|disease|diagnosis|disability"
    r"|political|politics|sexual\w*|trajectory|latitude|longitude|gps|wechat|weixin|qq|social_account|risk_level|risk_score"
    r"|credit_score|key_person|id_number|id_card|birth_date|birthday|last_login|online_minutes)(_|$)"
)


def _fields(models: Iterable[type[Model]]) -> Iterable[tuple[type[Model], Field]]:
    for model in models:
        for field in model._meta.get_fields():
            if isinstance(field, Field) and not field.is_relation:
                yield model, field


def speaks_of_a_person(field: Field) -> bool:
    """Whether a column holds personal data, by its kind, its name or its Chinese label."""
    if isinstance(field, SealedField):
        return True
    if isinstance(field, BooleanField | DateTimeField):
        return False
    label = str(field.verbose_name)
    return _PERSONAL.search(field.name) is not None or any(word in label for word in _LABELS)


def _missing(entry: PersonalField) -> list[str]:
    empty = [p.name for p in parts_of(entry) if not str(getattr(entry, p.name)).strip()]
    return empty if entry.mask_class in get_args(MaskClass) else [*empty, "mask_class"]


def undeclared(
    models: Sequence[type[Model]], known: dict[tuple[str, str], PersonalField]
) -> list[CheckMessage]:
    """What is wrong with the personal fields of these models against the declarations."""
    found: list[CheckMessage] = []
    there: set[tuple[str, str]] = set()
    for model, field in _fields(models):
        label = (model._meta.label_lower, field.name)
        there.add(label)
        where = f"{model._meta.label}.{field.name}"
        if _FORBIDDEN.search(field.name):
            found.append(Error(f"{where}: such a field must not exist (R-02)", id="R-02"))
        if speaks_of_a_person(field) and label not in known:
            hint = "Declare it in personal.py of its app: purpose, legal ground, collector, readers, retention, mask."
            found.append(
                Error(f"{where} holds personal data and is not declared (R-01)", hint=hint, id="R-01")
            )
    for label, entry in known.items():
        if label not in there:
            found.append(Error(f"{'.'.join(label)} is declared and does not exist (R-01)", id="R-01"))
        if missing := _missing(entry):
            said = f"{'.'.join(label)}: the declaration lacks {', '.join(missing)} (R-01)"
            found.append(Error(said, id="R-01"))
    return found


def personal_data_is_declared(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """System check: every personal field of our models is declared in full; the house does not start otherwise."""
    own = [m for m in apps.get_models(include_auto_created=True) if m.__module__.startswith("sanzhi.")]
    return undeclared(own, declared())
