"""Orders as a person reads them: columns stay in line, and unknown values are never invented."""

import dataclasses
import io
import re

import pytest
from kognitos.bdk.runtime.client.exceptions import AuthenticationRequired, Internal, NotFound
from rich.cells import cell_len

from amazon_selling_partner.concepts import Address, AmazonOrder
from playground.show import card, failure, heading, table

PIPE = io.StringIO()


def order(**attributes):
    """An order with what Amazon always sends, and the attributes given."""
    always = {
        "amazon_order_id": "111-0000001-0000001",
        "order_status": "Shipped",
        "purchase_date": "2026-11-20T08:15:00Z",
        "last_update_date": "2026-11-21T08:15:00Z",
    }
    return dataclasses.asdict(AmazonOrder(**{**always, **attributes}))


def cells(shown):
    """The cells of a table with one order, by column: columns are apart where two blanks stand in head and row."""
    header, _, row = table([shown], PIPE).splitlines()
    width = max(map(len, (header, row)))
    header, row = header.ljust(width), row.ljust(width)
    gaps = [at for at in range(width) if header[at : at + 2].isspace() and row[at : at + 2].isspace()]
    starts = [0, *(at for at in range(2, width) if at - 2 in gaps and at - 1 not in gaps)]
    columns = list(zip(starts, [*starts[1:], width], strict=True))
    return {header[at:end].strip(): row[at:end].strip() for at, end in columns}


