"""How refusals of Amazon are read, line by line of the table in `amazon/refusals.py`, through the book."""

import logging
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from kognitos.bdk import api
from kognitos.bdk.api.errors import AuthenticationFailedError, ForbiddenError

from amazon_selling_partner import messages
from amazon_selling_partner.errors import (
    AmazonUnavailable,
    AmazonUnreachable,
    OperationRemoved,
    RequestRefused,
    TokenRefused,
)
from amazon_selling_partner.marketplaces import Marketplace
from playground.local_amazon import DEMONSTRATION_SELLER, faults
from playground.local_amazon.seed import generated_orders
from tests.playground.local_amazon.support import OTHER_SELLER

ORDER = "902-3159896-1390916"
REMOVAL = datetime(2027, 3, 27, tzinfo=UTC)


@pytest.fixture(params=["list", "one"])
def step(request, version, connect):
    """A step, and the operation that it calls."""
    if request.param == "list":
        return lambda: connect().retrieve_orders(), version.list
    return lambda: connect().retrieve_order(Marketplace.US, ORDER), version.one


@pytest.fixture
def after_removal(clock):
    """The date of v0's removal has passed."""
    clock.advance((REMOVAL - clock.now()).total_seconds())


def sends_another_token(amazon, operation):
    first, second = amazon.calls(operation)
    return first.headers["x-amz-access-token"] != second.headers["x-amz-access-token"]


# 1: trouble on the way

FORMLESS = {
    "HTML 400": faults.html_page(400),
    "HTML 403": faults.html_page(403),
    "empty 404": faults.empty(404),
    "redirect": faults.redirect(),
    "408": faults.empty(408),
    "425 in Amazon's form": faults.refused(425, "TooEarly", "Too early."),
    "API gateway": faults.status(403, {"message": "Forbidden"}),
    "500 in Amazon's form": faults.refused(500, "InternalFailure", "We encountered an internal error."),
    "408 in Amazon's form": faults.refused(408, "RequestTimeout", "Too late."),
}


@pytest.mark.parametrize("fault", FORMLESS.values(), ids=FORMLESS)
def test_trouble_on_the_way_is_tried_again(amazon, step, fault):
    run, operation = step
    amazon.faults.next(operation, fault)
    assert run()
    assert len(amazon.calls(operation)) == 2


@pytest.mark.parametrize("fault", FORMLESS.values(), ids=FORMLESS)
def test_trouble_that_stays_is_no_verdict(amazon, step, fault):
    run, operation = step
    amazon.faults.always(operation, fault)
    with pytest.raises(AmazonUnavailable) as caught:
        run()
    assert caught.value.sentence == messages.AMAZON_FAILED
    assert caught.value.answer.status == amazon.calls(operation)[-1].status
    assert len(amazon.calls(operation)) == 5


@pytest.mark.parametrize("operation", ["login", "getOrders"])
def test_a_407_is_the_proxys(amazon, connect, operation):
    amazon.faults.always(operation, faults.proxy_authentication())
    with pytest.raises(AmazonUnreachable) as caught:
        connect().retrieve_orders()
    assert caught.value.sentence == messages.PROXY_REFUSED
    assert len(amazon.calls(operation)) == 1


# 2: the client secret


def test_an_expired_client_secret_has_the_logins_message(amazon, step):
    run, operation = step
    amazon.faults.always(operation, faults.secret_expired())
    with pytest.raises(AuthenticationFailedError, match="Client Secret"):
        run()
    assert len(amazon.calls(operation)) == 1


# 3: tokens

REFUSED_TOKENS = {
    "expired": faults.token_expired(),
    "revoked": faults.token_revoked(),
    "missing": faults.token_missing(),
    "with raw line feeds": faults.raw_line_feeds(faults.token_expired()),
    "invalid access token": faults.refused(403, "Unauthorized", "Invalid access token."),
    "missing access token": faults.refused(403, "Unauthorized", "Missing access token."),
}


@pytest.mark.parametrize("fault", REFUSED_TOKENS.values(), ids=REFUSED_TOKENS)
def test_a_refused_token_is_renewed_once(amazon, step, fault):
    run, operation = step
    amazon.faults.next(operation, fault)
    assert run()
    assert sends_another_token(amazon, operation)


@pytest.mark.parametrize("fault", REFUSED_TOKENS.values(), ids=REFUSED_TOKENS)
def test_a_fresh_token_that_is_refused_is_an_error(amazon, step, fault):
    run, operation = step
    amazon.faults.always(operation, fault)
    with pytest.raises(ForbiddenError) as caught:
        run()
    assert isinstance(caught.value.__cause__, TokenRefused)
    assert len(amazon.calls(operation)) == 2


