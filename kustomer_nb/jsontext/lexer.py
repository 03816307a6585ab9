"""JSON's grammar, one regular expression for each step; `Recovery` handles what does not match."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from kustomer_nb.codes import Code
from kustomer_nb.errors import LoadError

from .brackets import Brackets
from .expressions import code_end
from .module_code import Literal, Located
from .parser_state import ParserState
from .pointer import join
from .problems import EVALUATES, not_literal
from .recovery import Recovery
from .tree_builder import AFTER, END, KEY, VALUE, Node

if TYPE_CHECKING:
    from .constants import Change
    from .module_code import ModuleCode
    from .problems import Problems

_SPACE = r"[ \t\n\r]*+"
_PLAIN = r'"([^"\\\x00-\x1f]*+)"'
_ESCAPED = r'("(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+")'
_KEY = re.compile(rf"{_SPACE}(?:{_PLAIN}|{_ESCAPED}){_SPACE}:")
# No finite double has more than 309 digits; `Recovery` reads longer numbers.
_INTEGER = r"(-?(?:0|[1-9][0-9]{0,308}+))"
_FLOAT = r"(-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?)"
# What must follow a number or a word: `1st` and `truely` are neither.
_ENDS = r"(?=[\s,}\]]|\Z)"
_VALUE = re.compile(
    rf"{_SPACE}(?:{_PLAIN}|{_ESCAPED}|{_INTEGER}{_ENDS}|{_FLOAT}{_ENDS}|(true|false|null){_ENDS}"
    rf"|(\{{(?!\{{)|\[))"
)
_AFTER = re.compile(rf"{_SPACE}([,}}\]])")
_PLAIN_GROUP, _FLOAT_GROUP, _BRACKET_GROUP = 1, 4, 6
_DECLARES = re.compile(r"\b(?:const|import|exports)\b")
# After these a constant may not be what it seems.
_MISREAD = {
    Code.UNCLOSED_BRACKET,
    Code.STRAY_BRACKET,
    Code.STRAY_TEXT,
    Code.UNCLOSED_STRING,
    Code.MISSING_COMMA,
}
_WORDS = {"true": True, "false": False, "null": None}
# How the source is read, by the group of _VALUE that matched.
_READERS: dict[int, Callable[[str], Any]] = {2: json.loads, 3: int, 4: float, 5: _WORDS.__getitem__}


class Scanned(NamedTuple):
    """A document's value, the offsets of its parts, the problems of its text, and the code in a module."""

    value: Any
    node: Node
    problems: Problems
    code: ModuleCode


def scan(text: str) -> Scanned:
    """Return the value that the author of a text evidently meant, even if it is not quite JSON.

    Raises:
        LoadError: no value can be read from it.

    Example:
        >>> scan("{refund: true}").value
        {'refund': True}
    """
    state = ParserState(text)
    return Scanner(state).run()


class Scanner:
    """Reads a text to its end, each step at the offset where the last one stopped."""

    def __init__(self, state: ParserState) -> None:
        self._state = state
        self._text = state.text
        self._builder = state.builder
        self._brackets = Brackets(state)
        self._recovery = Recovery(state, self._brackets)
        self._steps = {KEY: self._key, VALUE: self._value, AFTER: self._after}

    def read_value(self, offset: int) -> Literal | None:
        """Return the object or array at an offset of a module, None if its brackets do not match."""
        builder = self._builder
        try:
            offset = self._value(offset)
            while builder.depth:
                offset = self._steps[builder.phase](offset)
        except LoadError:
            return None
        value, node = builder.document
        problems = self._state.problems.all()
        if any(problem.code in _MISREAD for problem in problems):
            return None
        return Literal(value, node, tuple(Located(problem.pointer, problem) for problem in problems))

    def run(self) -> Scanned:
        """Return the document.

        Raises:
            LoadError: no value can be read from the text.
        """
        builder, state = self._builder, self._state
        offset = state.begin()
        changes = self._read_constants(*state.module) if state.module else []
        while builder.phase != END:
            offset = self._steps[builder.phase](offset)
        self._report_change(changes)
        return Scanned(*builder.document, state.problems, state.code)

    def _read_constants(self, start: int, value: int, name: str) -> list[Change]:
        """Read the constants of a module, and return what may change the exported value later."""
        # Imported by modules: a definition in JSON does not need them.
        from .constants import EXPORT, Constants
        from .static_values import StaticValues

        state = self._state
        # Reading every token takes long; without a declaration before it, an exported value has no constants.
        has_names = _DECLARES.search(self._text, start, value) is not None
        constants = Constants(self._text if has_names else "", start if has_names else 0)

        def read_literal(offset: int) -> Literal | None:
            return Scanner(ParserState(self._text, state)).read_value(offset)

        state.values = StaticValues(
            self._text, constants, value, state.problems.lines, state.code, read_literal
        )
        state.values.prepare()
        changes = constants.changes.get(name or EXPORT, [])
        return [change for change in changes if name or change.start > value]

    def _report_change(self, changes: list[Change]) -> None:
        """Report the first change of the exported value."""
        state, document = self._state, self._builder.document[0]
        change = next((change for change in changes if change.may_change(document)), None)
        if change is not None:
            end = code_end(self._text, change.start) or change.start + 1
            source = self._text[change.start : end].partition("\n")[0].rstrip()
            fix = f"write the value in the definition itself, or {EVALUATES}."
            problem = not_literal(source, change.start, fix, clause="it may change what is exported")
            pointer = "" if change.key is None else join("", change.key)
            state.problems.add(problem, lambda: pointer)

    def _key(self, offset: int) -> int:
        match = _KEY.match(self._text, offset)
        if match is None:
            return self._recovery.key(offset)
        group = match.lastindex or _PLAIN_GROUP
        start, end = match.span(group)
        key = match[group]
        if group == _PLAIN_GROUP:
            start, end = start - 1, end + 1
        else:
            key = json.loads(key)
        self._builder.name(key, start, end)
        if key in self._builder.top.value:
            self._state.duplicate(key, start, end)
        return match.end()

    def _value(self, offset: int) -> int:
        match = _VALUE.match(self._text, offset)
        if match is None:
            return self._recovery.value(offset)
        group = match.lastindex or _PLAIN_GROUP
        start, end = match.span(group)
        if group == _PLAIN_GROUP:
            self._builder.put(match[group], start - 1, end + 1)
        elif group == _BRACKET_GROUP:
            self._brackets.open(start)
        else:
            value = _READERS[group](match[group])
            # Such as 1e999, which JSON.parse reads as Infinity and nothing can write as JSON again.
            if group == _FLOAT_GROUP and math.isinf(value):
                return self._recovery.value(offset)
            self._builder.put(value, start, end)
        return match.end()

    def _after(self, offset: int) -> int:
        builder = self._builder
        match = _AFTER.match(self._text, offset)
        closer = builder.top.closer
        if match is None or not closer:
            return self._recovery.after(offset)
        end = match.end()
        if match[1] == ",":
            builder.comma(end - 1)
        # Not for the root: what follows its bracket may show that it is closed too early.
        elif match[1] == closer and len(builder.frames) > 2:
            builder.close(end)
        else:
            return self._brackets.close(end - 1)
        return end
