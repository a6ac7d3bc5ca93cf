"""What it means for a person that an exchange failed: one table for all that httpcore and the parts beside it raise."""

import ssl
from typing import Final

import httpcore

from ...errors import AmazonUnavailable, AmazonUnreachable, SellingPartnerError, UnreadableAnswer
from .content_coding import Undecodable
from .network import MOST_BYTES, CertificateRefused, TooManyBytes
from .proxies import PROXY
from .tls import AUTHORITIES

__all__ = ["CONNECTION_ENDED", "FAILURES", "failure_of"]

# What a connection raises that the other side has closed.
CONNECTION_ENDED: Final = (httpcore.ReadError, httpcore.WriteError, httpcore.RemoteProtocolError)

_NOT_TRUSTED: Final = (
    "The certificate that answered for Amazon is not one to trust, so nothing was sent. Behind a proxy that looks into "
    f"connections, name its certificate authority in the environment variable {AUTHORITIES}. If the reason is a date, "
    "check the clock of this machine as well."
)
_NO_WAY_THROUGH_PROXY: Final = (
    f"The proxy of the environment variable {PROXY} opened no connection to Amazon, so nothing was sent. Check its "
    "address, user name and password, and that it lets this deployment reach Amazon."
)
_NOT_REACHED: Final = (
    "Amazon could not be reached. Check that this deployment may open connections to Amazon, then run the step again."
)
_LATE: Final = "Amazon did not answer in time. Run the step again in some minutes."
_TOO_LARGE: Final = (
    f"Amazon's answer is larger than {MOST_BYTES // 1024**2} MiB, and no answer about orders is. None of it was kept. "
    "Run the step again; if that does not help, report it."
)
_BROKEN: Final = "The connection to Amazon broke before its answer was complete. Run the step again in some minutes."

# The first line that fits holds.
_MEANINGS: Final[tuple[tuple[tuple[type[Exception], ...], type[SellingPartnerError], str], ...]] = (
    ((CertificateRefused,), AmazonUnreachable, _NOT_TRUSTED),
    ((httpcore.ProxyError,), AmazonUnreachable, _NO_WAY_THROUGH_PROXY),
    ((httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.PoolTimeout), AmazonUnreachable, _NOT_REACHED),
    ((httpcore.TimeoutException,), AmazonUnavailable, _LATE),
    ((TooManyBytes,), UnreadableAnswer, _TOO_LARGE),
    ((httpcore.NetworkError, httpcore.ProtocolError, Undecodable), AmazonUnavailable, _BROKEN),
)
# Asked again, these would end in the same way.
_FINAL: Final = (CertificateRefused, TooManyBytes)

FAILURES: Final = tuple(kind for kinds, _, _ in _MEANINGS for kind in kinds)


def failure_of(error: Exception, host: str, *, proxied: bool) -> SellingPartnerError:
    """Return the error for one of `FAILURES`, with the host, and the proxy if there is one, as diagnostics.

    Nothing that the other side wrote is in it: a strange answer may hold what was sent.
    """
    kind, sentence = next((kind, sentence) for kinds, kind, sentence in _MEANINGS if isinstance(error, kinds))
    found = kind(sentence, {"host": host, "proxy": PROXY if proxied else None, "reason": _reason(error)})
    found.given_up = isinstance(error, _FINAL)
    return found


def _reason(error: Exception) -> str:
    name, cause = type(error).__name__, error.args[0] if error.args else None
    if isinstance(error, CertificateRefused):
        return f"{name}: {cause}"
    if isinstance(error, httpcore.ProxyError):
        status = str(cause)[:3]
        return f"{name}: status {status}" if status.isdecimal() else name
    # What the system says, such as "Connection refused".
    if isinstance(cause, OSError) and cause.strerror and not isinstance(cause, ssl.SSLError):
        return f"{name}: {cause.strerror}"
    return name
