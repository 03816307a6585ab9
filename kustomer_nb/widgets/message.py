"""The base of what a page tells Python, and how a message is read: one frozen class for each kind.

The kinds are in ``messages`` and ``definition_messages``; a leaf imports those that it acts on.
``lib/protocol.js`` declares the same messages for the page, and a test holds both sides equal. A page sends
what a person did, never the state that follows from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, ClassVar, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from .page_messages import wire_name

LONGEST_KIND = 40


class InvalidMessage(Exception):  # noqa: N818  # it names the message, as Message does
    """A message that no version of the page sends: of an unknown kind, or with a missing or wrong field.

    The text names the field, never its value, which may be typed into a settings form.
    """


@dataclass(frozen=True)
class FromPage:
    """What a page sends; ``kind`` names it there."""

    kind: ClassVar[str]


@dataclass(frozen=True)
class Message(FromPage):
    """A message from the page of a widget."""


MessageT = TypeVar("MessageT", bound=FromPage)


def message_types(base: type[MessageT] = Message) -> dict[str, type[MessageT]]:  # type: ignore[assignment]
    """Return the class of each kind of message from the page."""
    return {message.kind: message for message in base.__subclasses__()}


def read_message(content: object, base: type[MessageT] = Message) -> MessageT:  # type: ignore[assignment]
    """Return the message that a page sent, of the kinds that are derived from ``base``.

    Raises:
        InvalidMessage: it is of no known kind, or a field is missing, unknown or of another type.

    Example:
        >>> read_message({"kind": "goto", "line": 29})
        GoTo(line=29)
    """
    if not isinstance(content, Mapping):
        raise InvalidMessage(_explained("it is not an object"))
    kind = content.get("kind")
    message_type = message_types(base).get(kind) if isinstance(kind, str) else None
    if message_type is None:
        raise InvalidMessage(_explained(f"there is no message {str(kind)[:LONGEST_KIND]!r}"))
    values = {name: value for name, value in content.items() if name != "kind"}
    return cast(MessageT, _read(message_type, values, str(kind)))


def _read(structure: type[Any], values: Mapping[Any, Any], where: str) -> Any:
    types = _types_of(structure)
    if unknown := [str(name) for name in values if name not in types]:
        raise InvalidMessage(_explained(f"{where} has no field {unknown[0][:LONGEST_KIND]!r}"))
    arguments = {}
    for item in fields(structure):
        name = wire_name(item.name)
        if name in values:
            arguments[item.name] = _checked(values[name], types[name], f"{where}.{name}")
        elif item.default is MISSING:
            raise InvalidMessage(_explained(f"{where}.{name} is missing"))
    return structure(**arguments)


def _checked(value: Any, expected: Any, where: str) -> Any:
    """Return a value of a field as its type has it."""
    origin, arguments = get_origin(expected), get_args(expected)
    if origin in (Union, UnionType):
        if value is None:
            return None
        return _checked(value, next(item for item in arguments if item is not NoneType), where)
    if is_dataclass(expected):
        if isinstance(value, Mapping):
            return _read(cast(type[Any], expected), value, where)
    elif origin is Literal:
        if value in arguments:
            return value
    elif origin is tuple:
        if isinstance(value, list):
            return tuple(_checked(item, arguments[0], where) for item in value)
    elif isinstance(value, expected) and isinstance(value, bool) == (expected is bool):
        return value
    raise InvalidMessage(_explained(f"{where} has the wrong type"))


def _types_of(structure: type[Any]) -> dict[str, Any]:
    hints = get_type_hints(structure)
    return {wire_name(name): hint for name, hint in hints.items() if name != "kind"}


def _explained(problem: str) -> str:
    return f"The page sent a message that cannot be read: {problem}. Run the cell again."
