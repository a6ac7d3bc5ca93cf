"""Each error as Kognitos's client receives it: its kind, and its message for a person.

The book's own classes (quota, Amazon down, broken pages) are Internal here: neither the kit nor the closed runtime
knows them, so their messages have to say it all.
"""

import re

import pytest
from kognitos.bdk.runtime.client.exceptions import (
    AccessDenied,
    AuthenticationRequired,
    Internal,
    InvalidValue,
    MissingValue,
    NotFound,
    NotSupported,
    TypeMismatch,
)
from kognitos.bdk.runtime.client.expression import BinaryExpression, BinaryOperator
from kognitos.bdk.runtime.client.input_concept import InputConcept
from kognitos.bdk.runtime.client.noun_phrase import NounPhrases
from kognitos.bdk.runtime.client.question_answer import AnsweredQuestion

from amazon_selling_partner import messages
from playground.local_amazon import Seller, faults
from playground.local_amazon.seed import generated_orders
from playground.workspace import Workspace, connection_of
from tests.support import NOW

ORDERS = 'retrieve orders with the marketplace is "US"'
ORDER = 'retrieve an order from amazon selling partner with the marketplace is "US", the order id is "{}"'
KNOWN = "902-3159896-1390916"
EUROPEAN = Seller(
    refresh_token="Atzr|EuropeanRefreshToken0123456789abcdefghijklmnopqrstuvwxyz",
    client_id="amzn1.application-oa2-client.europe0123456789abcdef",
    client_secret="amzn1.oa2-cs.v1.europe0123456789abcdef0123456789abcdef",
    regions=frozenset({"EU"}),
)


def begins_with(message):
    """A pattern for an error that begins with a message."""
    return f"^{re.escape(message)}"


def test_an_unknown_order_is_not_found(run):
    with pytest.raises(NotFound, match=f"{begins_with(messages.ORDER_NOT_FOUND)}.*order id: 902-3159896-1390999"):
        run(ORDER.format("902-3159896-1390999"))


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (ORDERS.replace("US", "XX"), messages.UNKNOWN_MARKETPLACE),
        ('retrieve orders with the createdafter is "yesterday"', messages.INVALID_DATE.format(name="createdafter")),
        ("retrieve orders with the last updated is 2099-01-01", messages.FUTURE_DATE.format(name="last updated")),
        (ORDER.format("1390916"), messages.INVALID_ORDER_ID),
        ('retrieve orders whose order status is "Shiped"', messages.UNDOCUMENTED_VALUE),
    ],
    ids=["marketplace", "date", "future", "order id", "filter"],
)
def test_invalid_input_is_invalid_and_costs_no_call(run, amazon, step, message):
    with pytest.raises(InvalidValue, match=begins_with(message)):
        run(step)
    assert amazon.requests == []


def test_a_filter_value_of_the_wrong_type_is_a_type_mismatch(run, amazon):
    with pytest.raises(TypeMismatch, match="is prime"):
        run('retrieve orders whose is prime is "maybe"')
    assert amazon.requests == []


def test_rejected_credentials_ask_for_authentication(amazon, host):
    stranger = Seller("Atzr|StrangerRefreshToken0123456789", EUROPEAN.client_id, EUROPEAN.client_secret)
    workspace = Workspace(host, connection_of(stranger))
    with pytest.raises(AuthenticationRequired, match=begins_with(messages.CLIENT_REJECTED)):
        workspace.run(workspace.library.read(ORDERS))


def test_a_region_without_authorization_is_access_denied(make_amazon, host):
    make_amazon(sellers=[EUROPEAN])
    workspace = Workspace(host, connection_of(EUROPEAN))
    with pytest.raises(AccessDenied, match=f"{begins_with(messages.ACCESS_DENIED)}.*region: North America"):
        workspace.run(workspace.library.read(ORDERS))


def test_exhausted_quota_is_internal_with_the_time_to_return(make_amazon, workspace):
    make_amazon(generated_orders(3_400, NOW), quota=1)
    with pytest.raises(Internal, match=f"{begins_with(messages.QUOTA_EXHAUSTED)}.*come back after: 2026-11-23T12:"):
        workspace.run(workspace.library.read(ORDERS))


