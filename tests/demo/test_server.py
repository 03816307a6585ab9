from __future__ import annotations

import asyncio
import gc
import http.client
import json
import logging
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from kustomer_nb.demo import Store
from kustomer_nb.errors import TransportError


def port_of(store: Store) -> int:
    return int(store.url.rpartition(":")[2])


def free_again(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
    return True


def test_answers_as_soon_as_it_is_there() -> None:
    with Store() as store:
        answers = store.is_running()

    assert answers


def test_closing_frees_the_port_and_ends_the_thread() -> None:
    threads = threading.active_count()
    store = Store()

    store.close()
    store.close()

    assert free_again(port_of(store))
    assert threading.active_count() == threads
    assert (store.closed, store.is_running()) == (True, False)


def test_a_port_closed_a_moment_ago_can_be_had_again() -> None:
    with Store() as first:
        assert first.is_running()

    with Store(port=port_of(first)) as second:
        answers = second.is_running()

    assert answers
    assert second.url == first.url


def test_closing_waits_for_nobody() -> None:
    store = Store()
    with ThreadPoolExecutor(1) as pool:
        line = http.client.HTTPConnection("127.0.0.1", port_of(store))
        line.request("GET", "/slow?seconds=120", headers={"authorization": f"Bearer {store.token}"})
        waiting = pool.submit(line.getresponse)
        while not store.requests:
            time.sleep(0.01)
        began = time.monotonic()

        store.close()

        took = time.monotonic() - began
        assert isinstance(waiting.exception(), ConnectionError)
        line.close()
    # Whoever waits for the response, waits two minutes.
    assert took < 60


def test_a_store_that_is_dropped_stops() -> None:
    store = Store()
    port = port_of(store)

    del store
    gc.collect()

    assert free_again(port)


AT_EXIT = """
import atexit, http.client
from kustomer_nb.demo import Store
atexit.register(lambda: line.close())
store = Store()
line = http.client.HTTPConnection("127.0.0.1", int(store.url.rpartition(":")[2]))
line.request("GET", "/slow?seconds=120", headers={"authorization": f"Bearer {store.token}"})
print("bye")
"""


def test_the_interpreter_ends_though_nobody_closed_it() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", AT_EXIT],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "bye\n", "")


def test_leaves_signals_and_logging_alone(caplog: pytest.LogCaptureFixture) -> None:
    before = (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM), logging.root.handlers[:])

    with Store() as store:
        assert store.is_running()
        during = (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM), logging.root.handlers[:])

    assert during == before
    assert caplog.records == []


def test_says_where_and_with_what_it_is_reached(store: Store) -> None:
    token = store.token

    assert store.hosts == {"https://api.ecommstore.com": store.url}
    assert store.settings == {"authToken": token}
    assert store.url == f"http://127.0.0.1:{port_of(store)}"


def test_shows_itself_with_neither_port_nor_token(store: Store) -> None:
    texts = repr(store), store._repr_html_()

    assert texts[0] == "<Store: the E-comm Store on loopback>"
    assert not any(str(port_of(store)) in text or store.token in text for text in texts)
    assert texts[1].startswith("<p><strong>E-comm Store</strong>")


def test_a_port_that_is_taken_is_named(store: Store) -> None:
    port = port_of(store)

    with pytest.raises(TransportError) as caught:
        Store(port=port)

    (diagnostic,) = caught.value.diagnostics
    assert (diagnostic.code, diagnostic.pointer) == ("KNB806", "/port")
    assert f"port {port} of 127.0.0.1" in diagnostic.message
    assert "in use" in diagnostic.message


@pytest.mark.parametrize("port", [-1, 65_536, 10**30])
def test_a_port_that_cannot_be_is_refused(port: int) -> None:
    with pytest.raises(TransportError) as caught:
        Store(port=port)

    assert caught.value.diagnostics.codes == ["KNB806"]
    assert "choose a free port" in str(caught.value)


