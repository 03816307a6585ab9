from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from kustomer_nb.errors import ResponseTimeoutError, TransportError
from kustomer_nb.transport import RawResponse
from kustomer_nb.transport.retry import pause_after
from tests.samples import unused_port
from tests.transport.wires import a_wire, an_answer, answering, sent, serving

THEN = datetime(2026, 3, 1, 12, tzinfo=UTC)
DATE = ("date", format_datetime(THEN, usegmt=True))
LATER = format_datetime(THEN + timedelta(seconds=90), usegmt=True)


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        pytest.param(429, [("retry-after", "7")], 7, id="seconds"),
        pytest.param(503, [("retry-after", "7")], 7, id="seconds of a 503"),
        pytest.param(429, [DATE, ("retry-after", LATER)], 90, id="a date beside the date of the answer"),
        pytest.param(429, [("retry-after", DATE[1])], 0, id="a date that is over"),
        pytest.param(429, [("x-ratelimit-reset", "12")], 12, id="seconds until the reset"),
        pytest.param(429, [DATE, ("x-ratelimit-reset", str(int(THEN.timestamp()) + 5))], 5, id="an epoch"),
        pytest.param(
            429, [DATE, ("x-ratelimit-reset", str(int(THEN.timestamp()) * 1000 + 5500))], 5.5, id="ms"
        ),
        pytest.param(429, [("retry-after", "3"), ("x-ratelimit-reset", "12")], 3, id="Retry-After first"),
        pytest.param(429, [("retry-after", "3"), ("retry-after", "9")], 3, id="the first of two"),
        pytest.param(429, [("retry-after", "soon")], 0.5, id="no time"),
        pytest.param(429, [("retry-after", "-5")], 0.5, id="less than nothing"),
        pytest.param(429, [("retry-after", "9" * 5000)], 0.5, id="a number beyond all"),
        pytest.param(429, [("retry-after", "Mon, 99 Foo 20000 99:99:99")], 0.5, id="no date"),
        pytest.param(502, [("retry-after", "7")], 0.5, id="a gateway does not know when"),
        pytest.param(504, [], 0.5, id="a gateway that waited"),
        pytest.param(500, [("retry-after", "7")], None, id="a fault is an answer"),
        pytest.param(200, [], None, id="an answer"),
    ],
)
def test_is_sent_again_when_the_service_says(
    status: int, headers: list[tuple[str, str]], seconds: float | None
) -> None:
    actual = pause_after(RawResponse(status, tuple(headers), b""), 1)

    assert actual == pytest.approx(seconds) if seconds is not None else actual is None


BUSY = an_answer("503 Busy", "retry-after: 0")


@pytest.mark.parametrize(
    ("retry", "answers", "status", "attempts"),
    [
        pytest.param(0, [BUSY, an_answer()], 503, 1, id="never by itself"),
        pytest.param(2, [BUSY, an_answer()], 200, 2, id="until it is answered"),
        pytest.param(2, [BUSY], 503, 3, id="no more than allowed"),
        pytest.param(2, [an_answer("500 No")], 500, 1, id="not after a fault"),
        pytest.param(
            2, [an_answer("429 Later", "retry-after: 600")], 429, 1, id="not beyond the time there is"
        ),
    ],
)
def test_is_sent_again_as_often_as_allowed(
    retry: int, answers: list[bytes], status: int, attempts: int
) -> None:
    with serving(answering(*answers)) as served:
        answered = sent(a_wire(served.url), retry=retry)

    assert (answered.status_code, answered.attempts) == (status, attempts)
    assert served.opened == attempts


def test_a_service_that_starts_meanwhile_is_reached() -> None:
    port = unused_port()
    connections: list[int] = []

    def handle(request: httpx.Request) -> httpx.Response:
        connections.append(port)
        if len(connections) == 1:
            raise httpx.ConnectError("refused") from ConnectionRefusedError()
        return httpx.Response(200)

    answered = sent(a_wire(f"http://127.0.0.1:{port}"), transport=httpx.MockTransport(handle), retry=1)

    assert answered.attempts == 2
    assert answered.elapsed >= 0.5


def test_a_tls_error_is_not_retried() -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(an_answer())

    with serving(handle) as served, pytest.raises(TransportError, match="does not use TLS"):
        sent(a_wire(served.url.replace("http:", "https:")), retry=3)

    assert served.opened == 1


def test_the_time_bounds_all_attempts_together() -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        if served.opened == 1:
            writer.write(BUSY)
        else:
            await asyncio.sleep(600)

    # Within a short time a busy machine may not come to the second attempt.
    for timeout in (0.5, 5.0, 50.0):
        with serving(handle) as served, pytest.raises(ResponseTimeoutError):
            sent(a_wire(served.url), retry=5, timeout=timeout)
        if served.opened > 1:
            break

    assert served.opened == 2


def test_a_request_lost_after_it_was_sent_is_not_sent_again() -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)

    with serving(handle) as served, pytest.raises(TransportError, match="may have processed"):
        sent(a_wire(served.url), retry=3)

    assert served.opened == 1
