"""Which requests a server on this machine answers: those of programs and of its own pages.

A browser lets any page send requests to any address. A page of another site gives itself away by Origin or
Sec-Fetch-Site; a name that was pointed at this machine (DNS rebinding) shows in Host.
"""

from collections.abc import Container, Sequence
from typing import Final

__all__ = ["FOREIGN_PAGE", "own_hosts", "refusal"]

FOREIGN_PAGE: Final = "This server answers only its own page."

_FOREIGN_NAME: Final = "This server answers only to the name of this machine."
# What a browser sends for its own page's requests, and for an address that a person typed.
_OWN_SITES: Final = frozenset({"same-origin", "none"})


def own_hosts(port: int) -> frozenset[str]:
    """Return the Host headers that mean a server on loopback."""
    names = ("127.0.0.1", "localhost")  # Another program may listen on ::1.
    return frozenset({f"{name}:{port}" for name in names} | (set(names) if port == 80 else set()))


def refusal(
    own: Container[str], hosts: Sequence[str], origins: Sequence[str], fetch_sites: Sequence[str]
) -> str | None:
    """Return why a request is refused, or None. A program sends neither origin nor site.

    Args:
        own: What `own_hosts` returns.
        hosts: Every Host header of the request; a second one is refused.
        origins: Every Origin header.
        fetch_sites: Every Sec-Fetch-Site header.
    """
    host = hosts[0].strip(" \t").lower() if len(hosts) == 1 else ""
    if host not in own:
        return _FOREIGN_NAME
    own_page = all(origin == f"http://{host}" for origin in origins) and _OWN_SITES.issuperset(fetch_sites)
    return None if own_page else FOREIGN_PAGE
