"""Which version of a plan rules what: case 13, docs/rules/periods.md."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanzhi.domain.periods import parse
from sanzhi.domain.versions import Version, version_for_period, version_in_force

V1 = Version(1, first_day=date(2022, 3, 15), confirmed_on=date(2022, 4, 20))
V2 = Version(2, first_day=date(2022, 6, 1), confirmed_on=date(2022, 7, 2))


def test_case_13_june_stays_judged_by_the_first_version():
    assert version_in_force([V2, V1], date(2022, 6, 30)) == V1


def test_case_13_july_stays_the_first_version_and_august_is_the_second():
    assert version_for_period([V1, V2], parse("2022-07")) == V1
    assert version_for_period([V1, V2], parse("2022-08")) == V2


def test_case_13_the_first_version_rules_from_its_first_day_however_late_confirmed():
    assert version_in_force([V1], date(2022, 3, 15)) == V1
    assert version_in_force([V1], date(2022, 3, 14)) is None


@pytest.mark.parametrize("code", ["2022-Q1", "2022-H1", "2022"])
def test_case_13_the_first_version_rules_the_quarter_half_year_and_year_that_hold_it(code):
    assert version_for_period([V1, V2], parse(code)) == V1


def test_case_13_no_version_rules_the_month_that_began_before_the_plan():
    assert version_for_period([V1, V2], parse("2022-03")) is None


def test_a_version_that_nobody_confirmed_rules_nothing():
    draft = Version(2, first_day=date(2022, 6, 1), confirmed_on=None)
    assert version_in_force([V1, draft], date(2022, 12, 1)) == V1


@given(st.dates(date(2022, 3, 15), date(2022, 12, 31)), st.dates(date(2022, 3, 15), date(2022, 12, 31)))
def test_case_13_what_was_due_before_a_confirmation_never_changes(due_on, confirmed_on):
    later = Version(2, first_day=date(2022, 3, 15), confirmed_on=confirmed_on)
    if due_on < confirmed_on:
        assert version_in_force([V1, later], due_on) == V1
