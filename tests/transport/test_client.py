from __future__ import annotations

import gzip
import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from kustomer_nb.demo import Store
from kustomer_nb.errors import ResponseTimeoutError, TransportError
from kustomer_nb.transport import LARGEST, send, wait
from tests.samples import answer, raw_server, timed_out, unused_port
from tests.transport.wires import a_wire, sent


def failing_with(error: Exception) -> httpx.MockTransport:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no") from error

    return httpx.MockTransport(refuse)


def redirecting(status: int, location: str) -> tuple[httpx.MockTransport, list[httpx.Request]]:
    """Return a transport whose /from answers with a redirect, and the list of what it is asked."""
    requests: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        if request.extensions["target"] == b"/from":
            return httpx.Response(status, headers=[(b"location", location.encode())])
        return httpx.Response(200, text="arrived")

    return httpx.MockTransport(handle), requests


def test_sends_the_bytes_of_the_wire_and_nothing_else() -> None:
    with raw_server(answer()) as server:
        host = server.url.removeprefix("http://").encode()
        headers = (
            (b"X-Order", b"7"),
            (b"x-a", b"caf\xe9"),
            (b"content-length", b"2"),
            (b"connection", b"close"),
        )

        sent(a_wire(f"{server.url}/a/../b%2Fc?d=e&d", *headers, method="POST", body=b"{}"))

    assert server.received == [
        b"POST /a/../b%2Fc?d=e&d HTTP/1.1\r\nhost: " + host + b"\r\nX-Order: 7\r\nx-a: caf\xe9\r\n"
        b"content-length: 2\r\nconnection: close\r\n\r\n{}"
    ]


def test_returns_status_ordered_headers_body_and_duration() -> None:
    with raw_server(answer(b"teapot", b"418 No", b"X-B: 2", b"x-a: 1", b"x-b: 3")) as server:
        answered = sent(a_wire(server.url))

    assert (answered.status_code, answered.content) == (418, b"teapot")
    assert answered.headers == (("content-length", "6"), ("x-b", "2"), ("x-a", "1"), ("x-b", "3"))
    assert answered.elapsed > 0


def test_outer_white_space_of_a_header_value_is_sent_as_node_sends_it() -> None:
    with raw_server(answer()) as server:
        sent(a_wire(server.url, (b"authorization", b"Bearer abc \t")))

    assert b"\r\nauthorization: Bearer abc \t\r\n" in server.received[0]


@pytest.mark.parametrize(
    "header",
    [
        pytest.param((b"expect", b"100-continue"), id="a wait for leave to go on"),
        pytest.param((b"connection", b"keep-alive, te"), id="a connection of the author's"),
        pytest.param((b"te", b"trailers"), id="what may come back"),
    ],
)
def test_a_hop_by_hop_header_changes_nothing_in_the_body(header: tuple[bytes, bytes]) -> None:
    with raw_server([b"HTTP/1.1 100 Continue\r\n\r\n", *answer(b"done")]) as server:
        length = (b"content-length", b"5")
        answered = sent(a_wire(server.url, header, length, method="POST", body=b"hello"))

    name, value = header
    assert server.received[0].endswith(b"\r\n%s: %s\r\ncontent-length: 5\r\n\r\nhello" % (name, value))
    assert (answered.status_code, answered.content) == (200, b"done")


