"""The table of an answer: filtered by words and charts, sorted by its heads, with a choice of columns."""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from nicegui import events, ui

from .columns import ColumnMenu
from .markup import box, icon_button, quiet, text
from .orders import Column, Facets, Order, cell, filtered, value_of

__all__ = ["OrdersTable"]

_SEARCH: Final = "Filter these orders"
_FIRST_PAGE: Final = {"page": 1, "rowsPerPage": 25, "sortBy": "", "descending": False}
_AMAZONS_ORDER: Final = "In Amazon's order"
# A button, so that the keyboard sorts as well.
_HEAD: Final = """
<q-th :props="props" :aria-sort="props.col.sorted">
  <button type="button" class="sort" :data-column="props.col.name" @click="() => $parent.$emit('sort', props.col.name)">
    {{ props.col.label }}<span class="arrow" aria-hidden="true"></span>
  </button>
</q-th>"""
_FOCUS: Final = """requestAnimationFrame(() => {
  const buttons = [...document.querySelectorAll(".orders .sort")];
  buttons.find((button) => button.dataset.column === %s)?.focus();
})"""
# On a phone each order is a block of names and values. An absent value is a dash, read out as "absent".
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
  <span v-else class="state">
    <span class="dot" :data-status="props.value" aria-hidden="true"></span>{{ props.value }}
  </span>
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
      <span class="dot" :data-status="column.value" aria-hidden="true"></span>{{ column.value }}
    </dd>
    <dd v-else>{{ column.value }}</dd>
  </template>
