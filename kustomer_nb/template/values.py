"""Render JSON values: each string in them is a literal, reference, function or template."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity, Span
from kustomer_nb.errors import TemplateError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED

from .errors import add_location
from .lookup import look_up
from .provenance import Kind, MissingReference, Notes, Piece, Scope, Traced
from .template import Template
from .value_syntax import REFERENCE, ParsedReference, parse_reference, with_pointer

if TYPE_CHECKING:
    from datetime import datetime
    from random import Random

    from kustomer_nb.platform import Platform

    from .helpers import Ambient
    from .runtime import Helper

# This function tests whether its value exists, so a missing one is not reported.
_ACCEPTS_MISSING = "ifExists"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendering:
    """The options of rendering, and the time and randomness that helpers use.

    ``adds_numbers`` and ``no_escape`` are those of `Template.render`. ``helpers`` are your own by name and
    take precedence over Kustomer's: ``helper(options, *args)`` in a tag, ``function(call, value, *texts)`` in
    ``/#fn:name,path,text``. Pass ``now`` and ``random`` for repeatable results; None is the clock and a
    random seed.

    Example:
        >>> from datetime import UTC, datetime
        >>> fixed = Rendering(now=lambda: datetime(2034, 1, 2, tzinfo=UTC))
        >>> render_value("{{date 'day' count=1}}", {}, fixed)
        '2034-01-01T00:00:00.000Z'
    """

    adds_numbers: bool = True
    no_escape: bool = False
    helpers: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    now: Callable[[], datetime] | None = None
    random: Random | None = None

    @classmethod
    def from_platform(cls, platform: Platform, **options: Any) -> Rendering:
        """Return the rendering of a platform, with the other fields as given."""
        return cls(
            adds_numbers=platform.adjacent_raw_numbers_add, no_escape=not platform.escape_html, **options
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
    return _resolve(value, "", _PlainResolver(context, rendering or Rendering()))


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
    if not isinstance(value, (str, dict, list)):
        return value
    notes = Notes() if notes is None else notes
    return _resolve(value, pointer, _TracingResolver(scope, rendering or Rendering(), notes))


class _HelperSet:
    """The helpers and functions of one rendering; their diagnostics go to ``diagnostics``, or to the log.

    They are created on demand, because most values do not call any.
    """

    def __init__(self, rendering: Rendering, diagnostics: list[Diagnostic] | None) -> None:
        self.rendering = rendering
        self.diagnostics = diagnostics
        known = _known_helpers()
        self.names = known.keys() | rendering.helpers.keys() if rendering.helpers else known
        self.plain_options = {"no_escape": rendering.no_escape, "adds_numbers": rendering.adds_numbers}

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
            # Only the type: the text of the error may contain a secret.
            message = f"`{name}` failed with {type(error).__name__}."
            span = Span.from_offsets(text, 0, len(text))
            failure = Diagnostic(
                Code.TEMPLATE_SYNTAX, Severity.ERROR, pointer, message, "check its arguments.", span
            )
            raise TemplateError([failure]) from error


def _read_reference(text: str, pointer: str) -> ParsedReference:
    try:
        return _parsed_reference(text)
    except TemplateError as error:
        raise with_pointer(error, pointer) from None


_parsed_reference = lru_cache(maxsize=4096)(parse_reference)


@cache
def _known_helpers() -> Mapping[str, Any]:
    """Import Kustomer's helpers; cached, because an import takes as long as a short template."""
    from .helpers import HELPERS

    return HELPERS


class _PlainResolver:
    """Resolves strings to plain values."""

    def __init__(self, context: Any, rendering: Rendering) -> None:
        self.context = context
        self.helper_set = _HelperSet(rendering, None)

    def template(self, text: str, pointer: str) -> Any:
        try:
            template = Template.parse(text)
            return template.render(self.context, **self.helper_set.options(template))
        except TemplateError as error:
            raise with_pointer(error, pointer) from error.__cause__

    def reference(self, text: str, pointer: str) -> Any:
        reference = _read_reference(text, pointer)
        value = _value_at(self.context, reference.segments)
        return (
            value
            if reference.function is None
            else self.helper_set.call_function(reference, value, text, pointer)
        )


