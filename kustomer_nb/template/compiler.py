"""Compiling: a tree to Python closures, never to code.

Text is put together as the programs of handlebars.js 4.7 do it, with JavaScript's ``+``, so that a block
which is one value keeps its type.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

from kustomer_nb.jsontext.javascript import SAFE_INTEGER, UNDEFINED, number_text, string

from .ast import Block, Call, Comment, Content, Mustache, Program, Statement
from .ast import cost as cost_of
from .builtins import BUILTINS, section
from .evaluator import Evaluator
from .js_semantics import escaped, escaped_text, find_special, is_nullish, printed, total
from .runtime import FEW, OUTPUT, Blocks, Body, Frame, Options, Rows, Run, State
from .scope import Role, role, sums

# Where a variable goes in the pieces of a text, its name, and whether it is escaped.
Slot = tuple[int, str, bool]


def filled(blank: list[str], slots: list[Slot], context: dict[str, Any]) -> list[str]:
    """Return the pieces of a text with the variables put in.

    Example:
        >>> filled(["Hi ", ""], [(1, "name", True)], {"name": "Ann & Bob"})
        ['Hi ', 'Ann &amp; Bob']
    """
    found = blank.copy()
    size = 0
    for at, name, escapes in slots:
        value: Any = context.get(name)
        kind = type(value)
        if kind is str:
            size += len(value)
            if size > OUTPUT:
                # Too long already: what is put in by now is enough to tell.
                found[at] = value
                break
            is_kept = not escapes or value.isalnum() or find_special(value) is None
            found[at] = value if is_kept else escaped_text(value)
        elif kind is int and -SAFE_INTEGER <= value <= SAFE_INTEGER:
            found[at] = str(value)
        elif kind is float:
            found[at] = number_text(value)
        elif value is not None:
            found[at] = escaped(value) if escapes else printed(value)
            size += len(found[at])
            if size > OUTPUT:
                break
    return found


def slots_of(program: Program) -> tuple[list[str], list[Slot]] | None:
    """Return the pieces and variables of a template that is nothing else, in the usual mode; None of another.

    Two raw variables side by side may be numbers, which add up.
    """
    blank: list[str] = []
    slots: list[Slot] = []
    is_raw = False
    for statement in program.body:
        if isinstance(statement, Content):
            blank.append(statement.value)
            is_raw = is_raw and not statement.value
        elif isinstance(statement, Mustache):
            path = statement.call.path
            is_plain = role(statement.call, []) is Role.EITHER and not path.is_data and path.parts[0]
            if not is_plain or (is_raw and not statement.escapes):
                return None
            slots.append((len(blank), path.parts[0], statement.escapes))
            blank.append("")
            is_raw = not statement.escapes
        elif not isinstance(statement, Comment):
            return None
    return blank, slots


class RenderMode(NamedTuple):
    """The options of a rendering that change how a template is compiled."""

    strict: bool = False
    no_escape: bool = False
    adds_numbers: bool = True


def compiled(program: Program, mode: RenderMode) -> Run:
    """Return the closure that renders a tree."""
    return _Compiler(mode).program(program)


class _Part(NamedTuple):
    """A statement compiled: what gives its value, and what is known of it.

    ``is_text`` is true of what is text in any case, ``is_line`` of a section that may be a helper, which
    handlebars.js adds in a line of its own. ``text`` is that of plain text, ``name`` that of a variable which
    is one name.
    """

    run: Run
    is_text: bool = False
    is_line: bool = False
    text: str = ""
    name: str | None = None


class _Compiler:
    def __init__(self, mode: RenderMode) -> None:
        self.mode = mode
        self.evaluator = Evaluator(strict=mode.strict)

    def program(self, program: Program) -> Run:
        """Return what renders the statements of a template."""
        return self.together(program, self.parts(program), None)

    def body(self, program: Program | None, call: Call) -> Body | None:
        """Return what renders a block that a call opens."""
        if program is None:
            return None
        parts = self.parts(program)
        return Body(self.together(program, parts, call), _rows(parts, cost_of(program), call))

    def parts(self, program: Program) -> list[_Part]:
        """Return the statements that print something, compiled."""
        self.evaluator.scopes.append(program.block_params)
        found = [part for part in map(self.part, program.body) if part is not None]
        self.evaluator.scopes.pop()
        return found

    def together(self, program: Program, parts: list[_Part], call: Call | None) -> Run:
        """Return what renders statements one after the other."""
        cost = cost_of(program)
        if not parts:
            return _counted(lambda frame: "", cost, call)
        if len(parts) == 1 and (len(program.body) == 1 or not parts[0].is_line):
            return _counted(_alone(parts[0]), cost, call)
        if not self.mode.adds_numbers or _stand_apart(parts):
            return _joined(parts, cost, call)
        return _counted(_added(parts), cost, call)

    def part(self, statement: Statement) -> _Part | None:
        """Return a statement compiled, None if it prints nothing."""
        if isinstance(statement, Content):
            text = statement.value
            return _Part(lambda frame: text, is_text=True, text=text) if text else None
        if isinstance(statement, Mustache):
            return self.mustache(statement)
        return self.block(statement) if isinstance(statement, Block) else None

    def mustache(self, statement: Mustache) -> _Part:
        value = self.evaluator.call(statement.call)
        name = None if self.mode.strict else self.evaluator.plain_name(statement.call)
        if statement.escapes and not self.mode.no_escape:
            return _Part(lambda frame: escaped(value(frame)), is_text=True, name=name)
        return _Part(value, name=name)

    def block(self, statement: Block) -> _Part:
        call = statement.call
        blocks = self.body(statement.program, call), self.body(statement.inverse, call)
        kind = role(call, self.evaluator.scopes)
        value = self.evaluator.call(call, blocks)
        if kind is Role.HELPER:
            return _Part(value)
        return _Part(_section(call, value, blocks, kind), is_line=kind is Role.EITHER)


def _counted(run: Run, cost: int, call: Call | None) -> Run:
    """Return what renders a block and counts the work; outside of blocks there is nothing to count."""
    if call is None:
        return run

    def counted(frame: Frame) -> Any:
        state = frame.state
        state.work -= cost
        if state.work < 0:
            raise state.overworked(call)
        return run(frame)

    return counted


def _section(call: Call, value: Run, blocks: Blocks, kind: Role) -> Run:
    name = call.path.parts[0] if kind is Role.EITHER else None
    shown = "" if kind is Role.EITHER else string(call.path.original)

    def run(frame: Frame) -> Any:
        found = value(frame)
        if name is not None and name in frame.state.helpers:
            return found
        options = Options(frame, call, shown, {}, blocks)
        return section(options, frame.context, found, frame.listed_params())

    return run


def _stand_apart(parts: list[_Part]) -> bool:
    """Return whether no two values that might be numbers stand side by side."""
    return all(left.is_text or right.is_text for left, right in pairwise(parts))


def _printed(value: Any) -> Any:
    return "" if value is None or value is UNDEFINED else value


def _alone(part: _Part) -> Run:
    run = part.run
    return run if part.is_text else lambda frame: _printed(run(frame))


def _slots(parts: list[_Part]) -> list[Slot]:
    return [(at, part.name, part.is_text) for at, part in enumerate(parts) if part.name is not None]


def _rows(parts: list[_Part], cost: int, call: Call) -> Rows | None:
    """Return what renders a block of text and names for each of many objects, the work of most loops."""
    if not all(part.text or part.name for part in parts) or not _stand_apart(parts):
        return None
    blank, slots = [part.text for part in parts], _slots(parts)
    names = frozenset(name for _, name, _ in slots)

    def rows(state: State, contexts: list[Any]) -> str | None:
        is_plain = state.helpers is BUILTINS or names.isdisjoint(state.helpers)
        if not is_plain or set(map(type, contexts)) != {dict}:
            return None
        state.work -= cost * len(contexts)
        if state.work < 0:
            raise state.overworked(call)
        found = []
        size = 0
        for context in contexts:
            text = "".join(filled(blank, slots, context))
            found.append(text)
            size += len(text)
            if size > OUTPUT:
                state.require_room(size, call)
        return "".join(found)

    return rows


def _joined(parts: list[_Part], cost: int, call: Call | None) -> Run:
    blank, slots = [part.text for part in parts], _slots(parts)
    names = frozenset(name for _, name, _ in slots)
    others = [(at, part.run) for at, part in enumerate(parts) if part.name is None and not part.text]
    runs = [part.run for part in parts]

    def joined(frame: Frame) -> str:
        state, context = frame.state, frame.context
        state.work -= cost
        if state.work < 0:
            raise state.overworked(call)
        if type(context) is dict and (state.helpers is BUILTINS or names.isdisjoint(state.helpers)):
            found = filled(blank, slots, context)
            for at, run in others:
                value = run(frame)
                found[at] = value if type(value) is str else printed(value)
        else:
            found = [printed(run(frame)) for run in runs]
        if len(found) > FEW:
            state.require_room(sum(map(len, found)), call)
        return "".join(found)

    return joined


def _added(parts: list[_Part]) -> Run:
    groups = [(is_sum, parts[start:end]) for is_sum, start, end in sums([part.is_line for part in parts])]
    # Before a section that comes first stands an empty text.
    is_text = parts[0].is_line

    def added(frame: Frame) -> Any:
        values: list[Any] = [""] if is_text else []
        for is_sum, group in groups:
            found = [part.run(frame) for part in group]
            if group[0].is_line:
                values += [value for value in found if not is_nullish(value)]
            else:
                found = [_printed(value) for value in found]
                values += [total(found)] if is_sum else found
        return total(values)

    return added
