"""Charts of an answer, as options of ECharts: orders by day and status, value by day and currency, channels."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NamedTuple

from .orders import ABSENT, Order, day_of, shown

__all__ = ["Chart", "Series", "charts_of", "name_of"]

# Distinct in light and dark, and to people with red-green color blindness.
_STATUSES: Final = {
    "Shipped": "#2a9d8f",
    "Unshipped": "#e9a23b",
    "PartiallyShipped": "#8fbf5f",
    "Pending": "#5b8def",
    "PendingAvailability": "#8f7fe8",
    "Canceled": "#8a94a0",
    "Unfulfillable": "#d9635f",
    "InvoiceUnconfirmed": "#c77bb8",
}
_COLORS: Final = ("#2a9d8f", "#e9a23b", "#5b8def", "#d9635f", "#8f7fe8", "#8fbf5f", "#c77bb8", "#8a94a0")
_CHANNELS: Final = {"AFN": "Amazon (AFN)", "MFN": "seller (MFN)", ABSENT: "unknown"}
# Prefixes every name for ECharts, which uses names as keys of objects, where `__proto__` and `toString` are taken.
_MARK: Final = " "
_LONGEST_NAME: Final = 110
_MAX_DECIMALS: Final = 10
_MAX_DAYS: Final = 62
_LINE: Final = "rgba(128, 138, 150, 0.28)"


class Series(NamedTuple):
    """What one color of a chart means: its name, its color, and a figure for all of it.

    Attributes:
        key: Its name in ECharts.
    """

    name: str
    color: str
    figure: str

    @property
    def key(self) -> str:
        return _key(self.name)


class Chart(NamedTuple):
    """A chart.

    Attributes:
        title: What it shows.
        summary: The same in a sentence, for screen readers.
        options: For ECharts.
        series: The legend.
        picks: The facets a click filters by: that of the category, and that of the series.
        one_at_a_time: Whether one series is visible at a time, because they share no scale.
    """

    title: str
    summary: str
    options: dict[str, Any]
    series: Sequence[Series]
    picks: tuple[str, str] = ("", "")
    one_at_a_time: bool = False


def name_of(key: str) -> str:
    """Return the name behind a key of ECharts."""
    return key.removeprefix(_MARK)


def charts_of(orders: Sequence[Order]) -> list[Chart]:
    """Return the charts of orders; none for fewer than two."""
    if len(orders) < 2:
        return []
    return [_by_day_and_status(orders), *_value_by_day(orders), _channels(orders)]


def _by_day_and_status(orders: Sequence[Order]) -> Chart:
    spans, monthly = _spans(map(day_of, orders))
    statuses = Counter(shown(order.get("order_status")) or ABSENT for order in orders)
    counts = Counter((_span(day_of(order), monthly), shown(order.get("order_status")) or ABSENT) for order in orders)
    order = list(_STATUSES)
    names = sorted(statuses, key=lambda status: (order.index(status) if status in order else len(order), status))
    series = [Series(name, _STATUSES.get(name, _COLORS[-1]), f"{statuses[name]:,}") for name in names]
    bars = [_bars(one, [counts[span, one.name] or None for span in spans]) for one in series]
    figures = ", ".join(f"{one.figure} {one.name}" for one in series)
    unit = "month" if monthly else "day"
    return Chart(
        f"Orders by {unit} and status",
        f"{len(orders):,} orders from {spans[0]} to {spans[-1]}: {figures}.",
        _over_time(spans, bars),
        series,
        ("" if monthly else "day", "order_status"),
    )


def _value_by_day(orders: Sequence[Order]) -> list[Chart]:
    spans, monthly = _spans(map(day_of, orders))
    sums: dict[str, dict[str, Decimal]] = {}
    without = 0
    for order in orders:
        total = order.get("order_total")
        amount = _amount(total)
        if amount is None or not isinstance(total, Mapping):
            without += 1
            continue
        of_currency = sums.setdefault(shown(total.get("currency_code")) or ABSENT, {})
        span = _span(day_of(order), monthly)
        of_currency[span] = of_currency.get(span, Decimal()) + amount
    if not sums:
        return []
    # Amounts of different currencies do not add up, and share no scale: one can be seen at a time.
    currencies = sorted(sums, key=lambda currency: (-len(sums[currency]), currency))
    series = [Series(name, _COLORS[2], f"{sum(sums[name].values()):,}") for name in currencies]
    bars = []
    for one in series:
        amounts = sums[one.name]
        decimals = max(-int(amount.as_tuple().exponent) for amount in amounts.values())
        data = [_float(amounts.get(span)) for span in spans]
        bars.append(_bars(one, data, one.key, min(max(decimals, 0), _MAX_DECIMALS)))
    options = _over_time(spans, bars)
    options["legend"]["selected"] = {one.key: one is series[0] for one in series}
    figures = "; ".join(f"{one.figure} {one.name}" for one in series)
    left_out = f" {without:,} {'order' if without == 1 else 'orders'} without a total." if without else ""
    title = f"Value by {'month' if monthly else 'day'} and currency"
    return [Chart(title, f"{figures}.{left_out}", options, series, ("" if monthly else "day", ""), one_at_a_time=True)]


def _channels(orders: Sequence[Order]) -> Chart:
    counts = Counter(
        (shown(order.get("sales_channel")) or ABSENT, shown(order.get("fulfillment_channel")) or ABSENT)
        for order in orders
    )
    sales = [channel for channel, _ in Counter(channel for channel, _ in counts.elements()).most_common()][::-1]
    kinds = sorted({kind for _, kind in counts}, key=lambda kind: (kind == ABSENT, kind))
    totals = Counter(kind for _, kind in counts.elements())
    series = [
        Series(kind, color, f"{totals[kind]:,}") for kind, color in zip(kinds, _COLORS * len(kinds), strict=False)
    ]
    named = [one._replace(name=_CHANNELS.get(one.name, one.name)) for one in series]
    bars = [
        _bars(title, [counts[channel, one.name] or None for channel in sales])
        for one, title in zip(series, named, strict=True)
    ]
    figures = ", ".join(f"{one.figure} {one.name}" for one in named)
    names = [_key("unknown" if channel == ABSENT else channel) for channel in sales]
    options = _frame(bars) | {
        "xAxis": {
            "type": "value",
            "minInterval": 1,
            "splitNumber": 3,
            "axisLabel": {"hideOverlap": True, "alignMaxLabel": "right"},
            "splitLine": {"lineStyle": {"color": _LINE}},
        },
        "yAxis": {
            "type": "category",
            "data": names,
            "axisTick": {"show": False},
            "axisLabel": {"width": _LONGEST_NAME, "overflow": "truncate", "hideOverlap": True},
            "axisLine": {"lineStyle": {"color": _LINE}},
        },
    }
    return Chart("Sales channel and fulfillment", f"{figures}.", options, named)


def _over_time(spans: Sequence[str], series: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return _frame(series) | {
        "xAxis": {
            "type": "category",
            "data": list(spans),
            "axisTick": {"show": False},
            "axisLine": {"lineStyle": {"color": _LINE}},
            # Even a narrow chart has room for the first and the last; the tooltip names the others.
            "axisLabel": {
                "margin": 12,
                "alignMinLabel": "left" if len(spans) > 1 else "center",
                "alignMaxLabel": "right" if len(spans) > 1 else "center",
                ":interval": f"index => index === 0 || index === {len(spans) - 1}",
            },
        },
        "yAxis": {
            "type": "value",
            "minInterval": 1,
            "splitNumber": 3,
            "splitLine": {"lineStyle": {"color": _LINE}},
        },
    }


def _frame(series: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {
        "animation": False,
        "grid": {"left": 12, "right": 14, "top": 12, "bottom": 8, "containLabel": True},
        "legend": {"show": False},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}, "confine": True, "className": "chart-tip"},
        "textStyle": {"fontFamily": "system-ui, sans-serif"},
        "series": list(series),
    }


def _key(name: str) -> str:
    return f"{_MARK}{name}"


def _bars(series: Series, data: Sequence[float | None], stack: str = "all", decimals: int = 0) -> dict[str, Any]:
    written = f"{{minimumFractionDigits: {decimals}, maximumFractionDigits: {decimals}}}"
    return {
        "type": "bar",
        "name": series.key,
        "tooltip": {":valueFormatter": f"value => value?.toLocaleString('en-US', {written}) ?? '{ABSENT}'"},
        "stack": stack,
        "data": list(data),
        "barMaxWidth": 22,
        "itemStyle": {"color": series.color},
        "emphasis": {"focus": "series"},
    }


def _spans(days: Iterable[str]) -> tuple[list[str], bool]:
    """Return every day from the first to the last, or every month if there are many; and whether they are months."""
    known = sorted(day for day in days if day)
    if not known:
        return [""], False
    first, last = date.fromisoformat(known[0]), date.fromisoformat(known[-1])
    if (last - first).days < _MAX_DAYS:
        return [str(first + timedelta(days=number)) for number in range((last - first).days + 1)], False
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [f"{month // 12}-{month % 12 + 1:02d}" for month in months], True


def _span(day: str, monthly: bool) -> str:
    return day[:7] if monthly else day


def _amount(total: Any) -> Decimal | None:
    try:
        amount = Decimal(str(total["amount"])) if isinstance(total, Mapping) else None
    except (InvalidOperation, KeyError):
        return None
    return amount if amount is not None and amount.is_finite() else None


def _float(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)