def test_an_amazon_that_is_down_is_internal(run, amazon):
    amazon.faults.always("getOrders", faults.status(503))
    with pytest.raises(Internal, match=begins_with(messages.AMAZON_FAILED)):
        run(ORDERS)


def test_unreadable_orders_are_internal_and_named(run, amazon):
    def broken(content):
        content["payload"]["Orders"][0]["NumberOfItemsShipped"] = ["many"]
        return content

    amazon.faults.next("getOrders", faults.changed(broken))
    with pytest.raises(Internal, match=f"{begins_with(messages.UNREADABLE_ORDERS)}.*NumberOfItemsShipped"):
        run(ORDERS)


def test_pages_that_lead_nowhere_are_internal(run, amazon):
    amazon.faults.always("getOrders", faults.status(200, {"payload": {"Orders": [], "NextToken": "again"}}))
    with pytest.raises(Internal, match=begins_with(messages.PAGING_BROKEN)):
        run(ORDERS)


def test_a_defect_of_a_book_is_internal_with_its_type(run, amazon, monkeypatch):
    monkeypatch.setattr("amazon_selling_partner.book.OrderQuery", {})
    with pytest.raises(Internal, match=r"^AttributeError: "):
        run(ORDERS)


# What the host itself refuses


@pytest.fixture
def invoke(amazon, workspace):
    """Invoke a procedure past the reader of steps, which would not let such requests through."""
    [book] = workspace.client.retrieve_books()
    connection = workspace.connection

    def invoke(procedure="retrieve_orders", version=book.version, **inputs):
        options = {name: inputs.pop(name) for name in OPTIONS & inputs.keys()}
        given = [InputConcept(NounPhrases.from_str(name.replace("_", " ")), value) for name, value in inputs.items()]
        return workspace.client.invoke_procedure(
            book.name, version, procedure, connection.method, list(connection.credentials), given, **options
        )

    return invoke


OPTIONS = {"offset", "limit", "filter_expression", "answered_questions"}


def test_an_input_that_is_left_out_is_missing(invoke, amazon):
    with pytest.raises(MissingValue, match=r"^retrieve_order needs the order id"):
        invoke("retrieve_order", marketplace="US")
    assert amazon.requests == []


def test_an_input_that_is_null_is_none(invoke):
    [with_null], [without] = invoke(marketplace=None, createdafter=None, limit=3), invoke(limit=3)
    assert with_null == without


def test_an_unknown_input_is_named_and_costs_no_call(invoke, amazon):
    with pytest.raises(InvalidValue, match=r"no input 'colour'. It has: marketplace, createdafter, last updated\."):
        invoke(colour="red")
    assert amazon.requests == []


def test_an_unknown_procedure_is_not_found(invoke):
    with pytest.raises(NotFound, match="no procedure 'delete_orders'"):
        invoke("delete_orders")


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("limit", 1),
        ("offset", 1),
        (
            "filter_expression",
            BinaryExpression(BinaryOperator.BINARY_OPERATOR_EQUALS, NounPhrases.from_str("is prime"), True),
        ),
    ],
)
def test_one_order_can_be_neither_paged_nor_filtered(invoke, amazon, option, value):
    with pytest.raises(NotSupported, match=f"takes no {option.partition('_')[0]}"):
        invoke("retrieve_order", marketplace="US", order_id=KNOWN, **{option: value})
    assert amazon.requests == []


def test_answers_to_questions_are_not_supported(invoke, amazon):
    answered = AnsweredQuestion(NounPhrases.from_str("colour"), "red")
    with pytest.raises(NotSupported, match="answered questions"):
        invoke(answered_questions=[answered])
    assert amazon.requests == []


@pytest.mark.parametrize(
    "ask",
    [
        lambda client, book: client.discover_procedures(book.name, book.version, None, None, ["orders"]),
        lambda client, book: client.retrieve_discoverables(book.name, book.version, None, None, None, None, None),
        lambda client, book: client.retrieve_user_info(book.name, book.version, None, None),
    ],
    ids=["discover procedures", "discoverables", "user info"],
)
def test_what_no_book_here_needs_is_not_supported(workspace, ask):
    [book] = workspace.client.retrieve_books()
    with pytest.raises(NotSupported, match="does not support"):
        ask(workspace.client, book)
