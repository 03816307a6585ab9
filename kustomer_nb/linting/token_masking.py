"""Masks tokens in a text and in everything that quotes it: diagnostics, excerpts, diffs.

A diagnostic reports that a token is readable in the file; its excerpt must not print the token again. A mask
is as long as the token, so that columns and carets stay right, and keeps at most a public prefix such as
``sk_live_``. Only output is masked: the text itself, edits and files are not.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import Any

from kustomer_nb.definition import Changes, Document
from kustomer_nb.diagnostics import Diagnostic, Diagnostics
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.parser import ParsedText
from kustomer_nb.jsontext.strings import offset_in_source, unescaped
from kustomer_nb.secrets.token_patterns import is_named, is_sure, token_in
from kustomer_nb.secrets.token_scan import TokenScan
from kustomer_nb.secrets.token_shapes import Token, is_sample, mask, stars, tokens_in

Source = ParsedText | str
# A shorter token occurs in too many words; without a digit it takes more characters to differ from a word.
_DISTINCT = 6
_DISTINCT_WITHOUT_DIGIT = 8
# A message quotes at most _QUOTED characters; a cut token is recognized from _SHORTEST_START characters on.
_QUOTED = 64
_SHORTEST_START = 4
# In a token of several lines, a line this long is masked by itself too.
_LONG_LINE = 16
# The characters of a value whose tokens are remembered.
_LONGEST_CACHED = 1000
_WORD = re.compile(r"[A-Za-z0-9]+")
_QUOTATION = re.compile(
    r"[\"'`](?:(?:bearer|basic|token|apikey|key)\s+)?(?P<token>[^\"'`\r\n]{1,64})[\"'`]", re.IGNORECASE
)
# A part of a token; a shorter one occurs in too many other strings.
_LITERAL = re.compile(r"[\"'`}](?P<text>[^\"'`\n${}]{4,})[\"'`$]")
_LINE_END = re.compile(r"\s+|\\n|\\r")
# The depth of a declared setting: settings, category, name.
_SETTING_DEPTH = 3
# A header within a string, for authors who write all headers as one string.
_HEADER = re.compile(r"^[ \t]*(?P<name>[\w-]{2,64})[ \t]*:[ \t]*(?P<value>[^\r\n]*)", re.MULTILINE)
# The names that a template reads: those in a tag outside quotes, and those in a reference before its
# arguments.
_TAG = re.compile(r"\{\{(?P<tag>[^{}]*)\}\}")
_STRING_IN_TAG = re.compile(r"\"[^\"]*\"|'[^']*'")
_NAME_READ = re.compile(r"[^\W\d][\w$-]*")
# Keys that hold the value of the name around them, as in {"token": {"default": "…"}}.
_VALUE_KEYS = {"default", "defaultValue", "example", "value", "const"}


class Concealment:
    """Masks the tokens of some texts in everything that is shown of them.

    A token is what the KNB6 rules report, in comments, samples and unreadable text too. ``before`` are those
    of the same texts before something was typed in them: what is the same is not searched again.

    Example:
        >>> from kustomer_nb.jsontext.parser import read
        >>> reading = read('{"headers": {"authorization": "Bearer correct-horse"}} // correct-horse')
        >>> print(Concealment(reading).source(reading))
        {"headers": {"authorization": "Bearer *************"}} // *************
    """

    def __init__(
        self, *sources: Source, tokens: Iterable[str] = (), before: Concealment | None = None
    ) -> None:
        known: Iterator[_SourceTokens] = iter(before._sources.values() if before else ())
        self._sources: dict[int, _SourceTokens] = {
            id(source): _SourceTokens(source, next(known, None)) for source in sources
        }
        texts = (token.text for source in self._sources.values() for token in source.tokens)
        values = {*tokens, *texts}
        forms = {form for value in values for form in _forms(value)}
        # Most texts have no token, and none of their words is looked at then.
        words = {word for source in self._sources.values() for word in source.words()} if forms else set()
        self._forms = forms - words
        self._sorted = sorted(self._forms)
        self._by_word: dict[str, list[tuple[str, int]]] = {}
        for form in filter(_is_distinct, self._forms):
            word = max(_WORD.finditer(form), key=lambda match: len(match[0]))
            self._by_word.setdefault(word[0], []).append((form, word.start()))

    def source(self, source: Source) -> str:
        """Return one of the texts with its tokens masked; lines and columns stay the same."""
        text = source if isinstance(source, str) else source.text
        spans = [(token.start, token.end) for token in self._sources[id(source)].tokens]
        return _masked(text, [*spans, *self._distinct_spans(text)])

    def message(self, text: str) -> str:
        """Return a message that may quote the sources, with their tokens masked."""
        spans = [(token.start, token.end) for token in tokens_in(text)]
        spans += [*self._distinct_spans(text), *self._quoted_spans(text), *self._cut_spans(text)]
        return _masked(text, spans)

    def diagnostics(self, diagnostics: Iterable[Diagnostic], *, text: str = "") -> Diagnostics:
        """Return the diagnostics with tokens masked; ``text`` is the masked text of their spans."""
        return Diagnostics(
            (
                replace(
                    diagnostic,
                    pointer=self.message(diagnostic.pointer),
                    message=self.message(diagnostic.message),
                    fix=self.message(diagnostic.fix),
                )
                for diagnostic in diagnostics
            ),
            text=text,
        )

    def _distinct_spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the spans of tokens that cannot be mistaken for a word."""
        for word in _WORD.finditer(text) if self._by_word else ():
            for form, offset in self._by_word.get(word[0], ()):
                start = word.start() - offset
                end = start + len(form)
                if start >= 0 and text.startswith(form, start) and _is_whole(text, start, end):
                    yield start, end

    def _quoted_spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the spans of tokens in quotes."""
        for match in _QUOTATION.finditer(text):
            if match["token"] in self._forms:
                yield match.span("token")

    def _cut_spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the spans of tokens that an ellipsis cuts short."""
        for match in re.finditer("…", text):
            end = match.start()
            for start in range(max(0, end - _QUOTED), end - _SHORTEST_START + 1):
                at = bisect_left(self._sorted, text[start:end])
                if at < len(self._sorted) and self._sorted[at].startswith(text[start:end]):
                    yield start, end
                    break


