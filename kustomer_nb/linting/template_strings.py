"""The strings of a template, with what each reads and calls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kustomer_nb.errors import TemplateError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.request.written_tokens import written_strings
from kustomer_nb.template import references
from kustomer_nb.template.value_syntax import CallSite, Reference, calls

if TYPE_CHECKING:
    from kustomer_nb.diagnostics import Diagnostic


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


def template_strings(template: Any, pointer: str) -> Iterator[TemplateString]:
    """Yield each string of the template at ``pointer``, in document order.

    Example:
        >>> [(string.pointer, string.keys) for string in template_strings({"a": ["x", "{{y}}"]}, "/data")]
        [('/data/a/0', ('a', '0')), ('/data/a/1', ('a', '1'))]
    """
    for keys, text in written_strings(template):
        yield _parse_string(text, pointers.join(pointer, *keys), keys)


def _parse_string(text: str, pointer: str, keys: tuple[str, ...]) -> TemplateString:
    try:
        return TemplateString(pointer, keys, text, tuple(references(text)), tuple(calls(text)))
    except TemplateError as error:
        return TemplateString(pointer, keys, text, diagnostics=tuple(error.diagnostics))
