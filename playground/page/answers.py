"""An answer: orders as charts and a table, one order as a card, and both as CSV and JSON."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from nicegui import events, ui

from ..export import csv_of, json_of
from .cards import draw_card
from .chart_panels import draw_charts
from .entries import Entry
from .markup import box, icon_button, quiet, text
from .orders import USUAL, Column, Facets, Order, brief, columns_of, filtered, value_of

__all__ = ["AnswerView"]

_SEARCH: Final = "Filter these orders"
_FIRST_PAGE: Final = {"page": 1, "rowsPerPage": 25, "sortBy": "", "descending": False}
# On a phone each order is a block of names and values. What is absent is a dash that is read out as absent.
_CELL: Final = """
<q-td :props="props">
  <span v-if="props.value === null" class="absent" aria-label="absent">—</span>
  <template v-else>{{ props.value }}</template>
</q-td>"""
_ID_CELL: Final = """
<q-td :props="props">
  <button type="button" class="link" @click="() => $parent.$emit('open', props.row.id)">{{ props.value }}</button>
</q-td>"""
_STATUS_CELL: Final = """
<q-td :props="props">
  <span v-if="props.value === null" class="absent" aria-label="absent">—</span>
  <span v-else class="state"><span :class="'dot ' + props.value" aria-hidden="true"></span>{{ props.value }}</span>
</q-td>"""
_BLOCK: Final = """
<dl class="row-card">
  <template v-for="column in props.cols" :key="column.name">
    <dt>{{ column.label }}</dt>
    <dd v-if="column.name === 'amazon_order_id'">
      <button type="button" class="link" @click="() => $parent.$emit('open', props.row.id)">{{ column.value }}</button>
    </dd>
    <dd v-else-if="column.value === null" class="absent" aria-label="absent">—</dd>
    <dd v-else-if="column.name === 'order_status'" class="state">
      <span :class="'dot ' + column.value" aria-hidden="true"></span>{{ column.value }}
    </dd>
    <dd v-else>{{ column.value }}</dd>
  </template>
