"""How a service is reached: trusted certificates, a client certificate, a proxy, and a rate limit."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import httpx

from kustomer_nb.codes import Code
from kustomer_nb.errors import TransportError
from kustomer_nb.request.url import AddressError, parse_address
from kustomer_nb.secrets import Secret, as_secret
from kustomer_nb.template import Text

from .errors import error_diagnostic


@dataclass(frozen=True, slots=True, eq=False)
class Connection:
    """How to reach a service; equal connections share one rate limit.

    ``ca_file`` holds certificates to trust in addition to the usual ones, ``cert_file`` and ``key_file`` the
    client certificate; all are PEM files. TLS is always verified. ``proxy`` is an ``http://`` or ``https://``
    URL; because it may contain a user and password, it is stored as a `Secret`. ``requests_per_minute``
    is the limit for any sixty seconds.

    Example:
        >>> Connection(proxy="http://me:s3cret@proxy.shop.com:3128", requests_per_minute=60).proxy
        <Secret: proxy, 36 characters>
        >>> Connection(requests_per_minute=60) == Connection(requests_per_minute=60)
        True
    """

    ca_file: str | Path | None = None
    cert_file: str | Path | None = None
    key_file: str | Path | None = None
    proxy: str | Secret | None = None
    requests_per_minute: int | None = None

    def __post_init__(self) -> None:
        if self.requests_per_minute is not None and self.requests_per_minute < 1:
            msg = f"requests_per_minute is {self.requests_per_minute}; it must be at least 1"
            raise ValueError(msg)
        object.__setattr__(self, "proxy", as_secret(self.proxy, source="proxy"))

    def _key(self) -> tuple[Any, ...]:
        proxy = self.proxy.reveal() if isinstance(self.proxy, Secret) else self.proxy
        files = [file and str(file) for file in (self.ca_file, self.cert_file, self.key_file)]
        return (*files, proxy, self.requests_per_minute)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Connection) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())


def proxy_of(connection: Connection) -> httpx.Proxy | None:
    """Return the proxy of a connection, with its user and password separate from its URL.

    Raises:
        TransportError: the URL of the proxy is invalid.
    """
    if not isinstance(connection.proxy, Secret):
        return None
    try:
        address = parse_address(Text.of(str(connection.proxy.reveal())))
    except AddressError:
        # The URL is not quoted: it may contain a password.
        message = "the URL of the proxy is invalid."
        fix = "write http://host:port or https://host:port, with user:password@ before the host if needed."
        raise TransportError(
            [error_diagnostic(Code.CONNECTION_OPTIONS, message, fix)], is_unsent=True
        ) from None
    user, _, password = str(address.auth.reveal() if address.auth else "").partition(":")
    return httpx.Proxy(address.origin, auth=(user, password) if address.auth else None)


def masked_proxy(connection: Connection) -> str:
    """Return the URL of the proxy without user and password, empty if there is no proxy.

    Example:
        >>> masked_proxy(Connection(proxy="http://me:s3cret@proxy.shop.com:3128"))
        'http://proxy.shop.com:3128'
    """
    proxy = proxy_of(connection)
    return str(proxy.url).rstrip("/") if proxy else ""


def tls_of(connection: Connection) -> ssl.SSLContext:
    """Return the TLS context that verifies the service and presents the client certificate.

    Raises:
        TransportError: a file cannot be used.
    """
    paths = [
        None if file is None else Path(file)
        for file in (connection.ca_file, connection.cert_file, connection.key_file)
    ]
    # With its modification time, so that a renewed certificate is read again.
    return _tls(*((path, _modified(path)) for path in paths))


def anonymous(connection: Connection) -> Connection:
    """Return a connection without the client certificate: to a proxy, and for redirects to another origin."""
    return replace(connection, cert_file=None, key_file=None)


def _modified(path: Path | None) -> int:
    try:
        return path.stat().st_mtime_ns if path else 0
    except OSError:
        return 0


# Cached, because reading the certificates takes longer than a request on loopback.
@lru_cache(maxsize=16)
def _tls(
    authority: tuple[Path | None, int], certificate: tuple[Path | None, int], key: tuple[Path | None, int]
) -> ssl.SSLContext:
    context = httpx.create_ssl_context()
    if authority[0]:
        _load_authority(context, authority[0])
    if certificate[0]:
        _load_certificate(context, certificate[0], key[0])
    elif key[0]:
        message = f"the key file {key[0]} has no certificate."
        fix = "set cert_file to the certificate of the key."
        raise TransportError([error_diagnostic(Code.CONNECTION_OPTIONS, message, fix)], is_unsent=True)
    return context


def _load_authority(context: ssl.SSLContext, path: Path) -> None:
    try:
        context.load_verify_locations(cafile=path)
    except OSError as error:
        fix = "set ca_file to a file of PEM certificates, which begin with -----BEGIN CERTIFICATE-----."
        raise TransportError([_unusable("certificate", path, error, fix)], is_unsent=True) from None


def _load_certificate(context: ssl.SSLContext, path: Path, key: Path | None) -> None:
    try:
        # Without a password argument OpenSSL would prompt for one at the terminal, and wait.
        context.load_cert_chain(path, key, password="")
    except (OSError, ValueError) as error:
        missing = [file for file in (path, key) if file and not file.is_file()]
        fix = "set cert_file and key_file to a PEM certificate and its key without a password."
        raise TransportError([_unusable("certificate", (missing or [path])[0], error, fix)]) from None


def _unusable(what: str, path: Path, error: Exception, fix: str) -> Any:
    # The text of an SSLError names a line of OpenSSL, which helps nobody.
    reason = error.strerror if isinstance(error, OSError) and not isinstance(error, ssl.SSLError) else None
    message = f"the {what} file {path} cannot be used: {(reason or 'its content is not valid').lower()}."
    return error_diagnostic(Code.CONNECTION_OPTIONS, message, fix)