def conceal(diagnostics: Diagnostics, reading: ParsedText | None = None) -> Diagnostics:
    """Return diagnostics with the tokens of their text masked; omit ``reading`` for text that is not JSON."""
    if not diagnostics:
        return diagnostics
    source = diagnostics.text if reading is None else reading
    concealment = Concealment(source)
    return concealment.diagnostics(diagnostics, text=concealment.source(source))


def without_tokens(text: str) -> str:
    """Return a string of a document with everything that looks like a token masked.

    Example:
        >>> without_tokens("https://shop:hunter2@api.shop.com/{{id}}")
        'https://shop:*******@api.shop.com/{{id}}'
    """
    return Concealment().message(text)


def changes_between(before: Document, after: Document, fixed: Iterable[Diagnostic] = ()) -> Changes:
    """Return what changed between two documents, with the tokens of both masked.

    Example:
        >>> from kustomer_nb.definition import read_document
        >>> text = '{"headers": {"x-api-key": "sk_live_51H8xY2eZvKYlo2C"}}'
        >>> before, after = map(read_document, (text, text.replace("8x", "9x")))
        >>> print(changes_between(before, after).diff.splitlines()[-1])
        +{"headers": {"x-api-key": "sk_live_****************"}}
    """
    concealment = Concealment(before.reading, after.reading)
    masked = concealment.source(before.reading), concealment.source(after.reading)
    diagnostics = concealment.diagnostics(fixed, text=masked[0])
    return Changes(before.text, after.text, before.name, diagnostics, masked)


def _is_distinct(token: str) -> bool:
    has_digit = any(char.isdigit() for char in token) and any(char.isalpha() for char in token)
    shortest = _DISTINCT if has_digit else _DISTINCT_WITHOUT_DIGIT
    return len(token) >= shortest and not token.isalpha() and _WORD.search(token) is not None


def _is_whole(text: str, start: int, end: int) -> bool:
    """Return whether a part of a text is not within a longer word."""
    joins_before = start > 0 and text[start - 1].isalnum() and text[start].isalnum()
    joins_after = end < len(text) and text[end - 1].isalnum() and text[end].isalnum()
    return not joins_before and not joins_after


