r"""URLs as Node's ``url.parse`` and npm ``request`` 2.88 parse them, piece by piece.

Measured with request 2.88.2 on Node 20: the fragment is not sent; ``{ } | \ ^ ` < > " '`` and white space
are percent-encoded; ``/../`` and existing escapes stay; a URL without a path gets ``/``.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from functools import cached_property
from ipaddress import ip_address
from typing import Any
from urllib.parse import quote, unquote

from kustomer_nb.printable import one_line, quoted
from kustomer_nb.secrets import Secret
from kustomer_nb.template import Kind, Piece, Text
from kustomer_nb.template.provenance import EMPTY

DEFAULT_PORTS = {"http": 80, "https": 443}
_SCHEMES = {scheme: Piece(f"{scheme}://", Kind.LITERAL) for scheme in DEFAULT_PORTS}
_ROOT = Text.of("/")
HIGHEST_PORT = 65535
# hostnameMaxLen of Node's url.parse.
LONGEST_HOST = 255
_MALFORMED = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
# protocolPattern of Node's url.parse: also `mailto:a` and `1:2` begin with a scheme.
_PROTOCOL = re.compile(r"[A-Za-z0-9.+-]+:")
# url.parse strips them from both ends.
TRIMMED = "".join(map(chr, range(33))) + "\u00a0\ufeff"
# Node's autoEscape: all other characters are sent as they are.
_ESCAPED = re.compile("[{}|\\\\^`<>\"' \t\r\n]")
_AUTHORITY = re.compile(
    r"(?:(?P<auth>.*)@)?(?P<host>\[[0-9A-Fa-f:.]+\]|[^:@\s\[\]]+)(?::(?P<port>[0-9]*))?", re.DOTALL
)
_ENDS_AUTHORITY = re.compile(r"[/\\?#]")
_HOST = re.compile(r"[a-z0-9._~-]+|\[[0-9a-f:.]+\]")
_NUMBERS = re.compile(r"[0-9]+(?:\.[0-9]+){3}")
# The four dots of IDNA (RFC 3490, section 3.1).
_DOT = re.compile("[.\u3002\uff0e\uff61]")


class AddressError(ValueError):
    """The text is not a URL that a request can be sent to; the message continues "the uri …"."""


# Without slots, so that what is asked for several times on the way to the wire is made once.
@dataclass(frozen=True, repr=False)
class Address:
    """A URL in parts; ``host`` is in ASCII and lower case, ``search`` has its ``?`` or is empty.

    ``fragment`` has its ``#`` and is never sent. ``is_rewritten`` is true if npm request parsed the URL again
    with another query. ``target`` is the request target of the request line: path and query. ``text`` is the
    full URL without its user information and its fragment, ``href`` that with its fragment. ``host_header``
    is the value of the ``host`` header.
    """

    scheme: str
    auth: Secret | None
    host: str
    port: int | None
    authority: Text
    path: Text
    search: Text
    fragment: Text = EMPTY
    is_rewritten: bool = False
    target: Text = field(init=False, compare=False)
    text: Text = field(init=False, compare=False)
    href: Text = field(init=False, compare=False)
    host_header: Text = field(init=False, compare=False)

    def __post_init__(self) -> None:
        target = self.path.pieces + self.search.pieces
        text = (_SCHEMES[self.scheme], *self.authority.pieces, *target)
        href = text + self.fragment.pieces
        # Not cached_property, which takes a lock in Python 3.11: each request needs all of them.
        vars(self).update(
            target=Text(target), text=Text(text), href=Text(href), host_header=self._host_header()
        )

    @property
    def origin(self) -> str:
        """Scheme, host and port, without the default port.

        Example:
            >>> parse_address(Text.of("HTTPS://Api.Shop.com:443/x")).origin
            'https://api.shop.com'
        """
        return origin(self.scheme, self.host, self.port)

    def _host_header(self) -> Text:
        """Return the value of ``host``; npm request omits a default port, and then the brackets too."""
        text, default = self.authority.real, f":{DEFAULT_PORTS[self.scheme]}"
        if not text.endswith(default):
            return self.authority
        host, _ = self.authority.split_at(len(text) - len(default))
        return host.strip("[]")

    @property
    def origin_text(self) -> Text:
        """Scheme, host and port as they are written, with the origins of their pieces."""
        return Text((_SCHEMES[self.scheme], *self.authority.pieces))

    @cached_property
    def is_loopback(self) -> bool:
        """Whether it is this host; other names that resolve to it are not recognized."""
        return self.host == "localhost" or is_loopback(self.host)

    def to_json(self) -> dict[str, Any]:
        """Return the parts that Node's ``url.parse`` returns, settings as ``$<key>``.

        Example:
            >>> parse_address(Text.of("http://a.b:81/c?d=1#e")).to_json()["path"]
            '/c?d=1'
        """
        search = self.search.shown or None
        authority = self.authority.shown
        host, colon, port = authority.rpartition(":")
        # Without a colon, after the last part of an IPv6 address, or in the key of a setting it is no port.
        if not (colon and port.isdecimal()):
            host, port = authority, ""
        return {
            "protocol": f"{self.scheme}:",
            "slashes": True,
            "auth": None,
            "host": authority,
            # npm request adds the default port only to a URL that it does not parse again.
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
        """Return the URL with the query into which npm request has merged ``qs``.

        npm request writes it at the first ``?``, or else at the end: after a fragment it is not sent.
        """
        if self.fragment and not self.search:
            before_query, _, _ = self.fragment.partition("?")
            return replace(self, fragment=before_query + search, is_rewritten=True)
        return replace(self, search=search, fragment=Text(), is_rewritten=True)

    def __repr__(self) -> str:
        return one_line(f"<Address: {self.text.shown}>")


def is_loopback(address: str) -> bool:
    """Return whether an IP address is this host; False for a name.

    Example:
        >>> [is_loopback(host) for host in ("127.9.9.9", "[::1]", "::ffff:127.0.0.1", "0.0.0.0", "localhost")]
        [True, True, True, False, False]
    """
    try:
        ip = ip_address(address.strip("[]").partition("%")[0])
    except ValueError:
        return False
    # Only some versions of Python treat an IPv4-mapped address as the IPv4 address that it stands for.
    mapped = getattr(ip, "ipv4_mapped", None)
    return (mapped or ip).is_loopback


def origin(scheme: str, host: str, port: int | None) -> str:
    """Return scheme, host and port as a string, without the default port.

    Example:
        >>> origin("http", "127.0.0.1", 8080)
        'http://127.0.0.1:8080'
    """
    suffix = "" if port is None or DEFAULT_PORTS.get(scheme) == port else f":{port}"
    return f"{scheme}://{host}{suffix}"


def parse_address(text: Text) -> Address:
    """Return the parts of a URL.

    Raises:
        AddressError: it has no ``http://`` or ``https://``, or no valid host.

    Example:
        >>> parse_address(Text.of("http://a.b/c d?e=f g#h")).text.real
        'http://a.b/c%20d?e=f%20g'
    """
    text = text.strip(TRIMMED)
    match = _SCHEME.match(text.real)
    if not text.real:
        raise AddressError("is empty")
    if match is None:
        raise AddressError("has no http:// or https:// before the host")
    scheme = match[1].lower()
    if scheme not in DEFAULT_PORTS:
        raise AddressError("has another scheme than http:// and https://")
    before_query, search, fragment = _split_query(text.after(match.end()))
    if "\\" in before_query.real:
        # url.parse turns every backslash before the query into a slash, as browsers do.
        before_query = before_query.map(lambda part: part.replace("\\", "/"))
    authority, path = _split_path(before_query)
    auth, host, port, host_and_port = _parse_authority(authority)
    if _ESCAPED.search(text.real):
        path, search, fragment = path.map(_escape), search.map(_escape), fragment.map(_escape)
    return Address(scheme, auth, host, port, host_and_port, path if path.real else _ROOT, search, fragment)


def _split_query(text: Text) -> tuple[Text, Text, Text]:
    """Return what is before the query, the query with its ``?``, and the fragment with its ``#``."""
    real = text.real
    # Most URLs have neither, and cutting a text is slow.
    if "#" not in real and "?" not in real:
        return text, EMPTY, EMPTY
    before_fragment, hash_sign, fragment = text.partition("#")
    before_query, question_mark, query = before_fragment.partition("?")
    return before_query, question_mark + query, hash_sign + fragment


