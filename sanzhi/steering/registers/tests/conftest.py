"""A village with people and households, for the tests of the registers' pages."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.test import Client

from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.people import actions as people
from sanzhi.foundation.people.actions import NewHousehold
from sanzhi.foundation.people.models import Household, Post, PostKind
from tests.people import FOUNDED, SYSTEM, Town


@dataclass
class Registered:
    """What stands in the registers: a post with a phone behind it, a household with door, surname and phone."""

    town: Town
    village: Unit
    group: Unit
    post: Post
    household: Household

    def client(self, user: User) -> Client:
        """A browser signed in as somebody."""
        client = Client()
        client.force_login(user)
        return client


@pytest.fixture
def registered(town: Town) -> Registered:
    village, group = town.villages["上河村"], Unit.objects.get(code="YLQH-V1-G1-1")
    person = people.register_person(by=SYSTEM, town=town.unit, name="钱有为", phone="13800001234")
    post = people.open_post(by=SYSTEM, person=person, unit=village, kind=PostKind.DIRECTOR, on=FOUNDED)
    new = NewHousehold("0101", group, door="一组7号", surname="欧", phone="0563-7654321", presence="seasonal")
    household = people.open_household(by=SYSTEM, household=new, on=FOUNDED)
    return Registered(town, village, group, post, household)
