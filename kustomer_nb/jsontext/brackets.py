"""Which opening bracket a closing one belongs to in a text where brackets do not match."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from kustomer_nb.codes import Code

from .bounds import MAX_DEPTH
from .edits import cut_out, indentation, replaced
from .expressions import cast_end, is_cast
from .problems import Problem, quote
from .tree_builder import AFTER, CLOSERS, END, OpenContainer

if TYPE_CHECKING:
    from kustomer_nb.diagnostics import Edit

    from .parser_state import ParserState

_OPENERS = {closer: opener for opener, closer in CLOSERS.items()}
# A member name of any form; possessive quantifiers, here and below, keep each match linear.
NAMED = r"(?:\"(?:[^\"\\\n]|\\.)*+\"|'(?:[^'\\\n]|\\.)*+'|[\w$.-]++)"
_MORE_MEMBERS = re.compile(rf"\s*+,\s*+{NAMED}\s*+:")
# What a script or a Markdown fence may have after its JSON.
_LAST_OF_WRAPPER = re.compile(
    r"[;`)]*+(?:\s*+(?:export\s+default|(?:module\.)?exports\s*+=)\s*+[\w$]++\s*+;?)?"
)
# A statement after the exported value: no operator, and no bracket that continues the value.
_STATEMENT = re.compile(r"(?!(?:in|instanceof|as|satisfies)\b)[\w$\"'@#\\]|[^\x00-\x7f]")


class Brackets:
    """Opens and closes the objects and arrays of a text."""

    def __init__(self, state: ParserState) -> None:
        self._state = state
        self._builder = state.builder
        # From here on the text has only closing brackets, so that a wrong one there is meant for the root.
        self._only_closers_from = len(state.text.rstrip(" \t\r\n]});"))

    def open(self, start: int) -> None:
        """Begin an object or array.

        Raises:
            LoadError: it is nested too deeply.
        """
        if self._builder.depth >= MAX_DEPTH:
            message = f"Brackets are nested more than {MAX_DEPTH} levels deep."
            problem = Problem(Code.TOO_DEEP, start, start + 1, message, "make the document flatter.")
            raise self._state.problems.load_error(problem, self._builder.pointer())
        self._builder.open(self._state.text[start], start)

    def close(self, start: int) -> int:
        """Handle a closing bracket of any kind, and return where it ends."""
        builder, mark = self._builder, self._state.text[start]
        end = start + 1
        # Four guesses, the likeliest first: it is right, the brackets inside it are unclosed, it is the wrong
        # kind, or there is one too many.
        if mark == builder.top.closer:
            if builder.depth == 1 and self._ends_too_early(end):
                self.stray(start)
            else:
                self._close_top(end)
        elif builder.open_count(mark) and not self._closes_root_too_early(mark, end):
            line = self._state.problems.lines.line(start)
            unclosed = itertools.takewhile(lambda frame: frame.closer != mark, reversed(builder.frames))
            self._close_unclosed(len(list(unclosed)), f"before {quote(mark)} on line {line}", start)
            self._close_top(end)
        elif self._is_mistaken(end):
            opener = _OPENERS[builder.top.closer]
            message = f"{quote(mark)} closes a bracket that {quote(opener)} opened."
            fix, edits = f"write {quote(builder.top.closer)}.", replaced(start, end, builder.top.closer)
            self._state.add_to_container(Problem(Code.STRAY_BRACKET, start, end, message, fix, edits=edits))
            self._close_top(end)
        else:
            self.stray(start)
        return end

    def stray(self, start: int) -> int:
        """Skip a bracket that closes nothing, and return where it ends."""
        message = f"{quote(self._state.text[start])} closes nothing."
        edits = (cut_out(self._state.text, start, start + 1),)
        problem = Problem(Code.STRAY_BRACKET, start, start + 1, message, "remove it.", edits=edits)
        self._state.add_to_container(problem)
        return start + 1

    def close_all(self) -> int:
        """Close what is still open at the end of the text."""
        self._close_unclosed(self._builder.depth, "before the end of the text", self._state.content_end)
        return len(self._state.text)

    def after_document(self, start: int) -> int:
        """Handle what follows the document's value, and return where it ends.

        Raises:
            LoadError: the value was only the first word of something else.
        """
        state = self._state
        mark = state.text[start : start + 1]
        if mark and not isinstance(self._builder.top.value[0], (dict, list, str)):
            raise state.not_json()
        if state.wrapper:
            end = self._after_type(start)
            tail = _LAST_OF_WRAPPER.match(state.text, end)
            return state.wrap_up(start, tail.end() if tail else end)
        if mark in ("]", "}"):
            return self.stray(start)
        has_more_code = state.problems.is_module and _STATEMENT.match(state.text, start)
        if mark and not has_more_code:
            source = state.text[start : state.content_end]
            message = f"{quote(source)} follows the end of the document."
            fix = "remove it, or put everything into one object or array."
            state.add_to_container(Problem(Code.STRAY_TEXT, start, state.content_end, message, fix))
        self._builder.phase = END
        return len(state.text)

    def _after_type(self, start: int) -> int:
        """Return where the type after the value of a module ends; the offset itself if none follows."""
        text = self._state.text
        if not (self._state.problems.is_module and is_cast(text, start)):
            return start
        end = cast_end(text, start)
        return start if end is None else self._state.after_comments(end)

    def _close_top(self, end: int) -> None:
        top = self._builder.top
        if self._builder.phase != AFTER and top.comma >= 0:
            message = f"There is a comma before the closing {quote(top.closer)}."
            edits = replaced(top.comma, top.comma + 1, "")
            fix = "remove the comma."
            problem = Problem(Code.TRAILING_COMMA, top.comma, top.comma + 1, message, fix, edits=edits)
            self._state.add_to_container(problem)
        self._builder.close(end)

    def _close_unclosed(self, count: int, where: str, end: int) -> None:
        """Close the innermost objects and arrays at an offset, since nothing in the text closes them."""
        frames = list(reversed(self._builder.frames))[:count]
        edits = self._closers(frames) if frames else ()
        for frame in frames:
            message = f"{quote(_OPENERS[frame.closer])} is not closed {where}."
            fix = f"insert {quote(frame.closer)}."
            self._state.add_to_container(
                Problem(Code.UNCLOSED_BRACKET, frame.start, frame.start + 1, message, fix, edits=edits)
            )
            self._builder.close(end)

    def _closers(self, frames: list[OpenContainer]) -> tuple[Edit, ...]:
        """Return the one edit that closes all frames, each on a line of its own if it spans several lines."""
        text, builder, top = self._state.text, self._builder, self._builder.top
        # After the last value and in place of a trailing comma, which no closing bracket may follow.
        at = until = builder.last[1] if builder.phase == AFTER else top.start + 1
        if builder.phase != AFTER and top.comma >= 0:
            at, until = top.comma, top.comma + 1
        last_line = self._state.problems.lines.start(at)
        closers = (
            (self._state.line_break + indentation(text, frame.start) if frame.start < last_line else "")
            + frame.closer
            for frame in frames
        )
        return replaced(at, until, "".join(closers))

    def _ends_too_early(self, end: int) -> bool:
        """Return whether members follow a bracket that would end the document."""
        # After a part of a module, members or constants may follow: `const S = {}, app: App = {}`.
        return not self._state.is_part and _MORE_MEMBERS.match(self._state.text, end) is not None

    def _closes_root_too_early(self, mark: str, end: int) -> bool:
        outermost = self._builder.open_count(mark) == 1 and self._builder.frames[1].closer == mark
        return outermost and self._ends_too_early(end)

    def _is_mistaken(self, end: int) -> bool:
        """Return whether the author more likely wrote the wrong kind of bracket than one too many."""
        if self._builder.phase != AFTER:
            return False
        return self._builder.depth > 1 or end >= self._only_closers_from
