"""Count work instead of timing it: the count is the same on a busy or slow machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

# What takes long to look for is looked for at length by `make test-slow`, and in a small form by `make test`.
SLOW = bool(os.environ.get("KUSTOMER_NB_SLOW"))


def count_calls(work: Callable[[], object]) -> int:
    """Return the number of functions that ``work`` calls, those written in C included."""
    count = 0

    def note(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def count_lines(work: Callable[[], object]) -> int:
    """Return the number of lines of Python that ``work`` runs: a loop without calls counts as well."""
    count = 0

    def note(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal count
        if event == "line":
            count += 1

    # Coverage does not see these lines: run something small.
    before = sys.gettrace()
    # For each function that is called; what it gives is called at each of its lines.
    sys.settrace(lambda frame, event, argument: note)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def growth(work: Callable[[int], object], size: int, times: int = 4) -> float:
    """Return how many times as many lines run for ``times`` the size: ``times`` if the work is linear."""
    # The first run fills caches and imports modules.
    work(size // 2)
    return count_lines(lambda: work(times * size)) / count_lines(lambda: work(size))
