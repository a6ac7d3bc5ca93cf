"""What the documentation says, and an order of Amazon's in that form: written without the book's own code."""

import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
USAGE = (ROOT / "USAGE.md").read_text(encoding="utf-8")

_CONCEPT = USAGE.partition("\n### Amazon order\n")[2]
_TABLE, _, _SPECIFICATIONS = _CONCEPT.partition("#### Concept attribute specifications")
# The attributes of the concept, and the parts of those that have a specification.
ATTRIBUTES = re.findall(r"^\| \[?`(\w+)`", _TABLE, re.MULTILINE)
PARTS = {
    name: re.findall(r"^\| `(\w+)`", rows, re.MULTILINE)
    for name, rows in re.findall(r"^##### (\w+) \(amazon order\)\n(.*?)(?=^#####|\Z)", _SPECIFICATIONS, re.M | re.S)
}
# The keys of the json attributes, as DESIGN.md and the README fix them.
KEYS = {
    "order_total": ["currency_code", "amount"],
    "payment": ["currency_code", "amount"],
    "payment_execution_detail": ["payment", "payment_method", "acquirer_id", "card_brand", "authorization_code"],
    "buyer_tax_info": ["company_legal_name", "taxing_region", "tax_classifications"],
    "tax_classifications": ["name", "value"],
}


def as_documented(payload: dict[str, Any]) -> dict[str, Any]:
    """Return an order in the shape of Orders API v0 as the documented concept."""
    values = {_snake(name): value for name, value in payload.items()}
    return {name: _value(name, values.get(name)) for name in ATTRIBUTES}


def _value(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        inner = {_snake(key): one for key, one in value.items()}
        shaped = {key: _value(key, inner.get(key)) for key in PARTS.get(name) or KEYS.get(name) or inner}
        return shaped if any(one is not None for one in shaped.values()) else None
    if isinstance(value, list):
        return [_value(name, one) for one in value]
    return {"": None, "false": False, "true": True}.get(value, value) if isinstance(value, str) else value


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
