"""Whom a server on this machine answers: programs on it and its own pages, no page of another site.

A browser lets any page send requests to any address. That of a page on another site tells so in Origin or
Sec-Fetch-Site; one whose name was made to point to this machine (DNS rebinding) tells its own name in Host.
"""

from typing import Final

__all__ = ["FOREIGN_NAME", "FOREIGN_PAGE", "comes_from_elsewhere", "own_hosts"]

FOREIGN_NAME: Final = "This server answers to the name of this machine only."
FOREIGN_PAGE: Final = "This server answers to its own page only."

_ELSEWHERE: Final = frozenset({"cross-site", "same-site"})


def own_hosts(port: int) -> frozenset[str]:
    """Return what the Host header of a request to a server on loopback can be."""
    names = ("127.0.0.1", "localhost")  # Somebody else may listen on ::1.
    return frozenset({f"{name}:{port}" for name in names} | (set(names) if port == 80 else set()))


def comes_from_elsewhere(host: str, origin: str | None, fetch_site: str | None) -> bool:
    """Return whether a browser tells that a page of another site sent a request to this host; programs tell nothing."""
    return (origin is not None and origin != f"http://{host}") or fetch_site in _ELSEWHERE
