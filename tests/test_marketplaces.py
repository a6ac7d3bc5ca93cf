"""The marketplaces: each with Amazon's id and the region that answers for it."""

import pytest

from amazon_selling_partner.marketplaces import (
    MARKETPLACE_SYNONYMS,
    MARKETPLACES,
    Marketplace,
    Region,
)

# https://developer-docs.amazon.com/sp-api/docs/marketplace-ids and .../sp-api-endpoints
DOCUMENTED = [
    ("AE", "A2VIGQ35RCS4UG", "https://sellingpartnerapi-eu.amazon.com"),
    ("AU", "A39IBJ37TRP1C6", "https://sellingpartnerapi-fe.amazon.com"),
    ("BE", "AMEN7PMS3EDWL", "https://sellingpartnerapi-eu.amazon.com"),
    ("BR", "A2Q3Y263D00KWC", "https://sellingpartnerapi-na.amazon.com"),
    ("CA", "A2EUQ1WTGCTBG2", "https://sellingpartnerapi-na.amazon.com"),
    ("DE", "A1PA6795UKMFR9", "https://sellingpartnerapi-eu.amazon.com"),
    ("EG", "ARBP9OOSHTCHU", "https://sellingpartnerapi-eu.amazon.com"),
    ("ES", "A1RKKUPIHCS9HS", "https://sellingpartnerapi-eu.amazon.com"),
    ("FR", "A13V1IB3VIYZZH", "https://sellingpartnerapi-eu.amazon.com"),
    ("GB", "A1F83G8C2ARO7P", "https://sellingpartnerapi-eu.amazon.com"),
    ("IE", "A28R8C7NBKEWEA", "https://sellingpartnerapi-eu.amazon.com"),
    ("IN", "A21TJRUUN4KGV", "https://sellingpartnerapi-eu.amazon.com"),
    ("IT", "APJ6JRA9NG5V4", "https://sellingpartnerapi-eu.amazon.com"),
    ("JP", "A1VC38T7YXB528", "https://sellingpartnerapi-fe.amazon.com"),
    ("MX", "A1AM78C64UM0Y8", "https://sellingpartnerapi-na.amazon.com"),
    ("NL", "A1805IZSGTT6HS", "https://sellingpartnerapi-eu.amazon.com"),
    ("PL", "A1C3SOZRARQ6R3", "https://sellingpartnerapi-eu.amazon.com"),
    ("SA", "A17E79C6D8DWNP", "https://sellingpartnerapi-eu.amazon.com"),
    # The static sandbox answers for the marketplace of the United States alone.
    ("SANDBOX", "ATVPDKIKX0DER", "https://sandbox.sellingpartnerapi-na.amazon.com"),
    ("SE", "A2NODRKZP88ZB9", "https://sellingpartnerapi-eu.amazon.com"),
    ("SG", "A19VAU5U5O7RUS", "https://sellingpartnerapi-fe.amazon.com"),
    ("TR", "A33AVAJ2PDY3EV", "https://sellingpartnerapi-eu.amazon.com"),
    ("US", "ATVPDKIKX0DER", "https://sellingpartnerapi-na.amazon.com"),
    ("ZA", "AE08WJ6YKNBMC", "https://sellingpartnerapi-eu.amazon.com"),
]


@pytest.mark.parametrize(("code", "marketplace_id", "host"), DOCUMENTED, ids=[row[0] for row in DOCUMENTED])
def test_a_marketplace_has_amazons_id_and_the_host_of_its_region(code, marketplace_id, host):
    facts = MARKETPLACES[Marketplace[code]]
    assert (facts.marketplace_id, facts.region.host) == (marketplace_id, host)


def test_there_are_no_other_marketplaces():
    assert [marketplace.name for marketplace in Marketplace] == [row[0] for row in DOCUMENTED]
    assert set(MARKETPLACES) == set(Marketplace)


def test_uk_is_another_name_for_gb():
    assert MARKETPLACE_SYNONYMS == {"UK": Marketplace.GB}


def test_each_region_has_a_sandbox_host():
    sandboxes = {region for region in Region if region.name.startswith("SANDBOX_")}
    assert {region.host.replace("sandbox.", "") for region in sandboxes} == {
        region.host for region in Region if region not in sandboxes
    }
