"""Every rule of `lint`, by code."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from typing import TYPE_CHECKING

from kustomer_nb.codes import FAMILY_TITLES, Code
from kustomer_nb.errors import EditError, NameNotFoundError
from kustomer_nb.linting import Selection, apply_fix, apply_fixes, check_document, conceal
from kustomer_nb.linting.rule import Rule
from kustomer_nb.printable import quoted

from . import (
    knb1_json,
    knb1_numbers,
    knb2_app,
    knb2_settings,
    knb2_types,
    knb3_calls,
    knb3_escaping,
    knb3_templates,
    knb3_variables,
    knb4_address,
    knb4_body,
    knb4_framing,
    knb4_headers,
    knb4_request,
    knb4_values,
    knb5_credentials,
    knb5_outputs,
    knb5_samples,
    knb5_schemas,
    knb5_workflows,
    knb6_hosts,
    knb6_plain_http,
    knb6_secrets,
)

if TYPE_CHECKING:
    from kustomer_nb.definition import Changes, Document
    from kustomer_nb.diagnostics import Diagnostic, Diagnostics
    from kustomer_nb.jsontext.parser import ParsedText
    from kustomer_nb.linting import CheckedActions

FAMILIES = (
    knb1_numbers,
    knb2_app,
    knb2_settings,
    knb2_types,
    knb3_calls,
    knb3_escaping,
    knb3_templates,
    knb3_variables,
    knb4_address,
    knb4_body,
    knb4_framing,
    knb4_headers,
    knb4_request,
    knb4_values,
    knb5_credentials,
    knb5_outputs,
    knb5_samples,
    knb5_schemas,
    knb5_workflows,
    knb6_hosts,
    knb6_plain_http,
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

    The beginning of a code, such as KNB3, lists the codes that begin so. A code may also be named by its name
    or by its number alone.

    Raises:
        NameNotFoundError: there is no such code.

    Example:
        >>> print(explained("KNB801"))
        KNB801 is not reported by lint. A setting has no value; the message names its environment variable.
    """
    code = _full_code(code)
    if code not in _CODES and code[:4] in FAMILY_TITLES and any(known.startswith(code) for known in _CODES):
        return _listed(code)
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


def _full_code(text: str) -> str:
    names = {Code(known).slug: known for known in _CODES}
    code = names.get(text.lower(), text.upper())
    return f"KNB{code}" if code.isdecimal() else code


def _listed(start: str) -> str:
    """Return the codes that begin with a text, a line each, below the title of their family."""
    family = start[:4]
    lines = [f"{family} {FAMILY_TITLES[family]}"]
    for code in (Code(known) for known in _CODES if known.startswith(start)):
        severity = f" ({_BY_CODE[code].severity.value})" if code in _BY_CODE else ""
        lines.append(f"  {code.value} {code.slug}{severity}")
    return "\n".join(lines)


def _unknown(code: str) -> NameNotFoundError:
    first, *_, last = FAMILY_TITLES
    family = code.upper()[:4]
    # A code is not a word: the nearest by its letters is about something else.
    if code.upper() in _CODES:
        fix = f"did you mean `{code.upper()}`?"
    elif family in FAMILY_TITLES:
        known = sorted(known for known in _CODES if known.startswith(family))
        fix = f"use a code of {family} ({FAMILY_TITLES[family]}): {known[0]} to {known[-1]}."
    else:
        slugs = [Code(known).slug for known in _CODES]
        near = get_close_matches(code.lower(), slugs, n=1)
        families = f"use a code, or one of the families {first} to {last}."
        fix = f"did you mean `{near[0]}`?" if near else families
    message = f"there is no rule {quoted(code)}."
    return NameNotFoundError.from_code(Code.RULE_NOT_FOUND, message, fix)


def lint_document(
    document: Document,
    selection: Selection | None = None,
    *,
    mask: Callable[[Diagnostics, ParsedText], Diagnostics] = conceal,
    checked: CheckedActions | None = None,
) -> Diagnostics:
    """Return the diagnostics of a document; see `check_document`."""
    return check_document(document, RULES, selection, mask=mask, checked=checked)


def has_problem(document: Document, problem: Diagnostic) -> bool:
    """Return whether a document has a problem: at the same place, with the same edits.

    Tokens in its message and pointer may be masked, so they are not compared.

    Example:
        >>> from kustomer_nb.definition import read_document
        >>> document = read_document("{app: 'shop'}")
        >>> problem = lint_document(document)[0]
        >>> has_problem(document, problem), has_problem(read_document("{ app: 'shop'}"), problem)
        (True, False)
    """
    present = [*document.reading.diagnostics, *lint_document(document, Selection((problem.code,)))]
    return any(
        (item.code, item.span, item.edits) == (problem.code, problem.span, problem.edits) for item in present
    )


def fixed_problem(document: Document, problem: Diagnostic) -> Document:
    """Return a document with one problem fixed.

    Raises:
        EditError: it has no fix, the fix would change or break something else, or the text has changed since
            the problem was found.

    Example:
        >>> from kustomer_nb.definition import read_document
        >>> document = read_document("{app: 'shop'}")
        >>> print(fixed_problem(document, document.reading.diagnostics[0]).text)
        {"app": 'shop'}
    """
    why, fix = "the fix would change or break something else.", problem.fix or "fix it in the file."
    if problem.edits and not has_problem(document, problem):
        # Its edits count characters of another text.
        why, fix = "the text has changed since the problem was found.", "look for problems again."
    elif fixed := apply_fix(document, problem):
        return fixed
    message = f"{problem.code} was not fixed: {why}"
    raise EditError.from_code(Code.EDIT_UNSAFE, message, fix, pointer=problem.pointer)


def fix_document(
    document: Document, selection: Selection | None = None, *, unsafe: bool = False
) -> tuple[Document, Changes]:
    """Return a document with every automatic fix applied, and the changes; see `apply_fixes`."""
    return apply_fixes(document, RULES, selection, unsafe=unsafe)
