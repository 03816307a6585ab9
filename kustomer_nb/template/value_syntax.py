"""The syntax of strings in an action: reference, function or template."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Span
from kustomer_nb.errors import TemplateError
from kustomer_nb.jsontext import pointer as pointers

from .ast import Expression, Literal
from .template import Template

if TYPE_CHECKING:
    from .variables import Variable


class NotTold(Enum):
    """The type of `NOT_TOLD`, for an argument whose value is known only at run time."""

    NOT_TOLD = "known only at run time"


NOT_TOLD = NotTold.NOT_TOLD
REFERENCE = "/#"
FUNCTION = "/#fn:"


class ParsedReference(NamedTuple):
    """A ``/#`` value: the path that it reads, and the function that it calls (or None) with its arguments."""

    path: str
    function: str | None = None
    args: tuple[str, ...] = ()

    @property
    def segments(self) -> tuple[str, ...]:
        """The names of the path, in order; empty if a function does not have a path."""
        return tuple(self.path.split(".")) if self.path else ()


class Reference(NamedTuple):
    """A read of a variable: its path, the pointer of the string, its form, and its span in the string.

    ``form`` is ``reference`` (keeps the type), ``function`` (is passed to a function), ``escaped`` or ``raw``
    (printed by a tag), ``argument`` (is passed to a helper or block), or ``above`` (a ``../`` beyond the
    root, which never has a value).
    """

    path: str
    segments: tuple[str, ...]
    pointer: str
    form: str
    span: Span


class CallSite(NamedTuple):
    """A call of a helper or function: its name, the pointer of the string, and its span in the string.

    ``form`` is ``helper`` for a call with arguments, ``bare`` for a tag with only the name of a helper of
    Kustomer, ``function`` for ``/#fn:``. ``escapes`` is true for a tag in double braces. ``args`` and
    ``hash`` are the arguments without the path of a function: literals, and ``NOT_TOLD`` for values that are
    known only at run time.
    """

    name: str
    pointer: str
    form: str
    span: Span
    escapes: bool = False
    args: tuple[Any, ...] = ()
    hash: Mapping[str, Any] = MappingProxyType({})


def references(value: Any, pointer: str = "") -> Iterator[Reference]:
    """Yield each read of a variable in a JSON value.

    Variables that a block defines are left out, as are calls of Kustomer's helpers such as ``{{randomId}}``.

    Raises:
        TemplateError: a string in it has an error; the diagnostics have its pointer.

    Example:
        >>> [(ref.path, ref.pointer, ref.form) for ref in references({"a": "/#x.y", "b": ["{{z}}"]})]
        [('x.y', '/a', 'reference'), ('z', '/b/0', 'escaped')]
    """
    # Imported late: dates and randomness take longer to import than the engine.
    from .helpers import HELPERS

    for location, text in _strings(value, pointer):
        if text.startswith(REFERENCE):
            yield from _whole_reference(text, location)
            continue
        for variable in _parse_valid(text, location).references:
            is_helper = variable.may_call and variable.segments[0] in HELPERS
            if (variable.is_above or not variable.is_local) and not is_helper:
                yield Reference(variable.path, variable.segments, location, _form(variable), variable.span)


def _whole_reference(text: str, pointer: str) -> Iterator[Reference]:
    """Yield the read of a string that is a reference, as ``/#order.id`` is."""
    reference = parse_reference(text, pointer)
    if reference.segments:
        form = "reference" if reference.function is None else "function"
        span = Span.from_offsets(text, 0, len(text))
        yield Reference(reference.path, reference.segments, pointer, form, span)


def _form(variable: Variable) -> str:
    if variable.is_above or variable.is_argument:
        return "above" if variable.is_above else "argument"
    return "escaped" if variable.escapes else "raw"


def calls(value: Any, pointer: str = "") -> Iterator[CallSite]:
    """Yield each call of a helper or function in a JSON value.

    Raises:
        TemplateError: as `references` does.

    Example:
        >>> [(call.name, call.form) for call in calls(["{{toLower x}} {{randomId}}", "/#fn:parseInt,x"])]
        [('toLower', 'helper'), ('randomId', 'bare'), ('parseInt', 'function')]
    """
    from .helpers import HELPERS

    for location, text in _strings(value, pointer):
        # Before REFERENCE, which is a prefix of it.
        if text.startswith(FUNCTION):
            reference = parse_reference(text, location)
            span = Span.from_offsets(text, 0, len(text))
            yield CallSite(reference.function or "", location, "function", span, args=reference.args)
        elif not text.startswith(REFERENCE):
            yield from _helper_calls(_parse_valid(text, location), location, HELPERS)


