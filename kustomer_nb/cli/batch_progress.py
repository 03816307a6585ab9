"""How far a batch is: a bar on a terminal, and a line now and then elsewhere, as in the log of CI."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from .console import prints_json, show_message

if TYPE_CHECKING:
    from kustomer_nb.batch.engine import Engine
    from kustomer_nb.batch.outcomes import Outcomes

# The log of a run of an hour has a few hundred lines.
_LINE_EACH = 10.0


class BatchProgress:
    """Shows on stderr how many rows were planned and sent; with ``--json`` nothing."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._task: Any = None
        self._next_line = time.monotonic() + _LINE_EACH
        self._started = time.monotonic()
        self._before = 0

    def __enter__(self) -> Self:
        """Begin; a bar only on a terminal."""
        if sys.stderr.isatty() and not prints_json():
            # Imported for a terminal only, as in `console`.
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
            console = Console(file=sys.stderr)
            self._bar = Progress(*columns, TextColumn("{task.fields[note]}"), console=console, transient=True)
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Remove the bar."""
        if self._bar is not None:
            self._bar.stop()

    def planned(self, count: int) -> None:
        """Show how many rows were read."""
        self._show("Planning", count, None, "")

    def sent(self, outcomes: Outcomes, engine: Engine | None) -> None:
        """Show what became of the rows."""
        from kustomer_nb.batch.outcomes import State

        total = outcomes.rows - outcomes.count(State.INVALID)
        failed, unknown = outcomes.count(State.FAILED), outcomes.count(State.UNKNOWN)
        done = outcomes.count(State.ANSWERED, State.SETTLED) + failed + unknown
        notes = [f"{done / max(time.monotonic() - self._started, 0.1):.0f}/s"]
        notes += [f"{failed:,} failed"] if failed else []
        notes += [f"{unknown:,} unknown"] if unknown else []
        if engine is not None and engine.held_for > 1:
            notes.append(f"the service asks to wait {engine.held_for:.0f} s")
        self._show("Rows", done, total, ", ".join(notes))

    def begin_sending(self) -> None:
        """Count the time from now on."""
        self._started = time.monotonic()
        if self._bar is not None and self._task is not None:
            self._bar.remove_task(self._task)
            self._task = None

    def _show(self, what: str, count: int, total: int | None, note: str) -> None:
        if self._bar is not None:
            if self._task is None:
                self._task = self._bar.add_task(what, total=total, note=note)
            self._bar.update(self._task, completed=count, total=total, note=note)
            return
        if prints_json() or time.monotonic() < self._next_line:
            return
        self._next_line = time.monotonic() + _LINE_EACH
        of_all = "" if total is None else f" of {total:,}"
        show_message(f"{what}: {count:,}{of_all}{f', {note}' if note else ''}", stderr=True)
