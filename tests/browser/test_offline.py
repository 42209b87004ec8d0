"""A cadre's phone without a signal: walks are written down, kept, and sent later, each exactly once; and whose the phone is.

One real server for all of it, which the first test kills in the middle of sending.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import PHONE, Console, open_page
from tests.people import PASSWORD
from tests.walked_town import House

FORM, QUEUE, LISTS = "/rooms/visits/offline/", "/screen/queue", "/rooms/visits/offline/mine.json"
LONG = 60_000  # milliseconds, on a slow machine


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The walked town, open."""
    started = House(tmp_path_factory.mktemp("house") / "home").build().start()
    yield started
    started.kill()


@pytest.fixture
def phone(browser: Browser, console: Console) -> Iterator[Page]:
    """A phone that loses the network now and then: what that says in its console is meant to be there."""
    for said in (
        "ERR_INTERNET_DISCONNECTED",
        "ERR_CONNECTION_REFUSED",
        "ERR_FAILED",
        "Failed to load resource",
    ):
        console.allow(said)
    for page in open_page(browser, console, viewport=PHONE, is_mobile=True, has_touch=True):
        page.set_default_timeout(LONG)
        expect.set_options(timeout=LONG)
        yield page
        expect.set_options(timeout=5_000)


def enter(phone: Page, house: House, who: str) -> None:
    """Sign in as people do."""
    phone.goto(f"{house.address}/account/sign-in")
    phone.fill("input[name=username]", who)
    phone.fill("input[name=password]", PASSWORD)
    phone.press("input[name=password]", "Enter")
    phone.wait_for_url(lambda url: "sign-in" not in url)


def until(phone: Page, fact: str) -> None:
    """Wait until something holds in the page (Playwright's own waiting would need `eval`, which our pages forbid)."""
    end = time.monotonic() + LONG / 1000
    while not phone.evaluate(fact):
        assert time.monotonic() < end, fact
        phone.wait_for_timeout(100)


def made_ready(phone: Page, house: House, who: str = "cadre") -> None:
    """Signed in with a signal once: the phone then has the worker, its pages and the lists, without being asked."""
    enter(phone, house, who)
    phone.evaluate("navigator.serviceWorker.ready.then(r => r.active.state)")
    until(phone, f"Sanzhi.list({LISTS!r}).then(Boolean)")
    until(phone, "navigator.serviceWorker.controller !== null")


def cut(phone: Page) -> None:
    """No signal from now on."""
    phone.context.set_offline(True)


def write_down(phone: Page, house: House, doors: int, half_day: str = "morning", day: str = "") -> None:
    """One outing on the kept form, up to the list of what waits."""
    phone.goto(house.address + FORM)
    expect(phone.locator("form[data-first]")).to_be_visible()
    phone.check(f"#o-{half_day}")
    if day:
        phone.fill("#o-on", day)
    if doors == 20:
        phone.get_by_role("button", name="全部见面").click()
    else:
        for row in phone.locator("[data-doors] .v-door").all()[:doors]:
            row.get_by_text("见面", exact=True).click()
    expect(phone.locator(".v-pick:checked")).to_have_count(doors)
    phone.get_by_role("button", name="保存").click()
    phone.wait_for_url(f"**{QUEUE}")


def states(phone: Page) -> list[str]:
    """The states in the list of what waits, newest first, as words."""
    return phone.locator("[data-items] [data-state] b").all_inner_texts()


def wait_for(phone: Page, words: str, count: int) -> None:
    """Until so many records in the list stand so."""
    expect(phone.locator("[data-items] b", has_text=words)).to_have_count(count)


def kept_in_browser(phone: Page) -> dict[str, Any]:
    """What lies in the browser: databases, rows, caches, workers."""
    return dict(
        phone.evaluate(
            """async () => {
                const names = (await indexedDB.databases()).map(d => d.name), rows = {};
                if (names.includes("sanzhi")) {
                    const db = await new Promise(done => { const r = indexedDB.open("sanzhi"); r.onsuccess = () => done(r.result); });
                    for (const store of db.objectStoreNames) rows[store] = await new Promise(done => {
                        const r = db.transaction(store).objectStore(store).getAll(); r.onsuccess = () => done(r.result.map(x => Object.keys(x).concat(x.name || [])));
                    });
                    db.close();
                }
                return {names, rows, caches: await caches.keys(), workers: (await navigator.serviceWorker.getRegistrations()).length};
            }"""
        )
    )


def sign_out(phone: Page) -> None:
    """By the menu."""
    phone.locator("[data-menu] summary").click()
    phone.locator("[data-sign-out] button").click()
    phone.wait_for_url("**/account/sign-in**")


