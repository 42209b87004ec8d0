"""Masking and sealing: nothing whole leaves by accident."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from sanzhi.foundation.privacy.encryption import decrypt, encrypt, pseudonym
from sanzhi.foundation.privacy.masking import holds_number, mask, scrub


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        ("张三", "name", "张某"),
        ("欧阳修文", "name", "欧某某"),
        ("陈", "surname", "陈某"),
        ("13800001234", "phone", "138****1234"),
        ("0563-123 4567", "phone", "056****4567"),
        ("12345", "phone", "****"),
        ("上河村3组12号", "address", "上河村3组"),
        ("幸福路12号", "address", "（住址不公开）"),
        ("常住", "hidden", "（不公开）"),
        ("", "hidden", ""),
    ],
)
def test_a_value_is_shown_by_its_mask_class(value: str, kind: str, shown: str) -> None:
    assert mask(value, kind) == shown


@pytest.mark.parametrize("text", ["身份证11010519491231002X。", "电话13800001234", "卡号6222021234567890123"])
def test_a_number_of_a_person_in_free_text_is_found_and_taken_out(text: str) -> None:
    assert holds_number(text) and not holds_number(scrub(text))


@given(st.text(min_size=1))
def test_what_is_sealed_opens_again_and_never_twice_the_same(text: str) -> None:
    first, second = encrypt(text), encrypt(text)
    assert decrypt(first) == text and first != second and (len(text) < 4 or text not in first)


def test_a_changed_seal_does_not_open() -> None:
    sealed = encrypt("13800001234")
    with pytest.raises(InvalidTag):
        decrypt(sealed[:-4] + ("AAAA" if not sealed.endswith("AAAA") else "BBBB"))


def test_a_pseudonym_is_stable_within_its_purpose_only() -> None:
    assert pseudonym("bundle", "7") == pseudonym("bundle", "7") != pseudonym("bulletin", "7")
