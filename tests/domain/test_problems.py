"""How a refusal is said."""

from sanzhi.domain.problems import Problem, declare

declare("said", {"day": "{first}至{last}，{what}"})


def test_a_refusal_says_days_as_people_write_them_when_it_is_given_them_in_digits() -> None:
    problem = Problem("said.day", first="2022-05-06", last="2022-12-31", what="2022-05")
    assert problem.sentence == "2022年5月6日至2022年12月31日，2022-05"
    assert problem.params["first"] == "2022-05-06"