def _helper_calls(template: Template, pointer: str, bare_helpers: Collection[str]) -> Iterator[CallSite]:
    for helper in template.helper_calls:
        args = tuple(_literal(node) for node in helper.call.params)
        hash_args = {key: _literal(node) for key, node in helper.call.pairs}
        yield CallSite(helper.name, pointer, "helper", helper.span, helper.escapes, args, hash_args)
    for variable in template.references:
        if variable.may_call and variable.segments[0] in bare_helpers:
            yield CallSite(variable.segments[0], pointer, "bare", variable.span, variable.escapes)


def _literal(node: Expression) -> Any:
    return node.value if isinstance(node, Literal) else NOT_TOLD


def _parse_valid(text: str, pointer: str) -> Template:
    template = parse_template(text, pointer)
    if template.diagnostics:
        raise with_pointer(TemplateError(template.diagnostics), pointer)
    return template


def parse_template(text: str, pointer: str) -> Template:
    """Return the parsed template.

    Raises:
        TemplateError: the template has a syntax error; the error has the pointer.
    """
    try:
        return Template.parse(text)
    except TemplateError as error:
        raise with_pointer(error, pointer) from None


def with_pointer(error: TemplateError, pointer: str) -> TemplateError:
    """Return the error of a template with the pointer of its string."""
    return TemplateError([replace(diagnostic, pointer=pointer) for diagnostic in error.diagnostics])


def parse_reference(text: str, pointer: str = "") -> ParsedReference:
    """Return the path that a ``/#`` value reads and the function that it calls.

    A function is ``/#fn:name,path,argument``: without spaces, with a bare path. Arguments are separated by
    commas, so only the format of ``dateFormat`` can contain one (developer hub, "Expressions reference").

    Raises:
        TemplateError: it does not have a path, or has a form that the documentation calls wrong.

    Example:
        >>> parse_reference("/#body.id").path, parse_reference("/#fn:dateFormat,body.at,LL")
        ('body.id', ParsedReference(path='body.at', function='dateFormat', args=('LL',)))
    """
    if not text.startswith(FUNCTION):
        if len(text) == len(REFERENCE):
            raise _reference_error(
                text, pointer, "does not name a path", "write a path after it, as in /#body.id"
            )
        return ParsedReference(text[len(REFERENCE) :])
    name, *parts = text[len(FUNCTION) :].split(",")
    path, args = (parts[0], tuple(parts[1:])) if parts else ("", ())
    # Authors write the path like a reference, with /#, which the documentation calls wrong.
    bare = path.strip().removeprefix(REFERENCE)
    if not name.strip():
        fix = "write the name of the function, the path and the arguments, as in /#fn:parseInt,body.count"
        raise _reference_error(text, pointer, "does not name a function", fix)
    if (name, path) != (name.strip(), bare):
        fix = f"write {FUNCTION}{','.join([name.strip(), bare, *args])}"
        raise _reference_error(text, pointer, "has a space or /# in its name or path", fix)
    return ParsedReference(path, name, args)


def _reference_error(text: str, pointer: str, what: str, fix: str) -> TemplateError:
    span = Span.from_offsets(text, 0, len(text))
    return TemplateError.from_code(
        Code.REFERENCE_SYNTAX, f"`{text}` {what}.", f"{fix}.", pointer=pointer, span=span
    )


def _strings(value: Any, pointer: str) -> Iterator[tuple[str, str]]:
    """Yield the pointer and text of each string in a JSON value."""
    if isinstance(value, str):
        yield pointer, value
    for key, item in items(value):
        if isinstance(item, (str, dict, list)):
            yield from _strings(item, pointers.join(pointer, key))


def items(value: Any) -> Iterable[tuple[str | int, Any]]:
    """Return the keys and members of an object or array; nothing for any other value."""
    if isinstance(value, dict):
        return value.items()
    return enumerate(value) if isinstance(value, list) else ()
