"""`sanzhi freeze`, `sanzhi verify` and the night's work (`sanzhi nightly`, `sanzhi worker`)."""

from __future__ import annotations

import argparse
import re
import time
from pathlib import Path

from sanzhi.config.commands import ready
from sanzhi.config.commands.installation import founded
from sanzhi.domain.bundles import check, parse
from sanzhi.domain.periods import closes_on
from sanzhi.domain.periods import parse as parse_period
from sanzhi.domain.problems import Problem, declare

declare(
    "bundle_file",
    {
        "missing": "找不到文件“{name}”。请检查路径。",
        "not_text": "“{name}”不是月度锁定包，或者文件不完整。请向发出方重新索取原文件。",
    },
)


def add(sub: argparse._SubParsersAction) -> None:
    """Add the commands."""
    freeze = sub.add_parser("freeze", help="锁定一个月，生成带签名的锁定包")
    freeze.add_argument("month", help="月份，如 2022-05")
    freeze.add_argument("--town", help="乡镇编码（只有一个乡镇时可省）")
    freeze.add_argument("--out", help="把锁定包写到这个文件夹")
    freeze.set_defaults(run=run_freeze)
    verify = sub.add_parser("verify", help="核验锁定包（不需要数据库）")
    verify.add_argument("file")
    verify.add_argument("--key", help="签发单位公布的密钥指纹")
    verify.set_defaults(run=run_verify)
    sub.add_parser("nightly", help="夜间作业：汇总数字、锁定到期月份").set_defaults(run=run_nightly)
    worker = sub.add_parser("worker", help="常驻作业：有变动就汇总，每天做夜间作业")
    worker.add_argument("--every", type=float, default=5.0, help="检查间隔（秒）")
    worker.set_defaults(run=run_worker)


def run_freeze(arguments: argparse.Namespace) -> int:
    """Freeze a month by hand, as the night does."""
    founded()
    from sanzhi.foundation import clock
    from sanzhi.foundation.audit.action import System
    from sanzhi.foundation.clock.installation import demo_day
    from sanzhi.steering.indicators.actions import freeze_month
    from sanzhi.steering.indicators.choosing import town_of
    from sanzhi.steering.indicators.models import Bundle

    if not re.fullmatch(r"\d{4}-\d{2}", arguments.month):
        raise Problem("indicators.no_month", text=arguments.month)
    month = parse_period(arguments.month)
    with clock.standing_on(demo_day()):
        town = town_of(arguments.town)
        first = not Bundle.objects.filter(town=town, month=month.code).exists()
        as_of = closes_on(month) if first else clock.today()
        bundle = freeze_month(by=System("命令行"), town=town, month=month, as_of=as_of, today=clock.today())
    print(f"{month.label}已锁定：{bundle.name}，{bundle.results} 项结果，摘要 {bundle.digest[:16]}…")
    if arguments.out:
        folder = Path(arguments.out)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / bundle.name).write_text(bundle.text, encoding="utf-8", newline="\n")
        print(folder / bundle.name)
    return 0


_SHOWN = ("source", "unit", "period", "numerator", "denominator", "needed")


def run_verify(arguments: argparse.Namespace) -> int:
    """Verify a bundle with nothing but the file; exit 1 where something does not hold."""
    from sanzhi.steering.indicators.signing import fingerprint, signature_holds

    path = Path(arguments.file)
    try:
        text = path.read_text(encoding="utf-8")
    except OSError:
        raise Problem("bundle_file.missing", name=arguments.file) from None
    except UnicodeDecodeError:
        raise Problem("bundle_file.not_text", name=arguments.file) from None
    bundle = parse(text, path.name)
    found = check(bundle)
    manifest = bundle.manifest
    print(f"{manifest['town_name']} {manifest['month']} r{manifest['revision']}，截至 {manifest['as_of']}")
    print(f"  {'✓ 内容与摘要一致' if found.digest_holds else '✗ 内容与摘要不一致：文件被改动过'}")
    good = found.holds
    signed = signature_holds(manifest.get("key", ""), manifest.get("signature", ""), bundle.signed)
    good = good and signed
    print(
        f"  {'✓ 签名与包内公钥一致' if signed else '✗ 签名与包内公钥不一致'}（指纹 {fingerprint(manifest.get('key', ''))}）"
    )
    print(
        f"  {'✓' if not found.differing else '✗'} {found.results} 项结果由包内事实重新算出，{len(found.differing)} 项不一致"
    )
    for line in found.differing[:20]:
        # Deeds have no population: what stands against them is how many were asked. A changed line may lack anything.
        source, unit, period, given, of, asked = (line.get(k, "?") for k in _SHOWN)
        print(f"      {source} {unit} {period}：包内写 {given}/{asked if of is None else of}")
    if arguments.key:
        same = fingerprint(manifest.get("key", "")) == arguments.key.strip().lower()
        good = good and same
        print(f"  {'✓' if same else '✗'} 公钥与给出的指纹{'一致' if same else '不一致'}")
    else:
        print("  – 没有给出 --key：不能证明这把公钥属于谁。请向签发单位核对指纹。")
    print("  – 不能证明：事实是否齐全（没有记下来的事，任何核验都看不到）。")
    return 0 if good else 1


def run_nightly(arguments: argparse.Namespace) -> int:
    """Do the night's work once, now."""
    founded()
    from sanzhi.config.night import run
    from sanzhi.foundation import clock
    from sanzhi.foundation.clock.installation import demo_day

    with clock.standing_on(demo_day()):
        for town, (kept, bundles) in run(clock.today()).items():
            print(f"{town}：{kept} 个数字已汇总；{'、'.join(bundles) or '没有到期的月份'}")
    return 0


def run_worker(arguments: argparse.Namespace) -> int:
    """Fold what was touched, and do the night's work whenever the day changes."""
    ready()
    from sanzhi.config import night
    from sanzhi.steering.indicators.worker import loop

    loop(pause=arguments.every, sleep=time.sleep, night=night.run, after=night.chain_looks)
    return 0
