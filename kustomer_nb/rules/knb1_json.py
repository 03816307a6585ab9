"""KNB1: the file and its JSON. The reader reports these; here are their reasons and examples."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Severity
from kustomer_nb.linting.examples import an_action, file
from kustomer_nb.linting.rule import Finding, Rule

if TYPE_CHECKING:
    from kustomer_nb.linting.context import LintContext

_GOOD = file(an_action(sampleOutputContext={"total": 5, "paid": True}))
_TYPE = '"type": "rest_api"'


def _check_nothing(_: LintContext) -> Iterator[Finding]:
    # The tolerant reader has reported the problem; `check_document` adds its diagnostics.
    return iter(())


def _rule(
    code: Code,
    why: str,
    old: str,
    new: str,
    *,
    good: str = _GOOD,
    severity: Severity = Severity.ERROR,
) -> Rule:
    """Return the rule whose bad file is the good one with ``old`` replaced by ``new``."""
    bad = good.replace(old, new, 1)
    return Rule(code=code, severity=severity, why=why, bad=bad, good=good, check=_check_nothing)


_STRICT = "docs: an app is registered as JSON. RFC 8259 "
RULES = [
    _rule(
        Code.UNCLOSED_STRING,
        f"{_STRICT}requires a double quote at the end of each string.",
        '"rest_api"',
        '"rest_api',
    ),
    _rule(Code.BARE_KEY, f"{_STRICT}requires double quotes around each key.", '"type"', "type"),
    _rule(
        Code.TRAILING_COMMA,
        f"{_STRICT}does not allow a comma before a closing bracket.",
        '"paid": true',
        '"paid": true,',
    ),
    _rule(Code.MISSING_COMMA, f"{_STRICT}separates members with commas.", f"{_TYPE},", _TYPE),
    _rule(
        Code.MISSING_COLON,
        f"{_STRICT}separates a key from its value with a colon.",
        '"type":',
        '"type"',
    ),
    _rule(Code.MISSING_KEY, f"{_STRICT}requires a key for each value in an object.", '"total": 5', ": 5"),
    _rule(Code.MISSING_VALUE, f"{_STRICT}requires a value for each key.", '"total": 5', '"total":'),
    _rule(
        Code.EXTRA_COMMA,
        f"{_STRICT}allows one comma between two members.",
        '"total": 5,',
        '"total": 5,,',
    ),
    _rule(
        Code.UNCLOSED_BRACKET,
        f"{_STRICT}requires a closing bracket for each opening bracket.",
        "\n  }\n}",
        "\n  }",
    ),
    _rule(
        Code.STRAY_BRACKET,
        f"{_STRICT}requires an opening bracket for each closing bracket.",
        "\n  }\n}",
        "\n  }\n}\n}",
    ),
    _rule(Code.STRAY_TEXT, f"{_STRICT}allows nothing after the value.", "\n  }\n}", "\n  }\n}\n{}"),
    _rule(Code.COMMENT, f"{_STRICT}does not allow comments.", f"{_TYPE},", f"{_TYPE}, // always"),
    _rule(
        Code.FOREIGN_QUOTES,
        f"{_STRICT}allows only double quotes around a string.",
        '"rest_api"',
        "'rest_api'",
    ),
    _rule(
        Code.BAD_ESCAPE,
        f"{_STRICT}lists the characters that may follow a backslash.",
        "Find an order",
        r"Find\x20an order",
        good=_GOOD,
    ),
    _rule(
        Code.CONTROL_CHARACTER,
        f"{_STRICT}requires control characters in a string to be escaped.",
        "Find an order",
        "Find\tan order",
    ),
    _rule(
        Code.UNESCAPED_QUOTE,
        f"{_STRICT}requires a double quote within a string to be escaped.",
        "Find an order",
        'Find "an" order',
    ),
    _rule(
        Code.NUMBER_FORM,
        f"{_STRICT}allows only decimal numbers without a plus sign.",
        '"total": 5',
        '"total": +5',
    ),
    _rule(
        Code.NOT_A_NUMBER,
        f"{_STRICT}has no NaN and no Infinity.",
        '"total": 5',
        '"total": NaN',
    ),
    _rule(
        Code.FOREIGN_LITERAL,
        f"{_STRICT}allows only the literals true, false and null.",
        '"paid": true',
        '"paid": True',
    ),
    _rule(
        Code.NOT_LITERAL,
        "measured: the value of an expression is known only when the code is run. The starter kit's "
        "`npm run get-app-json` prints a module as JSON.",
        '"total": 5',
        '"total": total()',
    ),
    _rule(
        Code.DUPLICATE_KEY,
        "measured: JSON.parse keeps the last value of a duplicate key and silently drops the others.",
        '"total": 5',
        '"total": 4,\n    "total": 5',
        severity=Severity.WARNING,
    ),
    _rule(
        Code.WRAPPER,
        "docs: an app is registered as JSON. A JavaScript module around it is only a hint, because the "
        "starter kit keeps apps in modules; JavaScript syntax in such a module is not reported.",
        _GOOD,
        f"```json\n{_GOOD}\n```",
    ),
    _rule(
        Code.FOREIGN_SPACE,
        f"{_STRICT}allows only four white space characters: space, tab, line feed and carriage return.",
        '"total": 5',
        '"total":\u00a05',
    ),
    _rule(
        Code.NUMBER_TOO_LARGE,
        "measured: JavaScript reads a number that is too large for a double as Infinity, which JSON cannot "
        "express.",
        '"total": 5',
        '"total": 1e999',
        severity=Severity.WARNING,
    ),
]