@pytest.mark.usefixtures("v0")
def test_a_revoked_access_token_ends_the_tokens_made_with_it(amazon, connect):
    connect().retrieve_orders(marketplace=Marketplace.DE)
    connect().retrieve_order(Marketplace.US, ORDER)
    amazon.tokens.revoke()
    amazon.requests.clear()
    assert connect().retrieve_order(Marketplace.US, ORDER).buyer_info.buyer_name
    assert len(amazon.calls("login")) == 1
    assert [call.status for call in amazon.calls("createRestrictedDataToken")] == [403, 200]
    assert [call.status for call in amazon.calls("getOrder")] == [403, 200]
    amazon.requests.clear()
    connect().retrieve_orders(marketplace=Marketplace.DE)
    assert [call.operation for call in amazon.requests] == ["createRestrictedDataToken", "getOrders"]


# 4: page tokens and parameters


@pytest.mark.parametrize("late", [False, True], ids=["before", "after the date"])
def test_a_refused_page_token_is_an_error(make_amazon, connect, clock, late):
    if late:
        clock.advance((REMOVAL - clock.now()).total_seconds())
    amazon = make_amazon(generated_orders(250, clock.now()))
    amazon.faults.next("getOrders", None, faults.null_message())
    with pytest.raises(RequestRefused) as caught:
        connect().retrieve_orders()
    assert caught.value.diagnostics["orders read so far"] == 100
    assert amazon.calls("searchOrders") == []


@pytest.mark.usefixtures("after_removal")
def test_a_400_that_names_a_parameter_is_never_the_removal(amazon, connect):
    amazon.faults.always("getOrders", faults.refused(400, "Bad", "The parameter MarketplaceIds is deprecated."))
    with pytest.raises(RequestRefused):
        connect().retrieve_orders()
    assert amazon.calls("searchOrders") == []


# 5: the removal in Amazon's words

REMOVED = {
    "410": faults.gone(),
    "deprecated": faults.deprecated(),
    "no longer available": faults.no_longer_available(),
    "removed": faults.refused(403, "Unauthorized", "The operation was removed."),
}


@pytest.mark.parametrize("fault", REMOVED.values(), ids=REMOVED)
def test_amazons_word_moves_to_the_successor(make_amazon, connect, fault, caplog):
    amazon = make_amazon(v0_removed=fault)
    assert connect().retrieve_orders()
    assert connect().retrieve_order(Marketplace.US, ORDER)
    assert len(amazon.calls("getOrders")) == 1
    assert amazon.calls("getOrder") == []
    [warning] = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert "2026-01-01 is used from now on" in warning.getMessage()


def test_a_tokens_api_that_is_gone_moves_as_well(amazon, connect):
    amazon.faults.always("createRestrictedDataToken", faults.gone())
    assert connect().retrieve_orders()
    assert amazon.calls("getOrders") == []


@pytest.mark.parametrize("fault", REMOVED.values(), ids=REMOVED)
@pytest.mark.usefixtures("v0")
def test_pinned_v0_names_the_removal_and_the_setting(make_amazon, connect, fault):
    make_amazon(v0_removed=fault)
    with pytest.raises(OperationRemoved) as caught:
        connect().retrieve_orders()
    assert caught.value.sentence == messages.V0_REMOVED


# 6: the removal after its date

ANY_REFUSAL = {
    "400": faults.refused(400, "InvalidRequest", "Something is wrong."),
    "401": faults.refused(401, "Unauthorized", "No."),
    "403": faults.denied(),
    "404": faults.resource_not_found(),
}


@pytest.mark.usefixtures("after_removal")
@pytest.mark.parametrize("fault", ANY_REFUSAL.values(), ids=ANY_REFUSAL)
def test_after_the_date_any_refusal_is_the_removal(make_amazon, connect, fault):
    amazon = make_amazon(v0_removed=fault)
    assert connect().retrieve_orders()
    amazon.requests.clear()
    assert connect().retrieve_orders()
    assert amazon.calls("getOrders") == []


@pytest.mark.parametrize("fault", ANY_REFUSAL.values(), ids=ANY_REFUSAL)
def test_before_the_date_no_refusal_is_the_removal(make_amazon, connect, clock, fault):
    clock.advance((REMOVAL - clock.now()).total_seconds() - 1)
    amazon = make_amazon(v0_removed=fault)
    with pytest.raises((RequestRefused, ForbiddenError)):
        connect().retrieve_orders()
    assert amazon.calls("searchOrders") == []


@pytest.mark.usefixtures("after_removal")
def test_the_date_alone_moves_nobody(amazon, connect):
    assert connect().retrieve_orders(createdafter="2024-11-01")
    assert amazon.calls("searchOrders") == []


