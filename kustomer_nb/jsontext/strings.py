"""Strings as people write them: other quotes, wrong escapes, no end."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from kustomer_nb.codes import Code

from .edits import replaced
from .javascript import quoted
from .parser_state import SPACE
from .problems import JAVASCRIPT_ESCAPE, PRINTS_JSON, Problem, not_literal, quote

# How far a look ahead goes; a fixed bound keeps the reading linear whatever the text.
FAR = 2_000
NEAR = 300
# What ends a line in JavaScript, and so a comment; a string goes on over one after a backslash.
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
_PIECE = re.compile(rf"{_PAIR}|{_ESCAPE.pattern}|[^\\]", re.DOTALL)
_GOOD_ESCAPES = re.compile(r"(?:[^\\]|\\(?:[\"\\/bfnrt]|u[0-9a-fA-F]{4}))*+", re.DOTALL)
# A control character behind a backslash is a wrong escape, and one fault is enough.
_NO_CONTROL = re.compile(r"(?:[^\\\x00-\x1f]|\\(?:\r\n|.)?+)*+", re.DOTALL)
# Of several faults of a kind the first is listed, before all the first that JavaScript does not allow either.
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
    """What a stretch of text ending at ``end`` reads as."""

    value: object
    end: int
    faults: list[Problem]


def no_bracket(_: int) -> int:
    """Return that no bracket is likely to close on a line."""
    return 0


def read_string(
    text: str, start: int, *, closable: Callable[[int], int] = no_bracket, as_key: bool = False
) -> Lexed:
    r"""Return the string whose opening quote, of any kind, is at ``start``.

    ``closable`` tells how many brackets a line that ends at an offset is likely to close: where the string's
    own end is missing, they are not part of it. A template string with holes reads as its text.

    Example:
        >>> read_string(r"'it\'s'", 0).value
        "it's"
    """
    opening = text[start]
    # What never ends a string, as „, may begin one again and again.
    far = len(text) if opening in _CLOSING[opening] else start + FAR
    body = _BODY[opening].match(text, start + 1, far) or _further(text, start)
    if body is None:
        return _unclosed(text, start, closable, as_key=as_key)
    value, faults = _decoded(body[1], start + 1)
    source = text[start : body.end()]
    if opening == "`" and "${" in body[1]:
        fix = f"write the whole text, which {PRINTS_JSON}, in double quotes: {quote(quoted(value))}."
        faults.insert(0, not_literal(source, start, fix))
        return Lexed(value, body.end(), faults)
    if opening != '"':
        faults.insert(0, _foreign_quotes(source, value, start))
    return _lexed(start, value, body.end(), faults)


def reread(
    text: str, start: int, end: int, *, closable: Callable[[int], int], in_array: bool
) -> Lexed | None:
    """Return a string read anew whose closing quote is followed by more words, None to leave it as it is.

    Either that quote opened the next key and this string has no end, or it stands inside this string.
    """
    content = text[start + 1 : end - 1]
    trimmed = content.rstrip()
    if _NEXT_KEY.match(text, end) or (in_array and trimmed.endswith(",")):
        content = trimmed.removesuffix(",").rstrip()
        return _ended(text, start, _without_closers(content, closable(end)))
    inner = _INNER[text[start]].match(text, end) if text[start] in _INNER else None
    if inner is None:
        return None
    written = text[start + 1 : inner.end() - 1]
    value, faults = _decoded(written, start + 1)
    message = f"The string {quote(written)} holds a quote that ends it too early."
    faults.append(Problem(Code.UNESCAPED_QUOTE, end - 1, end, message, 'write \\" inside the string.'))
    return _lexed(start, value, inner.end(), faults)


def reread_key(text: str, start: int, end: int) -> Lexed | None:
    """Return a key read anew whose closing quote is that of its value, None when it is not."""
    found = _KEY_IN_STRING.fullmatch(text, start + 1, end - 1)
    return _ended(text, start, found[1]) if found else None


def _further(text: str, start: int) -> re.Match[str] | None:
    """Return the body of a string that goes on over line ends, None when it ends before them."""
    opening, near = text[start], text[start + 1 : start + FAR]
    # A search for one character is far quicker than an expression that fails.
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
    found = _LINE_END.match(text, start)
    return found.end() if found else start


def _unclosed(text: str, start: int, closable: Callable[[int], int], *, as_key: bool) -> Lexed:
    if as_key and (key := _KEY_ON_LINE.match(text, start + 1)):
        return _ended(text, start, key[1].rstrip())
    line_end = _line_end(text, start)
    content = text[start + 1 : line_end].rstrip()
    if content.endswith(",") and (as_key or _STARTS_NEXT.match(text, line_end)):
        content = content[:-1].rstrip()
    return _ended(text, start, _without_closers(content, closable(line_end)))


def _without_closers(content: str, closable: int) -> str:
    """Return the content less the closing brackets at its end that close nothing within it."""
    for _ in range(min(closable, NEAR)):
        last = content[-1:]
        opening = {"}": "{", "]": "["}.get(last)
        if opening is None or content.count(last) <= content.count(opening):
            break
        content = content[:-1].rstrip()
    return content


def _ended(text: str, start: int, content: str) -> Lexed:
    """Return a string that has no closing quote of its own, or a typographic one."""
    end = start + 1 + len(content)
    smart = content[-1:] in _SMART
    value, faults = _decoded(content[:-1] if smart else content, start + 1)
    if smart:
        return _lexed(start, value, end, [_foreign_quotes(text[start:end], value, start), *faults])
    message = f"The string {quote(text[start:end])} has no closing quote."
    fix = f"write {quote(quoted(value))}."
    return _lexed(start, value, end, [Problem(Code.UNCLOSED_STRING, start, end, message, fix), *faults])


def _lexed(start: int, value: str, end: int, faults: list[Problem]) -> Lexed:
    """Return a string whose every fault is mended by writing all of it anew."""
    edits = replaced(start, end, quoted(value)) if faults else ()
    return Lexed(value, end, [one._replace(edits=edits) for one in faults])


def _foreign_quotes(source: str, value: str, start: int) -> Problem:
    fix = f"put it in double quotes: {quote(quoted(value))}."
    message = f"{quote(source)} is not in JSON's quotes."
    return Problem(Code.FOREIGN_QUOTES, start, start + len(source), message, fix)


def _decoded(written: str, offset: int) -> tuple[str, list[Problem]]:
    """Return what is meant between the quotes; a backslash that escapes nothing is kept."""
    faults = []
    if "\\" in written and (at := _first(written, _KNOWN_ESCAPES, _GOOD_ESCAPES)) < len(written):
        faults.append(_bad_escape(written, at, offset))
    if (at := _first(written, _ONE_LINE, _NO_CONTROL)) < len(written):
        start = offset + at
        escape = quoted(written[at])[1:-1]
        message = f"The string {quote(written)} holds the control character {escape} as it is."
        faults.append(Problem(Code.CONTROL_CHARACTER, start, start + 1, message, f"write {quote(escape)}."))
    return (unescaped(written) if "\\" in written else written), faults


def _first(written: str, *sound: re.Pattern[str]) -> int:
    """Return the end of the first match that is not all of a text, its length where all are."""
    ends = (found.end() if (found := one.match(written)) else 0 for one in sound)
    return next((end for end in ends if end < len(written)), len(written))


def _bad_escape(written: str, start: int, offset: int) -> Problem:
    found = _ESCAPE.match(written, start)
    shown = found[0] if found else "\\"
    meant = unescaped(shown)
    # Nothing JavaScript knows either: most likely a Windows path or a pattern.
    fix = f"write {quote(quoted(meant)[1:-1] if meant != shown else chr(92) + shown)}."
    if not meant:
        fix = "write the string on one line."
    message = f"{quote(shown)} is no escape in JSON."
    return Problem(Code.BAD_ESCAPE, offset + start, offset + start + len(shown), message, fix)


def template_value(source: str) -> str:
    r"""Return what JavaScript reads between the back quotes of a template string without holes.

    A backslash before any other character than those of an escape means nothing.

    Example:
        >>> template_value(r"a\$b \d")
        'a$b d'
    """
    return unescaped(_ESCAPE_OR_NOTHING.sub(lambda escape: escape[1] or escape[2], source))


def unescaped(written: str) -> str:
    r"""Return what is meant by characters that may be escaped.

    Example:
        >>> unescaped(r"caf\u00e9")
        'café'
    """

    def meant(found: re.Match[str]) -> str:
        mark = found[1]
        if mark[0] in "ux" and len(mark) > 1:
            return chr(int(mark[1:].strip("{}"), 16))
        return _SINGLE.get(mark, found[0])

    # JSON writes one character beyond U+FFFF as two surrogates; UTF-16 knows how to join them.
    pairs = _ESCAPE.sub(meant, written).encode("utf-16-le", "surrogatepass")
    return pairs.decode("utf-16-le", "surrogatepass")


def offset_in_source(source: str, start: int, value: str, at: int) -> int | None:
    r"""Return where the character ``value[at]`` stands in the source of a string that begins at ``start``.

    None where the source does not say that value, as when it was mended.

    Example:
        >>> source = r'{"a": "x\n\u00e9{{b}}"}'
        >>> source[offset_in_source(source, 6, "x\né{{b}}", 3) :]
        '{{b}}"}'
    """
    if source.startswith(value, start + 1):
        return start + 1 + at
    offset, done = start + 1, 0
    while done < at:
        found = _PIECE.match(source, offset)
        meant = "" if found is None else unescaped(found[0])
        if found is None or not value.startswith(meant, done):
            return None
        offset, done = found.end(), done + len(meant)
    return offset
