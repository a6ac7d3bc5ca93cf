"""Fixtures for steps: a library that reads them, and the error of a step that is not understood."""

import pytest
from kognitos.bdk.runtime.client import Client

from playground.host import Host
from playground.steps import Library, NotUnderstood


@pytest.fixture(scope="package")
def library():
    with Host() as host:
        yield Library.of(Client.from_url(host.url, insecure=True))


@pytest.fixture
def read(library):
    return library.read


@pytest.fixture
def failure(read):
    """Read a step that is not understood and return the error."""

    def failure(step):
        with pytest.raises(NotUnderstood) as raised:
            read(step)
        return raised.value

    return failure
