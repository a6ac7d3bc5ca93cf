"""The host as a server: malformed requests get an error and harm nobody. Well-formed ones are in tests/end_to_end."""

import base64
import http.client
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
    """Send a body to the host, and return status and body of the answer."""

    def send(body, method="POST", **headers):
        connection = http.client.HTTPConnection(urlsplit(host.url).netloc, timeout=10)
        connection.request(method, "/", body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        found = answer.status, answer.read()
        connection.close()
        return found

    return send


def answer(content):
    return Response.FromString(base64.b64decode(content))


def ask(send, request):
    status, content = send(base64.b64encode(request.SerializeToString()))
    assert status == 200
    return answer(content)


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


def test_the_installed_books_are_served():
    [book] = installed_books()
    assert book.cls is AmazonSellingPartnerBook
    assert book.version == __version__


def test_a_host_without_books_has_none():
    with Host(books=[]) as host:
        client = Client.from_url(host.url, insecure=True)
        assert client.retrieve_books() == []
        assert list(client.retrieve_tags()) == []


def test_a_well_formed_request_is_answered(send):
    status, content = send(INFORMATION)
    assert status == 200
    assert answer(content).environment_information.runtime_name == "amazon-selling-partner-playground"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_another_method_is_told_what_the_host_speaks(send, method):
    status, content = send(None, method)
    assert status == 405
    assert b"POST base64(protobuf Request)" in content


@pytest.mark.parametrize(
    "body",
    ["retrieve orders", "{}", "Zm9v" * 3, base64.b64encode(b"\xff" * 40), "ü".encode(), b"\x00\xff"],
    ids=["words", "json", "base64 of words", "base64 of bytes", "letters", "bytes"],
)
def test_a_body_that_is_no_request_is_refused(send, body):
    status, content = send(body)
    assert status == 400
    assert b"base64(protobuf Request)" in content


def test_an_empty_request_asks_for_nothing(send):
    status, content = send("")
    assert status == 200
    assert answer(content).error.kind == error_pb2.ErrorKindNotSupported


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_no_bytes_harm_the_host(send, content):
    assert send(content)[0] in {200, 400}
    assert send(base64.b64encode(content))[0] in {200, 400}
    assert send(INFORMATION)[0] == 200


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=120))
def test_no_nonsense_in_an_invocation_harms_the_host(send, content):
    whole = invocation().invoke_procedure.SerializeToString() + content
    status, found = send(base64.b64encode(field(Request, "invoke_procedure", whole)))
    assert status in {200, 400}
    if status == 200:
        assert answer(found).HasField("error")


@pytest.mark.parametrize(
    "expression",
    [
        Expression(),
        Expression(binary_expression=BinaryExpression(operator=99)),
        Expression(binary_expression=BinaryExpression()),
    ],
    ids=["empty", "unknown operator", "empty parts"],
)
def test_a_filter_that_means_nothing_is_invalid(send, expression):
    found = ask(send, invocation(filter_expression=expression))
    assert found.error.kind == error_pb2.ErrorKindInvalidValue
    assert "filter" in found.error.message


def test_a_filter_without_end_is_refused(send):
    expression = b""
    for _ in range(5_000):
        expression = field(Expression, "unary_expression", field(UnaryExpression, "inner", expression))
    invoke = field(InvokeProcedureRequest, "filter_expression", expression)
    status, content = send(base64.b64encode(field(Request, "invoke_procedure", invoke)))
    assert status == 400
    assert b"protobuf" in content


def test_a_date_of_no_calendar_is_invalid(send):
    value = Value(date_value={"year": 2026, "month": 13, "day": 1})
    createdafter = {"noun_phrases": {"noun_phrases": [{"head": "createdafter"}]}, "value": value}
    found = ask(send, invocation(input_concepts=[createdafter]))
    assert found.error.kind == error_pb2.ErrorKindInvalidValue
    assert "month must be in 1..12" in found.error.message


def test_a_file_is_not_taken(send):
    value = Value(file_value={"remote": "https://example.com/orders"})
    createdafter = {"noun_phrases": {"noun_phrases": [{"head": "createdafter"}]}, "value": value}
    found = ask(send, invocation(input_concepts=[createdafter]))
    assert found.error.kind == error_pb2.ErrorKindInvalidValue
    assert "file value" in found.error.message


def test_an_input_that_is_given_twice_is_invalid(send):
    name = {"noun_phrases": [{"head": "createdafter"}]}
    given = [{"noun_phrases": name, "value": Value(text_value=f"2024-11-0{day}")} for day in (1, 2)]
    found = ask(send, invocation(input_concepts=given))
    assert found.error.kind == error_pb2.ErrorKindInvalidValue
    assert found.error.message == "The createdafter is given twice."


def test_no_procedure_changes_anything(send):
    asked = {"name": "Amazon Selling Partner", "version": __version__}
    procedures = ask(send, Request(retrieve_procedures=asked)).retrieved_procedures.procedures
    assert [procedure.is_mutation for procedure in procedures] == [False, False]
