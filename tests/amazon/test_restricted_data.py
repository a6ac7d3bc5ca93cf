"""Personal data on v0: one restricted data token for everything, and how the Tokens API's refusals are read."""

import json
import logging
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from kognitos.bdk.api.errors import ForbiddenError

from amazon_selling_partner import messages
from amazon_selling_partner.errors import AmazonUnavailable, QuotaExhausted, RequestRefused, RoleMissing
from amazon_selling_partner.marketplaces import Marketplace
from playground.local_amazon import DEMONSTRATION_SELLER, Seller, faults
from playground.local_amazon.seed import generated_orders

ORDER = "902-3159896-1390916"
GENERIC = ["/orders/v0/orders", "/orders/v0/orders/{orderId}"]
CREATE = "createRestrictedDataToken"


pytestmark = pytest.mark.usefixtures("v0")


def seller(*roles):
    return Seller(
        DEMONSTRATION_SELLER.refresh_token,
        DEMONSTRATION_SELLER.client_id,
        DEMONSTRATION_SELLER.client_secret,
        roles=frozenset(roles),
    )


def resources(call):
    return json.loads(call.body)["restrictedResources"]


def elements(call):
    return resources(call)[0]["dataElements"]


def warnings(caplog):
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


def has_names(orders):
    # Canceled and pending orders have no buyer to name.
    return any(order.buyer_info and order.buyer_info.buyer_name for order in orders)


def has_streets(orders):
    return any(order.shipping_address and order.shipping_address.address_line1 for order in orders)


def one(connect):
    return [connect().retrieve_order(Marketplace.US, ORDER)]


# One token for everything


def test_one_token_serves_the_list_and_every_order(make_amazon, connect, clock):
    orders = generated_orders(20, clock.now())
    amazon = make_amazon(orders)
    for order in orders:
        connect().retrieve_order(Marketplace.US, order["AmazonOrderId"])
    assert has_names(connect().retrieve_orders())
    assert len(amazon.requests) == 23
    [create] = amazon.calls(CREATE)
    assert [resource["path"] for resource in resources(create)] == GENERIC


def test_each_region_has_a_token_of_its_own(amazon, connect):
    for marketplace in (Marketplace.US, Marketplace.DE, Marketplace.CA):
        connect().retrieve_orders(marketplace=marketplace, createdafter="2024-11-01")
    assert len(amazon.calls(CREATE)) == 2


def test_a_token_is_renewed_before_its_hour_is_over(amazon, connect, clock):
    one(connect)
    clock.advance(3600 - 61)
    one(connect)
    assert len(amazon.calls(CREATE)) == 1
    clock.advance(2)
    one(connect)
    assert len(amazon.calls(CREATE)) == 2


# Generic paths refused


def test_a_refused_generic_path_is_asked_for_specifically(make_amazon, connect, clock):
    amazon = make_amazon(generic_paths=False)
    assert has_names(one(connect))
    _, second = amazon.calls(CREATE)
    assert [resource["path"] for resource in resources(second)] == [f"/orders/v0/orders/{ORDER}"]
    assert has_names(connect().retrieve_orders(createdafter="2026-11-18"))
    assert len(amazon.calls(CREATE)) == 3
    clock.advance(3601)
    one(connect)
    assert len(resources(amazon.calls(CREATE)[3])) == 2


def test_a_refusal_of_both_paths_is_an_error_and_forgotten(amazon, connect):
    amazon.faults.next(CREATE, *[faults.refused(400, "InvalidInput", "Something else.")] * 2)
    with pytest.raises(RequestRefused):
        one(connect)
    assert has_names(one(connect))
    assert len(resources(amazon.calls(CREATE)[2])) == 2


# A role is missing


@pytest.mark.parametrize("status", [400, 403])
@pytest.mark.parametrize("sentence", ["elements", "resource"])
def test_amazons_words_leave_the_elements_out_for_an_hour(make_amazon, connect, clock, caplog, sentence, status):
    amazon = make_amazon(sellers=[seller()], role_sentence=sentence, role_refusal=status)
    for _ in range(3):
        assert connect().retrieve_orders()
    assert len(amazon.calls(CREATE)) == 1
    assert len(warnings(caplog)) == 2
    clock.advance(3601)
    connect().retrieve_orders()
    assert len(amazon.calls(CREATE)) == 2


