"""Fixtures for steps: how they are read, and the error of a step that is not understood."""

import pytest

from playground.steps import NotUnderstood


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
