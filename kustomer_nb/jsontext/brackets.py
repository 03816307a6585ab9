"""Which bracket a closing one closes, when they do not pair off."""

from __future__ import annotations

import itertools
import re

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Edit

from .edits import cut_out, indentation, replaced
from .parser_state import ParserState
from .problems import Problem, quote
from .tree_builder import AFTER, CLOSERS, END, OpenContainer

DEEPEST = 500

_OPENERS = {closer: opener for opener, closer in CLOSERS.items()}
NAMED = r"(?:\"(?:[^\"\\\n]|\\.)*+\"|'(?:[^'\\\n]|\\.)*+'|[\w$.-]++)"
_MORE_MEMBERS = re.compile(rf"\s*+,\s*+{NAMED}\s*+:")
_LAST_OF_WRAPPER = re.compile(
    r"[;`)]*+(?:\s*+(?:export\s+default|(?:module\.)?exports\s*+=)\s*+[\w$]++\s*+;?)?"
)


class Brackets:
    """Opens and closes the objects and arrays of a draft."""

    def __init__(self, draft: ParserState) -> None:
        self._draft = draft
        self._builder = draft.builder
        self._only_closers_from = len(draft.text.rstrip(" \t\r\n]});"))

    def open(self, start: int) -> None:
        """Begin an object or array.

        Raises:
            LoadError: it is nested too deep.
        """
        if self._builder.depth >= DEEPEST:
            message = f"Brackets are nested more than {DEEPEST} deep."
            fault = Problem(Code.TOO_DEEP, start, start + 1, message, "make the document flatter.")
            raise self._draft.faults.refusal(fault, self._builder.pointer())
        self._builder.open(self._draft.text[start], start)

    def close(self, start: int) -> int:
        """Take a closing bracket of any kind, and return where it ends."""
        builder, mark = self._builder, self._draft.text[start]
        end = start + 1
        matches = mark == builder.top.closer
        if matches and not (builder.depth == 1 and self._ends_too_early(end)):
            self._close_top(end)
        elif not matches and builder.open_count(mark) and not self._closes_root_too_early(mark, end):
            line = self._draft.faults.lines.line(start)
            unclosed = itertools.takewhile(lambda one: one.closer != mark, reversed(builder.frames))
            self._close_unclosed(len(list(unclosed)), f"before {quote(mark)} on line {line}", start)
            self._close_top(end)
        elif not matches and self._is_mistaken(end):
            opener = _OPENERS[builder.top.closer]
            message = f"{quote(mark)} closes what {quote(opener)} opened."
            fix, edits = f"write {quote(builder.top.closer)}.", replaced(start, end, builder.top.closer)
            self._draft.add_to_container(Problem(Code.STRAY_BRACKET, start, end, message, fix, edits=edits))
            self._close_top(end)
        else:
            self.stray(start)
        return end

    def stray(self, start: int) -> int:
        """Pass over a bracket that closes nothing, and return where it ends."""
        message = f"{quote(self._draft.text[start])} closes nothing."
        edits = (cut_out(self._draft.text, start, start + 1),)
        fault = Problem(Code.STRAY_BRACKET, start, start + 1, message, "take it out.", edits=edits)
        self._draft.add_to_container(fault)
        return start + 1

    def close_all(self) -> int:
        """End what is still open at the end of the text."""
        self._close_unclosed(self._builder.depth, "before the end of the text", self._draft.content_end)
        return len(self._draft.text)

    def after_document(self, start: int) -> int:
        """Take what follows the document's value, and return where it ends.

        Raises:
            LoadError: the value was no more than the first word of something else.
        """
        draft = self._draft
        mark = draft.text[start : start + 1]
        if mark and not isinstance(self._builder.top.value[0], (dict, list, str)):
            raise draft.not_json()
        if draft.wrapper:
            tail = _LAST_OF_WRAPPER.match(draft.text, start)
            return draft.wrap_up(start, tail.end() if tail else start)
        if mark and mark in "]}":
            return self.stray(start)
        if mark:
            source = draft.text[start : draft.content_end]
            message = f"{quote(source)} follows the end of the document."
            fix = "take it out, or put everything in one pair of brackets."
            draft.add_to_container(Problem(Code.STRAY_TEXT, start, draft.content_end, message, fix))
        self._builder.state = END
        return len(draft.text)

    def _close_top(self, end: int) -> None:
        top = self._builder.top
        if self._builder.state != AFTER and top.comma >= 0:
            message = f"A comma stands before the closing {quote(top.closer)}."
            edits = replaced(top.comma, top.comma + 1, "")
            fix = "take the comma out."
            fault = Problem(Code.TRAILING_COMMA, top.comma, top.comma + 1, message, fix, edits=edits)
            self._draft.add_to_container(fault)
        self._builder.close(end)

    def _close_unclosed(self, count: int, where: str, end: int) -> None:
        """End the innermost objects and arrays at an offset, as nothing in the text ends them."""
        frames = list(reversed(self._builder.frames))[:count]
        edits = self._closers(frames) if frames else ()
        for frame in frames:
            message = f"{quote(_OPENERS[frame.closer])} is not closed {where}."
            fix = f"write {quote(frame.closer)} there."
            self._draft.add_to_container(
                Problem(Code.UNCLOSED_BRACKET, frame.start, frame.start + 1, message, fix, edits=edits)
            )
            self._builder.close(end)

    def _closers(self, frames: list[OpenContainer]) -> tuple[Edit, ...]:
        """Return the one edit that closes all of them, each on a line of its own if it spans several."""
        text, builder, top = self._draft.text, self._builder, self._builder.top
        at = until = builder.last[1] if builder.state == AFTER else top.start + 1
        if builder.state != AFTER and top.comma >= 0:
            at, until = top.comma, top.comma + 1
        last_line = self._draft.faults.lines.start(at)
        closers = (
            (self._draft.line_break + indentation(text, one.start) if one.start < last_line else "")
            + one.closer
            for one in frames
        )
        return replaced(at, until, "".join(closers))

    def _ends_too_early(self, end: int) -> bool:
        """Return whether members follow a bracket that would end the document."""
        return _MORE_MEMBERS.match(self._draft.text, end) is not None

    def _closes_root_too_early(self, mark: str, end: int) -> bool:
        outermost = self._builder.open_count(mark) == 1 and self._builder.frames[1].closer == mark
        return outermost and self._ends_too_early(end)

    def _is_mistaken(self, end: int) -> bool:
        """Return whether a bracket of the wrong kind is likelier than one too many."""
        if self._builder.state != AFTER:
            return False
        return self._builder.depth > 1 or end >= self._only_closers_from
