"""Bodies that no documentation knows."""

import pytest

__all__ = ["STRANGE_BODIES", "strange_bodies"]

# Bodies that are no ErrorList; of some only the status can be told.
STRANGE_BODIES = {
    "empty": b"",
    "HTML": b"<html><body><h1>502 Bad Gateway</h1></body></html>",
    "text": b"upstream connect error",
    "not UTF-8": b"\xff\xfe\xfa",
    "cut": b'{"errors":[{"code":"Inter',
    "null": b"null",
    "a number": b"1",
    "a text": b'"error"',
    "a list": b"[]",
    "an empty object": b"{}",
    "message alone": b'{"message":"Forbidden"}',
    "errors null": b'{"errors":null}',
    "errors empty": b'{"errors":[]}',
    "errors an object": b'{"errors":{"code":"x"}}',
    "errors a text": b'{"errors":"denied"}',
    "an error null": b'{"errors":[null]}',
    "an error a text": b'{"errors":["denied"]}',
    "an error empty": b'{"errors":[{}]}',
    "all null": b'{"errors":[{"code":null,"message":null,"details":null}]}',
    "all numbers": b'{"errors":[{"code":1,"message":2,"details":3}]}',
    "all objects": b'{"errors":[{"code":{},"message":{"a":1},"details":[1]}]}',
}


def strange_bodies() -> list[object]:
    deep = [pytest.param(b"[" * 100_000, id="nested deeply")]
    return [pytest.param(body, id=name) for name, body in STRANGE_BODIES.items()] + deep
