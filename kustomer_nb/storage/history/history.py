"""The history of a project as a value: search it, compare its runs, and run one again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any, Unpack, overload

from kustomer_nb.codes import Code
from kustomer_nb.difference import Diff, diff
from kustomer_nb.display import Displayable
from kustomer_nb.errors import InputError, NameNotFoundError
from kustomer_nb.near_names import is_short_for, suggests_options
from kustomer_nb.options import RunOptions, takes
from kustomer_nb.secrets.tracebacks import scrub_tracebacks
from kustomer_nb.storage.ignored_headers import volatile_pointers

from .entry import OUTCOMES, Entry, parse_entry, searchable_text
from .store import read_content, status_of_file

MAX_SUGGESTIONS = 8
_STATUS = re.compile("[1-5](?:[0-9]{2}|[xX]{2})")
Rerun = Callable[[Entry, Mapping[str, Any]], Any]


def read_history(root: Path, *, rerun: Rerun) -> History:
    """Return the runs of a project, newest first; ``rerun`` runs an entry again with further options.

    Raises:
        LoadError: the file exists but cannot be read.
    """
    return HistoryReader().read(root, rerun=rerun)


class HistoryReader:
    """Reads the runs of a project again and again, and parses each line once.

    The file is not read again if its status is the same. What was added to it is parsed alone, if a digest
    says that what was there before still is: the file may have been edited, or reduced to its newer half.

    Example:
        >>> import tempfile
        >>> from .store import append
        >>> reader, root = HistoryReader(), Path(tempfile.mkdtemp())
        >>> reader.read(root, rerun=print)
        <History: 0 runs>
        >>> append(root, {"version": 1, "at": "2034-01-02T09:00:00+00:00"})
        >>> reader.read(root, rerun=print)
        <History: 1 run>
    """

    def __init__(self) -> None:
        self._state: tuple[Path, tuple[int, ...] | None] | None = None
        # For each line that has its end, oldest first; None for one that cannot be read.
        self._parsed: list[Entry | None] = []
        self._size = 0
        self._digest = blake2b().digest()
        # A line without its end, which a killed process wrote: there is at most one.
        self._last: list[Entry | None] = []

    def read(self, root: Path, *, rerun: Rerun) -> History:
        """Return the runs of a project, newest first, as `read_history` does.

        Raises:
            LoadError: the file exists but cannot be read.
        """
        # Before it is read: what is added meanwhile is another state.
        state = (root, status_of_file(root))
        if state != self._state or state[1] is None:
            self._take(read_content(root))
            self._state = state
        parsed = [*self._last, *reversed(self._parsed)]
        entries = tuple(entry for entry in parsed if entry is not None)
        return History(entries, rerun=rerun, skipped=len(parsed) - len(entries))

    def _take(self, content: bytes) -> None:
        view, end = memoryview(content), content.rfind(b"\n") + 1
        digest = blake2b(view[: self._size])
        if end < self._size or digest.digest() != self._digest:
            self._parsed, self._size, digest = [], 0, blake2b()
        added = content[self._size : end]
        self._parsed += [parse_entry(line) for line in added.split(b"\n") if line]
        self._last = [parse_entry(content[end:])] if content[end:] else []
        digest.update(added)
        self._size, self._digest = end, digest.digest()


class History(Sequence[Entry], Displayable):
    """Finished runs, newest first, each with a number: 0 is the latest of the project.

    ``skipped`` counts the lines of the file that cannot be read: a killed process wrote them in part, they
    were edited, or another version wrote them.

    Example:
        >>> at = datetime(2034, 1, 2, tzinfo=UTC)
        >>> runs = History([Entry(at=at, outcome="failed"), Entry(at=at)], rerun=print)
        >>> runs, runs.find(outcome="failed")[0]
        (<History: 2 runs, 1 without a response>, <Entry: , failed>)
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
            return self._select(range(len(self))[index])
        return self._entries[index]

    def __len__(self) -> int:
        return len(self._entries)

    @suggests_options
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
        """Return the runs that match every argument.

        ``text`` is searched in every string, number and key of a run, ignoring case; ``action`` is a full
        name or its tail; ``status`` a status code or a class such as ``"4xx"``; ``since`` a datetime, which
        is in UTC if it has no zone.

        Raises:
            ValueError: ``outcome`` or ``status`` is not a valid one.
            TypeError: ``since`` is not a datetime.
        """
        if outcome is not None and outcome not in OUTCOMES:
            raise _invalid("outcome", outcome, OUTCOMES)
        if status is not None and not is_status(status):
            raise _invalid("status", status, ("404", "4xx"))
        arguments = {
            "action": action,
            "status": status,
            "outcome": outcome,
            "mode": mode,
            "since": _in_utc(since),
            "text": text,
        }
        conditions = [(_CONDITIONS[name], value) for name, value in arguments.items() if value is not None]
        return self._select(
            index
            for index, entry in enumerate(self._entries)
            if all(is_met(entry, value) for is_met, value in conditions)
        )

    def _select(self, indexes: Iterable[int]) -> History:
        selected = list(indexes)
        return History(
            [self._entries[index] for index in selected],
            rerun=self._rerun,
            skipped=self.skipped,
            # A run keeps the number that the whole history shows, so that a cell still means the same run.
            numbers=[self.numbers[index] for index in selected],
        )

    def numbered(self, number: int) -> Entry:
        """Return the run with a number; in a search result runs keep their numbers.

        Raises:
            NameNotFoundError: there is no run with that number.
        """
        if number in self.numbers:
            return self._entries[self.numbers.index(number)]
        message = f"there is no run {number} here."
        suggestions = ", ".join(map(str, self.numbers[:MAX_SUGGESTIONS]))
        more = f", … {self.numbers[-1]}" if len(self) > MAX_SUGGESTIONS else ""
        fix = f"use one of {suggestions}{more}; 0 is the latest run of the project."
        if not self.numbers:
            fix = "run an action first, or search with fewer conditions."
        raise NameNotFoundError.from_code(Code.RUN_NOT_FOUND, message, fix)

    @suggests_options
    def diff(self, expected: int, actual: int, *, mode: str = "value") -> Diff:
        """Return how the outputs of two runs differ, each given by its number; ``mode`` as in `diff`.

        If an output holds all headers of the response, those that change each time are ignored.

        Raises:
            InputError: an output was too large to store.
            NameNotFoundError: there is no run with that number.
        """
        for number in (expected, actual):
            if "output" in self.numbered(number).truncated:
                message = f"the output of run {number} was too large to store, so it cannot be compared."
                raise _not_stored(message, "run the action again, and compare the new output.")
        before, after = self.numbered(expected), self.numbered(actual)
        ignore = {
            pointer for entry in (before, after) for pointer in volatile_pointers(entry.output, entry.headers)
        }
        return diff(before.output, after.output, mode=mode, ignore=ignore)

    @scrub_tracebacks
    @takes(RunOptions)
    def run(self, number: int, **options: Unpack[RunOptions]) -> Any:
        """Return a new run with the inputs of the run with that number.

        Mode, profile, hosts and ``_env`` are those of the old run unless they are passed.

        Raises:
            InputError: an input was not stored as it was: it holds a label, or was too large.
            NameNotFoundError: there is no run with that number, or the action or profile no longer exists.
            KustomerNbError: as in `Action.run`.
        """
        entry = self.numbered(number)
        if entry.is_redacted or "inputs" in entry.truncated:
            reason = "hold a label in place of a value" if entry.is_redacted else "were too large to store"
            message = f"the inputs of that run {reason}, so it cannot be run again."
            raise _not_stored(message, "run the action with new inputs.")
        return self._rerun(entry, options)

    def __repr__(self) -> str:
        without_response = sum(not entry.is_completed for entry in self._entries)
        count = "1 run" if len(self) == 1 else f"{len(self)} runs"
        return f"<History: {count}{f', {without_response} without a response' if without_response else ''}>"


