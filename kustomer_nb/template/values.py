"""Render JSON values: each string in them is a literal, reference, function or template."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, Protocol

from kustomer_nb.diagnostics import Diagnostic, Span
from kustomer_nb.errors import TemplateError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import SAFE_INTEGER, UNDEFINED, number

from .errors import add_location, failed_call, too_deep
from .lookup import value_at
from .provenance import Kind, MissingReference, Notes, Piece, Scope, Traced
from .rounded_numbers import rounded_number
from .template import Template
from .value_syntax import REFERENCE, ParsedReference, parse_reference, with_pointer

if TYPE_CHECKING:
    from datetime import datetime
    from random import Random

    from kustomer_nb.platform import Platform

    from .helpers import Ambient
    from .plain_tags import PlainTags
    from .runtime import Helper

# This function tests whether its value exists, so a missing one is not reported.
_ACCEPTS_MISSING = "ifExists"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendering:
    """The options of rendering, and the time and randomness that helpers use.

    ``adds_numbers``, ``no_escape`` and ``steps`` are those of `Template.render`. ``helpers`` are your own by
    name and take precedence over Kustomer's: ``helper(options, *args)`` in a tag, and
    ``function(call, value, *texts)`` in ``/#fn:name,path,text``. Pass ``now`` and ``random`` for repeatable
    results; None is the clock and a random seed.

    Example:
        >>> from datetime import UTC, datetime
        >>> fixed = Rendering(now=lambda: datetime(2034, 1, 2, tzinfo=UTC))
        >>> render_value("{{date 'day' count=1}}", {}, fixed)
        '2034-01-01T00:00:00.000Z'
    """

    adds_numbers: bool = True
    no_escape: bool = False
    steps: int | None = None
    helpers: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    now: Callable[[], datetime] | None = None
    random: Random | None = None

    @classmethod
    def from_platform(cls, platform: Platform, *, previews: bool = True, **options: Any) -> Rendering:
        """Return the rendering of a platform, with the other fields as given.

        What is previewed is rendered with each key that is typed, so that its default limit is lower. A run
        renders its output once, after the request was sent: it must not stop for a large response.
        """
        return cls(
            adds_numbers=platform.adjacent_raw_numbers_add,
            no_escape=not platform.escape_html,
            steps=None if previews and "template_steps" not in platform.passed else platform.template_steps,
            **options,
        )


def render_value(value: Any, context: Any, rendering: Rendering | None = None) -> Any:
    """Return a JSON value with every reference, function and template resolved, with Kustomer's helpers.

    A reference without a value is ``UNDEFINED``: left out of an object, null in an array. Diagnostics of
    helpers go to the logger ``kustomer_nb.template``.

    Raises:
        TemplateError: a string has a syntax error, handlebars.js fails as well, or a helper failed.

    Example:
        >>> render_value({"id": "/#body.id", "gone": "/#nope", "text": "no {{body.id}}"}, {"body": {"id": 7}})
        {'id': 7, 'text': 'no 7'}
        >>> render_value("/#fn:parseInt,body.count", {"body": {"count": "7"}})
        7
    """
    return render_compiled(compile_value(value), context, HelperSet(rendering or Rendering()))


def render_compiled(compiled: CompiledValue, context: Any, helper_set: HelperSet) -> Any:
    """Return what `render_value` returns, of a compiled value and with the helpers of a rendering.

    Raises:
        TemplateError: as `render_value` does.

    Example:
        >>> render_compiled(compile_value("{{id}}"), {"id": 7}, HelperSet(Rendering()))
        '7'
    """
    return _resolve(compiled, PlainResolver(context, helper_set))


def trace_value(
    value: Any,
    scope: Scope,
    pointer: str = "",
    *,
    rendering: Rendering | None = None,
    notes: Notes | None = None,
) -> Any:
    """Return ``value`` resolved, with strings as `Text`, and references and functions as `Traced`.

    ``notes`` collects missing references, the diagnostics of helpers, and the settings that were read.

    Raises:
        TemplateError: as `render_value` does.

    Example:
        >>> trace_value(["{{a}}", "/#a", 1], Scope({"a": True}))[0]
        <Text: true>
    """
    tracing = Tracing(scope, rendering or Rendering(), Notes() if notes is None else notes)
    return tracing.trace(compile_value(value, pointer))


class CompiledValue(NamedTuple):
    """A JSON value at a pointer, with each of its strings parsed once, however often it is rendered.

    ``node`` is None for a value that is not a string, object or array.
    """

    value: Any
    pointer: str = ""
    node: _Node | None = None


def compile_value(value: Any, pointer: str = "") -> CompiledValue:
    """Return a value to render many times; what is wrong with it is raised when it is rendered.

    Example:
        >>> name = compile_value({"name": "{{name}}"})
        >>> [Tracing(Scope({"name": person})).trace(name)["name"].real for person in ("Ann", "Bo")]
        ['Ann', 'Bo']
    """
    try:
        return CompiledValue(value, pointer, _compile(value, pointer))
    except RecursionError:
        return CompiledValue(value, pointer, _TooDeepNode())


def compile_members(members: Mapping[str, Any], pointer: str) -> dict[str, CompiledValue]:
    """Return each member of an object compiled, with its own pointer."""
    return {name: compile_value(value, pointers.join(pointer, name)) for name, value in members.items()}


class HelperSet:
    """The helpers and functions of one rendering; their diagnostics go to ``diagnostics``, or to the log.

    They are created on demand, because most values do not call any.
    """

    def __init__(self, rendering: Rendering, diagnostics: list[Diagnostic] | None = None) -> None:
        self.rendering = rendering
        self.diagnostics = diagnostics
        known = _known_helpers()
        self.names = known.keys() | rendering.helpers.keys() if rendering.helpers else known
        self.plain_options: dict[str, Any] = {
            "no_escape": rendering.no_escape,
            "adds_numbers": rendering.adds_numbers,
            "steps": rendering.steps,
        }

    @cached_property
    def ambient(self) -> Ambient:
        """The time, randomness and reporting of helpers."""
        from .helpers import Ambient

        fields: dict[str, Any] = {"now": self.rendering.now, "random": self.rendering.random}
        if self.diagnostics is not None:
            fields["report"] = self.diagnostics.append
        return Ambient(**{key: value for key, value in fields.items() if value is not None})

    @cached_property
    def helpers(self) -> dict[str, Any]:
        """The helpers for tags; your own replace Kustomer's."""
        from .helpers import kustomer_helpers

        return {**kustomer_helpers(self.ambient), **self.rendering.helpers}

    @cached_property
    def functions(self) -> dict[str, Any]:
        """The functions for ``/#fn:``; your own replace Kustomer's."""
        from .helpers import kustomer_functions

        return {**kustomer_functions(self.ambient), **self.rendering.helpers}

    def options(self, template: Template) -> dict[str, Any]:
        """Return the keyword arguments for rendering a template."""
        # Without helpers a template takes the fast path of `Template.render`.
        if not template.may_call(self.names):
            return self.plain_options
        return {**self.plain_options, "helpers": self.helpers, "find_helper": self.find_helper}

    def find_helper(self, name: str) -> Helper | None:
        """Return a helper that is called with arguments and is not in the mapping."""
        from .helpers import find_helper

        return find_helper(name, self.helpers, self.ambient)

    def call_function(self, reference: ParsedReference, value: Any, text: str, pointer: str) -> Any:
        """Return the result of a function."""
        from .helpers import Call, find_function

        name = reference.function or ""
        try:
            return find_function(name, self.functions, self.ambient)(Call(name), value, *reference.args)
        except Exception as error:
            raise failed_call(name, error, text, pointer) from error


