"""A host for books in place of Kognitos's closed runtime; `host.host` lists what is assumed about that."""

from .host import Host, HostedBook, installed_books

__all__ = ["Host", "HostedBook", "installed_books"]
