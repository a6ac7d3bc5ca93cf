"""One order in full: the key figures first, then its attributes and parts."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from .markup import box, text
from .orders import ABSENT, Order, shown

__all__ = ["draw_card"]

_FIGURES: Final = ("order_total", "purchase_date", "fulfillment_channel", "sales_channel")
_IN_HEAD: Final = frozenset({"amazon_order_id", "order_status", *_FIGURES})


def draw_value(value: Any, tag: str = "span", name: str = "") -> None:
    """Draw a value; an absent one is a dash, read out as "absent"."""
    if value is None:
        text(tag, ABSENT, "absent", aria_label="absent", title="Amazon sent no value")
    else:
        text(tag, shown(value, name))


def draw_card(order: Order, attributes: Mapping[str, Sequence[str]], title_id: str = "order-title") -> None:
    """Draw an order.

    Args:
        order: The order.
        attributes: What an order has, and the parts of each as far as they are known.
        title_id: The id of the heading, for `aria-labelledby`.
    """
    with box("header", "order-head"):
        with box("div", "figure"):
            text("span", "amazon order id", "what")
            text("h2", shown(order["amazon_order_id"]), id=title_id)
            draw_status(order.get("order_status"))
        for name in _FIGURES:
            with box("div", "figure"):
                text("span", name.replace("_", " "), "what")
                with box("span", "value"):
                    draw_value(order.get(name), name=name)
    with box("div", "parts"):
        for title, values in _groups(order, attributes):
            _draw_part(title, values)


def draw_status(status: Any) -> None:
    """Draw the status of an order with its color."""
    with box("span", "state"):
        text("span", "", "dot", data_status=shown(status), aria_hidden="true")
        draw_value(status)


def _draw_part(title: str, values: Mapping[str, Any] | None) -> None:
    with box("section", "part" if values else "part absent-part"):
        text("h3", title)
        if not values:
            draw_value(None)
            return
        with box("dl"):
            for name, value in values.items():
                text("dt", name.replace("_", " "))
                draw_value(value, "dd", name)


def _groups(order: Order, attributes: Mapping[str, Sequence[str]]) -> list[tuple[str, Mapping[str, Any] | None]]:
    """Return the order by groups: plain attributes by kind, then each attribute that has parts."""
    plain: dict[str, dict[str, Any]] = {"The order": {}, "Dates": {}, "Yes or no": {}}
    parts: list[tuple[str, Mapping[str, Any] | None]] = []
    for name, known in attributes.items():
        value, title = order.get(name), name.replace("_", " ").capitalize()
        if name in _IN_HEAD:
            continue
        if known:
            parts.append((title, {part: value.get(part) for part in known} if isinstance(value, Mapping) else None))
        elif isinstance(value, Mapping):
            parts.append((title, value))
        elif isinstance(value, list) and value and all(isinstance(item, Mapping) for item in value):
            numbered = {f"{number}.": item for number, item in enumerate(value, 1)}
            parts.append((title, value[0] if len(value) == 1 else numbered))
        elif name.endswith("_date"):
            plain["Dates"][name] = value
        elif name.startswith(("is_", "has_")):
            plain["Yes or no"][name] = value
        else:
            plain["The order"][name] = value
    return [*((title, values) for title, values in plain.items() if values), *parts]
