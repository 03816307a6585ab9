"""Compile a template tree to Python closures, never to code.

Values are concatenated with JavaScript's ``+``, as in the compiled code of handlebars.js 4.7, so a block that
is a single value keeps its type.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

from kustomer_nb.jsontext.javascript import SAFE_INTEGER, UNDEFINED, number_text, string

from .ast import Block, Call, Comment, Content, Mustache, Program, Statement, cost_of
from .builtins import BUILTINS, section
from .evaluator import Evaluator
from .js_semantics import (
    add_values,
    escape_html,
    escape_text,
    find_special,
    is_nullish,
    is_number,
    to_text,
)
from .runtime import FEW, OUTPUT, Blocks, Body, Frame, Options, Rows, Run, State
from .scope import Role, group_sums, role

# The index of a variable in a list of texts, its name, and whether it is escaped.
Slot = tuple[int, str, bool]


def fill_slots(blank: list[str], slots: list[Slot], context: dict[str, Any]) -> list[str]:
    """Return the texts with the variables filled in.

    Example:
        >>> fill_slots(["Hi ", ""], [(1, "name", True)], {"name": "Ann & Bob"})
        ['Hi ', 'Ann &amp; Bob']
    """
    texts = blank.copy()
    size = 0
    for index, name, escapes in slots:
        value: Any = context.get(name)
        value_type = type(value)
        if value_type is str:
            size += len(value)
            if size > OUTPUT:
                # Already too long: the caller raises the error.
                texts[index] = value
                break
            is_unchanged = not escapes or value.isalnum() or find_special(value) is None
            texts[index] = value if is_unchanged else escape_text(value)
        elif value_type is int and -SAFE_INTEGER <= value <= SAFE_INTEGER:
            texts[index] = str(value)
        elif value_type is float:
            texts[index] = number_text(value)
        elif value is not None:
            texts[index] = escape_html(value) if escapes else to_text(value)
            size += len(texts[index])
            if size > OUTPUT:
                break
    return texts


def find_slots(program: Program) -> tuple[list[str], list[Slot]] | None:
    """Return the texts and slots of a template that consists only of text and variables; None for another.

    This is the fast path of the default mode.
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
            # Adjacent raw variables may be numbers, which add up.
            if not is_plain or (is_raw and not statement.escapes):
                return None
            slots.append((len(blank), path.parts[0], statement.escapes))
            blank.append("")
            is_raw = not statement.escapes
        elif not isinstance(statement, Comment):
            return None
    return blank, slots


class RenderMode(NamedTuple):
    """The render options that change how a template is compiled."""

    strict: bool = False
    no_escape: bool = False
    adds_numbers: bool = True


def compile_program(program: Program, mode: RenderMode) -> Run:
    """Return the closure that renders a tree."""
    return _Compiler(mode).program(program)


class _Part(NamedTuple):
    """A compiled statement: the closure for its value, and what is known at compile time.

    ``is_text`` is true if the value is always a string, ``is_section`` for a section that may be a helper,
    which handlebars.js adds in a separate line. ``text`` is the text of plain text, ``name`` the name of a
    variable with a single name.
    """

    run: Run
    is_text: bool = False
    is_section: bool = False
    text: str = ""
    name: str | None = None


class _Compiler:
    def __init__(self, mode: RenderMode) -> None:
        self.mode = mode
        self.evaluator = Evaluator(strict=mode.strict)

    def program(self, program: Program) -> Run:
        """Return the closure for the statements of a template."""
        return self.combine(program, self.parts(program), None)

    def body(self, program: Program | None, call: Call) -> Body | None:
        """Return the compiled block of a call."""
        if program is None:
            return None
        parts = self.parts(program)
        return Body(self.combine(program, parts, call), _rows(parts, cost_of(program), call))

    def parts(self, program: Program) -> list[_Part]:
        """Compile the statements that print something."""
        self.evaluator.scopes.append(program.block_params)
        parts = [part for part in map(self.part, program.body) if part is not None]
        self.evaluator.scopes.pop()
        return parts

    def combine(self, program: Program, parts: list[_Part], call: Call | None) -> Run:
        """Return the closure that concatenates statements."""
        cost = cost_of(program)
        if not parts:
            return _with_cost(lambda frame: "", cost, call)
        if len(parts) == 1 and (len(program.body) == 1 or not parts[0].is_section):
            return _with_cost(_single(parts[0]), cost, call)
        if not self.mode.adds_numbers or _cannot_sum(parts):
            return _join(parts, cost, call)
        return _with_cost(_add(parts, call), cost, call)

    def part(self, statement: Statement) -> _Part | None:
        """Compile a statement; None if it prints nothing."""
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
            return _Part(lambda frame: escape_html(value(frame)), is_text=True, name=name)
        return _Part(value, name=name)

    def block(self, statement: Block) -> _Part:
        call = statement.call
        blocks = self.body(statement.program, call), self.body(statement.inverse, call)
        call_role = role(call, self.evaluator.scopes)
        value = self.evaluator.call(call, blocks)
        if call_role is Role.HELPER:
            return _Part(value)
        return _Part(_section(call, value, blocks, call_role), is_section=call_role is Role.EITHER)


