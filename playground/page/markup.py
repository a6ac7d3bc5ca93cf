"""Building blocks of the views: HTML elements, and three kinds of buttons."""

from collections.abc import Callable
from typing import Any, Self

from nicegui import ui
from nicegui.elements.mixins.text_element import TextElement

__all__ = ["Text", "box", "icon_button", "main_button", "quiet", "text"]


class Text(TextElement):
    """An HTML element with text, which is escaped."""

    def __init__(self, tag: str, content: str) -> None:
        super().__init__(tag=tag, text=content)

    def attributes(self, **attributes: Any) -> Self:
        """Set attributes as they are; underscores stand for hyphens."""
        for name, value in attributes.items():
            self.props[name.replace("_", "-")] = value
        return self


def text(tag: str, content: str, classes: str = "", **attributes: Any) -> Text:
    """Draw an element with text."""
    return Text(tag, content).classes(classes).attributes(**attributes)


def box(tag: str, classes: str = "", **attributes: Any) -> ui.element:
    """Draw an element to be filled."""
    element = ui.element(tag).classes(classes)
    for name, value in attributes.items():
        element.props[name.replace("_", "-")] = value
    return element


def main_button(label: str, icon: str | None, on_click: Callable[[], Any]) -> ui.button:
    """Draw the button that matters most."""
    return ui.button(label, icon=icon, on_click=on_click, color=None).props("unelevated no-caps").classes("main")


def quiet(label: str, icon: str | None = None, on_click: Callable[[], Any] | None = None) -> ui.button:
    """Draw a button beside the one that matters most."""
    return ui.button(label, icon=icon, on_click=on_click, color=None).props("flat no-caps dense").classes("quiet")


def icon_button(icon: str, label: str, on_click: Callable[[], Any]) -> ui.button:
    """Draw a button without words; `label` is read out instead."""
    button = ui.button(icon=icon, on_click=on_click, color=None).props("flat round dense").classes("plain")
    button.props["aria-label"] = button.props["title"] = label
    return button
