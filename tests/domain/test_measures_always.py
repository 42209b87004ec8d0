"""What always holds in counting, whatever the records: levels, order, repetition, exemptions."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sanzhi.domain.measures import NOTHING, Fact, Ratio, Register, add_levels, count, coverage
from sanzhi.domain.periods import DaySpan, Every, parse, period_of

JUNE = parse("2022-06")

UNITS = ["g1", "g2", "g3", "g4"]
PARENTS = {"g1": "v1", "g2": "v1", "g3": "v2", "g4": "v2", "v1": "town", "v2": "town", "town": None}
SUBJECTS = st.sampled_from([f"h{n}" for n in range(12)])
DAYS = st.dates(date(2022, 5, 20), date(2022, 7, 10))
POPULATIONS = st.dictionaries(SUBJECTS, st.sampled_from(UNITS)).map(
    lambda places: [Register("homes", subject, unit, date(2020, 1, 1)) for subject, unit in places.items()]
)
FACTS = st.lists(
    st.builds(
        lambda subject, unit, day, delay, amount: Fact(
            "room.done", subject, unit, day, day, day + timedelta(days=delay), amount
        ),
        SUBJECTS,
        st.sampled_from(UNITS),
        DAYS,
        st.integers(0, 60),
        st.integers(1, 3),
    ),
    max_size=25,
)
HOLDS = st.sampled_from(["in_period", "by_day"])


def total(figures: dict[str, Ratio]) -> Ratio:
    return sum(figures.values(), NOTHING)


@given(POPULATIONS, FACTS, HOLDS)
def test_coverage_adds_up_over_the_levels(population, facts, holds):
    levels = add_levels(coverage(population, facts, JUNE, holds), PARENTS)
    in_town = coverage(
        [Register("homes", one.subject, "town", one.first) for one in population], facts, JUNE, holds
    )
    assert levels.get("town", NOTHING) == in_town.get("town", NOTHING)
    assert levels.get("v1", NOTHING) + levels.get("v2", NOTHING) == levels.get("town", NOTHING)


@given(POPULATIONS, FACTS, HOLDS, st.randoms())
def test_the_order_of_the_records_does_not_matter(population, facts, holds, random):
    shuffled, turned = list(facts), list(population)
    random.shuffle(shuffled)
    random.shuffle(turned)
    assert coverage(turned, shuffled, JUNE, holds) == coverage(population, facts, JUNE, holds)
    assert count(shuffled, JUNE, holds) == count(facts, JUNE, holds)
    assert count(shuffled, JUNE, holds, distinct=True) == count(facts, JUNE, holds, distinct=True)


@given(POPULATIONS, FACTS, HOLDS)
def test_a_subject_counts_once_however_many_records_reach_it(population, facts, holds):
    assert coverage(population, facts + facts, JUNE, holds) == coverage(population, facts, JUNE, holds)


@given(POPULATIONS, FACTS, HOLDS, st.sets(SUBJECTS))
def test_a_figure_never_passes_its_whole_and_on_time_never_passes_it(population, facts, holds, exempt):
    for figure in coverage(population, facts, JUNE, holds, exempt=exempt).values():
        assert 0 <= figure.on_time <= figure.numerator <= (figure.denominator or 0)


@given(POPULATIONS, FACTS, FACTS, HOLDS)
def test_one_record_more_never_lowers_a_figure(population, facts, more, holds):
    before, after = coverage(population, facts, JUNE, holds), coverage(population, facts + more, JUNE, holds)
    assert all(after[unit].numerator >= figure.numerator for unit, figure in before.items())


@given(POPULATIONS, FACTS, st.sets(SUBJECTS))
def test_who_is_exempt_is_either_counted_or_named_beside(population, facts, exempt):
    plain, eased = (
        total(coverage(population, facts, JUNE)),
        total(coverage(population, facts, JUNE, exempt=exempt)),
    )
    assert eased.numerator == plain.numerator
    assert (eased.denominator or 0) + eased.exempt == (plain.denominator or 0)


@given(FACTS)
def test_sums_add_up_over_the_weeks_of_a_span(facts):
    days = [period_of(Every.WEEK, date(2022, 6, day)) for day in (5, 12, 19, 26)]
    whole = DaySpan(days[0].first, days[-1].last)
    summed = sum((total(count(facts, w)) for w in days), NOTHING)
    assert summed.numerator == total(count(facts, whole)).numerator