def is_status(status: object) -> bool:
    """Return whether a value is a status code, or a class of them.

    Example:
        >>> [is_status(value) for value in (404, "4xx", "4x")]
        [True, True, False]
    """
    return _STATUS.fullmatch(str(status)) is not None


def _in_utc(since: Any) -> datetime | None:
    if since is None:
        return None
    if not isinstance(since, datetime):
        msg = f"since: {since!r} is not a datetime such as datetime(2034, 1, 2, tzinfo=UTC)"
        raise TypeError(msg)
    return since if since.tzinfo else since.replace(tzinfo=UTC)


def _invalid(name: str, value: object, choices: Sequence[str]) -> ValueError:
    return ValueError(f"{name}: {value!r} is not valid; use {', '.join(choices[:-1])} or {choices[-1]}")


def _not_stored(message: str, fix: str) -> InputError:
    return InputError.from_code(Code.RERUN_IMPOSSIBLE, message, fix)


def _has_status(entry: Entry, status: int | str) -> bool:
    if entry.status_code is None:
        return False
    return str(status) == str(entry.status_code) or str(status).lower() == f"{entry.status_code // 100}xx"


def _contains(entry: Entry, text: str) -> bool:
    return text.casefold() in searchable_text(entry)


def _has_action(entry: Entry, name: str) -> bool:
    return is_short_for(name, entry.action)


# Whether an entry meets an argument of `History.find`.
_CONDITIONS: dict[str, Callable[[Entry, Any], bool]] = {
    "action": _has_action,
    "status": _has_status,
    "outcome": lambda entry, outcome: entry.outcome == outcome,
    "mode": lambda entry, mode: entry.mode == mode,
    "since": lambda entry, start: entry.at >= start,
    "text": _contains,
}
