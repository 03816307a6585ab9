"""Values that contribute delimiters to JSON, GraphQL or XML text, to a multipart body, or to a cookie.

RFC 8259 ends a string at a quote and allows no control character in it; in GraphQL strings are the same. XML
begins a tag at ``<`` and a reference at ``&``. RFC 6265 separates cookies with ``;``.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator

from kustomer_nb.jsontext.javascript import parse
from kustomer_nb.template.printed_objects import OBJECT_TEXT

from .content_types import is_xml_type
from .hand_written import HOLE, Effect, Fault, HandWritten, Value

_SIGNS = re.compile(rf'\\[^{HOLE}]|"|{HOLE}')
_CONTROL = re.compile("[\x00-\x1f]")
_GRAPHQL = re.compile(r"\s*(?:query|mutation|subscription|fragment)\b[^{]*\{|\s*\{")
_ESCAPE_BEFORE = "escape it in the step before, or pass the whole text as one value."
# In XML, whatever a value may be in: text, a tag, one of its attributes, or CDATA.
_MARKUP = re.compile(rf"<!\[CDATA\[|\]\]>|[<>\"']|{HOLE}")
_QUOTES = frozenset({"'", '"'})
# What ends a state of XML text, and what it is in after that.
_CLOSED_BY = {"CDATA": ("]]>", ""), **{quote: (quote, "<") for quote in _QUOTES}}
_BARE_AMPERSAND = re.compile(r"&(?!(?:#\d+|#[xX][0-9a-fA-F]+|[A-Za-z]\w*);)")
# In the header of a part of a multipart body, up to the value.
_PART_NAME = re.compile(r'\b(?:file)?name\*?="[^"]*\Z')
# The name of an input that is markup by design.
_MARKUP_NAME = re.compile(r"(?:xml|html|markup|fragment)(?:body|content|text|s|_\w+)?\Z", re.IGNORECASE)
# In HTML, < begins a tag only before a letter and the like, and & a reference only if there is such a name.
_HTML_TAG = re.compile(r"<[A-Za-z/!?]")
_OPEN_REFERENCE = re.compile(r"&(?:#\w+|[A-Za-z]\w*)(?![\w;])")
_HTML_ROOT = re.compile(
    r"\s*<(?:!doctype\s+html|(?:html|head|body|div|p|span|table|h[1-6]|ul|ol|br|img|a\s+href)\b)",
    re.IGNORECASE,
)
# A body without a Content-Type that can be nothing but markup.
_MARKUP_OUTLINE = re.compile(
    r"\s*(?:<\?xml\b|<!doctype\b|<([A-Za-z_][\w:.-]*)(?:\s[^<>]*)?>.*</\1\s*>\s*\Z|<[A-Za-z_][^<>]*/>\s*\Z)",
    re.DOTALL | re.IGNORECASE,
)
_FRAGMENT = re.compile(r"\s*<([\w:.-]+)[^<>]*(?:/>|>.*</\1>)\s*", re.DOTALL)


class WrittenJson:
    r"""JSON text that an author wrote, with the values within its strings and between them.

    Example:
        >>> from kustomer_nb.template import Template
        >>> written = Template.parse('{"note": "{{{n}}}"}').origins({"n": 'say "hi"'})
        >>> json_text = WrittenJson(HandWritten(written.pieces))
        >>> json_text.is_valid, [fault.message for fault in json_text.faults()]
        (True, ['`n` is not encoded in JSON text: " ends the string.'])
    """

    def __init__(self, text: HandWritten, fix: Callable[[Value], str] | None = None) -> None:
        self.text = text
        self.fix = fix or (lambda _: _ESCAPE_BEFORE)
        self.quoted, self.unquoted = _by_quotes(text)

    @property
    def is_valid(self) -> bool:
        """Whether the author wrote JSON with at least one string, whatever the values are."""
        if '"' not in self.text.outline:
            return False
        indexes = {value.index for value in self.quoted}
        first, *literals = self.text.outline.split(HOLE)
        written = [first]
        for value, literal in zip(self.text.values, literals, strict=True):
            # Adjacent values stand for one number, as 00 is none.
            is_part = value.index in indexes or self.text.outline[value.index - 1 : value.index] == HOLE
            written += ("" if is_part else "0", literal)
        return _is_json("".join(written))

    def faults(
        self, text_of: Callable[[Value], str] | None = None, *, place: str = "JSON text"
    ) -> Iterator[Fault]:
        """Yield the values that contribute a delimiter; ``text_of`` says which of their texts counts."""
        text_of = text_of or (lambda value: value.text)
        for value in self.quoted:
            if effects := _in_quotes(text_of(value), may_be_encoded=value.may_be_encoded):
                yield Fault(value, place, effects, self.fix(value))
        if place == "JSON text":
            yield from self._unquoted_faults(text_of)

    def _unquoted_faults(self, text_of: Callable[[Value], str]) -> Iterator[Fault]:
        for value in self.unquoted:
            # What double braces changed, and an object, is reported for that.
            text = text_of(value)
            is_reported = text != value.raw or OBJECT_TEXT in text
            if not is_reported and not self._is_value(value, text):
                what = "it is not a JSON value" if text.strip() else "it is empty, where JSON has a value"
                effects = (Effect("", what),)
                yield Fault(value, "JSON text", effects, self.fix(value), "does not fit in")

    def _is_value(self, value: Value, text: str) -> bool:
        """Return whether a text is a value of JSON, or the items of the array that it is alone in."""
        before, after = self._neighbor(value, -1), self._neighbor(value, 1)
        if before == "[" and after == "]":
            return _is_json(f"[{text}]")
        # Next to another value or a literal it is only part of a value, such as the cents of an amount.
        is_alone = before in ":,[" and after in ",]}"
        return _is_json(text) if is_alone else not re.search(r'[\s",:{}\[\]]', text)

    def _neighbor(self, value: Value, step: int) -> str:
        """Return the next character before or after a value that is not white space."""
        outline, index = self.text.outline, value.index + step
        while 0 <= index < len(outline) and outline[index].isspace():
            index += step
        return outline[index] if 0 <= index < len(outline) else HOLE


def _by_quotes(text: HandWritten) -> tuple[list[Value], list[Value]]:
    """Return the values within strings, and those outside of them."""
    by_index = {value.index: value for value in text.values}
    quoted: list[Value] = []
    unquoted: list[Value] = []
    is_in_string = False
    for match in _SIGNS.finditer(text.outline):
        if match[0] == HOLE:
            (quoted if is_in_string else unquoted).append(by_index[match.start()])
        elif match[0] == '"':
            is_in_string = not is_in_string
    return quoted, unquoted


def _in_quotes(text: str, *, may_be_encoded: bool) -> tuple[Effect, ...]:
    if may_be_encoded and _is_json(f'"{text}"'):
        return ()
    effects = [Effect('"', "ends the string")] if '"' in text else []
    if "\\" in text:
        effects.append(Effect("\\", "begins an escape"))
    if control := _CONTROL.search(text):
        what = (
            "a line break"
            if control[0] in "\r\n"
            else "a tab"
            if control[0] == "\t"
            else "a control character"
        )
        effects.append(Effect(what, "is not allowed in a string"))
    return tuple(effects)


def _is_json(text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


def is_graphql(text: HandWritten, pointer: str) -> bool:
    """Return whether an author wrote a GraphQL document: a member ``query`` that looks like one."""
    return pointer.endswith("/query") and _GRAPHQL.match(text.outline) is not None


def graphql_faults(text: HandWritten, text_of: Callable[[Value], str]) -> Iterator[Fault]:
    """Yield the values that contribute a delimiter to a string of a GraphQL document."""
    variables = "pass it in variables, an object, and declare it in the query."
    yield from WrittenJson(text, lambda _: variables).faults(text_of, place="GraphQL text")


def markup_kind(text: HandWritten, media: str) -> str:
    """Return the markup that a body is: XML, HTML, or an empty string for something else.

    Without a Content-Type, only a text counts that can be nothing else.

    Example:
        >>> from kustomer_nb.template import Template
        >>> written = HandWritten(Template.parse("<a>{{{n}}}</a>").origins({"n": "x"}).pieces)
        >>> [markup_kind(written, media) for media in ("", "text/html", "text/plain")]
        ['XML', 'HTML', '']
    """
    if media in ("text/html", "application/xhtml+xml") or is_xml_type(media):
        return "HTML" if media == "text/html" else "XML"
    if media or _MARKUP_OUTLINE.match(text.outline) is None:
        return ""
    return "HTML" if _HTML_ROOT.match(text.outline) else "XML"


def markup_faults(text: HandWritten, kind: str = "XML") -> Iterator[Fault]:
    """Yield the values that contribute a delimiter to XML or HTML text.

    Example:
        >>> from kustomer_nb.template import Template
        >>> written = Template.parse("<name>{{{n}}}</name>").origins({"n": "AT&T"})
        >>> [fault.message for fault in markup_faults(HandWritten(written.pieces))]
        ['`n` is not encoded in XML text: & begins a reference.']
    """
    for value, state in markup_states(text):
        if effects := tuple(_markup_effects(value, state, kind)):
            tag = f"{{{{{value.piece.path}}}}}"
            escaped = f"write {tag}: two braces escape it for {kind}."
            fix = "pass it without ]]>." if state == "CDATA" else escaped
            yield Fault(value, f"{kind} text", effects, fix)


def markup_states(text: HandWritten) -> Iterator[tuple[Value, str]]:
    """Yield each value in XML text with what it is in: ``""`` for text, ``<``, a quote, or ``CDATA``."""
    by_index = {value.index: value for value in text.values}
    state = ""
    for match in _MARKUP.finditer(text.outline):
        if match[0] == HOLE:
            yield by_index[match.start()], state
        else:
            state = _next_state(state, match[0])


def _next_state(state: str, sign: str) -> str:
    """Return what XML text is in after a sign."""
    if state != "CDATA" and sign.startswith("<!"):
        return "CDATA"
    if state in _CLOSED_BY:
        closing, outer = _CLOSED_BY[state]
        return outer if sign == closing else state
    if sign == "<":
        return "<"
    if state == "<":
        return "" if sign.endswith(">") else sign
    return state


def _markup_effects(value: Value, state: str, kind: str) -> Iterator[Effect]:
    text = value.text
    if state == "CDATA":
        if "]]>" in text:
            yield Effect("]]>", "ends the CDATA section")
        return
    if _is_markup(value, kind):
        return
    has_tag, has_reference = _has_html(text) if kind == "HTML" else _has_xml(text)
    if has_tag:
        yield Effect("<", "begins a tag")
    if has_reference:
        yield Effect("&", "begins a reference")
    if state in _QUOTES and state in text:
        yield Effect(state, "ends the attribute")


def _is_markup(value: Value, kind: str) -> bool:
    """Return whether a value is markup by design. HTML need not close its elements."""
    if not _MARKUP_NAME.search(value.piece.path):
        return False
    return kind == "HTML" or _FRAGMENT.fullmatch(value.text) is not None


def _has_html(text: str) -> tuple[bool, bool]:
    return _HTML_TAG.search(text) is not None, bool(_is_open_reference(text))


def _has_xml(text: str) -> tuple[bool, bool]:
    return "<" in text, _BARE_AMPERSAND.search(text) is not None


def _is_open_reference(text: str) -> bool:
    # &copy is one without its semicolon too; &amp; is encoded already.
    return any(html.unescape(match) != match for match in _OPEN_REFERENCE.findall(text))


def multipart_faults(text: HandWritten) -> Iterator[Fault]:
    """Yield the values that contribute a delimiter to the name of a part or file in a multipart body."""
    for value in text.values:
        line = text.outline[text.outline.rfind("\n", 0, value.index) + 1 : value.index]
        if _PART_NAME.search(line) is None:
            continue
        effects = [Effect('"', "ends the name")] if '"' in value.text else []
        if "\r" in value.text or "\n" in value.text:
            effects.append(Effect("a line break", "starts another header of the part"))
        if effects:
            fix = "encode it in the step before: %22 for a quote, %0A for a line break."
            yield Fault(value, "the header of a part", tuple(effects), fix)


def cookie_faults(text: HandWritten) -> Iterator[Fault]:
    """Yield the values that contribute a delimiter to a ``cookie`` header."""
    for value in text.values:
        if ";" in value.text:
            fix = "encode it in the step before, as encodeURIComponent does."
            yield Fault(value, "the cookie header", (Effect(";", "starts another cookie"),), fix)
