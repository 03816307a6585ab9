"""Where the inputTemplate of an action uses its inputs and app settings, at any depth."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kustomer_nb.errors import TemplateError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.template.helpers import HELPERS
from kustomer_nb.template.lexer import Token
from kustomer_nb.template.read_paths import ITEM, Item, KindOf, read_paths
from kustomer_nb.template.value_syntax import FUNCTION, REFERENCE, parse_reference

if TYPE_CHECKING:
    from kustomer_nb.definition import ReadAction

Route = tuple[str | Item, ...]
_SEGMENT = re.compile(r"(?P<name>[^\[\]]+)(?P<items>(?:\[\d+\])*)")
_INDEX = re.compile(r"0|[1-9]\d*")


@dataclass(frozen=True)
class Text:
    """A string of a template, or one of its keys, with the pointer of the value that it is or names."""

    pointer: str
    text: str
    is_key: bool = False


@dataclass(frozen=True)
class Use:
    """A read of a variable: where it leads, and the tokens of the last names that the author wrote.

    ``form`` is ``reference``, ``function``, ``escaped`` or ``raw`` (printed by a tag), or ``argument`` (of a
    block or helper, whose name is ``helper``). A name is None where the author wrote an index.
    """

    source: Text
    route: Route
    names: tuple[Token | None, ...]
    start: int
    end: int
    form: str
    helper: str = ""

    def token(self, route: Sequence[str | Item]) -> Token | None:
        """Return the token that names the value at a route; None if the use does not write that name."""
        at = len(route) - 1 - (len(self.route) - len(self.names))
        return self.names[at] if leads_through(self.route, route) and 0 <= at < len(self.names) else None


def leads_through(route: Sequence[str | Item], outer: Sequence[str | Item]) -> bool:
    """Return whether a route leads through another one: an index fits any item.

    Example:
        >>> leads_through(("lines", "0", "sku"), ("lines", ITEM)), leads_through(("lines",), ("line",))
        (True, False)
    """
    return len(route) >= len(outer) and all(map(_fits, route, outer))


def _fits(key: str | Item, outer: str | Item) -> bool:
    return key == outer or (outer is ITEM and isinstance(key, str) and _INDEX.fullmatch(key) is not None)


def template_texts(value: Any, pointer: str) -> Iterator[Text]:
    """Yield the strings and the keys of a template, in the order of the text.

    Example:
        >>> [(text.pointer, text.text) for text in template_texts({"a": ["x"]}, "/data")]
        [('/data/a', 'a'), ('/data/a/0', 'x')]
    """
    # Without recursion, because a document may be nested deep.
    pending: list[Text | tuple[str, Any]] = [(pointer, value)]
    while pending:
        entry = pending.pop()
        if isinstance(entry, Text):
            yield entry
            continue
        location, node = entry
        if isinstance(node, str):
            yield Text(location, node)
        elif isinstance(node, list):
            pending += reversed([(pointers.join(location, at), item) for at, item in enumerate(node)])
        elif isinstance(node, dict):
            for key, item in reversed(node.items()):
                inner = pointers.join(location, key)
                pending += [(inner, item), Text(inner, key, is_key=True)]


def input_uses(read: ReadAction) -> tuple[list[Use], list[Text]]:
    """Return the uses in the inputTemplate of an action, and the strings that cannot be read.

    Example:
        >>> from kustomer_nb.definition import read_document
        >>> text = '{"inputTemplate": {"uri": "/{{id}}", "data": "/#lines[0].sku", "qs": "{{"}}'
        >>> uses, unreadable = input_uses(read_document(text).actions[0])
        >>> [(use.route[0], use.form) for use in uses], [source.pointer for source in unreadable]
        ([('id', 'escaped'), ('lines', 'reference')], ['/inputTemplate/qs'])
    """
    uses: list[Use] = []
    unreadable: list[Text] = []
    kind_of = schema_kinds(read.value.get("inputSchema"))
    location = pointers.join(read.pointer, "inputTemplate")
    for source in template_texts(read.value.get("inputTemplate"), location):
        try:
            uses += uses_in(source, kind_of)
        except TemplateError:
            unreadable.append(source)
    return uses, unreadable


def uses_in(source: Text, kind_of: KindOf | None = None) -> Iterator[Use]:
    """Yield the uses in one string.

    Raises:
        TemplateError: it has a syntax error.
    """
    text = source.text
    # A key is never a reference, but a template in one is meant as such (KNB425).
    if text.startswith(REFERENCE) and not source.is_key:
        yield from _reference(source)
        return
    if "{{" not in text:
        return
    for path in read_paths(text, kind_of):
        # A bare name of a helper of Kustomer is a call.
        if path.may_call and path.route[0] in HELPERS:
            continue
        form = ("escaped" if path.escapes else "raw") if path.is_tag else "argument"
        yield Use(source, path.route, path.names, path.start, path.end, form, path.helper)


def _reference(source: Text) -> Iterator[Use]:
    reference = parse_reference(source.text, source.pointer)
    if not reference.segments:
        return
    start = len(REFERENCE) if reference.function is None else len(f"{FUNCTION}{reference.function},")
    route: list[str | Item] = []
    names: list[Token | None] = []
    at = start
    for segment in reference.segments:
        # KNB302 reports an index in brackets, which is meant as one.
        match = _SEGMENT.fullmatch(segment)
        name, items = (match["name"], match["items"].count("[")) if match else (segment, 0)
        route += [name, *[ITEM] * items]
        names += [Token("ID", name, at, at + len(name)), *[None] * items]
        at += len(segment) + 1
    form = "reference" if reference.function is None else "function"
    yield Use(
        source, tuple(route), tuple(names), start, start + len(reference.path), form, reference.function or ""
    )


def schema_kinds(schema: Any) -> KindOf:
    """Return what tells the type of the value at a route from a schema of inputs.

    Example:
        >>> kind_of = schema_kinds({"properties": {"lines": {"items": {"type": "object"}}}})
        >>> kind_of(("lines",)), kind_of(("lines", ITEM)), kind_of(("other",))
        ('array', 'object', None)
    """

    def kind_of(route: Route) -> str | None:
        node = schema
        for key in route:
            node = _inner(node, key)
        return _kind(node)

    return kind_of


def _inner(schema: Any, key: str | Item) -> Any:
    if not isinstance(schema, dict):
        return None
    properties = schema.get("properties")
    if isinstance(key, str) and isinstance(properties, dict) and key in properties:
        return properties[key]
    return schema.get("items") if key is ITEM or _INDEX.fullmatch(str(key)) else None


def _kind(schema: Any) -> str | None:
    if not isinstance(schema, dict):
        return None
    kind = schema.get("type")
    if isinstance(kind, str):
        return kind
    if kind is None and isinstance(schema.get("properties"), dict):
        return "object"
    return "array" if kind is None and isinstance(schema.get("items"), dict) else None
