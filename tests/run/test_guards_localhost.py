from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import pytest

from kustomer_nb.config import Profile
from kustomer_nb.errors import GuardError
from kustomer_nb.run.guards import admit
from kustomer_nb.transport import Destination
from tests.run.services import looking_up, redirecting, resolving
from tests.samples import answer, asking, raw_server, unused_port

SERVICE = Destination("https", "api.shop.com", 443, ("203.0.113.7",), "https://api.shop.com")
BEHIND_PROXY = Destination("https", "api.shop.com", 443, (), "https://api.shop.com")


def redirected(host: str, *addresses: str, first: Destination = SERVICE) -> Destination:
    return Destination("http", host.strip("[]"), 80, addresses, f"http://{host}", first)


BY_NUMBER = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "017700000001",
    "127.1",
]
BY_IPV6 = ["[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]"]
BY_NAME = ["localhost", "LOCALHOST.", "a.localhost"]


@pytest.mark.parametrize("host", [*BY_NUMBER, *BY_IPV6, *BY_NAME])
@pytest.mark.parametrize("first", [SERVICE, BEHIND_PROXY], ids=["direct", "through a proxy"])
def test_a_remote_host_cannot_redirect_to_localhost(host: str, first: Destination) -> None:
    to = redirected(host, first=first)

    with pytest.raises(GuardError) as caught:
        admit(to, Profile(proxy=None if first.addresses else "http://proxy.shop.com"))

    assert caught.value.diagnostics.codes == ["KNB835"]
    assert all(place.masked_origin in str(caught.value) for place in (first, to))


@pytest.mark.parametrize(
    ("addresses", "is_refused"),
    [
        pytest.param(("127.0.0.1",), True, id="loopback"),
        pytest.param(("203.0.113.7", "127.0.0.1"), True, id="loopback among others"),
        pytest.param(("::ffff:127.0.0.1",), True, id="loopback within IPv6"),
        pytest.param(("203.0.113.7",), False, id="a remote host"),
        pytest.param(("10.0.0.7",), False, id="a host of the same network"),
        pytest.param(("2001:db8::127:1",), False, id="digits that only look like it"),
    ],
)
def test_a_redirect_is_checked_by_its_addresses(addresses: tuple[str, ...], is_refused: bool) -> None:
    profile = Profile(allowed_hosts=("api.shop.com", "*.example", "127.0.0.1"))

    with pytest.raises(GuardError, match="KNB835") if is_refused else nullcontext():
        admit(redirected("localhost.evil.example", *addresses), profile)


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(Destination("http", "127.0.0.1", 80, ("127.0.0.1",), "…"), id="by number"),
        pytest.param(Destination("http", "localhost", 80, ("127.0.0.1", "::1"), "…"), id="by name"),
        pytest.param(Destination("http", "dev.shop.com", 80, ("127.0.0.1",), "…"), id="by a custom name"),
        pytest.param(Destination("http", "localhost", 80, (), "…"), id="not looked up"),
    ],
)
def test_localhost_may_redirect_to_localhost(first: Destination) -> None:
    admit(redirected("127.0.0.1", "127.0.0.1", first=first), Profile())


WIDE = ["0.0.0.0", "[::]", "shop.localhost", "localhost.", "127.1", "2130706433"]


@pytest.mark.parametrize("host", WIDE)
@pytest.mark.parametrize("addresses", [(), ("127.0.0.1", "203.0.113.5")], ids=["not looked up", "looked up"])
def test_a_redirect_to_the_first_origin_is_allowed(host: str, addresses: tuple[str, ...]) -> None:
    first = Destination("http", host.strip("[]"), 80, addresses, f"http://{host}")

    admit(redirected(host.upper(), *addresses[::-1], first=first), Profile())


@pytest.mark.parametrize("host", WIDE)
@pytest.mark.parametrize(
    ("port", "addresses"),
    [
        pytest.param(80, ("127.0.0.1", "203.0.113.5"), id="an additional address"),
        pytest.param(80, ("127.0.0.1",), id="another address"),
        pytest.param(8080, ("203.0.113.5",), id="another port"),
    ],
)
def test_a_first_origin_with_other_addresses_is_another_destination(
    host: str, port: int, addresses: tuple[str, ...]
) -> None:
    name = host.strip("[]")
    first = Destination("http", name, 80, ("203.0.113.5",), f"http://{host}")

    with pytest.raises(GuardError, match="KNB835"):
        admit(Destination("http", name, port, addresses, f"http://{host}", first), Profile())


