"""Amazon's marketplaces and the regions of the Selling Partner API that serve them.

Follows https://developer-docs.amazon.com/sp-api/docs/marketplace-ids and
https://developer-docs.amazon.com/sp-api/docs/sp-api-endpoints.
"""

from enum import Enum, unique
from typing import Final, NamedTuple

__all__ = ["MARKETPLACES", "MARKETPLACE_SYNONYMS", "Marketplace", "MarketplaceFacts", "Region"]


@unique
class Region(Enum):
    """A region of the Selling Partner API; a seller authorizes each one separately."""

    NA = "https://sellingpartnerapi-na.amazon.com"
    EU = "https://sellingpartnerapi-eu.amazon.com"
    FE = "https://sellingpartnerapi-fe.amazon.com"
    SANDBOX_NA = "https://sandbox.sellingpartnerapi-na.amazon.com"
    SANDBOX_EU = "https://sandbox.sellingpartnerapi-eu.amazon.com"
    SANDBOX_FE = "https://sandbox.sellingpartnerapi-fe.amazon.com"

    @property
    def host(self) -> str:
        """The base URL of this region."""
        return self.value

    @property
    def title(self) -> str:
        """The name of the region in Amazon's documentation."""
        return _REGION_TITLES[self]


_REGION_TITLES: Final = {
    Region.NA: "North America",
    Region.EU: "Europe",
    Region.FE: "Far East",
    Region.SANDBOX_NA: "sandbox of North America",
    Region.SANDBOX_EU: "sandbox of Europe",
    Region.SANDBOX_FE: "sandbox of the Far East",
}


@unique
class Marketplace(Enum):
    """The marketplaces a step can name, by country code, and Amazon's static sandbox."""

    AE = "AE"
    AU = "AU"
    BE = "BE"
    BR = "BR"
    CA = "CA"
    DE = "DE"
    EG = "EG"
    ES = "ES"
    FR = "FR"
    GB = "GB"
    IE = "IE"
    IN = "IN"
    IT = "IT"
    JP = "JP"
    MX = "MX"
    NL = "NL"
    PL = "PL"
    SA = "SA"
    SANDBOX = "SANDBOX"
    SE = "SE"
    SG = "SG"
    TR = "TR"
    US = "US"
    ZA = "ZA"


class MarketplaceFacts(NamedTuple):
    """What Amazon documents about a marketplace.

    Attributes:
        marketplace_id: Amazon's identifier.
        region: The region that serves it.
        further_regions: The regions to try next, in this order, if Amazon denies access to the one before.
    """

    marketplace_id: str
    region: Region
    further_regions: tuple[Region, ...] = ()


MARKETPLACES: Final = {
    Marketplace.AE: MarketplaceFacts("A2VIGQ35RCS4UG", Region.EU),
    Marketplace.AU: MarketplaceFacts("A39IBJ37TRP1C6", Region.FE),
    Marketplace.BE: MarketplaceFacts("AMEN7PMS3EDWL", Region.EU),
    Marketplace.BR: MarketplaceFacts("A2Q3Y263D00KWC", Region.NA),
    Marketplace.CA: MarketplaceFacts("A2EUQ1WTGCTBG2", Region.NA),
    Marketplace.DE: MarketplaceFacts("A1PA6795UKMFR9", Region.EU),
    Marketplace.EG: MarketplaceFacts("ARBP9OOSHTCHU", Region.EU),
    Marketplace.ES: MarketplaceFacts("A1RKKUPIHCS9HS", Region.EU),
    Marketplace.FR: MarketplaceFacts("A13V1IB3VIYZZH", Region.EU),
    Marketplace.GB: MarketplaceFacts("A1F83G8C2ARO7P", Region.EU),
    Marketplace.IE: MarketplaceFacts("A28R8C7NBKEWEA", Region.EU),
    Marketplace.IN: MarketplaceFacts("A21TJRUUN4KGV", Region.EU),
    Marketplace.IT: MarketplaceFacts("APJ6JRA9NG5V4", Region.EU),
    Marketplace.JP: MarketplaceFacts("A1VC38T7YXB528", Region.FE),
    Marketplace.MX: MarketplaceFacts("A1AM78C64UM0Y8", Region.NA),
    Marketplace.NL: MarketplaceFacts("A1805IZSGTT6HS", Region.EU),
    Marketplace.PL: MarketplaceFacts("A1C3SOZRARQ6R3", Region.EU),
    Marketplace.SA: MarketplaceFacts("A17E79C6D8DWNP", Region.EU),
    # The static sandbox serves only the United States marketplace. A refresh token works in the sandbox of its own
    # region, and does not show which one that is.
    Marketplace.SANDBOX: MarketplaceFacts("ATVPDKIKX0DER", Region.SANDBOX_NA, (Region.SANDBOX_EU, Region.SANDBOX_FE)),
    Marketplace.SE: MarketplaceFacts("A2NODRKZP88ZB9", Region.EU),
    Marketplace.SG: MarketplaceFacts("A19VAU5U5O7RUS", Region.FE),
    Marketplace.TR: MarketplaceFacts("A33AVAJ2PDY3EV", Region.EU),
    Marketplace.US: MarketplaceFacts("ATVPDKIKX0DER", Region.NA),
    Marketplace.ZA: MarketplaceFacts("AE08WJ6YKNBMC", Region.EU),
}

# Amazon's pages call the United Kingdom UK; ISO 3166 and the documented list call it GB.
MARKETPLACE_SYNONYMS: Final = {"UK": Marketplace.GB}