def _masked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    parts, past = [], 0
    for start, end in sorted(spans):
        if end <= past:
            continue
        if start >= past:
            parts += [text[past:start], mask(text[start:end])]
        else:
            # Overlaps the token before: what is left of it has no public prefix to keep.
            parts.append(stars(text[past:end]))
        past = end
    return "".join([*parts, text[past:]])


def _forms(token: str) -> set[str]:
    """Return the forms in which a message may write a token or a line of it."""
    forms: set[str] = set()
    # The token may be the source of a JSON string; a message shows the string itself.
    for value in (token, unescaped(token)):
        escaped = {json.dumps(value, ensure_ascii=is_ascii)[1:-1] for is_ascii in (True, False)}
        forms |= {value, *escaped, repr(value)[1:-1], " ".join(value.split())}
    lines = _LINE_END.split(token) if _LINE_END.search(token) else []
    return (forms | {line for line in lines if len(line) >= _LONG_LINE}) - {""}


class _Part:
    """A member of a document or one of its actions, with the tokens in it and the names that may be words."""

    def __init__(self, keys: tuple[str, ...], value: Any, *, is_escaped: bool) -> None:
        self.keys = keys
        self.value = value
        self.is_escaped = is_escaped
        self.tokens: tuple[tuple[tuple[str, ...], str, int, int], ...] = tuple(self._tokens())

    def _tokens(self) -> Iterator[tuple[tuple[str, ...], str, int, int]]:
        """Yield each token: the keys of its value, that as a string, and where it is in the string."""
        for keys, value, is_secret in _leaves(self.value, self.keys):
            is_long = isinstance(value, str) and len(value) > _LONGEST_CACHED
            spans_of = _spans_in.__wrapped__ if is_long else _spans_in
            for start, end in spans_of(keys, value, is_secret, self.is_escaped):
                yield keys, str(value), start, end

    @cached_property
    def words(self) -> frozenset[str]:
        """The names of keys and variables that may be words: masked where they are tokens, not names."""
        return frozenset(name for name in _names(self.value) if not is_sure(name))


class _SourceTokens:
    """The tokens of a text: by their form, and in parsed values also by their names."""

    def __init__(self, source: Source, before: _SourceTokens | None) -> None:
        text = source if isinstance(source, str) else source.text
        self._scan: TokenScan = before._scan.after(text) if before else TokenScan.of(text)
        self._parts: dict[tuple[str, ...], _Part] = {}
        self._members: list[str] = []
        self.tokens: list[Token] = list(self._scan.tokens())
        if isinstance(source, str):
            return
        self._members = list(source.value) if isinstance(source.value, dict) else []
        known = before._parts if before else {}
        is_escaped = "\\" in text
        for keys, value in _parts(source.value):
            part = known.get(keys)
            if part is None or part.value is not value or part.is_escaped != is_escaped:
                part = _Part(keys, value, is_escaped=is_escaped)
            self._parts[keys] = part
            for token in part.tokens:
                self.tokens += _in_source(source, *token)

    def words(self) -> set[str]:
        """Return the names that may be words."""
        words = {word for part in self._parts.values() for word in part.words}
        return words | {name for name in self._members if not is_sure(name)}


