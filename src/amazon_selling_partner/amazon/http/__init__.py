"""HTTP on httpx: pooled connections, one deadline for each exchange, and actionable errors."""

from .transport import Response, Transport

__all__ = ["Response", "Transport"]
