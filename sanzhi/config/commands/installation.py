"""`sanzhi migrate`, `init`, `clock`, `slip` and `check`: what the keeper of the machine does."""

from __future__ import annotations

import argparse
import datetime as dt

from sanzhi.config.commands import ready
from sanzhi.domain.problems import Problem, declare

declare(
    "installation",
    {
        "no_tables": "数据库还没有建好。请先运行 sanzhi init（正式使用）或 sanzhi start（演示）。",
        "behind": "数据库的表结构不是当前版本。请先备份，再运行 sanzhi migrate。",
        "no_database": "连不上数据库：{reason}。请检查 SANZHI_DATABASE_URL 和数据库服务。",
        "day": "“{text}”不是日期。请写成 2022-05-25 这样。",
        "no_account": "没有登录名是“{login}”的账号。请核对登录名。",
    },
)


def add(sub: argparse._SubParsersAction) -> None:
    """Add the commands."""
    sub.add_parser("migrate", help="建表，或把表结构改到当前版本").set_defaults(run=run_migrate)
    init = sub.add_parser("init", help="建立正式系统：空库、一县一镇、一个管理员")
    init.add_argument("--county", required=True, help="县（主办单位），如 云岭县")
    init.add_argument("--county-code", default="COUNTY", help="县的编码（默认 COUNTY）")
    init.add_argument("--town-code", required=True, help="乡镇编码，如 YLQH")
    init.add_argument("--town", required=True, help="乡镇名称，如 青禾镇")
    init.add_argument("--admin", required=True, help="管理员的登录名，如 chen.li")
    init.add_argument("--admin-name", default="管理员", help="管理员的姓名")
    init.add_argument("--protection-level", default="", help="网络安全等级保护，如 二级")
    init.set_defaults(run=run_init)
    clock = sub.add_parser("clock", help="演示日（只有演示库能调）").add_subparsers(
        dest="what", required=True
    )
    clock.add_parser("show", help="今天是哪一天").set_defaults(run=run_clock_show)
    moved = clock.add_parser("set", help="把演示日往后拨")
    moved.add_argument("day", help="日期，如 2022-06-08")
    moved.set_defaults(run=run_clock_set)
    slip = sub.add_parser("slip", help="给一个账号打印密码条（管理员自己忘了密码时用）")
    slip.add_argument("login", help="登录名")
    slip.set_defaults(run=run_slip)
    sub.add_parser("check", help="检查配置和运行情况").set_defaults(run=run_check)


def founded(current: bool = True) -> None:
    """Load Django and refuse, in words, where the database is not there or not made; with `current`, also where its
    tables are of another version (a backup and a walk along the chains must work just then)."""
    ready()
    from django.db import Error, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        plan = MigrationExecutor(connection)
        behind = plan.migration_plan(plan.loader.graph.leaf_nodes())
    except Error as error:
        raise Problem("installation.no_database", reason=str(error).strip().splitlines()[0]) from None
    if behind and not plan.loader.applied_migrations:
        raise Problem("installation.no_tables")
    if behind and current:
        raise Problem("installation.behind")


def run_migrate(arguments: argparse.Namespace) -> int:
    """Make the tables, or bring them to this version; says what was done."""
    ready()
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from sanzhi.config.demo.prepare import migrate

    plan = MigrationExecutor(connection)
    waiting = plan.migration_plan(plan.loader.graph.leaf_nodes())
    migrate()
    print(f"表结构已更新：{len(waiting)} 步。" if waiting else "表结构已经是当前版本，没有改动。")
    return 0


