from __future__ import annotations

import gzip
import zlib

import pytest

from kustomer_nb.secrets.decompression import DecompressionError, Decompressor
from kustomer_nb.transport import LARGEST
from tests.samples import raw_server
from tests.transport.wires import a_wire, sent

TEXT = b"some text, " * 50


def raw_deflated(content: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(content) + packer.flush()


@pytest.mark.parametrize("size", [1, 7, 10_000])
@pytest.mark.parametrize(
    ("encoding", "packed", "expected"),
    [
        pytest.param("gzip", gzip.compress(TEXT), TEXT, id="gzip"),
        pytest.param(" GZip ", gzip.compress(TEXT), TEXT, id="in capitals"),
        pytest.param("deflate", zlib.compress(TEXT), TEXT, id="deflate"),
        pytest.param("gzip", gzip.compress(TEXT) + gzip.compress(b"more"), TEXT + b"more", id="two members"),
        pytest.param("gzip", gzip.compress(TEXT) + bytes(9), TEXT, id="padding after it"),
        pytest.param("gzip", gzip.compress(TEXT)[:-8], TEXT, id="without its end"),
        pytest.param("br", gzip.compress(TEXT), gzip.compress(TEXT), id="an unknown encoding"),
        pytest.param("gzip, gzip", gzip.compress(TEXT), gzip.compress(TEXT), id="two encodings"),
        pytest.param("", TEXT, TEXT, id="none"),
    ],
)
def test_decompresses_what_npm_request_decompresses(
    encoding: str, packed: bytes, expected: bytes, size: int
) -> None:
    decompressor = Decompressor(encoding)

    content = b"".join(
        decompressor.take(packed[at : at + size], LARGEST) for at in range(0, len(packed), size)
    )

    assert content == expected


def test_deflate_may_lack_its_header() -> None:
    assert Decompressor("deflate").take(raw_deflated(TEXT), LARGEST) == TEXT


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_content_in_another_encoding_is_an_error(encoding: str) -> None:
    with pytest.raises(DecompressionError):
        Decompressor(encoding).take(b"no such thing", LARGEST)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", ""])
def test_no_more_is_decompressed_than_there_is_room_for(encoding: str) -> None:
    packed = {"gzip": gzip.compress, "deflate": zlib.compress}.get(encoding, bytes)(bytes(100_000))

    assert len(Decompressor(encoding).take(packed, 10)) == 10


def test_nested_encodings_are_not_decompressed() -> None:
    packed = gzip.compress(gzip.compress(TEXT))
    head = (
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-encoding: gzip\r\ncontent-length: %d\r\n\r\n"
    )

    with raw_server([head % len(packed), packed]) as server:
        response = sent(a_wire(server.url), decompresses=True)

    assert response.content == packed
