"""What is served until Ctrl-C: the book, to Kognitos's bdkctl in a second terminal, or the local Amazon alone."""

import contextlib
import json
import shlex
import sys
from pathlib import Path

from amazon_selling_partner.settings import LOCAL_URL

from .local_amazon import DEMONSTRATION_SELLER, LocalAmazon
from .server import until_interrupted
from .workspace import Workspace

__all__ = ["serve", "serve_amazon"]


def serve(workspace: Workspace) -> None:
    """Tell how to reach the workspace's host, and wait for Ctrl-C."""
    with contextlib.suppress(KeyboardInterrupt):
        print(f"The book is served over Kognitos's protocol at {workspace.host.url} until Ctrl-C.")
        if workspace.amazon:
            print(f"It asks the local Amazon at {workspace.amazon.url}.")
        # Not by the kit's print: it hides the demonstration secrets, which open nothing but the local Amazon.
        sys.stdout.write(f"\nIn a second terminal:\n\n{_bdkctl(workspace)}\n\n")
        sys.stdout.flush()  # A program may be reading.
        until_interrupted()
    print("Stopped.")


def serve_amazon(amazon: LocalAmazon) -> None:
    """Tell where a local Amazon listens and what it knows, as JSON for a program to read, and wait for Ctrl-C."""
    facts = {
        LOCAL_URL: amazon.url,
        "refresh token": DEMONSTRATION_SELLER.refresh_token,
        "client id": DEMONSTRATION_SELLER.client_id,
        "client secret": DEMONSTRATION_SELLER.client_secret,
    }
    with contextlib.suppress(KeyboardInterrupt):
        sys.stdout.write(f"{json.dumps(facts, indent=2)}\n")
        sys.stdout.flush()
        until_interrupted()
    print("Stopped.")


def _bdkctl(workspace: Workspace) -> str:
    """Return a command that lets Kognitos's bdkctl retrieve an order from the host."""
    book = workspace.book
    seller = DEMONSTRATION_SELLER if workspace.amazon else None
    environment = {
        "BDKCTL_BOOK_NAME": book.name,
        "BDKCTL_BOOK_VERSION": book.version,
        "BDKCTL_REFRESH_TOKEN": seller.refresh_token if seller else "…",
        "BDKCTL_CLIENT_ID": seller.client_id if seller else "…",
        "BDKCTL_CLIENT_SECRET": seller.client_secret if seller else "…",
        # bdkctl looks for an AWS account first, and without these two it looks for a long time.
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    inputs = json.dumps({"marketplace": "US", "order id": "902-3159896-1390916"})
    lines = [
        "echo n | env",  # bdkctl asks whether to remember the order.
        *(f"{name}={shlex.quote(value)}" for name, value in environment.items()),
        f"{_program('bdkctl')} --display-raw --endpoint {workspace.host.url} --var-string {shlex.quote(inputs)}",
        "invoke-procedure --procedure-id retrieve_order",
    ]
    return " \\\n    ".join(lines)


def _program(name: str) -> str:
    """Return how to start a program that is installed beside this Python, or else wherever the shell finds it."""
    beside = Path(sys.executable).with_name(name)
    return shlex.quote(str(beside)) if beside.exists() else name
