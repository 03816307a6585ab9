"""Failures of a service, simulated without a network and read by the code that reads real responses."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpcore
import httpx

from kustomer_nb.codes import Code
from kustomer_nb.errors import RequestError
from kustomer_nb.printable import quoted

from .connection import Connection
from .fault_names import fault_description, status_line
from .pool import PoolTransport
from .resolver import ResolvingBackend

LARGE = 40 * 1024 * 1024
_CHUNK = 64 * 1024
# What reading the next chunk returns or raises.
Event = bytes | Exception


@dataclass(frozen=True, slots=True)
class InjectedFault:
    """One failure: its name, and the error of connecting or the events of reading.

    Example:
        >>> FAULTS["429"].description
        'returns 429 Too Many Requests, with Retry-After: 1.'
    """

    name: str
    refusal: Callable[[], Exception] | None = field(default=None, repr=False)
    parts: Callable[[], Iterable[Event]] = field(default=tuple, repr=False)

    @property
    def description(self) -> str:
        """What the service does."""
        return fault_description(self.name) or ""


class FaultTransport(PoolTransport):
    """Replaces the network and fails in one way; no host needs to exist."""

    def __init__(self, fault: InjectedFault) -> None:
        super().__init__(Connection(), _FaultBackend(fault))
        self.fault = fault


def fault_transport(name: str) -> httpx.AsyncBaseTransport:
    """Return a transport that simulates a fault: it gives raw bytes, which the real code reads.

    ``timeout`` and ``slow`` end at once, with the error of a timeout. A redirect is followed for GET only,
    so ``redirects`` returns the 302 itself for any other method.

    Raises:
        RequestError: there is no such fault.
    """
    fault = fault_named(name)
    if fault is None:
        fix = f"use one of {', '.join(FAULTS)}, or a status from 400 to 599."
        raise RequestError.from_code(Code.MODE_UNKNOWN, f"there is no fault {quoted(name)}.", fix)
    return FaultTransport(fault)


def fault_named(name: str) -> InjectedFault | None:
    """Return the fault with a name, which may also be any status from 400 to 599; None if there is none.

    Example:
        >>> fault_named("502").description
        'returns 502 Bad Gateway.'
    """
    if name in FAULTS or fault_description(name) is None:
        return FAULTS.get(name)
    return InjectedFault(name, parts=_error(status_line(name), "fault"))


class _FaultBackend(ResolvingBackend):
    """Simulates a fault on every connection that is opened."""

    def __init__(self, fault: InjectedFault) -> None:
        super().__init__()
        self._fault = fault

    async def resolve(self, host: str, port: int) -> tuple[str, ...]:
        # No look-up: guards check the name alone, and nothing is sent anywhere.
        return ()

    async def connect_tcp(self, *args: Any, **kwargs: Any) -> httpcore.AsyncNetworkStream:
        try:
            if self._fault.refusal:
                raise self._fault.refusal()
        except OSError as error:
            # As httpcore's own backends translate it.
            raise httpcore.ConnectError(str(error)) from error
        return _FaultStream(iter(self._fault.parts()))


class _FaultStream(httpcore.AsyncNetworkStream):
    def __init__(self, parts: Iterator[Event]) -> None:
        self._parts = parts
        self._unread = b""

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        # As with a real stream, other tasks and a timeout may run between two reads.
        await asyncio.sleep(0)
        part = self._unread or next(self._parts, b"")
        if isinstance(part, Exception):
            raise part
        self._unread = part[max_bytes:]
        return part[:max_bytes]

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        return

    async def aclose(self) -> None:
        return

    async def start_tls(self, *args: Any, **kwargs: Any) -> httpcore.AsyncNetworkStream:
        return self

    def get_extra_info(self, info: str) -> Any:
        return None


def _response(status: str, body: bytes = b"", *headers: str) -> Callable[[], Iterable[Event]]:
    # RFC 9110 section 8.6: a 204 has no content-length.
    length = [] if status.startswith("204") else [f"content-length: {len(body)}"]
    head = "\r\n".join([f"HTTP/1.1 {status}", *headers, *length, "connection: close", "", ""])
    return lambda: [head.encode("latin-1") + body]


def _json(status: str, body: bytes, *headers: str) -> Callable[[], Iterable[Event]]:
    return _response(status, body, "content-type: application/json", *headers)


def _error(status: str, code: str, *headers: str) -> Callable[[], Iterable[Event]]:
    body = b'{"error":{"code":"%b","message":"Simulated error"}}' % code.encode()
    return _json(status, body, *headers)


def _large() -> Iterator[Event]:
    start, end = b'{"filler":"', b'"}'
    yield b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % LARGE
    yield start
    unsent = LARGE - len(start) - len(end)
    while unsent:
        part = b"x" * min(unsent, _CHUNK)
        unsent -= len(part)
        yield part
    yield end


def _slow() -> Iterator[Event]:
    yield b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n"
    yield from (b"{", b'"', b"i", b"d")
    yield httpcore.ReadTimeout("the response is incomplete")


def _untrusted() -> Exception:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_message = "self-signed certificate"
    return error


def _reset() -> Iterator[Event]:
    yield httpcore.ReadError("reset by peer")


_LOGIN = b"<!DOCTYPE html>\n<html><head><title>Log in</title></head><body><h1>Log in</h1></body></html>\n"

FAULTS: Mapping[str, InjectedFault] = {
    fault.name: fault
    for fault in (
        InjectedFault("401", parts=_error("401 Unauthorized", "unauthorized")),
        InjectedFault("404", parts=_error("404 Not Found", "not_found")),
        InjectedFault("409", parts=_error("409 Conflict", "conflict")),
        InjectedFault(
            "422",
            parts=_error("422 Unprocessable Entity", "invalid"),
        ),
        InjectedFault(
            "429",
            parts=_error("429 Too Many Requests", "rate_limited", "retry-after: 1"),
        ),
        InjectedFault("500", parts=_error("500 Internal Server Error", "internal")),
        InjectedFault("503", parts=_error("503 Service Unavailable", "unavailable")),
        InjectedFault(
            "timeout",
            parts=lambda: [httpcore.ReadTimeout("no response")],
        ),
        InjectedFault("refused", lambda: ConnectionRefusedError(111, "Connection refused")),
        InjectedFault(
            "reset",
            parts=_reset,
        ),
        InjectedFault(
            "tls",
            _untrusted,
        ),
        InjectedFault(
            "html",
            parts=_response("200 OK", _LOGIN, "content-type: text/html; charset=utf-8"),
        ),
        InjectedFault(
            "truncated",
            parts=_json("200 OK", b'{"id": 1, "na'),
        ),
        InjectedFault("array", parts=_json("200 OK", b'[{"id": 1}]')),
        InjectedFault("empty", parts=_json("200 OK", b"")),
        InjectedFault("204", parts=_response("204 No Content")),
        InjectedFault("large", parts=_large),
        InjectedFault("slow", parts=_slow),
        InjectedFault(
            "redirects",
            parts=_response("302 Found", b"", "location: /again"),
        ),
        InjectedFault(
            "charset",
            parts=_response(
                "200 OK",
                '{"name": "café"}'.encode("latin-1"),
                "content-type: application/json; charset=iso-8859-1",
            ),
        ),
    )
}
