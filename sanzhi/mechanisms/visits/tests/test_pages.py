"""The pages of walks: who sees which, one's groups, the doors and figures, nothing of a household above the village."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from django.test import Client
from django.urls import reverse

from sanzhi.domain.periods import Every, period_of
from sanzhi.foundation import clock
from sanzhi.foundation.audit.guard import writes_allowed
from sanzhi.foundation.people import actions as people
from sanzhi.foundation.people.actions import NewHousehold
from sanzhi.foundation.people.models import PresenceKind
from sanzhi.foundation.privacy.models import ReadEntry
from sanzhi.foundation.ui import formats
from sanzhi.kit.measures.engine import Slot, amounts
from sanzhi.kit.testkit import page_matrix
from sanzhi.mechanisms.visits import actions
from sanzhi.mechanisms.visits.actions import Tick
from sanzhi.mechanisms.visits.measures import MONTHLY, WEEKLY
from sanzhi.mechanisms.visits.models import FollowUp, OutingScan
from sanzhi.mechanisms.visits.tests.walks import MONDAY, Village, ticks, village, walk
from sanzhi.mechanisms.visits.views.outings import EXPORTED
from tests.people import FOUNDED, SYSTEM, TODAY

__all__ = ["village"]
VILLAGE = "secretary clerk cadre"
DOORS = f"{VILLAGE} care other_secretary"
NUMBERS = f"{DOORS} officer party justice leader auditor discipline"


def page(client: Client, name: str, *keys: object, **query: object) -> str:
    """The text of a page, which must be there."""
    answer = client.get(reverse(f"visits:{name}", args=keys), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_every_page_opens_for_those_it_is_for_and_for_nobody_else(village: Village, client: Client) -> None:
    town = village.town
    outing = walk(village, doors=[Tick(village.households[0][0].pk, "reached", ("hazard",), True)])
    matter = FollowUp.objects.get()
    mutual = actions.set_up_mutual_group(
        by=town.secretary,
        group=village.groups[0],
        number=1,
        on=MONDAY,
        contact_household=village.households[0][0],
    )
    member = mutual.members.get()
    group, home, first = village.groups[0].pk, village.households[0][0].pk, town.villages["上河村"].pk

    def at(name: str, *keys: object) -> str:
        return reverse(f"visits:{name}", args=keys)

    table = {
        at("groups"): NUMBERS,
        at("coverage"): NUMBERS,
        at("links"): f"{DOORS} officer",
        at("unreached"): DOORS,
        at("list"): DOORS,
        at("mutual"): DOORS,
        at("matters"): f"{DOORS} officer",
        at("report"): f"{VILLAGE} other_secretary",
        at("type_in"): "clerk",
        at("record", group): VILLAGE,
        at("sheet", group): f"{VILLAGE} care",
        at("detail", outing.pk): f"{VILLAGE} care",
        at("correct", outing.pk): VILLAGE,
        at("void", outing.pk): VILLAGE,
        at("confirm", outing.pk): "secretary",
        at("village", first): f"{VILLAGE} care",
        at("phone", home): f"{VILLAGE} care",
        at("add_link", first): "secretary officer",
        at("end_link", village.links["chen"].pk): "secretary officer",
        at("set_up_mutual", first): "secretary",
        at("mutual_group", mutual.pk): f"{VILLAGE} care",
        at("join_mutual", mutual.pk): "secretary",
        at("close_mutual", mutual.pk): "secretary",
        at("change_contact", mutual.pk): "secretary",
        at("leave_mutual", mutual.pk, member.pk): "secretary",
        at("matter", matter.pk): f"{VILLAGE} care",
        at("settle", matter.pk): VILLAGE,
        at("escalate", matter.pk): VILLAGE,
        at("answer", matter.pk): "",
        at("list") + "?export=xlsx": "secretary clerk other_secretary",
    }
    assert page_matrix(client, town.users, table) == []


def test_what_was_handed_up_opens_for_the_lead_office_without_its_household(
    village: Village, client: Client
) -> None:
    town, home = village.town, village.households[0][0]
    walk(village, doors=[Tick(home.pk, "reached", ("hazard",), True)])
    matter = actions.escalate_follow_up(by=town.cadre, matter=FollowUp.objects.get())
    client.force_login(town.officer)
    said = page(client, "matter", matter.pk)
    assert "安全隐患" in said and home.number not in said
    client.post(
        reverse("visits:answer", args=[matter.pk]),
        _sent(client, "answer", matter.pk, answer="已请规划办看现场"),
    )
    matter.refresh_from_db()
    assert matter.answer == "已请规划办看现场"
    client.force_login(town.party)
    assert client.get(reverse("visits:matter", args=[matter.pk])).status_code == 404


def _sent(client: Client, name: str, *keys: object, **more: object) -> dict[str, object]:
    form = client.get(reverse(f"visits:{name}", args=keys)).context["form"]
    return {"uid": str(form["uid"].value()), **more}


def test_nobody_above_the_village_sees_a_surname_a_door_or_a_household_number(
    village: Village, client: Client
) -> None:
    walk(village)
    for user in ("officer", "party", "leader", "auditor", "discipline"):
        client.force_login(village.town.users[user])
        for name in ("coverage", "links", "groups", "matters", "unreached", "list", "mutual"):
            said = client.get(reverse(f"visits:{name}"), follow=True).content.decode()
            for word in ("陈家", "1组1号", "010101", "第1村民小组 0101"):
                assert word not in said, (user, name, word)


def test_a_week_of_two_working_days_asks_for_no_walk(village: Village, client: Client) -> None:
    with writes_allowed():
        village.town.cadre.person = village.posts["chen"].person
        village.town.cadre.save()
    with clock.standing_on(dt.date(2022, 10, 6)):
        client.force_login(village.town.cadre)
        assert "本周工作日不足三天" in page(client, "groups")
        client.force_login(village.town.secretary)
        assert "不计" in page(client, "coverage")
        client.force_login(village.town.leader)
        assert "0/2（" not in page(client, "coverage")


def test_the_figures_of_the_pages_are_those_of_the_duties(village: Village, client: Client) -> None:
    walk(village, doors=ticks(village.households[0][:4]))
    walk(village, group=1, went=("lin",), doors=ticks(village.households[1][:2], "declined"))
    walk(village, group=2, went=("xu",), doors=ticks(village.households[2]))
    town = village.town.unit
    client.force_login(village.town.leader)
    context = client.get(reverse("visits:coverage")).context
    (cells, _left, weekly) = context["total"]
    for duty, every, shown in ((MONTHLY, Every.MONTH, cells[1]), (WEEKLY, Every.WEEK, weekly)):
        period = period_of(every, TODAY)
        slot = Slot(town.pk, period.code, period.first, period.last, None, share=Fraction(1), whole=True)
        amount = amounts(duty, town, [slot], TODAY)[slot]
        assert shown == formats.fraction(amount.numerator, amount.denominator)


def test_small_numbers_of_households_go_up_hidden(village: Village, client: Client) -> None:
    walk(village, doors=ticks(village.households[0][:2], "declined"))
    client.force_login(village.town.leader)
    assert "&lt;5" in page(client, "coverage")
    client.force_login(village.town.secretary)
    assert "&lt;5" not in page(client, "coverage")


def test_a_cadre_finds_their_groups_first_with_how_far_they_are(village: Village, client: Client) -> None:
    with writes_allowed():
        village.town.cadre.person = village.posts["chen"].person
        village.town.cadre.save()
    client.force_login(village.town.cadre)
    before = page(client, "groups")
    assert "本周未走" in before and "<b>0/5</b>" in before
    walk(village, doors=ticks(village.households[0][:3]))
    after = page(client, "groups")
    assert "本周已走" in after and "<b>3/5</b>" in after
    assert after.index("第1村民小组") < after.index("第2村民小组")


def test_the_open_doors_stand_in_walking_order_and_say_what_was_tried(
    village: Village, client: Client
) -> None:
    homes = village.households[0]
    walk(
        village,
        doors=[
            Tick(homes[0].pk, "reached"),
            Tick(homes[1].pk, "nobody_home"),
            Tick(homes[2].pk, "slip_left"),
        ],
    )
    people.change_presence(by=SYSTEM, household=homes[4], kind=PresenceKind.AWAY, on=MONDAY)
    people.move_household(
        by=SYSTEM, household=homes[3], group=village.groups[1], on=dt.date(2022, 5, 20), ground="搬家"
    )
    client.force_login(village.town.cadre)
    said = page(client, "unreached", group=village.groups[0].pk)
    assert homes[0].number not in said.split("<ol", 1)[1] and homes[4].number not in said
    assert said.index(homes[1].number) < said.index(homes[2].number)
    assert "需另一时段再去一次并留条" in said and "已留条" in said
    there = page(client, "unreached", group=village.groups[1].pk)
    assert "5月19日以前在第1村民小组" in there


def test_each_look_at_doors_is_logged_with_its_purpose_and_numbers_alone_are_not(
    village: Village, client: Client
) -> None:
    client.force_login(village.town.cadre)
    page(client, "record", village.groups[0].pk)
    (entry,) = ReadEntry.objects.all()
    assert entry.purpose == "走访" and entry.subjects == sorted(h.pk for h in village.households[0])
    page(client, "groups")
    page(client, "coverage")
    assert ReadEntry.objects.count() == 1


def test_a_number_is_shown_only_for_a_reason_that_is_kept(village: Village, client: Client) -> None:
    home = people.open_household(
        by=SYSTEM,
        household=NewHousehold("0190", village.groups[0], surname="李", phone="13800138000"),
        on=FOUNDED,
    )
    client.force_login(village.town.cadre)
    address = reverse("visits:phone", args=[home.pk])
    assert "13800138000" not in client.get(address).content.decode()
    refused = client.post(address, {"reason": "看"})
    assert refused.status_code == 422 and "13800138000" not in refused.content.decode()
    assert "13800138000" in client.post(address, {"reason": "约走访时间"}).content.decode()
    assert ReadEntry.objects.filter(purpose="约走访时间", fields=["phone"], subjects=[home.pk]).count() == 1


def test_the_file_of_outings_names_nobody(village: Village, client: Client) -> None:
    walk(village)
    client.force_login(village.town.secretary)
    answer = client.get(reverse("visits:list"), {"export": "xlsx"})
    content = b"".join(answer.streaming_content)
    assert content[:2] == b"PK"
    assert not {str(c.label) for c in EXPORTED} & {"走访人", "登记人", "联系人", "户号", "录入"}


@pytest.mark.parametrize("many", [4, 60])
def test_pages_ask_the_same_number_of_questions_however_many_doors_there_are(
    many: int, village: Village, client: Client, django_assert_max_num_queries
) -> None:
    people.open_households(
        by=SYSTEM,
        households=[
            NewHousehold(f"07{n:03d}", village.groups[0], door=f"{n}号", walk_order=n, surname="王")
            for n in range(many)
        ],
        on=FOUNDED,
    )
    client.force_login(village.town.cadre)
    for name, keys, most in (
        ("record", [village.groups[0].pk], 26),
        ("unreached", [], 16),
        ("coverage", [], 24),
        ("groups", [], 20),
        ("sheet", [village.groups[0].pk], 14),
    ):
        address = reverse(f"visits:{name}", args=keys)
        client.get(address)
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200


def test_the_list_asks_the_same_number_of_questions_however_many_outings_there_are(
    village: Village, client: Client, django_assert_max_num_queries
) -> None:
    for n in range(12):
        day, homes = MONDAY - dt.timedelta(days=n), village.households[0][:2]
        walk(village, day, doors=ticks(homes), received=TODAY, late_reason="表交得晚，补记")
    client.force_login(village.town.secretary)
    client.get(reverse("visits:list"))
    with django_assert_max_num_queries(22):
        assert "2/2 户" in page(client, "list")


def test_a_page_of_a_month_to_come_or_of_nonsense_shows_this_month(village: Village, client: Client) -> None:
    client.force_login(village.town.leader)
    for month in ("2030-01", "x", "2022-13", "２０２２-05", "\x00", "2022-W20"):
        assert page(client, "coverage", month=month)
    client.force_login(village.town.secretary)
    for query in (
        {"group": "x"},
        {"month": "x"},
        {"who": "1 or 1"},
        {"state": "y"},
        {"after": "%%%"},
        {"who": "9" * 30},
    ):
        assert page(client, "list", **query)
    for query in ({"village": "x"}, {"group": "99999999999999999999"}, {"all": "2"}):
        assert page(client, "unreached", **query)


def test_a_sheet_bears_its_number_and_a_picture_that_leads_to_copying_it_in(
    village: Village, client: Client
) -> None:
    client.force_login(village.town.cadre)
    said = page(client, "sheet", village.groups[0].pk)
    assert "data:image/svg+xml" in said and said.count("v-box") == 20
    assert client.get(reverse("visits:sheet", args=[village.far_group.pk])).status_code == 404
    assert OutingScan.objects.count() == 0 and clock.today() == TODAY
