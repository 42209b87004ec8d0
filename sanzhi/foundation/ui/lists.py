"""Lists: filters kept in the address, sort by a click, paging by key, export to Excel, and one table for all.

No row is skipped over and none is counted: a page reads `page_size` + 1 rows along the order's index, however long
the table is. So what may be sorted by should have an index that begins with it (on PostgreSQL: it and the primary key).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from html import escape
from operator import attrgetter
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sanzhi.foundation.ui import components, excel, formats, keyset
from sanzhi.foundation.ui.filters import BoundFilter, Filter

Params = Mapping[str, str]

__all__ = [
    "Column",
    "Filter",
    "ListPage",
    "Listing",
    "data_table",
    "state_column",
    "table_open",
    "table_rows",
]


@dataclass(frozen=True)
class Column:
    """A column: its label, what it reads from a row, the field it sorts by, and how it is shown and exported.

    `value` is an attribute path ("unit.name", "get_kind_display") or a function of the row. `show` makes HTML of the
    value, `export` makes a cell of it; without them days, times, numbers and texts are written as everywhere.
    """

    label: object
    value: str | Callable[[Any], object]
    sort: str | None = None
    css: str = ""
    show: Callable[[object], object] | None = None
    export: Callable[[object], object] | None = None

    def reader(self) -> Callable[[Any], object]:
        """The function that reads this column from a row."""
        if not isinstance(self.value, str):
            return self.value
        read = attrgetter(self.value)

        def value_of(row: object) -> object:
            try:
                value = read(row)
            except AttributeError:
                return None if "." in str(self.value) else getattr(row, str(self.value))
            return value() if callable(value) else value

        return value_of


def state_column(label: object, value: str | Callable[[Any], object], sort: str | None = None) -> Column:
    """A column of state codes: mark and word on the page, the word in Excel."""
    return Column(
        label,
        value,
        sort,
        show=lambda code: components.state_mark(str(code)),
        export=lambda code: str(components.MARKS[str(code)].label),
    )


def _shown(value: object, seen_from: date | None) -> str:
    """A value as HTML."""
    if type(value) is str and value:
        return escape(value)
    if value is None or value == "":
        return formats.NOTHING
    if isinstance(value, bool):
        return escape(pgettext("yes", "是") if value else pgettext("no", "否"))
    if isinstance(value, int):
        return formats.number(value)
    if isinstance(value, datetime):
        return formats.moment(value, seen_from)
    if isinstance(value, date):
        return formats.day(value, seen_from)
    if isinstance(value, Fraction):
        return formats.fraction(value)
    if hasattr(value, "__html__"):
        return value.__html__()
    return escape(str(value))


TABLE_CLOSE = mark_safe("</table></div>")


def table_open(caption: str = "", *, cards: bool = False, css: str = "") -> SafeString:
    """Open a data table in its own scrolling box, so that the page itself never scrolls sideways."""
    name = escape(str(caption or _("表格")))
    box = "s-scroll s-cards" if cards else "s-scroll"
    return mark_safe(
        f'<div class="{box}" role="region" tabindex="0" aria-label="{name}"><table class="s-table {css}">'
    )


def table_rows(
    columns: Sequence[Column],
    rows: Iterable[object],
    url: Callable[[Any], str] | None = None,
    seen_from: date | None = None,
) -> str:
    """The rows of a data table; the first cell is the row's head and, with `url`, its link."""
    readers = [(c.reader(), c.show, c) for c in columns]
    cells = [(r, s, f'<td data-label="{escape(str(c.label))}" class="{c.css}">') for r, s, c in readers[1:]]
    first, first_show, _column = readers[0]
    parts = []
    for row in rows:
        value = first(row)
        text = _shown(first_show(value) if first_show and value is not None else value, seen_from)
        if url is not None:
            parts.append(f'<tr data-open><th scope="row"><a href="{escape(url(row))}">{text}</a></th>')
        else:
            parts.append(f'<tr><th scope="row">{text}</th>')
        for read, show, opening in cells:
            value = read(row)
            parts.append(
                f"{opening}{_shown(show(value) if show and value is not None else value, seen_from)}</td>"
            )
        parts.append("</tr>")
    return "".join(parts)


