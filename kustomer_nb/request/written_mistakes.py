"""What an author wrote in an inputTemplate that does nothing, or something else than it seems to.

A tag in a key is not rendered, an invisible character in the query is sent, and a condition that reads True
is never met. Looked for once for each action, and only if `is_suspicious` says so.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity, Span
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.printable import quoted, shortened
from kustomer_nb.template.mistakes import LITERAL_WORDS, fix_of_name

_POINTER = "/inputTemplate"
# No width or no ink, and no meaning in a URL; the joiners of emoji and of Persian have one, and so have the
# tags of the flag of a country, and the blank of a text in Braille.
_INVISIBLE = re.compile(
    "[\u00ad\u200b\u2060\ufeff\u3164\uffa0]|(?<![\U000e0000-\U000e007f\U0001f3f4])[\U000e0000-\U000e007f]"
    "|\\A[^\u2801-\u28ff]*?(?P<blank>\u2800)[^\u2801-\u28ff]*\\Z"
)
# Headers are Latin-1: all others are refused in one (KNB406). A no-break space looks like another one.
_INVISIBLE_IN_HEADERS = re.compile("[\u00a0\u00ad]")
_KIND = "an invisible character"
_KINDS = {"\u00a0": "a no-break space"}
_TAG = re.compile(r"\{\{[^{}]*\}\}")
# An escaped tag is no tag for its author either.
_TAG_IN_KEY = re.compile(r"(?<!\\)\{\{.+\}\}|/#\w")
# A condition; what is printed has no value, and is reported for that (KNB705).
_CONDITION = re.compile(r"\{\{[~]?(?:#|\^|else\s)[^{}]*\}\}")
_STRING = re.compile(r"'[^']*'|\"[^\"]*\"|\[[^\]]*\]")
_WORD = re.compile(rf"(?<=[\s(])(?:{'|'.join(LITERAL_WORDS)})(?=[\s)}}~])")


def check_keys(
    template: Any, pointer: str = _POINTER, parts: Collection[str] = ("data", "qs", "json")
) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each key in some parts that contains a tag or is a reference (KNB425).

    A header with such a name is refused for its characters (KNB406).

    Example:
        >>> [item.pointer for item in check_keys({"data": {"a": 1, "{{{k}}}": 2}})]
        ['/inputTemplate/data/{{{k}}}']
    """
    for at, key, _ in _members(template, pointer, parts):
        if _TAG_IN_KEY.match(key) or ("{{" in key and _TAG_IN_KEY.search(key)):
            message = f"the key {quoted(key, 60)} stays as it is written: only values are rendered."
            fix = (
                "write the name itself; if only a run knows it, make the whole object one input, or write "
                "data as text by hand."
            )
            yield Diagnostic(Code.TEMPLATE_AS_KEY, Severity.WARNING, at, message, fix)


def check_invisible(template: Any, pointer: str = _POINTER) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each string with an invisible character (KNB426); a URL is refused.

    Looked for in qs, in headers, and in the keys of a body: a value of a body may be text for people.

    Example:
        >>> [item.message for item in check_invisible({"qs": {"a": "x\u200b"}})]
        ['qs contains U+200B, an invisible character, which is sent.']
    """
    for part in ("qs", "headers", "data", "json"):
        for at, key, value in _members(template, pointer, (part,)):
            is_read = isinstance(value, str) and part in ("qs", "headers") and not value.startswith("/#")
            # A name in a tag with such a character has no value, which is reported (KNB705).
            texts = (key, _TAG.sub("", value)) if is_read else (key,)
            if character := _invisible_in(texts, part):
                where = part if is_read or part == "qs" else f"a key of {part}"
                kind = _KINDS.get(character, _KIND)
                message = f"{where} contains U+{ord(character):04X}, {kind}, which is sent."
                fix = "remove it; it may come from copied text."
                yield Diagnostic(Code.INVISIBLE_CHARACTER, Severity.WARNING, at, message, fix)


def _invisible_in(texts: Iterable[str], part: str) -> str:
    """Return the first invisible character in the texts of a part; empty without one."""
    invisible = _INVISIBLE_IN_HEADERS if part == "headers" else _INVISIBLE
    match = next(filter(None, map(invisible.search, texts)), None)
    return (match.groupdict().get("blank") or match[0]) if match else ""


def check_conditions(template: Any, declared: Collection[str]) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each condition that reads a word of another language, such as True (KNB303).

    Example:
        >>> [item.fix for item in check_conditions({"uri": "http://a.b/{{#if True}}x{{/if}}"}, ())]
        ['write `true`.']
    """
    for at, _, value in _members(template, _POINTER, None):
        for tag in _CONDITION.finditer(value) if isinstance(value, str) and "{{" in value else ():
            # Of the same length, so that positions stay.
            plain = _STRING.sub(lambda match: "'" * len(match[0]), tag[0])
            for word in _WORD.finditer(plain):
                if word[0] not in declared:
                    message = f"`{shortened(word[0])}` is declared neither in inputSchema nor in appSettings."
                    span = Span.from_offsets(value, tag.start() + word.start(), tag.start() + word.end())
                    fix = fix_of_name(word[0])
                    yield Diagnostic(Code.VARIABLE_NOT_DECLARED, Severity.WARNING, at, message, fix, span)


def written_mistakes(template: Any, declared: Collection[str]) -> tuple[Diagnostic, ...]:
    """Return the mistakes in an inputTemplate; ``declared`` are the names that its templates may read."""
    return (*check_keys(template), *check_invisible(template), *check_conditions(template, declared))


def _members(template: Any, pointer: str, parts: Collection[str] | None) -> Iterator[tuple[str, str, Any]]:
    """Yield the pointer, key and value of each member below some parts of an inputTemplate, or of all.

    The strings of an array have an empty key, and so have the parts themselves.
    """
    waiting = [
        (pointers.join(pointer, name), "", value)
        for name, value in (template.items() if isinstance(template, dict) else ())
        if parts is None or name in parts
    ]
    # Without recursion: a document may be nested deeply. Reversed, so that the order is that of the text.
    waiting.reverse()
    while waiting:
        at, key, value = waiting.pop()
        yield at, key, value
        if isinstance(value, dict):
            inner = [(pointers.join(at, name), name, item) for name, item in value.items()]
            waiting += reversed(inner)
        elif isinstance(value, list):
            waiting += reversed([(pointers.join(at, index), "", item) for index, item in enumerate(value)])
