"""Every rule of `lint`, by code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kustomer_nb.codes import Code
from kustomer_nb.errors import NameNotFoundError
from kustomer_nb.linting import Selection, apply_fixes, check_document
from kustomer_nb.linting.messages import did_you_mean
from kustomer_nb.linting.rule import Rule
from kustomer_nb.printable import quoted

from . import (
    knb1_json,
    knb2_app,
    knb2_settings,
    knb3_calls,
    knb3_templates,
    knb4_address,
    knb4_request,
    knb4_values,
    knb5_outputs,
    knb5_schemas,
    knb5_workflows,
    knb6_hosts,
    knb6_secrets,
)

if TYPE_CHECKING:
    from kustomer_nb.definition import Changes, Document
    from kustomer_nb.diagnostics import Diagnostics

FAMILIES = (
    knb2_app,
    knb2_settings,
    knb3_calls,
    knb3_templates,
    knb4_address,
    knb4_request,
    knb4_values,
    knb5_outputs,
    knb5_schemas,
    knb5_workflows,
    knb6_hosts,
    knb6_secrets,
)
RULES: tuple[Rule, ...] = tuple(
    sorted(
        (
            *knb1_json.RULES,
            # The decorators of `kustomer_nb.linting.rule` turn each function of a family into a rule.
            *(value for family in FAMILIES for value in vars(family).values() if isinstance(value, Rule)),
        ),
        key=lambda rule: rule.code,
    )
)
_BY_CODE: dict[str, Rule] = {rule.code: rule for rule in RULES}
# All codes, so that a code without a rule is explained and suggested too.
_CODES = [code.value for code in Code]


def rule(code: str) -> Rule:
    """Return the rule with a code.

    Raises:
        NameNotFoundError: no rule has that code.

    Example:
        >>> rule("KNB401").name
        'method-unknown'
    """
    if code in _BY_CODE:
        return _BY_CODE[code]
    raise _unknown(code)


def explained(code: str) -> str:
    """Return what a code means: for a rule its reason and examples, for any other code one sentence.

    Raises:
        NameNotFoundError: there is no such code.

    Example:
        >>> print(explained("KNB801"))
        KNB801 is not reported by lint. A setting has no value; the message names its environment variable.
    """
    if code not in _BY_CODE and code in _CODES:
        return f"{code} is not reported by lint. {Code(code).meaning}"
    explained_rule = rule(code)
    return "\n\n".join(
        [
            str(explained_rule),
            explained_rule.reason,
            "Before:",
            explained_rule.bad,
            "After:",
            explained_rule.good,
        ]
    )


def _family_of(code: str) -> list[str]:
    """Return the codes of the family that a code belongs to: only those are near it."""
    return [known for known in _CODES if known.startswith(code.upper()[:4])]


def _unknown(code: str) -> NameNotFoundError:
    fix = did_you_mean(code, _family_of(code), f"use a code from {RULES[0].code} to {RULES[-1].code}.")
    message = f"there is no rule {quoted(code)}."
    return NameNotFoundError.from_code(Code.RULE_NOT_FOUND, message, fix)


def lint_document(document: Document, selection: Selection | None = None) -> Diagnostics:
    """Return the diagnostics of a document; see `check_document`."""
    return check_document(document, RULES, selection)


def fix_document(
    document: Document, selection: Selection | None = None, *, unsafe: bool = False
) -> tuple[Document, Changes]:
    """Return a document with every automatic fix applied, and the changes; see `apply_fixes`."""
    return apply_fixes(document, RULES, selection, unsafe=unsafe)
