"""The runs of an action: search them, enter their inputs again, run them again, compare two of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Unpack

import traitlets

from kustomer_nb import reporting
from kustomer_nb.config import keeps_history
from kustomer_nb.errors import KustomerNbError
from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.options import WorkbenchOptions, takes
from kustomer_nb.printable import one_line
from kustomer_nb.secrets.tracebacks import scrub_tracebacks
from kustomer_nb.storage.history.last_inputs import stored_inputs

from .base import BaseWidget, handles
from .linking import link, style
from .messages import CompareRuns, Rerun, RestoreInputs, SearchRuns
from .replaced_inputs import replacing_inputs
from .running import Runner
from .session import Session, as_session
from .shown_paths import shown_path

if TYPE_CHECKING:
    from kustomer_nb.action import Action
    from kustomer_nb.difference import Diff
    from kustomer_nb.storage.history import Entry, History

    from .session_state import Topic

# More are in `App.history`.
MOST_RUNS = 100
MOST_DIFFERENCES = 200
_GLANCE = 160


class HistoryView(BaseWidget):
    """Lists the latest runs of an action, newest first, without the values of settings.

    The history of the project has them, also of earlier sessions; see `App.history`. Without a browser, call
    `restore`, `run_again` and `compare` with the ``id`` of a row.

    Example:
        >>> from kustomer_nb import load
        >>> shop = load({"name": "shop.history.example", "sampleOutputContext": {"id": 1}})
        >>> HistoryView(shop.action())
        <HistoryView: no runs>
    """

    _esm = link("history_view.js")
    _css = style("history_view.css")

    runs = traitlets.List(traitlets.Dict()).tag(sync=True)
    hidden_runs = traitlets.Int(0).tag(sync=True)
    is_kept = traitlets.Bool(True).tag(sync=True)
    compared = traitlets.Dict().tag(sync=True)
    turn = traitlets.Int(0).tag(sync=True)

    @scrub_tracebacks
    @takes(WorkbenchOptions)
    def __init__(
        self, action: Action | Session, *, runner: Runner | None = None, **options: Unpack[WorkbenchOptions]
    ) -> None:
        self._session = as_session(action, options)
        self._runner = runner or Runner(self._session)
        self._text = ""
        super().__init__()
        self.when_closed(self._session.listen(self._follow))
        self.refresh()

    def _follow(self, topics: frozenset[Topic]) -> None:
        if "action" in topics:
            self._text, self.compared = "", {}
        if topics & {"history", "action", "profile"}:
            self.refresh()
        self.turn = self._runner.turn

    def refresh(self) -> None:
        """Read the history of the project again."""
        try:
            runs = self._runs()
        except KustomerNbError as error:
            self.notice = str(error)
            return
        prepared = self._session.previewed
        self.is_kept = prepared is None or keeps_history(prepared.profile)
        self.hidden_runs = max(0, len(runs) - MOST_RUNS)
        self.runs = [_row(entry) for entry in runs[:MOST_RUNS]]

    def _runs(self) -> History:
        runs = self._session.history().find(action=self._session.action.name or None)
        return runs.find(self._text) if self._text else runs

    def _numbered(self, run_id: str) -> tuple[int, Entry]:
        runs = self._session.history()
        for number, entry in zip(runs.numbers, runs, strict=True):
            if entry.at.isoformat() == run_id:
                return number, entry
        # The file is trimmed, so that the oldest runs go.
        runs.numbered(-1)
        raise AssertionError

    @handles(SearchRuns)
    def _search(self, message: SearchRuns) -> None:
        self.search(message.text)

    @handles(RestoreInputs)
    def _restore(self, message: RestoreInputs) -> None:
        self.restore(message.id)

    @handles(Rerun)
    def _rerun(self, message: Rerun) -> None:
        self.run_again(message.id, message.press, message.turn)

    @handles(CompareRuns)
    def _compare_runs(self, message: CompareRuns) -> None:
        if message.a and message.b:
            self.compare(message.a, message.b)
        else:
            self.compared = {}

    def search(self, text: str) -> None:
        """List the runs that contain a text, anywhere in request, response, inputs and output."""
        self._text = text
        self.refresh()

    def restore(self, run_id: str) -> None:
        """Enter the inputs of a run again; a value that was not stored is a fault until it is entered.

        Nothing changes if the inputs were too large to store.

        Raises:
            NameNotFoundError: the history has no such run any more.
        """
        self._restore_entry(self._numbered(run_id)[1])

    def _restore_entry(self, entry: Entry) -> None:
        if "inputs" in entry.truncated:
            words = f"The inputs of the run of {_time(entry)} were too large to store. Yours are unchanged."
            self._session.say(words, is_bad=True)
            return
        inputs, missing = stored_inputs(entry)
        masked = " Enter the masked values again." if missing else ""
        with replacing_inputs(self._session, f"Inputs of the run of {_time(entry)} restored.{masked}"):
            self._session.set_inputs(inputs, missing)

    def run_again(self, run_id: str, press: str = "", turn: int | None = None) -> None:
        """Run again with the inputs of a run; what may change something is asked about first.

        Nothing runs if the history does not have all inputs: a label of a masked value would be sent.
        ``press`` and ``turn`` are those of a page, which count a press once.

        Raises:
            NameNotFoundError: the history has no such run any more.
        """
        entry = self._numbered(run_id)[1]
        self._restore_entry(entry)
        if entry.is_redacted or "inputs" in entry.truncated:
            return
        self._runner.press(press, turn)

    def compare(self, before: str, after: str) -> Diff:
        """Show how the outputs of two runs differ, the earlier one first, and return the difference.

        Raises:
            NameNotFoundError: the history has no such run any more.
            InputError: an output was too large to store.
        """
        first, second = sorted((self._numbered(before), self._numbered(after)), key=lambda run: run[1].at)
        difference = self._session.history().diff(first[0], second[0])
        rows = [
            {
                "kind": str(change.change),
                "label": shown_path(change.pointer) or "output",
                "before": _glance(change.expected),
                "after": _glance(change.actual),
            }
            for change in list(difference)[:MOST_DIFFERENCES]
        ]
        self.compared = {
            "before": _row(first[1]),
            "after": _row(second[1]),
            "rows": rows,
            "more": max(0, len(difference) - len(rows)),
        }
        return difference

    def as_text(self) -> str:
        """Return how many runs are listed."""
        count = len(self.runs) + self.hidden_runs
        return f"<HistoryView: {count or 'no'} run{'' if count == 1 else 's'}>"

    def as_facts(self) -> Mapping[str, Any]:
        """Return nothing of the runs: they are those of this machine."""
        return {"shows": "the history of the project"}


def _row(entry: Entry) -> dict[str, Any]:
    status = entry.status_code
    is_simulated = entry.mode.startswith("fault:")
    return {
        "id": entry.at.isoformat(),
        "time": _time(entry),
        "date": f"{entry.at.astimezone():%Y-%m-%d}",
        "status": reporting.status_text(status) if status else entry.outcome,
        "is_bad": not entry.is_completed or (status or 0) >= 400,
        "mode": f"simulated {entry.mode.removeprefix('fault:')}" if is_simulated else entry.mode,
        "profile": entry.profile,
        "milliseconds": round(entry.elapsed * 1000),
        "inputs": _glance(entry.inputs),
        "host": _host(entry),
        "is_redacted": entry.is_redacted,
    }


def _host(entry: Entry) -> str:
    """Return where the request went: the host that a profile put in place of the authored one, if it did."""
    return one_line(
        (entry.sent_to or str(entry.request.get("url", ""))).partition("://")[2].partition("/")[0]
    )


def _time(entry: Entry) -> str:
    return f"{entry.at.astimezone():%H:%M:%S}"


def _glance(value: Any) -> str:
    text = one_line(stringify(value) or "")
    return text if len(text) <= _GLANCE else f"{text[: _GLANCE - 1]}…"
