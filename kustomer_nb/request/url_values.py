"""Values that contribute delimiters to the path or the query of a URL, or to form text.

RFC 3986 delimits a URL, the URL standard a query and form text: a field ends at ``&``, a name at the first
``=``, ``+`` is a space, ``%`` begins an escape. npm request encodes none of them in a URL, but all of them in
an object ``qs``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from .hand_written import HOLE, Effect, Fault, HandWritten, Value
from .literal_values import query_literal_faults
from .url import TRIMMED, decode

_URL = re.compile(
    rf"(?P<scheme>[A-Za-z{HOLE}][A-Za-z0-9+.{HOLE}-]*://)?(?P<authority>[^/?#\\]*)(?P<path>[^?#]*)"
    r"(?P<query>\?[^#]*)?",
    re.DOTALL,
)
_SEGMENT = re.compile(r"[^/\\]+")
_PARAMETER = re.compile(r"[^&]+")
_SLASH = re.compile(r"[/\\]")
_DOTS = re.compile(r"(?:\.|%2e){1,2}", re.IGNORECASE)
# The name of an input that is a path by design, such as filePath or next.href.
_PATH_NAME = re.compile(r"(?:path|url|uri|endpoint|route|href|link)\Z", re.IGNORECASE)
_CUTS_OFF = Effect("#", "cuts off the rest of the URL")
_STARTS_QUERY = Effect("?", "starts the query")
_STARTS_ESCAPE = Effect("%", "is read as the start of an escape")
_IS_SPACE = Effect("+", "is read as a space")
_ENDS_NAME = Effect("=", "ends the name")
_STOP = "stop before this step if the value has such dots: encoding does not change them."
_ENCODE = "encode it in the step before, as encodeURIComponent does."
_IN_SEGMENT = (
    "if it is one name, encode it in the step before, as encodeURIComponent does (/ becomes %2F); if / "
    "separates parts, as in owner/repo, declare an input for each and write the / in the uri."
)
_AS_IT_IS = (
    "keep it if the service has a segment for each part, as in /repos/owner/repo (an input for each says "
    "so); if it is one name, encode it in the step before, as encodeURIComponent does."
)
# What many services write with a / between its parts, as GitHub does with owner/repo and feature/x.
_NAME_WITH_SLASH = re.compile(
    r"(?:repo|repository|repo_?name|full_?name|branch|ref|image|package|folder|directory|key|prefix|slug)\Z",
    re.IGNORECASE,
)
# Parts that read as names; 2024/17 and gid://shop/Product/1 are one identifier.
_NAMES = re.compile(r"(?=[^/]*[A-Za-z])[\w.@-]+(?:/(?=[^/]*[A-Za-z])[\w.@-]+)+")
# What separates the values of a segment, as in {{{a}}}-{{{b}}} and Orders('{{{id}}}').
_SEPARATOR = re.compile(r"[^\w/\\%]|_")
_ADDS_SEGMENT = "adds a segment"


class Gap(NamedTuple):
    """Values that leave a segment of the path, what they are in a segment, or a parameter empty."""

    values: tuple[Value, ...]
    place: str


class WrittenUrl:
    """The URL that an author wrote, with the values in its parts.

    Example:
        >>> from kustomer_nb.template import Template
        >>> written = Template.parse("http://a.b/x?n={{{n}}}&m=1").origins({"n": "Strunk & White"})
        >>> [fault.message for fault in WrittenUrl(HandWritten(written.pieces)).faults()]
        ['`n` is not encoded in the query of the URL: & starts another parameter.']
    """

    def __init__(self, text: HandWritten, *, is_rewritten: bool = False) -> None:
        self.text = text
        # npm request decodes and encodes the query again if there is a qs as well.
        self.is_rewritten = is_rewritten
        self.outline = text.outline.rstrip(TRIMMED)
        start = len(self.outline) - len(self.outline.lstrip(TRIMMED))
        match = _URL.match(self.outline, start)
        assert match is not None  # noqa: S101 - every part of the pattern may be empty
        self.scheme, self.authority, self.path = match["scheme"] or "", match["authority"], match["path"]
        self.authority_start, self.path_start = match.start("authority"), match.start("path")
        self.query_start = match.end("path") if match["query"] is None else match.start("query") + 1
        self.query = self.outline[self.query_start : match.end()]

    def _path_faults(self, text_of: Callable[[Value], str]) -> Iterator[Fault]:
        place = "the path of the URL"
        for match in _SEGMENT.finditer(self.path):
            start = self.path_start + match.start()
            for value in self.text.values_in(start, start + len(match[0])):
                if effects := self._in_path(value, text_of(value), match[0], start):
                    fix, is_hint = _path_fix(value, text_of(value), effects)
                    yield Fault(value, place, tuple(effects), fix, is_path=True, is_hint=is_hint)

    def faults(self, text_of: Callable[[Value], str] | None = None) -> Iterator[Fault]:
        """Yield the values that contribute a delimiter; ``text_of`` says which of their texts counts."""
        text_of = text_of or (lambda value: value.text)
        for value in self.text.values_in(self.authority_start, self.path_start):
            if effects := self._in_authority(value, text_of(value)):
                fix = "pass only what belongs there, and write what follows it in the uri."
                yield Fault(value, "the host of the URL", tuple(effects), fix)
        yield from self._path_faults(text_of)
        yield from self._empty_segments(text_of)
        yield from query_faults(
            self.text, self.query, self.query_start, text_of, is_url=True, is_rewritten=self.is_rewritten
        )
        for match in _PARAMETER.finditer(self.query):
            name, mark, _ = match[0].partition("=")
            start, end = self.query_start + match.start() + len(name + mark), self.query_start + match.end()
            if mark and self.text.values_in(start, end):
                yield from query_literal_faults(self.text, name, text_of, start=start, end=end)

    def _empty_segments(self, text_of: Callable[[Value], str]) -> Iterator[Fault]:
        """Yield the values whose / meets another one, as a base URL that ends with one before ``/v1``."""
        end = self.path_start + len(self.path)
        texts = {value.index: text_of(value) for value in self.text.values_in(self.authority_start, end)}
        for value in self.text.values_in(self.authority_start, end):
            # A / alone is reported as a segment that is added.
            if texts[value.index].strip("/\\") and (where := self._doubled_slash(value.index, texts, end)):
                yield _empty_segment(value, where)

    def _doubled_slash(self, index: int, texts: dict[int, str], path_end: int) -> str:
        """Return at which end of a value a / meets another one: ``end``, ``start`` or none."""
        text = texts[index]
        after = _beyond_empty(texts, index, 1)
        following = texts.get(after, self.outline[after:path_end])
        if _SLASH.match(text[-1]) and _SLASH.match(following):
            return "end"
        before = _beyond_empty(texts, index, -1)
        is_doubled = before >= self.path_start and self.outline[before] in "/\\"
        return "start" if is_doubled and _SLASH.match(text) else ""

    def _after(self, value: Value) -> str:
        return self.outline[value.index + 1 :]

    def _in_authority(self, value: Value, text: str) -> list[Effect]:
        after = self.text.filled(self._after(value), value.index + 1)
        effects = [Effect(sign, "ends the host") for sign in self._ends_of_host(value, text) if sign in text]
        if after and "?" in text and not after.startswith("&"):
            effects.append(_STARTS_QUERY)
        if after and "#" in text:
            effects.append(_CUTS_OFF)
        return effects

    def _ends_of_host(self, value: Value, text: str) -> str:
        """Return the characters that end the host in a value; none in one that is meant to have a path."""
        before = self.outline[self.authority_start : value.index]
        is_path = bool(before) and text.startswith(("/", "?"))
        is_base = not self.scheme and not before
        if is_path or is_base or self.authority == HOLE:
            return ""
        # The last @ ends user and password, so those of a value before it end nothing.
        return "/\\" if "@" in self._after(value) else "/\\@"

    def _in_path(self, value: Value, text: str, segment: str, start: int) -> list[Effect]:
        is_whole = self.is_one_path
        is_named_path = _PATH_NAME.search(value.piece.path) is not None and "://" not in text
        is_path = is_whole or is_named_path
        effects = [] if is_whole else self._resolved_dots(text, segment, start)
        if not is_path:
            effects += self._added_segments(value, text)
        effects += _path_delimiters(value, text, is_path=is_path, ends_url=not self._after(value))
        if not is_whole and _is_malformed(text):
            effects.append(_STARTS_ESCAPE)
        return effects

    def _resolved_dots(self, text: str, segment: str, start: int) -> list[Effect]:
        dots = self._dots(segment, start) if "." in text.lower().replace("%2e", ".") else ""
        return [Effect(dots, "is resolved to another path by the service")] if dots else []

    def _added_segments(self, value: Value, text: str) -> list[Effect]:
        # /v1{{{rest}}} with /orders, and the base path in a setting, are paths by design.
        starts_path = text.startswith("/") and not self.outline[: value.index].endswith("/")
        if starts_path or value.is_setting:
            return []
        # A / beside one of the author's leaves an empty segment, which has a fix of its own.
        inner = text.lstrip("/\\") if self.outline[value.index - 1] == "/" else text
        inner = (inner.rstrip("/\\") if self._after(value)[:1] == "/" else inner) or text
        return [Effect(sign, _ADDS_SEGMENT) for sign in "/\\" if sign in inner]

    def _dots(self, segment: str, start: int) -> str:
        """Return the ``.`` or ``..`` that a segment consists of with its values, also one of its parts."""
        parts = _SLASH.split(self.text.filled(segment, start))
        return next((part for part in parts if _DOTS.fullmatch(part)), "")

    def gaps(self) -> Iterator[Gap]:
        """Yield what values leave empty, in the path and in the query."""
        for start, end, values in self._parts(_SEGMENT, self.path, self.path_start):
            if end - start == len(values):
                yield Gap(values, "path")
            elif self._has_separator(start, end, values):
                yield Gap(values, "segment")
        for start, end, values in self._parts(_PARAMETER, self.query, self.query_start):
            _, mark, written = self.outline[start:end].partition("=")
            if mark and len(written) == len(values):
                yield Gap(values, "query")

    def _has_separator(self, start: int, end: int, values: tuple[Value, ...]) -> bool:
        """Return whether punctuation beside a value says that a segment is not complete without it."""
        around = (
            self.outline[max(value.index - 1, start) : min(value.index + 2, end)].replace(HOLE, "")
            for value in values
        )
        return any(_SEPARATOR.search(characters) for characters in around)

    def _parts(
        self, pattern: re.Pattern[str], part: str, offset: int
    ) -> Iterator[tuple[int, int, tuple[Value, ...]]]:
        """Yield where each segment or parameter begins and ends that has only blank values."""
        for match in pattern.finditer(part):
            start, end = offset + match.start(), offset + match.end()
            values = tuple(self.text.values_in(start, end))
            if values and all(value.is_blank for value in values):
                yield start, end, values

    @property
    def is_one_path(self) -> bool:
        """Whether the whole path is one value, by design."""
        return re.fullmatch(rf"/?{HOLE}", self.path) is not None


def _empty_segment(value: Value, end: str) -> Fault:
    fix = f"remove the / at the {end} of the value."
    return Fault(value, "the path of the URL", (), fix, "leaves an empty segment, //, in", is_path=True)


def _path_fix(value: Value, text: str, effects: list[Effect]) -> tuple[str, bool]:
    """Return the fix for a value in a path, and whether the value may be meant as it is."""
    if effects[0].delimiter in (".", ".."):
        return _STOP, False
    if any(effect.result != _ADDS_SEGMENT for effect in effects):
        return _ENCODE, False
    is_names = _NAME_WITH_SLASH.search(value.piece.path) and _NAMES.fullmatch(text)
    return (_AS_IT_IS, True) if is_names else (_IN_SEGMENT, False)


def query_faults(
    text: HandWritten,
    query: str,
    start: int,
    text_of: Callable[[Value], str],
    *,
    is_url: bool,
    is_rewritten: bool = False,
) -> Iterator[Fault]:
    """Yield the values that contribute a delimiter to a query, or to form text if not ``is_url``.

    ``query`` begins at ``start`` of what the author wrote. A parameter that is one whole value is one by
    design, as in ``?{{{query}}}``.
    """
    place = "the query of the URL" if is_url else "form text"
    for match in _PARAMETER.finditer(query):
        first = start + match.start()
        name, mark, _ = match[0].partition("=")
        for value in text.values_in(first, first + len(match[0])):
            is_name = not mark or value.index - first < len(name)
            effects = _query_effects(
                value, text_of(value), is_url=is_url, is_rewritten=is_rewritten, is_name=is_name
            )
            if match[0] == HOLE:
                effects = [effect for effect in effects if effect is _CUTS_OFF]
            if effects:
                fix = _query_fix(value, match[0]) if is_url else _FORM_FIX
                yield Fault(value, place, tuple(effects), fix)


# What a character of a value does to a query, and to form text.
_IN_QUERY = {
    "&": Effect("&", "starts another parameter"),
    "#": _CUTS_OFF,
    "+": _IS_SPACE,
    "%": _STARTS_ESCAPE,
    ";": Effect(";", "starts another parameter for some services"),
    "=": _ENDS_NAME,
}
_IN_FORM = {"&": Effect("&", "starts another field"), "+": _IS_SPACE, "%": _STARTS_ESCAPE, "=": _ENDS_NAME}


def _query_effects(
    value: Value, text: str, *, is_url: bool, is_rewritten: bool, is_name: bool
) -> list[Effect]:
    harmless = _encoding_signs(value, text, is_rewritten=is_rewritten)
    if not is_name:
        harmless.add("=")
    if is_rewritten or value.may_be_encoded:
        harmless.add(";")
    effects = _IN_QUERY if is_url else _IN_FORM
    return [effect for sign, effect in effects.items() if sign in text and sign not in harmless]


def _encoding_signs(value: Value, text: str, *, is_rewritten: bool) -> set[str]:
    """Return which of ``%`` and ``+`` are read as the value means them."""
    is_malformed = _is_malformed(text)
    signs = set()
    # qs leaves a value alone that it cannot decode.
    if is_rewritten or not is_malformed:
        signs.add("%")
    # What is encoded as a form has a space as +.
    is_encoded = value.may_be_encoded or ("%" in text and not is_malformed)
    if is_encoded or (is_rewritten and is_malformed):
        signs.add("+")
    return signs


def _path_delimiters(value: Value, text: str, *, is_path: bool, ends_url: bool) -> Iterator[Effect]:
    if "?" in text and not (is_path and ends_url):
        yield _STARTS_QUERY
    if "#" in text:
        yield _CUTS_OFF
    if not is_path and ";" in text and not value.may_be_encoded:
        yield Effect(";", "ends the segment for some services")


def _beyond_empty(texts: dict[int, str], index: int, step: int) -> int:
    """Return the next index that is not that of an empty value."""
    index += step
    while texts.get(index) == "":
        index += step
    return index


def _is_malformed(text: str) -> bool:
    """Return whether a text has a ``%`` that begins no escape; a text that is encoded already has none."""
    return "%" in text and decode(text) is None


_ENCODE_HASH = "write %23 for # in the value, or pass it without what follows #."
_FORM_FIX = (
    "encode it in the step before, as encodeURIComponent does; if the service accepts JSON, make data an "
    'object and set "json": true.'
)


def _query_fix(value: Value, parameter: str) -> str:
    name, mark, written = parameter.partition("=")
    if parameter == HOLE:
        return _ENCODE_HASH
    # An object has no name that a template renders, and none twice as a loop writes.
    if not mark or HOLE in name or value.is_in_loop:
        return _ENCODE
    if written == HOLE and value.reference:
        return f'move it to qs, which is encoded: "qs": {{"{name}": "{value.reference}"}}.'
    return f"move {name} to qs, an object, which is encoded."
