"""What can be written at an offset of a text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

# Fewer letters are in too many names.
_CONTAINED = 3
Kind = Literal["key", "input", "setting", "helper", "env", "body", "value"]


@dataclass(frozen=True)
class Completion:
    """One proposal: what a list shows, what it is, a few words on it, and the text to insert."""

    label: str
    kind: Kind
    detail: str = ""
    insert: str = ""


@dataclass(frozen=True)
class Completions:
    """The proposals for an offset; each replaces ``text[start:end]`` with its ``insert``."""

    start: int
    end: int
    items: tuple[Completion, ...] = ()


def matching(items: Iterable[Completion], typed: str) -> tuple[Completion, ...]:
    """Return the proposals that fit what is typed: first those that begin with it.

    From the third letter on, those that contain it follow.

    Example:
        >>> names = [Completion(name, "input") for name in ("sourceId", "id", "name")]
        >>> [item.label for item in matching(names, "ID")], len(matching(names, "ceid"))
        (['id'], 1)
    """
    word = typed.lower()
    beginning, containing = list[Completion](), list[Completion]()
    for item in items:
        label = item.label.lower()
        # A block helper is meant by its name too.
        if label.startswith((word, f"#{word}")):
            beginning.append(item)
        elif len(word) >= _CONTAINED and word in label:
            containing.append(item)
    return (*beginning, *containing)
