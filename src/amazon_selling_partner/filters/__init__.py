"""`whose` filters: pushed down to Amazon where it supports them, and checked on each order."""

from .pushdown import narrowed

__all__ = ["narrowed"]