@pytest.mark.usefixtures("after_removal")
def test_after_the_date_a_missing_order_is_looked_up_in_both(amazon, connect):
    for _ in range(2):
        with pytest.raises(api.NotFoundError):
            connect().retrieve_order(Marketplace.US, "111-9999999-9999999")
    assert len(amazon.calls("getOrder")) == 2
    assert len(amazon.calls("getOrder 2026-01-01")) == 2


@pytest.mark.usefixtures("after_removal")
@pytest.mark.parametrize("fault", [faults.html_page(403), faults.empty(404)], ids=["403", "404"])
def test_after_the_date_a_formless_refusal_moves_one_step(amazon, connect, fault):
    amazon.faults.always("getOrders", fault)
    assert connect().retrieve_orders()
    amazon.faults.always("getOrders", None)
    amazon.requests.clear()
    assert connect().retrieve_orders()
    assert amazon.calls("searchOrders") == []


@pytest.mark.usefixtures("after_removal")
def test_after_the_date_a_formless_login_moves_nothing(amazon, connect):
    amazon.faults.always("login", faults.html_page(403))
    with pytest.raises(AmazonUnavailable):
        connect().retrieve_orders()
    assert len(amazon.calls("login")) == 5


@pytest.mark.usefixtures("after_removal")
def test_after_the_date_a_tokens_api_that_refuses_v0_moves(amazon, connect):
    amazon.faults.always("createRestrictedDataToken", faults.refused(400, "InvalidInput", "Invalid resource path."))
    assert connect().retrieve_orders()
    assert amazon.calls("getOrders") == []


# 7: 404


@pytest.mark.parametrize(
    "fault",
    [faults.not_found(), faults.resource_not_found(), faults.empty_payload(), faults.empty_order()],
    ids=["NotFound", "ResourceNotFound", "empty payload", "empty order"],
)
def test_an_order_amazon_does_not_know_is_not_found(amazon, connect, version, fault):
    amazon.faults.next(version.one, fault)
    with pytest.raises(api.NotFoundError, match="Amazon has no such order"):
        connect().retrieve_order(Marketplace.US, ORDER)


def test_a_404_of_a_list_names_the_marketplace(amazon, connect, version):
    amazon.faults.always(version.list, faults.resource_not_found())
    with pytest.raises(RequestRefused) as caught:
        connect().retrieve_orders(marketplace=Marketplace.CA)
    assert caught.value.sentence == messages.NO_RESOURCE
    assert caught.value.diagnostics["marketplace"] == "CA"


@pytest.mark.usefixtures("v0")
def test_a_404_of_the_tokens_api_is_no_missing_order(amazon, connect):
    amazon.faults.always("createRestrictedDataToken", faults.not_found())
    with pytest.raises(RequestRefused) as caught:
        connect().retrieve_order(Marketplace.US, ORDER)
    assert caught.value.sentence == messages.REQUEST_REFUSED


# 8: access


@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_of_access_names_its_three_causes(amazon, step, status):
    run, operation = step
    amazon.faults.always(operation, faults.refused(status, "Unauthorized", "Access to requested resource is denied."))
    with pytest.raises(ForbiddenError, match=r"region .* role .* authorization"):
        run()


def test_a_move_belongs_to_one_seller_and_region(make_amazon, connect, clock):
    amazon = make_amazon(sellers=(DEMONSTRATION_SELLER, OTHER_SELLER))
    amazon.faults.next("getOrders", faults.gone())
    connect().retrieve_orders()
    amazon.requests.clear()
    connect(OTHER_SELLER).retrieve_orders()
    connect().retrieve_orders(marketplace=Marketplace.DE)
    assert amazon.calls("searchOrders") == []
    connect().retrieve_orders()
    assert len(amazon.calls("searchOrders")) == 1


# Coming back


def moved(amazon, connect):
    amazon.v0_removed = faults.gone()
    connect().retrieve_orders()
    amazon.requests.clear()


def test_v0_is_tried_again_by_one_step_after_a_day(amazon, connect, clock):
    moved(amazon, connect)
    clock.advance(24 * 3600)
    for _ in range(3):
        assert connect().retrieve_orders()
    assert len(amazon.calls("getOrders")) == 1
    assert len(amazon.calls("searchOrders")) == 3


def test_a_probe_that_succeeds_returns_to_v0(amazon, connect, clock, caplog):
    caplog.set_level(logging.INFO)
    moved(amazon, connect)
    amazon.v0_removed = False
    clock.advance(24 * 3600)
    for _ in range(2):
        connect().retrieve_orders()
    assert len(amazon.calls("getOrders")) == 2
    assert amazon.calls("searchOrders") == []
    assert "Amazon answers Orders API v0 again, so it is used again." in caplog.messages


