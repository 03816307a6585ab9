from __future__ import annotations

from collections.abc import Iterator

import pytest

from kustomer_nb.demo.listener import Listener, bind
from kustomer_nb.demo.page_listener import PageListener
from kustomer_nb.demo.service import TOKEN, service
from kustomer_nb.errors import ResponseTimeoutError, TransportError
from kustomer_nb.transport import Connection, RawResponse, browser, send, wait
from kustomer_nb.transport.browser_network import BrowserBackend
from kustomer_nb.transport.pool import PoolTransport

from .wires import a_wire

AUTHORIZATION = (b"authorization", f"Bearer {TOKEN}".encode())


@pytest.fixture
def page() -> Iterator[PageListener]:
    listener = PageListener(service())
    listener.start()
    yield listener
    listener.stop()


def answer(url: str, *, method: str = "GET", body: bytes = b"", timeout: float = 5) -> RawResponse:
    headers = [AUTHORIZATION, (b"content-length", b"%d" % len(body))]
    wire = a_wire(url, *headers, method=method, body=body)
    transport = PoolTransport(Connection(), BrowserBackend())
    return wait(lambda: send(wire, timeout=timeout, transport=transport))


@pytest.mark.parametrize("path", ["/orders/1042", "/no/such?a=%2F", "/orders?limit=2", "/html", "/empty"])
def test_a_page_answers_as_a_socket_does(page: PageListener, path: str) -> None:
    elsewhere = Listener(service(), bind(0))
    elsewhere.start()
    there = a_wire(f"http://127.0.0.1:{elsewhere.port}{path}", AUTHORIZATION)

    in_page = answer(f"http://127.0.0.1:{page.port}{path}")
    on_socket = wait(lambda: send(there, timeout=5))

    elsewhere.stop()
    assert (in_page.status_code, in_page.headers) == (on_socket.status_code, on_socket.headers)
    assert in_page.content == on_socket.content


def test_a_page_has_the_state_of_its_store(page: PageListener) -> None:
    url = f"http://localhost:{page.port}/orders/1042"
    first, again = (answer(url, method="POST", body=b'{"refund":true}') for _ in range(2))
    page.reset()
    afresh = answer(url, method="POST", body=b'{"refund":true}')

    assert (first.status_code, again.status_code, afresh.status_code) == (200, 409, 200)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{free}/",
        "https://127.0.0.1:{port}/",
        "http://shop.example:{port}/",
        "http://192.0.2.1:{port}/",
    ],
)
def test_nothing_outside_the_page_is_reached(page: PageListener, url: str) -> None:
    with pytest.raises(TransportError):
        answer(url.format(port=page.port, free=page.port + 1))


def test_a_response_that_does_not_come_ends_in_time(page: PageListener) -> None:
    with pytest.raises(ResponseTimeoutError):
        answer(f"http://127.0.0.1:{page.port}/slow?seconds=60", timeout=0.2)


def test_a_server_that_is_stopped_is_not_reached(page: PageListener) -> None:
    page.stop()
    page.stop()

    assert browser.server_at(page.port) is None
    with pytest.raises(TransportError):
        answer(f"http://127.0.0.1:{page.port}/health")
