"""A call of the Selling Partner API, as data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from .. import messages
from ..errors import Answer, UnreadableAnswer
from ..marketplaces import Marketplace, Region
from .throttle import UsagePlan

__all__ = ["Call", "NotDocumented"]

T = TypeVar("T")


class NotDocumented(ValueError):
    """The body of a successful response does not match Amazon's documentation.

    Attributes:
        final: Whether a retry would not help: the body is JSON, so nothing broke in transit.
    """

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.final = final

    def error(self, answer: Answer) -> UnreadableAnswer:
        """Return the error for a person."""
        return UnreadableAnswer(messages.UNREADABLE_ANSWER, {"reason": str(self)}, answer=answer, final=self.final)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Generic[T]):
    """A call to make, and how to parse its response.

    Attributes:
        plan: The operation, with its usage plan.
        marketplace: The marketplace of the step, for error messages.
        region: The region to call.
        path: The path of the URL.
        read: Parses the body of a successful response, or raises NotDocumented.
        query: The query parameters, not yet percent-encoded.
        json: The body of a POST; None makes it a GET.
    """

    plan: UsagePlan
    marketplace: Marketplace
    region: Region
    path: str
    read: Callable[[bytes], T]
    query: Mapping[str, str] = field(default_factory=dict)
    json: Mapping[str, Any] | None = None
