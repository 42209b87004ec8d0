"""Never two entries for one thing: what several plans ask of one ower, periods of a rhythm, stages, posts."""

from __future__ import annotations

import datetime as dt

import pytest

from sanzhi.foundation.audit.guard import writes_allowed
from sanzhi.foundation.people.models import Leave, Person, Post, PostKind
from sanzhi.kit.ledger import actions as ledger
from sanzhi.kit.ledger.intake import store_reading
from sanzhi.kit.ledger.models import Obligation, Requirement
from sanzhi.kit.ledger.queries import light, obligations_of
from sanzhi.kit.ledger.standing import Stand, stands
from sanzhi.steering.plans.ledger import queries
from sanzhi.steering.plans.ledger.asked import read_plans, read_requirements
from sanzhi.steering.plans.ledger.owing import items, read_owing
from sanzhi.steering.plans.ledger.tests.year import FIRST_DAY, confirmed, reading
from sanzhi.steering.plans.ledger.things import things
from sanzhi.steering.plans.ledger.viewer import Viewer
from tests.people import TODAY, Town

VIDEO = "facilities.video"


def viewer(town: Town, who: str = "secretary") -> Viewer:
    return Viewer(town.users[who], town.unit, TODAY, False)


def second_plan(town: Town, due_on: dt.date) -> None:
    """Another plan of the town that asks the video points by another day."""
    other = reading(1)
    other["title"], other["number"] = "青禾镇平安建设方案", "青办〔2022〕9号"
    version = store_reading(by=town.party, town=town.unit, reading=other, file_name="b.txt", today=TODAY)
    ledger.set_first_day(by=town.party, version=version, day=FIRST_DAY)
    with writes_allowed():
        last = Requirement.objects.filter(task__version=version, due_on=dt.date(2022, 9, 30))
        last.update(due_on=due_on)
    ledger.confirm_tasks(by=town.party, version=version, tasks=version.tasks.all(), today=TODAY)


def of_village(town: Town, name: str = "上河村") -> list[Stand]:
    rows = obligations_of(town.unit).filter(unit=town.villages[name])
    return stands(light(rows, read_requirements(town.unit)), town.unit, TODAY, above_village=False)


def of_source(found: list[Stand], code: str) -> list[Stand]:
    return [s for s in found if s.obligation.requirement.proves == code]


@pytest.fixture
def plan(town: Town) -> Town:
    confirmed(town)
    return town


def test_two_plans_that_ask_the_same_are_one_thing_with_the_stricter_date_and_the_other_named(
    plan: Town,
) -> None:
    second_plan(plan, dt.date(2022, 8, 31))
    asked = of_source(of_village(plan), VIDEO)
    assert len({s.obligation.requirement.task.version.plan_id for s in asked}) == 2
    (one,) = things(asked)
    assert one.first.obligation.due_on == min(s.obligation.due_on for s in asked if s.obligation.due_on)
    assert len(one.also) == 1 and one.alike == len(asked) - 2
    (item,) = items([one], read_owing(viewer(plan)), recording=True)
    assert "《" in item.also[0].label and item.recorded_in == "阵地与设施"


def test_the_stages_of_one_target_are_one_thing_the_next_stage_in_front(plan: Town) -> None:
    (one,) = things(of_source(of_village(plan), VIDEO))
    assert one.first.obligation.due_on == dt.date(2022, 5, 31) and one.alike == 1 and not one.also


def test_late_periods_of_a_rhythm_stand_apart_from_the_one_that_is_open(plan: Town) -> None:
    monthly = [s for s in of_village(plan) if s.obligation.requirement.task.code == "T05"]
    begun = [s for s in monthly if s.obligation.begins_on <= TODAY]
    late, open_still = things(begun)
    assert (late.alike, open_still.alike) == (3, 0)


