r"""Addresses as Node's ``url.parse`` and npm ``request`` 2.88 make them, piece by piece.

Measured with request 2.88.2 on Node 20: the fragment is not sent; ``{ } | \ ^ ` < > " '`` and white space
are percent-encoded; ``/../`` and what is already encoded stay; an address without a path gets ``/``.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from typing import Any
from urllib.parse import quote, unquote

from kustomer_nb.printable import one_line
from kustomer_nb.secrets import Secret
from kustomer_nb.template import Text

DEFAULT_PORTS = {"http": 80, "https": 443}
HIGHEST_PORT = 65535
LONGEST_HOST = 255
_MALFORMED = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
TRIMMED = "".join(map(chr, range(33))) + "\u00a0\ufeff"
_ESCAPED = re.compile("[{}|\\\\^`<>\"' \t\r\n]")
_AUTHORITY = re.compile(
    r"(?:(?P<auth>.*)@)?(?P<host>\[[0-9A-Fa-f:.]+\]|[^:@\s\[\]]+)(?::(?P<port>[0-9]*))?", re.DOTALL
)
_ENDS_AUTHORITY = re.compile(r"[/\\?#]")
_HOST = re.compile(r"[a-z0-9._~-]+|\[[0-9a-f:.]+\]")
_NUMBERS = re.compile(r"[0-9]+(?:\.[0-9]+){3}")
_DOT = re.compile("[.\u3002\uff0e\uff61]")


class AddressError(ValueError):
    """The text is no address a request can be made to; the message says why."""


@dataclass(frozen=True, slots=True, repr=False)
class Address:
    """An address in parts; ``host`` is in ASCII and lower case, ``search`` holds its ``?`` or is empty.

    ``fragment`` holds its ``#`` and is never sent. ``is_rewritten`` says that npm request has read the
    address anew, with another query.
    """

    scheme: str
    auth: Secret | None
    host: str
    port: int | None
    authority: Text
    path: Text
    search: Text
    fragment: Text = field(default_factory=Text)
    is_rewritten: bool = False

    @property
    def origin(self) -> str:
        """Scheme, host and port, the default port left out.

        Example:
            >>> parse_address(Text.of("HTTPS://Api.Shop.com:443/x")).origin
            'https://api.shop.com'
        """
        return origin(self.scheme, self.host, self.port)

    @property
    def host_header(self) -> Text:
        """The value of the ``host`` header; npm request leaves out a default port, and then brackets too."""
        text, default = self.authority.real, f":{DEFAULT_PORTS[self.scheme]}"
        if not text.endswith(default):
            return self.authority
        host, _ = self.authority.split_at(len(text) - len(default))
        return host.strip("[]")

    @property
    def is_loopback(self) -> bool:
        """Whether it names this machine; what ``localhost`` leads to, only a look-up can tell."""
        return self.host == "localhost" or is_loopback(self.host)

    @property
    def target(self) -> Text:
        """What stands in the request line: path and query."""
        return self.path + self.search

    @property
    def text(self) -> Text:
        """The whole address, without its user information and its fragment."""
        return Text.of(f"{self.scheme}://") + self.authority + self.target

    @property
    def href(self) -> Text:
        """The whole address, without its user information."""
        return self.text + self.fragment

    def to_json(self) -> dict[str, Any]:
        """Return the address as Node's ``url.parse`` takes it apart, settings as ``$<key>``.

        Example:
            >>> parse_address(Text.of("http://a.b:81/c?d=1#e")).to_json()["path"]
            '/c?d=1'
        """
        search = self.search.shown or None
        whole = self.authority.shown
        host, _, port = whole.rpartition(":")
        if not port.isdecimal():
            host, port = whole, ""
        return {
            "protocol": f"{self.scheme}:",
            "slashes": True,
            "auth": None,
            "host": whole,
            "port": port or (None if self.is_rewritten else DEFAULT_PORTS[self.scheme]),
            "hostname": host.strip("[]"),
            "hash": self.fragment.shown or None,
            "search": search,
            "query": None if search is None else search[1:],
            "pathname": self.path.shown,
            "path": self.target.shown,
            "href": self.href.shown,
        }

    def merged_with(self, search: Text) -> Address:
        """Return the address with the query that npm request has merged ``qs`` into.

        It puts that query where the first ``?`` is, or at the very end: behind a fragment it is not sent.
        """
        if self.fragment and not self.search:
            kept, _, _ = self.fragment.partition("?")
            return replace(self, fragment=kept + search, is_rewritten=True)
        return replace(self, search=search, fragment=Text(), is_rewritten=True)

    def __repr__(self) -> str:
        return one_line(f"<Address: {self.text.shown}>")


def is_loopback(address: str) -> bool:
    """Return whether a numeric address is this machine; a name is none.

    Example:
        >>> [is_loopback(one) for one in ("127.9.9.9", "[::1]", "::ffff:127.0.0.1", "0.0.0.0", "localhost")]
        [True, True, True, False, False]
    """
    try:
        read = ip_address(address.strip("[]").partition("%")[0])
    except ValueError:
        return False
    # Python says of one IPv4 address within IPv6 what it is, in some of its versions.
    mapped = getattr(read, "ipv4_mapped", None)
    return (mapped or read).is_loopback


def origin(scheme: str, host: str, port: int | None) -> str:
    """Return scheme, host and port as text, the default port left out.

    Example:
        >>> origin("http", "127.0.0.1", 8080)
        'http://127.0.0.1:8080'
    """
    shown = "" if port is None or DEFAULT_PORTS.get(scheme) == port else f":{port}"
    return f"{scheme}://{host}{shown}"


def parse_address(text: Text) -> Address:
    """Return the address of a text.

    Raises:
        AddressError: there is no ``http://`` or ``https://``, or no host.

    Example:
        >>> parse_address(Text.of("http://a.b/c d?e=f g#h")).text.real
        'http://a.b/c%20d?e=f%20g'
    """
    text = text.strip(TRIMMED)
    found = _SCHEME.match(text.real)
    if not text:
        raise AddressError("is empty")
    if found is None:
        raise AddressError("has no http:// or https:// before the host")
    scheme = found[1].lower()
    if scheme not in DEFAULT_PORTS:
        raise AddressError("starts with another scheme, and only http:// and https:// can be called")
    rest, hash_mark, fragment = text.after(found.end()).partition("#")
    rest, mark, query = rest.partition("?")
    authority, path = _split_path(rest.map(lambda part: part.replace("\\", "/")))
    auth, host, port, shown = _authority(authority)
    return Address(
        scheme,
        auth,
        host,
        port,
        shown,
        path.map(_escape) if path else Text.of("/"),
        mark + query.map(_escape),
        hash_mark + fragment.map(_escape),
    )


def host_span(text: str) -> tuple[int, int] | None:
    """Return where in an address its host begins and ends, as `parse_address` reads it; None without a host.

    Example:
        >>> address = "https://me:pw@api.shop.com:8443/x@y"
        >>> address[slice(*host_span(address))]
        'api.shop.com'
    """
    scheme = _SCHEME.match(text)
    if scheme is None:
        return None
    authority = _ENDS_AUTHORITY.split(text[scheme.end() :], maxsplit=1)[0]
    found = _AUTHORITY.fullmatch(authority)
    return None if found is None else (scheme.end() + found.start("host"), scheme.end() + found.end("host"))


def resolve(base: Address, location: str) -> Address:
    """Return the address that a ``location`` header leads to, as Node's ``url.resolve`` does.

    Raises:
        AddressError: it leads to none that can be called.

    Example:
        >>> base = parse_address(Text.of("http://a.b/v1//x?q=1"))
        >>> [resolve(base, to).href.real for to in ("y", "../z", "?", "#part", "//c.d/e")]
        ['http://a.b/v1//y', 'http://a.b/v1/z', 'http://a.b/v1//x?', 'http://a.b/v1//x?q=1#part', 'http://c.d/e']
    """
    if _SCHEME.match(location):
        return parse_address(Text.of(location))
    if location.startswith("//"):
        return parse_address(Text.of(f"{base.scheme}:{location}"))
    rest, hash_mark, fragment = location.partition("#")
    path, mark, query = rest.partition("?")
    search = f"{mark}{query}" if path or mark else base.search.real
    if path and not path.startswith("/"):
        path = base.path.real.rpartition("/")[0] + "/" + path
    # Node leaves a path alone to which only another query comes.
    path = _without_dots(path or base.path.real) if path or not mark else base.path.real
    written = f"{base.origin}{path}{search}{hash_mark}{fragment}"
    return replace(parse_address(Text.of(written)), authority=base.authority)


def _without_dots(path: str) -> str:
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            kept = kept[:-1]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)


def _split_path(rest: Text) -> tuple[Text, Text]:
    slash = rest.real.find("/")
    return (rest, Text()) if slash < 0 else rest.split_at(slash)


def _authority(authority: Text) -> tuple[Secret | None, str, int | None, Text]:
    text = authority.real
    found = _AUTHORITY.fullmatch(text)
    if found is None:
        raise AddressError(
            "has no host" if not text else f"has {_without_user(authority)!r} where a host belongs"
        )
    host = _ascii(found["host"])
    if not _is_host(host):
        raise AddressError(f"has {_without_user(authority)!r} where a host belongs")
    digits = (found["port"] or "").lstrip("0") or found["port"]
    if digits and (len(digits) > len(str(HIGHEST_PORT)) or int(digits) > HIGHEST_PORT):
        raise AddressError(f"names a port above {HIGHEST_PORT}")
    port = int(digits) if digits else None
    shown = authority.after(found.start("host"))
    written = f"{host}:{found['port']}" if found["port"] else host
    by_piece = shown.map(str.lower)
    shown = by_piece if by_piece.real == written else shown.rewritten(written)
    return _auth(found["auth"]), host, port, shown


def _is_host(host: str) -> bool:
    if not _HOST.fullmatch(host) or len(host) > LONGEST_HOST:
        return False
    if not host.startswith("[") and not _NUMBERS.fullmatch(host):
        return True
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def _without_user(authority: Text) -> str:
    """Return what stands behind user and password, which no message quotes."""
    return authority.after(authority.real.rfind("@") + 1).shown


def _auth(written: str | None) -> Secret | None:
    if not written:
        return None
    decoded = decode(written)
    if decoded is None:
        raise AddressError("has a % that encodes nothing before its @")
    return Secret(decoded, source="the uri")


def _ascii(host: str) -> str:
    # Not Python's idna, which makes ss of ß: Node keeps it.
    labels = _DOT.split(unicodedata.normalize("NFKC", host.lower()))
    return ".".join(
        label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in labels
    )


def decode(text: str) -> str | None:
    """Return ``decodeURIComponent(text)``, None where that throws.

    Example:
        >>> decode("a%20b"), decode("100%"), decode("%ff")
        ('a b', None, None)
    """
    try:
        return None if _MALFORMED.search(text) else unquote(text, errors="strict")
    except UnicodeDecodeError:
        return None


def _escape(text: str) -> str:
    return _ESCAPED.sub(lambda found: quote(found[0], safe=""), text)
