"""Rows of a file with a JSON object in each line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

from .sources import Row, Source, reading

# A double has at least as many digits; a longer number keeps its text, so that a loss of it is seen.
_SURE_DIGITS = 15


class JsonLines(Source):
    r"""The objects of a file, one a line; empty lines are passed over, and null stays null.

    Raises:
        LoadError: the file cannot be opened.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "orders.jsonl"
        >>> _ = path.write_text('{"id": 7}\n\n[8]\n')
        >>> [(row.line, row.cells, row.fault) for row in JsonLines(path).read()]
        [(1, {'id': 7}, ''), (3, {}, 'it is not a JSON object')]
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name
        with reading(path), path.open("rb"):
            pass

    def read(self) -> Iterator[Row]:
        """Yield the rows; a line that is not a JSON object has a fault."""
        assert self.path is not None  # noqa: S101 - set in __init__
        with reading(self.path), self.path.open(encoding="utf-8-sig", newline="\n") as file:
            number = 0
            for line, text in enumerate(file, 1):
                if not text.strip():
                    continue
                number += 1
                cells, fault = _object(text)
                yield Row(number, cells, line, fault)


def _object(text: str) -> tuple[dict[str, Any], str]:
    try:
        value = json.loads(text, parse_float=_number, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return {}, "it is not JSON"
    return (value, "") if isinstance(value, dict) else ({}, "it is not a JSON object")


def _number(text: str) -> float | Decimal:
    return float(text) if len(text) <= _SURE_DIGITS else Decimal(text)


def _refuse(name: str) -> NoReturn:
    # NaN and Infinity, which Python's json reads and JSON does not have.
    raise ValueError(name)
