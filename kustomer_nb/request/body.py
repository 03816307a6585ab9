"""Request bodies: JSON as ``JSON.stringify`` writes it, with the origin of every piece, or a string."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from kustomer_nb.jsontext.javascript import UNDEFINED, ordered, quoted
from kustomer_nb.jsontext.pointer import join
from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.template import Kind, Piece, Text, Traced
from kustomer_nb.template.traced_values import as_text, real

from .checks import check_json_option, check_unencoded, content_type_of

if TYPE_CHECKING:
    from .context import BuildContext


def build_body(context: BuildContext) -> tuple[Text | None, bool]:
    """Return the body of an input template, None without one, and whether the response is parsed as JSON."""
    json_option = context.trace("json")
    option = real(json_option)
    # npm request takes an object or array in `json` as the body itself, and ignores `data`.
    if isinstance(option, (dict, list)):
        _check_ignored_data(context, option)
        return json_text(json_option, "/inputTemplate/json"), True
    data = context.trace("data")
    has_data = _is_sent(data)
    is_scalar = bool(option) and not isinstance(option, bool)
    if is_scalar and _scalar_is_body(context, option, has_data=has_data):
        return json_text(json_option, "/inputTemplate/json"), True
    if not has_data:
        return None, bool(option)
    if not option:
        return _unencoded(context, data), False
    if option is True:
        _check_text_as_json(context, data)
    return json_text(data, "/inputTemplate/data"), True


def _is_sent(data: Any) -> bool:
    value = data.value if isinstance(data, Traced) else data
    return data is not UNDEFINED and value is not None


def _check_ignored_data(context: BuildContext, option: Any) -> None:
    data = context.template.get("data")
    # Both in one: a step of Kustomer's own has the data in json as well.
    # Nothing is lost with one that is empty.
    if data not in (None, "", {}, []) and data not in (option, context.template.get("json")):
        from .part_types import check_data_beside_json

        context.add(check_data_beside_json("/inputTemplate/data"))


def _scalar_is_body(context: BuildContext, option: Any, *, has_data: bool) -> bool:
    """Return whether ``json`` is the body though it is neither an object nor a boolean; report that it is."""
    is_body = context.platform.json_scalar_is_body and not has_data
    context.add(check_json_option(option, "/inputTemplate/json", has_data=has_data, is_body=is_body))
    return is_body


def _check_text_as_json(context: BuildContext, data: Any) -> None:
    if isinstance(real(data), str) and not context.has_error("data"):
        from .part_types import check_text_as_json

        content_type = content_type_of(context.template.get("headers"))
        context.add(check_text_as_json("a string", content_type, "/inputTemplate/data"))


def _unencoded(context: BuildContext, data: Any) -> Text | None:
    """Return a body that is sent as it is; only a string can be."""
    value = real(data)
    if isinstance(value, str) or value is UNDEFINED:
        return as_text(data)
    content_type = content_type_of(context.template.get("headers"))
    context.add(check_unencoded(value, content_type, "/inputTemplate/data"))
    return None


def json_text(tree: Any, pointer: str = "") -> Text:
    r"""Return a traced value as JSON; ``pointer`` is its location in the action.

    Example:
        >>> json_text({"b": Text.of('say "hi"'), "1": [None, 1.0]}).real
        '{"1":[null,1],"b":"say \\"hi\\""}'
    """
    pieces: list[Piece] = []
    _write(tree, pointer, pieces)
    return Text(tuple(pieces))


# Shared by all requests, as the literal text of a template is: made of the keys that an author wrote.
@lru_cache(maxsize=1024)
def _literal(text: str, pointer: str) -> Piece:
    return Piece(text, Kind.LITERAL, pointer=pointer)


@lru_cache(maxsize=1024)
def _before_member(separator: str, key: str, pointer: str) -> Piece:
    """Return what is written before a member of the object at a pointer; it has the pointer of the member."""
    return _literal(f"{separator}{quoted(key)}:", join(pointer, key))


def _write(tree: Any, pointer: str, pieces: list[Piece]) -> None:
    if not isinstance(tree, (dict, list)):
        pieces += _value(tree, pointer)
        return
    # Without recursion: what an author writes may be nested as deep as the reader allows. Each open container
    # has the members that are still to be written, what closes it, and its pointer.
    containers = [_opened(tree, pointer, pieces)]
    separator = ""
    while containers:
        members, closing, pointer = containers[-1]
        for key, item in members:
            if isinstance(key, str):
                before = _before_member(separator, key, pointer)
                pieces.append(before)
                location = before.pointer
            else:
                location = f"{pointer}/{key}"
                if separator:
                    pieces.append(_literal(separator, location))
            if isinstance(item, (dict, list)):
                containers.append(_opened(item, location, pieces))
                separator = ""
                break
            pieces += _value(item, location)
            separator = ","
        else:
            pieces.append(_literal(closing, pointer))
            containers.pop()
            separator = ","


_Container = tuple[Iterator[tuple[str | int, Any]], str, str]


def _opened(tree: dict[str, Any] | list[Any], pointer: str, pieces: list[Piece]) -> _Container:
    opening, closing = "{}" if isinstance(tree, dict) else "[]"
    pieces.append(_literal(opening, pointer))
    return iter(_items(tree)), closing, pointer


def _value(value: Any, pointer: str) -> Sequence[Piece]:
    """Return the pieces of a value that is not a container of the template."""
    # A setting without a value is shown as a string, which most settings are.
    if isinstance(value, Traced) and (isinstance(value.value, str) or value.value is UNDEFINED):
        value = as_text(value)
    if isinstance(value, Text):
        quote = _literal('"', pointer)
        return (quote, *value.map(_within_quotes).pieces, quote)
    if isinstance(value, Traced):
        return (_replaced(value.piece, stringify(value.value) or "null"),)
    return (_literal(stringify(value) or "null", pointer),)


def _replaced(piece: Piece, text: str) -> Piece:
    return Piece(text, piece.kind, piece.path, piece.label, piece.pointer, piece.span, piece.raw)


def _within_quotes(text: str) -> str:
    return quoted(text)[1:-1]


def _items(tree: dict[str, Any] | list[Any]) -> Iterable[tuple[str | int, Any]]:
    """Return the members to write, by key or index."""
    # JSON.stringify leaves undefined out of an object, and writes null for it in an array.
    if isinstance(tree, dict):
        return [member for member in ordered(tree) if member[1] is not UNDEFINED]
    return enumerate(tree)
