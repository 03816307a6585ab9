"""What Python tells a page beside the traits of a leaf: one frozen class for each kind of message.

``lib/protocol.js`` declares the same messages for the page, and a test holds both sides equal.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar


@dataclass(frozen=True)
class PageMessage:
    """A message to the page; ``kind`` names it there."""

    kind: ClassVar[str]

    def as_content(self) -> dict[str, Any]:
        """Return the message as the page receives it.

        Example:
            >>> Chunk("/items", 100, []).as_content()
            {'kind': 'chunk', 'pointer': '/items', 'from': 100, 'nodes': []}
        """
        values = {wire_name(item.name): getattr(self, item.name) for item in fields(self)}
        return {"kind": self.kind, **values}


@dataclass(frozen=True)
class Pong(PageMessage):
    """The answer to a ping: the kernel is there, and has the time to answer."""

    kind = "pong"


@dataclass(frozen=True)
class Focus(PageMessage):
    """The page is to focus a field."""

    kind = "focus"
    pointer: str


@dataclass(frozen=True)
class Reveal(PageMessage):
    """The pages are to show a place in a leaf: a field, a setting, a line."""

    kind = "reveal"
    leaf: str
    target: str


@dataclass(frozen=True)
class MarkLine(PageMessage):
    """A line of the definition is to be shown and marked."""

    kind = "mark"
    line: int


@dataclass(frozen=True)
class ShowToast(PageMessage):
    """Words are to be shown for some seconds; ``id`` names them when they are undone."""

    kind = "toast"
    id: int
    text: str
    is_bad: bool
    can_undo: bool


@dataclass(frozen=True)
class ShowQuestion(PageMessage):
    """The page that pressed is to show the question: nothing was sent."""

    kind = "question"
    press: str


@dataclass(frozen=True)
class PressTaken(PageMessage):
    """A press was acted on, or not: the page need not wait any more."""

    kind = "pressed"
    press: str


@dataclass(frozen=True)
class Rows(PageMessage):
    """The rows below one, from one index on."""

    kind = "rows"
    id: str
    from_: int
    rows: list[Any]


@dataclass(frozen=True)
class Explained(PageMessage):
    """Why the output has its value at a pointer, from the output back to the response."""

    kind = "why"
    pointer: str
    stages: list[Any]


@dataclass(frozen=True)
class StageValue(PageMessage):
    """The value behind a stage, as nodes."""

    kind = "stage"
    name: str
    node: Any
    depth: int


@dataclass(frozen=True)
class Replacing(PageMessage):
    """What the outputSchema and sample of a response would replace, to ask about it."""

    kind = "replacing"
    words: str
    diff: str


@dataclass(frozen=True)
class CaseExists(PageMessage):
    """There is a test case of a name, to ask whether it is to be replaced."""

    kind = "case_exists"
    name: str
    words: str


@dataclass(frozen=True)
class CaseSaved(PageMessage):
    """Where a test case was written, from the folder of the definition."""

    kind = "case_saved"
    path: str


@dataclass(frozen=True)
class Copied(PageMessage):
    """The text of a request in the form that was asked for; ``variables`` are those that it reads."""

    kind = "copied"
    form: str
    text: str
    variables: list[str]


@dataclass(frozen=True)
class Chunk(PageMessage):
    """Children of an object or array, from one index on."""

    kind = "chunk"
    pointer: str
    from_: int
    nodes: list[Any]


@dataclass(frozen=True)
class TextChunk(PageMessage):
    """A part of a raw text, from one character on."""

    kind = "text"
    from_: int
    text: str


@dataclass(frozen=True)
class WholeText(PageMessage):
    """The text of the definition as it is; view and revision name an edit that was refused, if one was."""

    kind = "whole_text"
    version: int
    text: str
    view: str
    revision: int


@dataclass(frozen=True)
class TextEdited(PageMessage):
    """An edit of the text: one of the page's own, named by view and revision, or one that Python made."""

    kind = "text_edited"
    view: str
    revision: int
    version: int
    start: int
    removed: int
    inserted: str
    select: bool


@dataclass(frozen=True)
class Undone(PageMessage):
    """What was undone or made again is to be said."""

    kind = "undone"
    words: str


@dataclass(frozen=True)
class Completed(PageMessage):
    """What may stand from ``start`` to ``end`` of a version of the text."""

    kind = "completed"
    version: int
    start: int
    end: int
    items: list[dict[str, str]]


@dataclass(frozen=True)
class PartDone(PageMessage):
    """What became of an edit: its pointer now, why it was refused, or what else it would change.

    ``version`` is what the page knows: the new one, unless something else had changed before the edit.
    """

    kind = "part_done"
    seq: int
    pointer: str
    problem: str
    places: list[dict[str, Any]]
    version: int


@dataclass(frozen=True)
class CompletedPart(PageMessage):
    """What may stand from ``start`` to ``end`` of the string at a pointer."""

    kind = "completed_part"
    pointer: str
    start: int
    end: int
    items: list[dict[str, str]]


@dataclass(frozen=True)
class PathList(PageMessage):
    """The paths of the last response, each with the type of its value."""

    kind = "path_list"
    paths: list[dict[str, str]]


def page_message_types() -> dict[str, type[PageMessage]]:
    """Return the class of each kind of message to the page."""
    return {message.kind: message for message in PageMessage.__subclasses__()}


def wire_name(name: str) -> str:
    """Return the name that a page has for a field."""
    # `from` is a keyword of Python.
    return name.removesuffix("_")
