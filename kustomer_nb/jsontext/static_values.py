"""The values of expressions that a module's text shows: constants, and strings put together from them.

Facts from ECMA-262: template literals (13.2.8), the addition operator (13.15.3). Nothing is called, and an
expression of any other form has no value here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code

from .expressions import TEMPLATE_PART, cast_end, code_end, code_gap_end, continues, front_cast_end, is_cast
from .javascript import SPACE, string
from .literals import read_literal
from .module_code import Key, Known, Literal, Located
from .pointer import join
from .problems import is_javascript, quote
from .strings import Unknown, read_string, template_value

if TYPE_CHECKING:
    from .constants import Constants
    from .module_code import ModuleCode
    from .problems import Lines

# Constants that contain each other may describe a value far larger than the text.
MAX_LENGTH = 100_000
MAX_VALUES = 20_000
# Each use is a copy, since a user may change the values of a document.
MAX_COPIED = 400_000
MAX_LEVELS = 100
MAX_PROBLEMS = 100
_NAME = re.compile(rf"(?:[\w$]|[^\x00-\x7f{SPACE}])++")
_WORDS = {"true": True, "false": False, "null": None}


class _UnknownError(Exception):
    """An expression has no value that the text shows."""

    def __init__(self, unknown: Unknown | None = None) -> None:
        super().__init__()
        self.unknown = unknown or Unknown()


class StaticValues:
    """Reads expressions with the constants that precede the exported value of a module.

    ``scan`` reads the object or array at an offset.
    """

    def __init__(
        self,
        text: str,
        constants: Constants,
        until: int,
        lines: Lines,
        code: ModuleCode,
        scan: Callable[[int], Literal | None],
    ) -> None:
        self._text = text
        self._constants = constants
        self._lines = lines
        self._code = code
        self._scan = scan
        self._known: dict[str, Known] = {}
        self._unknown: dict[str, Unknown] = {
            name: Unknown(name, f"{quote(name)} is imported on line {lines.line(start)}")
            for name, start in constants.imports.items()
        }
        self._values_left = MAX_COPIED
        self._until = until

    def prepare(self) -> None:
        """Read the constants in their order: each can be read only after its declaration."""
        for name, start in self._constants.declarations:
            if start >= self._until:
                return
            self._declare(name, start)

    def read(self, start: int) -> Known | Unknown:
        """Return the value of the expression at an offset, if a comma or closing bracket follows it."""
        try:
            known = self._expression(start)
        except _UnknownError as error:
            return error.unknown
        except RecursionError:
            return Unknown()
        end = code_gap_end(self._text, known.end)
        return known if self._text[end : end + 1] in (",", "}", "]") else Unknown()

    def read_key(self, start: int) -> Key | Unknown:
        """Return the computed key at an offset, such as ``['a' + b]``, if a colon follows it."""
        try:
            known = self._expression(start + 1)
            key = self._plain(known)
        except _UnknownError as error:
            return error.unknown
        except RecursionError:
            return Unknown()
        end = code_gap_end(self._text, known.end)
        colon = code_gap_end(self._text, end + 1)
        if not self._text.startswith("]", end) or not self._text.startswith(":", colon):
            return Unknown()
        return Key(key, end + 1, colon + 1)

    def cast(self, end: int) -> int:
        """Return where the types that follow a value at an offset end; the offset itself if none follows."""
        try:
            return self._cast(Known(None, end)).end
        except _UnknownError:
            return end

    def change(self, name: str, value: Any) -> str:
        """Return a clause that says what may change a constant with a value, empty if nothing does."""
        changes = self._constants.changes.get(name, ())
        change = next((change for change in changes if change.may_change(value)), None)
        if change is None:
            return ""
        line = self._lines.line(change.start)
        end = code_end(self._text, change.start) or change.start + len(name)
        return f"{quote(self._text[change.start : end].rstrip())} on line {line} may change {quote(name)}"

    def _constant(self, name: str, start: int) -> Known:
        """Return the value that a declaration gives to a name.

        Raises:
            _UnknownError: the text does not show it, or it is too large.
        """
        known = self._literal(start) or self._expression(start)
        if not self._ends_statement(known.end):
            raise _UnknownError
        if isinstance(known.value, (dict, list)) and (clause := self.change(name, known.value)):
            raise _UnknownError(Unknown(name, clause))
        if len(known.problems) > MAX_PROBLEMS:
            raise _UnknownError
        size, levels = self._measure(known.value)
        if size > MAX_VALUES or levels > MAX_LEVELS:
            raise _UnknownError
        return known

    def _declare(self, name: str, start: int) -> None:
        try:
            known = self._constant(name, start)
        except (_UnknownError, RecursionError) as error:
            end = code_end(self._text, start) or start
            source = self._text[start:end].partition("\n")[0].rstrip()
            clause = f"{quote(name)} is {quote(source)} on line {self._lines.line(start)}"
            unknown = error.unknown if isinstance(error, _UnknownError) else Unknown()
            self._unknown[name] = unknown if unknown.name else Unknown(name, clause)
            return
        if known.node and self._constants.counts[name] > 1:
            self._code.shared.add(known.node[2:4])
        self._known[name] = known

    def _measure(self, value: Any) -> tuple[int, int]:
        """Return how many values a value contains, and how many levels."""
        size, levels, level = 1, 0, [value]
        while level and size <= MAX_VALUES and levels <= MAX_LEVELS:
            level = [
                item
                for container in level
                if isinstance(container, (dict, list))
                for item in (container.values() if isinstance(container, dict) else container)
            ]
            size, levels = size + len(level), levels + 1
        return size, levels

    def _literal(self, start: int) -> Known | None:
        """Return the object or array at an offset, None if there is none."""
        if self._text[start : start + 1] not in ("{", "["):
            return None
        literal = self._scan(start)
        if literal is None:
            raise _UnknownError
        return self._cast(Known(literal.value, literal.node[3], literal.node, literal.problems))

    def _ends_statement(self, end: int) -> bool:
        gap = code_gap_end(self._text, end)
        if self._text[gap : gap + 1] in ("", ",", ";"):
            return True
        return "\n" in self._text[end:gap] and not continues(self._text, gap)

    def _expression(self, start: int) -> Known:
        known = self._operand(start)
        while True:
            gap = code_gap_end(self._text, known.end)
            if not self._text.startswith("+", gap) or self._text[gap + 1 : gap + 2] in ("+", "="):
                return known
            known = self._sum(known, self._operand(gap + 1))

    def _sum(self, left: Known, right: Known) -> Known:
        is_text = isinstance(left.value, str) or isinstance(right.value, str)
        if not is_text:
            # A sum of numbers is arithmetic, which is left to Node.
            raise _UnknownError
        return Known(self._joined(self._plain(left), self._plain(right)), right.end)

    def _joined(self, *parts: str) -> str:
        if sum(map(len, parts)) > MAX_LENGTH:
            raise _UnknownError
        return "".join(parts)

    def _plain(self, known: Known) -> str:
        """Return a value as JavaScript writes it into a string."""
        if isinstance(known.value, (dict, list)):
            raise _UnknownError
        if known.problems:
            raise _UnknownError
        return string(known.value)

    def _operand(self, start: int) -> Known:
        at = code_gap_end(self._text, start)
        mark = self._text[at : at + 1]
        if mark == "(":
            known = self._expression(at + 1)
            end = code_gap_end(self._text, known.end)
            if not self._text.startswith(")", end):
                raise _UnknownError
            known = known._replace(end=end + 1)
        elif mark == "<":
            return self._after_cast(at)
        elif mark in ("'", '"'):
            known = self._string(at)
        elif mark == "`":
            known = self._template(at)
        elif mark.isdigit() or mark in ("-", "."):
            known = self._number(at)
        else:
            known = self._name(at)
        return self._cast(known)

    def _after_cast(self, at: int) -> Known:
        """Return the value after a cast in front of it: ``<T>{…}``."""
        end = front_cast_end(self._text, at)
        if end is None:
            raise _UnknownError
        start = code_gap_end(self._text, end)
        return self._literal(start) or self._operand(start)

    def _cast(self, known: Known) -> Known:
        """Return a value whose expression ends after the types that TypeScript adds to it."""
        while True:
            gap = code_gap_end(self._text, known.end)
            if not is_cast(self._text, gap):
                return known
            end = cast_end(self._text, gap)
            if end is None:
                raise _UnknownError
            known = known._replace(end=end)

    def _string(self, at: int) -> Known:
        lexed = read_string(self._text, at)
        for problem in lexed.problems:
            if not is_javascript(problem.code, problem.start, problem.end, self._text):
                raise _UnknownError
        return Known(lexed.value, lexed.end, (-1, -1, at, lexed.end, None))

    def _number(self, at: int) -> Known:
        lexed = read_literal(self._text, at)
        if lexed is None or isinstance(lexed.value, (str, type(None))):
            raise _UnknownError
        if any(problem.code != Code.NUMBER_FORM for problem in lexed.problems) or not all(
            is_javascript(problem.code, problem.start, problem.end, self._text) for problem in lexed.problems
        ):
            raise _UnknownError
        return Known(lexed.value, lexed.end, (-1, -1, at, lexed.end, None))

    def _template(self, at: int) -> Known:
        parts, offset = list[str](), at + 1
        while True:
            part = TEMPLATE_PART.match(self._text, offset)
            if part is None:
                raise _UnknownError
            is_last = part[0].endswith("`")
            parts.append(template_value(part[0][: -1 if is_last else -2]))
            if is_last:
                node = (-1, -1, at, part.end(), None) if len(parts) == 1 else None
                return Known(self._joined(*parts), part.end(), node)
            hole = self._expression(part.end())
            parts.append(self._plain(hole))
            offset = code_gap_end(self._text, hole.end)
            if not self._text.startswith("}", offset):
                raise _UnknownError
            offset += 1

    def _name(self, at: int) -> Known:
        match = _NAME.match(self._text, at)
        if match is None:
            raise _UnknownError
        name, end = match[0], match.end()
        if name in _WORDS:
            return Known(_WORDS[name], end, (-1, -1, at, end, None))
        if name in self._unknown:
            raise _UnknownError(self._unknown[name])
        if name not in self._known:
            raise _UnknownError
        known = self._known[name]._replace(end=end)
        path: list[str] = []
        while (member := self._member(known.end)) is not None:
            key, end = member
            known = self._inner(known, key, end)
            path.append(key)
        size, _ = self._measure(known.value)
        self._values_left -= size
        if self._values_left < 0:
            raise _UnknownError
        return known

    def _member(self, end: int) -> tuple[str, int] | None:
        """Return the key of the member that is read at an offset, and where it ends; None if none is."""
        gap = code_gap_end(self._text, end)
        if self._text.startswith("[", gap):
            key = self._expression(gap + 1)
            closer = code_gap_end(self._text, key.end)
            if not self._text.startswith("]", closer):
                raise _UnknownError
            return self._plain(key), closer + 1
        if self._text.startswith(".", gap):
            match = _NAME.match(self._text, code_gap_end(self._text, gap + 1))
            if match is None:
                raise _UnknownError
            return match[0], match.end()
        return None

    def _inner(self, known: Known, key: str, end: int) -> Known:
        """Return an own member of an object or an item of an array."""
        value, node = known.value, known.node
        inner = self._code.child(node, key) if node else None
        # Without a node it is not an own property that the text shows, for example `length`.
        if inner is None or not isinstance(value, (dict, list)) or key == "__proto__":
            raise _UnknownError
        # Code spread into the object may replace its members.
        if any(located.pointer == "" for located in known.problems):
            raise _UnknownError
        item = value[key] if isinstance(value, dict) else value[int(key)]
        return Known(item, end, inner, _problems_within(known.problems, join("", key)))


def _problems_within(problems: Iterable[Located], pointer: str) -> tuple[Located, ...]:
    """Return the problems of what is at a pointer, located in it."""
    return tuple(
        Located(located.pointer.removeprefix(pointer), located.diagnostic)
        for located in problems
        if f"{located.pointer}/".startswith(f"{pointer}/")
    )
