"""What a rule is: a code, a reason, a bad and a good file, and the function that checks a document."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from kustomer_nb.diagnostics import Diagnostic, Edit, Severity, Span

from .context import LintContext, LintedAction

if TYPE_CHECKING:
    from kustomer_nb.codes import Code


class Finding(NamedTuple):
    """One problem that a rule reports.

    ``severity`` None means the rule's own, ``span`` None that of the value at ``pointer``. ``edits`` fix the
    problem and change what the definition means, so they are applied only on request.
    """

    pointer: str
    message: str
    fix: str = ""
    severity: Severity | None = None
    span: Span | None = None
    edits: tuple[Edit, ...] = ()


# docs: Kustomer's pages and the standards. observed: real apps and logs. measured: the npm libraries.
_EVIDENCE_LABELS = {"docs": "Documented:", "observed": "Observed:", "measured": "Measured:"}
_EVIDENCE = re.compile(r"(?:^|(?<=\. ))(docs|observed|measured):")
Check = Callable[[LintContext], Iterator[Finding]]
ActionCheck = Callable[[LintedAction], Iterator[Finding]]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One thing that can be wrong with a definition.

    ``severity`` is the highest it reports, ``why`` the reason with its source. ``bad`` is the text of the
    smallest file that the rule reports, ``good`` the same file fixed.

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
        """The name of its code, such as ``method-unknown``."""
        return self.code.slug

    @property
    def reason(self) -> str:
        """The reason as a reader sees it: each sentence with evidence says how that is known.

        Example:
            >>> from kustomer_nb.rules import rule
            >>> rule("KNB204").reason
            'Documented: name is required; it is the primary ID of the action.'
        """
        return _EVIDENCE.sub(lambda label: _EVIDENCE_LABELS[label[1]], self.why)

    def diagnostics(self, subject: LintContext) -> Iterator[Diagnostic]:
        """Yield the rule's findings as diagnostics with spans."""
        for finding in self.check(subject):
            yield Diagnostic(
                self.code,
                finding.severity or self.severity,
                finding.pointer,
                finding.message,
                finding.fix,
                finding.span or subject.document.span(finding.pointer),
                finding.edits,
            )

    def __str__(self) -> str:
        return f"{self.code} {self.name} ({self.severity.value})"


def document_rule(
    code: Code, severity: Severity, *, why: str, bad: str, good: str
) -> Callable[[Check], Rule]:
    """Return a decorator that makes a rule from a function that checks a whole document.

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
    """Return a decorator that makes a rule from a function that checks one action.

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
        def check_each(subject: LintContext) -> Iterator[Finding]:
            for action in subject.actions:
                if action.known is None:
                    yield from check(action)
                elif code not in action.known.clean:
                    findings = list(check(action))
                    if not findings:
                        action.known.clean.add(code)
                    yield from findings

        return Rule(code=code, severity=severity, why=why, bad=bad, good=good, check=check_each)

    return decorate
