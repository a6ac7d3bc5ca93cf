"""The command line of the playground: `python -m playground demo`."""

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from amazon_selling_partner import AmazonSellingPartnerBook
from amazon_selling_partner.marketplaces import Marketplace
from amazon_selling_partner.settings import LOCAL_URL

from .amazon import DEMONSTRATION_SELLER, LocalAmazon
from .seed import seeded_orders
from .show import card, heading, table

__all__ = ["main"]

_CREATED_AFTER = "2024-11-01T00:00:00Z"
_ORDER_ID = "902-3159896-1390916"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m playground", description="Try the book on one machine.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("demo", help="run the documented steps against a local Amazon and show the orders")
    parser.parse_args(arguments)
    demonstrate()
    return 0


def demonstrate() -> None:
    """Connect the book to a local Amazon, run both documented steps, and print what they answer."""
    seller = DEMONSTRATION_SELLER
    with LocalAmazon(seeded_orders(datetime.now(UTC))) as amazon:
        os.environ[LOCAL_URL] = amazon.url
        print(f"A local Amazon answers at {amazon.url}; nothing leaves this machine.\n")
        book = AmazonSellingPartnerBook()
        book.connect(seller.refresh_token, seller.client_id, seller.client_secret, verify=True)
        print("Connected with demonstration credentials, verified by Login with Amazon.\n")

        _step(
            "retrieve orders from amazon selling partner with",
            f'the createdafter is "{_CREATED_AFTER}"',
            "the limit is 100",
        )
        orders = book.retrieve_orders(marketplace=Marketplace.US, createdafter=_CREATED_AFTER, limit=100)
        print(f"\n{table(orders)}\n\n{len(orders)} orders.\n")

        _step("retrieve an order from amazon selling partner with", f'the order id is "{_ORDER_ID}"')
        print(f"\n{card(book.retrieve_order(Marketplace.US, _ORDER_ID))}\n")
        print(f"Done with {len(amazon.requests)} requests to the local Amazon.")


def _step(sentence: str, *inputs: str) -> None:
    print(heading(sentence))
    for line in ('the marketplace is "US"', *inputs):
        print(f"    {line}")


if __name__ == "__main__":
    sys.exit(main())
