"""What a test can touch in an action: references, branches, inputs, properties, conversions and responses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from kustomer_nb.codes import Code
from kustomer_nb.definition import Locator
from kustomer_nb.errors import TemplateError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import string
from kustomer_nb.schema.nodes import declared_types
from kustomer_nb.template.ast import Block, Call, Expression, LineIndex, Literal, Mustache, Path, Program
from kustomer_nb.template.helpers import HELPERS
from kustomer_nb.template.scope import KNOWN, Role, role
from kustomer_nb.template.template import Template
from kustomer_nb.template.value_syntax import REFERENCE

if TYPE_CHECKING:
    from kustomer_nb.action import Action
    from kustomer_nb.diagnostics import Span

# What tells one site from another, in an action and in what a run touched.
Key = tuple[str, ...]

MOST_DEPTH = 8
_TYPES = frozenset({"string", "number", "integer", "boolean", "array", "object", "null"})
THEN, ELSE = "then", "else"
STATUS_CLASSES = ("2xx", "4xx", "5xx")
# The problems of inputs for which the platform rejects a run.
REJECTIONS = (Code.INPUT_MISSING, Code.INPUT_TYPE, Code.INPUT_UNDECLARED)
SAMPLE_KEY: Key = ("sample",)


class SiteKind(StrEnum):
    """What a site is, as reports count it."""

    REFERENCE = "reference"
    BRANCH = "branch"
    INPUT = "input"
    OUTPUT = "output"
    CONVERSION = "conversion"
    REJECTION = "rejection"
    STATUS = "status"
    SAMPLE = "sample"

    @property
    def plural(self) -> str:
        """The kind in a count."""
        return {"branch": "branches", "status": "statuses"}.get(self.value, f"{self.value}s")


class Site(NamedTuple):
    """One thing that a test can touch.

    ``missing`` is what to test where none did, as a sentence. ``pointer`` is the place in the file, ``span``
    the position there; a status has neither.
    """

    kind: SiteKind
    key: Key
    missing: str
    pointer: str = ""
    span: Span | None = None

    @property
    def line(self) -> int | None:
        """The line in the file."""
        return self.span.line if self.span else None


def sites(action: Action) -> tuple[Site, ...]:
    """Return what a test can touch in an action, in the order of the file and then the statuses.

    Example:
        >>> from kustomer_nb import load
        >>> template = {"uri": "https://a.b/{{#if id}}{{{id}}}{{/if}}", "method": "get"}
        >>> for site in sites(load({"inputTemplate": template}).action())[:3]:
        ...     print(site.missing)
        the block of line 3 was never taken: {{#if id}}
        the other case of line 3 was never taken: {{#if id}}
        no case reads a value of `id` in inputTemplate/uri
    """
    return tuple(_Sites(action).all())


class _Sites:
    """The sites of one action."""

    def __init__(self, action: Action) -> None:
        self.action = action
        self.definition = action.definition
        self.locate = Locator(action.app.document, action.read)
        schema = self.definition.input_schema or {}
        names = schema.get("properties")
        self.variables = {*(names if isinstance(names, Mapping) else ()), *self.definition.setting_keys}

    def all(self) -> Iterator[Site]:
        """Yield every site."""
        template = self.definition.input_template
        yield from self._strings(template.as_written if template else None, "/inputTemplate")
        yield from self._inputs()
        yield from self._rejections()
        yield from self._strings(self.definition.output_template, "/outputTemplate")
        yield from self._outputs(self.definition.output_schema, "/outputSchema", "", 0)
        if template is not None:
            for name in STATUS_CLASSES:
                key = ("status", name)
                yield Site(SiteKind.STATUS, key, f"no case with a response of {name}")
        if self.definition.sample_output_context is not None:
            words = "no case with the output of the sample"
            yield self._site(SiteKind.SAMPLE, SAMPLE_KEY, words, "/sampleOutputContext")

    def _site(self, kind: SiteKind, key: Key, missing: str, pointer: str, inner: Span | None = None) -> Site:
        return Site(kind, key, missing, f"{self.action.pointer}{pointer}", self.locate(pointer, inner))

    def _strings(self, value: Any, pointer: str) -> Iterator[Site]:
        if isinstance(value, str):
            yield from self._string(value, pointer)
        elif isinstance(value, Mapping):
            for key, item in value.items():
                yield from self._strings(item, pointers.join(pointer, key))
        elif isinstance(value, list):
            for index, item in enumerate(value):
                yield from self._strings(item, f"{pointer}/{index}")

    def _string(self, text: str, pointer: str) -> Iterator[Site]:
        if text.startswith(REFERENCE):
            words = f"no case reads a value of `{text}` in {pointer[1:]}"
            yield self._site(SiteKind.REFERENCE, reference_key(pointer, 0), words, pointer)
            return
        try:
            template = Template.parse(text)
        except TemplateError:
            # Reported by the linter; no run renders it.
            return
        lines = LineIndex(text)
        found_sites = [*self._program(template.tree, text, pointer, lines)]
        yield from sorted(found_sites, key=lambda site: site.span.start if site.span else 0)

    def _program(self, program: Program, text: str, pointer: str, lines: LineIndex) -> Iterator[Site]:
        for statement in program.body:
            if isinstance(statement, Mustache):
                yield from self._call(statement.call, text, pointer, lines)
            elif isinstance(statement, Block):
                yield from self._call(statement.call, text, pointer, lines, is_block=True)
                yield from self._branches(statement, text, pointer, lines)
                for inner in filter(None, (statement.program, statement.inverse)):
                    yield from self._program(inner, text, pointer, lines)

    def _call(
        self, call: Call, text: str, pointer: str, lines: LineIndex, *, is_block: bool = False
    ) -> Iterator[Site]:
        is_helper = role(call, []) is Role.HELPER or self._is_helper(call.path)
        # What a block is about is touched by its branches.
        is_condition = is_block and (not is_helper or string(call.path.original) in KNOWN)
        if not is_helper and not is_condition:
            yield from self._path(call.path, text, pointer, lines)
        for node in (*call.params, *(value for _, value in call.pairs)):
            if not (is_condition and isinstance(node, Path)):
                yield from self._expression(node, text, pointer, lines)

    def _is_helper(self, path: Path) -> bool:
        name = string(path.original)
        return path.is_simple and name in {*KNOWN, *HELPERS} and name not in self.variables

    def _expression(self, node: Expression, text: str, pointer: str, lines: LineIndex) -> Iterator[Site]:
        if isinstance(node, Literal):
            return
        yield from (
            self._path(node, text, pointer, lines)
            if isinstance(node, Path)
            else self._call(node, text, pointer, lines)
        )

    def _path(self, path: Path, text: str, pointer: str, lines: LineIndex) -> Iterator[Site]:
        # @index and the like always have a value in a loop.
        if path.is_data and path.parts[:1] != ("root",):
            return
        inner = lines.span(path.start, path.end)
        words = f"no case reads a value of `{text[path.start : path.end]}` in {pointer[1:]}"
        key = reference_key(pointer, path.start)
        yield self._site(SiteKind.REFERENCE, key, words, pointer, inner)

    def _branches(self, block: Block, text: str, pointer: str, lines: LineIndex) -> Iterator[Site]:
        call = block.call
        tag, name = text[call.start : call.end].strip(), string(call.path.original)
        inner = lines.span(call.start, call.end)
        span = self.locate(pointer, inner)
        where = f"line {span.line}" if span else pointer[1:]
        if name == "each":
            sentences = {
                THEN: f"the loop of {where} never had an item: {tag}",
                ELSE: f"the loop of {where} was never empty: {tag}",
            }
        else:
            without = "the else branch of" if block.inverse and block.program else "the other case of"
            # An inverse section, {{^name}}, has its block for what is false.
            words_by_branch = ("the block of", without) if block.program else (without, "the block of")
            sentences = {
                branch: f"{words} {where} was never taken: {tag}"
                for branch, words in zip((THEN, ELSE), words_by_branch, strict=True)
            }
        for branch, words in sentences.items():
            key = branch_key(pointer, block.start, branch)
            yield self._site(SiteKind.BRANCH, key, words, pointer, inner)

    def _inputs(self) -> Iterator[Site]:
        schema = self.definition.input_schema
        yield from self._properties(schema, "/inputSchema", "", 0)

    def _rejections(self) -> Iterator[Site]:
        """Yield what the platform rejects: a required input without a value, another type, another name."""
        schema = self.definition.input_schema
        if not isinstance(schema, Mapping):
            return
        missing, other_type, unknown = (str(code) for code in REJECTIONS)
        required = schema.get("required")
        for name, member, place, _ in _members(schema, "/inputSchema", ""):
            if isinstance(required, list) and name in required:
                words = f"no case shows that `{name}` is required"
                yield self._site(SiteKind.REJECTION, ("rejection", missing, name), words, place)
            kinds = declared_types(member.get("type")) if isinstance(member, Mapping) else ()
            if kinds and {*kinds} <= _TYPES and not {"object", "array"} <= {*kinds}:
                words = f"no case gives `{name}` a value of another type, which is rejected"
                yield self._site(SiteKind.REJECTION, ("rejection", other_type, name), words, place)
        if schema.get("additionalProperties") is False:
            words = "no case gives an input that is not declared, which is rejected"
            place = "/inputSchema/additionalProperties"
            yield self._site(SiteKind.REJECTION, ("rejection", unknown, ""), words, place)

    def _properties(self, schema: Any, pointer: str, path: str, depth: int) -> Iterator[Site]:
        for name, member, place, inner_path in _members(schema, pointer, path):
            key = ("input", inner_path)
            words = f"no case gives `{inner_path}`"
            yield self._site(SiteKind.INPUT, (*key, "given"), words, place)
            required = schema.get("required")
            is_required = isinstance(required, list) and name in required
            if not path and not is_required:
                words = f"no case leaves out `{inner_path}`"
                yield self._site(SiteKind.INPUT, (*key, "absent"), words, place)
            kinds = declared_types(member.get("type")) if isinstance(member, Mapping) else ()
            if kinds and {*kinds} <= {"number", "integer", "boolean", "null"}:
                words = f"no case gives `{inner_path}` as text, which is converted to {' or '.join(kinds)}"
                yield self._site(SiteKind.CONVERSION, ("conversion", inner_path), words, place)
            if depth < MOST_DEPTH:
                yield from self._within(self._properties, member, place, inner_path, depth)

    def _outputs(self, schema: Any, pointer: str, path: str, depth: int) -> Iterator[Site]:
        for _, member, place, inner_path in _members(schema, pointer, path):
            words = f"no case has `{inner_path}` in its output"
            yield self._site(SiteKind.OUTPUT, ("output", inner_path), words, place)
            if depth < MOST_DEPTH:
                yield from self._within(self._outputs, member, place, inner_path, depth)

    @staticmethod
    def _within(walk: Any, member: Any, place: str, path: str, depth: int) -> Iterator[Site]:
        yield from walk(member, place, path, depth + 1)
        items = member.get("items") if isinstance(member, Mapping) else None
        yield from walk(items, f"{place}/items", f"{path}[]", depth + 1)


def _members(schema: Any, pointer: str, path: str) -> Iterator[tuple[str, Any, str, str]]:
    """Yield each declared member with its schema, its pointer, and its path in a value."""
    properties = schema.get("properties") if isinstance(schema, Mapping) else None
    for name, member in properties.items() if isinstance(properties, Mapping) else ():
        yield name, member, pointers.join(pointer, "properties", name), f"{path}.{name}" if path else name


def reference_key(pointer: str, start: int) -> Key:
    """Return the key of a read at an offset of a template."""
    return ("reference", pointer, str(start))


def branch_key(pointer: str, start: int, branch: str) -> Key:
    """Return the key of a branch of the block at an offset of a template."""
    return ("branch", pointer, str(start), branch)
