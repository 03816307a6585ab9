"""A service that counts: what is lost, reset or never answered was sent once, and no id arrives twice."""

from __future__ import annotations

import asyncio
import re
import socket
import struct
from collections import Counter

import pytest

from kustomer_nb.errors import ResponseTimeoutError, TransportError
from kustomer_nb.transport import send
from tests.transport.wires import Handler, a_wire, an_answer, request_of, serving

RUNS = 1000
AT_ONCE = 50
WAYS = (
    "answer",
    "lose",
    "reset",
    "silence",
    "half an answer",
    "reset within the answer",
    "lose within the request",
    "302",
    "307",
    "500",
)
NEVER_AGAIN = ("lose", "reset", "silence", "half an answer", "reset within the answer")
UNKNOWN = "the service may have processed the request"
WHOLE = an_answer()
ANSWERS = {
    "answer": WHOLE,
    "half an answer": WHOLE[:-1],
    "reset within the answer": WHOLE[:-1],
    "302": an_answer("302 Found", "location: /again"),
    "307": an_answer("307 Moved", "location: /again"),
    "500": an_answer("500 No"),
    "503": an_answer("503 Busy", "retry-after: 0"),
}


def counting(arrived: Counter[str]) -> Handler:
    """Count the ids in the bodies of whole requests, then do what the request says."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head, body = await request_of(reader)
        # Every id on the connection counts, and a request sent again on it would stand behind the first.
        arrived.update(re.findall(r"id-\d+", body.decode()))
        way = head.split()[1].decode().strip("/").replace("%20", " ")
        writer.write(ANSWERS.get(way, b""))
        await writer.drain()
        if way.startswith("reset"):
            sock: socket.socket = writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
        elif way == "silence" or way == "answer":
            arrived.update(re.findall(r"id-\d+", (await reader.read()).decode()))

    return handle


def cutting(arrived: Counter[str]) -> Handler:
    """Count as `counting`, but of some requests read the head alone, and close."""
    count = counting(arrived)

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        start = await reader.readexactly(len(b"POST /lose%20within"))
        if start == b"POST /lose%20within":
            arrived.update(re.findall(r"id-\d+", (await reader.read(65536)).decode()))
            return
        buffer = asyncio.StreamReader()
        buffer.feed_data(start)
        feeding = asyncio.ensure_future(_feed(reader, buffer))
        try:
            await count(buffer, writer)
        finally:
            feeding.cancel()

    return handle


async def _feed(reader: asyncio.StreamReader, buffer: asyncio.StreamReader) -> None:
    try:
        while part := await reader.read(65536):
            buffer.feed_data(part)
        buffer.feed_eof()
    except OSError as error:
        buffer.set_exception(error)


async def posted(url: str, number: int, way: str, retry: int, gate: asyncio.Semaphore) -> str:
    body = f'{{"id": "id-{number}"}}'.encode()
    wire = a_wire(
        f"{url}/{way.replace(' ', '%20')}",
        (b"content-length", b"%d" % len(body)),
        method="POST",
        body=body,
    )
    async with gate:
        try:
            answer = await send(wire, timeout=1.5 if way == "silence" else 100, retry=retry)
        except ResponseTimeoutError as error:
            # On a busy machine the time may be over before anything was sent.
            return "timeout" if UNKNOWN in str(error) else "nothing was sent"
        except TransportError as error:
            return "broken" if UNKNOWN in str(error) else str(error)
    return str(answer.status_code)


async def all_posted(url: str, ways: list[str], retry: int) -> list[tuple[str, str]]:
    gate = asyncio.Semaphore(AT_ONCE)
    sends = [posted(url, number, way, retry, gate) for number, way in enumerate(ways)]
    return list(zip(ways, await asyncio.gather(*sends), strict=True))


def test_of_a_thousand_posts_none_arrives_twice() -> None:
    arrived: Counter[str] = Counter()
    ways = [WAYS[number % len(WAYS)] for number in range(RUNS)]

    with serving(cutting(arrived)) as served:
        ended = asyncio.run(all_posted(served.url, ways, retry=0))

    assert {id_: times for id_, times in arrived.items() if times > 1} == {}
    # Of a request that one of the two gives up the id may not have come.
    given_up = ("silence", "lose within the request")
    assert {f"id-{number}" for number, way in enumerate(ways) if way not in given_up} <= set(arrived)
    unsent = {f"id-{number}" for number, (_, end) in enumerate(ended) if end == "nothing was sent"}
    assert not unsent & set(arrived)
    assert served.opened == RUNS
    assert set(ended) - {("silence", "nothing was sent")} == {
        ("answer", "200"),
        ("lose", "broken"),
        ("reset", "broken"),
        ("silence", "timeout"),
        ("half an answer", "broken"),
        ("reset within the answer", "broken"),
        ("lose within the request", "broken"),
        ("302", "302"),
        ("307", "307"),
        ("500", "500"),
    }


@pytest.mark.parametrize("way", NEVER_AGAIN)
def test_what_may_have_arrived_is_not_sent_again_even_with_retry(way: str) -> None:
    arrived: Counter[str] = Counter()

    with serving(counting(arrived)) as served:
        asyncio.run(all_posted(served.url, [way] * 20, retry=3))

    assert set(arrived.values()) == {1}
    assert served.opened == 20


def test_the_service_counts_what_is_sent_again() -> None:
    arrived: Counter[str] = Counter()

    with serving(counting(arrived)) as served:
        asyncio.run(all_posted(served.url, ["503"] * 5, retry=2))

    assert set(arrived.values()) == {3}
