"""Where the name at an offset is declared: an input, a setting, what the sample shows of a response."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kustomer_nb.authoring.schema_places import properties_at
from kustomer_nb.jsontext import pointer as pointers

from .reading import document_of
from .subject import Subject, find_subject
from .written_names import find_name

if TYPE_CHECKING:
    from kustomer_nb.definition import Document
    from kustomer_nb.diagnostics import Span

    from .written_names import WrittenName

_SETTING_PARTS = 3


def find_declaration(text: str, offset: int) -> Span | None:
    """Return where the name at an offset is declared, None if nothing declares it.

    Of a variable it is the key of its property in inputSchema, or that in appSettings; of the key of a
    setting that in the app's settings; of a path of the response what the sample has there; of an action in
    a workflow its name.

    Example:
        >>> text = '{"inputSchema": {"properties": {"id": {}}}, "inputTemplate": {"uri": "/{{{id}}}"}}'
        >>> find_declaration(text, 75)
        Span(start=32, end=36, line=1, column=33)
    """
    document, subject = document_of(text), find_subject(text, offset)
    written = None if document is None or subject is None else find_name(subject, offset)
    if document is None or subject is None or written is None:
        return None
    reading = document.reading
    for pointer in _pointers(document, subject, written):
        # A name is a value, and so is an item without a key.
        key = None if written.kind == "action" else reading.key_span(pointer)
        if (span := key or reading.span(pointer)) is not None:
            return span
    return None


def _pointers(document: Document, subject: Subject, written: WrittenName) -> Iterator[str]:
    """Yield the pointers at which a name may be declared, the nearest first."""
    action = subject.action_pointer
    if written.kind == "setting":
        yield pointers.join(action, "appSettings", str(written.route[0]))
    elif written.kind == "setting key":
        parts = written.name.split(".")
        if len(parts) == _SETTING_PARTS and document.app.app == parts[0]:
            yield pointers.join("/settings", *parts[1:])
    elif written.kind == "action":
        names = (read.pointer for read in document.actions if read.definition.name == written.name)
        yield from (pointers.join(pointer, "name") for pointer in names)
    elif written.kind == "body":
        yield from _of_sample(subject)
    elif written.kind == "input":
        yield from _of_input(subject, written)


def _of_input(subject: Subject, written: WrittenName) -> Iterator[str]:
    schema = subject.action.get("inputSchema")
    location = pointers.join(subject.action_pointer, "inputSchema")
    for count in range(len(written.route), 0, -1):
        for pointer, key in properties_at(schema, location, written.route[:count]):
            yield pointers.join(pointer, "properties", key)


def _of_sample(subject: Subject) -> Iterator[str]:
    keys = [str(key) for key in subject.inner[1:]]
    sample = pointers.join(subject.action_pointer, "sampleOutputContext")
    for count in range(len(keys), -1, -1):
        yield pointers.join(sample, *keys[:count])
