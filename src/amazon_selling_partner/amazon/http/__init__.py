"""The way to the network, on httpcore: one exchange after the other, each bounded in time and size."""

from .transport import Response, Transport

__all__ = ["Response", "Transport"]
