"""The settings of a deployment, read from the environment."""

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Final
from urllib.parse import urlsplit

from . import messages
from .errors import InvalidSetting

__all__ = ["DEADLINE_SECONDS", "LOCAL_URL", "ORDERS_API", "OrdersApi", "Settings"]

ORDERS_API: Final = "AMAZON_SELLING_PARTNER_ORDERS_API"
LOCAL_URL: Final = "AMAZON_SELLING_PARTNER_LOCAL_URL"
DEADLINE_SECONDS: Final = "AMAZON_SELLING_PARTNER_DEADLINE_SECONDS"

# Kognitos's client waits 900 s for a procedure; this leaves a minute to return the result.
_DEFAULT_DEADLINE_SECONDS: Final = 840.0
_MAX_DEADLINE_SECONDS: Final = 24 * 3600.0


class OrdersApi(Enum):
    """Which version of Amazon's Orders API to call."""

    AUTO = "auto"
    V0 = "v0"
    V2026_01_01 = "2026-01-01"


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a deployment.

    Attributes:
        deadline_seconds: How long one procedure may take, including waits for quota.
        local_url: The scheme, host and port that every call goes to instead of Amazon; None means Amazon.
        orders_api: The version of the Orders API; AUTO is v0 until Amazon removes it, then 2026-01-01.
    """

    deadline_seconds: float = _DEFAULT_DEADLINE_SECONDS
    local_url: str | None = None
    orders_api: OrdersApi = OrdersApi.AUTO

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Return the settings from the environment variables named in this module.

        Raises:
            InvalidSetting: A value is malformed, or the local address is not on this machine.
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


@cache
def _loopback_url(text: str) -> str | None:
    if not text:
        return None
    try:
        parts = urlsplit(text)
        # Reading `port` raises ValueError if it is out of range.
        well_formed = parts.scheme == "http" and parts.port != 0
        host = parts.hostname or ""
        # Anything beyond host and port, such as another host after an @ or a bracket, is refused.
        host_in_url = f"[{host}]" if ":" in host else host
        port = "" if parts.port is None else f":{parts.port}"
        bare = text.lower().removesuffix("/") == f"{parts.scheme}://{host_in_url}{port}"
        loopback = host == "localhost" or ("%" not in host and ipaddress.ip_address(host).is_loopback)
    except ValueError:
        well_formed = bare = loopback = False
    if not (well_formed and bare and loopback):
        # The error does not show the address, which may contain a password.
        raise InvalidSetting(messages.LOCAL_URL_SETTING)
    return f"{parts.scheme}://{parts.netloc}"
