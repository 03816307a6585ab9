"""Replays many cases in several processes: a case that passes in one of them is not replayed here.

Of any other case, this process has to know more than could be sent, such as what must be hidden of it.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import groupby
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .case_files import cases_of
from .replay import replay
from .results import Outcome

if TYPE_CHECKING:
    from .case import Case

# So many cases are replayed here first, to know how long each takes.
FIRST_CASES = 200
# What another process takes to start, and to read a case, in seconds: to replay a case that passes takes not
# much longer than to read it.
_START, _READING = 1.5, 0.000_1
# Files that a process replays before it reports.
_CHUNK = 50
# If most of more cases than that fail, it would take longer to replay them twice.
_MOST_FAILURES = 200
# Windows waits for at most 63 processes at once.
_MOST_PROCESSES = 60
# How long a process may take to end, in seconds.
_PATIENCE = 5.0

# A file and the labels of the rows that are replayed of it, and of each the seconds, None if it did not pass.
_Task = tuple[str, tuple[str, ...]]
_Times = dict[str, float | None]


def default_jobs(count: int, seconds: float, cores: int | None = None) -> int:
    """Return how many processes replay cases soonest, each of which takes some seconds: one, or one a core.

    ``cores`` None are those that this process may use.

    Example:
        >>> default_jobs(10_000, 0.000_2, cores=2), default_jobs(10_000, 0.002, cores=2)
        (1, 2)
    """
    if cores is None:
        # Not every system has it.
        usable = getattr(os, "sched_getaffinity", None)
        cores = len(usable(0)) if usable else os.cpu_count() or 1
    in_several = _START + count * (seconds + _READING) / cores
    return cores if in_several < count * seconds else 1


def passing(cases: Sequence[Case], *, mode: str, jobs: int) -> Mapping[tuple[Path, str], float]:
    """Return how many seconds each case takes that passes, by its file and its row, in ``jobs`` processes.

    A case that passes may be missing: if a process ends before its time, or if most cases fail.
    """
    tasks = _tasks(cases)
    times: dict[tuple[Path, str], float] = {}
    replayed = 0
    with _processes(min(jobs, len(tasks), _MOST_PROCESSES), mode) as connections:
        busy = set(connections)
        # One task at a time: a process that reports takes no other one, and both would wait for ever.
        for connection in connections:
            _send(connection, tasks)
        while busy:
            for connection in wait(list(busy)):
                results = _received(connection)
                if results is None:
                    busy.discard(connection)
                    continue
                for path, rows in results:
                    replayed += len(rows)
                    times |= {(Path(path), row): time for row, time in rows.items() if time is not None}
                if replayed - len(times) > max(_MOST_FAILURES, replayed / 2):
                    return times
                _send(connection, tasks)
    return times


def _tasks(cases: Sequence[Case]) -> list[list[_Task]]:
    """Return the tasks of the processes, the last one first."""
    files = [(str(path), tuple(case.row for case in group)) for path, group in groupby(cases, _path)]
    return [files[at : at + _CHUNK] for at in range(0, len(files), _CHUNK)][::-1]


def _path(case: Case) -> Path:
    return case.path


@contextmanager
def _processes(count: int, mode: str) -> Iterator[list[Any]]:
    """Start processes that replay, and end them in any case; there are none where none can be started."""
    # Not by fork, which Windows does not have, and which copies threads and locks in any state.
    context = multiprocessing.get_context("spawn")
    connections, processes = [], []
    try:
        with suppress(OSError):
            for _ in range(count):
                connection, other = context.Pipe()
                connections.append(connection)
                process = context.Process(target=_replay_tasks, args=(other, mode), daemon=True)
                process.start()
                processes.append(process)
                # Only then does the connection end with the process.
                other.close()
        yield connections[: len(processes)]
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.join(_PATIENCE)
        for connection in connections:
            connection.close()


def _send(connection: Any, tasks: list[list[_Task]]) -> None:
    # A process that has ended is noticed when nothing comes from it.
    with suppress(OSError):
        connection.send(tasks.pop() if tasks else None)


def _received(connection: Any) -> list[tuple[str, _Times]] | None:
    """Return what a process reports, None if it has ended."""
    try:
        results: list[tuple[str, _Times]] = connection.recv()
    except (EOFError, OSError):
        return None
    return results


def _replay_tasks(connection: Connection[Any, Any], mode: str) -> None:
    """Replay what comes until nothing does; runs in a process of its own."""
    # Ctrl+C goes to all processes of a terminal; the one that shows something ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(EOFError, OSError):
        while task := connection.recv():
            connection.send([(path, _times(Path(path), rows, mode)) for path, rows in task])


def _times(path: Path, rows: tuple[str, ...], mode: str) -> _Times:
    times: _Times = {}
    for case in cases_of(path).cases:
        if case.row in rows:
            result = replay(case, mode=mode)
            # Two rows with one label cannot be told apart.
            passes = result.outcome is Outcome.PASSED and not result.problems and case.row not in times
            times[case.row] = result.elapsed if passes else None
    return times