def _parts(root: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield the parts of a document that somebody types in: its members, and each action."""
    members = [("", root)] if not isinstance(root, dict) else list(root.items())
    for key, value in members:
        keys = (key,) if isinstance(root, dict) else ()
        if isinstance(value, list) and keys in ((), ("actions",)):
            yield from (((*keys, str(at)), item) for at, item in enumerate(value))
        else:
            yield keys, value


# A key that is typed changes one value of thousands. Typed: 1 and True have other spans.
@lru_cache(maxsize=8192, typed=True)
def _spans_in(
    keys: tuple[str, ...], value: Any, is_secret: bool, is_escaped: bool
) -> tuple[tuple[int, int], ...]:
    """Return the spans of the tokens in one value."""
    if is_secret:
        return () if is_sample(str(value)) else ((0, len(str(value))),)
    spans: list[tuple[int, int]] = []
    name = _name(keys)
    if name.lower() == "headers":
        spans += _spans_in_headers(value)
    # A name such as "key" means a credential only in a request: elsewhere it may be the key of a map.
    if is_named(name) or "inputTemplate" in keys:
        spans += _spans_of_named(name, value)
    # Without escapes, `tokens_in` of the whole source has covered this value.
    if is_escaped:
        spans += [(inner.start, inner.end) for inner in tokens_in(value)]
    return tuple(spans)


def _spans_of_named(name: str, value: str) -> Iterator[tuple[int, int]]:
    """Yield the span of the token in a value, if its name says that it holds one."""
    token = token_in(name, value)
    if token is not None and not is_sample(token):
        # `token_in` leaves out a scheme such as Bearer; where that was in the middle, mask the whole value.
        start = value.rfind(token)
        yield (start, start + len(token)) if start >= 0 else (0, len(value))


def _spans_in_headers(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of tokens in headers that are written as one string."""
    for header in _HEADER.finditer(text):
        token = token_in(header["name"], header["value"])
        if token is not None and not is_sample(token):
            start = text.rfind(token, header.start("value"), header.end())
            yield start, start + len(token)


def _in_source(
    reading: ParsedText, keys: tuple[str, ...], value: str, start: int, end: int
) -> Iterator[Token]:
    """Yield a part of a value as a token of the source; the whole value when escapes hide the part."""
    pointer = pointers.join("", *keys)
    outer = reading.span(pointer)
    if outer is None:
        return
    text = reading.text
    if reading.is_module and reading.literal(pointer) is None:
        # Code puts the token together, from literals anywhere in the module.
        yield from _literals_within(value[start:end], text)
    first, past = (offset_in_source(text, outer.start, value, at) for at in (start, end))
    if text[outer.start : outer.start + 1] not in "\"'`" or first is None or past is None:
        first, past = outer.start, outer.end
    yield Token(first, past, value[start:end])
    if text[first:past] != value[start:end]:
        yield Token(first, past, text[first:past])


def _literals_within(part: str, source: str) -> Iterator[Token]:
    for literal in _LITERAL.finditer(source):
        if literal["text"] in part:
            yield Token(*literal.span("text"), literal["text"])


def _name(keys: tuple[str, ...]) -> str:
    # An index of an array is not a name.
    object_keys = [key for key in keys if not key.isdecimal()]
    return next((key for key in reversed(object_keys) if key not in _VALUE_KEYS), "")


def _leaves(root: Any, keys: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any, bool]]:
    """Yield each string and number in a value, its keys, and whether it is the default of a secret."""
    # A stack, not recursion: the reader accepts 500 levels of nesting.
    waiting: list[tuple[tuple[str, ...], Any, bool]] = [(keys, root, False)]
    while waiting:
        keys, value, is_secret = waiting.pop()
        if isinstance(value, (dict, list)):
            waiting += _inner_values(keys, value, is_secret=is_secret)
        elif isinstance(value, str):
            yield keys, value, is_secret and value != ""
        elif is_secret and type(value) in (int, float):
            yield keys, value, True


def _inner_values(
    keys: tuple[str, ...], value: dict[str, Any] | list[Any], *, is_secret: bool
) -> list[tuple[tuple[str, ...], Any, bool]]:
    """Return the members or items of a value, each with its keys and whether it belongs to a secret."""
    if isinstance(value, list):
        return [((*keys, str(at)), item, is_secret) for at, item in enumerate(value)]
    is_setting = keys[:1] == ("settings",) and len(keys) == _SETTING_DEPTH
    secret_key = "defaultValue" if is_setting and value.get("type") == "secret" else None
    return [((*keys, key), item, is_secret or key == secret_key) for key, item in value.items()]


def _names(root: Any) -> Iterator[str]:
    """Yield the keys of objects, and the names that templates and references read."""
    waiting = [root]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield from value
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str):
            yield from _names_read(value)


def _names_read(text: str) -> Iterator[str]:
    tags = [_STRING_IN_TAG.sub("", tag["tag"]) for tag in _TAG.finditer(text)]
    if text.startswith("/#"):
        tags.append(",".join(text.split(",")[:2]))
    for tag in tags:
        yield from _NAME_READ.findall(tag)
