"""A text while it is being read: the value so far and the problems so far."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Edit, Severity

from .edits import cut_out, line_break, replaced
from .expressions import Declared, code_end, default_export
from .module_code import ModuleCode
from .problems import EVALUATES, Problem, Problems, quote
from .tree_builder import CLOSERS, TreeBuilder

if TYPE_CHECKING:
    from kustomer_nb.errors import LoadError

    from .static_values import StaticValues

_PLAIN_SPACE = re.compile(r"[ \t\n\r]*+")
_FOREIGN_SPACE = re.compile(r"[^\S \t\r\n]|[\u200b\u2060\ufeff]")
# White space of any kind, and characters without width, which Python does not count as white space.
SPACE = r"\s\u200b\u2060\ufeff"
_ODD_SPACE = re.compile(rf"[{SPACE}]++")
# An unclosed block comment ends with its line.
_LINE_COMMENT = re.compile(r"(?://|#|/\*)[^\n\r\u2028\u2029]*+")
_EXPORTED = r"export\s+default|(?:module\.)?exports\s*="
_EXPORT = re.compile(_EXPORTED)
# A constant may have a type of TypeScript: `const app: KApp = {`.
_WRAPPER = re.compile(rf"(?:{_EXPORTED}|(?:const|let|var)\s+[\w$]++\s*+(?::[^=;{{}}]*+)?=|```\w*)")
_EXPORTS = re.compile(r"\bexports?\b")
# A module begins with a word or with `"use strict";`.
_BEGINS_CODE = re.compile(r"[^\W\d_]|([\"'])use strict\1")
_FIRST_WORDS = re.compile(r"[^\n]{1,60}")
# How many objects a message names.
_LISTED = 6


class ParserState:
    """The text, the builder of its value and the problems found in it."""

    def __init__(self, text: str, outer: ParserState | None = None) -> None:
        self.text = text
        self.builder = TreeBuilder()
        self.problems: Problems = Problems(text, outer.problems.lines if outer else None)
        # Whether only a value within a module is read.
        self.is_part = self.problems.is_module = outer is not None
        self.problems.is_whole = outer is None
        self.code: ModuleCode = outer.code if outer else ModuleCode()
        self.values: StaticValues | None = outer.values if outer else None
        # Where a module begins, and the offset and the name of its exported value.
        self.module: tuple[int, int, str] | None = None
        self.content_end = len(text.rstrip())
        self.line_break = line_break(text)
        self.wrapper: tuple[int, int] | None = None
        # The name of the constant that is exported, or taken although nothing is.
        self._exported_name = self._taken_name = ""
        self._last_comment_end = text.rfind("*/")

    def add(self, problem: Problem) -> None:
        """Add a problem of the next value or the one just read."""
        self.problems.add(problem, self.builder.pointer)

    def add_to_container(self, problem: Problem) -> None:
        """Add a problem of the innermost object or array."""
        self.problems.add(problem, self.builder.container)

    def duplicate(self, key: str, start: int, end: int) -> None:
        """Add the problem of a key that its object already has, if so."""
        nodes = self.builder.top.nodes
        if isinstance(nodes, dict) and key in nodes:
            line = self.problems.lines.line(nodes[key][0])
            message = f"The key {quote(key)} already occurs on line {line}; the last one counts."
            fix = "remove one of the two."
            self.add(Problem(Code.DUPLICATE_KEY, start, end, message, fix, Severity.WARNING))

    def begin(self) -> int:
        """Return where the document's value starts, after a byte order mark and a module's ``export``.

        Raises:
            LoadError: the text contains no value at all.
        """
        text = self.text
        first = 1 if text.startswith("\ufeff") else 0
        start = self.after_comments(first)
        if start == len(text):
            has_comments = text.strip("\ufeff \t\n\r")
            message = (
                "The file contains only comments and white space." if has_comments else "The file is empty."
            )
            fix = "write a JSON object, or load another file."
            raise self.problems.load_error(Problem(Code.EMPTY, 0, 0, message, fix))
        # Before `skip`, which reports comments: in a module they are not a problem.
        start = self._unwrapped(start)
        self.skip(first)
        return start

    def _exported_value(self, start: int) -> int | None:
        """Return where the value begins that a module exports after other code."""
        export = None if self._begins_with_export(start) else default_export(self.text, start)
        if isinstance(export, Declared):
            return self._only_object(start, export)
        self._exported_name = export.name if export else ""
        # Not the first object in the text, which may be anything that the exported value is made of.
        if export is not None and export.start is None:
            raise self._unknown_export(export.at)
        return None if export is None else export.start

    def _only_object(self, start: int, declared: Declared) -> int | None:
        """Return where the only object begins that a module without a default export may mean.

        Raises:
            LoadError: there are several.
        """
        names = list(declared.starts)
        if len(names) > 1:
            exported = [name for name in names if name in declared.exported]
            names = exported if len(exported) == 1 else names
        if len(names) > 1:
            listed = ", ".join(map(quote, names[:_LISTED])) + (" …" if len(names) > _LISTED else "")
            message = f"The module has no default export, and declares several objects: {listed}."
            fix = "write `export default` before the definition, or `export default` and its name at the end."
            end = start + len(self._first_words(start))
            raise self.problems.load_error(Problem(Code.NOT_JSON, start, end, message, fix))
        if not names:
            return None
        self._exported_name = self._taken_name = names[0]
        return declared.starts[names[0]]

    def _unwrapped(self, start: int) -> int:
        """Return the start of the object or array that a module exports or a Markdown fence contains."""
        text, end = self.text, start
        begins_code = _BEGINS_CODE.match(text, start) is not None
        if begins_code and (value_start := self._module_value(start)) is not None:
            return self._enter_module(start, value_start)
        search = _WRAPPER.search if begins_code else _WRAPPER.match
        while match := search(text, end):
            end = self.after_comments(match.end())
            if self._opens(end):
                if not match[0].startswith("```"):
                    return self._enter_module(start, end)
                self.wrapper = (start, end)
                return end
        return start

    def _module_value(self, start: int) -> int | None:
        """Return the start of the object or array that code exports."""
        value_start = self._exported_value(start)
        if value_start is not None:
            return value_start
        # In code whose brackets do not match, what is exported precedes any constant.
        match = _EXPORT.search(self.text, start)
        value_start = None if match is None else self.after_comments(match.end())
        return value_start if value_start is not None and self._opens(value_start) else None

    def _begins_with_export(self, start: int) -> bool:
        """Return whether the first statement exports an object or array."""
        export = _EXPORT.match(self.text, start)
        return export is not None and self._opens(self.after_comments(export.end()))

    def _opens(self, offset: int) -> bool:
        return self.text[offset : offset + 1] in CLOSERS

    def _enter_module(self, start: int, value: int) -> int:
        export = _WRAPPER.match(self.text, start)
        self.wrapper = (start, value)
        self.problems.is_module = True
        self.module = (start, value, self._exported_name)
        self.problems.is_whole = export is not None and self.after_comments(export.end()) == value
        return value

    def wrap_up(self, start: int, end: int) -> int:
        """Add the problem of what surrounds the JSON, and return where that ends."""
        before, after = self.wrapper or (start, start)
        self.wrapper = None
        source = self.text[before:after].rstrip()
        edits = (Edit(before, after, ""), Edit(start, end, ""))
        message, severity = f"{quote(source)} precedes the JSON.", Severity.ERROR
        fix = "keep only the JSON itself."
        if self.problems.is_module:
            message, severity = f"{message[:-1]}, which makes this a JavaScript module.", Severity.HINT
            fix = "register the JSON that `npm run get-app-json` prints for it."
        if self._taken_name:
            name = quote(self._taken_name)
            message = f"The JavaScript module has no default export; {name} is read as the definition."
            fix = f"add `export default {self._taken_name}`."
        problem = Problem(
            Code.WRAPPER, before, before + len(source), message, fix, severity, edits, is_safe=False
        )
        self.problems.add(problem, str)
        return end

    def _unknown_export(self, start: int) -> LoadError:
        """Return the error for a module that exports neither an object nor an array that is written out."""
        end = code_end(self.text, start) or start + 1
        source = self.text[start:end].partition("\n")[0].rstrip()
        message = f"The module exports {quote(source)}, whose value cannot be determined from the text."
        fix = f"export the object itself, or {EVALUATES}."
        return self.problems.load_error(Problem(Code.NOT_JSON, start, start + len(source), message, fix))

    def not_json(self) -> LoadError:
        """Return the error for a text that contains no JSON."""
        start = self.after_comments(1 if self.text.startswith("\ufeff") else 0)
        words = self._first_words(start)
        message = f"The text starts with {quote(words)}, which is not JSON."
        fix = "load the file that contains the definition; JSON starts with `{` or `[`."
        if words.startswith("<"):
            fix = "this is a web page or XML: download the JSON itself."
        elif _BEGINS_CODE.match(self.text, start) and _EXPORTS.search(self.text, start):
            message = "No default export can be read from this module."
            fix = "write the definition behind `export default` or `module.exports =`."
        return self.problems.load_error(Problem(Code.NOT_JSON, start, start + len(words), message, fix))

    def _first_words(self, start: int) -> str:
        match = _FIRST_WORDS.match(self.text, start)
        return match[0] if match else ""

    def plain(self, offset: int) -> int:
        """Return where JSON's own white space ends."""
        match = _PLAIN_SPACE.match(self.text, offset)
        return match.end() if match else offset

    def skip(self, offset: int) -> int:
        """Return where white space and comments of any kind end, and add those that JSON does not allow."""
        offset = self.plain(offset)
        while True:
            if space := _ODD_SPACE.match(self.text, offset):
                end = space.end()
                codes = sorted({f"U+{ord(mark):04X}" for mark in space[0] if mark not in " \t\r\n"})
                message = f"JSON does not allow this white space: {', '.join(codes)}."
                edits = replaced(offset, end, _FOREIGN_SPACE.sub(" ", space[0]))
                problem = Problem(
                    Code.FOREIGN_SPACE, offset, end, message, "write a plain space.", edits=edits
                )
            elif end := self._comments_end(offset):
                message = f"JSON does not allow comments: {quote(self.text[offset:end])}."
                fix, edits = "remove the comment.", (cut_out(self.text, offset, end),)
                problem = Problem(Code.COMMENT, offset, end, message, fix, edits=edits, is_safe=False)
            else:
                return offset
            self.add_to_container(problem)
            offset = self.plain(end)

    def after_comments(self, offset: int) -> int:
        """Return where white space and comments of any kind end, without adding problems."""
        while True:
            space = _ODD_SPACE.match(self.text, offset)
            end = space.end() if space else self._comments_end(offset)
            if not end:
                return offset
            offset = end

    def _comments_end(self, offset: int) -> int:
        """Return where the comments at an offset end, including those that only white space separates."""
        end = 0
        while True:
            # Compared with the last `*/` first: searching for it after each `/*` would be quadratic.
            if self.text.startswith("/*", offset) and offset + 2 <= self._last_comment_end:
                end = self.text.index("*/", offset + 2) + 2
            elif comment := _LINE_COMMENT.match(self.text, offset):
                end = offset + len(comment[0].rstrip())
            else:
                return end
            offset = self.plain(end)
