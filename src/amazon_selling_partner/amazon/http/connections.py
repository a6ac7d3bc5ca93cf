"""Pooled connections with the proxy and the certificate authorities of the environment.

httpx reads these variables for its client only, so this module passes them to the transport.
"""

import os
from functools import cache
from pathlib import Path
from ssl import PROTOCOL_TLS_CLIENT, SSLContext
from typing import Final
from urllib.request import getproxies

import httpx

from ... import messages
from ...errors import InvalidSetting
from .deadline import DeadlineSocket

__all__ = ["authorities_variable", "connections", "local_connections", "proxied_connections"]

# Load balancers commonly close connections after 60 idle seconds; no request should race with that.
_IDLE_SECONDS: Final = 30.0
# No maximum: httpx's pool has a known bug when requests wait for a free connection.
_LIMITS: Final = httpx.Limits(max_connections=None, max_keepalive_connections=16, keepalive_expiry=_IDLE_SECONDS)

_AUTHORITIES_FILE: Final = "SSL_CERT_FILE"
_AUTHORITIES_FOLDER: Final = "SSL_CERT_DIR"


def connections(proxy: httpx.Proxy | None = None) -> httpx.HTTPTransport:
    """Return connections to Amazon, direct or through a proxy.

    Raises:
        InvalidSetting: The certificate authorities of the environment cannot be read.
    """
    return httpx.HTTPTransport(verify=_tls_context(), limits=_LIMITS, proxy=proxy)


def local_connections() -> httpx.HTTPTransport:
    """Return connections to a local Amazon; without TLS, no certificate authorities are loaded."""
    return httpx.HTTPTransport(verify=SSLContext(PROTOCOL_TLS_CLIENT), limits=_LIMITS)


def proxied_connections() -> tuple[httpx.HTTPTransport, str] | None:
    """Return connections through the environment's proxy for HTTPS, and the variable that names it; None if unset.

    An address without a scheme means http.

    Raises:
        InvalidSetting: The address is not that of an HTTP proxy. The error hides it, because it may contain a password.
    """
    proxies = getproxies()
    scheme = "https" if proxies.get("https") else "all"
    address = proxies.get(scheme, "").strip()
    if not address:
        return None
    variable = _variable(f"{scheme}_proxy", address)
    proxy = _http_proxy(address if "://" in address else f"http://{address}")
    if proxy is None:
        raise InvalidSetting(messages.PROXY_INVALID, {"variable": variable})
    return connections(proxy), variable


def _http_proxy(address: str) -> httpx.Proxy | None:
    try:
        proxy = httpx.Proxy(address)
        proxy.url.host.encode("idna")  # The system's resolver raises UnicodeError for a host such as "proxy..example".
    except (ValueError, httpx.InvalidURL):
        return None
    # httpx accepts SOCKS addresses, but needs another package to use them.
    if proxy.url.scheme not in {"http", "https"} or not proxy.url.host:
        return None
    if proxy.url.scheme == "https":
        proxy.ssl_context = _tls_context()
    return proxy


def _variable(lower_name: str, value: str) -> str:
    names = (name for name, text in os.environ.items() if name.lower() == lower_name and text.strip() == value)
    return next(names, "proxy settings of the system")  # macOS and Windows have them.


def authorities_variable() -> str | None:
    """Return the variable that names the certificate authorities, or None for the public ones."""
    return next((name for name in (_AUTHORITIES_FILE, _AUTHORITIES_FOLDER) if os.environ.get(name)), None)


def _tls_context() -> SSLContext:
    # Loading the authorities takes longer than anything else before the first call, so all sessions share them.
    variable = authorities_variable()
    return _cached_tls_context(variable, os.environ[variable] if variable else "")


@cache
def _cached_tls_context(variable: str | None, path: str) -> SSLContext:
    try:
        if variable == _AUTHORITIES_FOLDER:
            next(Path(path).iterdir(), None)  # OpenSSL does not report a missing folder.
        context = httpx.create_ssl_context()
    except OSError as error:
        reason = getattr(error, "reason", None) or error.strerror
        raise InvalidSetting(messages.AUTHORITIES_UNREADABLE, {"variable": variable, "reason": reason}) from error
    context.sslsocket_class = DeadlineSocket
    return context
