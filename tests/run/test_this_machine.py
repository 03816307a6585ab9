from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import pytest

from kustomer_nb.config import Profile
from kustomer_nb.errors import GuardError
from kustomer_nb.run.guards import admit
from kustomer_nb.transport import Destination
from tests.run.machines import looking_up, redirecting, resolving
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
def test_another_machine_does_not_redirect_to_this_one(host: str, first: Destination) -> None:
    to = redirected(host, first=first)

    with pytest.raises(GuardError) as caught:
        admit(to, Profile(proxy=None if first.addresses else "http://proxy.shop.com"))

    assert caught.value.diagnostics.codes == ["KNB835"]
    assert all(place.masked_origin in str(caught.value) for place in (first, to))


@pytest.mark.parametrize(
    ("addresses", "is_refused"),
    [
        pytest.param(("127.0.0.1",), True, id="this machine"),
        pytest.param(("203.0.113.7", "127.0.0.1"), True, id="this machine among others"),
        pytest.param(("::ffff:127.0.0.1",), True, id="this machine within IPv6"),
        pytest.param(("203.0.113.7",), False, id="another machine"),
        pytest.param(("10.0.0.7",), False, id="a machine of the same network"),
        pytest.param(("2001:db8::127:1",), False, id="digits that only look like it"),
    ],
)
def test_a_redirect_goes_by_what_its_name_resolves_to(addresses: tuple[str, ...], is_refused: bool) -> None:
    profile = Profile(allowed_hosts=("api.shop.com", "*.example", "127.0.0.1"))

    with pytest.raises(GuardError, match="KNB835") if is_refused else nullcontext():
        admit(redirected("localhost.evil.example", *addresses), profile)


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(Destination("http", "127.0.0.1", 80, ("127.0.0.1",), "…"), id="by number"),
        pytest.param(Destination("http", "localhost", 80, ("127.0.0.1", "::1"), "…"), id="by name"),
        pytest.param(
            Destination("http", "dev.shop.com", 80, ("127.0.0.1",), "…"), id="by a name of one's own"
        ),
        pytest.param(Destination("http", "localhost", 80, (), "…"), id="not looked up"),
    ],
)
def test_this_machine_redirects_to_itself(first: Destination) -> None:
    admit(redirected("127.0.0.1", "127.0.0.1", first=first), Profile())


WIDE = ["0.0.0.0", "[::]", "shop.localhost", "localhost.", "127.1", "2130706433"]


@pytest.mark.parametrize("host", WIDE)
@pytest.mark.parametrize("addresses", [(), ("127.0.0.1", "203.0.113.5")], ids=["not looked up", "looked up"])
def test_a_redirect_to_the_first_origin_stays_where_the_request_went(
    host: str, addresses: tuple[str, ...]
) -> None:
    first = Destination("http", host.strip("[]"), 80, addresses, f"http://{host}")

    admit(redirected(host.upper(), *addresses[::-1], first=first), Profile())


@pytest.mark.parametrize("host", WIDE)
@pytest.mark.parametrize(
    ("port", "addresses"),
    [
        pytest.param(80, ("127.0.0.1", "203.0.113.5"), id="one address more"),
        pytest.param(80, ("127.0.0.1",), id="another address"),
        pytest.param(8080, ("203.0.113.5",), id="another port"),
    ],
)
def test_a_first_origin_that_leads_elsewhere_by_now_is_another_one(
    host: str, port: int, addresses: tuple[str, ...]
) -> None:
    name = host.strip("[]")
    first = Destination("http", name, 80, ("203.0.113.5",), f"http://{host}")

    with pytest.raises(GuardError, match="KNB835"):
        admit(Destination("http", name, port, addresses, f"http://{host}", first), Profile())


@pytest.mark.parametrize("host", ["0.0.0.0", "127.1"])
def test_a_server_of_this_machine_redirects_within_itself_however_it_is_called(host: str) -> None:
    with raw_server(answer(b"", b"302 Found", b"location: /y"), answer()) as server:
        run = asking(f"http://{host}:{server.url.rpartition(':')[2]}/x").run()

    assert run.is_good
    assert [request.split()[1] for request in server.received] == [b"/x", b"/y"]