def test_five_outings_written_without_a_signal_are_there_once_though_the_server_died_while_sending(
    house: House, phone: Page
) -> None:
    made_ready(phone, house)
    before = house.uids()
    cut(phone)
    for doors, half_day in (
        (20, "morning"),
        (3, "afternoon"),
        (1, "evening"),
        (7, "morning"),
        (2, "afternoon"),
    ):
        write_down(phone, house, doors, half_day)
    wait_for(phone, "等待发送", 5)
    assert "第1村民小组 · 5月25日 · 20 户" in phone.locator("[data-items]").inner_text()
    assert house.uids() == before
    sent: list[int] = []

    def answer_lost(route: Route) -> None:
        sent.append(1)
        if len(sent) != 3:
            route.continue_()
            return
        route.fetch()  # the server has taken the third one, and dies before the phone hears of it
        house.kill()
        route.abort()

    phone.route("**/rooms/visits/send/", answer_lost)
    phone.context.set_offline(False)
    while house.program is not None:
        phone.wait_for_timeout(100)
    wait_for(phone, "已收到", 2)
    wait_for(phone, "等待发送", 3)
    assert len(house.uids()) == len(before) + 3 and len(sent) == 3
    phone.unroute("**/rooms/visits/send/")
    phone.reload()
    wait_for(phone, "等待发送", 3)
    house.start()
    phone.get_by_role("button", name="立即发送").click()
    wait_for(phone, "已收到", 5)
    after = house.uids()[len(before) :]
    on_phone = phone.evaluate("Sanzhi.items().then(all => all.map(i => i.uid.replaceAll('-', '')))")
    assert sorted(after) == sorted(on_phone) and len(set(after)) == 5


def test_the_pages_that_are_kept_open_without_a_signal_and_others_say_so(house: House, phone: Page) -> None:
    made_ready(phone, house)
    cut(phone)
    phone.goto(house.address + "/plans/mine")
    expect(phone.get_by_role("heading", level=1)).to_have_text("现在连不上")
    phone.get_by_role("link", name="记走访").click()
    expect(phone.locator("[data-doors] .v-door")).to_have_count(20)
    phone.select_option("#o-group", label="第2村民小组")
    expect(phone.locator("[data-doors] .v-door")).to_have_count(10)
    assert phone.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
    for text in ("1组1号", "林秀兰"):
        assert text not in phone.locator("main").inner_text()
    phone.goto(house.address + QUEUE)
    expect(phone.locator("[data-none]")).to_be_visible()


def test_what_is_wrong_at_once_is_said_on_the_phone(
    house: House, phone: Page, axe: Callable[[Page], None]
) -> None:
    made_ready(phone, house)
    cut(phone)
    phone.goto(house.address + FORM)
    expect(phone.locator("form[data-first]")).to_be_visible()
    axe(phone)
    phone.fill("#o-on", "2022-05-26")
    phone.get_by_role("button", name="保存").click()
    expect(phone.locator("[data-errors] li")).to_have_count(2)
    assert phone.url.endswith(FORM)


def test_leaving_wipes_the_phone(house: House, phone: Page) -> None:
    made_ready(phone, house)
    assert kept_in_browser(phone)["names"] == ["sanzhi"]
    sign_out(phone)
    assert kept_in_browser(phone) == {"names": [], "rows": {}, "caches": [], "workers": 0}
    assert phone.evaluate("Object.keys(localStorage)") == []


def test_leaving_with_something_unsent_says_what_and_keeps_it_sealed_for_its_author(
    house: House, phone: Page
) -> None:
    made_ready(phone, house)
    cut(phone)
    write_down(phone, house, 4)
    wait_for(phone, "等待发送", 1)
    phone.route("**/rooms/visits/send/", lambda route: route.fulfill(status=503, body=""))
    phone.context.set_offline(False)
    phone.goto(house.address + "/")
    asked: list[str] = []
    phone.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    sign_out(phone)
    assert "第1村民小组 · 2022-05-25 · 4" in asked[0]
    left = kept_in_browser(phone)
    assert left["rows"]["meta"] == [] and left["caches"] == []
    assert [set(row) for row in left["rows"]["items"]] == [{"uid", "account", "kept_at", "state", "sealed"}]
    phone.unroute("**/rooms/visits/send/")
    before = len(house.uids())
    made_ready(phone, house)
    phone.goto(house.address + QUEUE)
    wait_for(phone, "已收到", 1)
    assert len(house.uids()) == before + 1


