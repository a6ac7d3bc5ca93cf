"""The menu that chooses the columns of the table."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from nicegui import events, ui

from .markup import box, quiet, text
from .orders import USUAL, Column

__all__ = ["ColumnMenu"]

_SEARCH: Final = "Search columns"


class ColumnMenu:
    """The menu; it belongs into the button that opens it.

    Args:
        columns: All columns.
        chosen: The names of the visible ones, changed in place when the user chooses others.
        changed: Called after each change.
    """

    def __init__(self, columns: Sequence[Column], chosen: list[str], changed: Callable[[], None]) -> None:
        self._columns = columns
        self._chosen = chosen
        self._changed = changed
        self._setting = False
        self._boxes: dict[str, ui.checkbox] = {}
        with ui.menu().classes("columns-menu"):
            with box("div", "columns-tools"):
                search = ui.input(placeholder=_SEARCH, on_change=self._search).props("outlined dense type=search")
                search.mark("column-search").props["aria-label"] = _SEARCH
                quiet("All", on_click=lambda: self._show([column.name for column in columns])).mark("column-all")
                quiet("Reset", on_click=lambda: self._show(USUAL)).mark("column-reset")
            self._none = text("p", "No column has that name.", "muted small hidden", role="status")
            for column in columns:
                self._boxes[column.name] = ui.checkbox(
                    column.label, value=column.name in chosen, on_change=self._choose
                )
                self._boxes[column.name].props("dense").mark(f"column-{column.name}")

    def _search(self, event: events.ValueChangeEventArguments[Any]) -> None:
        words = str(event.value or "").casefold().split()
        matching = [column for column in self._columns if all(word in column.label for word in words)]
        for column in self._columns:
            _show(self._boxes[column.name], shown=column in matching)
        _show(self._none, shown=not matching)

    def _choose(self) -> None:
        if not self._setting:
            self._take([name for name, checkbox in self._boxes.items() if checkbox.value])

    def _show(self, names: Sequence[str]) -> None:
        self._setting = True  # The table is redrawn once, not for every checkbox.
        for name, checkbox in self._boxes.items():
            checkbox.value = name in names
        self._setting = False
        self._choose()

    def _take(self, wanted: Sequence[str]) -> None:
        """Show these columns, the default ones first; chosen ones that this answer lacks are kept for the next."""
        others = [name for name in self._chosen if name not in self._boxes]
        usual = [name for name in USUAL if name in wanted]
        self._chosen[:] = [*usual, *(name for name in wanted if name not in usual), *others]
        self._changed()


def _show(element: ui.element, *, shown: bool) -> None:
    element.classes(remove="hidden") if shown else element.classes("hidden")
