"""The URL of a request, compiled for many rows: what its author wrote of it is parsed once."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple
from urllib.parse import quote

from kustomer_nb.jsontext.javascript import UNDEFINED, string
from kustomer_nb.template import Kind, Text
from kustomer_nb.template.lean import Constant, Leaf, LeanCompiler, LeanRow, NotLeanError, require
from kustomer_nb.template.values import CompiledValue, ObjectNode, TemplateNode

from .checks import check_target
from .lean_parts import Pair, is_in_order, members, require_found_alone
from .query import merged
from .url import TRIMMED, Address, AddressError, parse_address

_URI = "/inputTemplate/uri"
# Scheme, host and port before a path, without user information.
_ORIGIN = re.compile(r"https?://[^/?#\\@\s]+/", re.IGNORECASE)
# What `parse_address` leaves as it is after that, wherever it is; Node sends it, too.
_UNCHANGED = re.compile(r"[!$%&()*+,\-./0-9:;=?@A-Z\[\]_a-z~]*")
_QUERY_SAFE = "-._~"
_CONTAINERS = frozenset({dict, list})


class LeanUrl(NamedTuple):
    """The URL of a row: as it is sent and as it may be shown, its target, and its ``host`` header as both.

    ``has_fragment`` is true for one with a fragment, which a query would come before.
    """

    text: str
    masked: str
    target: str
    host: Pair
    has_fragment: bool = False
    is_rewritten: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the parts of the URL, as `Address.to_json` does.

        Raises:
            NotLeanError: it has a setting or a fragment.
        """
        require(self.text == self.masked and not self.has_fragment, "a setting or a fragment in the URL")
        return replace(_address(Text.of(self.text)), is_rewritten=self.is_rewritten).to_json()


class _Start(NamedTuple):
    """What is the same in each row: the text of the uri, the address that it is, and its tags."""

    text: str
    address: Address
    tags: int


UrlLeaf = Callable[[LeanRow], LeanUrl]


def compile_url(compiler: LeanCompiler, uri: CompiledValue, qs: CompiledValue) -> UrlLeaf:
    """Return what makes the URL of a row, with its query.

    Raises:
        NotLeanError: it has an error, or a form that is not compiled.
    """
    find, find_query = _compile_uri(compiler, uri), _compile_query(compiler, qs)
    if find_query is None:
        return find

    def with_query(row: LeanRow) -> LeanUrl:
        url = find(row)
        query, masked = find_query(row)
        # npm request rewrites a query of the uri, even if qs adds nothing to it: that is left to `merged`.
        require("?" not in url.target and (not query or not url.has_fragment), "a query in the uri and in qs")
        if not query:
            return url
        texts = f"{url.text}{query}", f"{url.masked}{masked}", f"{url.target}{query}"
        return LeanUrl(*texts, url.host, url.has_fragment, is_rewritten=True)

    return with_query


def _compile_uri(compiler: LeanCompiler, uri: CompiledValue) -> UrlLeaf:
    node = uri.node
    if not isinstance(node, TemplateNode):
        raise NotLeanError("a uri that is no template")
    paths = compiler.tags(node)
    if paths is not None and all(compiler.is_fixed(path[0]) for path in paths):
        url = _url_of(_address(compiler.constant(uri).tree))
        return lambda row: url
    for path in paths or ():
        compiler.check(path)
    start = None if paths is None else _start(compiler, node)
    if start is None:
        # A template with blocks, or one whose value is the host.
        leaf = compiler.varying(uri)
        return lambda row: _url_of(_address(Text.of(leaf(row))))
    later = [path[0] for path in paths or ()][start.tags :]
    require(not any(name in compiler.scope.settings for name in later), "a setting after an input in the uri")
    return _after_start(compiler.render(node), start)


def _after_start(render: Leaf, start: _Start) -> UrlLeaf:
    length, has_setting = len(start.text), start.address.text.has_setting
    text, target = start.address.text.real, start.address.target.real
    masked, host = start.address.text.shown, _host(start.address)

    def find(row: LeanRow) -> LeanUrl:
        uri = render(row)
        end = uri[length:]
        if _UNCHANGED.fullmatch(end):
            return LeanUrl(f"{text}{end}", f"{masked}{end}", f"{target}{end}", host)
        # With a setting in it, what may be shown depends on where each piece begins.
        require(not has_setting, "a URL with a setting, and a value that is encoded")
        return _url_of(_address(Text.of(uri)))

    return find


def _start(compiler: LeanCompiler, node: TemplateNode) -> _Start | None:
    """Return what is written and set before the first input; None if that is not a whole origin."""
    text = compiler.start(node)
    is_origin = _ORIGIN.match(text.real) is not None and text.real == text.real.strip(TRIMMED)
    if not is_origin:
        return None
    address = _address(text)
    if address.search.has_setting:
        # What follows is a part of the same parameter, and so of what is hidden.
        require_found_alone(Constant(text))
    # A fragment would take in what follows.
    count = sum(piece.kind is not Kind.LITERAL for piece in text.pieces)
    return None if address.fragment else _Start(text.real, address, count)


def _address(text: Text) -> Address:
    try:
        address = parse_address(text)
    except AddressError as error:
        raise NotLeanError(str(error)) from error
    require(check_target(address, _URI) is None, "a URL that Node refuses")
    require(address.auth is None, "user and password in the URL")
    return address


def _host(address: Address) -> Pair:
    return address.host_header.real, address.host_header.shown


def _url_of(address: Address) -> LeanUrl:
    text = address.text
    has_fragment = bool(address.fragment)
    return LeanUrl(text.real, text.shown, address.target.real, _host(address), has_fragment)


QueryLeaf = Callable[[LeanRow], Pair]


def _compile_query(compiler: LeanCompiler, qs: CompiledValue) -> QueryLeaf | None:
    """Return what makes the query of a row, as it is sent and as it may be shown; None without a ``qs``."""
    if qs.value is None:
        return None
    require(isinstance(qs.node, ObjectNode), "a qs that is no object")
    require(is_in_order(qs.value) and "__proto__" not in qs.value, "names that JavaScript orders")
    parameters = [_parameter(compiler, name, member) for name, member in members(qs, "/inputTemplate/qs")]

    def find(row: LeanRow) -> Pair:
        pairs = [pair for parameter in parameters if (pair := parameter(row)) is not None]
        if not pairs:
            return "", ""
        return "?" + "&".join([text for text, _ in pairs]), "?" + "&".join([masked for _, masked in pairs])

    return find


def _parameter(compiler: LeanCompiler, name: str, member: CompiledValue) -> Callable[[LeanRow], Pair | None]:
    leaf = compiler.leaf(member)
    if isinstance(leaf, Constant):
        require_found_alone(leaf)
        text = merged(Text(), {name: leaf.tree}, "/inputTemplate/qs").after(1)
        pair = (text.real, text.shown) if text else None
        return lambda row: pair
    before = f"{_encoded(name)}="

    def find(row: LeanRow) -> Pair | None:
        value = leaf(row)
        if value is UNDEFINED:
            return None
        require(type(value) not in _CONTAINERS, "an object or array in qs")
        text = before if value is None else before + _encoded(value if type(value) is str else string(value))
        return text, text

    return find


def _encoded(text: str) -> str:
    try:
        return quote(text, safe=_QUERY_SAFE)
    except UnicodeEncodeError as error:
        raise NotLeanError("half a surrogate pair") from error
