"""The finished runs of a project, one a line, in a file that git ignores."""

from __future__ import annotations

from .entry import OUTCOMES, VERSION, Entry
from .history import History, HistoryReader, is_status, read_history
from .store import append, append_serialized, serialize_line, without_too_large

__all__ = [
    "OUTCOMES",
    "VERSION",
    "Entry",
    "History",
    "HistoryReader",
    "append",
    "append_serialized",
    "is_status",
    "read_history",
    "serialize_line",
    "without_too_large",
]
