"""What became of each row: a byte a row, and counts, while a batch runs and when its journal is read."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping
from enum import IntEnum
from typing import Any

# Upper ends of the classes of the histogram, in milliseconds.
LATENCIES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000)
CARRIED_OUT, NOT_CARRIED_OUT = "carried out", "not carried out"
_FAILED = 400


class State(IntEnum):
    """What is known of a row.

    An intent alone means unknown when it is read: the process ended while the row was on its way.
    """

    PENDING = 0
    INTENT = 1
    ANSWERED = 2
    FAILED = 3
    UNKNOWN = 4
    SETTLED = 5
    INVALID = 6


# To be sent, or to be sent again: it is certain that they were not carried out.
_SENDABLE = State.PENDING
_UNKNOWN = frozenset({State.INTENT, State.UNKNOWN})


class Outcomes:
    """The states of all rows, numbered from 1, and how often what happened.

    Example:
        >>> outcomes = Outcomes(3)
        >>> for line in ({"i": 1}, {"o": 1, "s": 200, "ms": 3.0}, {"i": 2}, {"n": 2, "why": "429"}, {"i": 3}):
        ...     outcomes.apply(line)
        >>> [state.name for state in outcomes], list(outcomes.unknown), outcomes.statuses
        (['ANSWERED', 'PENDING', 'INTENT'], [3], Counter({200: 1}))
    """

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self._states = bytearray(rows + 1)
        self.statuses: Counter[int] = Counter()
        self.reasons: Counter[str] = Counter()
        self.latencies = [0] * (len(LATENCIES) + 1)

    def __getitem__(self, number: int) -> State:
        return State(self._states[number])

    def __iter__(self) -> Iterator[State]:
        return map(State, self._states[1:])

    def exclude(self, number: int) -> None:
        """Note that a row is not sent at all."""
        self._states[number] = State.INVALID

    def may_send(self, number: int) -> bool:
        """Return whether a row was surely not carried out: a row that is unknown never is sent."""
        return self._states[number] == _SENDABLE

    def count(self, *states: State) -> int:
        """Return how many rows are in one of some states."""
        return sum(self._states.count(state, 1) for state in states)

    @property
    def unknown(self) -> Iterator[int]:
        """The numbers of the rows of which nobody knows whether they were carried out."""
        return self.in_state(*_UNKNOWN)

    def in_state(self, *states: State) -> Iterator[int]:
        """Yield the numbers of the rows in one of some states."""
        wanted = frozenset(states)
        return (number for number in range(1, self.rows + 1) if self._states[number] in wanted)

    def apply(self, line: Mapping[str, Any]) -> None:
        """Note what a line of the journal says.

        Raises:
            KeyError, TypeError, IndexError: it says nothing that a line says.
        """
        if "i" in line:
            self._states[_number(line["i"], self.rows)] = State.INTENT
        elif "o" in line:
            self._answer(_number(line["o"], self.rows), line)
        elif "n" in line:
            self._states[_number(line["n"], self.rows)] = State.PENDING
            self.reasons[str(line["why"])] += 1
        elif "u" in line:
            self._states[_number(line["u"], self.rows)] = State.UNKNOWN
            self.reasons[str(line["why"])] += 1
        else:
            self._states[_number(line["c"], self.rows)] = State.SETTLED

    def _answer(self, number: int, line: Mapping[str, Any]) -> None:
        status = line.get("s")
        if status is not None:
            self.statuses[int(status)] += 1
        if line.get("why"):
            self.reasons[str(line["why"])] += 1
        is_failed = bool(line.get("why")) or (status is not None and status >= _FAILED)
        self._states[number] = State.FAILED if is_failed else State.ANSWERED
        if "ms" in line:
            self.latencies[bisect_right(LATENCIES, float(line["ms"]))] += 1


def _number(value: Any, rows: int) -> int:
    if type(value) is not int or not 1 <= value <= rows:
        raise IndexError(value)
    return value


def line_of(**members: Any) -> bytes:
    r"""Return a line of the journal.

    Example:
        >>> line_of(i=7, k="9f3c")
        b'{"i":7,"k":"9f3c"}\n'
    """
    return json.dumps(members, separators=(",", ":")).encode() + b"\n"
