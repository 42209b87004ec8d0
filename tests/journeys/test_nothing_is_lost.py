"""Nothing acknowledged is ever lost: the server is killed in the middle of 1,000 writes, and each is there exactly once."""

from __future__ import annotations

import http.client
import os
import random
import re
import threading
import time
import urllib.parse
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import postgres
from tests.people import PASSWORD
from tests.walked_town import House

WRITES = 1000
SENDERS = 4
KILLS = 2
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Phone:
    """A signed-in phone that sends outings and remembers which of them the server said it has."""

    def __init__(self, house: House) -> None:
        self.house, self.cookies, self.token = house, {}, ""
        self.acknowledged: set[str] = set()

    def ask(self, method: str, path: str, body: str = "") -> tuple[int, str]:
        """One request on a connection of its own; cookies are kept."""
        line = http.client.HTTPConnection("127.0.0.1", self.house.port, timeout=60)
        headers = FORM | {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if self.token:
            headers["X-CSRFToken"] = self.token
        try:
            line.request(method, path, body or None, headers)
            answer = line.getresponse()
            for value in answer.headers.get_all("Set-Cookie") or []:
                name, _, rest = value.partition("=")
                self.cookies[name] = rest.partition(";")[0]
            return answer.status, answer.read().decode()
        finally:
            line.close()

    def enter(self) -> None:
        """Sign in, and fetch the token that belongs to the session."""
        page = self.ask("GET", "/account/sign-in")[1]
        hidden = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert hidden is not None
        typed = {"username": "cadre", "password": PASSWORD, "csrfmiddlewaretoken": hidden.group(1)}
        assert self.ask("POST", "/account/sign-in", urllib.parse.urlencode(typed))[0] == 302
        told = re.search(r'"token": ?"([^"]+)"', self.ask("GET", "/screen/token")[1])
        assert told is not None
        self.token = told.group(1)

    def send(self, outing: dict[str, str]) -> None:
        """Send one; what is not answered, or not with its uid, counts as not sent."""
        try:
            code, said = self.ask("POST", "/rooms/visits/send/", urllib.parse.urlencode(outing))
        except (OSError, http.client.HTTPException):
            return
        if code == 200 and outing["uid"] in said:
            self.acknowledged.add(outing["uid"])
        else:
            assert code >= 500, (code, said)


def outings(house: House, dice: random.Random) -> list[dict[str, str]]:
    """A thousand different outings of the cadre, by what the database says of groups and households."""
    post = house.ask("SELECT post_id FROM visits_link ORDER BY id LIMIT 1")[0][0]
    homes: dict[int, list[int]] = {}
    for group, home in house.ask("SELECT group_id, household_id FROM people_stay ORDER BY id"):
        homes.setdefault(group, []).append(home)
    made = []
    for _ in range(WRITES):
        group = dice.choice(sorted(homes))
        doors = dice.sample(homes[group], dice.randint(1, 5))
        head = {
            "uid": str(uuid.UUID(int=dice.getrandbits(128), version=4)),
            "group": str(group),
            "went": str(post),
        }
        when = {
            "on": f"2022-05-{dice.randint(16, 25):02d}",
            "half_day": dice.choice(("morning", "afternoon", "evening")),
        }
        made.append(
            head
            | when
            | {f"door-{home}": dice.choice(("reached", "declined", "slip_left")) for home in doors}
        )
    return made


def send_all(phones: list[Phone], waiting: list[dict[str, str]], stop: threading.Event) -> None:
    """All phones send what waits, each its part, until it is through or the server is gone."""

    def run(phone: Phone, mine: list[dict[str, str]]) -> None:
        for outing in mine:
            if stop.is_set():
                return
            phone.send(outing)

    threads = [
        threading.Thread(target=run, args=(phone, waiting[n :: len(phones)]))
        for n, phone in enumerate(phones)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def acknowledged(phones: list[Phone]) -> set[str]:
    """What the phones were told is there."""
    return set().union(*(phone.acknowledged for phone in phones))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """The walked town on the database of this run; as many sendings a minute as the test can make."""
    url = ""
    if os.environ.get("SANZHI_TEST_DATABASE") == "postgresql":
        url = postgres.url_of_this_run().replace("/sanzhi?", f"/kill_{uuid.uuid4().hex[:8]}?")
        make_database(url)
    started = House(tmp_path / "home", url, SANZHI_SENDS_PER_MINUTE="1000000").build().start(workers=2)
    yield started
    started.kill()


def make_database(url: str) -> None:
    """An empty database beside the one of the test suite."""
    import psycopg

    name = urllib.parse.urlsplit(url).path.lstrip("/")
    with psycopg.connect(url.replace(f"/{name}?", "/postgres?"), autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_when_the_server_is_killed_in_the_middle_of_a_thousand_writes(
    house: House,
) -> None:
    dice = random.Random(20220525)
    every = outings(house, dice)
    phones = [Phone(house) for _ in range(SENDERS)]
    phones[0].enter()
    for phone in phones[1:]:
        phone.cookies, phone.token = dict(phones[0].cookies), phones[0].token
    for kill in range(KILLS):
        waiting = [o for o in every if o["uid"] not in acknowledged(phones)]
        dice.shuffle(waiting)  # in any order
        share = WRITES * (kill + 1) // (KILLS + 1) + dice.randint(-80, 80)
        stop = threading.Event()
        sending = threading.Thread(target=send_all, args=(phones, waiting, stop))
        sending.start()
        while len(acknowledged(phones)) < share:
            assert sending.is_alive()
            time.sleep(0.005)
        house.kill()
        stop.set()
        sending.join()
        house.start(workers=2)
        told, there = acknowledged(phones), house.uids()
        assert share <= len(told) < WRITES
        assert {uid.replace("-", "") for uid in told} <= set(there)
        assert len(there) == len(set(there)) < WRITES
    # The rest, and once more what had long arrived: a lost answer and a second sending are the same.
    rest = [o for o in every if o["uid"] not in acknowledged(phones)]
    again = dice.sample(every, 50)
    send_all(phones, [*rest, *again], threading.Event())
    there = house.uids()
    assert sorted(there) == sorted(o["uid"].replace("-", "") for o in every)
    assert len(acknowledged(phones)) == WRITES
    doors = house.ask("SELECT count(*) FROM visits_visit")[0][0]
    assert doors == sum(sum(name.startswith("door-") for name in outing) for outing in every)
    assert house.ask("SELECT count(*) FROM receipts_receipt")[0][0] == WRITES
    assert "YLQH" in house.run("sanzhi", "audit", "verify")