@cache
def _known_helpers() -> Mapping[str, Any]:
    """Import Kustomer's helpers; cached, because an import takes as long as a short template."""
    from .helpers import HELPERS

    return HELPERS


class _Node(Protocol):
    """A compiled string, object or array."""

    def resolve(self, value: Any, resolver: PlainResolver | Tracing) -> Any:
        """Return the value with each string in it resolved."""


class ReferenceNode:
    """A string that begins with ``/#``."""

    __slots__ = ("_parsed", "_piece", "_segments", "pointer", "span", "text")

    def __init__(self, text: str, pointer: str) -> None:
        self.text = text
        self.pointer = pointer
        self.span = Span(0, len(text), 1, 1)
        self._parsed: ParsedReference | None = None
        self._segments: tuple[str, ...] = ()
        self._piece: Piece | None = None

    def piece(self, path: str, kind: Kind, label: str | None) -> Piece:
        """Return the empty piece of the value; it is shared, since one node mostly has one origin."""
        piece = self._piece
        if piece is None or piece.kind is not kind or piece.label != label:
            piece = self._piece = Piece("", kind, path, label, self.pointer, self.span)
        return piece

    def parsed(self) -> tuple[ParsedReference, tuple[str, ...]]:
        """Return the reference and the segments of its path, parsed at the first call."""
        if self._parsed is None:
            try:
                parsed = parse_reference(self.text)
            except TemplateError as error:
                raise with_pointer(error, self.pointer) from None
            self._segments = parsed.segments
            self._parsed = parsed
        return self._parsed, self._segments

    def resolve(self, value: Any, resolver: PlainResolver | Tracing) -> Any:
        """Return the value of the reference or function."""
        return resolver.reference(self)


