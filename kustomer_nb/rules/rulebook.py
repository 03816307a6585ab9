"""Every rule there is, and the look at a document that asks them all."""

from __future__ import annotations

from kustomer_nb.definition import Document
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity
from kustomer_nb.errors import NameNotFoundError

from . import (
    addresses,
    apps,
    appsettings,
    arguments,
    calls,
    credentials,
    declared,
    names,
    outputs,
    paths,
    requests,
    samples,
    schemas,
    secrets,
    syntax,
    templates,
    transmission,
)
from .model import Rule
from .subject import Subject
from .words import did_you_mean

FAMILIES = (
    *(apps, names, appsettings, declared, templates, syntax, paths, calls, arguments, addresses, requests),
    *(transmission, schemas, outputs, samples, secrets, credentials),
)
RULES: tuple[Rule, ...] = tuple(
    sorted(
        (one for family in FAMILIES for one in vars(family).values() if isinstance(one, Rule)),
        key=lambda one: one.code,
    )
)
_BY_CODE = {one.code: one for one in RULES}


def rule(code: str) -> Rule:
    """Return the rule of a code.

    Raises:
        NameNotFoundError: there is no rule of that code.

    Example:
        >>> rule("KNB401").name
        'method-unknown'
    """
    if code in _BY_CODE:
        return _BY_CODE[code]
    fix = did_you_mean(code, _BY_CODE, f"the codes go from {RULES[0].code} to {RULES[-1].code}.")
    message = f"there is no rule {code!r}."
    raise NameNotFoundError([Diagnostic("KNB220", Severity.ERROR, "", message, fix)])


def lint_document(document: Document) -> Diagnostics:
    """Return what had to be mended to read a document and what the rules find in it, in the text's order.

    Example:
        >>> from kustomer_nb.definition import read_document
        >>> text = '{"app": "shop", "version": "1.0.0", "title": "Shop", "actoins": []}'
        >>> lint_document(read_document(text)).codes
        ['KNB212']
    """
    subject = Subject(document)
    found = dict.fromkeys(document.reading.diagnostics)
    for one in RULES:
        found.update(dict.fromkeys(one.diagnostics(subject)))
    return Diagnostics(sorted(found, key=_place), text=document.text)


def _place(found: Diagnostic) -> tuple[int, int, str]:
    span = found.span
    return (0, 0, found.code) if span is None else (span.start, -span.end, found.code)