def test_steps_at_the_same_time_log_a_missing_role_once(make_amazon, connect, caplog):
    amazon, start = make_amazon(sellers=[seller()]), threading.Barrier(8)
    connect(verify=True)

    def let_others_ask(response):
        time.sleep(0.005)
        return response

    def step(_):
        start.wait(10)
        one(connect)

    amazon.faults.always(CREATE, faults.Fault(change=let_others_ask))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(step, range(8)))
    assert len(warnings(caplog)) == 2


def test_only_the_named_elements_are_left_out(make_amazon, connect, caplog):
    amazon = make_amazon(sellers=[seller("shippingAddress")])
    orders = one(connect)
    assert has_streets(orders)
    assert not has_names(orders)
    assert [elements(call) for call in amazon.calls(CREATE)] == [["buyerInfo", "shippingAddress"], ["shippingAddress"]]
    [warning] = warnings(caplog)
    assert "buyerInfo" in warning
    assert "Tax Remittance" in warning


def test_names_amazon_does_not_document_are_ignored(amazon, connect):
    words = "Application does not have access to one or more requested data elements: [buyerInfo, somethingNew]"
    amazon.faults.next(CREATE, faults.refused(400, "InvalidInput", words))
    assert has_streets(one(connect))


def test_a_refusal_that_names_unknown_elements_alone_means_all(amazon, connect):
    words = "Application does not have access to one or more requested data elements: [somethingNew]"
    amazon.faults.always(CREATE, faults.refused(400, "InvalidInput", words))
    assert one(connect)
    assert len(amazon.calls(CREATE)) == 1


def test_refusals_of_one_region_say_nothing_about_another(amazon, connect):
    words = "Application does not have access to one or more requested data elements: [buyerInfo, shippingAddress]"
    amazon.faults.next(CREATE, faults.refused(400, "InvalidInput", words))
    one(connect)
    assert has_names(connect().retrieve_orders(marketplace=Marketplace.DE, createdafter="2026-11-01"))


def test_refusals_of_one_region_are_forgotten_without_the_others(amazon, connect, clock):
    def lists():
        connect().retrieve_orders(limit=1)
        connect().retrieve_orders(marketplace=Marketplace.DE, createdafter="2026-11-01", limit=1)
        return len(amazon.calls(CREATE))

    words = "You do not have access to some or all requested resource."
    amazon.faults.always(CREATE, faults.refused(403, "Unauthorized", words))
    connect().retrieve_orders(limit=1)
    clock.advance(1800)
    assert lists() == 2
    clock.advance(1801)
    assert lists() == 3


def test_a_role_granted_later_needs_a_token_for_its_elements(make_amazon, connect, clock):
    amazon = make_amazon(expires_in=7200)
    words = "Application does not have access to one or more requested data elements: [buyerInfo]"
    amazon.faults.next(CREATE, faults.refused(400, "InvalidInput", words))
    assert not has_names(one(connect))
    clock.advance(3601)
    assert has_names(one(connect))
    assert len(amazon.calls(CREATE)) == 3


def test_an_app_without_roles_renews_an_expired_token_once(make_amazon, connect, clock):
    amazon = make_amazon(sellers=[seller()])
    one(connect)
    amazon.requests.clear()
    amazon.faults.next("getOrder", faults.token_expired())
    one(connect)
    assert len(amazon.calls("login")) == 1
    assert len(amazon.calls("getOrder")) == 2


# An ambiguous refusal


def test_an_ambiguous_403_costs_one_step_its_personal_data(amazon, connect, caplog):
    amazon.faults.next(CREATE, faults.denied())
    assert not has_names(one(connect))
    assert [line for line in warnings(caplog) if "personal data" in line]
    assert has_names(one(connect))


def test_the_warning_waits_until_the_orders_came(amazon, connect, caplog):
    amazon.faults.next(CREATE, faults.denied())
    amazon.faults.next("getOrder", faults.refused(403, "Unauthorized", "Access to requested resource is denied."))
    with pytest.raises(ForbiddenError):
        one(connect)
    assert warnings(caplog) == []


# Anything else


@pytest.mark.parametrize(
    ("status", "words"),
    [(401, "Access to requested resource is denied."), (403, "The seller account is deactivated.")],
)
def test_any_other_refusal_is_an_error_and_not_remembered(amazon, connect, status, words):
    amazon.faults.next(CREATE, faults.refused(status, "Unauthorized", words))
    with pytest.raises(ForbiddenError, match=rf"^{re.escape(messages.PERSONAL_DATA_DENIED)}.*{CREATE}"):
        one(connect)
    assert has_names(one(connect))