class TemplateNode:
    """A string that does not begin with ``/#``."""

    __slots__ = ("_parsed", "_tags", "pointer", "text")

    def __init__(self, text: str, pointer: str) -> None:
        self.text = text
        self.pointer = pointer
        self._parsed: Template | None = None
        self._tags: PlainTags | None = None

    def parsed(self) -> tuple[Template, PlainTags | None]:
        """Return the template, and its parts if it only prints variables; parsed at the first call."""
        if self._parsed is None:
            template = Template.parse(self.text)
            # A bare name of a helper of Kustomer is a call.
            if not template.may_call(_known_helpers()) and template.plain_tags is not None:
                self._tags = template.plain_tags.at(self.pointer)
            self._parsed = template
        return self._parsed, self._tags

    def resolve(self, value: Any, resolver: PlainResolver | Tracing) -> Any:
        """Return the text of the template."""
        return resolver.template(self)


class ObjectNode:
    """An object; ``nodes`` are those of its members that are not constants."""

    __slots__ = ("nodes",)

    def __init__(self, nodes: Mapping[str, _Node]) -> None:
        self.nodes = nodes

    def resolve(self, value: Any, resolver: PlainResolver | Tracing) -> Any:
        """Return the object with each member resolved."""
        nodes, errors = self.nodes, []
        resolved = {}
        for key, item in value.items():
            node = nodes.get(key)
            if node is not None:
                try:
                    item = node.resolve(item, resolver)
                except TemplateError as error:
                    errors.append(error)
                    continue
            # As JSON.stringify does: undefined is dropped from an object, and becomes null in an array.
            if item is not UNDEFINED:
                resolved[key] = item
        return resolved if not errors else _raise_all(errors)


class ArrayNode:
    """An array; ``nodes`` are those of its items, None for a constant."""

    __slots__ = ("nodes",)

    def __init__(self, nodes: Sequence[_Node | None]) -> None:
        self.nodes = nodes

    def resolve(self, value: Any, resolver: PlainResolver | Tracing) -> Any:
        """Return the array with each item resolved."""
        errors = []
        resolved = []
        for item, node in zip(value, self.nodes, strict=True):
            if node is not None:
                try:
                    item = node.resolve(item, resolver)
                except TemplateError as error:
                    errors.append(error)
                    continue
            resolved.append(None if item is UNDEFINED else item)
        return resolved if not errors else _raise_all(errors)


class _NumberNode:
    """A number that JavaScript writes in another way; ``diagnostic`` None if no digit changes."""

    __slots__ = ("after", "diagnostic")

    def __init__(self, value: float, pointer: str) -> None:
        self.after = number(value)
        self.diagnostic = rounded_number(value, pointer)

    def resolve(self, value: Any, resolver: PlainResolver | Tracing) -> Any:
        if isinstance(resolver, Tracing):
            if resolver.keeps_numbers:
                return value
            if self.diagnostic is not None:
                resolver.notes.diagnostics.append(self.diagnostic)
        return self.after


class _TooDeepNode:
    """A value that is nested deeper than Python's stack."""

    __slots__ = ()

    def resolve(self, value: Any, resolver: PlainResolver | Tracing) -> NoReturn:
        raise RecursionError


def _compile(value: Any, pointer: str) -> _Node | None:
    if isinstance(value, str):
        return (ReferenceNode if value.startswith(REFERENCE) else TemplateNode)(value, pointer)
    # Loops, not comprehensions: each of those would be one more call at each level.
    if isinstance(value, dict):
        members = {}
        for key, item in value.items():
            if (node := _compile(item, pointers.join(pointer, key))) is not None:
                members[key] = node
        return ObjectNode(members)
    if isinstance(value, list):
        items = []
        for index, item in enumerate(value):
            items.append(_compile(item, f"{pointer}/{index}"))
        return ArrayNode(items)
    if isinstance(value, (int, float)) and not -SAFE_INTEGER <= value <= SAFE_INTEGER:
        return _NumberNode(value, pointer)
    return None


