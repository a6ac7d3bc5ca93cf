"""Orders keep every attribute and value on the way through Amazon, book, host, protocol, Kognitos's client."""

import json

import pytest

from playground.local_amazon.seed import generated_orders, seeded_orders
from tests.end_to_end.documented import ATTRIBUTES, as_documented
from tests.support import NOW

ORDERS = seeded_orders(NOW)
MARKETPLACES = {
    "US": "ATVPDKIKX0DER",
    "CA": "A2EUQ1WTGCTBG2",
    "MX": "A1AM78C64UM0Y8",
    "BR": "A2Q3Y263D00KWC",
    "DE": "A1PA6795UKMFR9",
    "GB": "A1F83G8C2ARO7P",
    "IE": "A28R8C7NBKEWEA",
    "JP": "A1VC38T7YXB528",
    "TR": "A33AVAJ2PDY3EV",
    "AE": "A2VIGQ35RCS4UG",
    "AU": "A39IBJ37TRP1C6",
}


# Orders of other sales channels that Amazon fulfills.
NON_AMAZON = "A2ZV50J4W1RKNI"


def sold_in(code):
    """The seeded orders of a marketplace as documented, the oldest first, as Amazon lists them."""
    orders = [order for order in ORDERS if order["MarketplaceId"] == MARKETPLACES[code]]
    return [as_documented(order) for order in sorted(orders, key=lambda order: order["PurchaseDate"])]


def exactly(value):
    """As text, which shows true and 1, and the order of keys, as different; == on dictionaries does not."""
    return json.dumps(value, ensure_ascii=False, indent=1)


def retrieve_orders(code, *inputs):
    lines = [f'the marketplace is "{code}"', 'the createdafter is "2024-11-01"', *inputs]
    return "retrieve orders from amazon selling partner with\n" + "\n".join(lines)


def test_these_are_all_seeded_orders_but_one_sold_elsewhere():
    [elsewhere] = {order["MarketplaceId"] for order in ORDERS} - set(MARKETPLACES.values())
    assert elsewhere == NON_AMAZON


@pytest.mark.parametrize("code", MARKETPLACES)
def test_retrieved_orders_are_amazons_in_every_attribute(run, code):
    assert sold_in(code)
    assert exactly(run(retrieve_orders(code))) == exactly(sold_in(code))


@pytest.mark.parametrize("code", MARKETPLACES)
def test_a_retrieved_order_is_amazons_in_every_attribute(run, code):
    for order in sold_in(code):
        step = f"""retrieve an order from amazon selling partner with
            the marketplace is "{code}"
            the order id is "{order["amazon_order_id"]}\""""
        assert exactly(run(step)) == exactly(order)


def test_every_attribute_is_filled_by_some_seeded_order():
    everywhere = [order for code in MARKETPLACES for order in sold_in(code)]
    assert [name for name in ATTRIBUTES if all(order[name] is None for order in everywhere)] == []


def test_text_of_every_script_can_be_asked_for(run):
    orders = run('retrieve orders whose shipping address\'s city is "東京都" with the marketplace is "JP"')
    assert [order["shipping_address"]["city"] for order in orders] == ["東京都"] * len(orders) != []


@pytest.mark.parametrize(("comparison", "absent"), [("is", True), ("is not", False)])
def test_what_is_absent_can_be_asked_for(run, comparison, absent):
    every = run(retrieve_orders("US"))
    orders = run(retrieve_orders("US").replace(" with\n", f" whose order total {comparison} None with\n"))
    assert orders == [order for order in every if (order["order_total"] is None) is absent]
    assert 0 < len(orders) < len(every)


def test_a_value_is_a_dictionary_of_the_concept(workspace, amazon):
    step = workspace.library.read(retrieve_orders("US", "the limit is 1"))
    [output] = step.run(workspace.client, workspace.connection)
    [order] = output.value
    assert str(output.noun_phrases) == "orders"
    assert [str(name) for name in order.is_a] == ["amazon order"]
    assert list(order.value) == ATTRIBUTES


def test_offset_and_limit_select_from_the_same_orders(run):
    every = run(retrieve_orders("US"))
    assert run(retrieve_orders("US", "the offset is 3", "the limit is 5")) == every[3:8]
    assert run(retrieve_orders("US", "the offset is 1000")) == []


def test_2500_orders_come_complete_and_in_order(make_amazon, workspace):
    orders = generated_orders(2_500, NOW)
    # Amazon may grant a faster rate. The book learns it from the responses.
    amazon = make_amazon(orders, quota=600)
    retrieved = workspace.run(workspace.library.read('retrieve orders with the marketplace is "US"'))
    assert [order["amazon_order_id"] for order in retrieved] == [order["AmazonOrderId"] for order in orders]
    assert exactly(retrieved[-1]) == exactly(as_documented(orders[-1]))
    assert [call.status for call in amazon.calls("getOrders")].count(200) == 25
