"""Steps: the opening names a procedure, the inputs follow with their values."""

import time
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ORDERS = "retrieve orders from amazon selling partner"
ORDER = "retrieve an order from amazon selling partner"


@pytest.fixture
def inputs(read):
    """Read a step and return what it gives: inputs by name, limit and offset among them."""

    def inputs(step):
        parsed = read(step)
        given = {str(one.noun_phrases): one.value for one in parsed.inputs}
        counts = {"offset": parsed.offset, "limit": parsed.limit}
        return given | {name: value for name, value in counts.items() if value is not None}

    return inputs


# The opening


@pytest.mark.parametrize(
    ("step", "procedure"),
    [
        (ORDERS, "retrieve_orders"),
        ("retrieve orders", "retrieve_orders"),
        ("to retrieve all orders from amazon selling partner", "retrieve_orders"),
        ("retrieve the orders", "retrieve_orders"),
        ("Retrieve Orders From Amazon Selling Partner", "retrieve_orders"),
        ("\n\n   retrieve\n   orders   from amazon\tselling partner\n\n", "retrieve_orders"),
        (f'{ORDER} with the marketplace is "US", the order id is "1"', "retrieve_order"),
        ('retrieve an order with the marketplace is "US", the order id is "1"', "retrieve_order"),
        (f'{ORDER.replace("an ", "the ")} with the marketplace is "US", the order id is "1"', "retrieve_order"),
    ],
)
def test_a_step_names_a_procedure(read, step, procedure):
    parsed = read(step)
    assert parsed.procedure.id == procedure
    assert parsed.book.name == "Amazon Selling Partner"


def test_a_step_without_anything_else_asks_for_everything(read):
    parsed = read(ORDERS)
    assert (parsed.inputs, parsed.condition, parsed.offset, parsed.limit) == ([], None, None, None)


# Inputs


@pytest.mark.parametrize("word", ["with", "where"])
@pytest.mark.parametrize("separator", ["\n    ", ", ", " and ", ", and ", ",\n"])
def test_inputs_are_parted_by_lines_commas_or_and(inputs, word, separator):
    lines = ['the marketplace is "CA"', 'the createdafter is "2024-11-01"', "the limit is 100", "the offset is 7"]
    assert inputs(f"{ORDERS} {word} {separator.join(lines)}") == {
        "marketplace": "CA",
        "createdafter": "2024-11-01",
        "limit": 100,
        "offset": 7,
    }


@pytest.mark.parametrize("count", ["2", "2.0", '"2"', "“2”"])
def test_a_limit_may_stand_in_quotes(inputs, count):
    assert inputs(f"{ORDERS} with the limit is {count}") == {"limit": 2}


@pytest.mark.parametrize("step", [ORDERS, f"{ORDERS} with the limit is 2", f"{ORDERS} whose is prime is true"])
def test_a_full_stop_may_close_a_step(read, step):
    assert read(f"{step}.") == read(f"{step} .\n") == read(step)


def test_the_inputs_may_begin_on_a_line_of_their_own(inputs):
    assert inputs(f'{ORDERS} with\n\n    the last updated is "2024-11-01"\n') == {"last updated": "2024-11-01"}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ('"2024-11-01T00:00:00Z"', "2024-11-01T00:00:00Z"),
        ("“2024-11-01”", "2024-11-01"),
        ('"the limit is 5"', "the limit is 5"),
        (r'"a \"quoted\" word and a \\"', 'a "quoted" word and a \\'),
        ('"東京都 – Zürich"', "東京都 – Zürich"),
        ('""', ""),
        ("2024-11-01", date(2024, 11, 1)),
        ("2024-11-01 08:30", datetime(2024, 11, 1, 8, 30, tzinfo=UTC)),
        ("2024-11-01T08:30:00Z", datetime(2024, 11, 1, 8, 30, tzinfo=UTC)),
        ("2024-11-01T08:30", datetime(2024, 11, 1, 8, 30, tzinfo=UTC)),
        ("2024-11-01T08:30:15.25-08:00", datetime(2024, 11, 1, 8, 30, 15, 250000, timezone(timedelta(hours=-8)))),
        ("100", 100.0),
        ("-9.90", -9.9),
        ("true", True),
        ("No", False),
        ("None", None),
    ],
)
def test_a_value_is_read_as_it_is_written(inputs, written, value):
    result = inputs(f"{ORDERS} with the createdafter is {written}")["createdafter"]
    assert result == value
    assert type(result) is type(value)


@pytest.fixture
def in_tokyo(monkeypatch):
    """Put this machine into another zone."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize("written", ["2024-11-01T08:30:00", "2024-11-01T08:30:00Z", "2024-11-01T00:30:00-08:00"])
def test_a_moment_is_in_utc_whatever_the_zone_of_this_machine(inputs, in_tokyo, written):
    result = inputs(f"{ORDERS} with the createdafter is {written}")["createdafter"]
    assert result.tzinfo is UTC
    assert result == datetime(2024, 11, 1, 8, 30, tzinfo=UTC)


@given(st.text(st.characters(exclude_categories=["Cs"])))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_can_be_written(inputs, text):
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    assert inputs(f'{ORDERS} with the createdafter is "{quoted}" and the limit is 1')["createdafter"] == text
