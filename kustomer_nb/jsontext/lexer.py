"""JSON's grammar, a regular expression a step; what does not fit goes to the mender."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from .brackets import Brackets
from .parser_state import ParserState
from .problems import Problems
from .recovery import Recovery
from .tree_builder import AFTER, END, KEY, VALUE, Node

_SPACE = r"[ \t\n\r]*+"
_PLAIN = r'"([^"\\\x00-\x1f]*+)"'
_ESCAPED = r'("(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+")'
_KEY = re.compile(rf"{_SPACE}(?:{_PLAIN}|{_ESCAPED}){_SPACE}:")
# What is longer than any finite double goes to the mender.
_INTEGER = r"(-?(?:0|[1-9][0-9]{0,308}+))"
_FLOAT = r"(-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?)"
_ENDS = r"(?=[\s,}\]]|\Z)"
_VALUE = re.compile(
    rf"{_SPACE}(?:{_PLAIN}|{_ESCAPED}|{_INTEGER}{_ENDS}|{_FLOAT}{_ENDS}|(true|false|null){_ENDS}"
    rf"|(\{{(?!\{{)|\[))"
)
_AFTER = re.compile(rf"{_SPACE}([,}}\]])")
_PLAIN_GROUP, _FLOAT_GROUP, _BRACKET_GROUP = 1, 4, 6
_WORDS = {"true": True, "false": False, "null": None}
_MEANT: dict[int, Callable[[str], Any]] = {2: json.loads, 3: int, 4: float, 5: _WORDS.__getitem__}


class Scanned(NamedTuple):
    """A document's value, where its parts are, and what was wrong with its text."""

    value: Any
    node: Node
    faults: Problems


def scan(text: str) -> Scanned:
    """Return what is evidently meant by a text that may not be quite JSON.

    Raises:
        LoadError: nothing can be made of it.

    Example:
        >>> scan("{refund: true}").value
        {'refund': True}
    """
    draft = ParserState(text)
    return Scanner(draft).run()


class Scanner:
    """Reads a draft to its end, each step at the place where the last one stopped."""

    def __init__(self, draft: ParserState) -> None:
        self._draft = draft
        self._text = draft.text
        self._builder = draft.builder
        self._brackets = Brackets(draft)
        self._mender = Recovery(draft, self._brackets)

    def run(self) -> Scanned:
        """Return the document.

        Raises:
            LoadError: nothing can be made of the text.
        """
        builder = self._builder
        steps = {KEY: self._key, VALUE: self._value, AFTER: self._after}
        offset = self._draft.begin()
        while builder.state != END:
            offset = steps[builder.state](offset)
        return Scanned(*builder.document, self._draft.faults)

    def _key(self, offset: int) -> int:
        found = _KEY.match(self._text, offset)
        if found is None:
            return self._mender.key(offset)
        group = found.lastindex or _PLAIN_GROUP
        start, end = found.span(group)
        key = found[group]
        if group == _PLAIN_GROUP:
            start, end = start - 1, end + 1
        else:
            key = json.loads(key)
        self._builder.name(key, start, end)
        if key in self._builder.top.value:
            self._draft.duplicate(key, start, end)
        return found.end()

    def _value(self, offset: int) -> int:
        found = _VALUE.match(self._text, offset)
        if found is None:
            return self._mender.value(offset)
        group = found.lastindex or _PLAIN_GROUP
        start, end = found.span(group)
        if group == _PLAIN_GROUP:
            self._builder.put(found[group], start - 1, end + 1)
        elif group == _BRACKET_GROUP:
            self._brackets.open(start)
        else:
            value = _MEANT[group](found[group])
            if group == _FLOAT_GROUP and math.isinf(value):
                return self._mender.value(offset)
            self._builder.put(value, start, end)
        return found.end()

    def _after(self, offset: int) -> int:
        builder = self._builder
        found = _AFTER.match(self._text, offset)
        closer = builder.top.closer
        if found is None or not closer:
            return self._mender.after(offset)
        end = found.end()
        if found[1] == ",":
            builder.comma(end - 1)
        elif found[1] == closer and len(builder.frames) > 2:
            builder.close(end)
        else:
            return self._brackets.close(end - 1)
        return end
