"""Charts: every order is counted once, absent values are not invented, currencies are not added up."""

from collections import Counter
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from playground.page.charts import charts_of, name_of


def order(day="2026-11-24", status="Shipped", amount="10.00", currency="USD", sales="Amazon.com", by="AFN"):
    total = None if amount is None else {"amount": amount, "currency_code": currency}
    return {
        "purchase_date": f"{day}T10:00:00Z",
        "order_status": status,
        "order_total": total,
        "sales_channel": sales,
        "fulfillment_channel": by,
    }


def drawn(chart):
    """Return what a chart draws: the bars by series and category."""
    options = chart.options
    axis = options["xAxis"] if options["xAxis"]["type"] == "category" else options["yAxis"]
    return {
        (name_of(series["name"]), name_of(category)): value
        for series in options["series"]
        for category, value in zip(axis["data"], series["data"], strict=True)
        if value is not None
    }


def test_a_chart_needs_two_orders_and_values_need_totals():
    assert charts_of([]) == charts_of([order()]) == []
    assert len(charts_of([order(amount=None), order(amount=None)])) == 2


def test_days_without_orders_are_there_and_empty():
    by_day = charts_of([order("2026-11-20"), order("2026-11-23", "Pending")])[0]
    assert by_day.options["xAxis"]["data"] == ["2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23"]
    assert drawn(by_day) == {("Shipped", "2026-11-20"): 1, ("Pending", "2026-11-23"): 1}


def test_the_label_of_a_lone_day_stands_below_its_bar():
    alone, several = (charts_of([order(), order(day)])[0] for day in ("2026-11-24", "2026-11-25"))
    labels = [chart.options["xAxis"]["axisLabel"] for chart in (alone, several)]
    assert [label["alignMinLabel"] for label in labels] == ["center", "left"]


def test_many_days_become_months():
    by_day, value, _ = charts_of([order("2026-01-31"), order("2026-11-01", amount="5.50"), order("2026-11-24")])
    assert by_day.title == "Orders by month and status"
    assert by_day.options["xAxis"]["data"][0] == "2026-01"
    assert len(by_day.options["xAxis"]["data"]) == 11
    assert drawn(value) == {("USD", "2026-01"): 10.0, ("USD", "2026-11"): 15.5}
    assert by_day.picks[0] == ""


def test_currencies_are_shown_one_at_a_time():
    orders = [order(), order(amount="0.10"), order(amount="0.20"), order(amount="3980", currency="JPY")]
    value = charts_of(orders)[1]
    assert drawn(value) == {("USD", "2026-11-24"): 10.3, ("JPY", "2026-11-24"): 3980.0}
    assert value.one_at_a_time
    assert sorted(value.options["legend"]["selected"].values()) == [False, True]
    assert len({series["stack"] for series in value.options["series"]}) == 2
    assert [(one.name, one.figure) for one in value.series] == [("JPY", "3,980"), ("USD", "10.30")]


def test_an_order_without_a_total_is_not_worth_zero():
    value = charts_of([order(), order("2026-11-23", amount=None), order(amount="not a number")])[1]
    assert drawn(value) == {("USD", "2026-11-24"): 10.0}
    assert value.summary.endswith("2 orders without a total.")


def test_names_of_javascript_properties_are_ordinary_names():
    names = {"__proto__", "toString"}
    odd = [order(status=name, currency=name, sales=name, by=name) for name in names]
    for chart in charts_of(odd):
        keys = {series["name"] for series in chart.options["series"]} | set(chart.options["legend"].get("selected", ()))
        assert not keys & names
        assert {name_of(key) for key in keys} == names


def test_channels_show_where_by_whom_and_what_is_unknown():
    channels = charts_of([order(), order(by="MFN"), order(by=None), order(sales=None)])[-1]
    assert drawn(channels) == {
        ("Amazon (AFN)", "Amazon.com"): 1,
        ("seller (MFN)", "Amazon.com"): 1,
        ("unknown", "Amazon.com"): 1,
        ("Amazon (AFN)", "unknown"): 1,
    }


days = st.dates(min_value=date(2026, 1, 1), max_value=date(2026, 12, 31)).map(str)
orders = st.builds(
    order,
    day=days,
    status=st.sampled_from(["Shipped", "Pending", "SomethingNew", None]),
    amount=st.none() | st.decimals(0, 10**6, places=2).map(str),
    currency=st.sampled_from(["USD", "EUR", None]),
    sales=st.sampled_from(["Amazon.com", "Amazon.ca", None]),
    by=st.sampled_from(["AFN", "MFN", None]),
)


@given(st.lists(orders, min_size=2))
def test_every_order_and_every_amount_counts_once(sample):
    charts = {chart.title.split()[0]: chart for chart in charts_of(sample)}
    assert sum(drawn(charts["Orders"]).values()) == len(sample)
    assert sum(drawn(charts["Sales"]).values()) == len(sample)
    sums = Counter()
    for one in sample:
        if one["order_total"]:
            sums[one["order_total"]["currency_code"] or "—"] += Decimal(one["order_total"]["amount"])
    figures = {one.name: Decimal(one.figure.replace(",", "")) for one in charts["Value"].series} if sums else {}
    assert figures == dict(sums)
