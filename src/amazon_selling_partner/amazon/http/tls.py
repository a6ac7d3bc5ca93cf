"""Which certificate authorities are trusted: the public ones, or those that the environment names instead."""

import os
from functools import cache
from pathlib import Path
from ssl import SSLContext
from typing import Final

import httpx

from ...errors import InvalidSetting
from .network import BoundedTlsSocket

__all__ = ["AUTHORITIES", "proxy_tls_context", "tls_context"]

_FILE: Final = "SSL_CERT_FILE"
_FOLDER: Final = "SSL_CERT_DIR"
# The names to tell a person about; the first one that is set holds.
AUTHORITIES: Final = f"{_FILE} or {_FOLDER}"


def tls_context() -> SSLContext:
    """Return what checks Amazon's certificates; the same one for the same environment.

    Raises:
        InvalidSetting: SSL_CERT_FILE or SSL_CERT_DIR does not name what it has to.
    """
    # Reading the authorities takes longer than all else that is done before the first call: once for all sessions.
    return _kept(os.environ.get(_FILE), os.environ.get(_FOLDER))


@cache
def _kept(*_: str | None) -> SSLContext:
    return _new_context()


def proxy_tls_context() -> SSLContext:
    """Return what checks the certificate of a proxy that is reached by TLS.

    Raises:
        InvalidSetting: See `tls_context`.
    """
    context = _new_context()
    context.sslsocket_class = BoundedTlsSocket
    return context


def _new_context() -> SSLContext:
    file, folder = os.environ.get(_FILE), os.environ.get(_FOLDER)
    if not file and folder and not Path(folder).is_dir():
        raise InvalidSetting(
            f"The environment variable {_FOLDER} must name a folder of certificate authorities. Mend it, or remove it "
            "to trust the public authorities."
        )
    try:
        return httpx.create_ssl_context()
    except OSError as error:
        if not file:
            raise
        raise InvalidSetting(
            f"The environment variable {_FILE} must name a file of certificate authorities in PEM format that can be "
            "read. Mend it, or remove it to trust the public authorities.",
            {"reason": getattr(error, "reason", None) or error.strerror},
        ) from error
