"""Strings as people write them: with other quotes, wrong escapes or without an end."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from kustomer_nb.codes import Code

from .edits import replaced
from .javascript import quoted
from .parser_state import SPACE
from .problems import JAVASCRIPT_ESCAPE, PRINTS_JSON, Problem, not_literal, quote

# How far to look ahead; a fixed bound keeps the reading linear for every text.
FAR = 2_000
NEAR = 300
# ECMA-262 12.3. A line end also ends a comment; after a backslash, a string continues on the next line.
LINE_ENDS = ("\r\n", "\n", "\r", "\u2028", "\u2029")

_CLOSING = {'"': '"', "'": "'", "`": "`"}
_CLOSING |= dict.fromkeys("“”„‟«", '“”‟»"') | dict.fromkeys("‘’‚‛", "‘’‛'")
QUOTES = "".join(_CLOSING)
_BODY = {
    opening: re.compile(rf"((?:[^{closing}\\\r\n]|\\[^\r\n])*+)[{closing}]")
    for opening, closing in _CLOSING.items()
}
_ACROSS = {
    opening: re.compile(rf"((?:[^{closing}\\]|\\.)*+)[{closing}]", re.DOTALL)
    for opening, closing in _CLOSING.items()
}
_NAME = r"[\w$.-]+"
_LINE_END = re.compile(r"[^\r\n]*+")
_KEY_ON_LINE = re.compile(r"([^\r\n:]*+):")
_ENDS_VALUE = re.compile(rf"[{SPACE}]*+(?:[,:}}\]]|//|/\*|\Z)|[ \t\r]*+\n")
_CONTINUED = re.compile(r"(?:[^\\\r\n]|\\(?:\r\n|.))*+", re.DOTALL)
_NEW_MEMBER = re.compile(rf"^[^\S\n]*+(?:[{{}}\[\]]|{_NAME}\s*:)", re.MULTILINE)
_STARTS_NEXT = re.compile(rf"\s*+(?:[{QUOTES}{{}}\[\]#]|//|/\*|{_NAME}\s*:|[+-]?\d|true\b|false\b|null\b)")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|u\{[0-9a-fA-F]{1,5}\}|x[0-9a-fA-F]{2}|\r\n|.)", re.DOTALL)
_PAIR = r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
# A surrogate pair is one character in Python, so both its escapes belong together.
_SEGMENT = re.compile(rf"{_PAIR}|{_ESCAPE.pattern}|[^\\]", re.DOTALL)
_GOOD_ESCAPES = re.compile(r"(?:[^\\]|\\(?:[\"\\/bfnrt]|u[0-9a-fA-F]{4}))*+", re.DOTALL)
# A control character after a backslash is a wrong escape already; it is not reported twice.
_NO_CONTROL = re.compile(r"(?:[^\\\x00-\x1f]|\\(?:\r\n|.)?+)*+", re.DOTALL)
# Only the first problem of a kind is listed, preferably one that JavaScript does not allow either.
_KNOWN_ESCAPES = re.compile(rf"(?:[^\\]|{JAVASCRIPT_ESCAPE.pattern})*+", re.DOTALL)
_ONE_LINE = re.compile(r"(?:[^\\\r\n]|\\(?:\r\n|.)?+)*+", re.DOTALL)
_SINGLE = dict(zip("bfnrtv0", "\b\f\n\r\t\v\0", strict=True)) | dict.fromkeys(LINE_ENDS, "")
_SINGLE |= {mark: mark for mark in "\"'`\\/"}
_SMART = {"“", "”"}
_NEXT_KEY = re.compile(rf"[\w$.-]{{1,{NEAR}}}+[\"'“”‘’]\s*+:")
_ENDS_INNER = r"(?=\s*+(?:[,}\]]|\Z)|[ \t\r]*+\n)"
_INNER = {mark: re.compile(rf"[^\r\n]{{0,{NEAR}}}?{mark}{_ENDS_INNER}") for mark in ('"', "'")}
_KEY_IN_STRING = re.compile(rf"({_NAME}[“”]?)\s*+:\s*+")

# An escape of JavaScript, or a backslash that means nothing.
_ESCAPE_OR_NOTHING = re.compile(r"(\\(?:[\"'`\\/bfnrtv0xu]|\r\n|[\n\r\u2028\u2029]))|\\(.)", re.DOTALL)


class Lexed(NamedTuple):
    """The value that source text ending at ``end`` is read as, and its problems."""

    value: object
    end: int
    problems: list[Problem]


class Unknown(NamedTuple):
    """Why an expression has no value: the name that makes it unknown, and a clause that says so."""

    name: str = ""
    clause: str = ""


def no_bracket(_: int) -> int:
    """Return 0: no line closes a bracket."""
    return 0


def read_string(
    text: str, start: int, *, closable: Callable[[int], int] = no_bracket, as_key: bool = False
) -> Lexed:
    r"""Return the string whose opening quote, of any kind, is at ``start``.

    ``closable`` returns how many brackets a line that ends at an offset probably closes: they are not part of
    an unclosed string. A template string with holes is read as its text.

    Example:
        >>> read_string(r"'it\'s'", 0).value
        "it's"
    """
    opening = text[start]
    # A quote that only opens, such as „, may begin any number of strings without an end.
    far = len(text) if opening in _CLOSING[opening] else start + FAR
    body = _BODY[opening].match(text, start + 1, far) or _further(text, start)
    if body is None:
        return _unclosed(text, start, closable, as_key=as_key)
    value, problems = _decoded(body[1], start + 1)
    source = text[start : body.end()]
    if opening == "`" and "${" in body[1]:
        fix = f"write the complete text, which {PRINTS_JSON}, in double quotes: {quote(quoted(value))}."
        problems.insert(0, not_literal(source, start, fix))
        return Lexed(value, body.end(), problems)
    if opening != '"':
        problems.insert(0, _foreign_quotes(source, value, start))
    return _lexed(start, value, body.end(), problems)


def reread(
    text: str, start: int, end: int, *, closable: Callable[[int], int], in_array: bool
) -> Lexed | None:
    """Return a string read again because text follows its closing quote, None to leave it as it is.

    Either that quote opened the next key and this string is unclosed, or it is part of this string.
    """
    content = text[start + 1 : end - 1]
    trimmed = content.rstrip()
    if _NEXT_KEY.match(text, end) or (in_array and trimmed.endswith(",")):
        content = trimmed.removesuffix(",").rstrip()
        return _ended(text, start, _without_closers(content, closable(end)))
    inner = _INNER[text[start]].match(text, end) if text[start] in _INNER else None
    if inner is None:
        return None
    source = text[start + 1 : inner.end() - 1]
    value, problems = _decoded(source, start + 1)
    message = f"The string {quote(source)} contains a quote that ends it too early."
    problems.append(Problem(Code.UNESCAPED_QUOTE, end - 1, end, message, 'write \\" inside the string.'))
    return _lexed(start, value, inner.end(), problems)


def reread_key(text: str, start: int, end: int) -> Lexed | None:
    """Return a key read again whose closing quote opens its value, None if it does not."""
    match = _KEY_IN_STRING.fullmatch(text, start + 1, end - 1)
    return _ended(text, start, match[1]) if match else None


def _further(text: str, start: int) -> re.Match[str] | None:
    """Return the body of a string that continues over line ends, None if it does not."""
    opening, near = text[start], text[start + 1 : start + FAR]
    # Searching for one character is much faster than a regular expression that fails.
    if not any(mark in near for mark in _CLOSING[opening]):
        return None
    body = _ACROSS[opening].match(text, start + 1, start + FAR)
    if body is None or opening == "`":
        return body
    if not _ENDS_VALUE.match(text, body.end()):
        return None
    if _CONTINUED.fullmatch(text, start + 1, body.end() - 1):
        return body
    return None if _NEW_MEMBER.search(text, _line_end(text, start), body.end() - 1) else body


def _line_end(text: str, start: int) -> int:
    match = _LINE_END.match(text, start)
    return match.end() if match else start


def _unclosed(text: str, start: int, closable: Callable[[int], int], *, as_key: bool) -> Lexed:
    if as_key and (key := _KEY_ON_LINE.match(text, start + 1)):
        return _ended(text, start, key[1].rstrip())
    line_end = _line_end(text, start)
    content = text[start + 1 : line_end].rstrip()
    if content.endswith(",") and (as_key or _STARTS_NEXT.match(text, line_end)):
        content = content[:-1].rstrip()
    return _ended(text, start, _without_closers(content, closable(line_end)))


def _without_closers(content: str, closable: int) -> str:
    """Return the content without the closing brackets at its end that close nothing within it."""
    for _ in range(min(closable, NEAR)):
        last = content[-1:]
        opening = {"}": "{", "]": "["}.get(last)
        if opening is None or content.count(last) <= content.count(opening):
            break
        content = content[:-1].rstrip()
    return content


def _ended(text: str, start: int, content: str) -> Lexed:
    """Return an unclosed string, or one that ends with a typographic quote."""
    end = start + 1 + len(content)
    smart = content[-1:] in _SMART
    value, problems = _decoded(content[:-1] if smart else content, start + 1)
    if smart:
        return _lexed(start, value, end, [_foreign_quotes(text[start:end], value, start), *problems])
    message = f"The string {quote(text[start:end])} has no closing quote."
    fix = f"write {quote(quoted(value))}."
    return _lexed(start, value, end, [Problem(Code.UNCLOSED_STRING, start, end, message, fix), *problems])


def _lexed(start: int, value: str, end: int, problems: list[Problem]) -> Lexed:
    """Return a string whose problems all have the same edit, which replaces the whole string."""
    edits = replaced(start, end, quoted(value)) if problems else ()
    return Lexed(value, end, [problem._replace(edits=edits) for problem in problems])


def _foreign_quotes(source: str, value: str, start: int) -> Problem:
    fix = f"put it in double quotes: {quote(quoted(value))}."
    message = f"{quote(source)} is not in double quotes."
    return Problem(Code.FOREIGN_QUOTES, start, start + len(source), message, fix)


def _decoded(source: str, offset: int) -> tuple[str, list[Problem]]:
    """Return the value of the source between the quotes; a backslash that escapes nothing is kept."""
    problems = []
    if "\\" in source and (at := _first_mismatch(source, _KNOWN_ESCAPES, _GOOD_ESCAPES)) < len(source):
        problems.append(_bad_escape(source, at, offset))
    if (at := _first_mismatch(source, _ONE_LINE, _NO_CONTROL)) < len(source):
        start = offset + at
        escape = quoted(source[at])[1:-1]
        message = f"The string {quote(source)} contains the control character {escape} unescaped."
        problems.append(Problem(Code.CONTROL_CHARACTER, start, start + 1, message, f"write {quote(escape)}."))
    return (unescaped(source) if "\\" in source else source), problems


def _first_mismatch(source: str, *patterns: re.Pattern[str]) -> int:
    """Return where the first pattern that does not match all of a source stops, its length if all match."""
    ends = (match.end() if (match := pattern.match(source)) else 0 for pattern in patterns)
    return next((end for end in ends if end < len(source)), len(source))


def _bad_escape(source: str, start: int, offset: int) -> Problem:
    match = _ESCAPE.match(source, start)
    escape = match[0] if match else "\\"
    meant = unescaped(escape)
    # If JavaScript does not know it either, it is most likely a Windows path or a regular expression.
    fix = f"write {quote(quoted(meant)[1:-1] if meant != escape else chr(92) + escape)}."
    if not meant:
        fix = "write the string on one line."
    message = f"{quote(escape)} is not an escape sequence in JSON."
    return Problem(Code.BAD_ESCAPE, offset + start, offset + start + len(escape), message, fix)


def template_value(source: str) -> str:
    r"""Return the value of the source between the backticks of a template string without holes.

    A backslash that does not begin an escape sequence is dropped, and a line always ends with ``\n``, as in
    JavaScript.

    Example:
        >>> template_value(r"a\$b \d")
        'a$b d'
    """
    lines = source.replace("\r\n", "\n").replace("\r", "\n")
    return unescaped(_ESCAPE_OR_NOTHING.sub(lambda escape: escape[1] or escape[2], lines))


def unescaped(source: str) -> str:
    r"""Return a string with its escape sequences decoded.

    Example:
        >>> unescaped(r"caf\u00e9")
        'café'
    """

    def character(match: re.Match[str]) -> str:
        mark = match[1]
        if mark[0] in "ux" and len(mark) > 1:
            return chr(int(mark[1:].strip("{}"), 16))
        return _SINGLE.get(mark, match[0])

    # JSON escapes a character beyond U+FFFF as two surrogates (RFC 8259 section 7); UTF-16 joins them.
    pairs = _ESCAPE.sub(character, source).encode("utf-16-le", "surrogatepass")
    return pairs.decode("utf-16-le", "surrogatepass")


def offset_in_source(source: str, start: int, value: str, at: int) -> int | None:
    r"""Return the offset of the character ``value[at]`` in the source of a string that begins at ``start``.

    None if the source is not that of the value, for example because the reader repaired it.

    Example:
        >>> source = r'{"a": "x\n\u00e9{{b}}"}'
        >>> source[offset_in_source(source, 6, "x\né{{b}}", 3) :]
        '{{b}}"}'
    """
    offsets = offsets_in_source(source, start, value, [at])
    return None if offsets is None else offsets[0]


def offsets_in_source(source: str, start: int, value: str, ats: Sequence[int]) -> list[int] | None:
    r"""Return what `offset_in_source` does for several characters, in rising order, in one pass.

    Example:
        >>> source = r'"\t{{b}}"'
        >>> [source[offset] for offset in offsets_in_source(source, 0, "\t{{b}}", [1, 3])]
        ['{', 'b']
    """
    if source.startswith(value, start + 1):
        return [start + 1 + at for at in ats]
    offsets: list[int] = []
    offset, decoded_length = start + 1, 0
    for at in ats:
        while decoded_length < at:
            match = _SEGMENT.match(source, offset)
            segment = "" if match is None else unescaped(match[0])
            if match is None or not value.startswith(segment, decoded_length):
                return None
            offset, decoded_length = match.end(), decoded_length + len(segment)
        offsets.append(offset)
    return offsets