@pytest.mark.parametrize("host", ["0.0.0.0", "127.1"])
def test_a_local_server_may_redirect_to_itself_by_any_name(host: str) -> None:
    with raw_server(answer(b"", b"302 Found", b"location: /y"), answer()) as server:
        run = asking(f"http://{host}:{server.url.rpartition(':')[2]}/x").run()

    assert run.ok
    assert [request.split()[1] for request in server.received] == [b"/x", b"/y"]


def test_a_name_that_may_be_remote_cannot_redirect_to_localhost() -> None:
    first = Destination("http", "localhost", 80, ("127.0.0.1", "203.0.113.5"), "http://localhost")

    with pytest.raises(GuardError, match="KNB835"):
        admit(redirected("127.0.0.1", "127.0.0.1", first=first), Profile())


def test_a_request_to_localhost_is_not_a_redirect() -> None:
    admit(Destination("http", "127.0.0.1", 80, ("127.0.0.1",), "http://127.0.0.1"), Profile())


@pytest.mark.parametrize("location", ["http://127.0.0.1:{}/", "http://2130706433:{}/", "http://0x7f.1:{}/"])
@pytest.mark.parametrize("hosts", [{}, {"https://api.shop.com": "https://staging.shop.com"}], ids=repr)
def test_a_redirect_to_localhost_is_not_connected_to(location: str, hosts: dict[str, str]) -> None:
    with raw_server(answer()) as inside:
        to = location.format(inside.url.rpartition(":")[2])
        with pytest.raises(GuardError, match="KNB835"):
            asking("https://api.shop.com/from").run(hosts=hosts, transport=redirecting(to))

    assert inside.received == []


def test_localhost_may_redirect_to_localhost_over_a_real_connection() -> None:
    with raw_server(answer()) as other:
        location = b"location: http://other.shop.test:%s/to" % other.url.rpartition(":")[2].encode()
        with raw_server(answer(b"", b"302 Found", location)) as server:
            transport = resolving(other_shop_test=("127.0.0.1",))
            run = asking(f"{server.url}/from").run(transport=transport)

    assert run.ok
    assert len(other.received) == 1


@pytest.mark.parametrize(
    "addresses",
    [
        pytest.param(("203.0.113.5",), id="a remote host"),
        pytest.param(("127.0.0.1", "203.0.113.5"), id="a remote address among others"),
        pytest.param(("::1", "2001:db8::1"), id="by IPv6"),
        pytest.param(("0.0.0.0",), id="the unspecified address"),
    ],
)
@pytest.mark.parametrize(
    ("method", "template"),
    [("delete", {}), ("post", {}), ("get", {"headers": {"x-http-method": "PUT"}})],
    ids=["delete", "post", "an overridden get"],
)
def test_a_localhost_that_resolves_to_a_remote_host_needs_confirmation(
    addresses: tuple[str, ...], method: str, template: dict[str, Any]
) -> None:
    action = asking("http://localhost/", method, template=template)

    with pytest.raises(GuardError) as caught:
        action.run(transport=resolving(localhost=addresses))

    assert (caught.value.diagnostics.codes, caught.value.name) == (["KNB809"], "localhost")


def test_a_localhost_from_hosts_is_resolved() -> None:
    hosts = {"https://api.shop.com": "http://localhost:8000"}
    transport = resolving(localhost=("203.0.113.5",))

    with pytest.raises(GuardError, match='pass confirm="localhost:8000"'):
        asking("https://api.shop.com/", "post").run(hosts=hosts, transport=transport)


def test_a_confirmed_localhost_may_be_remote() -> None:
    url = f"localhost:{unused_port()}"
    transport = resolving(localhost=("203.0.113.5",))

    # Past the guard it connects, which this test allows to loopback only.
    with pytest.raises(AssertionError, match=r"203\.0\.113\.5"):
        asking(f"http://{url}/", "post").run(confirm=url, transport=transport)


def test_a_local_localhost_needs_no_confirmation_and_is_resolved_once() -> None:
    resolved_names: list[str] = []

    async def look_up(host: str, port: int) -> tuple[str, ...]:
        resolved_names.append(host)
        return ("127.0.0.1",) if len(resolved_names) == 1 else ("203.0.113.5",)

    with raw_server(answer()) as server:
        url = server.url.replace("127.0.0.1", "localhost")
        run = asking(url, "post").run(transport=looking_up(look_up))

    assert run.ok
    assert resolved_names == ["localhost"]
