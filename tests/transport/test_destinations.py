from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import httpx
import pytest

from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.errors import GuardError, ResponseTimeoutError, TransportError
from kustomer_nb.transport import FORBIDDEN_NAMES, Connection, Destination, fault_transport, is_forbidden
from kustomer_nb.transport.pool import PoolTransport
from kustomer_nb.transport.resolver import LookUp, ResolvingBackend, look_up
from tests.samples import unused_port
from tests.transport.wires import a_wire, an_answer, answering, request_of, sent, serving


def refusing_forbidden(hop: Destination) -> None:
    if hop.is_forbidden:
        message = f"{hop.masked_origin} is forbidden."
        raise GuardError([Diagnostic("KNB809", Severity.ERROR, "", message, "go elsewhere.")])


def a_name_server(*answers: tuple[str, ...]) -> tuple[LookUp, list[str]]:
    """Return a look-up that gives another answer each time, and the list of what it is asked."""
    queries: list[str] = []
    left = iter(answers)

    async def look_up(host: str, port: int) -> tuple[str, ...]:
        queries.append(host)
        return next(left)

    return look_up, queries


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "169.254.0.1",
        "::ffff:169.254.169.254",
        "::ffff:a9fe:a9fe",
        "::169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::a9fe:a9fe",
        "2002:a9fe:a9fe::1",
        "fe80::1",
        "fe80::1%eth0",
        "[fe80::1]",
        "fd00:ec2::254",
        "fd20:ce::254",
        "100.100.100.200",
        "168.63.129.16",
        "0xa9fea9fe",
        "2852039166",
        "0251.0376.0251.0376",
        "169.254.43518",
        "169.254.169.254.",
    ],
)
def test_a_metadata_service_is_forbidden_in_any_notation(address: str) -> None:
    assert is_forbidden(address)


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "::1", "10.0.0.1", "8.8.8.8", "2606:4700::1111", "api.a.b", ""]
)
def test_no_other_address_is_forbidden(address: str) -> None:
    assert not is_forbidden(address)


@pytest.mark.parametrize("host", ["metadata.google.internal", "METADATA.google.internal.", "169.254.169.254"])
def test_a_forbidden_host_name_needs_no_look_up(host: str) -> None:
    assert Destination("http", host, 80, (), "…").is_forbidden
    assert all(name == name.lower() for name in FORBIDDEN_NAMES)


@pytest.mark.parametrize(
    ("host", "addresses", "is_local", "may_be_local"),
    [
        pytest.param("localhost", ("127.0.0.1", "::1"), True, True, id="localhost"),
        pytest.param("localhost", (), True, True, id="localhost, not looked up"),
        pytest.param("dev.shop.com", ("::ffff:127.0.0.1",), True, True, id="a name, by IPv6"),
        pytest.param("localhost", ("203.0.113.5",), False, True, id="another machine of that name"),
        pytest.param("shop.com", ("127.0.0.1", "203.0.113.5"), False, True, id="one of two"),
        pytest.param("shop.com", ("0.0.0.0",), False, True, id="no address"),
        pytest.param("2130706433", (), False, True, id="a number, not looked up"),
        pytest.param("shop.com", ("203.0.113.5",), False, False, id="another machine"),
        pytest.param("localhost.shop.com", (), False, False, id="a name that begins with it"),
        pytest.param("127.0.0.1.shop.com", (), False, False, id="a name that begins like an address"),
        pytest.param("10.0.0.1", ("10.0.0.1",), False, False, id="another address"),
    ],
)
def test_a_destination_is_local_by_its_addresses(
    host: str, addresses: tuple[str, ...], is_local: bool, may_be_local: bool
) -> None:
    hop = Destination("http", host, 80, addresses, "…")

    assert (hop.is_local, hop.may_be_local) == (is_local, may_be_local)


def test_a_destination_after_a_redirect_has_the_first_one() -> None:
    hops: list[Destination] = []
    to = ["location: /a", "location: /b"]

    with serving(answering(*(an_answer("302 Found", location) for location in to), an_answer())) as served:
        sent(a_wire(f"{served.url}/x"), admits=hops.append)

    assert [hop.first for hop in hops] == [None, hops[0], hops[0]]


def test_admits_is_called_before_anything_is_sent() -> None:
    destinations: list[Destination] = []

    with serving(answering(an_answer())) as served:
        sent(a_wire(f"http://localhost:{served.port}/x"), admits=destinations.append)

    (hop,) = destinations
    assert (hop.scheme, hop.host, hop.port) == ("http", "localhost", served.port)
    assert hop.masked_origin == f"http://localhost:{served.port}"
    assert "127.0.0.1" in hop.addresses


