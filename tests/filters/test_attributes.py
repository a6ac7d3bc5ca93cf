"""The names by which a filter reaches an attribute, and the refusal of any other."""

import pytest
from kognitos.bdk.api import (
    FilterBinaryExpression,
    FilterBinaryOperator,
    NounPhrase,
    NounPhrasesExpression,
    ValueExpression,
)

from amazon_selling_partner.concepts import Address, AmazonOrder, BuyerInfo
from amazon_selling_partner.filters.attributes import attributes
from tests.filters.support import holds, refusal, where


class TestNames:
    @pytest.mark.parametrize(
        "phrase",
        [
            NounPhrase("status", ["order"]),
            NounPhrase("order_status"),
            NounPhrase("order status", None),
            NounPhrase("Status", ["Order"]),
            NounPhrase(" order  status "),
        ],
    )
    def test_an_attribute_is_known_by_every_form_of_its_name(self, phrase):
        compared = FilterBinaryExpression(
            NounPhrasesExpression([phrase]), FilterBinaryOperator.EQUALS, ValueExpression("Shipped")
        )
        assert holds(compared)
        assert not holds(compared, order_status="Pending")

    def test_a_possessive_leads_into_a_specification(self):
        boise = where("shipping address's city", "is", "Boise")
        assert holds(boise, shipping_address=Address(city="Boise"))
        assert not holds(boise, shipping_address=Address(city="Duluth"))
        assert not holds(boise)

    def test_a_possessive_leads_into_json_within_a_specification(self):
        acme = where("buyer info's buyer tax info's company legal name", "is", "Acme")
        assert holds(acme, buyer_info=BuyerInfo(buyer_tax_info={"company_legal_name": "Acme"}))
        assert not holds(acme, buyer_info=BuyerInfo(buyer_name="Acme"))

    def test_a_possessive_into_a_list_collects_what_its_parts_have(self):
        gift_card = where("payment execution detail's payment method", "has", "GC")
        details = [{"payment_method": "COD"}, {"payment_method": "gc"}, {"payment_method": None}]
        assert holds(gift_card, payment_execution_detail=details)
        assert not holds(gift_card, payment_execution_detail=details[:1])

    def test_what_no_part_of_a_list_has_is_absent(self):
        no_brand = where("payment execution detail's card brand", "is", None)
        assert holds(no_brand, payment_execution_detail=[{"payment_method": "COD"}])
        assert not holds(no_brand, payment_execution_detail=[{"card_brand": "VISA"}])

    def test_every_attribute_of_the_concept_can_be_filtered(self):
        assert [path[0] for path in attributes() if len(path) == 1] == list(AmazonOrder.__dataclass_fields__)
        always_there = {each.name for each in attributes().values() if not holds(where(each.name, "is", None))}
        assert always_there == {"amazon order id", "order status", "purchase date", "last update date"}


class TestRefusals:
    @pytest.mark.parametrize(
        ("attribute", "nearest"),
        [
            ("order stats", "order status"),
            ("status", "order status"),
            ("last updated", "last update date"),
            ("city", "shipping address's city"),
            ("taxing region", "buyer info's buyer tax info's taxing region"),
            ("amount", "order total's amount"),
            ("shipping address's town or city", "shipping address's city"),
        ],
    )
    def test_an_unknown_attribute_suggests_the_nearest(self, attribute, nearest):
        text = refusal(where(attribute, "is", "x"))
        assert text.startswith("The filter names an attribute that orders do not have. ")
        assert f"[attribute: {attribute}, did you mean: {nearest}, attributes: " in text

    def test_an_unknown_attribute_lists_all_there_are(self):
        text = refusal(where("colour of the box", "is", "red"))
        assert "did you mean" not in text
        assert all(path[0].replace("_", " ") in text for path in attributes())

    def test_an_unknown_part_lists_those_there_are(self):
        text = refusal(where("order total's share of taxes", "is", 1))
        assert text.endswith("attributes: order total's currency code; order total's amount]")

    def test_a_part_of_what_has_no_parts_is_unknown(self):
        assert "did you mean: order status" in refusal(where("order status's name", "is", "x"))
