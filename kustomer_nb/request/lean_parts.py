"""What the parts of a request share that are compiled for many rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED, ordered, quoted, string
from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.secrets import SHORTEST_INNER
from kustomer_nb.template.lean import Constant, LeanCompiler, LeanRow, require
from kustomer_nb.template.traced_values import as_text, shown
from kustomer_nb.template.values import ArrayNode, CompiledValue, ObjectNode

from .body import json_text
from .checks import check_header_name, check_header_value, is_header_text
from .framing import is_framing

_CONTAINERS = frozenset({dict, list})
_HEADERS = "/inputTemplate/headers"
# What is sent, and what may be shown of it.
Pair = tuple[str, str]
Parts = Callable[[LeanRow], Pair | None]


def members(compiled: CompiledValue, pointer: str) -> list[tuple[Any, CompiledValue]]:
    """Return the members of an object or array that is written in a template, by key or index."""
    node, value = compiled.node, compiled.value
    if isinstance(node, ObjectNode):
        nodes = node.nodes
        return [
            (key, CompiledValue(item, pointers.join(pointer, key), nodes.get(key)))
            for key, item in value.items()
        ]
    items = node.nodes if isinstance(node, ArrayNode) else ()
    return [
        (at, CompiledValue(item, f"{pointer}/{at}", inner))
        for at, (item, inner) in enumerate(zip(value, items, strict=True))
    ]


def is_in_order(value: dict[str, Any]) -> bool:
    """Return whether JavaScript keeps the order of an object's members: no key is an index.

    Example:
        >>> is_in_order({"b": 1, "a": 2}), is_in_order({"b": 1, "2": 2})
        (True, False)
    """
    return [key for key, _ in ordered(value)] == list(value)


def require_found_alone(constant: Constant) -> None:
    """Refuse a setting that a redactor does not find by itself: what hides it depends on each request.

    Raises:
        NotLeanError: its value is short, or no string.
    """
    if constant.has_setting:
        tree = as_text(constant.tree)
        are_long = all(len(piece.text) >= SHORTEST_INNER for piece in tree.pieces if piece.label is not None)
        require(isinstance(constant.value, str) and are_long, "a short setting")


class Header(NamedTuple):
    """The value of a header: as it is sent, as it may be shown, and as a response reports it."""

    text: str
    masked: str
    as_json: Any


HeaderLeaf = Callable[[LeanRow], Header | None]


def compile_headers(compiler: LeanCompiler, headers: CompiledValue) -> list[tuple[str, HeaderLeaf]]:
    """Return what makes the value of each header of the author, None where it is not sent.

    Raises:
        NotLeanError: a header has an error, or a form that is not compiled.
    """
    if headers.value is None:
        return []
    require(isinstance(headers.node, ObjectNode), "headers that are no object")
    names = [name.lower() for name in headers.value]
    require(is_in_order(headers.value) and len(set(names)) == len(names), "names of headers that collide")
    # Of a cookie, only a hash is compared.
    require("cookie" not in names and not any(map(is_framing, names)), "a cookie, a host or a length")
    require(all(check_header_name(name, _HEADERS) is None for name in names), "a header name")
    return [(name, _header(compiler, member)) for name, member in members(headers, _HEADERS)]


def _header(compiler: LeanCompiler, member: CompiledValue) -> HeaderLeaf:
    leaf = compiler.leaf(member)
    if isinstance(leaf, Constant):
        if leaf.value is UNDEFINED:
            return lambda row: None
        text = as_text(leaf.tree)
        require(type(leaf.value) not in _CONTAINERS, "an array or object in headers")
        require(check_header_value("", text, _HEADERS) is None, "a header value")
        header = Header(text.real, text.shown, shown(leaf.tree))
        return lambda row: header

    def find(row: LeanRow) -> Header | None:
        value = leaf(row)
        if value is UNDEFINED:
            return None
        require(type(value) not in _CONTAINERS, "an array or object in headers")
        text = value if type(value) is str else string(value)
        require(is_header_text(text), "a header value")
        return Header(text, text, value)

    return find


def compile_json(compiler: LeanCompiler, data: CompiledValue, *, sends_null: bool = True) -> Parts:
    """Return what writes a value as JSON; None where it has none.

    Without ``sends_null`` a null that a reference reads counts as none. NaN does not, though it is written
    as null, too.

    Raises:
        NotLeanError: it has an error, or a form that is not compiled.
    """
    if isinstance(data.node, ObjectNode):
        require(is_in_order(data.value), "keys that JavaScript orders")
        parts = [
            (f"{quoted(key)}:", compile_json(compiler, item)) for key, item in members(data, data.pointer)
        ]
        return _object(parts)
    if isinstance(data.node, ArrayNode):
        return _array([compile_json(compiler, item) for _, item in members(data, data.pointer)])
    leaf = compiler.leaf(data)
    if isinstance(leaf, Constant):
        require_found_alone(leaf)
        text = json_text(leaf.tree)
        is_none = leaf.value is UNDEFINED or (leaf.value is None and not sends_null)
        constant = None if is_none else (text.real, text.shown)
        return lambda row: constant

    def find(row: LeanRow) -> Pair | None:
        value = leaf(row)
        kind = type(value)
        if kind is str:
            text = quoted(value)
        elif value is UNDEFINED or (value is None and not sends_null):
            return None
        else:
            text = stringify(value) or "null"
        return text, text

    return find


def _object(parts: list[tuple[str, Parts]]) -> Parts:
    def find(row: LeanRow) -> Pair:
        texts, masked = [], []
        for before, part in parts:
            pair = part(row)
            if pair is not None:
                texts.append(before + pair[0])
                masked.append(before + pair[1])
        return "{" + ",".join(texts) + "}", "{" + ",".join(masked) + "}"

    return find


def _array(parts: list[Parts]) -> Parts:
    null = "null", "null"

    def find(row: LeanRow) -> Pair:
        pairs = [part(row) or null for part in parts]
        return f"[{','.join([text for text, _ in pairs])}]", f"[{','.join([text for _, text in pairs])}]"

    return find
