"""The problems of a whole definition, grouped by what they have an effect on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import traitlets

from kustomer_nb import reporting
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity
from kustomer_nb.effects import Effect, by_effect, effect_of
from kustomer_nb.language import fix_title
from kustomer_nb.printable import one_line

from .base import BaseWidget, handles
from .file_changes import FileChanges
from .linking import link, style
from .message import InvalidMessage
from .messages import Fix, GoTo, Undo
from .problem_fixes import fix_problem, fix_words, make_fix, named_problems, problem_is_gone
from .session import Session
from .shown_paths import shown_path

if TYPE_CHECKING:
    from kustomer_nb.app import App
    from kustomer_nb.definition import Changes

    from .session_state import Topic

TITLES = {
    Effect.CHANGES_NOW: "Changes what you send or get now",
    Effect.BLOCKS: "Blocks registering",
    Effect.MAY_CHANGE: "May change with other values",
}


_SEVERITIES = [Severity.ERROR.value, Severity.WARNING.value, Severity.HINT.value]


class ProblemsView(BaseWidget):
    """Shows the problems of a definition, those that change a value silently first, and fixes them.

    ``source`` is an app, or the session of a workbench. `fix` fixes one problem, `refresh` reads all again.
    ``is_compact`` shows one line, with the first problem and a button that opens the others.

    Example:
        >>> from kustomer_nb import loads
        >>> view = ProblemsView(loads("{app: 'shop', version: '1.0.0', title: 'Shop'}"))
        >>> view
        <ProblemsView: 6 problems in the definition>
        >>> view.fix(view.groups[0]["problems"][0]["id"])
        <Changes: 1 line of the definition>
        >>> len(view.problems)
        5
    """

    _esm = link("problems_view.js")
    _css = style("problems_view.css")

    groups = traitlets.List(traitlets.Dict()).tag(sync=True)
    summary = traitlets.Unicode("").tag(sync=True)
    # The problem that one line shows: of the selected action before others, and errors before warnings.
    lead = traitlets.Dict().tag(sync=True)
    # One line with the first problem, which opens the list.
    is_compact = traitlets.Bool(False).tag(sync=True)
    # The fields of the form that need attention: they are in the way of a run, so they come first.
    faults = traitlets.List(traitlets.Dict()).tag(sync=True)
    # The latest change that was made here, as long as it can be undone.
    change = traitlets.Dict().tag(sync=True)
    # Alone there is nobody to show a line.
    shows_lines = traitlets.Bool(False).tag(sync=True)

    def __init__(self, source: App | Session, *, is_compact: bool = False) -> None:
        self._session = source if isinstance(source, Session) else None
        self._app = None if isinstance(source, Session) else source
        self.problems = Diagnostics()
        self._by_id: dict[str, Diagnostic] = {}
        self._changes = FileChanges()
        super().__init__(shows_lines=self._session is not None, is_compact=is_compact)
        if self._session is not None:
            self.when_closed(self._session.listen(self._follow))
            self._draw_faults()
        self.refresh()

    @property
    def app(self) -> App:
        """The app whose problems are shown."""
        return self._session.app if self._session is not None else self._app  # type: ignore[return-value]

    def _follow(self, topics: frozenset[Topic]) -> None:
        if topics & {"app", "problems", "action"} and not self._is_due:
            self.refresh()
        if topics & {"change"}:
            self._draw_change()
        if topics & {"app", "inputs", "preview", "action"}:
            self._draw_faults()

    @property
    def _is_due(self) -> bool:
        """Whether the problems will be looked for when nobody types any more."""
        return self._session is not None and self._session.problems.are_due

    def _draw_faults(self) -> None:
        if self._session is not None:
            pointers = self._session.faults
            self.faults = [{"pointer": pointer, "label": shown_path(pointer)} for pointer in pointers]

    def refresh(self) -> None:
        """Look for problems again, also in changes that were made in Python."""
        # A session looks for them once for all leaves.
        self.problems = by_effect(
            self.app.lint() if self._session is None else self._session.problems.current
        )
        self._by_id = named_problems(self.problems)
        rows = [(effect_of(problem), self._row(id, problem)) for id, problem in self._by_id.items()]
        rows.sort(key=lambda effect_and_row: _order(effect_and_row[1]))
        groups = [
            {
                "effect": effect.name.lower(),
                "title": title,
                "isFolded": effect is Effect.MAY_CHANGE,
                "problems": [row for own_effect, row in rows if own_effect is effect],
            }
            for effect, title in TITLES.items()
        ]
        count = len(self.problems)
        words = {0: "No problems", 1: "1 problem"}.get(count, f"{count} problems")
        with self.hold_sync():
            self.groups = [group for group in groups if group["problems"]]
            self.lead = next((row for _, row in rows), {})
            self.summary = one_line(f"{words} in {self.app.document.name}")
            self._draw_change()

    def _row(self, id: str, problem: Diagnostic) -> dict[str, Any]:
        action = next((action for action in self.app.actions if _is_in(problem, action.pointer)), None)
        pointer = problem.pointer.removeprefix(action.pointer) if action else problem.pointer
        return {
            "id": id,
            "severity": problem.severity.value,
            "code": problem.code,
            "message": problem.message,
            "fix": problem.fix,
            "line": problem.span.line if problem.span else None,
            "place": shown_path(pointer) if pointer.startswith("/") else pointer,
            "action": action.name.rpartition(".")[2] if action else "",
            "fixTitle": fix_title(self.app.document, problem),
            # Not one of another action of the file than the selected one.
            "isHere": self._session is None or action is None or action is self._session.action,
        }

    @handles(Fix)
    def _fix(self, message: Fix) -> None:
        self.fix(message.id)

    def fix(self, id: str) -> Changes:
        """Fix one problem in the text, and save it if the text was saved before; return the changes.

        ``id`` is that of its row in ``groups``.

        Raises:
            EditError: there is no such problem any more, or its fix would change something else.
            SaveError: the file changed since it was read; the fix is in memory.
        """
        listed = self._by_id.get(id)
        # The text may have changed in a cell, which no leaf hears of.
        self.refresh()
        problem = self._by_id.get(id)
        if problem is None or listed is None or problem.message != listed.message:
            raise problem_is_gone()
        if self._session is not None:
            return fix_problem(self._session, problem)
        app, words = self.app, fix_words(problem)
        try:
            return self._changes.make(app, lambda: make_fix(app, problem), words=words, place="problems")
        finally:
            self.refresh()

    @handles(Undo)
    def _undo(self, message: Undo) -> None:
        self.undo()

    def undo(self) -> None:
        """Take the latest fix back, in the file too if it was saved.

        Raises:
            EditError: the definition was changed in another way since.
            SaveError: it was saved, and the file changed since.
        """
        if self._session is not None:
            self._session.undo()
        else:
            self._changes.undo(self.app)
            self.refresh()

    def _draw_change(self) -> None:
        """Show the latest fix, or a change that was made in the form, which has no line of its own for it."""
        change = self._changes.latest(self.app) if self._session is None else self._session.change
        is_here = change is not None and change.place != "output"
        self.change = change.as_row(self.app) if change and is_here else {}

    @handles(GoTo)
    def _go_to(self, message: GoTo) -> None:
        self.go_to(message.line)

    def go_to(self, line: int) -> None:
        """Show a line of the file in the workbench."""
        if self._session is None:
            msg = "Only a workbench shows the lines of the file."
            raise InvalidMessage(msg)
        self._session.reveal("definition", str(line))

    def as_text(self) -> str:
        """Return how many problems there are."""
        return one_line(f"<ProblemsView: {self.summary}>")

    def as_html(self) -> str:
        """Return the problems as static HTML."""
        return reporting.html(self.problems)

    def as_facts(self) -> Mapping[str, Any]:
        """Return the facts of the problems."""
        return reporting.facts(self.problems)


def _order(row: dict[str, Any]) -> tuple[bool, int]:
    return not row["isHere"], _SEVERITIES.index(row["severity"])


def _is_in(problem: Diagnostic, pointer: str) -> bool:
    return problem.pointer == pointer or problem.pointer.startswith(f"{pointer}/")
