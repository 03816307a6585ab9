from __future__ import annotations

import asyncio
import base64
import socket
import ssl
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives import serialization

from kustomer_nb.errors import TransportError
from kustomer_nb.secrets import Secret
from kustomer_nb.transport import Connection, send
from tests.samples import unused_port
from tests.transport.wires import Handler, Serving, a_wire, an_answer, answering, request_of, sent, serving


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> Path:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


def server_tls(authority: trustme.CA, *names: str, asks: bool = False) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(*names).configure_cert(context)
    if asks:
        authority.configure_trust(context)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def written(ours: trustme.LeafCert, folder: Path) -> tuple[Path, Path]:
    """Return the files of a certificate and its key."""
    certificate, key = folder / "me.pem", folder / "me.key"
    ours.cert_chain_pems[0].write_to_path(str(certificate))
    ours.private_key_pem.write_to_path(str(key))
    return certificate, key


@contextmanager
def tls_server(authority: trustme.CA, *names: str, asks: bool = False) -> Iterator[str]:
    tls = server_tls(authority, *(names or ("127.0.0.1",)), asks=asks)
    with serving(answering(an_answer()), tls=tls) as served:
        yield f"https://127.0.0.1:{served.port}"


def test_an_untrusted_certificate_is_rejected(authority: trustme.CA) -> None:
    with tls_server(authority) as url, pytest.raises(TransportError) as caught:
        sent(a_wire(url))

    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "KNB803"
    assert f"the certificate of {url} is not trusted (" in diagnostic.message
    assert "ca_file" in diagnostic.fix


def test_a_private_ca_is_trusted(authority: trustme.CA, ca_file: Path) -> None:
    with tls_server(authority) as url:
        answered = sent(a_wire(url), connection=Connection(ca_file=ca_file))

    assert answered.status_code == 200


def test_a_certificate_for_another_name_is_rejected(authority: trustme.CA, ca_file: Path) -> None:
    with tls_server(authority, "other.test") as url, pytest.raises(TransportError, match="is not trusted"):
        sent(a_wire(url), connection=Connection(ca_file=ca_file))


def test_a_client_certificate_is_presented(authority: trustme.CA, ca_file: Path, tmp_path: Path) -> None:
    certificate, key = written(authority.issue_cert("me@shop.com"), tmp_path)

    with tls_server(authority, asks=True) as url:
        answered = sent(a_wire(url), connection=Connection(ca_file, certificate, key))

    assert answered.status_code == 200


def test_a_service_that_requires_a_client_certificate_rejects_others(
    authority: trustme.CA, ca_file: Path
) -> None:
    with tls_server(authority, asks=True) as url, pytest.raises(TransportError):
        sent(a_wire(url), connection=Connection(ca_file))


def test_no_client_certificate_is_presented_after_a_redirect_to_another_origin(
    authority: trustme.CA, ca_file: Path, tmp_path: Path
) -> None:
    certificate, key = written(authority.issue_cert("me@shop.com"), tmp_path)
    certificates: list[bool] = []

    def noting(answer: bytes) -> Handler:
        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await request_of(reader)
            certificates.append(bool(writer.get_extra_info("peercert")))
            writer.write(answer)
            await writer.drain()

        return handle

    asking = server_tls(authority, "127.0.0.1", asks=True)
    asking.verify_mode = ssl.CERT_OPTIONAL
    with serving(noting(an_answer()), tls=asking) as other:
        redirect = an_answer("302 Found", f"location: https://127.0.0.1:{other.port}/")
        with serving(noting(redirect), tls=asking) as first:
            way = Connection(ca_file, certificate, key)
            answered = sent(a_wire(f"https://127.0.0.1:{first.port}/"), connection=way)

    assert answered.status_code == 200
    assert certificates == [True, False]


def test_a_connection_closed_before_tls_is_not_reported_as_refused() -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        sock: socket.socket = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    message = r"KNB803 .* closed the connection during the TLS handshake"
    with serving(handle) as served, pytest.raises(TransportError, match=message):
        sent(a_wire(f"https://127.0.0.1:{served.port}/"))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param({"ca_file": "no.pem"}, "file no.pem cannot be used: no such file", id="no file"),
        pytest.param(
            {"ca_file": "text.pem"}, "text.pem cannot be used: its content is not valid", id="no certificate"
        ),
        pytest.param({"cert_file": "no.pem"}, "no.pem cannot be used", id="no certificate of ours"),
        pytest.param({"cert_file": "ca.pem"}, "ca.pem cannot be used", id="a certificate without a key"),
        pytest.param(
            {"cert_file": "ca.pem", "key_file": "no.key"}, "no.key cannot be used: no such file", id="no key"
        ),
        pytest.param({"key_file": "no.key"}, "the key file no.key has no certificate", id="a key alone"),
    ],
)
def test_an_unusable_file_is_named_and_nothing_is_sent(
    options: dict[str, str], message: str, ca_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ca_file.parent)
    Path("text.pem").write_text("no certificate")

    with serving(answering(an_answer())) as served, pytest.raises(TransportError) as caught:
        sent(a_wire(served.url), connection=Connection(**options))

    assert caught.value.diagnostics.codes == ["KNB818"]
    assert message in str(caught.value)
    assert served.opened == 0


def test_a_key_with_a_password_prompts_nobody(authority: trustme.CA, tmp_path: Path) -> None:
    ours = authority.issue_cert("me@shop.com")
    certificate, key = written(ours, tmp_path)
    plain = serialization.load_pem_private_key(ours.private_key_pem.bytes(), None)
    key.write_bytes(
        plain.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"s3cret"),
        )
    )

    with pytest.raises(TransportError, match=r"KNB818 .* its key without a password"):
        sent(a_wire("http://127.0.0.1:1/"), connection=Connection(cert_file=certificate, key_file=key))


