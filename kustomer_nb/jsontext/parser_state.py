"""A text while it is being read: what it holds so far and what was wrong with it."""

from __future__ import annotations

import re

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Edit, Severity
from kustomer_nb.errors import LoadError

from .edits import cut_out, line_break, replaced
from .expressions import default_export
from .problems import Problem, Problems, quote
from .tree_builder import CLOSERS, TreeBuilder

_PLAIN_SPACE = re.compile(r"[ \t\n\r]*+")
_FOREIGN_SPACE = re.compile(r"[^\S \t\r\n]|[\u200b\u2060\ufeff]")
# White space of any kind, and what looks like none.
SPACE = r"\s\u200b\u2060\ufeff"
_ODD_SPACE = re.compile(rf"[{SPACE}]++")
# A block comment without an end is taken to end with its line.
_LINE_COMMENT = re.compile(r"(?://|#|/\*)[^\n\r\u2028\u2029]*+")
_EXPORTED = r"export\s+default|(?:module\.)?exports\s*="
_EXPORT = re.compile(_EXPORTED)
_WRAPPER = re.compile(rf"(?:{_EXPORTED}|(?:const|let|var)\s+[\w$]+\s*=|```\w*)")
# `"use strict";` begins a script as a word does.
_BEGINS_CODE = re.compile(r"[^\W\d_]|([\"'])use strict\1")
_FIRST_WORDS = re.compile(r"[^\n]{1,60}")


class ParserState:
    """The text, the value made of it and the faults found in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.builder = TreeBuilder()
        self.faults = Problems(text)
        self.content_end = len(text.rstrip())
        self.line_break = line_break(text)
        self.wrapper: tuple[int, int] | None = None
        self._last_comment_end = text.rfind("*/")

    def add(self, fault: Problem) -> None:
        """List a fault of the value that comes next or has just come."""
        self.faults.add(fault, self.builder.pointer)

    def add_to_container(self, fault: Problem) -> None:
        """List a fault of the innermost object or array."""
        self.faults.add(fault, self.builder.container)

    def duplicate(self, key: str, start: int, end: int) -> None:
        """List a key its object already has."""
        nodes = self.builder.top.nodes
        if isinstance(nodes, dict) and key in nodes:
            line = self.faults.lines.line(nodes[key][0])
            message = f"The key {quote(key)} is already on line {line}; the last one counts."
            self.add(
                Problem(Code.DUPLICATE_KEY, start, end, message, "keep one of the two.", Severity.WARNING)
            )

    def begin(self) -> int:
        """Return where the document's value starts, past a byte order mark and a module's ``export``.

        Raises:
            LoadError: there is no value at all.
        """
        text = self.text
        first = 1 if text.startswith("\ufeff") else 0
        start = self.after_comments(first)
        if start == len(text):
            said = (
                "There are only comments and white space."
                if text.strip("\ufeff \t\n\r")
                else "The file is empty."
            )
            fix = "write a JSON object, or load another file."
            raise self.faults.refusal(Problem(Code.EMPTY, 0, 0, said, fix))
        # What stands before a module's export is listed when it is known to be one.
        start = self._unwrapped(start)
        self.skip(first)
        return start

    def _unwrapped(self, start: int) -> int:
        """Return where an object or array begins that a module exports or a fence holds."""
        text, end = self.text, start
        begins_code = _BEGINS_CODE.match(text, start) is not None
        if begins_code and not self._begins_with_export(start):
            export = default_export(text, start)
            if export is not None and export.start is not None:
                return self._take_module(start, export.start)
        search = _WRAPPER.search if begins_code else _WRAPPER.match
        while found := search(text, end):
            end = self.after_comments(found.end())
            if self._opens(end):
                if not found[0].startswith("```"):
                    return self._take_module(start, end)
                self.wrapper = (start, end)
                return end
        return start

    def _begins_with_export(self, start: int) -> bool:
        """Return whether an object or array is exported before there is any other code."""
        export = _EXPORT.match(self.text, start)
        return export is not None and self._opens(self.after_comments(export.end()))

    def _opens(self, offset: int) -> bool:
        return self.text[offset : offset + 1] in CLOSERS

    def _take_module(self, start: int, value: int) -> int:
        export = _WRAPPER.match(self.text, start)
        self.wrapper = (start, value)
        self.faults.is_module = True
        self.faults.is_whole = export is not None and self.after_comments(export.end()) == value
        return value

    def wrap_up(self, start: int, end: int) -> int:
        """List what stands before the JSON, together with what ends it, and return where that ends."""
        before, after = self.wrapper or (start, start)
        self.wrapper = None
        source = self.text[before:after].rstrip()
        edits = (Edit(before, after, ""), Edit(start, end, ""))
        message, severity = f"{quote(source)} stands before the JSON.", Severity.ERROR
        fix = "keep only the JSON itself."
        if self.faults.is_module:
            message, severity = f"{message[:-1]}, which makes this a JavaScript module.", Severity.HINT
            fix = "register what `npm run get-app-json` prints of it."
        fault = Problem(
            Code.WRAPPER, before, before + len(source), message, fix, severity, edits, is_safe=False
        )
        self.faults.add(fault, str)
        return end

    def not_json(self) -> LoadError:
        """Return the error for a text that holds no JSON."""
        start = self.plain(1 if self.text.startswith("\ufeff") else 0)
        found = _FIRST_WORDS.match(self.text, start)
        words = found[0] if found else ""
        fix = "load the file that holds the definition; JSON starts with `{` or `[`."
        if words.startswith("<"):
            fix = "this is a web page or XML: download the JSON itself."
        message = f"The text starts with {quote(words)}, which is not JSON."
        return self.faults.refusal(Problem(Code.NOT_JSON, start, start + len(words), message, fix))

    def plain(self, offset: int) -> int:
        """Return where JSON's own white space ends."""
        found = _PLAIN_SPACE.match(self.text, offset)
        return found.end() if found else offset

    def skip(self, offset: int) -> int:
        """Return where white space and comments of any kind end, and list those JSON does not know."""
        offset = self.plain(offset)
        while True:
            if space := _ODD_SPACE.match(self.text, offset):
                end = space.end()
                named = ", ".join(
                    sorted({f"U+{ord(mark):04X}" for mark in space[0] if mark not in " \t\r\n"})
                )
                message = f"White space that JSON does not know: {named}."
                edits = replaced(offset, end, _FOREIGN_SPACE.sub(" ", space[0]))
                fault = Problem(Code.FOREIGN_SPACE, offset, end, message, "write a plain space.", edits=edits)
            elif end := self._comments_end(offset):
                message = f"JSON has no comments: {quote(self.text[offset:end])}."
                fix, edits = "take the comment out.", (cut_out(self.text, offset, end),)
                fault = Problem(Code.COMMENT, offset, end, message, fix, edits=edits, is_safe=False)
            else:
                return offset
            self.add_to_container(fault)
            offset = self.plain(end)

    def after_comments(self, offset: int) -> int:
        """Return where white space and comments of any kind end, and list none."""
        while True:
            space = _ODD_SPACE.match(self.text, offset)
            end = space.end() if space else self._comments_end(offset)
            if not end:
                return offset
            offset = end

    def _comments_end(self, offset: int) -> int:
        """Return where the comments at an offset end, taken together when only white space parts them."""
        end = 0
        while True:
            if self.text.startswith("/*", offset) and offset + 2 <= self._last_comment_end:
                end = self.text.index("*/", offset + 2) + 2
            elif comment := _LINE_COMMENT.match(self.text, offset):
                end = offset + len(comment[0].rstrip())
            else:
                return end
            offset = self.plain(end)
