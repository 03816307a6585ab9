"""Keeps the unsaved definition of a workbench, so that a restart of the kernel does not lose it.

It is in ``.kustomer-nb/drafts`` of the project, or in the memory of the kernel where the history is off.
"""

from __future__ import annotations

import atexit
import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakSet

from kustomer_nb.config import Profile, keeps_history, project_root
from kustomer_nb.definition import Changes
from kustomer_nb.linting import Concealment
from kustomer_nb.printable import one_line
from kustomer_nb.storage.drafts import Draft, is_elsewhere, new_id, text_hash

from .kept_drafts import drafts_of, forget, keep_in_memory, keep_on_disk, path_of, root_of, time_words
from .later_calls import Later, LaterCalls
from .line_ends import with_line_ends, with_newlines

if TYPE_CHECKING:
    from .session import Session
    from .session_state import Topic

# Seconds from the first unsaved change to the write that has it, and those after it.
INTERVAL = 1.0
# Characters of a comparison; a page would be slow with more.
LONGEST_DIFF = 200_000

_KEEPERS: WeakSet[DraftKeeper] = WeakSet()


class DraftNotice(NamedTuple):
    """What a page says of a draft: ``state`` is restored, offered (the file changed) or elsewhere."""

    state: str = ""
    words: str = ""
    diff: str = ""


