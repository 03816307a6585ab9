"""JavaScript in a definition: where an expression ends, and what a module exports.

Code is only delimited, never run. Facts from ECMA-262: the lexical grammar (12), and what a slash begins
(12.1: a regular expression where no operand precedes it).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from .javascript import SPACE

_GAP = re.compile(rf"(?:[{SPACE}]++|//[^\n\r\u2028\u2029]*+|/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/)++")
_TOKEN = re.compile(
    r"\"(?:[^\"\\\r\n]|\\(?:\r\n|.))*+\"|'(?:[^'\\\r\n]|\\(?:\r\n|.))*+'"
    r"|(?:0[xXoObB]\w++|(?:\d[\d_]*+(?:\.[\d_]*+)?|\.\d[\d_]*+)(?:[eE][+-]?\d[\d_]*+)?)n?"
    rf"|(?:[\w$#]|\\u(?:[0-9a-fA-F]{{4}}|\{{[0-9a-fA-F]+\}})|[^\x00-\x7f{SPACE}])++"
    r"|=>|\.\.\.|\?\.(?!\d)|\+\+|--|.",
    re.DOTALL,
)
_REGEX = re.compile(r"/(?!\*)(?:[^\\/\[\r\n]|\\[^\r\n]|\[(?:[^\]\\\r\n]|\\[^\r\n])*+\])++/\w*+")
TEMPLATE_PART = re.compile(r"(?:[^`\\$]|\\.|\$(?!\{))*+(?:`|\$\{)", re.DOTALL)
_WHOLE_TEMPLATE = re.compile(r"`(?:[^`\\$]|\\.|\$(?!\{))*+`", re.DOTALL)
_PAIRS = {"(": ")", "[": "]", "{": "}"}
_CLOSERS = frozenset(_PAIRS.values())
# An operand follows these words, so a slash after them begins a regular expression.
_BEFORE_OPERAND = frozenset(
    ("await", "case", "delete", "do", "else", "in", "instanceof", "new", "of", "return", "throw", "typeof")
) | {"void", "yield"}
_WORD = re.compile(r"[\w$#\\\"'`]|\.\d|\+\+|--|[^\x00-\x7f]")
_CASTS = frozenset({"as", "satisfies"})
_DECLARES = frozenset({"const", "let", "var"})
_CAST_AHEAD = re.compile(r"(?:as|satisfies)(?![\w$])")
# What a type does not contain: operators that make the cast the operand of an expression.
_NOT_A_TYPE = re.compile(r"&&|\|\||\?\?|[+*/%!^~`?]|-(?!>)|(?<![=<>])=(?!>)|==")
# No statement ends before or after these.
_JOINING = frozenset({"as", "satisfies", "|", "&", ".", "<", ">", "=>", "[", "keyof", "typeof"})
_OPERATORS = frozenset(".([?+-*/%&|^<>=") | {"?.", "=>", "++", "--"}
# `as` is a TypeScript cast, unless it is the key of the next member: `as: 1`.
_CONTINUES = re.compile(r"[.?+\-*/%&|^<>=!(\[`]|(?:as|in|instanceof|satisfies)(?![\w$])(?!\s*+:)")


class UnpairedError(ValueError):
    """The brackets, strings or templates of a piece of code do not match."""


class Token(NamedTuple):
    """One token of code; ``depth`` counts the open brackets around it, -1 if it closes an outer one."""

    text: str
    start: int
    end: int
    depth: int


class Export(NamedTuple):
    """The default export of a module; ``start`` is the offset of an object or array, otherwise None.

    ``name`` is that of the constant that is exported, empty if the value itself is; ``at`` is where what is
    exported begins.
    """

    start: int | None
    name: str = ""
    at: int = 0


class Declared(NamedTuple):
    """The objects and arrays that a module without a default export declares, by name.

    ``exported`` are the names that it exports.
    """

    starts: dict[str, int]
    exported: frozenset[str]


def tokens(text: str, start: int, *, after_operand: bool = False) -> Iterator[Token]:
    """Yield the tokens of code from an offset on, up to a bracket that closes an outer one.

    Raises:
        UnpairedError: brackets, strings or templates do not match.

    Example:
        >>> [token.text for token in tokens("f(/[)]/, 1) // x", 0)]
        ['f', '(', '/[)]/', ',', '1', ')']
    """
    expected: list[str] = []
    offset, has_operand = start, after_operand
    while match := _TOKEN.match(text, gap := code_gap_end(text, offset)):
        mark, offset, depth = match[0], match.end(), len(expected)
        if mark == "/":
            offset = _slash_end(text, gap, has_operand=has_operand)
        # A brace either closes a block or returns from a hole `${…}` to its template string.
        elif mark == "`" or (mark == "}" and expected[-1:] == ["`"]):
            offset = _template_end(text, offset, expected, is_inside=mark == "}")
        elif mark in _PAIRS:
            expected.append(_PAIRS[mark])
        elif mark in _CLOSERS:
            if not expected:
                yield Token(mark, gap, offset, -1)
                return
            _close(expected, mark)
        elif mark in "\"'":
            raise UnpairedError
        yield Token(text[gap:offset], gap, offset, min(depth, len(expected)))
        has_operand = _is_operand(text[gap:offset])
    if expected:
        raise UnpairedError


def code_end(text: str, start: int, *, after_operand: bool = False) -> int | None:
    """Return where the expression or member at an offset ends, before its comma or closing bracket.

    None if its brackets do not match. ``after_operand`` is true if a value precedes the offset.

    Example:
        >>> source = "x => { return [x, /,/] }, 2"
        >>> source[: code_end(source, 0)]
        'x => { return [x, /,/] }'
    """
    end, angles, has_cast = start, 0, False
    try:
        for token in tokens(text, start, after_operand=after_operand):
            if _ends_expression(token, angles):
                return end
            has_cast = has_cast or token.text in _CASTS
            if has_cast and token.depth == 0:
                angles += (token.text == "<") - (token.text == ">" and angles > 0)
            end = token.end
    except UnpairedError:
        return None
    return None if angles else end


def _ends_expression(token: Token, angles: int) -> bool:
    # A comma between type arguments, as in `as Record<string, unknown>`, does not end the expression.
    return token.depth < 0 or (token.depth == 0 and not angles and token.text in (",", ";"))


def continues(text: str, start: int) -> bool:
    """Return whether what follows a value makes it the first operand of an expression.

    Example:
        >>> continues(".join(',')", 0), continues("as const", 0), continues("as: 1", 0), continues("b: 1", 0)
        (True, True, False, False)
    """
    return _CONTINUES.match(text, start) is not None


def is_cast(text: str, start: int) -> bool:
    """Return whether a type of TypeScript follows a value: ``as T`` or ``satisfies T``."""
    return _CAST_AHEAD.match(text, start) is not None


def cast_end(text: str, start: int) -> int | None:
    """Return where the type after ``as`` or ``satisfies`` ends, None if more than a type follows.

    Example:
        >>> text = "'a' as Record<string, unknown>, b"
        >>> text[: cast_end(text, 4)]
        "'a' as Record<string, unknown>"
        >>> cast_end("1 as number + 2", 2)
    """
    end, angles, before = start, 0, ""
    try:
        for token in tokens(text, start, after_operand=True):
            if _ends_expression(token, angles):
                break
            is_joined = before in _JOINING or token.text in _JOINING or angles > 0 or token.depth > 0
            if before and not is_joined and "\n" in text[end : token.start]:
                break
            if token.depth == 0:
                angles += (token.text == "<") - (token.text == ">")
            end, before = token.end, token.text
    except UnpairedError:
        return None
    return None if angles or _NOT_A_TYPE.search(text, start, end) else end


def front_cast_end(text: str, start: int) -> int | None:
    """Return where the cast ``<T>`` in front of a value ends, None if none begins at the offset.

    Example:
        >>> text = "<Record<string, () => void>>{a: 1}"
        >>> text[front_cast_end(text, 0) :], front_cast_end("a < b", 0)
        ('{a: 1}', None)
    """
    angles = 0
    try:
        for token in tokens(text, start) if text.startswith("<", start) else ():
            if token.depth == 0:
                angles += (token.text == "<") - (token.text == ">")
            if angles == 0:
                return token.end
            if token.depth < 0 or token.text == ";":
                return None
    except UnpairedError:
        pass
    return None


def is_whole_template(source: str) -> bool:
    """Return whether code is a single template string without holes.

    Example:
        >>> is_whole_template("`a`"), is_whole_template("`a${b}`"), is_whole_template("`a` + `b`")
        (True, False, False)
    """
    return _WHOLE_TEMPLATE.fullmatch(source) is not None


def default_export(text: str, start: int) -> Export | Declared | None:
    """Return the default export of a module, written out or as the name of a constant.

    Without one, what the module declares instead; None if its brackets do not match.

    Example:
        >>> text = "const S = {}; const app: App = {a: S}; export default app;"
        >>> text[default_export(text, 0).start :]
        '{a: S}; export default app;'
        >>> default_export("export default build({});", 0)
        Export(start=None, name='', at=15)
    """
    search = _ExportSearch()
    try:
        for token in tokens(text, start):
            if token.depth <= 0 and search.is_complete_with(token):
                break
            if token.depth == 1 and search.is_complete_with_listed(token):
                break
    except UnpairedError:
        return search.export
    return search.export or search.declared


class _ExportSearch:
    """Searches the tokens outside of all brackets for an export and for declared objects and arrays."""

    def __init__(self) -> None:
        self._declared: dict[str, int] = {}
        # The last three tokens, and the names of declarations.
        self._earlier = self._preceding = self._before = self._name = self._next_name = ""
        # Whether the current declaration is exported, and the names that are.
        self._exports_names = False
        self._exported: set[str] = set()
        # How many angle brackets of a cast `<T>` are open, and what the token after the cast begins.
        self._angles = 0
        # What the next token begins: an export, what follows an exported name, or the value of a declaration.
        self._begins = ""
        self._has_export = False
        self._start: int | None = None
        self._at = 0
        self._exported_name = ""
        # Whether `export {` was the last bracket, and the last two tokens in it.
        self._lists = False
        self._listed = ("", "")

    @property
    def export(self) -> Export | None:
        if not self._has_export:
            return None
        if self._start is not None:
            return Export(self._start, at=self._at)
        start = self._declared.get(self._exported_name)
        return Export(start, "" if start is None else self._exported_name, self._at)

    @property
    def declared(self) -> Declared:
        return Declared(self._declared, frozenset(self._exported))

    def is_complete_with(self, token: Token) -> bool:
        """Read the next token, and return whether the search is complete."""
        mark, before = token.text, self._before
        if self._is_in_cast(mark):
            return False
        earlier, preceding = self._earlier, self._preceding
        self._earlier, self._preceding, self._before = preceding, before, mark
        begins, self._begins = self._begins, ""
        self._lists = mark == "{" and before == "export"
        if begins == "export":
            return self._read_export(token)
        if begins == "end":
            return self._read_after_name(mark)
        if begins == "value" and mark in ("{", "["):
            self._declared[self._name] = token.start
        elif self._is_export(mark, before, preceding, earlier):
            self._begins = "export"
        else:
            self._read_declaration(mark, before)
        return False

    def _is_in_cast(self, mark: str) -> bool:
        """Return whether a token belongs to a cast in front of a value: ``<KApp>{…}``."""
        if self._angles or (mark == "<" and self._begins in ("export", "value")):
            self._angles += (mark == "<") - (mark == ">")
            return True
        return False

    def is_complete_with_listed(self, token: Token) -> bool:
        """Read the next token of ``export { app as default }``, and return whether the search is complete."""
        *_, name, joins = self._listed
        self._listed = (name, joins, token.text)[-2:] if self._before == "{" and self._lists else ("", "")
        if self._lists and joins != "as":
            self._exported.add(token.text)
        if joins != "as" or token.text != "default" or not self._listed[0]:
            return False
        self._has_export, self._exported_name, self._at = True, name, token.start
        return name in self._declared

    def _read_after_name(self, mark: str) -> bool:
        # `export default app.build()` exports another value than app.
        if mark in _OPERATORS or mark[0] == "`":
            self._exported_name = ""
        return not self._exported_name or self._exported_name in self._declared

    @staticmethod
    def _is_export(mark: str, before: str, preceding: str, earlier: str) -> bool:
        """Return whether ``export default``, ``module.exports =`` or ``export =`` ends with this token."""
        if mark == "=" and before == "default":
            # What compilers write for `export default`: `exports.default =`.
            return (earlier, preceding) == ("exports", ".")
        if mark == "=" and before == "exports":
            # A declaration may have no semicolon, so only `const exports =` or `, exports =` is none.
            return preceding not in _DECLARES and preceding != ","
        if mark == "=":
            return before == "export"
        return mark == "default" and before == "export"

    def _read_name(self, mark: str, before: str) -> None:
        if before in _DECLARES:
            self._name = mark
        elif before == "," and self._name:
            # This comma may also separate type arguments, so only `=` or `:` confirms the name.
            self._next_name = mark
        elif before == self._next_name and mark in ("=", ":"):
            self._name = self._next_name

    def _read_declaration(self, mark: str, before: str) -> None:
        if mark in _DECLARES:
            self._exports_names = before == "export"
        self._read_name(mark, before)
        if mark == "=" and self._name:
            self._begins = "value"
            if self._exports_names:
                self._exported.add(self._name)
        if mark == ";" or mark in _DECLARES:
            self._name = ""

    def _read_export(self, token: Token) -> bool:
        if token.text in ("exports", "void"):
            # `module.exports = exports = {…}`: the second `=` begins the export. Compilers write
            # `exports.default = void 0` before the value.
            return False
        self._has_export, self._at = True, token.start
        if token.text in ("{", "["):
            self._start = token.start
            return True
        self._exported_name, self._begins = token.text, "end"
        return False


def code_gap_end(text: str, offset: int) -> int:
    """Return where JavaScript's white space and comments at an offset end.

    Example:
        >>> code_gap_end("1 /* one */ , 2", 1)
        12
    """
    match = _GAP.match(text, offset)
    return match.end() if match else offset


def _close(expected: list[str], mark: str) -> None:
    if expected.pop() != mark:
        raise UnpairedError


def _is_operand(token: str) -> bool:
    """Return whether a slash after a token divides; before an operand it begins a regular expression."""
    if token.endswith("${"):
        return False
    if len(token) > 1 and token[0] == "/":
        return True
    return token not in _BEFORE_OPERAND and (token[0] in ")]}" or _WORD.match(token) is not None)


def _slash_end(text: str, start: int, *, has_operand: bool) -> int:
    """Return where the regular expression or the operator that a slash begins ends."""
    if has_operand and not text.startswith("/*", start):
        return start + 1
    match = _REGEX.match(text, start)
    if match is None:
        raise UnpairedError
    return match.end()


def _template_end(text: str, offset: int, expected: list[str], *, is_inside: bool) -> int:
    """Return where the part of a template string at an offset ends: at its end, or at the next hole."""
    part = TEMPLATE_PART.match(text, offset)
    if part is None:
        raise UnpairedError
    if is_inside:
        expected.pop()
    if part[0].endswith("{"):
        expected.append("`")
    return part.end()
