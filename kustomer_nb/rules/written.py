"""The strings of a template, each read once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kustomer_nb.diagnostics import Diagnostic
from kustomer_nb.errors import TemplateError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.template import references
from kustomer_nb.template.written import FUNCTION, REFERENCE, Called, Reference, calls


@dataclass(frozen=True)
class Written:
    """One string of a template: where it stands, what it reads and calls, and what of it cannot be read.

    ``keys`` lead to it from the template's own root. The spans of ``reads``, ``calls`` and ``faults`` count
    from the start of ``text``.
    """

    pointer: str
    keys: tuple[str, ...]
    text: str
    reads: tuple[Reference, ...] = ()
    calls: tuple[Called, ...] = ()
    faults: tuple[Diagnostic, ...] = ()


def strings(template: Any, pointer: str) -> Iterator[Written]:
    """Yield each string of a template that stands at ``pointer``, in the order of the text.

    Example:
        >>> [(one.pointer, one.keys) for one in strings({"a": ["x", "{{y}}"]}, "/data")]
        [('/data/a/0', ('a', '0')), ('/data/a/1', ('a', '1'))]
    """
    # Without recursion: what a document holds may be nested deep.
    waiting: list[tuple[tuple[str, ...], Any]] = [((), template)]
    while waiting:
        keys, value = waiting.pop()
        if isinstance(value, str):
            yield _read(value, pointers.join(pointer, *keys), keys)
        elif isinstance(value, dict):
            waiting += reversed([((*keys, key), item) for key, item in value.items()])
        elif isinstance(value, list):
            waiting += reversed([((*keys, str(at)), item) for at, item in enumerate(value)])


def _read(text: str, pointer: str, keys: tuple[str, ...]) -> Written:
    try:
        return Written(pointer, keys, text, tuple(references(text)), tuple(calls(text)))
    except TemplateError as error:
        return Written(pointer, keys, text, faults=tuple(error.diagnostics))


def reference_of(value: Any) -> str | None:
    """Return the path of a value that is a reference as a whole, None when it is anything else.

    Example:
        >>> reference_of("/#order.id"), reference_of("{{order.id}}"), reference_of("/#fn:parseInt,order.id")
        ('order.id', None, None)
    """
    is_reference = is_pointed(value) and not value.startswith(FUNCTION)
    return value[len(REFERENCE) :] if is_reference else None


def is_pointed(value: Any) -> bool:
    """Return whether a value is a reference or a function as a whole, and so no template."""
    return isinstance(value, str) and value.startswith(REFERENCE)


def is_fixed(value: Any) -> bool:
    """Return whether a value is the same in every run: it holds neither a reference nor a template."""
    return not isinstance(value, str) or not (is_pointed(value) or "{{" in value)