def test_notes_of_two_tasks_are_two_things_and_two_villages_never_one(plan: Town) -> None:
    notes = [s for s in of_village(plan) if s.obligation.requirement.task.code in ("T05", "T06")]
    assert len(things(s for s in notes if s.obligation.period == "2022-05")) == 2
    both = of_source([*of_village(plan), *of_village(plan, "下河村")], VIDEO)
    assert len(things(both)) == 2


def post_of(town: Town, name: str, account: str | None) -> Post:
    with writes_allowed():
        person = Person.objects.create(town=town.unit, name=name)
        made = Post.objects.create(
            person=person,
            unit=town.villages["上河村"],
            kind=PostKind.COMMITTEE,
            opened_on=dt.date(2021, 1, 1),
        )
        if account is not None:
            town.users[account].person = person
            town.users[account].save(update_fields=["person"])
    return made


def test_a_person_owns_the_posts_they_hold_and_those_they_stand_in_for(plan: Town) -> None:
    mine, other = post_of(plan, "陈立", "cadre"), post_of(plan, "王芳", None)
    who = viewer(plan, "cadre")
    assert queries.own_posts(who) == {mine.pk}
    with writes_allowed():
        Leave.objects.create(
            post=other, opened_on=dt.date(2022, 5, 1), stand_in=who.user.person, ground="病假"
        )
    assert queries.own_posts(who) == {mine.pk, other.pk}
    assert queries.own_posts(viewer(plan, "secretary")) == set()


def test_a_post_left_longer_ago_than_the_days_of_grace_is_nobodys_own(plan: Town) -> None:
    mine = post_of(plan, "陈立", "cadre")
    for left, own in ((dt.date(2022, 5, 20), {mine.pk}), (dt.date(2022, 5, 1), set())):
        with writes_allowed():
            Post.objects.filter(pk=mine.pk).update(closed_on=left)
        assert queries.own_posts(viewer(plan, "cadre")) == own


def test_a_duty_of_a_post_names_who_holds_it_to_others_and_the_post_alone_to_its_holder(plan: Town) -> None:
    mine = post_of(plan, "陈立", "cadre")
    with writes_allowed():
        owed = Obligation.objects.filter(unit=plan.villages["上河村"], period="2022-05").first()
        assert owed is not None
        Obligation.objects.filter(pk=owed.pk).update(post=mine)
    for posts, shown in (((), "村“两委”成员 陈立"), ((mine.pk,), "村“两委”成员")):
        owing = read_owing(viewer(plan), None, posts)
        found = [s for s in owing.open if s.obligation.pk == owed.pk]
        assert [owing.who(s.obligation) for s in found] == [shown]


def test_what_boards_read_of_a_task_tells_lead_picking_and_look(plan: Town) -> None:
    ledger.look_at_standing(
        by=plan.officer,
        task=Requirement.objects.get(task__code="T02", kind="standing").task,
        month="2022-05",
        kept_up=True,
        remark="",
        today=TODAY,
    )
    plans = read_plans(plan.unit, "2022-05")
    by_code = {r.task.code: plans.facts[r.task_id] for r in plans.requirements.values()}
    assert by_code["T01"].lead_id == plan.offices["镇综治办"].pk and not by_code["T01"].to_pick
    assert by_code["T03"].to_pick and by_code["T02"].kept_up is True
    assert by_code["T02"].looked_on == TODAY
    led = plans.led_by({plan.offices["镇党建办"].pk})
    assert {r.task.code for r in led.requirements.values()} == {"T03"}
    assert plans.year == 2022 and len(plans.sources) == 1


def test_what_is_read_in_one_statement_is_what_the_models_hold(plan: Town) -> None:
    found = read_requirements(plan.unit)
    for kept in Requirement.objects.select_related("task__version__plan"):
        read = found[kept.pk]
        assert (read.what, read.due_on, read.task.path) == (kept.what, kept.due_on, kept.task.path)
        assert read.task.version.plan.name == kept.task.version.plan.name
        assert read.task.version.source_digest == kept.task.version.source_digest
