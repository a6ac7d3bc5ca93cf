"""An answer: orders as charts and a table, one order as a card, and both as CSV and JSON."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from nicegui import ui

from ..export import csv_of, json_of
from .cards import draw_card
from .chart_panels import draw_charts
from .entries import Entry
from .markup import box, icon_button, quiet, text
from .orders import Column, Order, columns_of
from .table import OrdersTable

__all__ = ["AnswerView"]


class AnswerView:
    """Draws the answer of one step.

    Args:
        entry: The step that was answered.
        chosen: The names of the visible columns, changed in place when the user chooses others.
    """

    def __init__(self, entry: Entry, chosen: list[str]) -> None:
        self._entry = entry
        many = isinstance(entry.answer, list)
        self._orders: Sequence[Order] = entry.answer if many else [entry.answer]
        self._columns = columns_of(entry.attributes, self._orders)
        self._table: OrdersTable | None = None
        self._head()
        if not many:
            with box("article", "panel", aria_labelledby="order-title").mark("card"):
                draw_card(entry.answer, entry.attributes)
        elif not self._orders:
            with box("div", "panel empty").mark("empty"):
                text("h2", "No orders")
                text("p", "No order matches this step. Without a date, a step covers the last 30 days.")
        else:
            draw_charts(self._orders, self._pick)
            self._table = OrdersTable(self._orders, self._columns, chosen, self._open, self._describe_csv)
            self._describe_csv()

    def _head(self) -> None:
        with box("div", "head"):
            with box("div", "grow"):
                text("h2", self._entry.outcome.capitalize(), tabindex="-1").mark("outcome")
                text("div", _how(self._entry), "muted small")
            with box("div", "downloads"):
                self._csv = quiet("CSV", "download", self._download_csv).mark("export-csv")
                json_button = quiet("JSON", "download", self._download_json).mark("export-json")
        _describe(self._csv, "Download as CSV, with every attribute")
        _describe(json_button, "Download as JSON, with all orders and every attribute")

    def _describe_csv(self) -> None:
        """Say what the file will contain: the visible rows and columns."""
        if self._table:
            self._csv.text = f"CSV as shown: {_counted(self._table)}"
            _describe(self._csv, f"Download as CSV what the table shows, on all its pages: {_counted(self._table)}")

    def _download_csv(self) -> None:
        orders, attributes = self._orders, self._entry.attributes
        if self._table:
            orders, attributes = self._table.rows, self._shown_attributes(self._table.columns)
        # Spreadsheets need the byte order mark to read UTF-8.
        content = f"\ufeff{csv_of(orders, attributes)}\n".encode()
        self._download(content, "csv", "text/csv; charset=utf-8")

    def _download_json(self) -> None:
        self._download(f"{json_of(self._entry.answer)}\n".encode(), "json", "application/json")

    def _download(self, content: bytes, ending: str, media_type: str) -> None:
        ui.download.content(content, f"orders-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.{ending}", media_type)

    def _shown_attributes(self, columns: Sequence[Column]) -> Mapping[str, Sequence[str]]:
        """Return the attributes and parts that the columns cover; the column of an attribute covers all its parts."""
        attributes: dict[str, Sequence[str]] = {}
        for attribute, parts in self._entry.attributes.items():
            shown = [column.part for column in columns if column.attribute == attribute]
            if shown:
                attributes[attribute] = parts if "" in shown else shown
        return attributes

    def _pick(self, facet: str, value: str) -> None:
        if self._table:
            self._table.pick(facet, value)

    def _open(self, order_id: str) -> None:
        order = next((order for order in self._orders if order["amazon_order_id"] == order_id), None)
        if order is None:
            return
        with ui.dialog() as dialog, box("article", "panel sheet", aria_labelledby="sheet-title").mark("sheet"):
            with box("div", "sheet-close"):
                icon_button("close", "Close", dialog.close)
            draw_card(order, self._entry.attributes, "sheet-title")
        dialog.on("hide", dialog.delete)
        dialog.open()


def _describe(button: ui.button, sentence: str) -> None:
    button.props["aria-label"] = button.props["title"] = sentence


def _counted(table: OrdersTable) -> str:
    rows, columns = len(table.rows), len(table.columns)
    return f"{rows:,} {'order' if rows == 1 else 'orders'}, {columns} {'column' if columns == 1 else 'columns'}"


def _how(entry: Entry) -> str:
    requests = len(entry.requests)
    facts = [f"{entry.seconds:,.1f} s" if entry.seconds >= 1 else f"{entry.seconds * 1000:.0f} ms"]
    if requests:
        facts.append(f"{requests} {'request' if requests == 1 else 'requests'} to the local Amazon")
    return " · ".join(facts)
