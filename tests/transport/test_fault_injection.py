from __future__ import annotations

import asyncio
import json
import re
import socket
import ssl
import struct
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from kustomer_nb.errors import KustomerNbError, RequestError, ResponseTimeoutError, TransportError
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.response import Response
from kustomer_nb.transport import FAULTS, InjectedFault, RawResponse, fault_transport, send, wait
from kustomer_nb.transport.fault_injection import FaultTransport
from tests.samples import timed_out, unused_port
from tests.transport.wires import a_wire, sent, serving

# What each fault comes to: the status, what /#body is (None where only its kind is told), codes of the notes.
ANSWERS: dict[str, tuple[int, Any, list[str]]] = {
    "401": (401, "unauthorized", []),
    "404": (404, "not_found", []),
    "409": (409, "conflict", []),
    "422": (422, "invalid", []),
    "429": (429, "rate_limited", []),
    "500": (500, "internal", []),
    "503": (503, "unavailable", []),
    "html": (200, "<!DOCTYPE html>", ["KNB710"]),
    "truncated": (200, '{"id": 1, "na', ["KNB710"]),
    "array": (200, [{"id": 1}], []),
    "empty": (200, UNDEFINED, []),
    "204": (204, UNDEFINED, []),
    "large": (200, '{"filler":"xx', ["KNB714"]),
    "charset": (200, {"name": "caf\ufffd"}, ["KNB712"]),
}
ERRORS: dict[str, tuple[type[TransportError], str, str]] = {
    "timeout": (ResponseTimeoutError, "KNB804", "no response to"),
    "slow": (ResponseTimeoutError, "KNB804", "no response to"),
    "refused": (TransportError, "KNB803", "nothing responds at"),
    "reset": (TransportError, "KNB805", "broke before the response was complete"),
    "tls": (TransportError, "KNB803", "is not trusted"),
}
WAYS: dict[str, Callable[[Coroutine[Any, Any, RawResponse]], RawResponse]] = {
    "wait": wait,
    "asyncio": asyncio.run,
}
METHODS = ["GET", "POST"]


def failing(name: str, method: str) -> Coroutine[Any, Any, RawResponse]:
    wire = a_wire("https://api.of-nobody.test/orders", method=method)
    return send(wire, timeout=100, transport=fault_transport(name))


def read(answer: RawResponse) -> Response:
    return Response.from_bytes(answer.status_code, answer.headers, answer.content, parses_json=True)


def test_every_fault_has_an_outcome_and_a_description() -> None:
    assert set(FAULTS) == {*ANSWERS, *ERRORS, "redirects"}
    assert all(name == fault.name and fault.description.endswith(".") for name, fault in FAULTS.items())


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ANSWERS)
def test_a_simulated_response_is_read_as_any_response(name: str, way: str, method: str) -> None:
    status, body, notes = ANSWERS[name]

    response = read(WAYS[way](failing(name, method)))

    assert response.status_code == status
    assert [note.code for note in response.notes] == notes
    if status >= 400:
        assert response.body["error"]["code"] == body
    elif isinstance(body, str):
        assert response.body.startswith(body)
    else:
        assert response.body == body


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ERRORS)
def test_a_fault_without_an_answer_says_what_the_real_one_says_and_nobody_waits(
    name: str, way: str, method: str
) -> None:
    kind, code, message = ERRORS[name]
    began = time.monotonic()

    with pytest.raises(TransportError) as caught:
        WAYS[way](failing(name, method))

    # Whoever waits, waits for the whole timeout.
    assert time.monotonic() - began < 60
    (diagnostic,) = caught.value.diagnostics
    assert (type(caught.value), diagnostic.code) == (kind, code)
    assert message in diagnostic.message
    assert diagnostic.message.endswith(f' This is the simulated fault "{name}".')


@pytest.mark.parametrize("way", WAYS)
def test_an_endless_redirect_is_followed_for_get_only(way: str) -> None:
    answered = WAYS[way](failing("redirects", "POST"))
    with pytest.raises(TransportError, match=r"KNB805 GET .* was redirected more than 10 times"):
        WAYS[way](failing("redirects", "GET"))

    assert (answered.status_code, answered.redirects) == (302, ())