class _TracingResolver:
    """Resolves strings to values with their origin."""

    def __init__(self, scope: Scope, rendering: Rendering, notes: Notes) -> None:
        self.scope = scope
        self.notes = notes
        self.helper_set = _HelperSet(rendering, notes.diagnostics)

    def template(self, text: str, pointer: str) -> Any:
        try:
            template = Template.parse(text)
            options = self.helper_set.options(template)
            return template.origins(self.scope, pointer=pointer, notes=self.notes, **options)
        except TemplateError as error:
            raise with_pointer(error, pointer) from error.__cause__

    def reference(self, text: str, pointer: str) -> Any:
        reference = _read_reference(text, pointer)
        segments = reference.segments
        kind, label = self.scope.origin(segments)
        value = _value_at(self.scope.values, segments)
        span = Span(0, len(text), 1, 1)
        if label is not None or (kind is Kind.ENV and value is not UNDEFINED):
            self.notes.reads.append(Piece("", kind, reference.path, label, pointer, span))
        elif value is UNDEFINED and reference.path and reference.function != _ACCEPTS_MISSING:
            self.notes.missing.append(MissingReference(reference.path, pointer, kind, span, segments[0]))
        if reference.function is not None:
            value = self._call_function(reference, value, text, pointer, label)
            kind, label = Kind.HELPER, None if value is UNDEFINED else label
        if value is UNDEFINED and label is None:
            return UNDEFINED
        return Traced(value, Piece("", kind, reference.path, label, pointer, span))

    def _call_function(
        self, reference: ParsedReference, value: Any, text: str, pointer: str, label: str | None
    ) -> Any:
        first = len(self.notes.diagnostics)
        result = self.helper_set.call_function(reference, value, text, pointer)
        labels, setting_values = ((), ()) if label is None else ((label,), (value,))
        span = Span.from_offsets(text, 0, len(text))
        add_location(self.notes.diagnostics, first, pointer, span, labels, setting_values)
        return result


def _value_at(values: Any, segments: tuple[str, ...]) -> Any:
    """Return the value at a path; `UNDEFINED` for no path or a member of null."""
    if not segments:
        return UNDEFINED
    value = look_up(values, segments)
    # `look_up` returns a null along the way, which here is not the value of the path.
    return UNDEFINED if value is None and look_up(values, segments[:-1]) is None else value


def _resolve(value: Any, pointer: str, resolver: _PlainResolver | _TracingResolver) -> Any:
    try:
        return _resolve_strings(value, pointer, resolver)
    except RecursionError:
        raise _too_deep(pointer) from None


def _too_deep(pointer: str) -> TemplateError:
    message, fix = "the value is nested too deep to render.", "reduce the nesting."
    return TemplateError.from_code(Code.TEMPLATE_LIMIT, message, fix, pointer=pointer)


def _resolve_strings(value: Any, pointer: str, resolver: _PlainResolver | _TracingResolver) -> Any:
    if isinstance(value, str):
        return (resolver.reference if value.startswith(REFERENCE) else resolver.template)(value, pointer)
    # As JSON.stringify does: undefined becomes null in an array and is dropped from an object.
    if isinstance(value, dict):
        members = _resolve_members(value.items(), pointer, resolver)
        return {key: item for key, item in members if item is not UNDEFINED}
    if isinstance(value, list):
        members = _resolve_members(enumerate(value), pointer, resolver)
        return [None if item is UNDEFINED else item for _, item in members]
    return value


def _resolve_members(
    members: Iterable[tuple[Any, Any]], pointer: str, resolver: _PlainResolver | _TracingResolver
) -> list[tuple[Any, Any]]:
    """Return the keys and resolved members of an object or array; one error has all their diagnostics."""
    resolved: list[tuple[Any, Any]] = []
    errors: list[TemplateError] = []
    for key, item in members:
        if not isinstance(item, (str, dict, list)):
            resolved.append((key, item))
            continue
        try:
            resolved.append((key, _resolve_strings(item, pointers.join(pointer, key), resolver)))
        except TemplateError as error:
            errors.append(error)
    if errors:
        diagnostics = [diagnostic for error in errors for diagnostic in error.diagnostics]
        raise TemplateError(diagnostics) from errors[0].__cause__
    return resolved