@contextmanager
def proxying(*, user: str = "", status: str = "200 OK") -> Iterator[Serving]:
    """A proxy that answers plain requests itself and makes tunnels; it asks for a user if one is named."""
    wanted = base64.b64encode(user.encode())

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head, _ = await request_of(reader)
        served.asked.append(head)
        if wanted and b"Basic " + wanted not in head:
            writer.write(an_answer("407 Proxy Authentication Required"))
        elif head.startswith(b"CONNECT "):
            host, _, port = head.split()[1].decode().rpartition(":")
            # A name that only the proxy knows.
            upstream = await asyncio.open_connection("127.0.0.1" if host == "inner.test" else host, int(port))
            writer.write(b"HTTP/1.1 200 Tunnel\r\n\r\n")
            try:
                await asyncio.gather(_copy(reader, upstream[1]), _copy(upstream[0], writer))
            finally:
                upstream[1].transport.abort()
                with suppress(OSError):
                    await upstream[1].wait_closed()
        else:
            writer.write(an_answer(status))
        await writer.drain()

    with serving(handle) as served:
        yield served


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while part := await reader.read(65536):
        writer.write(part)
        await writer.drain()
    writer.close()


def test_a_proxy_gets_the_whole_url_and_resolves_the_host() -> None:
    with proxying() as proxy:
        answered = sent(a_wire("http://inner.test/a/../b?c=%2F"), connection=Connection(proxy=proxy.url))

    assert answered.status_code == 200
    assert proxy.asked[0].startswith(b"GET http://inner.test/a/../b?c=%2F HTTP/1.1\r\n")


def test_tls_goes_through_a_proxy_but_its_password_does_not(authority: trustme.CA, ca_file: Path) -> None:
    heads: list[bytes] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append((await request_of(reader))[0])
        writer.write(an_answer())
        await writer.drain()

    tls = server_tls(authority, "inner.test")
    with serving(handle, tls=tls) as service, proxying(user="me:s3cret") as proxy:
        way = Connection(ca_file, proxy=proxy.url.replace("://", "://me:s3cret@"))
        wire = a_wire(f"https://inner.test:{service.port}/x", (b"authorization", b"Bearer t"))
        answered = sent(wire, connection=way)

    assert answered.status_code == 200
    assert proxy.asked[0].startswith(b"CONNECT inner.test:%d HTTP/1.1\r\n" % service.port)
    assert b"Bearer" not in proxy.asked[0]
    assert heads[0].startswith(b"GET /x HTTP/1.1\r\n")
    assert b"proxy-authorization" not in heads[0].lower()


def test_a_proxy_that_refuses_a_tunnel_is_named_without_its_password() -> None:
    with proxying(user="me:s3cret") as proxy:
        way = Connection(proxy=proxy.url.replace("://", "://me:wr0ng@"))
        with pytest.raises(TransportError) as caught:
            sent(a_wire("https://inner.test/x"), connection=way)

    assert str(caught.value) == (
        f"KNB818 the proxy {proxy.url} rejects the connection to https://inner.test: 407 Proxy "
        "Authentication Required. Fix: check the proxy, and its user and password."
    )


def test_an_unreachable_proxy_is_named() -> None:
    port = unused_port()

    with pytest.raises(
        TransportError, match=f"KNB803 nothing responds at the proxy http://127.0.0.1:{port}: "
    ):
        sent(
            a_wire("https://inner.test/x"), connection=Connection(proxy=f"http://me:s3cret@127.0.0.1:{port}")
        )


@pytest.mark.parametrize(
    "proxy", ["proxy.shop.com:3128", "socks5://s3cret@a.b:1", "http://", "http://[s3cret", ""]
)
def test_an_invalid_proxy_url_is_rejected_and_not_quoted(proxy: str) -> None:
    with pytest.raises(TransportError, match="KNB818 the URL of the proxy is invalid") as caught:
        sent(a_wire("http://inner.test/x"), connection=Connection(proxy=proxy))

    assert "s3cret" not in str(caught.value)


def test_connections_with_the_same_options_are_equal_and_show_no_password() -> None:
    connection = Connection(proxy="http://me:s3cret@p.test", requests_per_minute=6)
    other = Connection(proxy=Secret("http://me:s3cret@p.test", source=".env"), requests_per_minute=6)

    assert connection == other
    assert hash(connection) == hash(other)
    assert connection != Connection(proxy="http://me:other@p.test", requests_per_minute=6)
    assert "s3cret" not in repr(connection)


def test_a_rate_limit_of_zero_is_rejected() -> None:
    with pytest.raises(ValueError, match="must be at least 1"):
        Connection(requests_per_minute=0)


def test_requests_with_one_rate_limit_wait_for_each_other() -> None:
    async def three(url: str) -> int:
        # The third waits half a minute for its turn, which is not part of its timeout.
        sends = [
            asyncio.ensure_future(
                send(a_wire(url), timeout=timeout, connection=Connection(requests_per_minute=2))
            )
            for timeout in (60, 60, 0.2)
        ]
        await asyncio.gather(*sends[:2])
        done, waiting = await asyncio.wait(sends, timeout=0.5)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*sends, return_exceptions=True)
        return len(done)

    with serving(answering(an_answer())) as served:
        ended = asyncio.run(three(served.url))

    assert ended == 2
    assert served.opened == 2
