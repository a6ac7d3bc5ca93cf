"""The proxy that the environment names: HTTPS_PROXY or ALL_PROXY, except for the hosts of NO_PROXY."""

import os
import re
from typing import Final
from urllib.request import getproxies

import httpcore
import httpx

from ...errors import InvalidSetting
from .tls import proxy_tls_context

__all__ = ["PROXY", "environment_proxy"]

# How a message calls the proxy, whatever variable names it.
PROXY: Final = "HTTPS_PROXY or ALL_PROXY"
# SOCKS would need a package that neither the locks nor the image have.
_SCHEMES: Final = frozenset({"http", "https"})
_HOST: Final = re.compile(rb"[\w.:-]+")
_PORTS: Final = range(1, 65536)


def environment_proxy() -> httpcore.Proxy | None:
    """Return the proxy for calls to Amazon, None when the environment names none. An address without a scheme is http.

    Raises:
        InvalidSetting: The address cannot be one; the message names the variable, and shows nothing of its content,
            which may hold a password.
    """
    found = getproxies()
    kind = "https" if found.get("https") else "all"
    address = found.get(kind, "").strip()
    if not address:
        return None
    proxy = _proxy(address)
    if proxy is None:
        raise InvalidSetting(
            f"{_variable(kind, address)} must be the address of an HTTP proxy, such as http://proxy.example.com:8080, "
            "with http or https as its scheme. Mend it, or remove it to reach Amazon without a proxy."
        )
    return proxy


def _proxy(address: str) -> httpcore.Proxy | None:
    try:
        proxy = httpx.Proxy(address if "://" in address else f"http://{address}")
        proxy.url.host.encode("idna")  # No part of a name is empty, or longer than 63 letters.
    except (ValueError, httpx.InvalidURL):
        return None
    url = proxy.url
    port = (443 if url.scheme == "https" else 80) if url.port is None else url.port
    bare = url.raw_path in {b"", b"/"} and not url.fragment
    if url.scheme not in _SCHEMES or not _HOST.fullmatch(url.raw_host) or port not in _PORTS or not bare:
        return None
    return httpcore.Proxy(
        httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=port, target=b"/"),
        auth=proxy.raw_auth,
        ssl_context=proxy_tls_context() if url.scheme == "https" else None,
    )


def _variable(kind: str, address: str) -> str:
    # The standard library takes any case; where nothing is in the environment, it asks the system.
    names = [name for name, value in os.environ.items() if name.lower() == f"{kind}_proxy" and value.strip() == address]
    return f"The environment variable {names[0]}" if names else "The proxy in the settings of this system"
