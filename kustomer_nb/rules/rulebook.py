"""Every rule there is, and the look at a document that asks them all."""

from __future__ import annotations

from typing import Protocol

from kustomer_nb.definition import Document, Kind
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
    hosts,
    names,
    outputs,
    paths,
    requests,
    samples,
    schemas,
    secrets,
    syntax,
    templates,
    texts,
    transmission,
)
from .concealment import conceal
from .elsewhere import CODES as ELSEWHERE
from .model import Rule
from .subject import Subject
from .words import did_you_mean

FAMILIES = (
    *(apps, names, appsettings, declared, templates, syntax, paths, calls, arguments, addresses, requests),
    *(transmission, schemas, outputs, samples, secrets, hosts, credentials),
)
RULES: tuple[Rule, ...] = tuple(
    sorted(
        (
            *texts.RULES,
            *(one for family in FAMILIES for one in vars(family).values() if isinstance(one, Rule)),
        ),
        key=lambda one: one.code,
    )
)
COMMAND = "KNB149"
_BY_CODE = {one.code: one for one in RULES}


class Takes(Protocol):
    """What chooses among codes."""

    def takes(self, code: str) -> bool:
        """Return whether findings of a code are taken."""


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
    raise _unknown(code)


def explained(code: str) -> str:
    """Return what a code means: of a rule with its reason and proof, of another in a sentence.

    Raises:
        NameNotFoundError: there is no such code.

    Example:
        >>> print(explained("KNB801"))
        KNB801 is not of lint. A setting has no value; the message names the variable to set.
    """
    if code in ELSEWHERE:
        return f"{code} is not of lint. {ELSEWHERE[code]}"
    found = rule(code)
    why = found.why[0].upper() + found.why[1:]
    return f"{found}\n\n{why}\n\nReported:\n\n{found.bad}\n\nMended:\n\n{found.good}"


def _unknown(code: str) -> NameNotFoundError:
    fix = did_you_mean(
        code, [*_BY_CODE, *ELSEWHERE], f"the codes go from {RULES[0].code} to {RULES[-1].code}."
    )
    message = f"there is no rule {code!r}."
    return NameNotFoundError([Diagnostic("KNB220", Severity.ERROR, "", message, fix)])


def lint_document(document: Document, selection: Takes | None = None) -> Diagnostics:
    """Return what had to be mended to read a document and what the rules find in it, in the text's order.

    A selection takes only some codes; of what is not a definition only that is reported. Tokens of the
    document are masked in what is returned, but for edits.

    Example:
        >>> from kustomer_nb.definition import read_document
        >>> text = '{"app": "shop", "version": "1.0.0", "title": "Shop", "actoins": []}'
        >>> lint_document(read_document(text)).codes
        ['KNB212']
    """
    if document.is_foreign and document.kind is not Kind.WORKFLOW:
        other = _command(document) if document.is_definition else document.no_definition()
        return Diagnostics(
            [other] if selection is None or selection.takes(other.code) else [], text=document.text
        )
    subject = Subject(document)
    found = dict.fromkeys(
        one for one in document.reading.diagnostics if selection is None or selection.takes(one.code)
    )
    for one in RULES:
        if selection is None or selection.takes(one.code):
            found.update(dict.fromkeys(one.diagnostics(subject)))
    return conceal(Diagnostics(sorted(found, key=_place), text=document.text), document.reading)


def _command(document: Document) -> Diagnostic:
    message = "this is a command of an app, and the rules are about workflow actions: nothing was checked."
    return document.found(COMMAND, Severity.HINT, "", message, "list it in the app's `commands`.")


def _place(found: Diagnostic) -> tuple[int, int, str]:
    span = found.span
    return (0, 0, found.code) if span is None else (span.start, -span.end, found.code)