@pytest.mark.parametrize("fault", [faults.html_page(400), faults.html_page(403), faults.empty(404)], ids=range(3))
def test_trouble_never_costs_personal_data(amazon, connect, fault):
    amazon.faults.next(CREATE, fault)
    assert has_names(one(connect))
    amazon.tokens.revoke()
    amazon.faults.always(CREATE, fault)
    with pytest.raises(AmazonUnavailable):
        one(connect)


# Issued, and refused on use


def test_a_token_refused_on_use_falls_back_for_the_step(make_amazon, connect, clock, caplog):
    amazon = make_amazon(generated_orders(250, clock.now()), rdt_refused_on_use=True)
    assert len(connect().retrieve_orders()) == 250
    assert [call.status for call in amazon.calls("getOrders")] == [403, 200, 200, 200]
    assert [line for line in warnings(caplog) if "personal data" in line]


def test_the_fallback_is_remembered_for_five_minutes(make_amazon, connect, clock, caplog):
    amazon = make_amazon(rdt_refused_on_use=True)
    one(connect)
    caplog.clear()
    clock.advance(299)
    one(connect)
    assert len(amazon.calls("getOrder")) == 3
    assert warnings(caplog)
    clock.advance(2)
    amazon.tokens.rdt_refused_on_use = False
    assert has_names(one(connect))


def test_a_plain_token_that_is_refused_too_is_the_error(amazon, connect):
    amazon.faults.always("getOrder", faults.denied())
    with pytest.raises(ForbiddenError):
        one(connect)
    amazon.faults.always("getOrder", None)
    assert has_names(one(connect))


def test_a_token_refused_within_a_list_is_renewed_once(make_amazon, connect, clock):
    amazon = make_amazon(generated_orders(250, clock.now()))
    amazon.faults.next("getOrders", None, faults.denied())
    assert has_names(connect().retrieve_orders()[100:200])
    assert len(amazon.calls(CREATE)) == 2


def test_half_a_list_never_lacks_addresses(make_amazon, connect, clock):
    amazon = make_amazon(generated_orders(250, clock.now()))
    amazon.faults.next("getOrders", None, faults.denied(), faults.denied())
    with pytest.raises(ForbiddenError, match="stopped giving this app personal data"):
        connect().retrieve_orders()
    assert len(amazon.calls("getOrders")) == 3


def test_a_role_lost_within_a_list_is_an_error(make_amazon, connect, clock):
    amazon = make_amazon(generated_orders(250, clock.now()))
    words = "Application does not have access to one or more requested data elements: [buyerInfo]"
    amazon.faults.next(CREATE, None, faults.refused(400, "InvalidInput", words))
    amazon.faults.next("getOrders", None, faults.denied())
    with pytest.raises(ForbiddenError) as caught:
        connect().retrieve_orders()
    assert isinstance(caught.value.__cause__, RoleMissing)


# Never silently


@pytest.mark.parametrize(
    "trouble", [[faults.html_page(503)] * 5, [faults.status(429, "", Retry_After="900")]], ids=range(2)
)
def test_a_step_that_goes_on_without_personal_data_warns(amazon, connect, clock, caplog, trouble):
    amazon.faults.next(CREATE, faults.denied())
    amazon.faults.next("getOrders", *trouble)
    with pytest.raises((AmazonUnavailable, QuotaExhausted)):
        connect().retrieve_orders()
    clock.advance(901)
    caplog.clear()
    orders = connect().retrieve_orders()
    assert has_names(orders) or [line for line in warnings(caplog) if "personal data" in line]


def test_a_token_refused_on_use_is_not_used_again(amazon, connect, clock):
    amazon.tokens.rdt_refused_on_use = True
    one(connect)
    amazon.tokens.rdt_refused_on_use = False
    clock.advance(301)
    assert has_names(one(connect))
    assert len(amazon.calls(CREATE)) == 2


@pytest.mark.parametrize("named", ["[buyerInfo]", '["buyerInfo"]', "buyerInfo"])
def test_an_element_is_known_however_it_is_written(amazon, connect, named):
    words = f"Application does not have access to one or more requested data elements: {named}"
    amazon.faults.next(CREATE, faults.refused(400, "InvalidInput", words))
    orders = one(connect)
    assert has_streets(orders)
    assert not has_names(orders)
