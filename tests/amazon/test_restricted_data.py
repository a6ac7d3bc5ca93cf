"""Personal data on v0: asked for exactly, and gone without when Amazon says no."""

import logging

import pytest

from amazon_selling_partner.amazon.client import SellingPartnerClient
from amazon_selling_partner.amazon.clock import Budget
from amazon_selling_partner.amazon.restricted_data import RestrictedDataTokens
from amazon_selling_partner.errors import AmazonUnavailable, RequestRefused, UnreadableAnswer
from amazon_selling_partner.marketplaces import Marketplace, Region
from tests.support import FakeClock, ScriptedTransport, answer

PATH = "/orders/v0/orders"
HOUR = 3600


class PlainTokens:
    def get(self, budget: Budget) -> str:
        return "Atza|plain"

    def discard(self, text: str) -> None:
        pass


class Scene:
    def __init__(self, *script: object) -> None:
        self.clock = FakeClock()
        self.transport = ScriptedTransport(*script)
        client = SellingPartnerClient(self.transport, PlainTokens(), self.clock)
        self.restricted = RestrictedDataTokens(client, PlainTokens(), self.clock)

    def token(self, path: str = PATH, marketplace: Marketplace = Marketplace.US, region: Region = Region.NA) -> str:
        return self.restricted.source(marketplace, region, path).get(Budget(self.clock, 840))

    @property
    def asked(self) -> list[list[str]]:
        return [sent["json"]["restrictedResources"][0]["dataElements"] for sent in self.transport.sent]


def granted(token: str = "Atz.sprdt|one", expires_in: int = HOUR) -> object:
    return answer(200, {"restrictedDataToken": token, "expiresIn": expires_in})


def refused(elements: str, status: int = 400) -> object:
    message = f"Application does not have access to one or more requested data elements: {elements}"
    return answer(status, {"errors": [{"code": "InvalidInput", "message": message, "details": ""}]})


def test_a_token_is_asked_for_the_exact_path_and_both_data_elements():
    scene = Scene(granted())
    assert scene.token("/orders/v0/orders/902-3159896-1390916") == "Atz.sprdt|one"
    [sent] = scene.transport.sent
    assert sent["url"] == "https://sellingpartnerapi-na.amazon.com/tokens/2021-03-01/restrictedDataToken"
    assert sent["json"] == {
        "restrictedResources": [
            {
                "method": "GET",
                "path": "/orders/v0/orders/902-3159896-1390916",
                "dataElements": ["buyerInfo", "shippingAddress"],
            }
        ]
    }


def test_a_token_is_kept_until_it_expires():
    scene = Scene(granted("Atz.sprdt|one"), granted("Atz.sprdt|two"))
    scene.token()
    scene.clock.advance(HOUR - 61)
    assert scene.token() == "Atz.sprdt|one"
    scene.clock.advance(2)
    assert scene.token() == "Atz.sprdt|two"


def test_each_path_and_each_region_has_a_token_of_its_own():
    scene = Scene(granted("Atz.sprdt|one"), granted("Atz.sprdt|two"), granted("Atz.sprdt|three"))
    assert scene.token() == "Atz.sprdt|one"
    assert scene.token("/orders/v0/orders/1") == "Atz.sprdt|two"
    assert scene.token(marketplace=Marketplace.DE, region=Region.EU) == "Atz.sprdt|three"
    assert scene.token() == "Atz.sprdt|one"


@pytest.mark.parametrize("status", [400, 403])
def test_a_refused_element_is_left_out_and_the_other_one_asked_for(status):
    scene = Scene(refused("[shippingAddress]", status), granted())
    assert scene.token() == "Atz.sprdt|one"
    assert scene.asked == [["buyerInfo", "shippingAddress"], ["buyerInfo"]]


def test_when_everything_is_refused_the_plain_token_serves():
    scene = Scene(refused("[buyerInfo, shippingAddress]"))
    assert scene.token() == "Atza|plain"


@pytest.mark.parametrize("message", ["Application do not have access to some or all requested resource", None])
def test_a_refusal_that_names_no_element_refuses_all_that_were_asked_for(message):
    scene = Scene(answer(400, {"errors": [{"code": "InvalidInput", "message": message}]}))
    assert scene.token() == "Atza|plain"


def test_a_refusal_of_something_else_ends_and_does_not_loop():
    scene = Scene(refused("[somethingElse]"))
    assert scene.token() == "Atza|plain"
    assert len(scene.transport.sent) == 1


def test_a_refusal_is_remembered_for_an_hour_for_all_paths():
    scene = Scene(refused("[buyerInfo, shippingAddress]"), granted())
    scene.token()
    scene.clock.advance(HOUR - 1)
    assert scene.token("/orders/v0/orders/1") == "Atza|plain"
    scene.clock.advance(2)
    assert scene.token() == "Atz.sprdt|one"


def test_a_refusal_in_one_region_says_nothing_about_another():
    scene = Scene(refused("[buyerInfo, shippingAddress]"), granted())
    scene.token()
    assert scene.token(marketplace=Marketplace.DE, region=Region.EU) == "Atz.sprdt|one"


def test_refusals_are_forgotten_when_the_whole_region_turns_out_to_be_closed():
    scene = Scene(refused("[buyerInfo, shippingAddress]"), granted())
    scene.token()
    scene.restricted.forget_refusals(Region.NA)
    assert scene.token() == "Atz.sprdt|one"


def test_one_line_of_the_log_names_each_missing_role(caplog):
    scene = Scene(refused("[buyerInfo, shippingAddress]"))
    with caplog.at_level(logging.WARNING):
        scene.token()
        scene.token()
    assert [("buyerInfo" in line, "Tax Remittance" in line) for line in caplog.messages] == [
        (True, True),
        (False, False),
    ]
    assert "shippingAddress" in caplog.messages[1]
    assert "Direct-to-Consumer Delivery" in caplog.messages[1]


def test_trouble_of_the_tokens_api_is_an_error_and_not_a_refusal():
    scene = Scene(*[answer(500, "")] * 5)
    with pytest.raises(AmazonUnavailable):
        scene.token()


def test_any_other_status_is_an_error_and_not_a_refusal():
    scene = Scene(answer(415, ""))
    with pytest.raises(RequestRefused):
        scene.token()


def test_a_discarded_token_is_asked_for_anew():
    scene = Scene(granted("Atz.sprdt|one"), granted("Atz.sprdt|two"))
    source = scene.restricted.source(Marketplace.US, Region.NA, PATH)
    budget = Budget(scene.clock, 840)
    source.discard(source.get(budget))
    assert source.get(budget) == "Atz.sprdt|two"


@pytest.mark.parametrize("token", ["Atz.sprdt|o\nne", "Atz.sprdt|one\x00", "Atz.sprdt|\ud800"], ids=ascii)
def test_a_token_that_cannot_be_sent_is_told_at_once(token):
    scene = Scene(granted(token))
    with pytest.raises(UnreadableAnswer, match=r"^Amazon's Tokens API answered with a token that cannot be sent"):
        scene.token()
    assert (len(scene.transport.sent), scene.clock.sleeps) == (1, [])
