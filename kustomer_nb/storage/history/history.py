"""The history of a project as a value: searched, compared, and run again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, overload

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.difference import Diff, diff
from kustomer_nb.display import Displayable
from kustomer_nb.errors import InputError, NameNotFoundError
from kustomer_nb.jsontext.javascript import stringify
from kustomer_nb.secrets.tracebacks import scrub_tracebacks
from kustomer_nb.storage.volatile_headers import volatile_places

from .entry import OUTCOMES, Entry, entry_of
from .store import lines

MOST_NAMES = 8
_STATUS = re.compile("[1-5](?:[0-9]{2}|[xX]{2})")
Rerun = Callable[[Entry, Mapping[str, Any]], Any]


def read_history(root: Path, *, rerun: Rerun) -> History:
    """Return the runs of a project, newest first; ``rerun`` runs an entry again with further arguments.

    Raises:
        LoadError: the file is there, and cannot be read.
    """
    read = [entry_of(line) for line in reversed(lines(root))]
    entries = tuple(one for one in read if one is not None)
    return History(entries, rerun=rerun, skipped=len(read) - len(entries))


class History(Sequence[Entry], Displayable):
    """Finished runs, newest first, each with a number: 0 is the latest of the project.

    ``skipped`` counts the lines of the file that a killed process left half written, that somebody broke, or
    that a newer version wrote.

    Example:
        >>> at = datetime(2034, 1, 2, tzinfo=UTC)
        >>> runs = History([Entry(at=at, outcome="failed"), Entry(at=at)], rerun=print)
        >>> runs, runs.find(outcome="failed")[0]
        (<History: 2 runs, 1 unanswered>, <Entry: , failed>)
    """

    def __init__(
        self,
        entries: Sequence[Entry],
        *,
        rerun: Rerun,
        skipped: int = 0,
        numbers: Sequence[int] | None = None,
    ) -> None:
        self._entries = tuple(entries)
        self._rerun = rerun
        self.skipped = skipped
        self.numbers = tuple(range(len(self._entries)) if numbers is None else numbers)

    @overload
    def __getitem__(self, index: int) -> Entry: ...
    @overload
    def __getitem__(self, index: slice) -> History: ...
    def __getitem__(self, index: int | slice) -> Entry | History:
        if isinstance(index, slice):
            return self._of(range(len(self))[index])
        return self._entries[index]

    def __len__(self) -> int:
        return len(self._entries)

    def find(
        self,
        text: str | None = None,
        *,
        action: str | None = None,
        status: int | str | None = None,
        outcome: str | None = None,
        mode: str | None = None,
        since: Any = None,
    ) -> History:
        """Return the runs that fit everything given.

        ``text`` may stand in any text, number or key of a run, in any case; ``action`` is a full name or a
        tail of it; ``status`` a number or a class such as ``"4xx"``; ``since`` a datetime, in UTC where it
        names no zone.

        Raises:
            ValueError: there is no such outcome or status.
            TypeError: ``since`` is no datetime.
        """
        if outcome is not None and outcome not in OUTCOMES:
            raise _no_such("outcome", outcome, OUTCOMES)
        if status is not None and not is_status(status):
            raise _no_such("status", status, ("404", "4xx"))
        if since is not None and not isinstance(since, datetime):
            msg = f"since: {since!r} is no datetime, as datetime(2034, 1, 2, tzinfo=UTC) is"
            raise TypeError(msg)
        if since is not None and since.tzinfo is None:
            since = since.replace(tzinfo=UTC)
        words = None if text is None else text.casefold()
        return self._of(
            place
            for place, one in enumerate(self._entries)
            if (words is None or words in _words(one))
            and (action is None or f".{one.action}".endswith(f".{action}"))
            and (status is None or _is_of(one.status_code, status))
            and (outcome is None or one.outcome == outcome)
            and (mode is None or one.mode == mode)
            and (since is None or one.at >= since)
        )

    def _of(self, places: Iterable[int]) -> History:
        kept = list(places)
        return History(
            [self._entries[place] for place in kept],
            rerun=self._rerun,
            skipped=self.skipped,
            numbers=[self.numbers[place] for place in kept],
        )

    def numbered(self, number: int) -> Entry:
        """Return the run of a number, as it is shown; what was found keeps the numbers it had.

        Raises:
            NameNotFoundError: there is no run of that number here.
        """
        if number in self.numbers:
            return self._entries[self.numbers.index(number)]
        message = f"there is no run {number} here."
        there = (
            f"there is {', '.join(map(str, self.numbers[:MOST_NAMES]))}" if self.numbers else "there is none"
        )
        more = " and more" if len(self) > MOST_NAMES else ""
        fault = Diagnostic(
            Code.RUN_NOT_FOUND, Severity.ERROR, "", message, f"{there}{more}; 0 is the latest run of all."
        )
        raise NameNotFoundError([fault])

    def diff(self, expected: int, actual: int, *, mode: str = "value") -> Diff:
        """Return how the outputs of two runs differ, each given by its number; ``mode`` as in `diff`.

        Of outputs that hold all headers of the response those are passed over that change each time.

        Raises:
            InputError: an output was too large to keep.
            NameNotFoundError: there is no run of that number.
        """
        for number in (expected, actual):
            if "output" in self.numbered(number).cut:
                message = f"the output of run {number} was too large to keep, so it cannot be compared."
                raise _not_kept(message, "run the action again, and compare what comes.")
        before, after = self.numbered(expected), self.numbered(actual)
        ignore = {place for run in (before, after) for place in volatile_places(run.output, run.headers)}
        return diff(before.output, after.output, mode=mode, ignore=ignore)

    @scrub_tracebacks
    def run(self, number: int, **arguments: Any) -> Any:
        """Return a new run of the inputs of the one of that number.

        Its mode, profile, hosts and ``_env`` are those of the old one unless others are given.

        Raises:
            InputError: an input was not kept as it was: it holds a label, or was too large.
            NameNotFoundError: there is no run of that number, or the action or profile is gone.
            KustomerNbError: as of `Action.run`.
        """
        entry = self.numbered(number)
        if entry.is_hidden or "inputs" in entry.cut:
            why = "hold a label in a hidden value's place" if entry.is_hidden else "were too large to keep"
            message = f"the inputs of that run {why}, so it cannot be run again as it was."
            raise _not_kept(message, "run the action with inputs of your own.")
        return self._rerun(entry, arguments)

    def __repr__(self) -> str:
        unanswered = sum(not one.is_answered for one in self._entries)
        count = "1 run" if len(self) == 1 else f"{len(self)} runs"
        return f"<History: {count}{f', {unanswered} unanswered' if unanswered else ''}>"


def is_status(status: object) -> bool:
    """Return whether something is a status of an answer, or a class of them.

    Example:
        >>> [is_status(one) for one in (404, "4xx", "4x")]
        [True, True, False]
    """
    return _STATUS.fullmatch(str(status)) is not None


def _no_such(what: str, given: object, known: Sequence[str]) -> ValueError:
    return ValueError(f"{what}: {given!r} is none; use {', '.join(known[:-1])} or {known[-1]}")


def _not_kept(message: str, fix: str) -> InputError:
    return InputError([Diagnostic(Code.RERUN_IMPOSSIBLE, Severity.ERROR, "", message, fix)])


def _words(entry: Entry) -> str:
    """Return every text, number and key of an entry, a line each, without the names of its own parts."""
    words: list[str] = []
    waiting = list(vars(entry).values())
    while waiting:
        value = waiting.pop()
        if isinstance(value, Mapping):
            words += value
            waiting += value.values()
        elif isinstance(value, (list, tuple)):
            waiting += value
        elif isinstance(value, (str, datetime)):
            words.append(str(value))
        elif value is not None and not isinstance(value, bool):
            words.append(stringify(value) or "")
    return "\n".join(words).casefold()


def _is_of(status_code: int | None, wanted: int | str) -> bool:
    if status_code is None:
        return False
    return str(status_code) == str(wanted) or f"{status_code // 100}xx" == str(wanted).lower()