def _with_cost(run: Run, cost: int, call: Call | None) -> Run:
    """Return a closure that also counts the work of a block; the template itself runs only once."""
    if call is None:
        return run

    def counted(frame: Frame) -> Any:
        state = frame.state
        state.work -= cost
        if state.work < 0:
            raise state.work_limit_error(call)
        return run(frame)

    return counted


def _section(call: Call, value: Run, blocks: Blocks, call_role: Role) -> Run:
    name = call.path.parts[0] if call_role is Role.EITHER else None
    display_name = "" if call_role is Role.EITHER else string(call.path.original)

    def run(frame: Frame) -> Any:
        result = value(frame)
        # A helper of that name was called with the blocks, so its result is the section.
        if name is not None and name in frame.state.helpers:
            return result
        options = Options(frame, call, display_name, {}, blocks)
        return section(options, frame.context, result, frame.listed_params())

    return run


def _cannot_sum(parts: list[_Part]) -> bool:
    """Return whether no two adjacent values can be numbers, which ``+`` would sum."""
    return all(left.is_text or right.is_text for left, right in pairwise(parts))


def _or_empty(value: Any) -> Any:
    return "" if value is None or value is UNDEFINED else value


def _single(part: _Part) -> Run:
    run = part.run
    return run if part.is_text else lambda frame: _or_empty(run(frame))


def _slots(parts: list[_Part]) -> list[Slot]:
    return [(index, part.name, part.is_text) for index, part in enumerate(parts) if part.name is not None]


def _rows(parts: list[_Part], cost: int, call: Call) -> Rows | None:
    """Return the closure that renders a block of text and variables for many objects; most loops are such."""
    if not all(part.text or part.name for part in parts) or not _cannot_sum(parts):
        return None
    blank, slots = [part.text for part in parts], _slots(parts)
    names = frozenset(name for _, name, _ in slots)

    def rows(state: State, contexts: list[Any]) -> str | None:
        # A variable with the name of a helper calls it, and only a plain dict is read without own_property.
        is_plain = state.helpers is BUILTINS or names.isdisjoint(state.helpers)
        if not is_plain or set(map(type, contexts)) != {dict}:
            return None
        state.work -= cost * len(contexts)
        if state.work < 0:
            raise state.work_limit_error(call)
        rendered = []
        size = 0
        for context in contexts:
            text = "".join(fill_slots(blank, slots, context))
            rendered.append(text)
            size += len(text)
            if size > OUTPUT:
                state.require_room(size, call)
        return "".join(rendered)

    return rows


def _join(parts: list[_Part], cost: int, call: Call | None) -> Run:
    blank, slots = [part.text for part in parts], _slots(parts)
    names = frozenset(name for _, name, _ in slots)
    others = [(index, part.run) for index, part in enumerate(parts) if part.name is None and not part.text]
    runs = [part.run for part in parts]

    def joined(frame: Frame) -> str:
        state, context = frame.state, frame.context
        state.work -= cost
        if state.work < 0:
            raise state.work_limit_error(call)
        if type(context) is dict and (state.helpers is BUILTINS or names.isdisjoint(state.helpers)):
            texts = fill_slots(blank, slots, context)
            size = 0
            for index, run in others:
                value = run(frame)
                texts[index] = text = value if type(value) is str else to_text(value)
                size += len(text)
                if size > OUTPUT:
                    state.require_room(size, call)
        else:
            texts = _texts(runs, frame, call)
        if len(texts) > FEW:
            state.require_room(sum(map(len, texts)), call)
        return "".join(texts)

    return joined


def _texts(runs: list[Run], frame: Frame, call: Call | None) -> list[str]:
    """Return the text of each statement; stops at the output limit, so that no more is printed."""
    texts = []
    size = 0
    for run in runs:
        text = to_text(run(frame))
        texts.append(text)
        size += len(text)
        if size > OUTPUT:
            frame.state.require_room(size, call)
    return texts


def _values(runs: list[Run], frame: Frame, call: Call | None) -> list[Any]:
    """Return the value of each statement, objects as their text; stops at the output limit."""
    values = []
    size = 0
    for run in runs:
        value = run(frame)
        if not (is_number(value) or is_nullish(value)):
            value = string(value)
            size += len(value)
            if size > OUTPUT:
                frame.state.require_room(size, call)
        values.append(value)
    return values


def _add(parts: list[_Part], call: Call | None) -> Run:
    groups = group_sums([part.is_section for part in parts])
    runs = [part.run for part in parts]
    # The code of handlebars.js starts with an empty string if a section comes first.
    is_text = parts[0].is_section

    def added(frame: Frame) -> Any:
        values: list[Any] = [""] if is_text else []
        every = _values(runs, frame, call) if len(runs) > FEW else [run(frame) for run in runs]
        for is_sum, start, end in groups:
            results = every[start:end]
            if parts[start].is_section:
                values += [value for value in results if not is_nullish(value)]
            else:
                results = [_or_empty(value) for value in results]
                values += [add_values(results)] if is_sum else results
        return add_values(values)

    return added
