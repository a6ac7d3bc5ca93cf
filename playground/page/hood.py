"""Under the hood, collapsed: the requests of a step to the local Amazon, and the quota that is left."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from ..local_amazon import LocalAmazon
from ..local_amazon.usage_plans import Quota
from ..local_amazon.wire import Recorded
from .markup import box, text

__all__ = ["draw_hood", "parameters_of"]

_HIDDEN: Final = "…"
# Page tokens are long and mean nothing to a reader.
_TOKENS: Final = frozenset({"nexttoken", "paginationtoken"})


def parameters_of(request: Recorded) -> Iterator[tuple[str, str]]:
    """Give the parameters of a request that may be shown: those of its query, and which personal data it asks for."""
    for name, value in request.parameters.items():
        yield name, _HIDDEN if name.lower() in _TOKENS else value
    if request.operation in {"getOrder", "getOrder 2026-01-01"}:
        yield "orderId", request.path.rpartition("/")[2]
    if request.operation == "createRestrictedDataToken":
        yield "dataElements", ", ".join(_data_elements(request.body))


def draw_hood(amazon: LocalAmazon | None, requests: Sequence[Recorded]) -> None:
    """Draw the folded panel."""
    with box("details", "panel hood").mark("hood"):
        if amazon is None:
            text("summary", "Under the hood")
            text(
                "p",
                "The real Amazon answered. Its requests and quotas can be seen with the local Amazon only.",
                "muted",
            )
            return
        text("summary", f"Under the hood: {len(requests)} {'request' if len(requests) == 1 else 'requests'}")
        if requests:
            _table(("Operation", "Parameters", "Status"), [_request(request) for request in requests])
        else:
            text("p", "No request was needed.", "muted")
        if quotas := amazon.quota_left():
            _table(("Quota of", "Left", "One call more in"), [_quota(quota) for quota in quotas])


def _request(request: Recorded) -> tuple[str, Sequence[tuple[str, str]], str]:
    return request.operation or "unknown", list(parameters_of(request)), str(request.status)


def _quota(quota: Quota) -> tuple[str, str, str]:
    region = f" in {quota.region}" if quota.region else ""
    more = f"{quota.next_in:,.0f} s" if quota.next_in else "full"
    return f"{quota.operation}{region}", f"{quota.calls} of {quota.burst}", more


def _table(heads: Sequence[str], rows: Sequence[Sequence[str | Sequence[tuple[str, str]]]]) -> None:
    with box("div", "scroll"), box("table"):
        with box("thead"), box("tr"):
            for head in heads:
                text("th", head, scope="col")
        with box("tbody"):
            for row in rows:
                with box("tr"):
                    for cell in row:
                        _cell(cell)


def _cell(cell: str | Sequence[tuple[str, str]]) -> None:
    if isinstance(cell, str):
        text("td", cell)
        return
    with box("td"):
        for name, value in cell:
            with box("span", "param"):
                text("b", f"{name}=")
                text("span", value)


def _data_elements(body: bytes) -> list[str]:
    try:
        content: Any = json.loads(body)
        resources = content["restrictedResources"] if isinstance(content, Mapping) else []
        elements = [str(element) for resource in resources for element in resource.get("dataElements", [])]
        return list(dict.fromkeys(elements))  # The list and single orders ask for the same.
    except (ValueError, KeyError, AttributeError):
        return []
