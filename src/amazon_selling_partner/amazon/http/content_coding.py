"""Undoes the coding of a response's body (RFC 9110, section 8.4) in bounded memory."""

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import BytesIO
from typing import Final

from .network import MOST_BYTES, TooManyBytes

__all__ = ["ACCEPTED", "Undecodable", "decoded"]

# For the header Accept-Encoding.
ACCEPTED: Final = "gzip, deflate"

# A few bytes may inflate to a thousand times as many: never more than this at once.
_STEP_BYTES: Final = 1024 * 1024


class Undecodable(Exception):
    """A body is not in the coding that its response names, or that coding is not known."""


def decoded(parts: Iterable[bytes], coding: str | None) -> bytes:
    """Return the body whose parts arrive in a coding; None or "identity" is none.

    Raises:
        TooManyBytes: It is larger than 64 MiB; no more than that is ever held.
        Undecodable: It breaks off, or is something else than what the coding says.
    """
    name = (coding or "identity").strip().lower()
    if name not in _WINDOWS and name != "identity":
        raise Undecodable("the coding is not known")
    body = BytesIO()
    for part in parts if name == "identity" else _inflated(parts, _WINDOWS[name]):
        if body.tell() + len(part) > MOST_BYTES:
            raise TooManyBytes
        body.write(part)
    return body.getvalue()


def _inflated(parts: Iterable[bytes], window: Callable[[bytes], int]) -> Iterator[bytes]:
    stream, waiting = None, b""
    for part in parts:
        waiting += part
        more = False
        # A stream begins once there are two bytes to know its format by; another may follow the end of one.
        while more or len(waiting) > 1 or (waiting and stream is not None and not stream.eof):
            if stream is None or (stream.eof and waiting):
                stream = zlib.decompressobj(window(waiting))
            try:
                inflated = stream.decompress(waiting, _STEP_BYTES)
            except zlib.error as error:
                raise Undecodable("the body is not in its coding") from error
            yield inflated
            more = len(inflated) == _STEP_BYTES
            waiting = stream.unconsumed_tail or stream.unused_data
    # A response without content has not a single byte, whatever coding it names.
    if waiting or (stream is not None and not stream.eof):
        raise Undecodable("the body breaks off")


def _gzip(_: bytes) -> int:
    return 16 + zlib.MAX_WBITS


def _deflate(start: bytes) -> int:
    # "deflate" means the zlib format; some servers have always sent it bare.
    headed = start[0] & 15 == 8 and int.from_bytes(start[:2], "big") % 31 == 0
    return zlib.MAX_WBITS if headed else -zlib.MAX_WBITS


_WINDOWS: Final[Mapping[str, Callable[[bytes], int]]] = {"gzip": _gzip, "x-gzip": _gzip, "deflate": _deflate}
