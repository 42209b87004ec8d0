"""Boards: one table of marks, its head and first column in view, made of strings because it has thousands of cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe

from sanzhi.foundation.ui import lists

EMPTY = mark_safe('<span class="s-cell s-grey" aria-hidden="true"></span>')
"""A cell in which nobody owes anything."""


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A row: its label with an address and a small note below, and the cells made by `components.board_cell`.

    `across` is a sentence shown over all columns in place of the cells; a number in the note opens at `note_url`.
    """

    label: str
    url: str
    note: str
    cells: Sequence[str]
    across: SafeString | str = ""
    note_url: str = ""


def _row(row: BoardRow, width: int) -> str:
    said = f'<a href="{escape(row.note_url)}">{escape(row.note)}</a>' if row.note_url else escape(row.note)
    note = f'<small class="s-quiet d-block">{said}</small>' if row.note else ""
    label = escape(row.label)
    head = f'<a href="{escape(row.url)}">{label}</a>' if row.url else label
    if row.across:
        shown = row.across if isinstance(row.across, SafeString) else escape(row.across)
        shown = f'<a href="{escape(row.note_url)}">{shown}</a>' if row.note_url else shown
        cells = f'<td colspan="{width}" class="s-quiet px-3">{shown}</td>'
    else:
        cells = "<td>" + "</td><td>".join(row.cells) + "</td>"
    return f'<tr><th scope="row">{head}{note}</th>{cells}</tr>'


def board(corner: str, columns: Sequence[str], rows: Iterable[BoardRow], caption: str) -> SafeString:
    """The whole board. Cells are safe HTML already; everything else is escaped here."""
    head = "".join(f'<th scope="col">{escape(c)}</th>' for c in columns)
    body = "".join(_row(r, len(columns)) for r in rows)
    return mark_safe(
        f'{lists.table_open(caption, css="s-board")}<thead><tr><th scope="col">{escape(corner)}</th>{head}</tr></thead>'
        f"<tbody>{body}</tbody>{lists.TABLE_CLOSE}"
    )
