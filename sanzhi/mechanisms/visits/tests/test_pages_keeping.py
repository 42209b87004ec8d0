"""Links, mutual help and matters through their pages."""

from __future__ import annotations

import datetime as dt

from django.test import Client

from sanzhi.foundation import clock
from sanzhi.foundation.privacy.models import ReadEntry
from sanzhi.mechanisms.visits import actions
from sanzhi.mechanisms.visits.models import FollowUp, Link, MutualGroup, MutualMember
from sanzhi.mechanisms.visits.tests.walks import Village, at, sending, village
from tests.people import TODAY

__all__ = ["village"]


def test_a_secretary_links_a_cadre_and_an_overlap_is_refused_with_its_sentence(
    village: Village, client: Client
) -> None:
    client.force_login(village.town.secretary)
    first = village.town.villages["上河村"].pk
    page = client.get(at("links")).content.decode()
    assert page.index("第3村民小组") < page.index("第1村民小组")
    address = at("add_link", first)
    said = {
        "post": village.posts["xu"].pk,
        "group": village.groups[2].pk,
        "on": "2022-05-01",
        "ground": "两委会分工",
    }
    assert client.post(address, sending(client, address, **said)).status_code == 302
    link = Link.objects.get(post=village.posts["xu"])
    twice = client.post(address, sending(client, address, **said))
    codes = {e.code for errors in twice.context["form"].errors.as_data().values() for e in errors}
    assert codes == {"visits.link_held"}
    end = at("end_link", link.pk)
    assert client.post(end, sending(client, end, on="2022-05-25", ground="调整分工")).status_code == 302
    link.refresh_from_db()
    assert link.closed_on == TODAY
    backwards = client.post(
        address, sending(client, address, **said | {"on": "2022-05-30", "until": "2022-05-01"})
    )
    wrong = backwards.context["form"].errors.as_data()["until"]
    assert [e.code for e in wrong] == ["backwards"], "said of the days as they were typed"
    for bad in (
        {"on": "2022-05-30", "until": "2022-05-01"},
        {"ground": ""},
        {"group": village.far_group.pk},
        {"post": "0"},
    ):
        assert client.post(address, sending(client, address, **said | bad)).status_code == 422


def test_households_help_each_other_join_and_leave_without_a_reason(village: Village, client: Client) -> None:
    client.force_login(village.town.secretary)
    homes, first = village.households[0], village.town.villages["上河村"].pk
    address = at("set_up_mutual", first)
    said = {"group": village.groups[0].pk, "number": 1, "household": homes[0].number, "on": "2022-05-20"}
    assert client.post(address, sending(client, address, **said | {"household": "0299"})).status_code == 422
    assert client.post(address, sending(client, address, **said)).status_code == 302
    row = MutualGroup.objects.get()
    join = at("join_mutual", row.pk)
    client.post(join, sending(client, join, household=homes[1].pk, on=TODAY.isoformat()))
    assert MutualMember.objects.count() == 2
    assert (
        client.post(join, sending(client, join, household=homes[1].pk, on=TODAY.isoformat())).status_code
        == 422
    )
    leave = at("leave_mutual", row.pk, MutualMember.objects.get(household=homes[0]).pk)
    client.post(leave, sending(client, leave, on=TODAY.isoformat()))
    said_now = client.get(at("mutual_group", row.pk)).content.decode()
    seen = ReadEntry.objects.latest("pk").subjects
    assert sorted(seen) == sorted(h.pk for h in homes[:2]), "who left is still named as the contact"
    change = at("change_contact", row.pk)
    assert client.post(change, sending(client, change, contact=f"household-{homes[0].pk}")).status_code == 422
    assert client.post(change, sending(client, change, contact=f"household-{homes[1].pk}")).status_code == 302
    row.refresh_from_db()
    assert row.contact_household == homes[1]
    assert "请另选一位联系人" in said_now and "联防" not in said_now and "监督" not in said_now
    assert at("leave_mutual", row.pk, MutualMember.objects.get(household=homes[0]).pk) not in said_now


def test_a_call_becomes_a_matter_that_the_village_settles(village: Village, client: Client) -> None:
    client.force_login(village.town.cadre)
    address = at("report")
    said = {
        "group": village.groups[0].pk, "on": TODAY.isoformat(), "reporter": "old_member", "topic": "dispute",
        "what": "两家为界沟的事要吵起来",
    }  # fmt: skip
    assert (
        client.post(address, sending(client, address, **said | {"what": "打13800138000"})).status_code == 422
    )
    assert client.post(address, sending(client, address, **said)).status_code == 302
    matter = FollowUp.objects.get()
    assert "矛盾纠纷" in client.get(at("matters")).content.decode()
    settle = at("settle", matter.pk)
    assert client.post(settle, sending(client, settle, on="2022-05-26", how="已上门说和")).status_code == 422
    assert (
        client.post(
            settle, sending(client, settle, on=TODAY.isoformat(), how="已上门说和，两家同意")
        ).status_code
        == 302
    )
    for state in ("settled", "open", "overdue", "escalated", "dropped", "expired"):
        shown = client.get(at("matters"), {"state": state}).content.decode()
        assert (f"/matters/{matter.pk}/" in shown) == (state == "settled")


def test_a_list_of_matters_by_state_says_what_each_matter_says_of_itself(
    village: Village, client: Client
) -> None:
    with clock.standing_on(TODAY):
        actions.report_by_phone(
            by=village.town.cadre, group=village.groups[0], on=TODAY, reporter="group_leader", topic="hazard"
        )
    matter = FollowUp.objects.get()
    for day in (TODAY, TODAY + dt.timedelta(days=16), TODAY + dt.timedelta(days=91)):
        with clock.standing_on(day):
            client.force_login(village.town.cadre)
            state = matter.state_on(day)
            assert f"/matters/{matter.pk}/" in client.get(at("matters"), {"state": state}).content.decode()
