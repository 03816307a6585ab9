"""KNB1: numbers of the definition that JavaScript does not keep."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Severity
from kustomer_nb.jsontext.javascript import LONGEST_EXACT, is_rounded, number, number_text
from kustomer_nb.jsontext.pointer import join, split
from kustomer_nb.jsontext.serialization import literal_text
from kustomer_nb.linting.examples import an_action, file
from kustomer_nb.linting.rule import Finding, document_rule
from kustomer_nb.template.rounded_numbers import rounded_words

if TYPE_CHECKING:
    from kustomer_nb.definition import Document
    from kustomer_nb.linting.context import LintContext

_JSON_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
# Elsewhere, as in a sample, a number changes only what is shown.
_USED = frozenset({"inputTemplate", "outputTemplate"})


@document_rule(
    Code.NUMBER_ROUNDED,
    Severity.WARNING,
    why="measured: JSON.parse keeps a double of each number, which has about 16 digits. An identifier "
    "that is written as a number beyond 2^53 becomes another one.",
    bad=file(
        an_action(
            inputTemplate={
                "uri": "https://api.example.com/orders",
                "method": "post",
                "json": True,
                "data": {"shop": 4634343214213523454},
            }
        )
    ),
    good=file(
        an_action(
            inputTemplate={
                "uri": "https://api.example.com/orders",
                "method": "post",
                "json": True,
                "data": {"shop": "4634343214213523454"},
            }
        )
    ),
)
def number_rounded(subject: LintContext) -> Iterator[Finding]:
    """Yield each number that is not the one that was written."""
    document = subject.document
    if subject.is_workflow:
        return
    for pointer, value in _long_numbers(document.value):
        literal = _literal(document, pointer, value)
        if not is_rounded(literal):
            continue
        message, fix = rounded_words(literal, number_text(number(value)))
        severity = None if _USED.intersection(split(pointer)[:4]) else Severity.HINT
        yield Finding(pointer, message, fix, severity)


def _long_numbers(value: Any) -> Iterator[tuple[str, float]]:
    """Yield each number that may have more digits than JavaScript keeps, with its pointer."""
    pending: list[tuple[str, Any]] = [("", value)]
    while pending:
        pointer, item = pending.pop()
        if isinstance(item, dict):
            pending += [(join(pointer, key), member) for key, member in reversed(item.items())]
        elif isinstance(item, list):
            pending += [(f"{pointer}/{index}", item[index]) for index in reversed(range(len(item)))]
        elif type(item) in {int, float} and len(repr(item)) >= LONGEST_EXACT:
            yield pointer, item


def _literal(document: Document, pointer: str, value: float) -> str:
    """Return a number as it is written in the file; as Python reads it if that is not JSON."""
    span = document.span(pointer)
    source = "" if span is None else document.text[span.start : span.end]
    return source if _JSON_NUMBER.fullmatch(source) else literal_text(value)
