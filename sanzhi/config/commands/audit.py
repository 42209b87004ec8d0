"""`sanzhi audit verify`: walk the chains of acts and of looks, and say every place where one does not hold."""

from __future__ import annotations

import argparse

from sanzhi.config.commands.installation import founded
from sanzhi.domain.problems import Problem, declare

declare(
    "audit_check",
    {
        "no_chain": "没有“{town}”这条操作记录。现有的是：{chains}。请核对乡镇编码。",
        "no_heads": "“{name}”不是备份，也不是月度锁定包，里面没有链头。请核对文件。",
    },
)
_WORDS = {
    "missing": "缺了一条（被删掉）",
    "changed": "被改过，或前一条被动过",
    "payload_missing": "内容被删掉",
    "payload_changed": "内容被改过",
    "erased_unsaid": "内容被清空，但没有注销或删除的记录",
    "head_missing": "别处留存的链头对不上（尾部被截掉或整条重写）",
}
SHOWN = 50


def add(sub: argparse._SubParsersAction) -> None:
    """Add the command."""
    audit = sub.add_parser("audit", help="操作记录").add_subparsers(dest="what", required=True)
    verify = audit.add_parser("verify", help="核对操作记录和查看记录有没有被改过")
    verify.add_argument("--town", help="乡镇编码（默认全部）")
    verify.add_argument("--against", metavar="FILE", help="再与一个备份或月度锁定包里留存的链头核对")
    verify.set_defaults(run=run_verify)


def run_verify(arguments: argparse.Namespace) -> int:
    """Walk every chain; exit 1 where one does not hold."""
    founded(current=False)
    from sanzhi.config.chain_heads import kept_heads
    from sanzhi.foundation.audit.chain import chains, verify
    from sanzhi.foundation.privacy.models import ReadEntry
    from sanzhi.foundation.privacy.reading import verify as verify_looks

    heads = kept_heads(arguments.against)
    known = sorted(
        set(chains()) | set(heads) | set(ReadEntry.objects.values_list("chain", flat=True).distinct())
    )
    if arguments.town:
        if arguments.town not in known:
            raise Problem("audit_check.no_chain", town=arguments.town, chains="、".join(known) or "（空）")
        known = [arguments.town]
    breaks = 0
    for chain in known:
        compared = sorted(set(heads.get(chain, ())))
        breaks += _tell(chain, "操作记录", *verify(chain, heads=compared), len(compared))
        breaks += _tell(chain, "查看记录", *verify_looks(chain), None)
    waiting = ReadEntry.objects.filter(seq__isnull=True).count()
    if waiting:
        print(f"– 还有 {waiting} 条查看记录没有入链，后台作业会补上。")
    if not known:
        print("– 还没有任何记录。")
    print(f"共发现 {breaks} 处断裂。" if breaks else "没有发现断裂。")
    if breaks:
        print("请先不要改动数据库：保留现场，找最近的备份比对，并报告网络安全负责人。")
    return 1 if breaks else 0


def _tell(chain: str, what: str, count: int, findings: list, compared: int | None) -> int:
    against = f"，与 {compared} 个留存的链头核对" if compared else ""
    print(f"{'✗' if findings else '✓'} {chain} {what} {count} 条{against}")
    for finding in findings[:SHOWN]:
        print(f"    第 {finding.seq} 条：{_WORDS[finding.what]}")
    if len(findings) > SHOWN:
        print(f"    …… 还有 {len(findings) - SHOWN} 处")
    return len(findings)