def test_429_has_retry_after_and_is_retried_if_allowed() -> None:
    wire = a_wire("https://api.of-nobody.test/")

    answered = sent(wire, transport=fault_transport("429"), retry=1)

    assert dict(answered.headers)["retry-after"] == "1"
    assert answered.attempts == 2
    assert answered.elapsed >= 1


def test_20_mb_are_20_mb() -> None:
    assert len(wait(failing("large", "GET")).content) == 40 * 2**20


def test_a_fault_transport_can_be_used_again_on_any_loop() -> None:
    wire, transport = a_wire("https://api.of-nobody.test/"), fault_transport("404")

    responses = [wait(send(wire, timeout=60, transport=transport)) for _ in range(2)]
    responses += [asyncio.run(send(wire, timeout=60, transport=transport))]

    assert [response.status_code for response in responses] == [404, 404, 404]


def test_an_unknown_fault_lists_the_known_ones() -> None:
    with pytest.raises(RequestError, match=r'KNB807 there is no fault "399"\. Fix: use one of 401, 404, '):
        fault_transport("399")


def test_any_status_of_the_four_and_five_hundreds_is_a_fault() -> None:
    answer = wait(send(a_wire("https://of-nobody.test/"), timeout=60, transport=fault_transport("502")))

    assert answer.status_code == 502
    assert json.loads(answer.content)["error"]["code"] == "fault"


def said_of(error: TransportError) -> str:
    """Return a message without the address and without the words that tell a fault apart."""
    (diagnostic,) = error.diagnostics
    shorter = re.sub(r" This is the simulated fault .*", "", diagnostic.message)
    return re.sub(r"https?://[\w.:-]+", "…", shorter) + diagnostic.fix


def resets() -> Any:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        sock: socket.socket = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    return handle


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def silent_for_long(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    await asyncio.sleep(600)


def self_signed(folder: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    return context


def test_a_simulated_fault_has_the_message_of_the_real_one(tmp_path: Path) -> None:
    real: dict[str, KustomerNbError] = {}
    timeouts: dict[str, float] = {}
    for name, handle, tls in (
        ("timeout", silent_for_long, None),
        ("reset", resets(), None),
        ("tls", silent, self_signed(tmp_path)),
    ):
        scheme = "https" if tls else "http"
        with serving(handle, tls=tls) as served:
            wire = a_wire(f"{scheme}://127.0.0.1:{served.port}")
            real[name], timeouts[name] = timed_out(lambda timeout, wire=wire: sent(wire, timeout=timeout))
    with pytest.raises(TransportError) as caught:
        sent(a_wire(f"http://127.0.0.1:{unused_port()}"))
    real["refused"] = caught.value

    for name, error in real.items():
        wire = a_wire("http://of-nobody.test")
        with pytest.raises(TransportError) as played:
            sent(wire, timeout=timeouts.get(name, 60), transport=fault_transport(name))
        assert type(played.value) is type(error)
        assert said_of(played.value) == said_of(error).replace(
            "unable to get local issuer certificate", "self-signed certificate"
        )


PIECES = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        [
            b"HTTP/1.1 200 OK\r\n",
            b"HTTP/1.1 302 Found\r\n",
            b"HTTP/1.0 200\r\n",
            b"HTTP/1.1 100 Continue\r\n\r\n",
            b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
            b"location: ",
            b"content-length: ",
            b"content-length: -1\r\n",
            b"content-length: 3\r\n",
            b"content-encoding: gzip\r\n",
            b"transfer-encoding: chunked\r\n",
            b"retry-after: ",
            b"set-cookie: a=b\r\n",
            b"\r\n",
            b"\r\n\r\n",
            b"5\r\nabcde\r\n",
            b"0\r\n\r\n",
            b'{"a": [1, 2]}',
            b"\x1f\x8b\x08",
        ]
    ),
)


@given(st.lists(PIECES, max_size=8), st.sampled_from(METHODS), st.booleans())
def test_any_bytes_are_a_response_or_an_error_of_the_package(
    pieces: list[bytes], method: str, decompresses: bool
) -> None:
    plays = FaultTransport(InjectedFault("bytes", parts=lambda: list(pieces)))
    wire = a_wire("http://of-nobody.test/x", method=method)

    try:
        answered = wait(send(wire, timeout=60, transport=plays, decompresses=decompresses))
    except KustomerNbError as error:
        assert isinstance(error, TransportError)  # noqa: PT017 - one of the two outcomes there may be
    else:
        assert read(answered).status_code == answered.status_code
