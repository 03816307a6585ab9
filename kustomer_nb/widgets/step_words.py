"""What a step of Undo is in words: "rename of input orderId"."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from kustomer_nb.jsontext import pointer as pointers

_PLACES = {
    ("name",): "action",
    ("inputSchema",): "inputs",
    ("appSettings",): "app settings",
    ("outputTemplate",): "outputs",
    ("inputTemplate", "uri"): "URL",
    ("inputTemplate", "method"): "method",
    ("inputTemplate", "data"): "body",
    ("inputTemplate", "qs"): "query",
    ("inputTemplate", "headers"): "headers",
    ("inputSchema", "required"): "required inputs",
    ("sampleOutputContext",): "sample",
}
_MEMBERS = {
    ("inputTemplate", "data"): "body",
    ("inputTemplate", "qs"): "query",
    ("inputTemplate", "headers"): "header",
    ("inputSchema", "properties"): "input",
    ("appSettings",): "app setting",
    ("outputSchema", "properties"): "declaration of output",
    ("outputTemplate",): "output",
    ("sampleOutputContext",): "sample",
}
# Keys that only say how a schema is built: the name of a property is what a person reads.
_OF_SCHEMAS = ("properties", "items")
_FACTS = ("type", "default", "description", "key")


class Named(Protocol):
    """What has steps: the edits of a definition."""

    def naming(self, words: str, run: str = "") -> AbstractContextManager[None]:
        """Return the context in which a change is called so."""


P = ParamSpec("P")
R = TypeVar("R")
L = TypeVar("L", bound=Named)
Verb = Callable[Concatenate[L, str, P], R]


def part_words(pointer: str) -> str:
    """Return what a value of an action is called, by its pointer within the action.

    Example:
        >>> part_words("/inputTemplate/headers/x-trace"), part_words("/inputTemplate/uri")
        ('header x-trace', 'URL')
        >>> part_words("/inputSchema/properties/order/properties/id/description")
        'description of input order.id'
    """
    keys = pointers.split(pointer)
    if (words := _PLACES.get(tuple(keys))) is not None:
        return words
    for count in (2, 1):
        what = _MEMBERS.get(tuple(keys[:count]))
        names = keys[count:]
        if what is None or not names:
            continue
        of_schema = what in ("input", "declaration of output")
        fact = ""
        if (of_schema or what == "app setting") and len(names) > 1 and names[-1] in _FACTS:
            fact = f"{names.pop()} of "
        inner = [name for name in names[1:] if not (of_schema and name in _OF_SCHEMAS)]
        return f"{fact}{what} {'.'.join([names[0], *inner])}"
    return ".".join(keys) or "action"


def named(words: str, *, is_typed: bool = False) -> Callable[[Verb[L, P, R]], Verb[L, P, R]]:
    """Return what names the change that a verb of such edits makes; ``{}`` is the part at its pointer.

    ``is_typed``: what is typed in the same field without a pause is one step.
    """

    def decorate(verb: Verb[L, P, R]) -> Verb[L, P, R]:
        @wraps(verb)
        def named_verb(edits: L, pointer: str, /, *args: P.args, **options: P.kwargs) -> R:
            run = f"{verb.__name__} {pointer}" if is_typed else ""
            with edits.naming(words.replace("{}", part_words(pointer)), run):
                return verb(edits, pointer, *args, **options)

        return named_verb

    return decorate
