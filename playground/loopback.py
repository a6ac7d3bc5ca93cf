"""Whom a server on this machine answers: programs on it and its own pages, no page of another site.

A browser lets any page send requests to any address. That of a page on another site tells so in Origin or
Sec-Fetch-Site; one whose name was made to point to this machine (DNS rebinding) tells its own name in Host.
"""

from collections.abc import Container, Sequence
from typing import Final

__all__ = ["FOREIGN_PAGE", "own_hosts", "refusal"]

FOREIGN_PAGE: Final = "This server answers to its own page only."

_FOREIGN_NAME: Final = "This server answers to the name of this machine only."
# What a browser says of its own page's requests, and of an address that a person typed.
_OWN_SITES: Final = frozenset({"same-origin", "none"})


def own_hosts(port: int) -> frozenset[str]:
    """Return what the Host header of a request to a server on loopback can be."""
    names = ("127.0.0.1", "localhost")  # Somebody else may listen on ::1.
    return frozenset({f"{name}:{port}" for name in names} | (set(names) if port == 80 else set()))


def refusal(
    own: Container[str], hosts: Sequence[str], origins: Sequence[str], fetch_sites: Sequence[str]
) -> str | None:
    """Return why a request is not answered, or None when it is; a program tells neither origin nor site.

    A second Host, or one origin or site among several that is not this server's own, is enough to refuse.

    Args:
        own: What `own_hosts` returns.
        hosts: The header Host, as often as it came; so are the others.
        origins: The header Origin.
        fetch_sites: The header Sec-Fetch-Site.
    """
    host = hosts[0].strip(" \t").lower() if len(hosts) == 1 else ""
    if host not in own:
        return _FOREIGN_NAME
    own_page = all(origin == f"http://{host}" for origin in origins) and _OWN_SITES.issuperset(fetch_sites)
    return None if own_page else FOREIGN_PAGE
