"""Keys typed into an address: what names no row is nothing, never an error."""

from __future__ import annotations

import pytest

from sanzhi.foundation.ui.keys import row_key


@pytest.mark.parametrize("word", [None, "", "²", "９", "-1", "1.0", "x", "1" * 19, "9" * 5000, " 7"])
def test_a_word_that_names_no_row_is_no_key(word: str | None) -> None:
    assert row_key(word) is None


def test_digits_are_a_key() -> None:
    assert row_key("0042") == 42
