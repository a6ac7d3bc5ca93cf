"""The settings of a deployment, read from the environment."""

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final
from urllib.parse import urlsplit

from . import messages
from .errors import InvalidSetting

__all__ = ["DEADLINE_SECONDS", "LOCAL_URL", "ORDERS_API", "OrdersApi", "Settings"]

ORDERS_API: Final = "AMAZON_SELLING_PARTNER_ORDERS_API"
LOCAL_URL: Final = "AMAZON_SELLING_PARTNER_LOCAL_URL"
DEADLINE_SECONDS: Final = "AMAZON_SELLING_PARTNER_DEADLINE_SECONDS"

# Kognitos's client waits 900 s for a procedure; a minute is left for the way back.
_DEFAULT_DEADLINE_SECONDS: Final = 840.0
_MAX_DEADLINE_SECONDS: Final = 24 * 3600.0


class OrdersApi(Enum):
    """Which version of Amazon's Orders API to ask."""

    AUTO = "auto"
    V0 = "v0"
    V2026_01_01 = "2026-01-01"


@dataclass(frozen=True, slots=True)
class Settings:
    """How this deployment runs.

    Attributes:
        deadline_seconds: How long one procedure may take, waiting for quota included.
        local_url: Where every call goes instead of to Amazon, scheme, host and port; None means Amazon.
        orders_api: The version of the Orders API; AUTO is v0 until Amazon removes it, then 2026-01-01.
    """

    deadline_seconds: float = _DEFAULT_DEADLINE_SECONDS
    local_url: str | None = None
    orders_api: OrdersApi = OrdersApi.AUTO

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Return the settings that the environment variables of this module give.

        Raises:
            InvalidSetting: A value is not of its kind, or the local address is not on this machine.
        """
        variables = os.environ if environment is None else environment
        return cls(
            deadline_seconds=_deadline(variables.get(DEADLINE_SECONDS, "").strip()),
            local_url=_loopback_url(variables.get(LOCAL_URL, "").strip()),
            orders_api=_orders_api(variables.get(ORDERS_API, "").strip()),
        )


def _deadline(text: str) -> float:
    if not text:
        return _DEFAULT_DEADLINE_SECONDS
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= _MAX_DEADLINE_SECONDS:
        raise InvalidSetting(messages.DEADLINE_SETTING, {"value": text})
    return seconds


def _orders_api(text: str) -> OrdersApi:
    try:
        return OrdersApi(text.lower()) if text else OrdersApi.AUTO
    except ValueError:
        raise InvalidSetting(messages.ORDERS_API_SETTING, {"value": text}) from None


def _loopback_url(text: str) -> str | None:
    if not text:
        return None
    try:
        parts = urlsplit(text)
        # `port` is read for its check: it raises ValueError for a number that is no port.
        well_formed = parts.scheme == "http" and parts.port != 0
        host = parts.hostname or ""
        # Whatever else stands beside host and port, such as another host behind an @ or a bracket, is refused.
        written = f"[{host}]" if ":" in host else host
        port = "" if parts.port is None else f":{parts.port}"
        bare = text.lower().removesuffix("/") == f"{parts.scheme}://{written}{port}"
        loopback = host == "localhost" or ("%" not in host and ipaddress.ip_address(host).is_loopback)
    except ValueError:
        well_formed = bare = loopback = False
    if not (well_formed and bare and loopback):
        # The address is not shown: it may hold a password.
        raise InvalidSetting(messages.LOCAL_URL_SETTING)
    return f"{parts.scheme}://{parts.netloc}"
