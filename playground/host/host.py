"""A host for books on 127.0.0.1, in place of Kognitos's closed image, for Kognitos's own client and bdkctl.

It speaks BCI, Kognitos's protocol, over HTTP as `kognitos-bdk-runtime-client` does: a POST to any path carries
base64(protobuf Request), the response base64(protobuf Response), with status 200 for errors of books as well.

    with Host() as host:
        client = Client.from_url(host.url, insecure=True)
        client.retrieve_books()

The runtime is closed, its protocol is public. What the protocol leaves open is assumed here and nowhere else:

1. Every request gets a new book, connected with the credentials of the request and dropped after it.
2. A missing input is left out of the call, so that the default of the procedure holds; null is None.
3. An enum comes as the name of its member. Other text is passed on, and the book explains what is wrong with it.
4. A credential that the book declares as Sensitive is wrapped, whether it comes as a sensitive value or as text.
5. A procedure that needs a connection is called without one as well: the book says what is missing.
6. Exceptions become the kinds of error in `_KINDS`, all others Internal. The message is the exception's text.
7. A book is named by its name or its id, and by the version of the installed package.
8. Connecting is described by the book's authentications only: `include_connect` adds no procedure.
"""

import base64
import binascii
import logging
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import entry_points, version
from typing import Any, Final, Self

from google.protobuf.message import DecodeError  # type: ignore[import-untyped] # protobuf 4 ships no types
from kognitos.bdk import api
from kognitos.bdk.api.errors import AuthenticationFailedError, ForbiddenError
from kognitos.bdk.runtime.client.proto import version_pb2
from kognitos.bdk.runtime.client.proto.bdk.v1.requests import request_pb2
from kognitos.bdk.runtime.client.proto.bdk.v1.responses import error_pb2
from kognitos.bdk.runtime.client.proto.bdk.v1.responses.environment_information_pb2 import (
    EnvironmentInformationResponse,
)
from kognitos.bdk.runtime.client.proto.bdk.v1.responses.response_pb2 import Response as Answer

from ..server import Response, Server
from .descriptors import described_book, described_procedure
from .invocation import HostedBook, Refused

__all__ = ["Host", "HostedBook", "installed_books"]

_log = logging.getLogger(__name__)

_NAME: Final = "amazon-selling-partner-playground"
# Assumption 6. The kit has no exception for an exhausted quota or an Amazon that is down: those are Internal.
_KINDS: Final = (
    (api.TestConnectionFailedError, error_pb2.ErrorKindAuthenticationRequired),
    (AuthenticationFailedError, error_pb2.ErrorKindAuthenticationRequired),
    (ForbiddenError, error_pb2.ErrorKindAccessDenied),
    (api.NotFoundError, error_pb2.ErrorKindNotFound),
    (api.TypeMismatchError, error_pb2.ErrorKindTypeMismatch),
    (ValueError, error_pb2.ErrorKindInvalidValue),
)


def installed_books() -> tuple[HostedBook, ...]:
    """Return the books that installed packages announce."""
    entries = entry_points(group="kognitos-book")
    return tuple(HostedBook(entry.load(), entry.dist.version if entry.dist else "") for entry in entries)