def test_a_name_that_may_be_another_machine_does_not_redirect_to_this_one() -> None:
    first = Destination("http", "localhost", 80, ("127.0.0.1", "203.0.113.5"), "http://localhost")

    with pytest.raises(GuardError, match="KNB835"):
        admit(redirected("127.0.0.1", "127.0.0.1", first=first), Profile())


def test_a_first_step_to_this_machine_is_no_redirect() -> None:
    admit(Destination("http", "127.0.0.1", 80, ("127.0.0.1",), "http://127.0.0.1"), Profile())


@pytest.mark.parametrize("location", ["http://127.0.0.1:{}/", "http://2130706433:{}/", "http://0x7f.1:{}/"])
@pytest.mark.parametrize("hosts", [{}, {"https://api.shop.com": "https://staging.shop.com"}], ids=repr)
def test_a_redirect_into_this_machine_is_not_connected_to(location: str, hosts: dict[str, str]) -> None:
    with raw_server(answer()) as inside:
        to = location.format(inside.url.rpartition(":")[2])
        with pytest.raises(GuardError, match="KNB835"):
            asking("https://api.shop.com/from").run(hosts=hosts, transport=redirecting(to))

    assert inside.received == []


def test_this_machine_redirects_within_itself_over_a_real_line() -> None:
    with raw_server(answer()) as other:
        location = b"location: http://other.shop.test:%s/to" % other.url.rpartition(":")[2].encode()
        with raw_server(answer(b"", b"302 Found", location)) as server:
            line = resolving(other_shop_test=("127.0.0.1",))
            run = asking(f"{server.url}/from").run(transport=line)

    assert run.is_good
    assert len(other.received) == 1


@pytest.mark.parametrize(
    "addresses",
    [
        pytest.param(("203.0.113.5",), id="another machine"),
        pytest.param(("127.0.0.1", "203.0.113.5"), id="another machine among its addresses"),
        pytest.param(("::1", "2001:db8::1"), id="by IPv6"),
        pytest.param(("0.0.0.0",), id="no address of one"),
    ],
)
@pytest.mark.parametrize(
    ("method", "template"),
    [("delete", {}), ("post", {}), ("get", {"headers": {"x-http-method": "PUT"}})],
    ids=["delete", "post", "an overridden get"],
)
def test_what_is_called_localhost_and_is_another_machine_is_confirmed(
    addresses: tuple[str, ...], method: str, template: dict[str, Any]
) -> None:
    action = asking("http://localhost/", method, template=template)

    with pytest.raises(GuardError) as caught:
        action.run(transport=resolving(localhost=addresses))

    assert (caught.value.diagnostics.codes, caught.value.name) == (["KNB809"], "localhost")


def test_localhost_by_hosts_is_looked_up_too() -> None:
    hosts = {"https://api.shop.com": "http://localhost:8000"}
    line = resolving(localhost=("203.0.113.5",))

    with pytest.raises(GuardError, match='pass confirm="localhost:8000"'):
        asking("https://api.shop.com/", "post").run(hosts=hosts, transport=line)


def test_a_confirmed_localhost_may_be_another_machine() -> None:
    url = f"localhost:{unused_port()}"
    line = resolving(localhost=("203.0.113.5",))

    # It goes on to connect, which the network of this test lets it do to this machine alone.
    with pytest.raises(AssertionError, match=r"203\.0\.113\.5"):
        asking(f"http://{url}/", "post").run(confirm=url, transport=line)


def test_localhost_that_is_this_machine_alone_is_free_and_looked_up_once() -> None:
    asked: list[str] = []

    async def look_up(host: str, port: int) -> tuple[str, ...]:
        asked.append(host)
        return ("127.0.0.1",) if len(asked) == 1 else ("203.0.113.5",)

    with raw_server(answer()) as server:
        url = server.url.replace("127.0.0.1", "localhost")
        run = asking(url, "post").run(transport=looking_up(look_up))

    assert run.is_good
    assert asked == ["localhost"]