def host_span(text: str) -> tuple[int, int] | None:
    """Return where the host of a URL begins and ends, as `parse_address` parses it; None without a host.

    Example:
        >>> url = "https://me:pw@api.shop.com:8443/x@y"
        >>> url[slice(*host_span(url))]
        'api.shop.com'
    """
    scheme = _SCHEME.match(text)
    if scheme is None:
        return None
    authority = _ENDS_AUTHORITY.split(text[scheme.end() :], maxsplit=1)[0]
    match = _AUTHORITY.fullmatch(authority)
    return None if match is None else (scheme.end() + match.start("host"), scheme.end() + match.end("host"))


def resolve(base: Address, location: str) -> Address:
    """Return the URL that a ``location`` header refers to, as Node's ``url.resolve`` does.

    Raises:
        AddressError: it is not a URL that a request can be sent to.

    Example:
        >>> base = parse_address(Text.of("http://a.b/v1//x?q=1"))
        >>> [resolve(base, location).href.real for location in ("y", "../z", "?", "#part", "//c.d/e")]
        ['http://a.b/v1//y', 'http://a.b/v1/z', 'http://a.b/v1//x?', 'http://a.b/v1//x?q=1#part', 'http://c.d/e']
    """
    if _PROTOCOL.match(location):
        return parse_address(Text.of(_with_slashes(location, base.scheme)))
    if location.startswith("//"):
        return parse_address(Text.of(f"{base.scheme}:{location}"))
    before_fragment, hash_sign, fragment = location.partition("#")
    path, question_mark, query = before_fragment.partition("?")
    search = f"{question_mark}{query}" if path or question_mark else base.search.real
    path = _resolve_path(base.path.real, path, has_query=bool(question_mark))
    url = f"{base.origin}{path}{search}{hash_sign}{fragment}"
    # The authority of the base, because that one has the origins of its pieces.
    return replace(parse_address(Text.of(url)), authority=base.authority)