@pytest.mark.parametrize(
    "fault", [faults.html_page(503), faults.denied(), faults.not_json(), faults.not_found()], ids=range(4)
)
def test_a_probe_that_fails_in_any_way_stays(amazon, connect, clock, fault):
    moved(amazon, connect)
    amazon.v0_removed = False
    amazon.faults.always("getOrders", fault)
    clock.advance(24 * 3600)
    assert connect().retrieve_orders()
    amazon.faults.always("getOrders", None)
    amazon.requests.clear()
    assert connect().retrieve_orders()
    assert amazon.calls("getOrders") == []


def test_a_renewed_secret_keeps_the_move(make_amazon, connect):
    renewed = replace(DEMONSTRATION_SELLER, client_secret="amzn1.oa2-cs.v1.renewed")
    amazon = make_amazon(sellers=(DEMONSTRATION_SELLER, renewed))
    moved(amazon, connect)
    connect(renewed).retrieve_orders()
    assert amazon.calls("getOrders") == []


def test_an_order_no_longer_available_is_not_found(amazon, connect, version):
    amazon.faults.next(version.one, faults.refused(404, "NotFound", "The order is no longer available."))
    with pytest.raises(api.NotFoundError):
        connect().retrieve_order(Marketplace.US, ORDER)


# Login with Amazon


# After the date, the removal is judged last


@pytest.fixture
def late_orders(make_amazon, clock, after_removal):
    """250 orders after the date of v0's removal, with v0 alive."""
    return make_amazon(generated_orders(250, clock.now()))


def test_a_token_refused_on_use_falls_back_before_the_removal(late_orders, connect):
    late_orders.tokens.rdt_refused_on_use = True
    assert len(connect().retrieve_orders()) == 250
    assert late_orders.calls("searchOrders") == []


@pytest.mark.parametrize(
    ("operation", "responses"),
    [
        ("getOrders", [None, faults.denied()]),
        ("createRestrictedDataToken", [faults.refused(400, "Bad", "Invalid path.")]),
    ],
    ids=["token refused within a list", "specific path"],
)
def test_a_second_attempt_comes_before_the_removal(late_orders, connect, operation, responses):
    late_orders.faults.next(operation, *responses)
    assert len(connect().retrieve_orders()) == 250
    assert late_orders.calls("searchOrders") == []


def test_an_empty_payload_is_not_found_also_after_the_date(late_orders, connect):
    late_orders.faults.next("getOrder", faults.empty_payload())
    with pytest.raises(api.NotFoundError):
        connect().retrieve_order(Marketplace.US, ORDER)
    assert late_orders.calls("getOrder 2026-01-01") == []


def test_an_app_that_both_versions_refuse_stays_on_v0(late_orders, connect):
    late_orders.faults.always("getOrders", faults.denied())
    late_orders.faults.always("searchOrders", faults.access_denied_exception())
    with pytest.raises(ForbiddenError, match="searchOrders"):
        connect().retrieve_orders()
    late_orders.faults.always("getOrders", None)
    assert len(connect().retrieve_orders()) == 250


# A probe costs no time


@pytest.mark.parametrize("fault", [faults.empty(429), faults.html_page(503)], ids=["quota", "outage"])
def test_a_probe_waits_for_nothing(amazon, connect, clock, fault):
    moved(amazon, connect)
    clock.advance(24 * 3600)
    amazon.v0_removed = False
    amazon.faults.always("getOrders", fault)
    slept = clock.slept
    assert connect().retrieve_orders()
    assert clock.slept == slept
    assert len(amazon.calls("getOrders")) == 1


def test_v0_is_back_once_it_has_answered_a_probe(make_amazon, connect, clock):
    amazon = make_amazon(generated_orders(250, clock.now()), v0_removed=faults.gone())
    connect().retrieve_orders()
    amazon.v0_removed = False
    clock.advance(24 * 3600)
    amazon.faults.next("getOrders", None, *[faults.html_page(503)] * 5)
    with pytest.raises(AmazonUnavailable):
        connect().retrieve_orders()
    amazon.requests.clear()
    connect().retrieve_orders(limit=1)
    assert amazon.calls("searchOrders") == []


def test_an_expired_secret_ends_a_probe(amazon, connect, clock):
    moved(amazon, connect)
    clock.advance(24 * 3600)
    amazon.v0_removed = False
    amazon.faults.always("getOrders", faults.secret_expired())
    with pytest.raises(AuthenticationFailedError):
        connect().retrieve_orders()
    assert amazon.calls("searchOrders") == []
