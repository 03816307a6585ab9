from __future__ import annotations

import base64
import http.client
import json
import socket
import time

import httpx
import pytest

from kustomer_nb.demo import Store
from kustomer_nb.demo.trouble import LONGEST_WAIT, seconds_of

TIMES = [
    pytest.param("0", 0, id="no time"),
    pytest.param("2.5", 2.5, id="two seconds and a half"),
    pytest.param("120", 120, id="the longest"),
    pytest.param("1e9", LONGEST_WAIT, id="years"),
    pytest.param("inf", LONGEST_WAIT, id="for ever"),
    pytest.param("-1", None, id="before"),
    pytest.param("nan", None, id="no number"),
    pytest.param("soon", None, id="a word"),
]


@pytest.mark.parametrize(("text", "seconds"), TIMES)
def test_waits_at_most_two_minutes(text: str, seconds: float | None) -> None:
    waited = seconds_of(text)

    assert waited == seconds


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_is_as_slow_as_asked(client: httpx.Client, method: str) -> None:
    began = time.monotonic()

    answer = client.request(method, "/slow?seconds=0.2", content=b"{}")

    assert answer.json() == {"status": "ok", "seconds": 0.2}
    assert time.monotonic() - began >= 0.2


def test_refuses_a_time_that_is_none(client: httpx.Client) -> None:
    answer = client.get("/slow?seconds=soon")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["message"] == "\"seconds\" must be 0 or more, not 'soon'."


@pytest.mark.parametrize(
    ("status", "phrase"), [(400, "Bad Request"), (503, "Service Unavailable"), (599, None)]
)
def test_fails_with_the_status_asked_for(client: httpx.Client, status: int, phrase: str | None) -> None:
    answer = client.post(f"/fail?status={status}")

    assert answer.status_code == status
    assert answer.json()["errors"] == [
        {
            "code": "failed_on_purpose",
            "message": f"{phrase or 'Unknown status'}, as requested.",
            "meta": {"status": status},
        }
    ]


@pytest.mark.parametrize("status", ["200", "600", "99", "teapot"])
def test_fails_with_no_status_that_is_no_failure(client: httpx.Client, status: str) -> None:
    answer = client.get(f"/fail?status={status}")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "invalid_status"


BROKEN = [
    pytest.param("/html", "text/html; charset=utf-8", b"<!doctype html>", id="a page for JSON"),
    pytest.param("/broken-json", "application/json", b'{"status": "ok", "orders": [', id="JSON cut off"),
    pytest.param("/empty", "application/json", b"", id="nothing"),
]


@pytest.mark.parametrize(("path", "kind", "start"), BROKEN)
def test_answers_200_with_what_is_no_json(client: httpx.Client, path: str, kind: str, start: bytes) -> None:
    answer = client.get(path)

    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
    assert answer.content.startswith(start)
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_sends_elsewhere(client: httpx.Client) -> None:
    answer = client.get("/redirect")

    assert (answer.status_code, answer.headers["location"]) == (302, "/health")


def test_echoes_the_very_bytes_that_a_socket_sent(store: Store) -> None:
    body = bytes(range(256)) + "é 日本".encode()
    target = b"/%65cho?q=%2F%20a+b&empty=&&q=%E6%97%A5"
    head = [
        b"POST " + target + b" HTTP/1.1",
        b"host: store",
        b"authorization: Bearer " + store.token.encode(),
        b"x-twice: one",
        b"x-other: caf\xe9",
        b"x-twice: two  spaces",
        b"content-length: %d" % len(body),
    ]

    with socket.create_connection(("127.0.0.1", int(store.url.rpartition(":")[2]))) as line:
        line.sendall(b"\r\n".join([*head, b"", body]))
        answer = http.client.HTTPResponse(line)
        answer.begin()
        echo = json.loads(answer.read())

    assert f"{echo['method']} {echo['target']} HTTP/1.1".encode() == head[0]
    assert [f"{name}: {value}".encode("latin-1") for name, value in echo["headers"]] == head[1:]
    assert (f"{echo['path']}?{echo['query']}".encode(), base64.b64decode(echo["bodyBase64"])) == (
        target,
        body,
    )


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE"])
def test_echoes_any_method(client: httpx.Client, method: str) -> None:
    answer = client.request(method, "/echo", content="é".encode())

    assert (answer.json()["method"], answer.json()["target"], answer.json()["body"]) == (method, "/echo", "é")