def test_a_proxy_of_the_environment_is_not_used(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{unused_port()}")
    monkeypatch.setenv("all_proxy", f"http://127.0.0.1:{unused_port()}")

    answered = sent(a_wire(f"{store.url}/health"))

    assert answered.status_code == 200


def test_a_refused_connection_names_host_and_fix() -> None:
    port = unused_port()

    with pytest.raises(TransportError) as caught:
        sent(a_wire(f"http://127.0.0.1:{port}/orders"))

    assert str(caught.value) == (
        f"KNB803 nothing responds at http://127.0.0.1:{port}: the connection was refused. "
        "Fix: start the service, check host and port, or redirect the origin with hosts=."
    )


def test_reports_a_host_that_cannot_be_resolved() -> None:
    # A label of 64 characters is refused without asking any name server.
    with pytest.raises(TransportError, match=r"KNB803 the host of http://a{64}.test cannot be resolved"):
        sent(a_wire(f"http://{'a' * 64}.test/"))


@pytest.mark.parametrize(
    ("error", "message"),
    [
        pytest.param(
            socket.gaierror(-3, "Temporary failure in name resolution"),
            "host of https://api.shop.com cannot be resolved",
            id="no such name",
        ),
        pytest.param(
            ssl.SSLCertVerificationError("self-signed"),
            "certificate of https://api.shop.com is not trusted",
            id="a certificate nobody signed",
        ),
        pytest.param(ssl.SSLError("WRONG_VERSION"), "https://api.shop.com does not use TLS", id="no TLS"),
        pytest.param(
            OSError("unreachable"), "nothing responds at https://api.shop.com", id="no way to the network"
        ),
    ],
)
def test_says_why_no_connection_was_made(error: Exception, message: str) -> None:
    with pytest.raises(TransportError) as caught:
        sent(a_wire("https://api.shop.com/"), transport=failing_with(error))

    assert message in str(caught.value)
    assert caught.value.diagnostics.codes == ["KNB803"]


def test_reports_https_to_a_service_without_tls(store: Store) -> None:
    with pytest.raises(TransportError) as caught:
        sent(a_wire(store.url.replace("http:", "https:")))

    assert "does not use TLS. Fix: write http://" in str(caught.value)


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param((), id="closed without a word"),
        pytest.param((b"HTTP/1.1 200 OK\r\ncontent-le",), id="closed in the headers"),
        pytest.param((b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf",), id="closed in the body"),
        pytest.param((b"SSH-2.0-OpenSSH_9.2\r\n",), id="no HTTP at all"),
    ],
)
def test_an_incomplete_response_is_not_reported_as_a_refused_connection(parts: tuple[bytes, ...]) -> None:
    with raw_server(parts) as server, pytest.raises(TransportError) as caught:
        sent(a_wire(server.url))

    assert "KNB805" in str(caught.value)
    assert "the service may have processed the request" in str(caught.value)


def test_a_request_that_is_not_valid_http_is_not_sent() -> None:
    with raw_server(answer()) as server, pytest.raises(TransportError) as caught:
        sent(a_wire(server.url, (b"transfer-encoding", b"secret-value")))

    assert "is not valid HTTP, so it was not sent" in str(caught.value)
    assert "secret-value" not in str(caught.value)
    assert all(not received for received in server.received)


@pytest.mark.parametrize(
    ("changes", "body"),
    [
        pytest.param({"target": b"/x\r\nx-more: 1"}, b"", id="a line break in the target"),
        pytest.param({"target": b"/x y"}, b"", id="a space in the target"),
        pytest.param({"method": "GET /other HTTP/1.1\r\nx:"}, b"", id="a second request line as the method"),
        pytest.param({"headers": ((b"x", b"1\r\ny: 2"),)}, b"", id="a line break in a value"),
        pytest.param({"headers": ((b"x", b"1\n"),)}, b"", id="a line feed at the end of a value"),
        pytest.param({"headers": ((b"x\r\ny", b"2"),)}, b"", id="a line break in a name"),
        pytest.param({"headers": ((b"x", b"\x00"),)}, b"", id="a null byte"),
        pytest.param({"headers": ((b"content-length", b"3"),)}, b"four", id="another length"),
        pytest.param({"headers": 2 * ((b"content-length", b"4"),)}, b"four", id="a length twice"),
        pytest.param({"headers": ((b"x", b"1"),)}, b"four", id="a body without a length"),
        pytest.param({"headers": ((b"Content-Length", b"4"),)}, b"", id="a length without a body"),
    ],
)
def test_what_would_be_read_as_another_request_is_not_sent(changes: dict[str, Any], body: bytes) -> None:
    with raw_server(answer()) as server, pytest.raises(TransportError) as caught:
        sent(replace(a_wire(server.url, body=body), **changes))

    assert "is not valid HTTP, so it was not sent" in str(caught.value)
    assert all(not received for received in server.received)


def test_the_head_is_sent_as_it_is_in_the_wire() -> None:
    headers = ((b"X-A", b" a\xe9\t"), (b"x-a", b""), (b"Host", b"v"), (b"Connection", b"keep-alive"))
    with raw_server(answer()) as server:
        sent(replace(a_wire(server.url), target=b"/caf\xe9?a=\xff", headers=headers))

    assert server.received == [
        b"GET /caf\xe9?a=\xff HTTP/1.1\r\nX-A:  a\xe9\t\r\nx-a: \r\nHost: v\r\nConnection: keep-alive\r\n\r\n"
    ]


def test_a_slow_service_runs_out_of_time(store: Store) -> None:
    authorization = (b"authorization", f"Bearer {store.token}".encode())
    wire = a_wire(f"{store.url}/slow?seconds=120", authorization)

    error, seconds = timed_out(lambda timeout: sent(wire, timeout=timeout))

    assert type(error) is ResponseTimeoutError
    assert str(error) == (
        f"KNB804 no response to GET {store.url}/slow?seconds=120 within {seconds:g} seconds. "
        "Fix: the service may have processed the request; check before sending it again."
    )


def test_the_time_bounds_the_whole_answer_and_not_each_part_of_it() -> None:
    def drops() -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n"
        for _ in range(1000):
            time.sleep(0.05)
            yield b"x"

    with raw_server(drops(), drops(), drops()) as server:
        error, _ = timed_out(lambda timeout: sent(a_wire(server.url), timeout=timeout))

    assert type(error) is ResponseTimeoutError
    assert server.received


def gzipped(content: bytes) -> tuple[bytes, ...]:
    return (
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: %d\r\n\r\n" % len(content),
        content,
    )


@pytest.mark.parametrize("decompresses", [False, True])
def test_a_response_is_decompressed_only_if_the_platform_does_it(decompresses: bool) -> None:
    packed = gzip.compress(b"text")

    with raw_server(gzipped(packed)) as server:
        answered = sent(a_wire(server.url), decompresses=decompresses)

    assert answered.content == (b"text" if decompresses else packed)


def test_a_response_that_cannot_be_decompressed_is_an_error() -> None:
    with raw_server(gzipped(b"nope")) as server, pytest.raises(TransportError, match="KNB805"):
        sent(a_wire(server.url), decompresses=True)


@pytest.mark.parametrize(
    ("more", "is_truncated"), [pytest.param(0, False, id="50 MB"), pytest.param(1, True, id="a byte more")]
)
def test_the_start_of_a_response_that_is_too_large_is_read(more: int, is_truncated: bool) -> None:
    huge = httpx.MockTransport(lambda request: httpx.Response(200, content=b"x" * (LARGEST + more)))

    answered = sent(a_wire("http://a.b/"), transport=huge)

    assert (len(answered.content), answered.is_truncated) == (LARGEST, is_truncated)


def test_a_bomb_is_read_no_further_than_an_answer_too_large() -> None:
    packed = gzip.compress(bytes(LARGEST * 2))

    with raw_server(gzipped(packed)) as server:
        answered = sent(a_wire(server.url), decompresses=True)

    assert (len(answered.content), answered.is_truncated) == (LARGEST, True)


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308])
def test_a_get_is_redirected(status: int) -> None:
    transport, requests = redirecting(status, "/to?a=%2F")

    answered = sent(a_wire("http://a.b/from"), transport=transport)

    assert answered.content == b"arrived"
    assert [request.extensions["target"] for request in requests] == [b"/from", b"/to?a=%2F"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_no_other_method_is_redirected(method: str) -> None:
    transport, requests = redirecting(307, "/to")

    answered = sent(a_wire("http://a.b/from", method=method), transport=transport)

    assert answered.status_code == 307
    assert len(requests) == 1


def test_an_invalid_redirect_of_a_post_is_a_response() -> None:
    transport, _ = redirecting(302, "http://[::1/")

    answered = sent(a_wire("http://a.b/from", method="POST"), transport=transport)

    assert answered.status_code == 302


def test_a_redirect_without_a_location_is_a_response() -> None:
    lost = httpx.MockTransport(lambda request: httpx.Response(302))

    answered = sent(a_wire("http://a.b/"), transport=lost)

    assert answered.status_code == 302


@pytest.mark.parametrize(
    ("location", "host", "is_kept"),
    [
        pytest.param("/to", b"a.b", True, id="the same host"),
        pytest.param("http://c.d/to", b"c.d", False, id="another host"),
        pytest.param("http://a.b:8080/to", b"a.b:8080", False, id="another port"),
        pytest.param("https://a.b/to", b"a.b", False, id="another scheme"),
    ],
)
def test_a_token_goes_to_no_other_host(location: str, host: bytes, is_kept: bool) -> None:
    transport, requests = redirecting(302, location)
    headers = (
        (b"Authorization", b"Bearer t"),
        (b"cookie", b"a=1"),
        (b"X-Api-Key", b"k"),
        (b"accept", b"*/*"),
    )

    sent(a_wire("http://a.b/from", *headers, private=b"x-api-key"), transport=transport)

    names = [name.lower() for name, _ in requests[-1].headers.raw]
    assert dict(requests[-1].headers.raw)[b"host"] == host
    assert sorted(set(names) - {b"host"}) == (
        [b"accept", b"authorization", b"cookie", b"referer", b"x-api-key"]
        if is_kept
        else [b"accept", b"referer"]
    )


@pytest.mark.parametrize(
    ("location", "is_private", "referers"),
    [
        pytest.param("/to", False, [b"http://a.b/from?t=1#f"], id="on the same host"),
        pytest.param("http://c.d/to", False, [b"http://a.b/from?t=1#f"], id="to another host"),
        pytest.param("/to", True, [b"http://a.b/from?t=1#f"], id="a setting on the same host"),
        pytest.param("http://c.d/to", True, [], id="a setting to another host"),
    ],
)
def test_referer_is_sent_but_no_setting_to_another_host(
    location: str, is_private: bool, referers: list[bytes]
) -> None:
    transport, requests = redirecting(302, location)
    wire = a_wire("http://a.b/from", (b"Referer", b"http://mine/"))

    sent(replace(wire, href=b"http://a.b/from?t=1#f", is_private=is_private), transport=transport)

    assert [value for name, value in requests[-1].headers.raw if name.lower() == b"referer"] == referers


def test_a_circle_of_redirects_ends() -> None:
    transport, requests = redirecting(302, "/from")

    with pytest.raises(TransportError, match=r"KNB805 GET http://a.b/from was redirected more than 10 times"):
        sent(a_wire("http://a.b/from"), transport=transport)

    assert len(requests) == 11


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        pytest.param("ftp://a.b/", "has the scheme ftp, not http or https.", id="another protocol"),
        pytest.param("http://:80/", "has an invalid host", id="no host"),
        pytest.param("http://[::1/", "has an invalid host", id="a broken host"),
        pytest.param("http://t0ken t0ken/", "has an invalid host.", id="a host that is not quoted"),
        pytest.param("/a\x01b", "has a character that cannot be sent", id="a control character"),
        pytest.param("mailto:a@b", "has the scheme mailto, not http or https.", id="a scheme without a host"),
        pytest.param("MailTo:a@b", "has the scheme mailto, not http or https.", id="a scheme in capitals"),
        pytest.param("10:30", "it ", id="what Node takes for a scheme"),
        pytest.param("t0ken:x", "it ", id="a scheme that is not quoted"),
        pytest.param("http:b", "it ", id="no slashes"),
        pytest.param("https:/b", "it ", id="one slash"),
        pytest.param("HTTP:/b", "it ", id="one slash after capitals"),
    ],
)
def test_a_redirect_to_an_invalid_url_is_an_error(location: str, reason: str) -> None:
    location_header = [(b"location", location.encode())]
    transport = httpx.MockTransport(lambda request: httpx.Response(302, headers=location_header))

    with pytest.raises(TransportError, match="was redirected to a URL that cannot be called: it ") as caught:
        sent(a_wire("http://a.b/from"), transport=transport)

    assert reason in str(caught.value)
    assert "t0ken" not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "location", "body"),
    [
        pytest.param(302, "/to", b"", id="a redirect drops the body"),
        pytest.param(307, "/to", b'{"token":"s3cret"}', id="307 keeps it"),
        pytest.param(307, "https://elsewhere.test/to", b"", id="307 keeps nothing for another host"),
    ],
)
def test_a_body_is_redirected_only_as_npm_request_does(status: int, location: str, body: bytes) -> None:
    transport, requests = redirecting(status, location)
    wire = a_wire("http://a.b/from", (b"content-type", b"application/json"), body=b'{"token":"s3cret"}')

    wait(send(wire, timeout=60, transport=transport))

    assert requests[-1].content == body
    assert ("content-type" in requests[-1].headers) is bool(body)