class DraftKeeper:
    """Writes the unsaved text of a session at most once a second, and restores what an earlier one left.

    ``later`` calls a function after some seconds, and returns what prevents that, or None if it cannot: then
    a change is written at once, unless the last write was less than a second ago.
    """

    def __init__(
        self, session: Session, *, later: Later | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._session = session
        self._later = later or LaterCalls()
        self._clock = clock
        self._cancel: Callable[[], object] | None = None
        self._wrote_at = self._waits_since = -INTERVAL
        self._failure = ""
        # The draft of an earlier session that the notice is about.
        self._found: Draft | None = None
        self.notice = DraftNotice()
        self._begin()
        self.stop = session.listen(self._follow)
        _KEEPERS.add(self)

    def _begin(self) -> None:
        self._app = self._session.app
        self._id = new_id()
        self._text = text = self._session.editing.text
        self._kept: Draft | None = None
        self._is_kept_on_disk = False
        # Where the kept draft is, and the project in which the session began.
        self._root = self._first_root = root_of(self._app)
        self._is_pending = False
        # A person entered this definition, which was never in a file; it is kept without further changes.
        self._is_entered = False
        # What a definition without a file began from: that of the cell, "" on the start page.
        self._origin = text_hash(text.encode("utf-8", "surrogatepass"))

    # -- what is kept

    @property
    def is_needed(self) -> bool:
        """Whether there is an unsaved text that somebody worked on."""
        editing = self._session.editing
        if editing.read_only or editing.is_saved:
            return False
        return self._app.path is not None or self._is_entered or bool(editing.undo_words)

    @property
    def is_on_disk(self) -> bool:
        """Whether unsaved text is kept beyond the life of the kernel."""
        return self._may_write and not self._failure

    @property
    def _may_write(self) -> bool:
        profile = self._session.profile_now()
        # A profile that cannot be read may say that nothing is written.
        return isinstance(profile, Profile) and keeps_history(profile)

    @property
    def words_without_kernel(self) -> str:
        """What a page says of unsaved changes once the kernel has gone; "" if there are none."""
        if not self.is_needed:
            return ""
        if not self.is_on_disk:
            return "The definition has changes that are not saved: copy its JSON first."
        if self._app.path is None and not self._origin:
            return "The definition is not saved: the start page lists it then."
        return "The definition has changes that are not saved: they are restored then."

    def _follow(self, topics: frozenset[Topic]) -> None:
        if self._session.app is not self._app:
            # The text before stays: nobody saved or discarded it.
            self.flush()
            self._begin()
            self._found, self.notice = None, DraftNotice()
        if topics & {"app", "draft", "change", "profile"}:
            self._look()

    def settle(self) -> None:
        """Write at once what is not written yet, and end what was saved where nobody told it."""
        if self._session.app is self._app:
            self._look()
        self.flush()

    def _look(self) -> None:
        editing = self._session.editing
        self._text = editing.text
        if self.notice.state == "restored" and (self._found is None or editing.text != self._found.text):
            self._show(DraftNotice())
        if not self.is_needed:
            self.end()
        elif self._kept is None or self._kept.text != editing.text:
            self._write_soon()
        elif self._is_kept_on_disk != self.is_on_disk:
            # Another profile says something else of what may be written.
            self._write()

    def _write_soon(self) -> None:
        if self._cancel is not None and self._clock() - self._waits_since < 2 * INTERVAL:
            return
        self._is_pending = True
        self._write_later()
        if self._cancel is None and self._clock() - self._wrote_at >= INTERVAL:
            self.flush()

    def _write_later(self) -> None:
        # The loop of an earlier one may have ended before it was called.
        self._stop_timer()
        self._waits_since = self._clock()
        self._cancel = self._later(INTERVAL, self.flush)

    def flush(self) -> None:
        """Write what is not written yet."""
        self._stop_timer()
        if self._is_pending:
            self._is_pending = False
            # Of an app that was left, the editor has another text already.
            if self._session.app is self._app and not self.is_needed:
                self.end()
            else:
                self._write()

    def _stop_timer(self) -> None:
        cancel, self._cancel = self._cancel, None
        if cancel is not None:
            cancel()

    def _write(self) -> None:
        had_failed = bool(self._failure)
        self._keep()
        if bool(self._failure) != had_failed:
            # What a restart of the kernel loses is another thing now, and the page says so.
            with self._session.changing("draft"):
                pass

    def _keep(self) -> None:
        self._wrote_at = self._clock()
        draft = self._draft()
        # A definition that is saved under a name may be in another project then.
        root = self._root = self._project()
        if self._may_write:
            try:
                keep_on_disk(root, draft)
            except TimeoutError:
                # Another process writes; the next look is later.
                self._is_pending = True
                self._write_later()
                return
            except (OSError, ValueError) as error:
                self._fail(getattr(error, "strerror", None) or str(error))
            else:
                self._kept, self._is_kept_on_disk, self._failure = draft, True, ""
                return
        elif self._kept is not None:
            forget(root, self._id)
        self._kept, self._is_kept_on_disk = draft, False
        keep_in_memory(root, draft)

    def _project(self) -> Path:
        """Return the folder of the project; without a file it stays the same, wherever a cell goes."""
        return self._first_root if self._app.path is None else root_of(self._app)

    def _fail(self, reason: str) -> None:
        """Say once that a restart of the kernel will lose what is not saved."""
        is_new, self._failure = not self._failure, reason
        if not is_new:
            return
        words = f"Unsaved changes cannot be kept in .kustomer-nb/drafts: {reason}. Save before a restart."
        self._session.say(one_line(words), is_bad=True)

    def _draft(self) -> Draft:
        app = self._app
        name = one_line(app.model.app or app.document.name)
        return Draft(self._id, path_of(app), name, self._base(), datetime.now(UTC), self._text)

    def _base(self) -> str:
        """Return what the text began from: the file as it was read, or the definition of the cell.

        Not its line ends and mark, which an editor such as JupyterLab takes out.
        """
        if self._app.path is None:
            return self._origin
        file = self._app.document.file
        return "" if file is None else text_hash(with_newlines(file.text).encode("utf-8", "surrogatepass"))

    def end(self) -> None:
        """End the draft of this session: its text is saved, or was taken back."""
        self._stop_timer()
        self._is_pending = False
        if self._kept is not None:
            self._kept = None
            forget(self._root, self._id)

    # -- what an earlier session left

    def begin_new(self, draft: Draft | None = None, *, is_entered: bool) -> None:
        """Begin with a definition that the start page made; ``draft`` is the one that it was opened from.

        If a person entered it, it is kept from now on, and else from the first change on.
        """
        self._is_entered, self._origin = is_entered, "" if draft is None else draft.base
        if draft is not None and draft.text != self._session.editing.text:
            # It is no definition that could be opened.
            self._session.editing.replace(draft.text, f"unsaved edits of {time_words(draft.at)}")
        with self._session.changing("draft"):
            if is_entered:
                self._take_over(draft)

    def resume(self) -> None:
        """Restore the text that was not saved, or offer it if the file has changed since."""
        if self._session.editing.read_only:
            return
        drafts = self._drafts_of_file()
        own = [draft for draft in drafts if not is_elsewhere(self._project(), draft)]
        if not drafts:
            return
        self._found = draft = (own or drafts)[0]
        when = time_words(draft.at)
        if not own:
            words = f"Another kernel has unsaved edits of {when} of this definition."
            self._show(DraftNotice("elsewhere", words))
        elif self.is_needed:
            # The app was changed in a cell.
            self._show(DraftNotice("offered", f"There are other unsaved edits of {when} of this definition."))
        elif draft.base == self._base():
            self.restore()
        else:
            name = self._app.document.name
            words = f"{name} has changed since your unsaved edits of {when}, which are not in it."
            self._show(DraftNotice("offered", one_line(words)))

    def _drafts_of_file(self) -> list[Draft]:
        """Return the drafts of the app with another text, newest first; one with this text is taken over."""
        for keeper in list(_KEEPERS):
            # Also another workbench of this kernel, such as the one that this cell had before.
            keeper.settle()
        root, path, text = self._project(), path_of(self._app), self._session.editing.text
        # An editor has newlines alone, and its file may not.
        drafts = [
            replace(draft, text=with_line_ends(with_newlines(draft.text), text))
            for draft in drafts_of(root)
            if draft.id != self._id and draft.path == path
            if path or draft.text == text or draft.base == self._origin
        ]
        for draft in drafts:
            if draft.text == text and not is_elsewhere(root, draft):
                if not path:
                    # The same app in another cell: it was never saved.
                    self.begin_new(draft, is_entered=True)
                elif self._kept or not self.is_needed:
                    forget(root, draft.id)
        return [draft for draft in drafts if draft.text != text]

    def restore(self) -> None:
        """Let the text be that of the draft, as a step that can be undone."""
        draft = self._found
        if draft is None:
            return
        with self._session.changing("draft"):
            self._session.editing.replace(draft.text, f"unsaved edits of {time_words(draft.at)}")
            self._take_over(draft)
            self._show(DraftNotice("restored", f"Unsaved edits of {time_words(draft.at)} were restored."))

    def _take_over(self, draft: Draft | None) -> None:
        """Write the text as that of this session, and end the draft that it is from."""
        self._text, self._is_pending = self._session.editing.text, self.is_needed
        self.flush()
        root = self._project()
        is_kept = self._kept is not None and (draft is None or self._kept.text == draft.text)
        if draft is not None and is_kept and not is_elsewhere(root, draft):
            forget(root, draft.id)

    def undo(self) -> None:
        """Take the restored text back; Redo brings it again."""
        if self.notice.state == "restored":
            words = self._session.editing.undo()
            self._session.say(words or "Nothing to undo.")

    def discard(self) -> None:
        """End the draft; where its text was restored, that of the file is back."""
        draft, state = self._found, self.notice.state
        if draft is None or state == "elsewhere":
            self.dismiss()
            return
        with self._session.changing("draft"):
            if state == "restored":
                self._session.editing.undo()
                self._session.editing.forget_undone()
            forget(self._project(), draft.id)
            self.dismiss()
            self._session.say(f"Unsaved edits of {time_words(draft.at)} were discarded.")

    def compare(self) -> None:
        """Show the lines that differ between the text that is here and the draft, or no longer."""
        draft = self._found
        if draft is None:
            return
        if self.notice.diff:
            self._show(self.notice._replace(diff=""))
            return
        editing, document = self._session.editing, self._app.document
        file = document.file
        before = editing.text if self.notice.state != "restored" or file is None else file.text
        sources = [editing.reading_of(text) for text in (before, draft.text)]
        conceal = Concealment(*sources)
        masked = (conceal.source(sources[0]), conceal.source(sources[1]))
        diff = Changes(before, draft.text, document.name, masked=masked).diff
        self._show(self.notice._replace(diff=diff[:LONGEST_DIFF]))

    def dismiss(self) -> None:
        """Say no more of the draft here; one that was not restored is offered again by the next workbench."""
        self._found = None
        self._show(DraftNotice())

    def _show(self, notice: DraftNotice) -> None:
        if notice != self.notice:
            with self._session.changing("draft"):
                self.notice = notice

    def close(self) -> None:
        """Write what is not written, and follow the session no more."""
        self.flush()
        self.stop()
        _KEEPERS.discard(self)


def unsaved_definitions(folder: Path) -> list[Draft]:
    """Return the drafts of a project that no file leads to, newest first.

    They were never saved, or their file is gone.
    """
    for keeper in list(_KEEPERS):
        keeper.settle()
    root = project_root(folder / "_")
    return [
        draft
        for draft in drafts_of(root)
        if not (draft.path and os.path.lexists(root / draft.path)) and not is_elsewhere(root, draft)
    ]


@atexit.register
def _flush_all() -> None:
    """Write what was typed in the last second before the kernel stops."""
    for keeper in list(_KEEPERS):
        with suppress(Exception):
            keeper.settle()
