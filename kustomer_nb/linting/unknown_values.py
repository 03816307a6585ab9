"""Which findings depend on values that only running the module would show.

What code gives is unknown, and so is whether code spread into an object adds a key or replaces one. A finding
about such a value, or that something is missing where code may add it, would be a guess.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from kustomer_nb.codes import Code
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.read_guesses import encloses

if TYPE_CHECKING:
    from kustomer_nb.definition import Document
    from kustomer_nb.diagnostics import Diagnostic

_NAMES = ("appSettings", "inputSchema")
_REQUEST = ("inputTemplate",)
# What else a finding is about, besides its own value: parts of its action, or with a slash, of the app.
_ALSO_ABOUT: Mapping[str, tuple[str, ...]] = {
    Code.SETTING_NOT_FOUND: ("/settings",),
    Code.SETTING_NOT_USED: ("/actions", "/commands"),
    Code.VARIABLE_NOT_DECLARED: _NAMES,
    Code.NESTED_NAME_NOT_DECLARED: _NAMES,
    Code.TYPE_LOST_IN_TEMPLATE: (*_NAMES, "/settings"),
    Code.UNKNOWN_HELPER: _NAMES,
    Code.SETTING_IN_OUTPUT: ("appSettings",),
    Code.DATA_WITHOUT_JSON: _REQUEST,
    Code.GET_WITH_DATA: _REQUEST,
    Code.QUERY_IN_TWO_PLACES: _REQUEST,
    Code.TEXT_SENT_AS_JSON: _REQUEST,
    Code.METHOD_OVERRIDDEN: _REQUEST,
    Code.REQUIRED_NAMES_NOTHING: ("inputSchema", "outputSchema"),
    Code.SAMPLE_NOT_EMITTED: ("outputTemplate",),
    Code.OUTPUT_DROPPED: ("outputSchema",),
    Code.SAMPLE_CONTRADICTS_SCHEMA: ("outputSchema",),
    Code.SAMPLE_DROPPED: ("outputSchema",),
    Code.BODY_PATH_WITHOUT_JSON: _REQUEST,
    Code.OUTPUT_NEVER_EMITTED: ("outputTemplate",),
    Code.INPUT_CHOOSES_HOST: (*_NAMES, "/settings"),
}


class UnknownValues:
    """The values of a document that only running it would show."""

    def __init__(self, document: Document) -> None:
        self._document = document
        reading = document.reading
        self._unknown = [
            diagnostic
            for diagnostic in (*reading.diagnostics, *reading.code.repeated)
            if diagnostic.code == Code.NOT_LITERAL and diagnostic.span is not None
        ]

    def __bool__(self) -> bool:
        return bool(self._unknown)

    def affect(self, finding: Diagnostic) -> bool:
        """Return whether a finding may be wrong, once the values are known.

        Example:
            >>> from kustomer_nb.definition import read_document
            >>> document = read_document("export default {app: 'shop', version: '1', ...more}")
            >>> from kustomer_nb.rules import RULES
            >>> from kustomer_nb.linting.engine import check_document
            >>> check_document(document, RULES).codes
            ['KNB124', 'KNB122']
        """
        if any(self._decides(unknown, finding.pointer) for unknown in self._unknown):
            return True
        return any(self._reaches(unknown, part) for part in self._parts(finding) for unknown in self._unknown)

    @cached_property
    def _actions(self) -> list[str]:
        return [action.pointer for action in self._document.actions]

    def _parts(self, finding: Diagnostic) -> Iterator[str]:
        """Yield the pointers of what a finding is about besides its own value."""
        names = _ALSO_ABOUT.get(finding.code, ())
        action = next((at for at in self._actions if _is_in(finding.pointer, at)), None) if names else None
        for name in names:
            if name.startswith("/"):
                yield name
            elif action is not None:
                yield pointers.join(action, name)

    def _decides(self, unknown: Diagnostic, pointer: str) -> bool:
        """Return whether an unknown value is the one at a pointer, is around it, or may replace or add it."""
        if not _is_in(pointer, unknown.pointer):
            return False
        if self._document.reading.span(unknown.pointer) == unknown.span:
            return True
        return encloses(unknown, pointer, self._document.reading)

    def _reaches(self, unknown: Diagnostic, pointer: str) -> bool:
        return _is_in(unknown.pointer, pointer) or self._decides(unknown, pointer)


def _is_in(pointer: str, outer: str) -> bool:
    return f"{pointer}/".startswith(f"{outer}/")
