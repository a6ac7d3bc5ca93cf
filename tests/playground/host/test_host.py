"""The host as a server: malformed requests get an error and harm nobody. Well-formed ones are in tests/end_to_end."""

import base64
import http.client
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kognitos.bdk.runtime.client import Client
from kognitos.bdk.runtime.client.proto.bdk.v1.requests.environment_information_pb2 import EnvironmentInformationRequest
from kognitos.bdk.runtime.client.proto.bdk.v1.requests.invoke_procedure_pb2 import InvokeProcedureRequest
from kognitos.bdk.runtime.client.proto.bdk.v1.requests.request_pb2 import Request
from kognitos.bdk.runtime.client.proto.bdk.v1.responses import error_pb2
from kognitos.bdk.runtime.client.proto.bdk.v1.responses.response_pb2 import Response
from kognitos.bdk.runtime.client.proto.bdk.v1.types.expression_pb2 import (
    BinaryExpression,
    Expression,
    UnaryExpression,
)
from kognitos.bdk.runtime.client.proto.bdk.v1.types.value_pb2 import Value

from amazon_selling_partner import AmazonSellingPartnerBook, __version__
from playground.host import Host, installed_books

INFORMATION = base64.b64encode(
    Request(environment_information=EnvironmentInformationRequest()).SerializeToString()
).decode()


@pytest.fixture(scope="module")
def host():
    with Host() as host:
        yield host


@pytest.fixture
def send(host):
    """Send a body to the host, and return status and body of the response."""

    def send(body, method="POST"):
        with closing(http.client.HTTPConnection(urlsplit(host.url).netloc, timeout=10)) as connection:
            connection.request(method, "/", body)
            response = connection.getresponse()
            return response.status, response.read()

    return send


def answer(content):
    return Response.FromString(base64.b64decode(content))


def invoke(send, **fields):
    """Invoke the list of orders with these fields; return the error."""
    status, content = send(base64.b64encode(invocation(**fields).SerializeToString()))
    assert status == 200
    return answer(content).error


def invocation(**fields):
    return Request(
        invoke_procedure=InvokeProcedureRequest(
            name="Amazon Selling Partner", version=__version__, procedure_id="retrieve_orders", **fields
        )
    )


def field(message, name, content):
    """A field of a message in the form of the wire, whatever its content."""
    number, length, size = message.DESCRIPTOR.fields_by_name[name].number, len(content), []
    while length > 127:
        size.append(length & 127 | 128)
        length >>= 7
    return bytes([number << 3 | 2, *size, length]) + content


def test_the_installed_books_are_served_by_default():
    [book] = installed_books()
    assert (book.cls, book.version) == (AmazonSellingPartnerBook, __version__)
    with Host(books=[]) as host:
        assert Client.from_url(host.url, insecure=True).retrieve_books() == []


@pytest.mark.parametrize(
    ("method", "body", "status"),
    [
        *((method, None, 405) for method in ("GET", "PUT", "DELETE")),
        *(("POST", body, 400) for body in ("retrieve orders", "{}", "Zm9v" * 3, "ü".encode(), b"\x00\xff")),
        ("POST", base64.b64encode(b"\xff" * 40), 400),
    ],
    ids=repr,
)
def test_what_is_not_a_request_is_refused(send, method, body, status):
    code, content = send(body, method)
    assert code == status
    assert b"base64(protobuf Request)" in content


def test_an_empty_request_is_not_supported(send):
    status, content = send("")
    assert (status, answer(content).error.kind) == (200, error_pb2.ErrorKindNotSupported)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_no_bytes_harm_the_host(send, content):
    assert send(content)[0] in {200, 400}
    assert send(base64.b64encode(content))[0] in {200, 400}
    status, content = send(INFORMATION)
    assert status == 200
    assert answer(content).environment_information.runtime_name == "amazon-selling-partner-playground"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=120))
def test_no_bytes_in_an_invocation_harm_the_host(send, content):
    message = invocation().invoke_procedure.SerializeToString() + content
    status, response = send(base64.b64encode(field(Request, "invoke_procedure", message)))
    assert status in {200, 400}
    if status == 200:
        assert answer(response).HasField("error")


def createdafter(**value):
    return {"noun_phrases": {"noun_phrases": [{"head": "createdafter"}]}, "value": Value(**value)}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"filter_expression": Expression()}, "filter"),
        ({"filter_expression": Expression(binary_expression=BinaryExpression(operator=99))}, "filter"),
        ({"filter_expression": Expression(binary_expression=BinaryExpression())}, "filter"),
        (
            {"input_concepts": [createdafter(date_value={"year": 2026, "month": 13, "day": 1})]},
            "month must be in 1..12",
        ),
        ({"input_concepts": [createdafter(file_value={"remote": "https://example.com/orders"})]}, "file value"),
        ({"input_concepts": [createdafter(text_value="2024-11-01")] * 2}, "The createdafter is given twice."),
    ],
    ids=["empty filter", "unknown operator", "empty parts", "date", "file", "twice"],
)
def test_invalid_fields_are_refused_by_name(send, fields, message):
    error = invoke(send, **fields)
    assert error.kind == error_pb2.ErrorKindInvalidValue
    assert message in error.message


def test_a_filter_of_5000_levels_is_refused(send):
    expression = b""
    for _ in range(5_000):
        expression = field(Expression, "unary_expression", field(UnaryExpression, "inner", expression))
    request = field(Request, "invoke_procedure", field(InvokeProcedureRequest, "filter_expression", expression))
    status, content = send(base64.b64encode(request))
    assert status == 400
    assert b"protobuf" in content


def test_no_procedure_is_a_mutation(send):
    book = {"name": "Amazon Selling Partner", "version": __version__}
    _, content = send(base64.b64encode(Request(retrieve_procedures=book).SerializeToString()))
    procedures = answer(content).retrieved_procedures.procedures
    assert [procedure.is_mutation for procedure in procedures] == [False, False]
