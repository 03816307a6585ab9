"""How a service is reached: whom TLS trusts, who we are to it, a proxy, and how many requests a minute."""

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
from kustomer_nb.secrets import Secret, kept
from kustomer_nb.template import Text

from .errors import trouble


@dataclass(frozen=True, slots=True, eq=False)
class Connection:
    """How to get to a service; two that say the same are equal, and share their pace.

    ``ca_file`` holds certificates to trust besides the usual ones, ``cert_file`` and ``key_file`` who we are:
    PEM all of them. TLS is always verified. ``proxy`` is an ``http://`` or ``https://`` address that may
    hold user and password, and so is kept as a `Secret`. Of ``requests_per_minute`` there are never more in
    any sixty seconds.

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
            msg = f"requests_per_minute is {self.requests_per_minute}, and must be at least 1"
            raise ValueError(msg)
        object.__setattr__(self, "proxy", kept(self.proxy, source="proxy"))

    def _key(self) -> tuple[Any, ...]:
        proxy = self.proxy.reveal() if isinstance(self.proxy, Secret) else self.proxy
        files = [one and str(one) for one in (self.ca_file, self.cert_file, self.key_file)]
        return (*files, proxy, self.requests_per_minute)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Connection) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())


def proxy_of(connection: Connection) -> httpx.Proxy | None:
    """Return the proxy of a connection with its user and password apart.

    Raises:
        TransportError: the address of the proxy is none.
    """
    if not isinstance(connection.proxy, Secret):
        return None
    try:
        address = parse_address(Text.of(str(connection.proxy.reveal())))
    except AddressError:
        message = "the proxy is no address of one."
        fix = "write http://host:port or https://host:port, with user:password@ before the host if it asks."
        raise TransportError([trouble(Code.CONNECTION_OPTIONS, message, fix)], is_unsent=True) from None
    user, _, password = str(address.auth.reveal() if address.auth else "").partition(":")
    return httpx.Proxy(address.origin, auth=(user, password) if address.auth else None)


def shown_proxy(connection: Connection) -> str:
    """Return the address of the proxy as it may be shown, empty where there is none.

    Example:
        >>> shown_proxy(Connection(proxy="http://me:s3cret@proxy.shop.com:3128"))
        'http://proxy.shop.com:3128'
    """
    proxy = proxy_of(connection)
    return str(proxy.url).rstrip("/") if proxy else ""


def tls_of(connection: Connection) -> ssl.SSLContext:
    """Return what verifies the service, and says who we are.

    Raises:
        TransportError: a file cannot be used.
    """
    files = [
        None if one is None else Path(one)
        for one in (connection.ca_file, connection.cert_file, connection.key_file)
    ]
    return _tls(*((one, _changed(one)) for one in files))


def anonymous(connection: Connection) -> Connection:
    """Return a connection that does not say who we are: to a proxy, and where redirects lead to others."""
    return replace(connection, cert_file=None, key_file=None)


def _changed(path: Path | None) -> int:
    try:
        return path.stat().st_mtime_ns if path else 0
    except OSError:
        return 0


# Kept: reading the certificates takes longer than a request on loopback.
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
        message = f"there is a key file ({key[0]}) and no certificate that it belongs to."
        raise TransportError(
            [trouble(Code.CONNECTION_OPTIONS, message, "name the certificate as cert_file.")], is_unsent=True
        )
    return context


def _load_authority(context: ssl.SSLContext, path: Path) -> None:
    try:
        context.load_verify_locations(cafile=path)
    except OSError as error:
        fix = "name a file of certificates in PEM, which begin with -----BEGIN CERTIFICATE-----."
        raise TransportError([_unusable("certificate", path, error, fix)], is_unsent=True) from None


def _load_certificate(context: ssl.SSLContext, path: Path, key: Path | None) -> None:
    try:
        # Without a password of its own OpenSSL would ask for one at the terminal, and wait.
        context.load_cert_chain(path, key, password="")
    except (OSError, ValueError) as error:
        missing = [one for one in (path, key) if one and not one.is_file()]
        fix = "name a certificate and its key in PEM, the key without a password."
        raise TransportError([_unusable("certificate", (missing or [path])[0], error, fix)]) from None


def _unusable(what: str, path: Path, error: Exception, fix: str) -> Any:
    why = error.strerror if isinstance(error, OSError) and not isinstance(error, ssl.SSLError) else None
    message = f"the {what} file {path} cannot be used: {(why or 'it is not what it should be').lower()}."
    return trouble(Code.CONNECTION_OPTIONS, message, fix)
