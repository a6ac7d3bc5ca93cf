"""The few knobs of a deployment, read from the environment into one frozen object."""

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from .errors import InvalidSetting

__all__ = ["DEADLINE_SECONDS", "LOCAL_URL", "Settings"]

LOCAL_URL: Final = "AMAZON_SELLING_PARTNER_LOCAL_URL"
DEADLINE_SECONDS: Final = "AMAZON_SELLING_PARTNER_DEADLINE_SECONDS"

# Kognitos's client waits 900 s for a procedure; a minute is left for the way back.
_DEFAULT_DEADLINE_SECONDS: Final = 840.0
_LONGEST_DEADLINE_SECONDS: Final = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Settings:
    """How this deployment runs.

    Attributes:
        deadline_seconds: How long one procedure may take, waiting for quota included.
        local_url: Where every call goes instead of to Amazon, scheme, host and port; None means Amazon.
    """

    deadline_seconds: float = _DEFAULT_DEADLINE_SECONDS
    local_url: str | None = None

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
        )


def _deadline(text: str) -> float:
    if not text:
        return _DEFAULT_DEADLINE_SECONDS
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= _LONGEST_DEADLINE_SECONDS:
        raise InvalidSetting(
            f"The environment variable {DEADLINE_SECONDS} must be a number of seconds greater than 0 and at most "
            f"{_LONGEST_DEADLINE_SECONDS:.0f}, for example 840.",
            {"found": text},
        )
    return seconds


def _loopback_url(text: str) -> str | None:
    if not text:
        return None
    try:
        parts = urlsplit(text)
        # `port` is read for its check: it raises ValueError for a number that is no port.
        well_formed = parts.scheme == "http" and parts.port != 0
        bare = parts.path in {"", "/"} and not parts.query and not parts.fragment and "@" not in parts.netloc
        loopback = parts.hostname == "localhost" or ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        well_formed = bare = loopback = False
    if not (well_formed and bare and loopback):
        raise InvalidSetting(
            f"The environment variable {LOCAL_URL} must be an address on this machine, such as "
            "http://127.0.0.1:8080, because credentials are sent there.",
        )
    return f"{parts.scheme}://{parts.netloc}"
