"""How the strings of an action are written: as a reference, a function or a template."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity, Span
from kustomer_nb.errors import TemplateError
from kustomer_nb.jsontext import pointer as pointers

from .ast import Expression, Literal
from .template import Template

if TYPE_CHECKING:
    from .variables import Variable


class NotTold(Enum):
    """Stands for an argument whose value only a run can tell."""

    NOT_TOLD = "what only a run can tell"


NOT_TOLD = NotTold.NOT_TOLD
REFERENCE = "/#"
FUNCTION = "/#fn:"


class ParsedReference(NamedTuple):
    """A ``/#`` value: the path it reads, and the function it calls with its arguments, ``None`` for none."""

    path: str
    function: str | None = None
    args: tuple[str, ...] = ()

    @property
    def segments(self) -> tuple[str, ...]:
        """The names of the path, in order; none where a function has no path."""
        return tuple(self.path.split(".")) if self.path else ()


class Reference(NamedTuple):
    """A place that reads a variable: the path, the pointer of the string, how it is written, its span there.

    ``form`` is ``reference`` (keeps the type), ``function`` (gives what the function gives), ``escaped`` or
    ``raw`` (print a string), ``argument`` (is given to a helper or a block), or ``above`` (a ``../`` that
    leaves the whole context, and names nothing).
    """

    path: str
    segments: tuple[str, ...]
    pointer: str
    form: str
    span: Span


class CallSite(NamedTuple):
    """A place that calls a helper or function: its name, the pointer of the string, its span there.

    ``form`` is ``helper`` for one with arguments, ``bare`` for a tag that is the name of one of Kustomer's
    helpers alone, ``function`` for a ``/#fn:``. ``escapes`` is true of a tag in double braces. ``args`` and
    ``hash`` are what it is given beside a function's path: literals as they are, ``NOT_TOLD`` for what only
    a run can tell.
    """

    name: str
    pointer: str
    form: str
    span: Span
    escapes: bool = False
    args: tuple[Any, ...] = ()
    hash: Mapping[str, Any] = MappingProxyType({})


def references(value: Any, pointer: str = "") -> Iterator[Reference]:
    """Yield each place in a JSON value that reads a variable.

    What a block gives is none, and neither is a tag that calls a helper of Kustomer's, as ``{{randomId}}``.

    Raises:
        TemplateError: a string in it cannot be read or can only fail; its diagnostics carry the pointer.

    Example:
        >>> [(one.path, one.pointer, one.form) for one in references({"a": "/#x.y", "b": ["{{z}}"]})]
        [('x.y', '/a', 'reference'), ('z', '/b/0', 'escaped')]
    """
    # Imported late: dates and chance cost more than the engine does.
    from .helpers import HELPERS

    for at, text in _strings(value, pointer):
        if text.startswith(REFERENCE):
            read = pointed(text, at)
            if read.segments:
                form = "reference" if read.function is None else "function"
                yield Reference(read.path, read.segments, at, form, Span.of(text, 0, len(text)))
            continue
        for one in _told(text, at).references:
            if (one.is_above or not one.is_local) and not (one.may_call and one.segments[0] in HELPERS):
                yield Reference(one.path, one.segments, at, _form(one), one.span)


def _form(one: Variable) -> str:
    if one.is_above or one.is_argument:
        return "above" if one.is_above else "argument"
    return "escaped" if one.escapes else "raw"


def calls(value: Any, pointer: str = "") -> Iterator[CallSite]:
    """Yield each call of a helper or function in a JSON value.

    Raises:
        TemplateError: as `references` does.

    Example:
        >>> [(one.name, one.form) for one in calls(["{{toLower name}} {{randomId}}", "/#fn:parseInt,count"])]
        [('toLower', 'helper'), ('randomId', 'bare'), ('parseInt', 'function')]
    """
    from .helpers import HELPERS

    for at, text in _strings(value, pointer):
        if text.startswith(FUNCTION):
            read = pointed(text, at)
            span = Span.of(text, 0, len(text))
            yield CallSite(read.function or "", at, "function", span, args=read.args)
        elif not text.startswith(REFERENCE):
            template = _told(text, at)
            for called in template.helper_calls:
                given = [_literal(node) for node in called.call.params]
                named = {key: _literal(node) for key, node in called.call.pairs}
                yield CallSite(called.name, at, "helper", called.span, called.escapes, tuple(given), named)
            for one in template.references:
                if one.may_call and one.segments[0] in HELPERS:
                    yield CallSite(one.segments[0], at, "bare", one.span, one.escapes)


def _literal(node: Expression) -> Any:
    return node.value if isinstance(node, Literal) else NOT_TOLD


def _told(text: str, pointer: str) -> Template:
    template = parse(text, pointer)
    if template.diagnostics:
        raise placed(TemplateError(template.diagnostics), pointer)
    return template


def parse(text: str, pointer: str) -> Template:
    """Return the parsed template; a fault carries the pointer of the string it stands in.

    Raises:
        TemplateError: with its place.
    """
    try:
        return Template.parse(text)
    except TemplateError as error:
        raise placed(error, pointer) from None


def placed(error: TemplateError, pointer: str) -> TemplateError:
    """Return an error of a template with the pointer of the string it stands in."""
    return TemplateError([replace(one, pointer=pointer) for one in error.diagnostics])


def pointed(text: str, pointer: str = "") -> ParsedReference:
    """Return what a ``/#`` value reads and calls.

    A function is ``/#fn:name,path,argument``: without spaces, its path bare, a comma between arguments, so
    that none holds one but the format of ``dateFormat`` (developer hub, "Expressions reference").

    Raises:
        TemplateError: it names nothing, or is written in a form the documentation calls wrong.

    Example:
        >>> pointed("/#body.id").path, pointed("/#fn:dateFormat,body.at,LL")
        ('body.id', ParsedReference(path='body.at', function='dateFormat', args=('LL',)))
    """
    if not text.startswith(FUNCTION):
        if len(text) == len(REFERENCE):
            raise _refused(text, pointer, "names nothing", "write the path after it, as in /#body.id")
        return ParsedReference(text[len(REFERENCE) :])
    name, *rest = text[len(FUNCTION) :].split(",")
    path, args = (rest[0], tuple(rest[1:])) if rest else ("", ())
    bare = path.strip().removeprefix(REFERENCE)
    if not name.strip():
        fix = "write its name, the path and its arguments, as in /#fn:parseInt,body.count"
        raise _refused(text, pointer, "names no function", fix)
    if (name, path) != (name.strip(), bare):
        fix = f"write it bare: {FUNCTION}{','.join([name.strip(), bare, *args])}"
        raise _refused(text, pointer, "is not how a function and its path are written", fix)
    return ParsedReference(path, name, args)


def _refused(text: str, pointer: str, what: str, fix: str) -> TemplateError:
    span = Span.of(text, 0, len(text))
    return TemplateError(
        [Diagnostic(Code.REFERENCE_SYNTAX, Severity.ERROR, pointer, f"`{text}` {what}.", f"{fix}.", span)]
    )


def _strings(value: Any, pointer: str) -> Iterator[tuple[str, str]]:
    """Yield each string of a JSON value after its pointer."""
    if isinstance(value, str):
        yield pointer, value
    for key, item in items(value):
        yield from _strings(item, pointers.join(pointer, key))


def items(value: Any) -> Iterator[tuple[str | int, Any]]:
    """Yield the keys and members of an object or array; nothing of anything else."""
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from enumerate(value)
