"""What a `whose` filter asks: as much of it as Amazon can answer exactly, the rest of each order here."""

from .pushdown import narrowed

__all__ = ["narrowed"]
