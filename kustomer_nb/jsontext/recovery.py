"""How a text is read where it does not match JSON's grammar."""

from __future__ import annotations

import re
from bisect import bisect_left
from operator import attrgetter

from kustomer_nb.codes import Code

from .brackets import NAMED, Brackets
from .copies import copy_json
from .edits import replaced
from .expressions import code_gap_end, continues, is_whole_template
from .javascript import quoted
from .literals import Expressions, is_operand, numeric_key, read_literal, read_template
from .members import Member, read_member
from .module_code import Key, Known
from .parser_state import SPACE, ParserState
from .problems import Problem, quote
from .strings import QUOTES, Lexed, Unknown, read_string, reread, reread_key, template_value, unescaped
from .tree_builder import CLOSERS

# What people write for a colon: `=>` as in PHP, `=`, and the full-width colon of Chinese keyboards.
_COLON = re.compile(r"=>|[:=\uff1a]")
_COMMAS = re.compile(r",(?:[ \t\n\r]*+,)*+")
_SEPARATOR = re.compile(r"[;\uff0c\u3001]")
_BARE = rf"(?:(?!/[/*])[^{SPACE}{QUOTES}{{}}\[\],:=;()])"
_BARE_KEY = re.compile(rf"{_BARE}++(?:[ \t]++{_BARE}++){{0,9}}(?=\s*+:)|{_BARE}++")
_KEY_AHEAD = re.compile(rf"{NAMED}\s*+:(?!//)")
_UNDEFINED = "undefined"
_AHEAD = re.compile(r"\"[^\"\n]*+\"|[\w$.-]++|.")