def written_table(
    labels: Sequence[object], rows: str, *, caption: str = "", cards: bool = False
) -> SafeString:
    """A table whose rows somebody wrote as text for speed, every word of people in them escaped; heads are escaped here."""
    head = "".join(f'<th scope="col">{escape(str(label))}</th>' for label in labels)
    opening = table_open(caption, cards=cards)
    return mark_safe(f"{opening}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody>{TABLE_CLOSE}")


def data_table(
    columns: Sequence[Column],
    rows: Iterable[object],
    caption: str = "",
    seen_from: date | None = None,
    url: Callable[[Any], str] | None = None,
) -> SafeString:
    """A whole table: sticky head and first column on the desk, cards on the phone."""
    head = "".join(f'<th scope="col" class="{c.css}">{escape(str(c.label))}</th>' for c in columns)
    body = table_rows(columns, rows, url, seen_from)
    opening = table_open(caption, cards=True)
    return mark_safe(f"{opening}<thead><tr>{head}</tr></thead><tbody>{body}</tbody>{TABLE_CLOSE}")


@dataclass(frozen=True)
class ListPage:
    """A list as a room declares it once: columns, filters, order, where a row leads.

    `order` are field names, a minus for descending; the primary key is added as the last. `empty` says what will
    stand here and who puts it there. `name` is the file name of the export, `export_limit` its greatest length.
    """

    columns: Sequence[Column]
    filters: Sequence[Filter] = ()
    page_size: int = 25
    order: Sequence[str] = ("-pk",)
    url: Callable[[Any], str] | None = None
    empty: object = ""
    name: object = ""
    export: bool = True
    export_limit: int = 50_000

    def read(self, params: Params, rows: QuerySet, today: date | None = None, path: str = "") -> Listing:
        """One page of the rows this request asks for; what the address says wrongly is left out of account."""
        bound = []
        asked: dict[str, str] = {}
        narrowed = rows
        for one in self.filters:
            options = one.options()
            value = one.clean(params.get(one.name, ""), options)
            bound.append(BoundFilter(one, value, options))
            if value is not None:
                narrowed = one.narrow(narrowed, value)
                asked[one.name] = str(value)
        sort = params.get("sort", "")
        if sort.removeprefix("-") not in {c.sort for c in self.columns if c.sort}:
            sort = ""
        order = keyset.Order.of(rows, (sort,) if sort else tuple(self.order))
        found, after = order.rows(narrowed, params.get("after", ""), self.page_size + 1)
        more = len(found) > self.page_size
        found = found[: self.page_size]
        return Listing(
            page=self,
            rows=found,
            filters=bound,
            sort=sort,
            asked=asked,
            after=after,
            next_key=order.cursor(found[-1]) if more else "",
            path=path,
            today=today,
            all_rows=narrowed.order_by(*order.terms),
        )


