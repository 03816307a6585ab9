"""Values that end the string that they are in: in a query language, in a header, or in a field of CSV.

SOQL, JQL, SQL and OData end a string at its quote; RFC 9110 ends a quoted parameter of a header so, and
RFC 4180 a field of CSV, where a delimiter or a line break outside of quotes starts another one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from .hand_written import HOLE, Effect, Fault, HandWritten, Value

# An operator or a call before a quote, as in Name = ', LIKE ', eq ', contains(Name, ' or IN ('.
_OPERATOR = re.compile(
    r"(?:[=<>~]|\b(?:like|in|eq|ne|gt|ge|lt|le)|\b(?:contains|startswith|endswith|substringof)\([^()']*)"
    r"[\s+(]*\Z",
    re.IGNORECASE,
)
# What is an operator as well in a member or parameter whose name is that of a query.
_WEAK_OPERATOR = re.compile(r"(?:\A|[(,:]|\b(?:contains|is|not|and|or))[\s+(]*\Z", re.IGNORECASE)
_SIGNS = re.compile(rf"\\[^{HOLE}]|'|\"|{HOLE}")
_NEAR = 120
# What a URL may have in place of a character, filled up so that no index changes.
_ENCODED = {"%20": "   ", "%22": '"  ', "%27": "'  ", "%28": "(  ", "%3D": "=  ", "%3d": "=  "}
# Words that only a query has, in a text that may be prose.
_LANGUAGE = re.compile(
    r"\bselect\b.{1,500}?\bfrom\b|(?-i:\bWHERE\b).{0,500}?[=<>]|\b(?:eq|ne|gt|ge|lt|le)\b[\s+(]*'"
    r"|\b(?:contains|startswith|endswith|substringof)\(",
    re.IGNORECASE | re.DOTALL,
)
_NAME = re.compile(r"(?:\$|%24)?(?:filter|q|query|search|where|soql|sosl|jql|cql|sql|aql|odata)\Z", re.I)
_MARKUP = re.compile(r"</?[A-Za-z]")
_ESCAPED = re.compile(r"\\.|''|\"\"", re.DOTALL)
_ESCAPE_QUOTE = (
    "escape the quote in the step before, as the query language does: '' in OData and SQL, \\' in SOQL, "
    '\\" in JQL.'
)
# A parameter of a header up to the value, in quotes or without.
_QUOTED_PARAMETER = re.compile(r'[\w*-]+="[^"]*\Z')
_PARAMETER = re.compile(r";\s*[\w*-]+=[^\s;\"]*\Z")
# In others, such as user-agent, a semicolon may be text.
_WITH_PARAMETERS = frozenset({"accept", "content-disposition", "content-type", "prefer"})
_UNESCAPED = re.compile(r'\\["\\]')
# A value that is quoted itself is a field.
_QUOTED_FIELD = re.compile(r'".*"', re.DOTALL)
_LINE_END = re.compile(r"[\r\n]")
_CSV_NAME = re.compile(r"(?:csv|rows?|lines?)\Z", re.IGNORECASE)


def query_literal_faults(
    text: HandWritten, name: str, text_of: Callable[[Value], str], *, start: int = 0, end: int | None = None
) -> Iterator[Fault]:
    r"""Yield the values that end the string of a query language that they are in.

    ``name`` is that of the member or parameter with the query, which is at ``start`` of the outline.

    Example:
        >>> from kustomer_nb.template import Template
        >>> written = Template.parse("SELECT Id FROM A WHERE Name = '{{{n}}}'").origins({"n": "O'Neil"})
        >>> faults = query_literal_faults(HandWritten(written.pieces), "q", lambda value: value.text)
        >>> [fault.message for fault in faults]
        ["`n` is not encoded in a string of the query: ' ends the string."]
    """
    query = _decoded(text.outline[start:end])
    is_named = _NAME.match(name) is not None
    if not (is_named or _LANGUAGE.search(query)) or _MARKUP.search(query):
        return
    by_index = {value.index: value for value in text.values_in(start, start + len(query))}
    for index, quote in _quoted_holes(query, is_named=is_named):
        value = by_index[start + index]
        if quote in _ESCAPED.sub("", text_of(value)):
            effects = (Effect(quote, "ends the string"),)
            yield Fault(value, "a string of the query", effects, _ESCAPE_QUOTE)


def _decoded(query: str) -> str:
    for code, character in _ENCODED.items() if "%" in query else ():
        query = query.replace(code, character)
    return query


def _quoted_holes(query: str, *, is_named: bool) -> Iterator[tuple[int, str]]:
    """Yield the index of each value that is in a string of a query, and the quote of that."""
    quote = ""
    for match in _SIGNS.finditer(query):
        sign = match[0]
        if sign == HOLE:
            if quote:
                yield match.start(), quote
        elif sign == quote:
            quote = ""
        elif not quote and sign in ("'", '"') and _opens(query, match.start(), is_named=is_named):
            quote = sign


def _opens(query: str, at: int, *, is_named: bool) -> bool:
    """Return whether the quote at an index begins a string of the query, and is no apostrophe."""
    # The operator is near: a longer text would be looked at again for each quote.
    start = max(at - _NEAR, 0)
    near = f"{'…' if start else ''}{query[start:at]}"
    return bool(_OPERATOR.search(near) or (is_named and _WEAK_OPERATOR.search(near)))


def header_faults(text: HandWritten, name: str) -> Iterator[Fault]:
    """Yield the values that end the parameter of the header ``name`` that they are in, such as filename.

    Example:
        >>> from kustomer_nb.template import Template
        >>> written = Template.parse('attachment; filename="{{{n}}}"').origins({"n": '5" disk.txt'})
        >>> [fault.message for fault in header_faults(HandWritten(written.pieces), "content-disposition")]
        ['`n` is not encoded in a parameter of the header: " ends the value.']
    """
    for value in text.values:
        before = text.outline[max(value.index - _NEAR, 0) : value.index]
        effects = []
        if _QUOTED_PARAMETER.search(before):
            plain = _UNESCAPED.sub("", value.text)
            effects += [Effect('"', "ends the value")] if '"' in plain else []
            effects += [Effect("\\", "begins an escape")] if "\\" in plain else []
            fix = 'escape it in the step before: \\" for a quote, \\\\ for a backslash.'
        elif name.lower() in _WITH_PARAMETERS and _PARAMETER.search(before) and ";" in value.text:
            effects.append(Effect(";", "starts another parameter"))
            fix = "write the value in quotes in the header."
        if effects:
            yield Fault(value, "a parameter of the header", tuple(effects), fix)


def csv_faults(text: HandWritten) -> Iterator[Fault]:
    r"""Yield the values that contribute a delimiter to CSV text.

    Example:
        >>> from kustomer_nb.template import Template
        >>> written = Template.parse("id,name\n1,{{{n}}}").origins({"n": "Smith, Ann"})
        >>> [fault.message for fault in csv_faults(HandWritten(written.pieces))]
        ['`n` is not encoded in CSV text: , starts another field.']
    """
    delimiter = next((sign for sign in ",;\t" if sign in text.outline), ",")
    for value in text.values:
        start = text.outline.rfind("\n", 0, value.index) + 1
        end = text.outline.find("\n", value.index)
        line = text.outline[start : None if end < 0 else end]
        # What is alone in its line is one or more rows by design.
        if line.strip() == HOLE or _CSV_NAME.search(value.piece.path):
            continue
        is_quoted = text.outline.count('"', start, value.index) % 2 == 1
        if effects := tuple(_csv_effects(value.text, delimiter, is_quoted=is_quoted)):
            fix = "write it in quotes in data, and double its quotes in the step before."
            yield Fault(value, "CSV text", effects, _DOUBLE if is_quoted else fix)


_DOUBLE = 'double the quotes in the step before: "" for a quote.'


def _csv_effects(text: str, delimiter: str, *, is_quoted: bool) -> Iterator[Effect]:
    if is_quoted:
        if '"' in text.replace('""', ""):
            yield Effect('"', "ends the field")
        return
    if _QUOTED_FIELD.fullmatch(text):
        return
    if delimiter in text:
        yield Effect("a tab" if delimiter == "\t" else delimiter, "starts another field")
    if _LINE_END.search(text):
        yield Effect("a line break", "starts another row")
    if text.startswith('"'):
        yield Effect('"', "begins a quoted field")
