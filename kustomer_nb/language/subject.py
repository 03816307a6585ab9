"""What an offset of a text is about: the place in the definition, and the action around it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kustomer_nb.definition import read_document
from kustomer_nb.definition.recognition import ACTION_KEYS
from kustomer_nb.errors import LoadError, TemplateError
from kustomer_nb.jsontext import pointer as pointers

from .cursor import Cursor, Token, find_cursor

if TYPE_CHECKING:
    from kustomer_nb.definition import Document


def find_subject(text: str, offset: int, known: Document | None = None) -> Subject | None:
    """Return what an offset of a text is about, None in a comment and outside of any object.

    ``known`` is the last version that could be read, for a text that cannot.

    Example:
        >>> subject = find_subject('[{"inputTemplate": {"uri": "https://a.b"}}]', 30)
        >>> subject.pointer, subject.inner, list(subject.action)
        ('/0/inputTemplate/uri', ('inputTemplate', 'uri'), ['inputTemplate'])
    """
    cursor = find_cursor(text, max(0, min(offset, len(text))))
    return None if cursor is None else Subject(cursor, _read(text, known, cursor.token))


def _read(text: str, known: Document | None, token: Token | None) -> Document | None:
    if token is not None and not token.is_closed:
        # Else the string would contain what follows it.
        text = f"{text[: token.end]}{token.quote}{text[token.end :]}"
    try:
        return read_document(text)
    except LoadError:
        return known


class Subject:
    """The action that the offset is in, and the place within it."""

    def __init__(self, cursor: Cursor, document: Document | None) -> None:
        self.cursor = cursor
        self.document = document
        self.value: Any = None if document is None else document.value
        path = cursor.path
        is_list = bool(path) and isinstance(path[0], int)
        self.is_app = not is_list and (document is None or document.is_app)
        is_bare = document is None or not self.is_app or self.value in ({}, None)
        self.is_action = (
            is_list or is_bare or (len(path) == 0 and document is not None and not document.actions)
        )
        depth = 0
        if base := _base_of(cursor, document):
            path = (*base, *path)
            is_list, self.is_app, self.is_action = isinstance(path[0], int), path[0] == "actions", False
            self.is_action = is_list or path[0] in ACTION_KEYS
        if is_list:
            depth = 1
        elif path[:1] == ("actions",) and len(path) > 1:
            depth = 2
        self.action_path, self.inner = path[:depth], path[depth:]
        self.path = path

    @property
    def pointer(self) -> str:
        """The JSON pointer of the value, or of the object whose key is at the offset."""
        return pointers.join("", *map(str, self.path))

    @property
    def action_pointer(self) -> str:
        """The JSON pointer of the action."""
        return pointers.join("", *map(str, self.action_path))

    @property
    def action_name(self) -> str:
        """The full name of the action, empty without one."""
        name = self.action.get("name")
        return name if isinstance(name, str) else ""

    @property
    def action(self) -> Mapping[str, Any]:
        """The action as far as it can be read."""
        action = pointers.resolve(self.value, [str(key) for key in self.action_path])
        return action if isinstance(action, dict) else {}

    @property
    def app(self) -> Mapping[str, Any]:
        """The app as far as it can be read."""
        return self.value if self.is_app and isinstance(self.value, dict) else {}

    def reads(self) -> list[str]:
        """Return the variables that the inputTemplate reads."""
        from kustomer_nb.template import references

        try:
            return [reference.segments[0] for reference in references(self.action.get("inputTemplate"))]
        except TemplateError:
            return []


def _base_of(cursor: Cursor, document: Document | None) -> tuple[str | int, ...]:
    """Return where the outermost object around the offset is used, if it is a constant of a module."""
    # Only a module has constants.
    if document is None or not document.reading.is_module or document.reading.span("") is None:
        return ()
    reading = document.reading
    for action in document.actions:
        parts = [action.pointer, *(pointers.join(action.pointer, key) for key in action.value)]
        for pointer in parts:
            span = reading.span(pointer) if pointer else None
            if span is not None and span.start == cursor.root:
                return tuple(int(key) if key.isdecimal() else key for key in pointers.split(pointer))
    return ()
