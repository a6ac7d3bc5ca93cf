"""The charts of an answer on the page; bars and legends can be clicked."""

from collections.abc import Callable, Sequence

from nicegui import events, ui

from .charts import Chart, Series, charts_of, name_of
from .markup import box, text
from .orders import Order

__all__ = ["draw_charts"]

Pick = Callable[[str, str], None]


def draw_charts(orders: Sequence[Order], pick: Pick) -> None:
    """Draw the charts of orders; a click on one calls `pick` with a facet and its value."""
    charts = charts_of(orders)
    with box("div", f"charts of-{len(charts)}"):
        for chart in charts:
            with box("figure", "panel chart").mark("chart"):
                _draw(chart, pick)


def _draw(chart: Chart, pick: Pick) -> None:
    text("h3", chart.title)
    legend = box("div", "legend")

    def clicked(event: events.EChartPointClickEventArguments) -> None:
        for facet, value in zip(chart.picks, (event.name, event.series_name), strict=True):
            if facet and isinstance(value, str):
                pick(facet, name_of(value))

    drawn = ui.echart(chart.options, on_point_click=clicked, renderer="svg")
    drawn.props["role"] = "img"
    drawn.props["aria-label"] = f"{chart.title}. {chart.summary}"
    with legend:
        _legend(chart, drawn, pick)


def _legend(chart: Chart, drawn: ui.echart, pick: Pick) -> None:
    buttons: dict[str, ui.element] = {}

    def show(series: Series) -> None:
        drawn.options["legend"]["selected"] = {one.key: one is series for one in chart.series}
        drawn.update()
        for name, button in buttons.items():
            button.props["aria-pressed"] = "true" if name == series.name else "false"

    def choose(series: Series) -> None:
        if chart.one_at_a_time:
            show(series)
        else:
            pick(chart.picks[1], series.name)

    can_be_chosen = bool(chart.picks[1]) or (chart.one_at_a_time and len(chart.series) > 1)
    for series in chart.series:
        with box("button" if can_be_chosen else "span", "key") as key:
            text("span", "", "swatch", style=f"background: {series.color}", aria_hidden="true")
            if chart.one_at_a_time:  # An amount, and its currency.
                text("span", f"{series.figure} {series.name}")
            else:
                text("span", series.name)
                text("b", series.figure)
        if can_be_chosen:
            key.props["type"] = "button"
            key.on("click", lambda series=series: choose(series))
            buttons[series.name] = key
    if chart.one_at_a_time and can_be_chosen:
        show(chart.series[0])
