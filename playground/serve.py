"""What runs until Ctrl-C: the book for Kognitos's bdkctl in a second terminal, or the local Amazon alone."""

import contextlib
import json
import os
import shlex
import sys
from pathlib import Path

from amazon_selling_partner.settings import LOCAL_URL

from .local_amazon import DEMONSTRATION_SELLER, LocalAmazon
from .server import until_interrupted
from .workspace import CREDENTIALS, Workspace, connection_of

__all__ = ["serve", "serve_amazon"]


def serve(workspace: Workspace) -> None:
    """Print how to reach the workspace's host, and wait for Ctrl-C."""
    url = os.environ.get(LOCAL_URL)
    amazon = f"It asks the local Amazon at {url}." if url else "It asks Amazon itself."
    _until_interrupted(
        f"The book is served over Kognitos's protocol at {workspace.host.url} until Ctrl-C. {amazon}\n\n"
        f"In a second terminal:\n\n{_bdkctl(workspace)}\n"
    )


def serve_amazon(amazon: LocalAmazon) -> None:
    """Print how to use a local Amazon, and wait for Ctrl-C."""
    seller = {variable: getattr(DEMONSTRATION_SELLER, name) for name, variable in CREDENTIALS.items()}
    exports = [f"export {name}={shlex.quote(value)}" for name, value in {LOCAL_URL: amazon.url, **seller}.items()]
    command = f"{shlex.quote(sys.executable)} -m playground orders"
    _until_interrupted(
        f"The local Amazon answers at {amazon.url} until Ctrl-C.\n\nIn a second terminal:\n\n"
        + "\n".join([*exports, command, ""])
    )


def _until_interrupted(text: str) -> None:
    with contextlib.suppress(KeyboardInterrupt):
        # Not with print, which the kit replaces with one that hides secrets: these open nothing but the local Amazon.
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()  # A program may be reading.
        until_interrupted()
    print("Stopped.")


def _bdkctl(workspace: Workspace) -> str:
    """Return a command with which Kognitos's bdkctl retrieves an order from the host."""
    book, seller = workspace.book, DEMONSTRATION_SELLER
    demonstration = workspace.connection == connection_of(seller)
    environment = {
        "BDKCTL_BOOK_NAME": book.name,
        "BDKCTL_BOOK_VERSION": book.version,
        "BDKCTL_REFRESH_TOKEN": seller.refresh_token if demonstration else "…",
        "BDKCTL_CLIENT_ID": seller.client_id if demonstration else "…",
        "BDKCTL_CLIENT_SECRET": seller.client_secret if demonstration else "…",
        # bdkctl first looks for an AWS account; without these two it looks for a long time.
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
    """Return a program as the shell takes it: beside this Python, or anywhere on the path."""
    beside = Path(sys.executable).with_name(name)
    return shlex.quote(str(beside)) if beside.exists() else name
