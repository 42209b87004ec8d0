"""What records give, whatever they are: their order does not matter, and what parts of a population reached adds up."""

from __future__ import annotations

import random
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from sanzhi.domain.amounts import Deed, Part, first_reached, of_population, reach, together

DUE, CLOSE = date(2022, 6, 30), date(2022, 7, 7)
days = st.integers(0, 60).map(lambda n: date(2022, 5, 20) + timedelta(days=n))
deeds = st.builds(lambda day, after, amount: Deed(day, day + timedelta(days=after), amount), days, st.integers(0, 40), st.integers(1, 4))  # fmt: skip
reached = st.lists(st.tuples(st.integers(1, 8), deeds), max_size=20)
parts = st.builds(
    lambda subject, day, after, lacks: Part(
        subject, None if lacks else day, None if lacks else day + timedelta(days=after), lacks
    ),
    st.integers(1, 6), days, st.integers(0, 30), st.booleans(),
)  # fmt: skip
seeds = st.integers(0, 1000)


def shuffled(rows: list, seed: int) -> list:
    rows = list(rows)
    random.Random(seed).shuffle(rows)
    return rows


@given(st.lists(deeds, max_size=12), st.integers(1, 10), seeds)
def test_a_sum_does_not_know_in_which_order_records_came(rows: list, wanted: int, seed: int) -> None:
    mine = {"due_on": DUE, "closes_on": CLOSE}
    assert reach(rows, wanted, **mine) == reach(shuffled(rows, seed), wanted, **mine)


@given(reached, st.integers(1, 3), seeds)
def test_a_coverage_does_not_know_in_which_order_records_came(rows: list, each: int, seed: int) -> None:
    other = shuffled(rows, seed)
    assert first_reached(rows, each=each, closes_on=CLOSE) == first_reached(other, each=each, closes_on=CLOSE)


@given(st.lists(parts, max_size=12), seeds)
def test_what_is_made_of_parts_does_not_know_their_order(rows: list, seed: int) -> None:
    heirs = {1: 2, 2: 3}
    assert together(rows, heirs) == together(shuffled(rows, seed), heirs)


@given(
    reached,
    st.dictionaries(st.integers(1, 8), st.sampled_from(["G1", "G2", "G3"]), max_size=8),
    st.booleans(),
)
def test_a_population_is_the_sum_of_its_parts(rows: list, stands: dict, by_acceptance: bool) -> None:
    wholes = first_reached(rows, closes_on=CLOSE)

    def of(subjects: list[int]) -> tuple[int, int, int]:
        found = of_population(
            wholes, subjects, share=Fraction(1), count=1, due_on=DUE, closes_on=CLOSE,
            today=date(2022, 12, 31), by_acceptance=by_acceptance,
        )  # fmt: skip
        return found.numerator, found.denominator or 0, found.on_time

    below = [of([s for s in stands if stands[s] == group]) for group in ("G1", "G2", "G3")]
    assert of(list(stands)) == tuple(map(sum, zip(*below, strict=True)))
