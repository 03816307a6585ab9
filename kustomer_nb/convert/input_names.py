"""The name of the input that stands for a value of a call."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .names import RESERVED, camel_case, singular, unique
from .path_segments import Role, Segment, without_ending
from .places import Part, PlacedValue

_PREFIX = re.compile(r"x-|http-", re.IGNORECASE)
_BRACKETS = re.compile(r"[^\[\]]+")
# They say too little alone.
_VAGUE = frozenset({"id", "value", "name", "key", "equals", "eq", "in", "contains", ""})
# What every body has around its members.
_WRAPPERS = frozenset(
    {"data", "attributes", "properties", "fields", "payload", "variables", "params", "body"}
)


class InputNames:
    """Names for values, each one once."""

    def __init__(self, segments: Sequence[Segment], used: set[str]) -> None:
        self._segments = segments
        self._used = used
        self._numbers: dict[str, int] = {}

    def name(self, item: PlacedValue) -> str:
        """Return a name that no other value has: the plain one, one with what is around it, or a number."""
        names = self.candidates(item)
        name = next((name for name in names if name not in self._used | RESERVED), names[0])
        # From the latest number on: a list may have thousands of members of one name.
        start = self._numbers.get(name, 0) + 1
        unique_name = unique(name, self._used, start)
        self._numbers[name] = int(unique_name[len(name) :] or 1)
        self._used.add(unique_name)
        return unique_name

    def candidates(self, item: PlacedValue) -> list[str]:
        """Return what a value may be called, the best first."""
        if item.place.part is Part.PATH:
            return self._of_segment(item.index)
        words = _words_of(item)
        plain = camel_case(words[-1]) if words else ""
        long_name = _qualified(words)
        names = [long_name, plain] if plain.lower() in _VAGUE else [plain, long_name]
        return [name for name in names if name] or ["value"]

    def _of_segment(self, index: int) -> list[str]:
        segment = self._segments[index]
        if segment.role is Role.VERSION:
            return ["version"]
        if segment.role is Role.WORD:
            return [camel_case(without_ending(segment.value)) or "part"]
        noun = self._noun_before(index)
        names = (segment.name, f"{noun}_{segment.name}") if segment.name else (f"{noun}_id",)
        return [name for name in map(camel_case, names) if name] or ["id"]

    def _noun_before(self, index: int) -> str:
        """Return the singular of the last word before a segment, such as ``order`` of ``orders/42``."""
        words = [camel_case(other.value) for other in self._segments[:index] if other.role is Role.WORD]
        return singular(next(filter(None, reversed(words)), ""))


def _words_of(item: PlacedValue) -> list[str]:
    names = [key for key in item.place.keys if isinstance(key, str)]
    if item.place.part is Part.HEADER:
        return [_PREFIX.sub("", names[0])]
    if len(names) == 1 and "[" in names[0]:
        # searchCriteria[filters][0][value]
        parts = [part for part in _BRACKETS.findall(names[0]) if not part.isdigit()]
        return parts or names
    return names


def _qualified(words: Sequence[str]) -> str:
    around = [word for word in words[:-1] if camel_case(word).lower() not in _WRAPPERS]
    if not around:
        return camel_case(words[-1]) if words else ""
    name = camel_case(f"{singular(camel_case(around[-1]))}_{words[-1]}")
    # The value that a filter compares with is called as its field.
    is_operator = camel_case(words[-1]) in ("equals", "eq", "in", "contains")
    return camel_case(around[-1]) if is_operator else name