@pytest.fixture
def terminal(terminal, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    return terminal


# The table


def test_a_row_shows_an_order():
    shown = order(
        fulfillment_channel="MFN",
        is_prime=True,
        number_of_items_shipped=2,
        number_of_items_unshipped=1,
        order_total={"amount": "11.01", "currency_code": "USD"},
        shipping_address=Address(city="Boise", country_code="US"),
    )
    assert cells(shown) == {
        "order id": "111-0000001-0000001",
        "status": "Shipped",
        "purchased": "2026-11-20 08:15",
        "channel": "MFN",
        "prime": "yes",
        "items": "3",
        "total": "11.01 USD",
        "ship to": "Boise, US",
    }


@pytest.mark.parametrize(
    ("attributes", "items"),
    [
        ({}, ""),
        ({"number_of_items_shipped": 0, "number_of_items_unshipped": 0}, "0"),
        ({"number_of_items_unshipped": 2}, "2"),
    ],
)
def test_unknown_values_are_empty_cells(attributes, items):
    known = {"order id": "111-0000001-0000001", "status": "Shipped", "purchased": "2026-11-20 08:15", "items": items}
    assert cells(order(**attributes)) == {**dict.fromkeys(["channel", "prime", "total", "ship to"], ""), **known}


def test_every_order_has_a_line_and_the_rest_is_counted():
    orders = [order(amazon_order_id=f"111-0000001-000000{number}") for number in (3, 1, 2)]
    lines = table(orders, PIPE).splitlines()
    assert [line.split()[0][-1] for line in lines[2:]] == ["3", "1", "2"]
    assert len(table([], PIPE).splitlines()) == 2
    assert table(orders * 500, PIPE, 2).splitlines() == [*lines[:4], "… and 1,498 more"]


@pytest.mark.parametrize(
    ("text", "columns"),
    [("Boise", 5), ("東京都", 6), ("Curitiba", 8), ("ｲｽﾞﾐ", 4), ("Zu\u0308rich", 6), ("Zürich", 6)],
    ids=["Latin", "Japanese", "longer", "half width", "combining accent", "accent"],
)
def test_columns_stay_in_line_whatever_the_script(text, columns):
    plain = order(order_status="x" * 10)
    lines = table([plain, order(order_status=text)], PIPE).splitlines()
    status = lines[3].removeprefix("111-0000001-0000001  ")
    gap = status.removeprefix(text).partition("2026")[0]
    assert columns + len(gap) == len("x" * 10) + 2


# The card


def test_a_card_shows_every_attribute():
    names = [line.partition("  ")[0] for line in card(order(), PIPE).splitlines()]
    assert names == [each.name.replace("_", " ") for each in dataclasses.fields(AmazonOrder)]


@pytest.mark.parametrize(
    ("attributes", "line"),
    [
        ({}, "order total —"),
        ({"number_of_items_shipped": 0}, "number of items shipped 0"),
        ({"is_prime": False}, "is prime false"),
        ({"is_prime": True}, "is prime true"),
        ({"payment_method_details": ["CreditCard", "Pix"]}, "payment method details CreditCard, Pix"),
    ],
)
def test_a_card_shows_values_in_words(attributes, line):
    assert line in [" ".join(each.split()) for each in card(order(**attributes), PIPE).splitlines()]


def test_parts_and_payments_are_below_their_name():
    payments = [{"payment_method": "Pix"}, {"payment_method": "GC"}]
    lines = card(order(shipping_address=Address(city="Boise"), payment_execution_detail=payments), PIPE).splitlines()
    at = lines.index("shipping address")
    below = lines[at + 1 : at + 1 + len(dataclasses.fields(Address))]
    assert all(each.startswith("  ") for each in below)
    assert ["city", "Boise"] in [each.split() for each in below]
    at = lines.index("payment execution detail")
    assert [each.split()[-1] for each in lines[at + 1 : at + 3]] == ["Pix", "GC"]


@pytest.mark.parametrize(
    ("kind", "title"),
    [(NotFound, "Not found"), (AuthenticationRequired, "Authentication required"), (Internal, "The step failed")],
)
def test_an_error_is_its_kind_in_plain_words_and_its_message(kind, title):
    assert failure(kind("Amazon does not know it."), PIPE) == f"{title}\n  Amazon does not know it."


def test_a_message_is_wrapped_and_loses_no_word(plain_terminal):
    message = "one two three " * 60 + "x" * 90
    for stream, width in ((PIPE, 102), (plain_terminal(40), 40)):
        first, *rest = failure(NotFound(message), stream).splitlines()
        assert first == "Not found"
        assert all(len(line) <= width and line.startswith("  ") for line in rest)
        assert "".join("".join(rest).split()) == message.replace(" ", "")


def test_lines_are_kept_and_indented_ones_not_wrapped():
    step = "    " + "retrieve orders " * 20 + "\n    ^^^^^^^^"
    lines = failure(NotFound(f"one\n\n{step}"), PIPE).splitlines()
    assert lines == ["Not found", "  one", "", *(f"  {line}".rstrip() for line in step.splitlines())]


def test_a_terminal_gets_colors_and_the_same_columns(terminal, monkeypatch):
    assert failure(NotFound("gone"), terminal).startswith("\033[1;31mNot found\033[0m\n")
    assert heading("a step", terminal) == "\033[1ma step\033[0m"
    colored = table([order()], terminal)
    assert colored.startswith("\033[1morder id")
    monkeypatch.setenv("NO_COLOR", "1")
    assert table([order()], terminal) == re.sub(r"\033\[[\d;]*m", "", colored)


# The width of a terminal


@pytest.fixture
def plain_terminal(terminal, monkeypatch):
    """Return a terminal of a given width without colors."""
    monkeypatch.setenv("NO_COLOR", "1")

    def of_width(columns):
        monkeypatch.setenv("COLUMNS", str(columns))
        return terminal

    return of_width


def letters(text):
    """What is shown, whatever the lines and columns; sorted, as columns may go on in the next line."""
    return sorted("".join(text.split()).replace("─", ""))


FULL = order(
    order_status="PartiallyShipped",
    fulfillment_channel="MFN",
    is_prime=True,
    number_of_items_shipped=1,
    number_of_items_unshipped=11,
    order_total={"amount": "12345.67", "currency_code": "USD"},
    shipping_address=Address(name="Ōkubo", city="Winchester-on-the-Severn 東京都", country_code="US"),
)


def test_a_narrow_terminal_gets_two_lines_for_each_order(plain_terminal):
    short = order(
        fulfillment_channel="AFN",
        number_of_items_unshipped=1,
        order_total={"amount": "7.50", "currency_code": "USD"},
        shipping_address=Address(city="Boise", country_code="US"),
    )
    assert table([short, short], plain_terminal(60), most=1).splitlines() == [
        "order id             status          purchased",
        "  ship to            channel, items  total",
        "─────────────────────────────────────────────────────",
        "111-0000001-0000001  Shipped         2026-11-20 08:15",
        "  Boise, US          AFN, 1 item     7.50 USD",
        "… and 1 more",
    ]


def test_columns_move_together_before_orders_take_two_lines(plain_terminal):
    sample = order(
        order_status="PartiallyShipped",
        fulfillment_channel="MFN",
        is_prime=True,
        number_of_items_unshipped=1,
        order_total={"amount": "107.50", "currency_code": "USD"},
        shipping_address=Address(city="Asheville", country_code="US"),
    )
    assert table([sample], plain_terminal(100)).splitlines() == [
        "order id            status           purchased        channel prime items      total ship to",
        "─" * 98,
        "111-0000001-0000001 PartiallyShipped 2026-11-20 08:15 MFN     yes       1 107.50 USD Asheville, US",
    ]


def test_a_card_breaks_names_only_where_values_lack_room(plain_terminal):
    sample = order(shipping_address=Address(name="long " * 20))
    assert "default ship from location address  —" in card(sample, plain_terminal(60)).splitlines()
    assert "default ship from location address" not in card(sample, plain_terminal(50))


@pytest.mark.parametrize("columns", range(20, 135, 6))
@pytest.mark.parametrize(
    "draw", [lambda stream: table([FULL, order()], stream), lambda stream: card(FULL, stream)], ids=["table", "card"]
)
def test_every_line_fits_and_nothing_is_lost(plain_terminal, draw, columns):
    roomy = [letters(draw(plain_terminal(enough))) for enough in (75, 1000)]
    text = draw(plain_terminal(columns))
    assert max(map(cell_len, text.splitlines())) <= columns
    assert letters(text) in roomy


@pytest.mark.parametrize("at", [0, 10, 60, 150, 195])
def test_carets_stay_in_sight_on_a_narrow_terminal(plain_terminal, at):
    step = "    " + "." * at + "WORD" + "." * (200 - at)
    message = f"No.\n\n{step}\n    {' ' * at}^^^^"
    *_, shown, marks = failure(NotFound(message), plain_terminal(60)).splitlines()
    assert len(shown) <= 60
    assert shown[marks.index("^") : marks.index("^") + 4] == "WORD"
    assert marks.strip() == "^^^^"
    assert ("…" in shown[:6], "…" in shown[6:]) == (at > 40, at < 160)