def test_keeps_its_rows_in_the_file_given(tmp_path: Path) -> None:
    file = tmp_path / "store.sqlite"
    headers = {"authorization": "Bearer t"}

    with Store(database=file, token="t") as first:
        httpx.post(
            f"{first.url}/orders/1042", json={"refund": True}, headers=headers, trust_env=False, verify=False
        )
    with Store(database=file, token="t") as second:
        order = httpx.get(f"{second.url}/orders/1042", headers=headers, trust_env=False, verify=False).json()

    assert order["status"] == "REFUNDED"


def test_keeps_what_it_was_asked_byte_for_byte(store: Store, client: httpx.Client) -> None:
    client.post("/orders/%31042?notify=e%20mail", content=b'{"refund":\ttrue}', headers={"X-Mine": "1"})

    (entry,) = store.requests

    assert (entry["method"], entry["target"]) == ("POST", "/orders/%31042?notify=e%20mail")
    assert (entry["raw_path"], entry["body"]) == (b"/orders/%31042", b'{"refund":\ttrue}')
    assert ["x-mine", "1"] in entry["headers"]


def test_a_handle_sees_the_same_as_the_store_itself(store: Store, client: httpx.Client) -> None:
    client.put("/echo", content=b"\x00\xff")
    handle = Store.from_url(f"{store.url}/", store.token)

    requests = handle.requests

    assert requests == store.requests
    assert requests[0]["body"] == b"\x00\xff"
    assert (handle.url, handle.hosts, handle.settings) == (store.url, store.hosts, store.settings)


def test_closing_a_handle_closes_nothing(store: Store) -> None:
    handle = Store.from_url(store.url, store.token)

    handle.close()

    assert (handle.closed, handle.is_running(), store.is_running()) == (False, True, True)


def test_a_reset_forgets_refunds_and_requests(store: Store, client: httpx.Client) -> None:
    client.post("/orders/1042", json={"refund": True})

    store.reset()

    assert store.requests == []
    assert client.get("/orders/1042").json()["status"] == "SHIPPED"


NO_STORES = [
    pytest.param("http://127.0.0.1:1", "refused", id="nobody there"),
    pytest.param("http://127.0.0.1:port", "Port could not be cast", id="no port"),
    pytest.param("", "", id="no address"),
]


@pytest.mark.parametrize(("url", "why"), NO_STORES)
def test_says_when_no_store_answers(url: str, why: str) -> None:
    handle = Store.from_url(url, "token")

    with pytest.raises(TransportError) as caught:
        handle.reset()

    assert caught.value.diagnostics.codes == ["KNB806"]
    assert why in str(caught.value)
    assert not handle.is_running()


def test_says_when_the_token_is_not_the_store_s(store: Store) -> None:
    handle = Store.from_url(store.url, "wrong-token")

    with pytest.raises(TransportError) as caught:
        handle.reset()

    assert "/reset returned 401" in str(caught.value)
    assert "wrong-token" not in str(caught.value)


async def refund(port: int, token: str, number: int) -> tuple[int, int, bytes]:
    body = json.dumps({"refund": True, "amount": 0.5, "reason": f"no. {number}"}).encode()
    head = f"POST /orders/1042 HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\nconnection: close\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(head.encode() + b"content-length: %d\r\n\r\n" % len(body) + body)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return number, int(answer.split(b" ")[1]), answer.partition(b"\r\n\r\n")[2]


def test_two_hundred_at_once_are_all_answered_right(store: Store) -> None:
    async def all_at_once() -> list[tuple[int, int, bytes]]:
        tasks = [refund(port_of(store), store.token, number) for number in range(200)]
        return await asyncio.wait_for(asyncio.gather(*tasks), 10)

    answers = asyncio.run(all_at_once())

    made = {number: json.loads(body) for number, status, body in answers if status == 200}
    assert len(made) == 55
    assert all(refund["reason"] == f"no. {number}" for number, refund in made.items())
    assert sorted(refund["refundId"] for refund in made.values()) == [f"rf_{n:04d}" for n in range(1, 56)]
    assert [status for _, status, _ in answers].count(409) == 145
    assert len(store.requests) == 200
