"""What a rule is: a code, a reason, a proof, and a function that finds its fault."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Edit, Severity, Span

from .context import LintContext, LintedAction


class Finding(NamedTuple):
    """One place at fault; ``severity`` None is the rule's own, ``span`` None is where the pointer stands.

    ``edits`` mend it, and change what the definition says.
    """

    pointer: str
    message: str
    fix: str = ""
    severity: Severity | None = None
    span: Span | None = None
    edits: tuple[Edit, ...] = ()


Check = Callable[[LintContext], Iterator[Finding]]
ActionCheck = Callable[[LintedAction], Iterator[Finding]]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One thing that can be wrong with a definition.

    ``severity`` is the gravest it reports, ``why`` the reason with its source. ``bad`` is the text of the
    smallest file it must report, ``good`` the same one mended.

    Example:
        >>> from kustomer_nb.rules import rule
        >>> print(rule("KNB213"))
        KNB213 version-not-semver (error)
    """

    code: Code
    severity: Severity
    why: str
    bad: str
    good: str
    check: Check

    @property
    def name(self) -> str:
        """The name of its code, as in ``method-unknown``."""
        return self.code.slug

    def diagnostics(self, subject: LintContext) -> Iterator[Diagnostic]:
        """Yield what the rule finds, each with its place in the text."""
        for one in self.check(subject):
            span = one.span or subject.document.span(one.pointer)
            yield Diagnostic(
                self.code, one.severity or self.severity, one.pointer, one.message, one.fix, span, one.edits
            )

    def __str__(self) -> str:
        return f"{self.code} {self.name} ({self.severity.value})"


def document_rule(
    code: Code, severity: Severity, *, why: str, bad: str, good: str
) -> Callable[[Check], Rule]:
    """Return a decorator that makes a rule of a function which looks at a whole document.

    Example:
        >>> from kustomer_nb.codes import Code
        >>> @document_rule(Code.WRONG_TYPE, Severity.HINT, why="docs.", bad="[]", good='{"app": "shop"}')
        ... def _no_app(subject):
        ...     if subject.app is None:
        ...         yield Finding("", "there is no app here.")
        >>> _no_app.code
        'KNB202'
    """

    def decorate(check: Check) -> Rule:
        return Rule(code=code, severity=severity, why=why, bad=bad, good=good, check=check)

    return decorate


def action_rule(
    code: Code, severity: Severity, *, why: str, bad: str, good: str
) -> Callable[[ActionCheck], Rule]:
    """Return a decorator that makes a rule of a function which looks at one action.

    Example:
        >>> from kustomer_nb.codes import Code
        >>> @action_rule(Code.NAME_MISSING, Severity.HINT, why="docs.", bad="[{}]", good="[]")
        ... def _no_name(action):
        ...     if "name" not in action.value:
        ...         yield Finding(action.at("name"), "there is no name here.")
        >>> _no_name.name
        'name-missing'
    """

    def decorate(check: ActionCheck) -> Rule:
        def each(subject: LintContext) -> Iterator[Finding]:
            for action in subject.actions:
                yield from check(action)

        return Rule(code=code, severity=severity, why=why, bad=bad, good=good, check=each)

    return decorate
