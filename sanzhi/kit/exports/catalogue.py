"""All exports there are: those of the kit, the declared indicators, and what each room declares in its manifest."""

from __future__ import annotations

from collections.abc import Iterator

from sanzhi.foundation.orgs.models import Unit
from sanzhi.kit import registry
from sanzhi.kit.exporting import Export
from sanzhi.kit.exports.ledger import LEDGER
from sanzhi.kit.exports.registers import REGISTERS, Row
from sanzhi.kit.measures.declarations import Coverage, Duty, Measure, Share


def _indicators(town: Unit) -> Iterator[Row]:
    known: set[str] = set()
    for source in registry.duties().values():
        of, every = source.of, source.every if isinstance(source, Duty) else None
        rhythm = every.value if every is not None else ""
        # What is told apart by requirement is no figure by itself.
        if not (isinstance(of, Measure) and of.requirement) and of.code not in known:
            known.add(of.code)
            kind = "coverage" if isinstance(of, Coverage | Share) else "sum"
            yield of.code, of.label, kind, source.words, source.code, rhythm
        if isinstance(source, Duty):
            yield source.code, source.label, "duty", source.words, source.code, rhythm


INDICATORS = Export(
    "indicators",
    "指标：名称和公式",
    (
        ("indicator", "指标编码"),
        ("label", "名称"),
        ("kind", "coverage 覆盖率或比例、sum 合计、duty 义务完成"),
        ("formula", "公式"),
        ("duty", "属于哪项职责（requirements 的 proves）"),
        ("every", "周期（空＝按截止日，任何时段都可算）"),
    ),
    _indicators,
)


def exports() -> tuple[Export, ...]:
    """Every export in the order of their names; two of one name are refused."""
    found = [*REGISTERS, *LEDGER, INDICATORS]
    for room in registry.rooms():
        for export in room.exports:
            if not export.name.startswith(f"{room.slug}."):
                raise RuntimeError(f"export {export.name} does not bear the name of its room {room.slug}")
            found.append(export)
    if len({e.name for e in found}) < len(found):
        raise RuntimeError("two exports bear one name")
    return tuple(sorted(found, key=lambda e: e.name))
