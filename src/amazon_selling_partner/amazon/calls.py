"""A call of the Selling Partner API, as a version of the Orders API or the Tokens API asks for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from ..marketplaces import Marketplace, Region
from .throttle import UsagePlan

__all__ = ["Call", "NotDocumented"]

T = TypeVar("T")


class NotDocumented(ValueError):
    """The body of a successful response is not what Amazon documents.

    Attributes:
        final: Whether another try would not help: it is JSON, so nothing broke on the way.
    """

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.final = final


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Generic[T]):
    """A call to make, and how to read its response.

    Attributes:
        plan: The operation, with its usage plan.
        marketplace: The marketplace of the step; for messages.
        region: The region whose host answers.
        path: The path below the host.
        read: Turns the body of a successful response into what the caller wants, or raises NotDocumented.
        query: The query; each value is percent-encoded once, when it is sent.
        json: The body of a POST; None makes it a GET.
    """

    plan: UsagePlan
    marketplace: Marketplace
    region: Region
    path: str
    read: Callable[[bytes], T]
    query: Mapping[str, str] = field(default_factory=dict)
    json: Mapping[str, Any] | None = None