@dataclass
class Listing:
    """One page of a list, read: rows, filters with their values, sort, and the keys to go on by."""

    page: ListPage
    rows: list
    filters: list[BoundFilter]
    sort: str
    asked: dict[str, str]
    after: bool
    next_key: str
    path: str
    today: date | None
    all_rows: QuerySet = field(repr=False)

    def address(self, **changed: str) -> str:
        """This list's address with its filters and sort, some of them changed ("" leaves one out)."""
        asked = self.asked | ({"sort": self.sort} if self.sort else {}) | changed
        query = urlencode({k: v for k, v in asked.items() if v})
        return f"{self.path}?{query}" if query else self.path or "?"

    def head(self) -> str:
        """The table's head; a click sorts, a second one turns the order."""
        default = next(iter(self.page.order), "")
        current = self.sort or default
        cells = []
        for column in self.page.columns:
            label = escape(str(column.label))
            css = f' class="{column.css}"' if column.css else ""
            if not column.sort:
                cells.append(f'<th scope="col"{css}>{label}</th>')
                continue
            rising, falling = current == column.sort, current == f"-{column.sort}"
            sign = "↑" if rising else "↓" if falling else ""
            said = ' aria-sort="ascending"' if rising else ' aria-sort="descending"' if falling else ""
            url = escape(self.address(sort=f"-{column.sort}" if rising else column.sort))
            cells.append(
                f'<th scope="col"{css}{said}><a href="{url}">{label}<i aria-hidden="true">{sign}</i></a></th>'
            )
        return "".join(cells)

    def table(self) -> SafeString:
        """The table with this page's rows."""
        opening = table_open(str(self.page.name), cards=True)
        body = table_rows(self.page.columns, self.rows, self.page.url, self.today)
        return mark_safe(
            f'{opening}<thead><tr>{self.head()}</tr></thead><tbody id="rows">{body}</tbody>{TABLE_CLOSE}'
        )

    def pager(self) -> SafeString:
        """更多, and the way back to the start."""
        return components.pager(
            self.address(after=self.next_key) if self.next_key else None,
            self.address() if self.after else None,
            len(self.rows),
        )

    def filter_bar(self) -> SafeString:
        """The filters as a GET form on one line; nothing when the list has none."""
        if not self.filters:
            return mark_safe("")
        clear = ""
        if self.asked:
            clear = f'<a class="btn btn-quiet" href="{escape(self.path or "?")}">{escape(_("清除筛选"))}</a>'
        word = escape(pgettext("filter", "筛选"))
        chosen = "、".join(escape(f.said()) for f in self.filters if f.value is not None)
        # A check box unfolds the filters on a phone without JavaScript; on the desk they always stand there.
        fold = (
            f'<input class="s-fold visually-hidden" type="checkbox" id="f-fold"><label class="s-fold-label" for="f-fold">'
            f"{components.icon('filter')}<span>{word}{'：' if chosen else ''}{chosen}</span></label>"
        )
        return mark_safe(
            f'<form class="s-filters" method="get" action="{escape(self.path)}" aria-label="{word}">{fold}'
            f"{''.join(f.control() for f in self.filters)}{self._sort_control()}"
            f'<button class="btn btn-plain">{word}</button>{clear}</form>'
        )

    def _sort_control(self) -> str:
        """The order as a selection, for phones, which show no heads to click; on the desk it only keeps the order."""
        options = [("", pgettext("sort", "默认"))]
        for column in self.page.columns:
            if column.sort:
                options += [(column.sort, f"{column.label} ↑"), (f"-{column.sort}", f"{column.label} ↓")]
        inside = "".join(
            f'<option value="{escape(k)}"{" selected" if k == self.sort else ""}>{escape(v)}</option>'
            for k, v in options
        )
        if len(options) == 1:
            return ""
        label = f'<label for="f-sort">{escape(pgettext("sort", "排序"))}</label>'
        return f'<div class="s-sort">{label}<select class="form-select" id="f-sort" name="sort">{inside}</select></div>'

    def export_url(self) -> str:
        """Where the Excel file of the filtered list comes from; empty when this list has none."""
        return self.address(export="xlsx") if self.page.export else ""

    def empty(self) -> SafeString:
        """What is said in place of rows."""
        if self.asked:
            return components.empty(
                _("没有符合筛选条件的记录。可以放宽条件再看。"), self.path or "?", _("清除筛选")
            )
        return components.empty(str(self.page.empty or _("这里还没有记录。")))

    def respond(
        self,
        request: HttpRequest,
        title: object,
        template: str = "ui/list.html",
        context: Mapping[str, object] | None = None,
    ) -> HttpResponseBase:
        """The page, the next rows for 更多 (asked by htmx), or the Excel file (`export=xlsx`)."""
        if self.page.export and request.GET.get("export") == "xlsx":
            name = str(self.page.name or title)
            made = excel.workbook(
                name, self.page.columns, self.all_rows[: self.page.export_limit], self.today
            )
            return FileResponse(
                made, as_attachment=True, filename=f"{name}.xlsx", content_type=excel.CONTENT_TYPE
            )
        if self.after and request.headers.get("HX-Request"):
            return HttpResponse(f"{self.table()}{self.pager()}")
        return render(request, template, {"listing": self, "title": title} | dict(context or {}))