def run_init(arguments: argparse.Namespace) -> int:
    """Begin a real installation; a second run refuses and changes nothing."""
    ready()
    from sanzhi.config.demo.prepare import migrate
    from sanzhi.foundation import clock
    from sanzhi.foundation.audit.action import System
    from sanzhi.steering.administration.actions import begin_real

    migrate()
    issued = begin_real(
        by=System("命令行 init"),
        county=arguments.county,
        county_code=arguments.county_code,
        town=arguments.town,
        town_code=arguments.town_code,
        login=arguments.admin,
        name=arguments.admin_name,
        protection_level=arguments.protection_level,
        today=clock.today(),
    )
    print(f"系统建好了：{arguments.county}{arguments.town}，正式使用，里面还是空的。")
    _print_slip(issued)
    print("然后用 sanzhi serve 打开服务，登录后先建机构和人员，再开账号。每天备份：sanzhi backup 目录")
    if not arguments.protection_level:
        print("还没有写网络安全等级保护。定级备案后请记入系统建设档案。")
    return 0


def _print_slip(issued) -> None:
    from sanzhi.foundation.clock import SHANGHAI

    until = issued.slip.expires_at.astimezone(SHANGHAI)
    print(f"登录名：{issued.slip.user.username}")
    print(f"密码条号码：{issued.code}（只显示这一次，有效期至 {until:%Y-%m-%d %H:%M}）")
    print("在“登录”页点“有密码条：设置密码”，输入登录名和号码，自己设密码。")


def run_clock_show(arguments: argparse.Namespace) -> int:
    """Print the day this installation stands on."""
    founded()
    from sanzhi.foundation import clock
    from sanzhi.foundation.clock.installation import demo_day

    day = demo_day()
    print(f"{day}（演示日）" if day else f"{clock.today()}（跟着真实时间走）")
    return 0


def run_clock_set(arguments: argparse.Namespace) -> int:
    """Move a demonstration to a later day; refuses in a real installation."""
    try:
        day = dt.date.fromisoformat(arguments.day)
    except ValueError:
        raise Problem("installation.day", text=arguments.day) from None
    founded()
    from sanzhi.foundation import clock
    from sanzhi.foundation.audit.action import System
    from sanzhi.foundation.clock.installation import demo_day
    from sanzhi.steering.administration.actions import move_clock

    with clock.standing_on(demo_day()):
        old, new = move_clock(by=System("命令行 clock"), day=day)
    print(f"演示日：{old} → {new}")
    after_clock_moved(old, new)
    return 0


def after_clock_moved(old: dt.date, new: dt.date) -> None:
    """What a demonstration's nights in between would have done: fold the figures, close the months that are over."""
    if new == old:
        return
    from sanzhi.config.night import run
    from sanzhi.foundation import clock

    with clock.standing_on(new):
        for kept, bundles in run(new).values():
            print(f"{kept} 个数字已汇总；{'已锁定 ' + '、'.join(bundles) if bundles else '没有到期的月份'}")


def run_slip(arguments: argparse.Namespace) -> int:
    """Print a slip for an account, for the keeper of the machine: the way in when the only administrator forgot."""
    founded()
    from sanzhi.foundation import clock
    from sanzhi.foundation.accounts.actions import issue_slip
    from sanzhi.foundation.accounts.models import User
    from sanzhi.foundation.accounts.rules import plain_login
    from sanzhi.foundation.audit.action import System
    from sanzhi.foundation.clock.installation import demo_day

    account = User.objects.select_related("town").filter(username=plain_login(arguments.login)).first()
    if account is None:
        raise Problem("installation.no_account", login=arguments.login)
    with clock.standing_on(demo_day()):
        _print_slip(issue_slip(by=System("命令行 slip"), account=account))
    return 0


def run_check(arguments: argparse.Namespace) -> int:
    """Configuration and health in words; exit 1 where something must be mended."""
    founded()
    from sanzhi.config.health import findings
    from sanzhi.foundation import clock
    from sanzhi.foundation.clock.installation import demo_day

    good = True
    # Terms of roles run by the demonstration's day, as everywhere.
    with clock.standing_on(demo_day()):
        for mark, text in findings():
            print(f"{mark} {text}")
            good = good and mark != "✗"
    return 0 if good else 1