def test_another_account_on_the_phone_sees_nothing_of_the_first_and_takes_nothing_from_it(
    house: House, phone: Page
) -> None:
    made_ready(phone, house)
    cut(phone)
    write_down(phone, house, 6)
    wait_for(phone, "等待发送", 1)
    before = len(house.uids())
    phone.context.clear_cookies()  # the sign-in ran out, nobody pressed anything
    phone.context.set_offline(False)
    enter(phone, house, "secretary")
    until(phone, "localStorage.getItem('sanzhi-kept') === document.body.dataset.account")
    phone.goto(house.address + QUEUE)
    expect(phone.locator("[data-none]")).to_be_visible()
    assert states(phone) == [] and "6 户" not in phone.locator("body").inner_text()
    phone.goto(house.address + FORM)
    expect(phone.locator("[data-none]")).to_be_visible()  # the secretary looks after no group
    assert len(house.uids()) == before
    phone.goto(house.address + "/")
    sign_out(phone)
    made_ready(phone, house)
    phone.goto(house.address + QUEUE)
    wait_for(phone, "已收到", 1)
    rows = house.ask(
        "SELECT u.username FROM visits_outing o JOIN accounts_user u ON u.id = o.author_id ORDER BY o.id"
    )
    assert len(rows) == before + 1 and rows[-1] == ("cadre",)


def test_after_the_sign_in_ran_out_the_list_says_so_and_it_is_sent_once_signed_in(
    house: House, phone: Page
) -> None:
    made_ready(phone, house)
    cut(phone)
    write_down(phone, house, 2)
    phone.context.clear_cookies()
    before = len(house.uids())
    phone.context.set_offline(False)
    wait_for(phone, "请重新登录后发送", 1)
    phone.get_by_role("link", name="去登录").click()
    phone.fill("input[name=username]", "cadre")
    phone.fill("input[name=password]", PASSWORD)
    phone.press("input[name=password]", "Enter")
    phone.wait_for_url(f"**{QUEUE}")
    wait_for(phone, "已收到", 1)
    assert len(house.uids()) == before + 1


def test_a_refused_one_stays_with_its_sentence_is_mended_and_sent_again(house: House, phone: Page) -> None:
    made_ready(phone, house)
    cut(phone)
    write_down(phone, house, 3, day="2022-04-05")
    before = len(house.uids())
    phone.context.set_offline(False)
    wait_for(phone, "需要改", 1)
    assert "补录" in phone.locator("[data-sentence]").inner_text()
    phone.get_by_role("link", name="打开修改").click()
    expect(phone.locator("[data-refused]")).to_be_visible()
    expect(phone.locator(".v-pick:checked")).to_have_count(3)
    assert phone.input_value("#o-on") == "2022-04-05"
    phone.fill("#o-late", "山里没有信号，回来才补")
    phone.get_by_role("button", name="保存").click()
    phone.wait_for_url(f"**{QUEUE}")
    wait_for(phone, "已收到", 1)
    assert len(house.uids()) == before + 1 and states(phone) == ["已收到"]


def test_the_form_of_the_house_keeps_what_was_typed_when_the_signal_goes(house: House, phone: Page) -> None:
    made_ready(phone, house)
    phone.goto(house.address + "/rooms/visits/")
    phone.get_by_role("link", name=re.compile("记走访")).first.click()
    phone.locator(".v-picks label").first.click()
    before = len(house.uids())
    cut(phone)
    phone.get_by_role("button", name="提交记录").click()
    phone.wait_for_url(f"**{QUEUE}")
    wait_for(phone, "等待发送", 1)
    assert "第1村民小组 · 5月25日 · 1 户" in phone.locator("[data-items]").inner_text()
    phone.context.set_offline(False)
    wait_for(phone, "已收到", 1)
    assert len(house.uids()) == before + 1


def test_a_day_without_a_signal_counts_on_the_day_of_the_deed(house: House, phone: Page) -> None:
    made_ready(phone, house)
    cut(phone)
    write_down(phone, house, 5, "evening")
    house.run("sanzhi", "clock", "set", "2022-05-26")
    phone.context.set_offline(False)
    wait_for(phone, "已收到", 1)
    last = house.ask("SELECT happened_on, received_on, state FROM visits_outing ORDER BY id DESC LIMIT 1")
    assert [str(value) for value in last[0]] == ["2022-05-25", "2022-05-26", "recorded"]


def test_the_switch_takes_the_worker_and_its_pages_off_the_phones(house: House, phone: Page) -> None:
    made_ready(phone, house)
    house.kill()
    house.env["SANZHI_OFFLINE"] = "off"
    house.start()
    phone.goto(house.address + "/")
    phone.evaluate("navigator.serviceWorker.getRegistration().then(r => r && r.update())")
    until(phone, "navigator.serviceWorker.getRegistrations().then(all => all.length === 0)")
    until(phone, "caches.keys().then(all => all.length === 0)")
