"""The output of a run beside its sample, with what was lost on the way, and what can be accepted of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import traitlets

from kustomer_nb import reporting
from kustomer_nb.config import fault_of
from kustomer_nb.errors import SaveError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.pointer_patterns import PointerPatterns, exact_pattern
from kustomer_nb.linting import changes_between
from kustomer_nb.printable import one_line, quoted
from kustomer_nb.run.accept import with_inferred
from kustomer_nb.run.accept_refusals import require_success
from kustomer_nb.run.assemble import mapped_again
from kustomer_nb.run.rows import OutputRows
from kustomer_nb.run.stages import losses_by_pointer, stage_value, stages

from .base import handles
from .file_changes import FileChanges
from .ignored_differences import IgnoredDifferences, file_state
from .linking import link, style
from .message import InvalidMessage
from .messages import Accept, Declare, Explain, Ignore, Infer, SaveCase, ShowRows, ShowStage, Undo, Unignore
from .page_messages import CaseSaved, Explained, Replacing, Rows, StageValue
from .result_view import ResultView
from .saved_case import asked_to_replace, proposed_name, where
from .shown_paths import shown_path
from .value_nodes import ValueNodes

if TYPE_CHECKING:
    from kustomer_nb.app import App
    from kustomer_nb.definition import Changes
    from kustomer_nb.difference import Difference
    from kustomer_nb.run import Run

    from .session import Session
    from .session_state import Topic

# Rows below one that are sent at a time, and rows that are opened at once because something differs in them.
PAGE = 100
MOST_OPEN = 400
_MOST_NAMES = 8
# Losses that leave no value in the output.
_LOSING = {"no-value", "dropped", "required"}
Row = dict[str, Any]


class OutputView(ResultView):
    """Shows the output of a run beside sampleOutputContext, as one tree, and the stages that led to it.

    ``source`` is a run, or an action or session whose latest run is shown. `accept` makes the sample what the
    output is, `declare` adds a value to outputSchema, `ignore` leaves a difference out; each follows in the
    file if that was saved before, and can be undone.

    Example:
        >>> from kustomer_nb import load
        >>> schema = {"properties": {"id": {"type": "string"}}}
        >>> app = load({"sampleOutputContext": {"id": 1}, "outputSchema": schema})
        >>> view = OutputView(app.action().run(mode="sample"))
        >>> view
        <OutputView: 1 changed>
        >>> view.accept(["/id"])
        <Changes: 1 line of the definition>
        >>> view
        <OutputView: no difference>
    """

    _esm = link("output_view.js")
    _css = style("output_view.css")

    head = traitlets.Dict().tag(sync=True)
    stages = traitlets.List(traitlets.Dict()).tag(sync=True)
    rows = traitlets.List(traitlets.Dict()).tag(sync=True)
    count = traitlets.Int(0).tag(sync=True)
    tally = traitlets.Dict().tag(sync=True)
    change = traitlets.Dict().tag(sync=True)

    _rows: OutputRows | None = None
    # A change of kustomer-nb.toml, as long as it is the latest one that was made here.
    _kept: Changes | None = None

    @cached_property
    def _ignored(self) -> IgnoredDifferences:
        return IgnoredDifferences(self._session)

    @cached_property
    def _changes(self) -> FileChanges:
        """The changes of a run without a session."""
        return FileChanges()

    def _is_shown_again(self, session: Session, topics: frozenset[Topic]) -> bool:
        return bool(topics & {"result", "action", "ignored"})

    def _follow(self, topics: frozenset[Topic]) -> None:
        if self._session is not None and topics & {"change", "action", "app"}:
            self._draw_change(self._session)
        super()._follow(topics)
        if "inputs" in topics and self._run is not None:
            self.head = self._head()

    def _head(self) -> dict[str, Any]:
        """Return what run is shown, and whether the inputs have changed since."""
        session = self._session
        current = session.state.current if session else None
        ended = current.ended if current else None
        is_stale = session.state.is_stale if session else False
        return {**_head(self._run), "at": f"{ended:%H:%M:%S}" if ended else "", "is_stale": is_stale}

    def rows_of(self, run: Run) -> OutputRows | None:
        """Return the rows of a run as they are shown here; None if another run is."""
        return self._rows if run is self._run else None

    @property
    def difference_count(self) -> int:
        """The number of differences from the sample, without ignored ones."""
        return 0 if self._rows is None or self._rows.diff is None else len(self._rows.diff)

    def show(self, run: Run | None) -> None:
        """Show the output of a run; None shows that nothing was run."""
        super().show(run)
        with self.hold_sync():
            self.head = self._head()
            if run is None:
                self._rows, self.rows, self.stages, self.tally = None, [], [], {}
                return
            self._rows = OutputRows(run, ignore=self.ignored)
            self.stages = [_stage(stage) for stage in stages(run)]
            self.rows = self._opened()
            self.count = 1 if self.rows[:1] and not self.rows[0]["id"] else self._rows.root["count"]
            self.tally = self._tally(run)

    @property
    def ignored(self) -> list[str]:
        """The pointers whose differences are left out, here and by ``ignore`` in ``kustomer-nb.toml``."""
        return [] if self._run is None else self._ignored.of(self._run, self._app())

    def _opened(self) -> list[Row]:
        """Return the first rows, and those below them in which something differs, up to a number."""
        assert self._rows is not None  # noqa: S101 - its caller made it
        if self._rows.root["count"] == 0:
            return [self._rows.root]
        left = MOST_OPEN
        rows = self._rows.at("", 0, PAGE)
        if self._rows.root["mark"]:
            # The output is of another type than the sample, which no row below it tells.
            return [{**self._rows.root, "children": rows}]
        pending = list(rows)
        while pending and left > 0:
            row = pending.pop(0)
            if _is_opened(row):
                row["children"] = self._rows.at(row["id"], 0, PAGE)
                left -= len(row["children"])
                pending += row["children"]
        return rows

    def _tally(self, run: Run) -> dict[str, Any]:
        diff = None if self._rows is None else self._rows.diff
        kinds, targets = [str(entry.change) for entry in diff or ()], self._not_lost()
        is_failure = bool(fault_of(run.mode)) or (
            run.response is not None and run.response.status_code >= 400
        )
        return {
            "added": kinds.count("added"),
            "changed": kinds.count("changed"),
            "missing": kinds.count("removed"),
            "ignored": 0 if diff is None else len(diff.ignored),
            "has_sample": diff is not None,
            # A failure is no sample.
            "case_name": proposed_name(run),
            "acceptable": 0 if is_failure or run.owner is None else len(targets),
            "lost": len(kinds) - len(targets),
            "can_infer": run.response is not None and not is_failure and run.owner is not None,
            "can_edit": run.owner is not None,
            "can_keep": file_state(self._app()) if run.action else "",
        }

    # -- what a person asks for

    @handles(ShowRows)
    def _send_rows(self, message: ShowRows) -> None:
        self.tell(Rows(message.id, message.from_, self.rows_at(message.id, message.from_)))

    def rows_at(self, row_id: str, start: int = 0) -> list[Row]:
        """Return the next 100 rows below one, as `OutputRows` describes them; none if it is gone."""
        try:
            return [] if self._rows is None else self._rows.at(row_id, start, PAGE)
        except LookupError:
            return []

    @handles(Explain)
    def _explain(self, message: Explain) -> None:
        stages = [] if self._run is None else self._run.why(message.pointer)
        lines = [{"name": stage.name, "words": stage.words, "is_cause": stage.is_cause} for stage in stages]
        self.tell(Explained(message.pointer, lines))

    @handles(ShowStage)
    def _show_stage(self, message: ShowStage) -> None:
        if self._run is None:
            return
        try:
            value = stage_value(self._run, message.name)
        except LookupError:
            # Of a page that shows an earlier run.
            msg = f"This run has no stage {quoted(message.name)}."
            raise InvalidMessage(msg) from None
        nodes = ValueNodes(value)
        self.tell(StageValue(message.name, nodes.head, nodes.depth))

    # -- what a person accepts

    @handles(Accept)
    def _accept(self, message: Accept) -> None:
        self.accept(message.pointers)

    @handles(Declare)
    def _declare(self, message: Declare) -> None:
        self.declare(message.pointer)

    @handles(Infer)
    def _infer(self, message: Infer) -> None:
        run = self._require_run()
        keys = (run.definition.output_schema, run.definition.sample_output_context)
        if message.replaces or keys == (None, None):
            self.infer()
        else:
            # One click would replace what somebody may have written by hand.
            self.tell(_replacing(run))

    @handles(SaveCase)
    def _save_case(self, message: SaveCase) -> None:
        try:
            self.save_case(message.name, overwrite=message.replaces)
        except SaveError as error:
            question = asked_to_replace(message.name, error)
            if question is None:
                raise
            self.tell(question)

    @handles(Ignore)
    def _ignore(self, message: Ignore) -> None:
        # A row is ignored alone, also if its key is a star; a caller in Python may pass a pattern.
        self.ignore(exact_pattern(message.pointer), keep=message.keep)

    @handles(Unignore)
    def _unignore(self, message: Unignore) -> None:
        self.unignore(exact_pattern(message.pointer))

    @handles(Undo)
    def _undo(self, message: Undo) -> None:
        self.undo()

    def accept(self, row_ids: Iterable[str] = ()) -> Changes:
        """Make the sample what the output is at these rows, given by their ids.

        Without any, at all of them but the keys that the run lost: those are accepted by their ids alone.

        Raises:
            EditError: a value must not be written, or the run is a failure and all was asked for.
            SaveError: the file changed since it was read; the change is in memory.
        """
        run, ids = self._require_run(), list(row_ids)
        targets: list[Difference | str] = [
            (self._rows.difference(row_id) if self._rows else None) or row_id for row_id in ids
        ]
        if ids:
            what = shown_path(ids[0]) or "the whole output" if len(ids) == 1 else f"{len(ids)} changes"
            return self._edit(lambda: run.accept(targets, into="sample"), f"Sample updated: {what}")
        require_success(run, "accept single values by their ids")
        differences = self._not_lost()
        lost = self.difference_count - len(differences)
        left = f", {lost} lost value{'' if lost == 1 else 's'} left out" if lost else ""
        what = f"{len(differences)} change{'' if len(differences) == 1 else 's'}{left}"
        return self._edit(lambda: run.accept(differences, into="sample"), f"Sample updated: {what}")

    def _not_lost(self) -> list[Difference]:
        """Return the differences that are accepted with one click: all but the keys that the run lost.

        That outputTemplate or outputSchema lost a key is no news of the service. Without this, one click
        would delete it from the sample, and with it what shows the loss.
        """
        diff = None if self._rows is None else self._rows.diff
        if diff is None or self._run is None:
            return []
        lost = [
            pointer
            for pointer, losses in losses_by_pointer(self._run).items()
            if any(loss["kind"] in _LOSING for loss in losses)
        ]
        return [
            entry for entry in diff if str(entry.change) != "removed" or not _touches(entry.pointer, lost)
        ]

    def declare(self, pointer: str) -> Changes:
        """Declare a value of the output in outputSchema, with the type that it has.

        Raises:
            EditError: there is no such value, or outputSchema cannot be changed there.
            SaveError: the file changed since it was read; the change is in memory.
        """
        run = self._require_run()
        words = f"Added {shown_path(pointer)} to outputSchema"
        return self._edit(lambda: run.accept(pointer, into="outputSchema"), words)

    def save_case(self, name: str, *, overwrite: bool = False) -> Path:
        """Write the run that is shown as a test case; see `Run.save_case`.

        Raises:
            SaveError: there is a case of that name, or the run cannot be written as one.
        """
        run = self._require_run()
        path = run.save_case(name, overwrite=overwrite)
        self.tell(CaseSaved(where(run, path)))
        return path

    def infer(self) -> Changes:
        """Write an outputSchema and a sample that are inferred from the response.

        Raises:
            EditError: there is no response, or it is a failure.
            SaveError: the file changed since it was read; the change is in memory.
        """
        return self._edit(self._require_run().infer, "outputSchema and sample created from this response")

    def ignore(self, pointer: str, *, keep: bool = False) -> Changes | None:
        """Leave the differences at a pointer out: until the kernel restarts, or by the file everywhere.

        With ``keep`` the pointer is added to ``ignore`` in ``kustomer-nb.toml``, which is made if there is
        none; what that changes comes back.

        Raises:
            EditError: the file is written so that nothing can be added.
            LoadError: the file cannot be read.
            SaveError: the file changed meanwhile, or cannot be written.
            ValueError: it is no JSON pointer.
        """
        # Before anything has changed: what is stored here is read again after each run.
        PointerPatterns.from_pointers([pointer])
        what = shown_path(pointer) or "all differences"
        if keep:
            changes = self._ignored.keep(self._require_run(), self._app(), pointer)
            return self._show_kept(changes, f"Ignoring {what} in kustomer-nb.toml")
        self._ignored.set_here(self._ignored.here | {pointer})
        self._show_alone()
        if self._session is not None:
            words = f"Ignoring {what} until the kernel restarts. Ignore Always keeps it in kustomer-nb.toml."
            self._session.say(words, undo=lambda: self.unignore(pointer))
        return None

    def unignore(self, pointer: str) -> Changes | None:
        """Compare again what `ignore` left out; if the file has the pointer, it is taken from there.

        Raises:
            EditError: only a pattern in the file matches it.
            LoadError: the file cannot be read.
            SaveError: the file changed meanwhile, or cannot be written.
        """
        if pointer not in self._ignored.here:
            changes = self._ignored.drop(self._require_run(), self._app(), pointer)
            return self._show_kept(changes, f"Comparing {shown_path(pointer)} again")
        self._ignored.set_here(self._ignored.here - {pointer})
        self._show_alone()
        return None

    def _show_kept(self, changes: Changes, words: str) -> Changes:
        """Show what changed in kustomer-nb.toml, and offer to take it back."""
        if changes:
            self._kept = changes
            self.change = {"words": words, "diff": changes.diff}
        self._show_alone()
        if self._session is not None:
            self._session.say(f"{words}.", undo=self.undo if changes else None)
        return changes

    def _show_alone(self) -> None:
        """Show the run again if no session does it."""
        if self._session is None:
            self.show(self._run)

    def undo(self) -> None:
        """Take back the latest change that was made here.

        Raises:
            EditError: the definition was changed in another way since.
            SaveError: it was saved, and the file changed since.
        """
        if self._kept is not None:
            self._kept.undo()
            self._kept, self.change = None, {}
            self._ignored.follow_file()
            self._show_alone()
        elif self._session is not None:
            self._session.undo()
        elif (app := self._app()) is not None:
            self._changes.undo(app)
            self._show_definition()

    def _require_run(self) -> Run:
        if self._run is None:
            msg = "run the action first: there is no output yet"
            raise ValueError(msg)
        return self._run

    def _edit(self, make: Callable[[], Changes], words: str) -> Changes:
        """Change the definition, and let all leaves follow."""
        self._kept = None
        if self._session is not None:
            return self._session.edit(make, words, place="output")
        app = self._app()
        if app is None:
            # It belongs to no definition, which is an error that says so.
            return make()
        try:
            return self._changes.make(app, make, words=words, place="output")
        finally:
            self._show_definition()

    def _app(self) -> App | None:
        if self._session is not None:
            return self._session.app
        owner: Any = self._run.owner if self._run is not None else None
        return getattr(owner, "app", None)

    def _show_definition(self) -> None:
        """Follow the definition of a run that is shown alone."""
        app, run = self._app(), self._run
        if app is not None and run is not None and run.owner is not None:
            self.show(mapped_again(run, run.owner.read.definition))
            change = self._changes.latest(app)
            self.change = change.as_row(app) if change else {}

    def _draw_change(self, session: Session) -> None:
        """Show the latest change, where it was made."""
        if self._kept is not None:
            return
        change = session.change
        is_here = change is not None and (change.place, change.action) == ("output", session.action.name)
        self.change = change.as_row(session.app) if change and is_here else {}

    def as_text(self) -> str:
        """Return how the output differs from the sample."""
        if self._run is None:
            return "<OutputView: not run yet>"
        diff = None if self._rows is None else self._rows.diff
        return one_line(f"<OutputView: {'no sample' if diff is None else diff.summary}>")

    def as_html(self) -> str:
        """Return the run as static HTML."""
        return super().as_html() if self._run is None else reporting.html(self._run)

    def as_facts(self) -> Mapping[str, Any]:
        """Return the facts of the run."""
        return super().as_facts() if self._run is None else reporting.facts(self._run)


def _head(run: Run | None) -> dict[str, Any]:
    if run is None:
        return {"kind": "none"}
    status = run.response.status_code if run.response else 0
    return {
        "kind": "run",
        "status": status,
        "words": reporting.run_status(run),
        "simulated": fault_of(run.mode),
        "mode": run.mode,
        "profile": run.profile.name,
    }


def _is_opened(row: Row) -> bool:
    """Return whether something within a row is to be seen, beside what the row itself shows."""
    own = bool(row["mark"] and not row["is_ignored"]) + bool(row["losses"])
    return bool(row["count"]) and row["touched"] > min(own, 1)


def _unmapped(run: Run) -> list[str]:
    """Return the paths of the sample that outputTemplate does not make."""
    return [
        shown_path(entry.pointer)
        for entry in run.diff or ()
        if str(entry.change) == "removed" and pointers.resolve(run.mapped, entry.pointer) is UNDEFINED
    ]


def _replacing(run: Run) -> Replacing:
    """Return what `Run.infer` would replace."""
    document = with_inferred(run)
    changes = None if run.owner is None else changes_between(run.owner.document, document)
    gone = _unmapped(run)
    names = ", ".join(gone[:_MOST_NAMES]) + (", …" if len(gone) > _MOST_NAMES else "")
    lost = (
        f"{len(gone)} {'key' if len(gone) == 1 else 'keys'} of the sample would go: {names}. " if gone else ""
    )
    words = f"{lost}outputSchema and sampleOutputContext are replaced as a whole."
    return Replacing(words, changes.diff if changes else "")


def _touches(pointer: str, others: Iterable[str]) -> bool:
    """Return whether a pointer is one of the others, is in the value at one, or has one in its value."""
    inside = f"{pointer}/"
    return any(f"{other}/".startswith(inside) or inside.startswith(f"{other}/") for other in others)


def _stage(stage: dict[str, Any]) -> dict[str, Any]:
    value = stage["value"]
    size = value["size"] if value else 0
    kind = value["type"] if value else ""
    words = {"object": "key", "array": "item"}.get(kind, "")
    note = f"{size} {words}{'' if size == 1 else 's'}" if words else ""
    losses = [{**loss, "label": shown_path(loss["pointer"]) or "output"} for loss in stage["losses"]]
    return {"name": stage["name"], "count": stage["count"], "losses": losses, "note": note}
