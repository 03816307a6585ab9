"""Whole JSON values of templates: literal, reference, function or template, each string by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity, Span
from kustomer_nb.errors import TemplateError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED

from .errors import add_location
from .lookup import look_up
from .provenance import Kind, MissingReference, Notes, Piece, Scope, Traced
from .value_syntax import REFERENCE, ParsedReference, items, parse, placed, pointed

if TYPE_CHECKING:
    from datetime import datetime
    from random import Random

    from kustomer_nb.platform import Platform

    from .helpers import Ambient
    from .runtime import Helper
    from .template import Template

# This one asks whether its value is there, so it may be missing.
_ASKS = "ifExists"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendering:
    """How values are rendered, and what helpers may ask of the world.

    ``adds_numbers`` and ``no_escape`` are those of `Template.render`. ``helpers`` are one's own by name and
    go before Kustomer's: ``helper(options, *args)`` in a tag, ``function(call, value, *texts)`` in a
    ``/#fn:name,path,text``. ``now`` gives the time and ``random`` the chance, so that results can be stable;
    None is the clock, and chance.

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
    def on(cls, platform: Platform, **given: Any) -> Rendering:
        """Return how a platform renders, with helpers, time and chance as given."""
        return cls(
            adds_numbers=platform.adjacent_raw_numbers_add, no_escape=not platform.escape_html, **given
        )


def render_value(value: Any, context: Any, rendering: Rendering | None = None) -> Any:
    """Return a JSON value with every reference, function and template resolved, Kustomer's helpers at hand.

    A reference that names nothing is ``UNDEFINED``: left out of an object, null in an array. What a helper
    finds wrong goes to the log ``kustomer_nb.template``.

    Raises:
        TemplateError: a string cannot be read, handlebars.js fails on it too, or a helper failed.

    Example:
        >>> render_value({"id": "/#body.id", "gone": "/#nope", "text": "no {{body.id}}"}, {"body": {"id": 7}})
        {'id': 7, 'text': 'no 7'}
        >>> render_value("/#fn:parseInt,body.count", {"body": {"count": "7"}})
        7
    """
    return _resolved(value, "", _Plain(context, rendering or Rendering()))


def trace_value(
    value: Any,
    scope: Scope,
    pointer: str = "",
    *,
    rendering: Rendering | None = None,
    notes: Notes | None = None,
) -> Any:
    """Return ``value`` resolved, its strings as `Text` and its references and functions as `Traced`.

    ``notes`` collects what named nothing, what helpers find wrong, and which settings were read.

    Raises:
        TemplateError: as `render_value` does.

    Example:
        >>> trace_value(["{{a}}", "/#a", 1], Scope({"a": True}))[0]
        <Text: true>
    """
    notes = Notes() if notes is None else notes
    return _resolved(value, pointer, _Tracing(scope, rendering or Rendering(), notes))


class _Known:
    """The helpers and functions of one rendering; what they find wrong goes to ``found``, or to the log.

    They are made when the first one is called: most values call none.
    """

    def __init__(self, rendering: Rendering, found: list[Diagnostic] | None) -> None:
        from .helpers import HELPERS

        self.rendering = rendering
        self.found = found
        self.names = HELPERS.keys() | rendering.helpers.keys() if rendering.helpers else HELPERS

    @cached_property
    def ambient(self) -> Ambient:
        """What helpers may ask of the world."""
        from .helpers import Ambient

        given: dict[str, Any] = {"now": self.rendering.now, "random": self.rendering.random}
        if self.found is not None:
            given["report"] = self.found.append
        return Ambient(**{key: value for key, value in given.items() if value is not None})

    @cached_property
    def helpers(self) -> dict[str, Any]:
        """Those of tags, one's own before Kustomer's."""
        from .helpers import kustomer_helpers

        return {**kustomer_helpers(self.ambient), **self.rendering.helpers}

    @cached_property
    def functions(self) -> dict[str, Any]:
        """Those of ``/#fn:``."""
        from .helpers import kustomer_functions

        return {**kustomer_functions(self.ambient), **self.rendering.helpers}

    def of(self, template: Template) -> dict[str, Any]:
        """Return the arguments that a template is rendered with."""
        given: dict[str, Any] = {
            "no_escape": self.rendering.no_escape,
            "adds_numbers": self.rendering.adds_numbers,
        }
        if template.may_call(self.names):
            given |= {"helpers": self.helpers, "find_helper": self.helper}
        return given

    def helper(self, name: str) -> Helper | None:
        """Return a helper that is called with arguments and is in no mapping."""
        from .helpers import find_helper

        return find_helper(name, self.helpers, self.ambient)

    def called(self, read: ParsedReference, value: Any, text: str, pointer: str) -> Any:
        """Return what a function gives."""
        from .helpers import Call, find_function

        name = read.function or ""
        try:
            return find_function(name, self.functions, self.ambient)(Call(name), value, *read.args)
        except Exception as error:
            message = f"`{name}` failed with {type(error).__name__}."
            span = Span.of(text, 0, len(text))
            failure = Diagnostic(
                Code.TEMPLATE_SYNTAX, Severity.ERROR, pointer, message, "look at its arguments.", span
            )
            raise TemplateError([failure]) from error


