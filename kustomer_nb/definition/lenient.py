"""Models that accept every object: a property of the wrong type is unset and reported, never rejected.

The author's own value stays in the document, and unknown keys are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from kustomer_nb.jsontext import pointer as pointers

M = TypeVar("M", bound="Lenient")


class TypeMismatch(NamedTuple):
    """A property of the wrong type: its pointer, what a message calls the right type, and its value."""

    pointer: str
    expected: str
    value: Any


class Read(NamedTuple, Generic[M]):
    """A model and the properties that it does not have because their type is wrong."""

    model: M
    mismatches: list[TypeMismatch]


class Lenient(BaseModel):
    """A model whose `read` accepts every object, and reports the properties of the wrong type."""

    # Strict, since otherwise pydantic reads "yes" as true and hides the mismatch.
    model_config = ConfigDict(extra="allow", strict=True, alias_generator=to_camel, frozen=True)
    REQUIRED: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def keys(cls) -> tuple[str, ...]:
        """Return the names of the properties in JSON.

        Example:
            >>> from .models import InputTemplate
            >>> InputTemplate.keys()
            ('uri', 'method', 'headers', 'qs', 'data', 'json')
        """
        return tuple(field.alias or name for name, field in cls.model_fields.items())

    @classmethod
    def read(cls: type[M], value: Mapping[str, Any], pointer: str = "") -> Read[M]:
        """Return the model of ``value``, and the mismatches with pointers that begin with ``pointer``."""
        accepted = _copied(value)
        mismatches: list[TypeMismatch] = []
        while True:
            try:
                return Read(cls.model_validate(accepted), mismatches)
            except ValidationError as error:
                # The location of an error lacks keys with a lone surrogate, which UTF-8 cannot encode.
                if (encodable := _copied(accepted, key=_encodable)) != accepted:
                    accepted = encodable
                    continue
                # One mismatch a property: of a union, pydantic reports an error for each of its types.
                kinds: dict[tuple[str, ...], str] = {}
                for details in error.errors(include_url=False):
                    kinds.setdefault(_path(accepted, details["loc"]), details["type"])
                for path, kind in kinds.items():
                    original = _original(value, path, _remove(accepted, path))
                    expected = _EXPECTED.get(kind, "valid")
                    mismatches.append(TypeMismatch(pointers.join(pointer, *path), expected, original))


# What messages call the type that pydantic expected.
_EXPECTED = {
    "string_type": "a string",
    "bool_type": "true or false",
    "dict_type": "an object",
    "model_type": "an object",
}


def _path(value: Any, loc: tuple[str | int, ...]) -> tuple[str, ...]:
    """Return the part of an error's location that is a path in the value; the rest names a type."""
    path: list[str] = []
    for key in loc:
        if not isinstance(value, dict) or key not in value:
            break
        path.append(str(key))
        value = value[key]
    return tuple(path)


def _copied(value: Mapping[str, Any], key: Callable[[str], str] = str) -> dict[str, Any]:
    """Return a deep copy of a value, with its keys changed by a function."""
    # Without recursion: a document may be nested deeply.
    root: list[Any] = [dict(value)]
    pending: list[dict[Any, Any] | list[Any]] = [root]
    while pending:
        container = pending.pop()
        for at, item in list(container.items() if isinstance(container, dict) else enumerate(container)):
            if isinstance(item, dict):
                container[at] = {key(name): inner for name, inner in item.items()}
            elif isinstance(item, list):
                container[at] = list(item)
            else:
                continue
            pending.append(container[at])
    copied: dict[str, Any] = root[0]
    return copied


def _encodable(key: str) -> str:
    return key.encode("utf-8", "replace").decode()


def _original(value: Any, path: tuple[str, ...], otherwise: Any) -> Any:
    """Return the author's own value at a path, unless a key on the path had to be changed."""
    for key in path:
        if not isinstance(value, Mapping) or key not in value:
            return otherwise
        value = value[key]
    return value


def _remove(value: Any, path: tuple[str, ...]) -> Any:
    for key in path[:-1]:
        value = value[key]
    return value.pop(path[-1])
