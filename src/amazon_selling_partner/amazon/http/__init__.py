"""HTTP on httpx: pooled connections, one deadline for each exchange, and errors a person can act on."""

from .transport import Response, Transport

__all__ = ["Response", "Transport"]
