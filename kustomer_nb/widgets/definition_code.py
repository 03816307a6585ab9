"""The text of a definition, edited in place: findings, quick fixes, completion and undo."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import traitlets

from kustomer_nb import reporting
from kustomer_nb.diagnostics import Severity
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.language import complete, fix_title
from kustomer_nb.printable import one_line

from .base import handles
from .definition_completion import last_runs
from .definition_leaf import DefinitionLeaf
from .definition_messages import Complete, CopyText, EditText, OpenText
from .hidden_values import HiddenValueError
from .linking import link, style
from .messages import Fix
from .page_messages import Completed, MarkLine, TextEdited, WholeText
from .problem_fixes import fix_problem, named_problems, problem_is_gone

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kustomer_nb.action import Action
    from kustomer_nb.definition import Document
    from kustomer_nb.diagnostics import Diagnostics

    from .definition_editing import TextChange
    from .session import Session
    from .session_state import ActionState

PARTS = ("inputTemplate", "inputSchema", "outputTemplate", "outputSchema", "sampleOutputContext")

# More would make a page slow; the worst ones come first.
MOST_FINDINGS = 500


class DefinitionCode(DefinitionLeaf):
    """Edits the text of a definition, with line numbers, findings in place and their fixes.

    What is typed is the app's text at once, and can be undone; saving writes the file. Tokens are masked on
    the page, and stay as they are in the text. The text is no trait: a saved notebook does not contain it.

    Example:
        >>> from kustomer_nb import loads
        >>> DefinitionCode(loads('{"inputTemplate": {"uri": "http://a.b"}}').action())
        <DefinitionCode: 1 line of the definition>
    """

    _esm = link("definition_code.js")
    _css = style("definition_code.css")

    findings = traitlets.List(traitlets.Dict()).tag(sync=True)
    # How many there are, if not all of them are shown.
    cut_findings = traitlets.Unicode("").tag(sync=True)
    parts = traitlets.List(traitlets.Dict()).tag(sync=True)
    # The selected action: a number of its own, where it begins in the page, and how often one was selected.
    # The page goes there with a new selection; another number alone moves nothing where somebody types.
    picked = traitlets.Dict().tag(sync=True)
    marked = traitlets.Dict()

    def __init__(self, action: Action | Session) -> None:
        self._count = 0
        self._drawn: tuple[Document, int, str] | None = None
        self._numbered: list[ActionState] = []
        super().__init__(action)
        self.when_closed(self._editing.listen(self._tell_change))

    @property
    def text(self) -> str:
        """The author's text, as it is being edited."""
        return self._editing.text

    @property
    def _problems(self) -> Diagnostics:
        # Those of the last definition that could be read have other places.
        return self._editing.syntax_problems if self.unreadable else self._session.problems.current

    def _draw_findings(self) -> None:
        self.findings = list(self._findings())
        count = len(self._problems)
        is_cut = len(self.findings) == MOST_FINDINGS and count > MOST_FINDINGS
        self.cut_findings = f"{MOST_FINDINGS} of {count} problems are shown here." if is_cut else ""

    def _draw_definition(self) -> None:
        state = (self._session.app.document, self._editing.edited.version, self.unreadable)
        # While somebody types, the page moves those that it has with the text.
        if state != self._drawn and (self.unreadable or not self._session.problems.are_due):
            # Another action of the same text has the same findings.
            self._drawn = state
            self._draw_findings()
        action, reading = self._session.action, self._session.app.document.reading
        start = reading.span(action.pointer)
        # One that is gone for a moment, as while its name or a bracket is typed, stays where it was.
        if start is not None and not self.unreadable and action in self._session.app.actions:
            offset = self._editing.edited.offset_in_page(start.start)
            self.picked = {"id": self._number(), "start": offset, "pick": self._session.picks}
        spans = ((part, reading.span(pointers.join(action.pointer, part))) for part in PARTS)
        self.parts = [{"name": part, "line": span.line} for part, span in spans if span]

    def _number(self) -> int:
        """Return the number of the selected action: that of what is kept of it, which follows its name."""
        state = self._session.state
        for number, other in enumerate(self._numbered):
            if other is state:
                return number
        self._numbered.append(state)
        return len(self._numbered) - 1

    def _findings(self) -> Iterator[dict[str, Any]]:
        in_page = self._editing.edited.offset_in_page
        # One of kustomer-nb.toml is not in this text.
        placed = [
            (id, problem, problem.span)
            for id, problem in named_problems(self._problems).items()
            if problem.span is not None and not problem.file
        ]
        placed.sort(key=lambda item: list(Severity).index(item[1].severity))
        for id, problem, span in placed[:MOST_FINDINGS]:
            start = in_page(span.start)
            yield {
                "id": id,
                "severity": problem.severity.value,
                "message": problem.message,
                "fix": problem.fix,
                "code": problem.code,
                "line": span.line,
                "start": start,
                "end": max(in_page(span.end), start + 1),
                "fixTitle": "" if self.unreadable else fix_title(self._session.app.document, problem),
            }

    def _tell_change(self, change: TextChange | None, refused: EditText | None = None) -> None:
        edited = self._editing.edited
        if change is None:
            name = (refused.view, refused.revision) if refused else ("", 0)
            self.tell(WholeText(edited.version, edited.of_page, *name))
        else:
            edit = (change.view, change.revision, edited.version, *change.edit)
            self.tell(TextEdited(*edit, change.is_shown))

    @handles(OpenText)
    def _open(self, message: OpenText) -> None:
        self._tell_change(None)

    @handles(EditText)
    def _edit(self, message: EditText) -> None:
        self._editing.catch_up()
        edited = self._editing.edited
        # The page makes one of another version again: it has been told the edits in between.
        if message.version != edited.version or self.read_only:
            return
        try:
            edit = edited.edit_of_page(message.start, message.removed, message.inserted)
        except ValueError as error:
            self._tell_change(None, message)
            self.notice = str(error) if isinstance(error, HiddenValueError) else ""
            return
        self._editing.type_edit(edit, message.view, message.revision)

    @handles(CopyText)
    def _copy(self, message: CopyText) -> None:
        if message.version == self._editing.edited.version:
            self._editing.edited.remember(message.start, message.end)

    @handles(Complete)
    def _complete(self, message: Complete) -> None:
        edited, session = self._editing.edited, self._session
        if message.version != edited.version:
            return
        offset = edited.index_of_page(message.offset)
        known = session.app.document
        completions = complete(edited.text, offset, last_run=last_runs(session), known=known).as_source()
        if not message.explicit and completions.start == offset and edited.text[:offset].endswith(('"', "'")):
            # A string was closed: what follows it begins with a comma.
            return
        start, end = (edited.offset_in_page(at) for at in (completions.start, completions.end))
        self.tell(Completed(edited.version, start, end, [asdict(item) for item in completions.items]))

    @handles(Fix)
    def _fix(self, message: Fix) -> None:
        problem = named_problems(self._session.problems.current).get(message.id)
        if problem is None:
            raise problem_is_gone()
        fix_problem(self._session, problem)

    def show_line(self, line: int) -> None:
        """Scroll to a line and mark it."""
        self._count += 1
        self.marked = {"line": line, "count": self._count}
        self.tell(MarkLine(line))

    def as_text(self) -> str:
        """Return how long the text is."""
        text = self.text
        count = text.count("\n") + (not text.endswith("\n"))
        return one_line(f"<DefinitionCode: {count} line{'' if count == 1 else 's'} of {self.file}>")

    def as_facts(self) -> Mapping[str, Any]:
        """Return the facts of the app."""
        return {"file": self.file, **reporting.facts(self._session.app.document)}