class Recovery:
    """Takes over from the strict grammar at an offset, and returns the offset where that can continue."""

    def __init__(self, state: ParserState, brackets: Brackets) -> None:
        self._state = state
        self._text = state.text
        self._builder = state.builder
        self._brackets = brackets
        self._expressions = Expressions(state.text)

    def key(self, offset: int) -> int:
        """Read on where a key, or the end of the object, is expected."""
        start = self._state.skip(offset)
        if start != self._state.plain(offset):
            return start
        mark = self._text[start : start + 1]
        if not mark:
            return self._brackets.close_all()
        if mark in "}]":
            return self._brackets.close(start)
        if mark == ",":
            return self._extra_comma(start)
        if mark == "[" and (end := self._computed_key(start)) is not None:
            return end
        if member := read_member(self._text, start, in_module=self._in_module):
            return self._code_member(start, member)
        if mark in "{[:":
            self._builder.name("", start, start)
            message = f"There is no key before {quote(mark)}."
            self._state.add(Problem(Code.MISSING_KEY, start, start, message, "write a key in double quotes."))
            return start + (mark == ":")
        if mark in QUOTES:
            return self._quoted_key(start)
        return self._unquoted_key(start)

    def value(self, offset: int) -> int:
        """Read on where a value is expected."""
        start = self._state.skip(offset)
        if start != self._state.plain(offset):
            return start
        mark = self._text[start : start + 1]
        if self._builder.depth == 0 and mark in "]},:":
            raise self._state.not_json()
        if mark in "]},":
            return self._no_value(offset, start)
        if self._next_member_follows(offset, start):
            self._missing_value(self._builder.top.key, offset, " null")
            return start
        if mark == ":":
            return self._stray(start)
        return self._present_value(start, mark)

    def after(self, offset: int) -> int:
        """Read on where a comma or a closing bracket is expected."""
        start = self._state.skip(offset)
        if start != self._state.plain(offset):
            return start
        mark = self._text[start : start + 1]
        if self._builder.depth == 0:
            return self._brackets.after_document(start)
        if not mark:
            return self._brackets.close_all()
        end = self._cast(start) or self._reread_value(start)
        return self._no_comma(start, mark) if end is None else end

    @property
    def _in_module(self) -> bool:
        return self._state.problems.is_module

    def _present_value(self, start: int, mark: str) -> int:
        """Read a value that begins at an offset."""
        if mark in QUOTES:
            return self._put(start, self._string(start))
        is_root = self._builder.depth == 0
        template = read_template(self._text, start)
        # Two braces may begin a template without quotes or an object in an object.
        opens = mark in CLOSERS if template is None else is_root
        if opens:
            self._brackets.open(start)
            return start + 1
        if not is_root and (end := self._undefined(start)) is not None:
            return end
        lexed = template or read_literal(self._text, start)
        if lexed is None and is_root:
            raise self._state.not_json()
        return self._put(start, lexed or self._code(start))

    def _undefined(self, start: int) -> int | None:
        """Read ``undefined`` in a module as JSON.stringify writes it, and return where it ends."""
        end, top = start + len(_UNDEFINED), self._builder.top
        if not (self._in_module and self._text.startswith(_UNDEFINED, start)):
            return None
        # Anything else makes it a part of an expression or of a longer name.
        after = code_gap_end(self._text, end)
        if self._text[after : after + 1] not in (",", "}", "]"):
            return None
        if isinstance(top.nodes, dict):
            # The member is left out, also if an earlier one had its key.
            top.value.pop(top.key, None)
            top.nodes.pop(top.key, None)
            self._builder.skip_value(end)
        else:
            self._builder.put(None, start, end)
        return end

    def _code_member(self, start: int, member: Member) -> int:
        """Read a member that is code, of which at most the key is known."""
        if member.key is not None:
            self._builder.name(member.key, start, member.key_end)
            self._state.duplicate(member.key, start, member.key_end)
            return self._put(start, self._code(start, member.resume))
        lexed = self._code(start, member.resume)
        for problem in lexed.problems:
            self._state.add_to_container(problem)
        self._builder.skip_value(lexed.end)
        return lexed.end

    def _computed_key(self, start: int) -> int | None:
        """Read a computed key that the text shows, and return where its value begins; None if it does not."""
        values = self._state.values
        key = values.read_key(start) if values else None
        if not isinstance(key, Key):
            return None
        self._state.code.keys[start] = key.end
        self._builder.name(key.key, start, key.end)
        self._state.duplicate(key.key, start, key.end)
        return key.value

    def _unquoted_key(self, start: int) -> int:
        if self._in_module and (number := numeric_key(self._text, start)):
            return self._name(start, number)
        match = _BARE_KEY.match(self._text, start)
        if match is None:
            return self._stray(start)
        key = unescaped(match[0]) if "\\u" in match[0] else match[0]
        message = f"The key {quote(match[0])} is not in double quotes."
        fix = f"put the key in double quotes: {quoted(key)}."
        edits = replaced(start, match.end(), quoted(key))
        problem = Problem(Code.BARE_KEY, start, match.end(), message, fix, edits=edits)
        return self._name(start, Lexed(key, match.end(), [problem]))

    def _quoted_key(self, start: int) -> int:
        lexed = read_string(self._text, start, as_key=True)
        if not _COLON.match(self._text, self._state.after_comments(lexed.end)):
            lexed = reread_key(self._text, start, lexed.end) or lexed
        return self._name(start, lexed)

    def _name(self, start: int, lexed: Lexed) -> int:
        key = str(lexed.value)
        self._builder.name(key, start, lexed.end)
        self._state.duplicate(key, start, lexed.end)
        for problem in lexed.problems:
            self._state.add(problem)
        return self._colon(key, lexed.end)

    def _colon(self, key: str, end: int) -> int:
        start = self._state.skip(end)
        match = _COLON.match(self._text, start)
        if match and match[0] == ":":
            return match.end()
        if match:
            message = f"{quote(match[0])} is used instead of a colon."
            fix, edits = "write `:`.", replaced(start, match.end(), ":")
            self._state.add(Problem(Code.MISSING_COLON, start, match.end(), message, fix, edits=edits))
            return match.end()
        mark = self._text[start : start + 1]
        if mark in ",}]" or _KEY_AHEAD.match(self._text, start):
            self._missing_value(key, end, ": null")
            return start
        message = f"There is no colon after the key {quote(key)}."
        fix, edits = f"write `:` after {quote(key)}.", replaced(end, end, ":")
        self._state.add(Problem(Code.MISSING_COLON, end, end, message, fix, edits=edits))
        return start

    def _missing_value(self, key: str, end: int, meant: str = "") -> None:
        message = f"The key {quote(key)} has no value; it is read as null."
        fix, edits = "write a value, or remove the key.", replaced(end, end, meant) if meant else ()
        self._state.add(Problem(Code.MISSING_VALUE, end, end, message, fix, edits=edits, is_safe=False))
        self._builder.put(None, end, end)

    def _next_member_follows(self, offset: int, start: int) -> bool:
        on_next_line = self._builder.top.closer == "}" and "\n" in self._text[offset:start]
        return on_next_line and _KEY_AHEAD.match(self._text, start) is not None

    def _no_value(self, offset: int, start: int) -> int:
        if self._builder.top.closer == "}":
            self._missing_value(self._builder.top.key, offset, " null")
            return start
        mark = self._text[start : start + 1]
        if mark == ",":
            return self._hole(start) if self._in_module else self._extra_comma(start)
        return self._brackets.close(start) if mark else self._brackets.close_all()

    def _no_comma(self, start: int, mark: str) -> int:
        if mark == ":" and self._builder.top.closer != "]":
            return self._last_is_key(start)
        if mark in "=)":
            return self._stray(start)
        if mark == ":" or _SEPARATOR.match(self._text, start):
            message = f"{quote(mark)} is used instead of a comma."
            fix, edits = "write `,`.", replaced(start, start + 1, ",")
            self._state.add(Problem(Code.MISSING_COMMA, start, start + 1, message, fix, edits=edits))
            self._builder.comma(start)
            return start + 1
        last_start, last_end = self._builder.last
        # If the value before it is missing too, that is already a problem.
        if last_end > last_start:
            ahead = _AHEAD.match(self._text, start)
            message = f"There is no comma before {quote(ahead[0] if ahead else mark)}."
            fix = f"put a comma after {quote(self._text[last_start:last_end])}."
            edits = replaced(last_end, last_end, ",")
            self._state.add(Problem(Code.MISSING_COMMA, last_end, last_end, message, fix, edits=edits))
        self._builder.comma(-1)
        return start

    def _last_is_key(self, start: int) -> int:
        """Read a string before a colon as the next key, if it begins on a later line than the last key."""
        top, (last_start, last_end) = self._builder.top, self._builder.last
        value = top.value.get(top.key)
        lines = self._state.problems.lines
        if not isinstance(value, str) or lines.line(top.key_end) == lines.line(last_start):
            return self._stray(start)
        self._missing_value(top.key, top.key_end)
        self._builder.comma(-1)
        self._name(last_start, Lexed(value, last_end, []))
        return start + 1

    def _cast(self, start: int) -> int | None:
        """Read the type that TypeScript adds to an object or array, and return where it ends."""
        values, (last_start, last_end) = self._state.values, self._builder.last
        if values is None or self._text[last_start : last_start + 1] not in CLOSERS or last_start == last_end:
            return None
        end = values.cast(last_end)
        if end == last_end or not self._text.startswith((",", "}", "]"), code_gap_end(self._text, end)):
            return None
        # The literal ends where it did: what is added to it belongs before its bracket.
        self._state.code.literals[last_start] = self._builder.extend(end)
        self._state.code.ends[last_start] = end
        return end

    def _reread_value(self, start: int) -> int | None:
        """Read the last value again if what follows shows that it is longer or shorter than it seemed."""
        last_start, last_end = self._builder.last
        lexed = None if last_start == last_end else self._other_reading(last_start, last_end, start)
        if lexed is None:
            return None
        self._builder.replace(lexed.value, last_start, lexed.end)
        for problem in lexed.problems:
            self._state.add(problem)
        return lexed.end

    def _other_reading(self, last_start: int, last_end: int, start: int) -> Lexed | None:
        if self._is_code_continued(start):
            return self._code(last_start, start)
        if self._text[last_start : last_start + 1] in CLOSERS:
            return None
        if start == last_end and last_end - last_start > 1 and self._text[last_end - 1] in QUOTES:
            in_array = self._builder.top.closer == "]"
            return reread(self._text, last_start, last_end, closable=self._closable, in_array=in_array)
        return self._code(last_start, start) if is_operand(self._text, last_end, start) else None

    def _is_code_continued(self, start: int) -> bool:
        return self._in_module and self._expressions.is_balanced and continues(self._text, start)

    def _code(self, start: int, resume: int | None = None) -> Lexed:
        values = self._state.values
        known = values.read(start) if values else Unknown()
        # Both must agree that what follows the last value belongs to it, or reading would go back.
        if isinstance(known, Known) and resume is not None and known.end <= resume:
            known = Unknown()
        if isinstance(known, Unknown):
            return self._expressions.read(start, resume, is_javascript=self._in_module, unknown=known)
        self._state.code.literals[start], self._state.code.ends[start] = known.node, known.end
        pointer = self._builder.pointer()
        for located in known.problems:
            self._state.problems.adopt(located.diagnostic, f"{pointer}{located.pointer}")
        return Lexed(copy_json(known.value), known.end, [])

    def _string(self, start: int) -> Lexed:
        if self._text[start] != "`" or not self._in_module:
            return read_string(self._text, start, closable=self._closable)
        # A template string may span lines, and may contain code with further template strings.
        lexed = self._code(start)
        source = self._text[start : lexed.end]
        return Lexed(template_value(source[1:-1]), lexed.end, []) if is_whole_template(source) else lexed

    def _hole(self, start: int) -> int:
        """Add the missing item of an array in a module, which JSON.stringify writes as null."""
        fix = "write null before it, or remove it."
        self._state.add(Problem(Code.EXTRA_COMMA, start, start + 1, "`,` has no value before it.", fix))
        self._builder.put(None, start, start)
        return start

    def _put(self, start: int, lexed: Lexed) -> int:
        for problem in lexed.problems:
            self._state.add(problem)
        self._builder.put(lexed.value, start, lexed.end)
        return lexed.end

    def _extra_comma(self, start: int) -> int:
        match = _COMMAS.match(self._text, start)
        end = match.end() if match else start + 1
        message = f"{quote(self._text[start:end])} has no value before it."
        edits = replaced(start, end, "")
        self._state.add_to_container(
            Problem(Code.EXTRA_COMMA, start, end, message, "remove it.", edits=edits)
        )
        return end

    def _stray(self, start: int) -> int:
        message = f"{quote(self._text[start])} is unexpected here."
        edits = replaced(start, start + 1, "")
        self._state.add_to_container(
            Problem(Code.STRAY_TEXT, start, start + 1, message, "remove it.", edits=edits)
        )
        return start + 1

    def _closable(self, line_end: int) -> int:
        """Return how many open brackets a line that ends at an offset probably closes: those opened on it."""
        if line_end >= self._state.content_end:
            return self._builder.depth
        line_start, frames = self._state.problems.lines.start(line_end), self._builder.frames
        return len(frames) - bisect_left(frames, line_start, 1, key=attrgetter("start"))
