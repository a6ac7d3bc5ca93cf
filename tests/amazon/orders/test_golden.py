"""The concepts of every seeded order, on both versions, are what they were before the payloads were rewritten."""

import dataclasses
import json
from pathlib import Path

import pytest

from amazon_selling_partner.marketplaces import Marketplace
from amazon_selling_partner.settings import ORDERS_API

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("api", ["v0", "2026-01-01"])
def test_every_seeded_order_means_what_it_meant(amazon, connect, monkeypatch, api):
    monkeypatch.setenv(ORDERS_API, api)
    orders = [
        order
        for marketplace in Marketplace
        if marketplace is not Marketplace.SANDBOX
        for order in connect().retrieve_orders(marketplace=marketplace, createdafter="2020-01-01")
    ]
    expected = json.loads((GOLDEN / f"{api}.json").read_text(encoding="utf-8"))
    assert {order.amazon_order_id: dataclasses.asdict(order) for order in orders} == expected
