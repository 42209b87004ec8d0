"""Progress notes as a file: what counts for what, without the words."""

from __future__ import annotations

from collections.abc import Iterator

from sanzhi.foundation.orgs.models import Unit
from sanzhi.kit.exporting import Export, hidden
from sanzhi.kit.exports.ledger import OBLIGATION, obligation_key, requirement_keys, through
from sanzhi.kit.exports.registers import Row, stream
from sanzhi.mechanisms.progress_notes.models import Note

_OWN = (
    "uid",
    "requirement__lineage",
    "unit__code",
    "counts_on",
    "happened_on",
    "submitted_on",
    "amount",
    "state",
    "decided_on",
    "edited_on",
    "late_reason",
    "author_id",
    "typist_id",
)


def _notes(town: Unit) -> Iterator[Row]:
    keys = requirement_keys(town)
    for row in stream(Note.objects.filter(town=town), *through("obligation"), *_OWN):
        of, (uid, lineage, *rest, late, author, typist) = row[: len(OBLIGATION)], row[len(OBLIGATION) :]
        who = hidden("user", author), hidden("user", typist)
        yield uid, obligation_key(of), keys.get(lineage, ""), *rest, bool(late), *who


EXPORTS = (
    Export(
        "progress_notes.notes",
        "进展说明",
        (
            ("note", "记录编号"),
            ("obligation", "为哪一条义务写"),
            ("line", "哪一条要求（requirements 的 line）"),
            ("unit", "单位编码"),
            ("counts_on", "计入哪一天所在的时段"),
            ("happened_on", "事情发生日"),
            ("submitted_on", "提交日（按它判断是否按期）"),
            ("amount", "数量"),
            ("state", "submitted 待认定、accepted 已认定、returned 已退回、void 已作废"),
            ("decided_on", "认定（退回）日"),
            ("edited_on", "修改日"),
            ("late", "1＝补录，写了原因"),
            ("author", "填写人（化名）"),
            ("typist", "代录人（化名）"),
        ),
        _notes,
    ),
)