def _raise_all(errors: list[TemplateError]) -> NoReturn:
    """Raise one error with the diagnostics of all members that failed."""
    diagnostics = [diagnostic for error in errors for diagnostic in error.diagnostics]
    raise TemplateError(diagnostics) from errors[0].__cause__


def _resolve(compiled: CompiledValue, resolver: PlainResolver | Tracing) -> Any:
    value, pointer, node = compiled
    if node is None:
        return value
    try:
        return node.resolve(value, resolver)
    except RecursionError:
        raise too_deep(pointer) from None


class PlainResolver:
    """Resolves strings to plain values."""

    __slots__ = ("context", "helper_set")

    def __init__(self, context: Any, helper_set: HelperSet) -> None:
        self.context = context
        self.helper_set = helper_set

    def template(self, node: TemplateNode) -> Any:
        """Return the text of a template."""
        try:
            template, _ = node.parsed()
            return template.render(self.context, **self.helper_set.options(template))
        except TemplateError as error:
            raise with_pointer(error, node.pointer) from error.__cause__

    def reference(self, node: ReferenceNode) -> Any:
        """Return the value of a reference or function."""
        reference, segments = node.parsed()
        value = value_at(self.context, segments)
        if reference.function is None:
            return value
        return self.helper_set.call_function(reference, value, node.text, node.pointer)


class Tracing:
    """Renders compiled values with the origin of each piece; ``notes`` collects what all of them read.

    ``keeps_numbers`` leaves a number that JavaScript would round as it is, for whoever converts it later.

    Example:
        >>> tracing = Tracing(Scope({"a": True}))
        >>> tracing.trace(compile_value("/#gone")), [reference.path for reference in tracing.notes.missing]
        (UNDEFINED, ['gone'])
    """

    def __init__(
        self,
        scope: Scope,
        rendering: Rendering | None = None,
        notes: Notes | None = None,
        *,
        keeps_numbers: bool = False,
    ) -> None:
        rendering = rendering or Rendering()
        self.scope = scope
        self.keeps_numbers = keeps_numbers
        self.notes = Notes() if notes is None else notes
        self.helper_set = HelperSet(rendering, self.notes.diagnostics)
        # A helper of the user's own may have the name of any variable.
        self._prints_plainly = not (rendering.no_escape or rendering.helpers)

    def trace(self, compiled: CompiledValue) -> Any:
        """Return the value resolved, as `trace_value` does.

        Raises:
            TemplateError: as `render_value` does.
        """
        return _resolve(compiled, self)

    def template(self, node: TemplateNode) -> Any:
        """Return the `Text` of a template."""
        try:
            template, tags = node.parsed()
            if (
                tags is not None
                and self._prints_plainly
                and (text := tags.trace(self.scope, self.notes)) is not None
            ):
                return text
            options = self.helper_set.options(template)
            return template.origins(self.scope, pointer=node.pointer, notes=self.notes, **options)
        except TemplateError as error:
            raise with_pointer(error, node.pointer) from error.__cause__

    def reference(self, node: ReferenceNode) -> Any:
        """Return the value of a reference or function as `Traced`; `UNDEFINED` if it has none."""
        reference, segments = node.parsed()
        path = reference.path
        kind, label = self.scope.origin(segments)
        value = value_at(self.scope.values, segments)
        if label is not None or (kind is Kind.ENV and value is not UNDEFINED):
            self.notes.reads.append(node.piece(path, kind, label))
        elif value is UNDEFINED and path and reference.function != _ACCEPTS_MISSING:
            self.notes.missing.append(MissingReference(path, node.pointer, kind, node.span, segments[0]))
        if reference.function is not None:
            value = self._call_function(node, reference, value, label)
            kind, label = Kind.HELPER, None if value is UNDEFINED else label
        if value is UNDEFINED and label is None:
            return UNDEFINED
        return Traced(value, node.piece(path, kind, label))

    def _call_function(
        self, node: ReferenceNode, reference: ParsedReference, value: Any, label: str | None
    ) -> Any:
        text, pointer = node.text, node.pointer
        first = len(self.notes.diagnostics)
        result = self.helper_set.call_function(reference, value, text, pointer)
        labels, setting_values = ((), ()) if label is None else ((label,), (value,))
        span = Span.from_offsets(text, 0, len(text))
        add_location(self.notes.diagnostics, first, pointer, span, labels, setting_values)
        return result
