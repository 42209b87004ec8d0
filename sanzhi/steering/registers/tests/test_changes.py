"""What pages change: units, people and households, through forms that keep what was typed."""

from __future__ import annotations

import datetime as dt

from sanzhi.foundation.orgs.models import Succession, Unit
from sanzhi.foundation.orgs.queries import path_on, units_on
from sanzhi.foundation.people.models import Household, Leave, Post
from sanzhi.foundation.people.queries import cadres_on, owed_households
from sanzhi.steering.registers.tests.conftest import Registered
from tests.people import TODAY

JULY = dt.date(2022, 7, 10)


def test_an_administrator_opens_moves_and_closes_a_unit(registered: Registered) -> None:
    client, village = registered.client(registered.town.admin), registered.village
    values = {"parent": village.pk, "kind": "grid", "name": "第3网格", "code": "G3", "on": "2022-05-01"}
    client.post("/registers/units/new", values)
    grid = Unit.objects.get(code="G3")
    other = registered.town.villages["下河村"]
    client.post(
        f"/registers/units/{grid.pk}/move", {"parent": other.pk, "on": "2022-05-10", "ground": "网格调整"}
    )
    assert path_on(grid, TODAY).startswith(path_on(other, TODAY))
    answer = client.post(f"/registers/units/{grid.pk}/close", {"on": "2022-05-20", "ground": ""})
    assert answer.status_code == 200 and "error-summary" in answer.content.decode()
    client.post(f"/registers/units/{grid.pk}/close", {"on": "2022-05-20", "ground": "网格撤并"})
    assert path_on(grid, TODAY) is None


def test_a_refused_act_keeps_what_was_typed_beside_its_field(registered: Registered) -> None:
    client = registered.client(registered.town.admin)
    town = registered.town.unit
    values = {"parent": town.pk, "kind": "village", "name": "上河村", "code": "V77", "on": "2022-05-01"}
    text = client.post("/registers/units/new", values).content.decode()
    assert 'href="#id_name"' in text and 'value="V77"' in text
    assert not Unit.objects.filter(code="V77").exists()


def test_a_merge_page_carries_households_and_ends_the_posts_of_the_old_villages(
    registered: Registered,
) -> None:
    client, town = registered.client(registered.town.admin), registered.town
    other = town.villages["下河村"]
    values = {
        "units": [registered.village.pk, other.pk],
        "name": "双河村",
        "on": JULY.isoformat(),
        "ground": "云政〔2022〕11号",
    }
    answer = client.post("/registers/units/merge", values)
    merged = Unit.objects.get(name="双河村")
    assert answer["Location"] == f"/registers/units/{merged.pk}"
    assert Succession.objects.count() == 2
    assert path_on(registered.group, JULY).startswith(path_on(merged, JULY))
    assert owed_households(town.unit, dt.date(2022, 7, 31)) == {registered.household.pk: registered.group.pk}
    assert Post.objects.get().closed_on == JULY
    assert registered.village in units_on(dt.date(2022, 7, 9), town=town.unit)
    assert "双河村" in client.get(f"/registers/units/{registered.village.pk}").content.decode()


def test_a_group_with_households_is_not_closed(registered: Registered) -> None:
    client = registered.client(registered.town.admin)
    path = f"/registers/units/{registered.group.pk}/close"
    text = client.post(path, {"on": "2022-05-20", "ground": "撤并"}).content.decode()
    assert "error-summary" in text and path_on(registered.group, TODAY) is not None


def test_names_aliases_marks_and_counts_are_changed_on_the_unit_page(registered: Registered) -> None:
    client = registered.client(registered.town.admin)
    office = registered.town.offices["司法所"]
    path = f"/registers/units/{office.pk}"
    client.post(f"{path}/alias", {"name": "青禾司法所"})
    client.post(
        f"{path}/rename", {"name": "司法所", "short_name": "司法所", "position": "3", "answers": "on"}
    )
    client.post(f"{path}/mark", {"counts": "no", "on": "2022-05-01"})
    client.post(f"{path}/count", {"what": "编制", "count": "5", "on": "2022-05-01", "source": "编办"})
    text = client.get(path).content.decode()
    assert all(words in text for words in ("青禾司法所", "没有列入", "县级部门管理", "编办"))
    client.post(f"/registers/aliases/{office.aliases.get().pk}/drop")
    assert not office.aliases.exists()