def test_a_refused_destination_is_not_connected_to() -> None:
    with serving(answering(an_answer())) as served:
        ask, _ = a_name_server(("127.0.0.1", "169.254.169.254"))
        line = PoolTransport(Connection(), ResolvingBackend(ask))
        with pytest.raises(GuardError, match="is forbidden"):
            sent(a_wire(f"http://shop.test:{served.port}/x"), transport=line, admits=refusing_forbidden)

    assert served.opened == 0


def test_a_host_is_looked_up_once() -> None:
    ask, queries = a_name_server(("127.0.0.1",), ("169.254.169.254",))

    with serving(answering(an_answer("302 Found", "location: /to"), an_answer())) as served:
        line = PoolTransport(Connection(), ResolvingBackend(ask))
        answered = sent(
            a_wire(f"http://shop.test:{served.port}/x"), transport=line, admits=refusing_forbidden
        )

    assert answered.status_code == 200
    assert served.opened == 2
    assert queries == ["shop.test"]


def test_a_redirect_is_refused_before_it_is_followed() -> None:
    with (
        serving(answering(an_answer())) as other,
        serving(answering(an_answer("302 Found", f"location: {other.url}/to"))) as served,
    ):
        ports: list[int] = []

        def admit(hop: Destination) -> None:
            ports.append(hop.port)
            if hop.port == other.port:
                raise GuardError([Diagnostic("KNB809", Severity.ERROR, "", "not there.", "go elsewhere.")])

        with pytest.raises(GuardError, match="not there"):
            sent(a_wire(f"{served.url}/x"), admits=admit)

    assert ports == [served.port, other.port]
    assert (served.opened, other.opened) == (1, 0)


@pytest.mark.parametrize(
    "way",
    [
        pytest.param({"transport": httpx.MockTransport(lambda sent: httpx.Response(200))}, id="a transport"),
        pytest.param({"transport": fault_transport("204")}, id="a fault"),
        pytest.param({"connection": Connection(proxy="http://127.0.0.1:1")}, id="a proxy"),
    ],
)
def test_without_a_look_up_there_are_no_addresses(way: dict[str, Any]) -> None:
    destinations: list[Destination] = []

    with suppress(TransportError):
        sent(a_wire("https://shop.test/x"), admits=destinations.append, **way)

    assert destinations == [Destination("https", "shop.test", 443, (), "https://shop.test")]


def test_a_silent_address_is_overtaken_by_the_next() -> None:
    # Of 240.0.0.0/4 nothing answers; whether it is refused at once or never depends on the network.
    ask, _ = a_name_server(("240.0.0.1", "127.0.0.1"))

    with serving(answering(an_answer())) as served:
        line = PoolTransport(Connection(), ResolvingBackend(ask))
        answered = sent(a_wire(f"http://shop.test:{served.port}/x"), transport=line)

    assert answered.status_code == 200


def test_reports_that_every_address_refuses() -> None:
    ask, _ = a_name_server(("127.0.0.1", "127.0.0.2"))
    port = unused_port()

    with pytest.raises(TransportError, match=f"KNB803 nothing responds at http://shop.test:{port}"):
        sent(
            a_wire(f"http://shop.test:{port}/x"), transport=PoolTransport(Connection(), ResolvingBackend(ask))
        )


def test_a_host_without_an_address_cannot_be_resolved() -> None:
    ask, _ = a_name_server(())

    with pytest.raises(TransportError, match=r"KNB803 the host of http://shop\.test cannot be resolved"):
        sent(a_wire("http://shop.test/x"), transport=PoolTransport(Connection(), ResolvingBackend(ask)))


def test_a_name_server_that_is_silent_is_not_waited_for() -> None:
    async def ask(host: str, port: int) -> tuple[str, ...]:
        await asyncio.sleep(600)
        return ()

    with pytest.raises(ResponseTimeoutError) as caught:
        sent(
            a_wire("http://shop.test/x"),
            transport=PoolTransport(Connection(), ResolvingBackend(ask)),
            timeout=0.2,
        )

    assert str(caught.value) == (
        "KNB804 no connection to http://shop.test within 0.2 seconds, so nothing was sent. "
        "Fix: check host, port and network; it is safe to send the request again."
    )


def test_a_cancelled_look_up_ends_silently() -> None:
    async def given_up() -> None:
        task = asyncio.ensure_future(look_up("localhost", 80))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        # The thread that asks has its answer by now, and nobody to give it to.
        await asyncio.sleep(0.1)

    asyncio.run(given_up())


def test_the_second_connection_is_closed() -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write(an_answer())

    ask, _ = a_name_server(("127.0.0.1", "127.0.0.1", "127.0.0.1"))

    with serving(handle) as served:
        sent(a_wire(f"{served.url}/x"), transport=PoolTransport(Connection(), ResolvingBackend(ask)))
        assert served.closed.wait(60)