</dl>"""


class AnswerView:
    """Draws the answer of one step.

    Args:
        entry: The step that was answered.
        chosen: The names of the columns to show; changed when somebody chooses others.
    """

    def __init__(self, entry: Entry, chosen: list[str]) -> None:
        self._entry = entry
        self._chosen = chosen
        self._facets = Facets()
        many = isinstance(entry.answer, list)
        self._orders: Sequence[Order] = entry.answer if many else [entry.answer]
        self._columns = columns_of(entry.attributes, self._orders)
        self._head()
        if not many:
            with box("article", "panel", aria_labelledby="order-title").mark("card"):
                draw_card(entry.answer, entry.attributes)
        elif not self._orders:
            with box("div", "panel empty").mark("empty"):
                text("h2", "No orders")
                text("p", "Amazon has none that the step asks for. Without any date it asks for the last 30 days.")
        else:
            draw_charts(self._orders, self._pick)
            self._table()

    def _head(self) -> None:
        with box("div", "head"):
            with box("div", "grow"):
                text("h2", self._entry.outcome.capitalize(), tabindex="-1").mark("outcome")
                text("div", _how(self._entry), "muted small")
            for kind, write in (("CSV", self._csv), ("JSON", self._json)):
                button = quiet(kind, "download", write).mark(f"export-{kind.lower()}")
                button.props["aria-label"] = f"Download as {kind}"

    def _csv(self) -> None:
        content = csv_of(self._orders, self._entry.attributes)
        # The byte order mark tells spreadsheets that this is UTF-8.
        ui.download.content(f"\ufeff{content}\n".encode(), _file_name("csv"), "text/csv; charset=utf-8")

    def _json(self) -> None:
        ui.download.content(f"{json_of(self._entry.answer)}\n".encode(), _file_name("json"), "application/json")

    def _pick(self, facet: str, value: str) -> None:
        self._facets.picked[facet] = value
        self._refresh(page=1)

    def _table(self) -> None:
        with box("section", "panel", aria_label="Orders"):
            with box("div", "tools"):
                search = ui.input(placeholder=_SEARCH, on_change=self._search).props("outlined dense clearable")
                search.props("debounce=150 type=search").mark("filter").props["aria-label"] = _SEARCH
                with search.add_slot("prepend"):
                    ui.icon("search", size="18px").props("aria-hidden=true")
                # On a phone the table has no heads to click on.
                sort = {"": "In Amazon's order", **{column.name: column.label for column in self._columns}}
                self._sort = ui.select(sort, value="", on_change=self._sorted).props("outlined dense options-dense")
                self._sort.classes("narrow").mark("sort").props["aria-label"] = "Sort by"
                self._chips = box("div", "picked")
                box("div", "grow")
                self._count = text("span", "", "muted small", role="status").mark("count")
                with quiet("Columns", "view_column").mark("columns"):
                    self._column_menu()
            # Sorted and cut into pages here: thousands of orders need not be in the browser.
            self._grid = ui.table(rows=[], columns=[], row_key="id", pagination=dict(_FIRST_PAGE)).classes("orders")
            self._grid.props("flat binary-state-sort").mark("orders")
            self._grid.props[":grid"] = "Quasar.Screen.lt.sm"
            self._grid.props[":rows-per-page-options"] = "[25, 100, 500]"
            self._grid.add_slot("body-cell", _CELL)
            self._grid.add_slot("body-cell-amazon_order_id", _ID_CELL)
            self._grid.add_slot("body-cell-order_status", _STATUS_CELL)
            self._grid.add_slot("item", _BLOCK)
            self._grid.on("request", self._requested, ["pagination"])
            self._grid.on("open", self._open)
        self._refresh()

    def _column_menu(self) -> None:
        with ui.menu().classes("columns-menu"):
            for column in self._columns:
                ui.checkbox(
                    column.label,
                    value=column.name in self._chosen,
                    on_change=lambda event, name=column.name: self._choose(name, shown=event.value),
                ).props("dense").mark(f"column-{column.name}")

    def _choose(self, name: str, *, shown: bool) -> None:
        order = [column.name for column in self._columns]
        wanted = {*self._chosen, name} if shown else {*self._chosen} - {name}
        usual = [known for known in USUAL if known in wanted]
        self._chosen[:] = [*usual, *(known for known in order if known in wanted and known not in usual)]
        self._refresh()

    def _search(self, event: events.ValueChangeEventArguments[Any]) -> None:
        self._facets.text = event.value or ""
        self._refresh(page=1)

    def _sorted(self, event: events.ValueChangeEventArguments[Any]) -> None:
        self._grid.pagination = {**self._grid.pagination, "sortBy": event.value, "descending": False}
        self._refresh(page=1)

    def _requested(self, event: events.GenericEventArguments) -> None:
        arguments = event.args if isinstance(event.args, Mapping) else {}
        self._grid.pagination = {**self._grid.pagination, **arguments.get("pagination", arguments)}
        self._refresh()

    def _open(self, event: events.GenericEventArguments) -> None:
        order = next((order for order in self._orders if order["amazon_order_id"] == event.args), None)
        if order is None:
            return
        with ui.dialog() as dialog, box("article", "panel sheet", aria_labelledby="sheet-title").mark("sheet"):
            with box("div", "sheet-close"):
                icon_button("close", "Close", dialog.close)
            draw_card(order, self._entry.attributes, "sheet-title")
        dialog.on("hide", dialog.delete)
        dialog.open()

    def _refresh(self, page: int | None = None) -> None:
        """Draw the rows that are to be seen now."""
        columns = [column for name in self._chosen for column in self._columns if column.name == name]
        pagination = dict(self._grid.pagination)
        sort = pagination.get("sortBy") or ""
        found = filtered(self._orders, columns, self._facets, sort, descending=bool(pagination.get("descending")))
        size = pagination["rowsPerPage"] or len(found)
        pages = max(-(-len(found) // size), 1) if size else 1
        pagination["page"] = min(page or pagination["page"], pages)
        pagination["rowsNumber"] = len(found)
        start = (pagination["page"] - 1) * size
        self._grid.columns = [_described(column, self._orders) for column in columns]
        self._grid.rows = [_row(order, columns) for order in found[start : start + size]]
        self._grid.pagination = pagination
        total = len(self._orders)
        self._count.text = "" if len(found) == total else f"{len(found):,} of {total:,}"
        self._draw_chips()

    def _draw_chips(self) -> None:
        self._chips.clear()
        with self._chips:
            for facet, value in list(self._facets.picked.items()):
                with box("span", "chip"):
                    text("span", f"{facet.replace('_', ' ')}: {value}")
                    label = f"Show every {facet.replace('_', ' ')} again"
                    icon_button("close", label, partial(self._unpick, facet)).props("size=xs")

    def _unpick(self, facet: str) -> None:
        self._facets.picked.pop(facet, None)
        self._refresh(page=1)


def _described(column: Column, orders: Sequence[Order]) -> dict[str, Any]:
    right = any(_is_figure(value_of(order, column)) for order in orders[:50])
    return {
        "name": column.name,
        "label": column.label,
        "field": column.name,
        "sortable": True,
        "align": "right" if right or column.part == "amount" else "left",
    }


def _is_figure(value: Any) -> bool:
    if isinstance(value, Mapping):
        return "amount" in value
    return isinstance(value, int | float) and not isinstance(value, bool)


def _row(order: Order, columns: Sequence[Column]) -> dict[str, Any]:
    cells = {}
    for column in columns:
        value = value_of(order, column)
        cells[column.name] = None if value is None else brief(column.attribute, value)
    return {"id": order["amazon_order_id"], **cells}


def _how(entry: Entry) -> str:
    requests = len(entry.requests)
    facts = [f"{entry.seconds:,.1f} s" if entry.seconds >= 1 else f"{entry.seconds * 1000:.0f} ms"]
    if requests:
        facts.append(f"{requests} {'request' if requests == 1 else 'requests'} to the local Amazon")
    return " · ".join([*facts, "times in UTC"])


def _file_name(ending: str) -> str:
    return f"orders-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.{ending}"
