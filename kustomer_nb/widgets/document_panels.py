"""The files that document panels of JupyterLab have open, each with its workbench in this kernel.

A panel has the text, and edits arrive in both directions; JupyterLab reads and writes the file.
"""

from __future__ import annotations

import asyncio
import os
import posixpath
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from kustomer_nb import reporting
from kustomer_nb.definition import one_at_a_time
from kustomer_nb.errors import KustomerNbError, NameNotFoundError
from kustomer_nb.jsontext.text_merge import merged_text

from .base import sendable
from .edited_text import edit_between
from .hosted_text import Refusal, begun, hosted_app, hosted_file, saved_text
from .later_calls import LaterCalls
from .message import InvalidMessage, read_message
from .panel_messages import (
    AttendDocument,
    BeginDocument,
    CloseDocument,
    DocumentMoved,
    DocumentSaved,
    EditDocument,
    LeaveDocument,
    OpenDocument,
    PanelMessage,
    PickInDocument,
    SendDocument,
)
from .panel_text import PanelText, Send
from .resuming import take_typed, typed_in
from .workbench import Workbench

if TYPE_CHECKING:
    from kustomer_nb.run import Run

    from .session import Session

TARGET = "kustomer_nb.document"
# Seconds from a change of the inputs to the message with all of them.
PAUSE = 0.3


