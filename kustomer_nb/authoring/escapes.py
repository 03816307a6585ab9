"""Writes three braces where double braces would change a value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from kustomer_nb.codes import Code
from kustomer_nb.errors import EditError, TemplateError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.linting.messages import cut
from kustomer_nb.template.value_syntax import calls

from .rewriting import Rewriting
from .schema_places import route_of
from .uses import Text, schema_kinds, uses_in

if TYPE_CHECKING:
    from kustomer_nb.definition import Document, ReadAction

# A double tag, with ~ for white space control.
_DOUBLE = re.compile(r"\{\{~?([^{}&~]+)~?\}\}")
# Neither the inside of three braces, nor a tag that a backslash turns into text, nor a block or comment.
_TAG = re.compile(r"(?<![{\\])\{\{~?(?![~\s]*[#/^!>&])[^{}&~]+~?\}\}(?!\})")


def unescaped(document: Document, read: ReadAction, pointer: str, variable: str) -> Document:
    """Return the document in which a template prints a variable as it is, with three braces.

    ``pointer`` is that of the string in the action, such as ``/inputTemplate/uri``.

    Raises:
        EditError: there is no template at the pointer, or no tag in it escapes the variable.
    """
    location = f"{read.pointer}{pointer}"
    text = pointers.resolve(read.value, pointer)
    if not isinstance(text, str):
        message = "there is no template at this pointer."
        fix = "use the pointer of a string in the action, such as /inputTemplate/uri."
        raise EditError.from_code(Code.POINTER_NOT_FOUND, message, fix, pointer=location)
    rewriting = Rewriting(document)
    for opening in _escaping_tags(read, text, location, variable):
        _add_braces(rewriting, location, text, opening)
    if not rewriting.texts:
        message = f"no tag in this template escapes `{cut(variable)}`."
        raise EditError.from_code(
            Code.POINTER_NOT_FOUND, message, "name a variable that it prints in two braces.", pointer=location
        )
    return rewriting.apply(location)


def _add_braces(rewriting: Rewriting, location: str, text: str, opening: int) -> None:
    if (tag := _DOUBLE.match(text, opening)) is not None:
        for at, brace in ((tag.start(1), "{"), (tag.end(1), "}")):
            rewriting.replace_text(location, at, at, brace)


def double_tags(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield where each tag in two braces begins and ends, and how it is written with three.

    Example:
        >>> list(double_tags("/{{id}}/{{{raw}}}{{~ note }}"))
        [(1, 7, '{{{id}}}'), (17, 28, '{{~{ note }}}')]
    """
    for tag in _TAG.finditer(text):
        inner = tag[0].removeprefix("{{").removesuffix("}}")
        left, right = "~" * inner.startswith("~"), "~" * inner.endswith("~")
        yield tag.start(), tag.end(), f"{{{{{left}{{{inner.strip('~')}}}{right}}}}}"


def with_raw_tags(document: Document, read: ReadAction, tags: Iterable[tuple[str, int]]) -> Document:
    """Return the document in which tags print their values as they are, with three braces.

    A tag is named by the pointer of its string in the action, and where it begins there.

    Raises:
        EditError: there is no such tag, or code puts its string together.
    """
    rewriting = Rewriting(document)
    location = read.pointer
    for pointer, opening in tags:
        location, text = f"{read.pointer}{pointer}", pointers.resolve(read.value, pointer)
        if isinstance(text, str):
            _add_braces(rewriting, location, text, opening)
    if not rewriting.texts:
        message = "there is no tag in two braces here."
        fix = "look at the template as it is now."
        raise EditError.from_code(Code.POINTER_NOT_FOUND, message, fix, pointer=location)
    return rewriting.apply(location)


def _escaping_tags(read: ReadAction, text: str, location: str, variable: str) -> Iterator[int]:
    """Yield where each tag begins that escapes a variable, or the result of a helper written like it."""
    try:
        uses = list(uses_in(Text(location, text), schema_kinds(read.value.get("inputSchema"))))
        helpers = [call.span for call in calls(text) if call.escapes]
    except TemplateError as error:
        raise EditError(error.diagnostics) from None
    for use in uses:
        names = (use.route, text[use.start : use.end])
        if use.form == "escaped" and (route_of(variable) in names or variable in names):
            yield text.rindex("{{", 0, use.start)
    for span in helpers:
        if text[span.start : span.end].strip("{}~ ") == variable.strip():
            yield span.start
