from __future__ import annotations

import http.client
import socket
import threading

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kustomer_nb.demo.listener import Listener, bind
from kustomer_nb.demo.service import service


def test_says_why_it_did_not_start() -> None:
    threads = threading.active_count()
    listening = bind(0)
    listener = Listener(service(), listening)
    listening.close()

    with pytest.raises(OSError, match=r"the server did not start \(.*Bad file descriptor\)"):
        listener.start()

    assert threading.active_count() == threads


def test_answers_a_kept_connection_without_delay() -> None:
    listener = Listener(service(), bind(0))
    listener.start()
    line = http.client.HTTPConnection("127.0.0.1", listener.port)
    line.request("GET", "/health")
    line.getresponse().read()

    # With Nagle's algorithm each response but the first comes 40 ms late.
    (connection,) = listener._server.server_state.connections
    sock = connection.transport.get_extra_info("socket")
    is_prompt = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

    line.close()
    listener.stop()
    assert is_prompt


def test_can_be_stopped_by_its_own_thread() -> None:
    app = service(token="t")
    listener = Listener(app, bind(0))

    async def stop(request: Request) -> Response:
        listener.stop()
        return Response("bye")

    app.router.routes.append(Route("/stop", stop))
    listener.start()
    line = http.client.HTTPConnection("127.0.0.1", listener.port)
    line.request("GET", "/stop", headers={"authorization": "Bearer t"})
    answer = line.getresponse().read()
    line.close()
    listener.stop()

    with bind(listener.port):
        assert answer == b"bye"