class DocumentPanel:
    """A file that pages have open: its workbench, or why its text has none.

    Example:
        >>> heard = []
        >>> panel = DocumentPanel(Path("shop.json"))
        >>> panel.open(OpenDocument("page", "shop.json", '{"app": "shop"}', is_unsaved=False), heard.append)
        >>> heard[-1]["refusal"]["begin"]
        'Add an Action'
        >>> panel.receive(BeginDocument(), "page")
        >>> panel.workbench
        <Workbench: kustomer.app.shop.newAction, GET https://api.example.com/>
        >>> panel.workbench.close()
    """

    def __init__(self, path: Path, loop: asyncio.AbstractEventLoop | None = None) -> None:
        self.path = path
        self._later = LaterCalls(loop)
        self.workbench: Workbench | None = None
        self._session: Session | None = None
        self._refusal: Refusal | None = None
        self._texts: dict[str, PanelText] = {}
        self._text = ""
        self._file = hosted_file("")
        self._is_telling = False
        # The shape of the last response of each action, with the run that it is of.
        self._shapes: dict[str, tuple[Run, dict[str, Any]]] = {}

    @property
    def text(self) -> str:
        """The text as it is edited."""
        return self._text if self._session is None else self._session.editing.text

    # -- what a page tells

    def open(self, message: OpenDocument, send: Send) -> None:
        """Show the file to a page, with the text that the page has and what was not saved before."""
        take_typed(self.path, message.typed if isinstance(message.typed, Mapping) else {})
        self._texts.pop(message.page, None)
        page = self._texts[message.page] = PanelText(send, message.text)
        saved = saved_text(self.path) if message.is_unsaved else message.text
        # A page that was reloaded has lost what was not saved, another page may have typed meanwhile, and
        # somebody may have saved while there was no kernel.
        is_known = self._session is not None or self._text != ""
        others = self.text if is_known else saved
        base = self._file.text if message.agreed is None and is_known else message.agreed
        text = message.text if base is None else merged_text(base, message.text, others)
        self._set_saved(saved)
        self._take(text)
        opened = {"kind": "opened", "version": page.version, **self._shown(), "typed": typed_in(self.path)}
        send({**opened, "shapes": self._shapes_of_responses()})
        page.is_open = True
        self._follow_text()
        if self._session is not None and not message.is_unsaved and text not in (message.text, saved):
            self._session.say("Unsaved edits were restored.")

    def receive(self, message: PanelMessage, name: str) -> None:
        """Act on a message of the page of that name, which has opened the file."""
        if name not in self._texts:
            return
        if isinstance(message, (EditDocument, AttendDocument, BeginDocument, PickInDocument)):
            # The last one is where a person works.
            self._texts[name] = self._texts.pop(name)
        if isinstance(message, EditDocument):
            self._edit(self._texts[name], message)
        elif isinstance(message, DocumentSaved):
            self._saved(message)
        elif isinstance(message, BeginDocument):
            self._begin(self._texts[name])
        elif isinstance(message, PickInDocument):
            self._pick(message.name)
        elif isinstance(message, SendDocument):
            self._send_whole(self._texts[name])
        elif isinstance(message, LeaveDocument):
            del self._texts[name]
        elif isinstance(message, CloseDocument):
            self._close(name)

    def _edit(self, page: PanelText, edit: EditDocument) -> None:
        try:
            text = page.take(edit)
        except ValueError:
            self._send_whole(page, edit.view, edit.revision)
            return
        if text is not None:
            self._take(text)
            self._follow_text()

    def _send_whole(self, page: PanelText, view: str = "", revision: int = 0) -> None:
        page.text = self.text
        page.version += 1
        refused = {"view": view, "revision": revision}
        page.send({"kind": "whole", "version": page.version, "text": page.text, **refused})

    def _saved(self, message: DocumentSaved) -> None:
        self._set_saved(message.text)
        if message.is_reloaded and self._session is not None:
            self._session.say(f"{self.path.name} was reloaded from disk, inputs kept.")

    def _begin(self, page: PanelText) -> None:
        try:
            text = begun(self.text, self.path)
        except KustomerNbError as error:
            page.send({"kind": "notice", "words": str(error.diagnostics[0])})
            return
        self._take(text)
        self._follow_text()

    def _pick(self, action: str) -> None:
        # It may have another name by now, and then the workbench stays as it is.
        if self._session is not None:
            with suppress(NameNotFoundError):
                self._session.pick(action)

    def move(self, path: Path) -> None:
        """Know the file by another path; what was typed goes with it."""
        take_typed(path, typed_in(self.path))
        self.path = path
        if self._session is not None:
            app = self._session.app
            with self._session.changing("app"):
                app.document = replace(app.document, path=path)

    def _close(self, name: str) -> None:
        del self._texts[name]
        if not self._texts:
            # The person was asked by JupyterLab.
            self._take(self._file.text)

    # -- the text

    def _set_saved(self, text: str) -> None:
        self._file = hosted_file(text)
        if self._session is not None:
            app = self._session.app
            with self._session.changing("app", "draft"):
                app.document = replace(app.document, file=self._file)

    def _take(self, text: str) -> None:
        """Let the text be this one, and make the workbench if there is none yet."""
        if self._session is None:
            self._text = text
            self._make_workbench()
            return
        editing = self._session.editing
        editing.catch_up()
        edit = edit_between(editing.text, text)
        if edit is not None:
            editing.type_edit(edit)

    def _make_workbench(self) -> None:
        app = hosted_app(self._text, self.path, self._file)
        if isinstance(app, Refusal):
            is_new = app != self._refusal
            self._refusal = app
            if is_new:
                self._tell({"kind": "shown", **self._shown()})
            return
        self.workbench, self._refusal = Workbench(app), None
        self.workbench.follow_host(self._save)
        self._session = self.workbench.session
        self._session.editing.listen(lambda change: self._follow_text())
        self._session.listen(self._follow)
        self._tell({"kind": "shown", **self._shown()})

    def _follow_text(self) -> None:
        for page in list(self._texts.values()):
            page.follow(self.text)

    def _shown(self) -> dict[str, Any]:
        workbench = self.workbench
        return {
            "model": "" if workbench is None else workbench.model_id,
            "refusal": None if self._refusal is None else asdict(self._refusal),
            "action": "" if self._session is None else self._session.action.name,
        }

    def _follow(self, topics: frozenset[str]) -> None:
        if topics & {"inputs", "action", "result"} and not self._is_telling:
            self._is_telling = True
            if self._later(PAUSE, self._tell_typed) is None:
                self._tell_typed()

    def _tell_typed(self) -> None:
        self._is_telling = False
        typed = {"typed": typed_in(self.path), "shapes": self._shapes_of_responses()}
        self._tell({"kind": "typed", **typed, "action": self._shown()["action"]})

    def _shapes_of_responses(self) -> dict[str, dict[str, Any]]:
        """Return the shape of the last response of each action: what an editor of the file proposes."""
        session = self._session
        if session is not None:
            for action in session.app.actions:
                state = session.state_of(session.key_of(action))
                finished = state.live or state.current
                if finished is not None:
                    self._know_response(action.name, finished.run)
        return {name: shape for name, (_, shape) in self._shapes.items()}

    def _know_response(self, action: str, run: Run) -> None:
        known = self._shapes.get(action)
        if known is not None and known[0] is run:
            return
        shape = reporting.response_shape(run)
        if shape is not None:
            self._shapes[action] = (run, shape)

    def _save(self) -> None:
        # Of two that save, the second would meet the change of the first.
        for page in list(self._texts.values())[-1:]:
            page.send({"kind": "save"})

    def _tell(self, content: dict[str, Any]) -> None:
        for page in list(self._texts.values()):
            page.send(content)


