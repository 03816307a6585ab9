"""What a document panel of JupyterLab tells Python of the file that it has open: one class for each kind."""

from __future__ import annotations

from dataclasses import dataclass

from .message import FromPage


@dataclass(frozen=True)
class PanelMessage(FromPage):
    """A message from a document panel; `read_message` reads one with this class as ``base``."""


@dataclass(frozen=True)
class OpenDocument(PanelMessage):
    """A page has opened a file: its path in JupyterLab, its text there, and whether that is not saved.

    ``page`` is the same before and after a reload of the page. ``typed`` is what was typed in a kernel
    before this one, as `resuming.typed_in` returns it. ``agreed`` is the text that the page and a kernel
    had last, None for a page that was just loaded.
    """

    kind = "open"
    page: str
    name: str
    text: str
    is_unsaved: bool
    typed: object = None
    agreed: str | None = None


@dataclass(frozen=True)
class EditDocument(PanelMessage):
    """The text of a version was edited in the page; offsets count UTF-16 units."""

    kind = "edit"
    view: str
    revision: int
    version: int
    start: int
    removed: int
    inserted: str


@dataclass(frozen=True)
class SendDocument(PanelMessage):
    """An edit is missing in the page, which needs the whole text."""

    kind = "whole"


@dataclass(frozen=True)
class DocumentSaved(PanelMessage):
    """The file has this text; ``is_reloaded``: somebody else wrote it, and the page has read it again."""

    kind = "saved"
    text: str
    is_reloaded: bool


@dataclass(frozen=True)
class DocumentMoved(PanelMessage):
    """The file has another path in JupyterLab."""

    kind = "moved"
    name: str


@dataclass(frozen=True)
class BeginDocument(PanelMessage):
    """A first action was asked for, in a file that has none."""

    kind = "begin"


@dataclass(frozen=True)
class PickInDocument(PanelMessage):
    """An action of the file is to be shown."""

    kind = "pick"
    name: str


@dataclass(frozen=True)
class AttendDocument(PanelMessage):
    """A person works in this page now: it is the one that saves."""

    kind = "attend"


@dataclass(frozen=True)
class LeaveDocument(PanelMessage):
    """The page is going, perhaps to be loaded again: what is not saved stays in the kernel."""

    kind = "leave"


@dataclass(frozen=True)
class CloseDocument(PanelMessage):
    """The page has closed the file, and dropped what was not saved."""

    kind = "close"