def is_relative(location: str) -> bool:
    """Return whether a ``location`` leaves scheme and host as they are, and so user and password too.

    Example:
        >>> is_relative("/b"), is_relative("//c.d/e"), is_relative("mailto:a@b")
        (True, False, False)
    """
    return not location.startswith("//") and _PROTOCOL.match(location) is None


def _with_slashes(location: str, base_scheme: str) -> str:
    """Return a ``location`` with a scheme as npm ``request`` resolves it.

    npm request resolves a scheme in capitals with Node's ``url.resolve``, which takes what follows for a host
    even without slashes, and with one slash if the scheme changes. A scheme in lower case needs two.
    """
    scheme, _, after = location.partition(":")
    if scheme in DEFAULT_PORTS or scheme.lower() not in DEFAULT_PORTS or after.startswith("//"):
        return location
    if after.startswith("/") and scheme.lower() == base_scheme:
        return location
    return f"{scheme}://{after.removeprefix('/')}"


def _resolve_path(base_path: str, path: str, *, has_query: bool) -> str:
    if not path:
        # If only the query changes, Node keeps the dots in the path.
        return base_path if has_query else without_dots(base_path)
    return without_dots(path if path.startswith("/") else f"{base_path.rpartition('/')[0]}/{path}")


def without_dots(path: str) -> str:
    """Return an absolute path without its segments ``.`` and ``..`` (RFC 3986, section 5.2.4).

    Example:
        >>> without_dots("/a/../b/./")
        '/b/'
    """
    resolved: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            resolved = resolved[:-1]
        elif segment != ".":
            resolved.append(segment)
    if segments[-1] in {".", ".."}:
        resolved.append("")
    return "/" + "/".join(resolved)


def _split_path(authority_and_path: Text) -> tuple[Text, Text]:
    slash = authority_and_path.real.find("/")
    return (authority_and_path, EMPTY) if slash < 0 else authority_and_path.split_at(slash)


def _parse_port(text: str) -> int:
    digits = text.lstrip("0") or text
    # By length first: int() of thousands of digits raises.
    if len(digits) > len(str(HIGHEST_PORT)) or int(digits) > HIGHEST_PORT:
        raise AddressError(f"has a port above {HIGHEST_PORT}")
    return int(digits)


def _parse_authority(authority: Text) -> tuple[Secret | None, str, int | None, Text]:
    text = authority.real
    match = _AUTHORITY.fullmatch(text)
    if match is None:
        raise AddressError("has no host" if not text else _invalid_host(authority))
    host = _ascii(match["host"])
    if not _is_host(host):
        raise AddressError(_invalid_host(authority))
    port = _parse_port(match["port"]) if match["port"] else None
    host_and_port = authority.after(match.start("host"))
    normalized = f"{host}:{match['port']}" if match["port"] else host
    if host_and_port.real != normalized:
        # Punycode does not work piece by piece.
        by_piece = host_and_port.map(str.lower)
        host_and_port = by_piece if by_piece.real == normalized else host_and_port.rewritten(normalized)
    return _auth(match["auth"]), host, port, host_and_port


def _is_host(host: str) -> bool:
    if not _HOST.fullmatch(host) or len(host) > LONGEST_HOST:
        return False
    # Four numbers must be a valid IPv4 address.
    if not host.startswith("[") and not _NUMBERS.fullmatch(host):
        return True
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def _invalid_host(authority: Text) -> str:
    # Without user and password, which no message quotes.
    host = authority.after(authority.real.rfind("@") + 1).shown
    return f"has the invalid host {quoted(host)}"


def _auth(encoded: str | None) -> Secret | None:
    if not encoded:
        return None
    decoded = decode(encoded)
    if decoded is None:
        raise AddressError("has an invalid %-escape before its @")
    return Secret(decoded, source="the uri")


def _ascii(host: str) -> str:
    if host.isascii():
        return host.lower()
    # Not Python's idna codec, which implements IDNA 2003 and turns ß into ss; Node keeps it.
    labels = _DOT.split(unicodedata.normalize("NFKC", host.lower()))
    return ".".join(
        label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in labels
    )


def decode(text: str) -> str | None:
    """Return ``decodeURIComponent(text)``, None if that throws.

    Example:
        >>> decode("a%20b"), decode("100%"), decode("%ff")
        ('a b', None, None)
    """
    try:
        return None if _MALFORMED.search(text) else unquote(text, errors="strict")
    except UnicodeDecodeError:
        return None


def _escape(text: str) -> str:
    return _ESCAPED.sub(lambda match: quote(match[0], safe=""), text)
