"""What the parameters of both Orders APIs have in common: marketplaces, and dates."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from amazon_selling_partner.marketplaces import MARKETPLACES, Marketplace

from .wire import Refusal

__all__ = ["NON_AMAZON", "ORDER_REGIONS", "REGIONS", "date", "moment"]

REGIONS: Final = {
    facts.marketplace_id: facts.region.name
    for marketplace, facts in MARKETPLACES.items()
    if marketplace is not Marketplace.SANDBOX
}
# Where orders of other shops lie that Amazon ships in the United States. It is none of the documented marketplaces, and
# its orders are returned only by their ids.
NON_AMAZON: Final = "A2ZV50J4W1RKNI"
ORDER_REGIONS: Final = {**REGIONS, NON_AMAZON: "NA"}
_ISO_8601: Final = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2}))?", re.ASCII)


def moment(text: str) -> datetime:
    """Return the instant of ISO 8601 text in UTC; raises ValueError."""
    if not _ISO_8601.fullmatch(text):
        raise ValueError("not ISO 8601")
    instant = datetime.fromisoformat(text)
    try:
        return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError as error:
        raise ValueError("outside the calendar") from error


def date(parameters: Mapping[str, str], name: str) -> datetime | None:
    """Return the instant of a parameter, None without it; raises Refusal."""
    if name not in parameters:
        return None
    try:
        return moment(parameters[name])
    except ValueError:
        raise Refusal(400, message="This is invalid input", details=f"Invalid date/time field [{name}]") from None