class Host:
    """Serves books from construction to `close`.

    Args:
        port: The port to listen on; 0 takes any.
        books: The books to serve; None is all installed ones.

    Attributes:
        url: Where it listens.
        books: The books it serves.
    """

    def __init__(self, port: int = 0, books: Sequence[HostedBook] | None = None) -> None:
        self.books = installed_books() if books is None else tuple(books)
        self._server = Server(port, self._respond)
        self.url = self._server.url

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop serving."""
        self._server.close()

    def _respond(
        self, method: str, _target: str, _headers: Mapping[str, str], body: bytes, _connection: int
    ) -> tuple[Response, None]:
        if method != "POST":
            return _text(405, "This host speaks BCI: POST base64(protobuf Request), as bdkctl does."), None
        try:
            request = request_pb2.Request.FromString(base64.b64decode(body.strip(), validate=True))
        except (binascii.Error, DecodeError):
            return _text(400, "The body is not base64(protobuf Request), the way BCI travels over HTTP."), None
        return _text(200, base64.b64encode(self._answer(request).SerializeToString()).decode()), None

    def _answer(self, request: request_pb2.Request) -> Answer:
        answer = Answer()
        try:
            self._fill(answer, request)
        except Refused as refused:
            return _failure(refused.kind, str(refused))
        except Exception as error:  # noqa: BLE001 - the caller gets whatever a book raises
            return _failure(_kind(error), _message(error))
        return answer

    def _fill(self, answer: Answer, request: request_pb2.Request) -> None:
        match kind := request.WhichOneof("request_discriminator"):
            case "environment_information":
                answer.environment_information.MergeFrom(_environment())
            case "retrieve_books":
                books = (described_book(book.descriptor, book.version) for book in self.books)
                answer.retrieved_books.books.extend(books)
                answer.retrieved_books.SetInParent()
            case "retrieve_book":
                book = self._book(request.retrieve_book)
                answer.retrieved_book.book.MergeFrom(described_book(book.descriptor, book.version))
            case "retrieve_procedures":
                procedures = self._book(request.retrieve_procedures).descriptor.procedures
                answer.retrieved_procedures.procedures.extend(map(described_procedure, procedures))
                answer.retrieved_procedures.SetInParent()
            case "retrieve_tags":
                tags = {tag for book in self.books for tag in book.descriptor.tags}
                answer.retrieved_tags.tags.extend(sorted(tags))
                answer.retrieved_tags.SetInParent()
            case "test_connection":
                test = request.test_connection
                if not test.HasField("authentication"):
                    raise Refused(error_pb2.ErrorKindMissing, "A connection test needs credentials.")
                self._book(test).connected(test.authentication, verify=True)
                answer.tested_connection.SetInParent()
            case "invoke_procedure":
                outputs = self._book(request.invoke_procedure).invoke(request.invoke_procedure)
                answer.invoked_procedure.output_concepts.extend(outputs)
                answer.invoked_procedure.SetInParent()
            case None:
                raise Refused(error_pb2.ErrorKindNotSupported, "The request is empty, or not known to BCI.")
            case _:
                raise Refused(error_pb2.ErrorKindNotSupported, f"This host does not support {kind}.")

    def _book(self, request: Any) -> HostedBook:
        for book in self.books:
            if request.name in {book.descriptor.name, book.descriptor.id} and request.version == book.version:
                return book
        available = ", ".join(f"{book.descriptor.name} {book.version}" for book in self.books) or "none"
        raise Refused(
            error_pb2.ErrorKindNotFound,
            f"There is no book {request.name!r} in version {request.version!r}. Available: {available}.",
        )


def _environment() -> EnvironmentInformationResponse:
    return EnvironmentInformationResponse(
        version=version("amazon-selling-partner"),
        runtime_name=_NAME,
        runtime_version=version("amazon-selling-partner"),
        bci_protocol_version=version_pb2.DESCRIPTOR.GetOptions().Extensions[version_pb2.protocol_version],
        api_version=version("kognitos-bdk-api"),
        path=sys.path,
    )


def _kind(error: Exception) -> error_pb2.ErrorKind:
    return next((kind for cls, kind in _KINDS if isinstance(error, cls)), error_pb2.ErrorKindInternal)


def _message(error: Exception) -> str:
    if _kind(error) == error_pb2.ErrorKindInternal and type(error).__module__ == "builtins":
        # A defect, not an error of a book: the text of a KeyError alone says neither what happened nor where.
        _log.error("A book failed with %s.", type(error).__name__, exc_info=error)
        return f"{type(error).__name__}: {error}"
    return str(error)


def _failure(kind: error_pb2.ErrorKind, message: str) -> Answer:
    return Answer(error=error_pb2.Error(kind=kind, message=message))


def _text(status: int, text: str) -> Response:
    return Response(status, text.encode(), {"Content-Type": "text/plain; charset=utf-8"})
