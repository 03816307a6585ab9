"""Finds credentials within a text by the names before them: in plain text, XML and multipart bodies."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kustomer_nb.secrets.token_patterns import is_sure
from kustomer_nb.secrets.token_shapes import is_sample, tokens_in

from .credential_names import is_certain, is_holder, is_secret_name, says_how
from .words import MARKER

_NAME = r"(?<![\w$.-])(?P<name>[\w$.\[\]-]{2,64}+)"
# password: "correct horse", also with the quotes escaped.
_QUOTED = re.compile(
    rf"{_NAME}\\*[\"'`]?\s*[:=]\s*(?P<quote>\\*[\"'`])(?P<token>(?:(?!(?P=quote))[^\r\n]){{1,4096}})(?P=quote)"
)
# password=hunter2, as in a connection string
_PAIR = re.compile(rf"{_NAME}=(?P<token>[^\s&;,\"'`<>\\]+)")
# password: hunter2, as a line or a member, and not in a sentence
_MEMBER = re.compile(
    r"(?:^|[{,;\[])[ \t]*(?:-[ \t]+)?(?P<name>[\w$.-]{2,64})[ \t]*:[ \t]*(?P<token>[^\s,;{}\[\]\"'`<>]+)"
    r"(?=[ \t]*(?:[,;}\]\r\n]|\Z))",
    re.MULTILINE,
)
_LINE = re.compile(
    r"^[ \t]*(?P<name>[\w$.-]{2,64})[ \t]+(?P<token>(?=\S*\d)(?=\S*[A-Za-z])\S{6,})[ \t]*$", re.MULTILINE
)
_FIELD = re.compile(
    r"\bname=\"(?P<name>[^\"\r\n]*)\"[^\r\n]*(?:\r?\n[^\r\n]+)*\r?\n\r?\n(?P<token>[^\r\n]+)", re.IGNORECASE
)
# Types and other words that are no credential.
_WORDS = frozenset(
    {
        "array", "boolean", "false", "hidden", "masked", "none", "null", "number", "object", "optional",
        "required", "secret", "string", "text", "true",
    }
)  # fmt: skip
_XML = re.compile(
    r"<!\[CDATA\[(?P<cdata>(?:(?!<!\[CDATA\[).)*?)\]\]>|<!--(?:(?!<!--).)*?-->|<\?[^<]*?\?>"
    r"|<(?P<close>/?)(?:[\w.-]+:)?(?P<element>[\w.-]+)"
    r"(?P<attributes>(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*?)(?P<empty>/?)>",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(
    r"(?:[\w.-]+:)?(?P<name>[\w.-]+)\s*=\s*(?P<quote>[\"'])(?P<value>.*?)(?P=quote)", re.DOTALL
)
# What holds the name of a value, and what the value.
LABELS = frozenset({"name", "key", "field", "header", "param", "parameter"})
VALUES = frozenset({"value", "val", "content"})

Span = tuple[int, int]


def spans_in_text(text: str) -> Iterator[Span]:
    """Yield where the credentials of a text are.

    Example:
        >>> text = 'Server=db;Password=hunter2;Encrypt=true'
        >>> [text[start:end] for start, end in spans_in_text(text)]
        ['hunter2']
    """
    yield from ((token.start, token.end) for token in tokens_in(text))
    for pattern in (_QUOTED, _PAIR, _MEMBER, _LINE):
        for match in pattern.finditer(text):
            token = match["token"]
            if is_certain(match["name"]) and _is_value(token):
                yield match.span("token")


def spans_in_body(text: str) -> Iterator[Span]:
    """Yield where the credentials of a body are that is neither JSON nor a form.

    Example:
        >>> text = "<login><user>ann</user><password>hunter2</password></login>"
        >>> [text[start:end] for start, end in spans_in_body(text)]
        ['hunter2']
    """
    yield from spans_in_text(text)
    for match in _FIELD.finditer(text):
        if is_secret_name(match["name"]):
            yield match.span("token")
    if text.lstrip().startswith("<"):
        yield from _XmlReader(text).spans()


def _is_value(token: str) -> bool:
    return token.lower() not in _WORDS and not is_sample(token) and not MARKER.search(token)


class _XmlReader:
    """Finds the texts and attributes whose names, or those around them, are of credentials."""

    def __init__(self, text: str) -> None:
        self._text = text
        # The elements that are open, each with the name that an attribute gives it.
        self._open: list[tuple[str, str]] = []
        # What the element before called its value, as <name>password</name> does.
        self._label = ""

    def spans(self) -> Iterator[Span]:
        past = 0
        for match in _XML.finditer(self._text):
            yield from self._content(past, match.start())
            yield from self._content(*match.span("cdata"))
            past = match.end()
            if match["close"]:
                del self._open[-1:]
            elif match["element"]:
                yield from self._tag(match)

    def _content(self, start: int, end: int) -> Iterator[Span]:
        content = self._text[start:end].strip() if start >= 0 else ""
        if not content or not self._open:
            return
        name, attribute = self._open[-1]
        is_label = not attribute and name.lower() in LABELS
        if self._is_secret() and (not is_label or is_sure(content)):
            begin = self._text.index(content, start)
            yield begin, begin + len(content)
        self._label = content if is_label else ""

    def _tag(self, match: re.Match[str]) -> Iterator[Span]:
        attributes = list(_ATTRIBUTE.finditer(match["attributes"]))
        attribute = next((item["value"] for item in attributes if item["name"].lower() in LABELS), "")
        self._open.append((match["element"], attribute))
        begin = match.start("attributes")
        for item in attributes:
            if item["value"].strip() and self._is_secret_attribute(item["name"].lower(), item["value"]):
                yield begin + item.start("value"), begin + item.end("value")
        if match["empty"]:
            self._open.pop()

    def _is_secret_attribute(self, name: str, value: str) -> bool:
        if is_secret_name(name) and (name not in LABELS or is_sure(value)):
            return True
        return name in VALUES and self._is_secret()

    def _is_secret(self) -> bool:
        name, attribute = self._open[-1]
        if any(map(is_secret_name, (name, attribute, self._label))):
            return True
        return not says_how(name) and any(is_holder(outer) for outer, _ in self._open[:-1])