class Place(NamedTuple):
    """A folder of JupyterLab, and where it is for this kernel.

    Example:
        >>> Place("shops/eu", Path("home/shops/eu")).path_of("shops/us/shop.json").as_posix()
        'home/shops/us/shop.json'
    """

    name: str
    folder: Path

    def path_of(self, name: str) -> Path:
        """Return where a file of JupyterLab is."""
        way = posixpath.relpath(f"/{name}", f"/{self.name}")
        return Path(os.path.normpath(self.folder / way))


_PANELS: dict[Path, DocumentPanel] = {}
# Where this kernel was started, as the first page named it: a file that is moved takes its session along.
_STARTED: list[Place] = []


def serve(name: str) -> None:
    """Let document panels of JupyterLab open files in this kernel, by comms with the target `TARGET`.

    A cell calls it: what a page sends is handled between cells and on their thread, whichever receives it.
    ``name`` is the folder of JupyterLab in which the kernel was started; a later call does not change it.
    """
    from comm import get_comm_manager

    if not _STARTED:
        _STARTED.append(Place(name, Path.cwd()))
    get_comm_manager().register_target(TARGET, partial(_connect, asyncio.get_running_loop(), _STARTED[0]))


def _connect(loop: asyncio.AbstractEventLoop, place: Place, comm: Any, message: Mapping[str, Any]) -> None:
    def send(content: dict[str, Any]) -> None:
        comm.send(sendable(content))

    page = _Page(place, loop, send, lambda: comm.close())

    def receive(message: Mapping[str, Any]) -> None:
        loop.call_soon_threadsafe(page.receive, message["content"]["data"])

    comm.on_msg(receive)
    receive(message)


class _Page:
    """The side of one comm: a page that has opened one file."""

    def __init__(
        self, place: Place, loop: asyncio.AbstractEventLoop, send: Send, end: Callable[[], object]
    ) -> None:
        self._place = place
        self._loop = loop
        self._send = send
        self._end = end
        self._name = ""
        self._panel: DocumentPanel | None = None

    @one_at_a_time
    def receive(self, content: object) -> None:
        """Act on a message; a page waits for an answer, so that each failure becomes words."""
        try:
            message = read_message(content, PanelMessage)
            if isinstance(message, OpenDocument):
                self._open(message)
            elif self._panel is None:
                return
            elif isinstance(message, DocumentMoved):
                self._move(self._panel, self._place.path_of(message.name))
            else:
                self._panel.receive(message, self._name)
                if isinstance(message, CloseDocument):
                    self._end()
        except (KustomerNbError, InvalidMessage) as error:
            self._send({"kind": "failed", "words": str(error)})
        except Exception as error:  # the loop would only log it
            self._send({"kind": "failed", "words": f"Internal error ({type(error).__name__}: {error})."})

    def _open(self, message: OpenDocument) -> None:
        path = self._place.path_of(message.name)
        self._name = message.page
        self._panel = panel = _PANELS.get(path)
        if panel is None:
            self._panel = panel = _PANELS[path] = DocumentPanel(path, self._loop)
        # A page that was loaded since the file was moved does not know it.
        self._send({"kind": "started", "folder": self._place.name})
        panel.open(message, self._send)

    @staticmethod
    def _move(panel: DocumentPanel, path: Path) -> None:
        if _PANELS.get(panel.path) is panel:
            del _PANELS[panel.path]
        _PANELS[path] = panel
        panel.move(path)
