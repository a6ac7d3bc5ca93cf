"""Bodies as they are coded: every form that HTTP allows, nothing cut short, nothing too large."""

import gzip
import tracemalloc
import zlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amazon_selling_partner.amazon.http import content_coding
from amazon_selling_partner.amazon.http.content_coding import Undecodable, decoded
from amazon_selling_partner.amazon.http.network import MOST_BYTES, TooManyBytes


def bare_deflate(content: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(content) + compressor.flush()


CODINGS = {
    "identity": bytes,
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    " Deflate ": bare_deflate,
    "GZIP": lambda content: b"".join(gzip.compress(content[at : at + 7]) for at in range(0, len(content) or 1, 7)),
}
coded = st.sampled_from(sorted(CODINGS))


@st.composite
def split(draw: st.DrawFn, content: bytes) -> list[bytes]:
    cuts = sorted(draw(st.lists(st.integers(0, len(content)), max_size=6)))
    return [content[start:end] for start, end in zip([0, *cuts], [*cuts, len(content)], strict=True)]


@given(coding=coded, content=st.binary(max_size=200), data=st.data())
def test_a_body_comes_back_whatever_its_coding_and_however_it_is_cut(coding, content, data):
    assert decoded(data.draw(split(CODINGS[coding](content))), coding) == content


@given(coding=coded.filter(lambda name: name != "identity"), content=st.binary(min_size=1, max_size=99), data=st.data())
def test_a_body_that_breaks_off_is_an_error(coding, content, data):
    whole = CODINGS[coding](content)
    ends = {0}
    if coding == "GZIP":  # between two members nothing is missing that anybody could notice
        ends |= {len(CODINGS[coding](content[:at])) for at in range(7, len(content), 7)}
    end = data.draw(st.integers(1, len(whole) - 1).filter(lambda at: at not in ends))
    with pytest.raises(Undecodable):
        decoded(data.draw(split(whole[:end])), coding)


@given(coding=coded.filter(lambda name: name != "identity"), cut=st.booleans())
def test_what_follows_the_end_is_an_error(coding, cut):
    whole = CODINGS[coding](b"{}")
    with pytest.raises(Undecodable):
        decoded([whole, b"??"] if cut else [whole + b"?"], coding)


@pytest.mark.parametrize("coding", sorted(CODINGS))
def test_no_bytes_are_an_empty_body(coding):
    assert decoded([], coding) == b""
    assert decoded([b"", b""], coding) == b""


def test_without_a_coding_the_body_is_as_it_comes():
    assert decoded([b"a", b"", b"b"], None) == b"ab"
    assert decoded([b"a"], "") == b"a"


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "gzip;q=1", "utf-8"])
def test_a_coding_that_is_not_known_is_an_error(coding):
    with pytest.raises(Undecodable):
        decoded([b"{}"], coding)


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_what_is_not_in_its_coding_is_an_error(coding):
    with pytest.raises(Undecodable):
        decoded([b"<html>", b"</html>"], coding)


@pytest.mark.parametrize("step", [1, 2, 255, 256, 257, 1000])
@given(content=st.integers(0, 3000).map(bytes))
def test_a_body_is_inflated_to_its_end_however_small_the_steps(step, content):
    before = content_coding._STEP_BYTES
    content_coding._STEP_BYTES = step
    try:
        assert decoded([zlib.compress(content)], "deflate") == content
    finally:
        content_coding._STEP_BYTES = before


def zeros(size: int) -> Iterator[bytes]:
    compressor = zlib.compressobj(wbits=31)
    for _ in range(size // 2**20):
        yield compressor.compress(bytes(2**20))
    yield compressor.flush()


def test_a_body_of_the_largest_size_is_read(monkeypatch):
    monkeypatch.setattr(content_coding, "MOST_BYTES", 2**21)
    assert len(decoded(zeros(2**21), "gzip")) == 2**21


def test_a_little_that_inflates_to_a_lot_is_refused_in_bounded_memory():
    bomb = b"".join(zeros(1024 * 2**20))
    assert len(bomb) < 1.2 * 2**20
    tracemalloc.start()
    try:
        with pytest.raises(TooManyBytes):
            decoded([bomb], "gzip")
        assert tracemalloc.get_traced_memory()[1] < 1.5 * MOST_BYTES
    finally:
        tracemalloc.stop()


def test_a_body_without_a_coding_is_bounded_as_well(monkeypatch):
    monkeypatch.setattr(content_coding, "MOST_BYTES", 10)
    assert decoded([b"x"] * 10, None) == b"x" * 10
    with pytest.raises(TooManyBytes):
        decoded([b"x"] * 11, None)
