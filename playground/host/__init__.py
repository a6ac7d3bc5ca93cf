"""A host for books in place of Kognitos's closed runtime; `host.host` tells what it assumes about that."""

from .host import Host, HostedBook, installed_books

__all__ = ["Host", "HostedBook", "installed_books"]
