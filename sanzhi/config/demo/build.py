"""Building the demonstration in one act: all of it stands afterwards, or nothing does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

from sanzhi.config.demo.names import COUNTY, OFFICES
from sanzhi.config.demo.people import PASSWORD, build_households, build_people
from sanzhi.config.demo.town import build_units
from sanzhi.domain.plan_text import read
from sanzhi.domain.problems import Problem, declare
from sanzhi.foundation import clock
from sanzhi.foundation.accounts.models import User
from sanzhi.foundation.audit.action import Actor, System, about, action
from sanzhi.foundation.clock.actions import found
from sanzhi.foundation.clock.models import Installation
from sanzhi.foundation.files.extract import extract
from sanzhi.foundation.orgs.models import Unit
from sanzhi.foundation.orgs.queries import names_of
from sanzhi.kit import registry
from sanzhi.kit.ledger import actions as ledger
from sanzhi.kit.ledger.intake import store_reading
from sanzhi.kit.ledger.models import PlanVersion, TaskUnit
from sanzhi.kit.ledger.naming import suggest
from sanzhi.steering.indicators import nightly

declare("demo", {"no_file": "找不到文件“{name}”。请检查路径。"})

START = dt.date(2022, 5, 25)
FIRST_DAY = dt.date(2022, 3, 15)
IMPORTED = dt.date(2022, 3, 16)
SAMPLE = Path(__file__).resolve().parents[3] / "samples" / "qinghe-2022-3.txt"
DEMO = System("演示")


def build(*, plan_file: Path | None, say: Callable[[str], None]) -> None:
    """Build the invented town; with `plan_file`, that document waits to be confirmed instead of the sample plan."""
    with clock.standing_on(START):
        town = _build(by=DEMO, plan_file=plan_file, say=say)
        say("  锁定已到期的月份、汇总数字 …")
        _let_nights_pass(town)
        nightly.refold(town, START)
        nightly.close_months(town, START)


def _let_nights_pass(town: Unit) -> None:
    """The nights since the plan was read, one in two weeks: in each the weeks that begin are owed by the posts of that time."""
    day = IMPORTED
    while day < START:
        with clock.standing_on(day):
            nightly.follow(town, day, every_night=True)
        day += dt.timedelta(days=14)


@action("demo.build", "建立演示镇")
def _build(*, by: Actor, plan_file: Path | None, say: Callable[[str], None]) -> Unit:
    installation = found(kind=Installation.Kind.DEMO, county=COUNTY[1], demo_day=START)
    say("  机构：13 个镇直单位、9 个村、30 个网格、140 个村民小组 …")
    town = build_units(by=by)
    say("  人员与账号：54 名村干部和各单位同志 …")
    users = build_people(by=by, town=town)
    say("  住户：4,200 户（只有户号、门牌和联系人姓氏）…")
    build_households(by=by, town=town)
    if plan_file is None:
        say("  读入方案并确认任务分解 …")
        confirm_sample(users=users, town=town)
    else:
        say(f"  读入 {plan_file.name}，等待确认 …")
        import_file(by=users["off_djb"], town=town, path=plan_file, today=START)
    # Villages had their sites before any plan was read: a plan confirmed later counts them.
    say("  各机制的记录 …")
    for room in registry.rooms():
        if room.demo is not None:
            room.demo(town=town, day=START, users=users)
    about(installation, county=COUNTY[1], day=START, plan=plan_file.name if plan_file else SAMPLE.name)
    return town


def import_file(*, by: Actor, town: Unit, path: Path, today: dt.date) -> PlanVersion:
    """Read a document and keep the reading, to be confirmed. Refuses as the reader does."""
    try:
        data = path.read_bytes()
    except OSError:
        raise Problem("demo.no_file", name=str(path)) from None
    extracted = extract(data, path.name)
    reading = read(extracted.lines, tables=extracted.tables).as_json()
    return store_reading(by=by, town=town, reading=reading, file_name=path.name, today=today)


def confirm_sample(*, users: dict[str, User], town: Unit) -> PlanVersion:
    """The sample plan as the officer of 镇党建办 confirmed it the day after its first day."""
    by = users["off_djb"]
    with clock.standing_on(IMPORTED):
        version = import_file(by=by, town=town, path=SAMPLE, today=IMPORTED)
        ledger.set_first_day(by=by, version=version, day=FIRST_DAY)
        names = names_of(town, IMPORTED)
        for named in TaskUnit.objects.filter(task__version=version, meaning=TaskUnit.Meaning.UNMATCHED):
            named.refresh_from_db()
            if named.meaning != TaskUnit.Meaning.UNMATCHED:
                continue
            unit = suggest(named.printed_name, names)
            meaning = TaskUnit.Meaning.UNIT if unit is not None else TaskUnit.Meaning.OUTSIDE
            # Not remembered: a visitor who imports another plan still meets a name to match by hand.
            ledger.name_unit(by=by, named=named, meaning=meaning, unit=unit, remember=False)
        for doubt in version.doubts.filter(settled_on__isnull=True):
            ledger.settle_doubt(by=by, doubt=doubt, answer="已核对", today=IMPORTED)
        tasks = version.tasks.prefetch_related("units", "requirements")
        ledger.confirm_tasks(by=by, version=version, tasks=tasks, today=IMPORTED, for_lead_unit=True)
    return version


def guide() -> Iterator[str]:
    """What the terminal shows: who to sign in as."""
    yield "演示镇：云岭县青禾镇（虚构）。演示日 2022-05-25；用 sanzhi clock set 往后走。"
    yield f"所有演示账号的密码：{PASSWORD}"
    rows = [
        ("leader", "镇领导"),
        *((o.account, f"{o.short_name} {o.officer}") for o in OFFICES[:4]),
        ("sec1 … sec9", "各村党组织书记（上河村 林秀兰 …）"),
        ("clerk1 …", "村文书"),
        ("cadre1 …", "村干部"),
        ("care1", "包村干部"),
        ("discipline", "纪检干部"),
        ("audit", "审计（只读）"),
        ("admin", "管理员"),
    ]
    for account, who in rows:
        yield f"  {account:<14}{who}"