</dl>"""


class OrdersTable:
    """The table; it sorts and pages on the server, so that the browser never holds thousands of orders.

    Args:
        orders: The orders, in Amazon's order.
        columns: All columns.
        chosen: The names of the visible columns, changed in place when the user chooses others.
        open_order: Called with the id of a clicked order.
        changed: Called when the visible rows or columns change.

    Attributes:
        rows: The matching orders of all pages, sorted.
        columns: The visible columns.
    """

    def __init__(
        self,
        orders: Sequence[Order],
        columns: Sequence[Column],
        chosen: list[str],
        open_order: Callable[[str], None],
        changed: Callable[[], None],
    ) -> None:
        self._orders = orders
        self._all = columns
        self._chosen = chosen
        self._changed = changed
        self._facets = Facets()
        self.rows: Sequence[Order] = orders
        self.columns: Sequence[Column] = columns
        with box("section", "panel", aria_label="Orders"):
            self._tools()
            self._grid = ui.table(rows=[], columns=[], row_key="id", pagination=dict(_FIRST_PAGE)).classes("orders")
            self._grid.props("flat").mark("orders").props["no-data-label"] = "No order matches."
            self._grid.props[":grid"] = "Quasar.Screen.lt.sm"
            self._grid.props[":rows-per-page-options"] = "[25, 100, 500]"
            slots = {
                "header-cell": _HEAD,
                "body-cell": _CELL,
                "body-cell-amazon_order_id": _ID_CELL,
                "body-cell-order_status": _STATUS_CELL,
                "item": _BLOCK,
            }
            for name, template in slots.items():
                self._grid.add_slot(name, template)
            self._grid.on("request", self._turned, ["pagination"])
            self._grid.on("sort", self._head_clicked)
            self._grid.on("open", lambda event: open_order(str(event.args)))
        self._refresh()

    def pick(self, facet: str, value: str) -> None:
        """Show only orders with this value."""
        self._facets.picked[facet] = value
        self._refresh(page=1)

    def _tools(self) -> None:
        with box("div", "tools"):
            search = ui.input(placeholder=_SEARCH, on_change=self._search).props("outlined dense clearable")
            search.props("debounce=150 type=search").mark("filter").props["aria-label"] = _SEARCH
            with search.add_slot("prepend"):
                ui.icon("search", size="18px").props("aria-hidden=true")
            # On a phone the table has no heads to click on.
            choices = {"": _AMAZONS_ORDER, **{column.name: column.label for column in self._all}}
            self._sort_choice = ui.select(choices, value="", on_change=lambda event: self._sort(event.value))
            self._sort_choice.props("outlined dense options-dense").classes("narrow").mark("sort")
            self._sort_choice.props["aria-label"] = "Sort by"
            box("div", "grow")
            self._count = text("span", "", "muted small", role="status").mark("count")
            with quiet("Columns", "view_column").mark("columns"):
                ColumnMenu(self._all, self._chosen, self._refresh)
            self._chips = box("div", "picked")

    def _search(self, event: events.ValueChangeEventArguments[Any]) -> None:
        self._facets.text = event.value or ""
        self._refresh(page=1)

    def _turned(self, event: events.GenericEventArguments) -> None:
        arguments = event.args if isinstance(event.args, Mapping) else {}
        self._grid.pagination = {**self._grid.pagination, **arguments.get("pagination", arguments)}
        self._refresh()

    def _head_clicked(self, event: events.GenericEventArguments) -> None:
        """Sort ascending, then descending, then in Amazon's order."""
        name, now = str(event.args), self._grid.pagination
        if now["sortBy"] != name:
            self._sort(name)
        elif not now["descending"]:
            self._sort(name, descending=True)
        else:
            self._sort("")
        # The heads were redrawn, which loses the focus of the keyboard.
        ui.run_javascript(_FOCUS % json.dumps(name))

    def _sort(self, name: str, *, descending: bool = False) -> None:
        now = self._grid.pagination
        if (now["sortBy"], now["descending"]) == (name, descending):
            return
        self._grid.pagination = {**now, "sortBy": name, "descending": descending}
        self._sort_choice.value = name
        self._refresh(page=1)

    def _refresh(self, page: int | None = None) -> None:
        """Draw the current page."""
        by_name = {column.name: column for column in self._all}
        self.columns = [by_name[name] for name in self._chosen if name in by_name]
        now = dict(self._grid.pagination)
        self.rows = filtered(
            self._orders, self.columns, self._facets, by_name.get(now["sortBy"]), descending=now["descending"]
        )
        size = now["rowsPerPage"] or len(self.rows) or 1
        now["page"] = min(page or now["page"], max(-(-len(self.rows) // size), 1))
        now["rowsNumber"] = len(self.rows)
        start = (now["page"] - 1) * size
        self._grid.columns = [self._described(column, now) for column in self.columns]
        self._grid.rows = [_row(order, self.columns) for order in self.rows[start : start + size]]
        self._grid.pagination = now
        self._count.text = _matches(len(self.rows), len(self._orders))
        self._draw_chips(by_name.get(now["sortBy"]), descending=now["descending"])
        self._changed()

    def _described(self, column: Column, now: Mapping[str, Any]) -> dict[str, Any]:
        right = any(_is_figure(value_of(order, column)) for order in self._orders[:50])
        direction = "descending" if now["descending"] else "ascending"
        return {
            "name": column.name,
            "label": column.label,
            "field": column.name,
            "align": "right" if right or column.part == "amount" else "left",
            "sorted": direction if column.name == now["sortBy"] else "none",
        }

    def _draw_chips(self, sorted_by: Column | None, *, descending: bool) -> None:
        self._chips.clear()
        with self._chips:
            for facet, value in list(self._facets.picked.items()):
                name = facet.replace("_", " ")
                self._chip(f"{name}: {value}", f"Show every {name} again", partial(self._unpick, facet))
            if sorted_by:
                direction = "descending" if descending else "ascending"
                self._chip(
                    f"sorted by {sorted_by.label}, {direction}", "Restore Amazon's order", partial(self._sort, "")
                ).mark("unsort")

    def _chip(self, label: str, undo: str, on_click: Callable[[], None]) -> ui.button:
        with box("span", "chip"):
            text("span", label)
            return icon_button("close", undo, on_click).props("size=xs")

    def _unpick(self, facet: str) -> None:
        self._facets.picked.pop(facet, None)
        self._refresh(page=1)


def _matches(number: int, total: int) -> str:
    if number == total:
        return ""
    return f"{number:,} of {total:,} match" if number else f"none of {total:,} match"


def _is_figure(value: Any) -> bool:
    if isinstance(value, Mapping):
        return "amount" in value
    return isinstance(value, int | float) and not isinstance(value, bool)


def _row(order: Order, columns: Sequence[Column]) -> dict[str, Any]:
    cells = {column.name: None if value_of(order, column) is None else cell(order, column) for column in columns}
    return {"id": order["amazon_order_id"], **cells}