class _Plain:
    """Resolves strings to plain values."""

    def __init__(self, context: Any, rendering: Rendering) -> None:
        self.context = context
        self.known = _Known(rendering, None)

    def template(self, text: str, pointer: str) -> Any:
        template = parse(text, pointer)
        try:
            return template.render(self.context, **self.known.of(template))
        except TemplateError as error:
            raise placed(error, pointer) from error.__cause__

    def pointed(self, text: str, pointer: str) -> Any:
        read = pointed(text, pointer)
        value = _named(self.context, read.segments)
        return value if read.function is None else self.known.called(read, value, text, pointer)


class _Tracing:
    """Resolves strings to values that know where they came from."""

    def __init__(self, scope: Scope, rendering: Rendering, notes: Notes) -> None:
        self.scope = scope
        self.notes = notes
        self.known = _Known(rendering, notes.found)

    def template(self, text: str, pointer: str) -> Any:
        template = parse(text, pointer)
        try:
            given = self.known.of(template)
            return template.origins(self.scope, pointer=pointer, notes=self.notes, **given)
        except TemplateError as error:
            raise placed(error, pointer) from error.__cause__

    def pointed(self, text: str, pointer: str) -> Any:
        read = pointed(text, pointer)
        kind, label = self.scope.origin(read.segments)
        value = _named(self.scope.values, read.segments)
        span = Span.of(text, 0, len(text))
        if label is not None or (kind is Kind.ENV and value is not UNDEFINED):
            self.notes.reads.append(Piece("", kind, read.path, label, pointer, span))
        elif value is UNDEFINED and read.path and read.function != _ASKS:
            self.notes.missing.append(MissingReference(read.path, pointer, kind, span, read.segments[0]))
        if read.function is not None:
            value = self._called(read, value, text, pointer, label)
            kind, label = Kind.HELPER, None if value is UNDEFINED else label
        if value is UNDEFINED and label is None:
            return UNDEFINED
        return Traced(value, Piece("", kind, read.path, label, pointer, span))

    def _called(self, read: ParsedReference, value: Any, text: str, pointer: str, label: str | None) -> Any:
        before = len(self.notes.found)
        result = self.known.called(read, value, text, pointer)
        labels, quoted = ((), ()) if label is None else ((label,), (value,))
        add_location(self.notes.found, before, pointer, Span.of(text, 0, len(text)), labels, quoted)
        return result


def _named(values: Any, segments: tuple[str, ...]) -> Any:
    """Return what a path names, `UNDEFINED` where null is on the way and for no path."""
    if not segments:
        return UNDEFINED
    found = look_up(values, segments)
    return UNDEFINED if found is None and look_up(values, segments[:-1]) is None else found


def _resolved(value: Any, pointer: str, how: _Plain | _Tracing) -> Any:
    try:
        return _walked(value, pointer, how)
    except RecursionError:
        message, fix = "the value is nested too deep to be rendered.", "nest it less."
        raise TemplateError(
            [Diagnostic(Code.TEMPLATE_LIMIT, Severity.ERROR, pointer, message, fix)]
        ) from None


def _walked(value: Any, pointer: str, how: _Plain | _Tracing) -> Any:
    if isinstance(value, str):
        return (how.pointed if value.startswith(REFERENCE) else how.template)(value, pointer)
    if not isinstance(value, (dict, list)):
        return value
    found = _members(value, pointer, how)
    if isinstance(value, list):
        return [None if item is UNDEFINED else item for _, item in found]
    return {key: item for key, item in found if item is not UNDEFINED}


def _members(value: Any, pointer: str, how: _Plain | _Tracing) -> list[tuple[str | int, Any]]:
    """Return the keys and members of an object or array resolved; every fault in them is told."""
    found: list[tuple[str | int, Any]] = []
    faults: list[TemplateError] = []
    for key, item in items(value):
        try:
            found.append((key, _walked(item, pointers.join(pointer, key), how)))
        except TemplateError as error:
            faults.append(error)
    if faults:
        said = [one for error in faults for one in error.diagnostics]
        raise TemplateError(said) from faults[0].__cause__
    return found
