"""KNB1: the file and its JSON. The reader finds these faults; here is why each is one, with its proof."""

from __future__ import annotations

from collections.abc import Iterator

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Severity
from kustomer_nb.linting.context import LintContext
from kustomer_nb.linting.examples import an_action, file
from kustomer_nb.linting.rule import Finding, Rule

_GOOD = file(an_action(sampleOutputContext={"total": 5, "paid": True}))
_TYPE = '"type": "rest_api"'


def _by_the_reader(_: LintContext) -> Iterator[Finding]:
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
    """Return the rule whose proof differs from a good file in one place."""
    bad = good.replace(old, new, 1)
    return Rule(code=code, severity=severity, why=why, bad=bad, good=good, check=_by_the_reader)


_STRICT = "docs: an app is registered as JSON, and RFC 8259 "
RULES = [
    _rule(
        Code.UNCLOSED_STRING,
        f"{_STRICT}ends each string with a double quote.",
        '"rest_api"',
        '"rest_api',
    ),
    _rule(Code.BARE_KEY, f"{_STRICT}puts each key in double quotes.", '"type"', "type"),
    _rule(
        Code.TRAILING_COMMA,
        f"{_STRICT}has no comma before a closing bracket.",
        '"paid": true',
        '"paid": true,',
    ),
    _rule(Code.MISSING_COMMA, f"{_STRICT}parts members by commas.", f"{_TYPE},", _TYPE),
    _rule(
        Code.MISSING_COLON,
        f"{_STRICT}parts a key from its value by a colon.",
        '"type":',
        '"type"',
    ),
    _rule(Code.MISSING_KEY, f"{_STRICT}gives each value of an object a key.", '"total": 5', ": 5"),
    _rule(Code.MISSING_VALUE, f"{_STRICT}gives each key a value.", '"total": 5', '"total":'),
    _rule(
        Code.EXTRA_COMMA,
        f"{_STRICT}has one comma between two members.",
        '"total": 5,',
        '"total": 5,,',
    ),
    _rule(Code.UNCLOSED_BRACKET, f"{_STRICT}closes each bracket.", "\n  }\n}", "\n  }"),
    _rule(Code.STRAY_BRACKET, f"{_STRICT}closes a bracket once.", "\n  }\n}", "\n  }\n}\n}"),
    _rule(Code.STRAY_TEXT, f"{_STRICT}ends a text with its one value.", "\n  }\n}", "\n  }\n}\n{}"),
    _rule(Code.COMMENT, f"{_STRICT}has no comments.", f"{_TYPE},", f"{_TYPE}, // always"),
    _rule(
        Code.FOREIGN_QUOTES,
        f"{_STRICT}knows the double quote alone.",
        '"rest_api"',
        "'rest_api'",
    ),
    _rule(
        Code.BAD_ESCAPE,
        f"{_STRICT}lists what may follow a backslash.",
        "Find an order",
        r"Find\x20an order",
        good=_GOOD,
    ),
    _rule(
        Code.CONTROL_CHARACTER,
        f"{_STRICT}writes control characters as escapes.",
        "Find an order",
        "Find\tan order",
    ),
    _rule(
        Code.UNESCAPED_QUOTE,
        f"{_STRICT}escapes a double quote within a string.",
        "Find an order",
        'Find "an" order',
    ),
    _rule(
        Code.NUMBER_FORM,
        f"{_STRICT}writes numbers in decimal digits, without a plus.",
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
        f"{_STRICT}knows the words true, false and null alone.",
        '"paid": true',
        '"paid": True',
    ),
    _rule(
        Code.NOT_LITERAL,
        "measured: what code gives cannot be known from a text; the "
        "starter kit's `npm run get-app-json` prints the JSON of a module.",
        '"total": 5',
        '"total": total()',
    ),
    _rule(
        Code.DUPLICATE_KEY,
        "measured: of a key given twice in an object JSON.parse keeps "
        "the last value and drops the first without a word.",
        '"total": 5',
        '"total": 4,\n    "total": 5',
        severity=Severity.WARNING,
    ),
    _rule(
        Code.WRAPPER,
        "docs: an app is registered as JSON. A JavaScript module around it is a "
        "hint, for the starter kit keeps apps so; JavaScript's own forms are no faults in one.",
        _GOOD,
        f"```json\n{_GOOD}\n```",
    ),
    _rule(
        Code.FOREIGN_SPACE,
        f"{_STRICT}knows four white space characters.",
        '"total": 5',
        '"total":\u00a05',
    ),
    _rule(
        Code.NUMBER_TOO_LARGE,
        "measured: JavaScript reads a larger number than a double "
        "holds as Infinity, which JSON cannot write.",
        '"total": 5',
        '"total": 1e999',
        severity=Severity.WARNING,
    ),
]