def test_a_clerk_registers_a_person_and_ends_a_post_with_its_last_day(registered: Registered) -> None:
    client, village = registered.client(registered.town.clerk), registered.village
    values = {"name": "孙新", "unit": village.pk, "kind": "committee", "on": "2022-03-01", "phone": "5551234"}
    client.post("/registers/people/new", values)
    post = Post.objects.get(person__name="孙新")
    assert post.two_committees
    client.post(
        f"/registers/people/{post.person_id}/post", {"unit": village.pk, "kind": "clerk", "on": "2022-04-01"}
    )
    client.post(f"/registers/posts/{post.pk}/correct", {"two_committees": "on", "opened_on": "2022-02-01"})
    client.post(f"/registers/posts/{post.pk}/close", {"last": "2022-05-20", "ground": "辞职"})
    post.refresh_from_db()
    assert (post.opened_on, post.closed_on) == (dt.date(2022, 2, 1), dt.date(2022, 5, 21))
    assert "5月20日" in client.get(f"/registers/people/{post.person_id}").content.decode()
    assert set(cadres_on(registered.town.unit, TODAY)) == {registered.post.person_id}
    client.post(f"/registers/people/{post.person_id}/correct", {"name": "孙新", "forget_phone": "on"})
    post.person.refresh_from_db()
    assert post.person.phone == ""


def test_a_clerk_records_leave_with_a_stand_in_and_the_return(registered: Registered) -> None:
    client, post = registered.client(registered.town.clerk), registered.post
    client.post(
        "/registers/people/new",
        {"name": "孙新", "unit": registered.village.pk, "kind": "committee", "on": "2022-03-01"},
    )
    other = Post.objects.get(person__name="孙新").person
    path = f"/registers/posts/{post.pk}/leave"
    text = client.get(path).content.decode()
    assert "孙新（上河村）" in text and "钱有为（" not in text
    values = {"on": "2022-05-02", "last": "2022-05-20", "ground": "镇党委同意", "stand_in": other.pk}
    client.post(path, values)
    leave = Leave.objects.get()
    assert (leave.closed_on, leave.stand_in) == (dt.date(2022, 5, 21), other)
    assert "error-summary" in client.post(path, values).content.decode()
    client.post(path, {"on": "2022-05-24", "ground": "镇党委同意"})
    page = f"/registers/people/{post.person_id}"
    assert "还没有回岗" in client.get(page).content.decode()
    assert "镇党委同意" not in registered.client(registered.town.cadre).get(page).content.decode()
    later = Leave.objects.get(closed_on=None)
    client.post(f"/registers/leaves/{later.pk}/end", {"last": "2022-05-24"})
    later.refresh_from_db()
    assert later.closed_on == dt.date(2022, 5, 25)


def test_a_clerk_keeps_the_households_of_the_village(registered: Registered) -> None:
    client, group = registered.client(registered.town.clerk), registered.group
    second = Unit.objects.get(code="YLQH-V1-G1-2")
    values = {
        "number": "0102",
        "group": group.pk,
        "walk_order": "2",
        "presence": "present",
        "on": "2022-03-01",
    }
    client.post("/registers/households/new", values)
    made = Household.objects.get(number="0102")
    path = f"/registers/households/{made.pk}"
    client.post(
        f"{path}/move", {"group": second.pk, "on": "2022-04-01", "walk_order": "1", "door": "二组1号"}
    )
    client.post(f"{path}/presence", {"kind": "away", "on": "2022-05-01"})
    client.post(f"{path}/correct", {"surname": "何", "door": "二组2号", "walk_order": "4"})
    text = client.get(path).content.decode()
    assert all(words in text for words in ("举家外出", "二组2号", "何家", "3月31日"))
    assert made.pk not in owed_households(registered.town.unit, TODAY)
    client.post(f"{path}/close", {"on": "2022-05-20", "ground": "迁出"})
    assert "0102" not in client.get("/registers/households").content.decode()


def test_the_home_page_counts_and_names_what_is_missing(registered: Registered) -> None:
    text = registered.client(registered.town.admin).get("/registers/").content.decode()
    assert "还没有网格的村" in text and "下河村" in text and "没有登记村党组织书记的村" in text
