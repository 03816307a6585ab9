"""The strings of a template, with what each reads and calls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.errors import TemplateError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.request.written_tokens import written_strings
from kustomer_nb.template import references
from kustomer_nb.template.value_syntax import CallSite, Reference, calls


@dataclass(frozen=True)
class TemplateString:
    """One string of a template: its pointer, what it reads and calls, and its syntax errors.

    ``keys`` lead to it from the root of the template. The spans of ``references``, ``calls`` and
    ``diagnostics`` are relative to the start of ``text``.
    """

    pointer: str
    keys: tuple[str, ...]
    text: str
    references: tuple[Reference, ...] = ()
    calls: tuple[CallSite, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


# A file with a thousand times more tags than any real one would be checked for minutes.
MOST_TAGS = 50_000


class TagRoom:
    """How many tags of a file are still checked; the first string that has more than that has a warning."""

    def __init__(self, tags: int = MOST_TAGS) -> None:
        self.tags = tags
        self.is_reported = False


def template_strings(template: Any, pointer: str, room: TagRoom | None = None) -> Iterator[TemplateString]:
    """Yield each string of the template at ``pointer``, in document order.

    A string with more tags than there is ``room`` for is not read: it has no references and no calls.

    Example:
        >>> [(string.pointer, string.keys) for string in template_strings({"a": ["x", "{{y}}"]}, "/data")]
        [('/data/a/0', ('a', '0')), ('/data/a/1', ('a', '1'))]
    """
    room = room or TagRoom()
    for keys, text in written_strings(template):
        location = pointers.join(pointer, *keys)
        # Counted, not parsed: parsing is what takes long.
        room.tags -= text.count("{{")
        yield _unread(text, location, keys, room) if room.tags < 0 else _parse_string(text, location, keys)


def _unread(text: str, pointer: str, keys: tuple[str, ...], room: TagRoom) -> TemplateString:
    if room.is_reported:
        return TemplateString(pointer, keys, text)
    room.is_reported = True
    message = f"the file has more than {MOST_TAGS:,} template tags; from here on they are not checked."
    fix = "split the definition, or generate the text elsewhere."
    warning = Diagnostic(Code.TEMPLATE_LIMIT, Severity.WARNING, pointer, message, fix)
    return TemplateString(pointer, keys, text, diagnostics=(warning,))


def _parse_string(text: str, pointer: str, keys: tuple[str, ...]) -> TemplateString:
    try:
        return TemplateString(pointer, keys, text, tuple(references(text)), tuple(calls(text)))
    except TemplateError as error:
        return TemplateString(pointer, keys, text, diagnostics=tuple(error.diagnostics))
