"""The page of all rules; ``python -m kustomer_nb.rules.docs > docs/reference/rules.md`` writes it."""

from __future__ import annotations

import sys
from itertools import groupby
from typing import TYPE_CHECKING

from kustomer_nb.codes import FAMILY_TITLES

from .registry import RULES

if TYPE_CHECKING:
    from kustomer_nb.linting.rule import Rule

_INTRODUCTION = """# Lint rules

The problems that `kustomer_nb.lint` finds in a definition without running it. An **error** makes the
registration or the run fail. A **warning** works, but rarely as intended. A **hint** is advice. The severity
shown is the highest that the rule reports. The reason says how it is known: documented by Kustomer or a
standard, observed in real apps, or measured on the npm libraries that the platform seems to use. Each rule
reports the first of its two files and not the second; the tests check both.

`kustomer-nb rule KNB304` shows one rule. `kustomer-nb fix` fixes what it can without a decision by you. To
ignore rules, use `--ignore KNB219,KNB5` on the command line, `app.lint(ignore=["KNB219"])` in Python, or the
`pyproject.toml` of a project:

```toml
[tool.kustomer-nb]
ignore = ["KNB219"]
```

This page is generated from the rules: `python -m kustomer_nb.rules.docs > docs/reference/rules.md`.
"""


def page() -> str:
    """Return the reference page of all rules as Markdown.

    Example:
        >>> page().splitlines()[0]
        '# Lint rules'
    """
    families = [(prefix, list(rules)) for prefix, rules in groupby(RULES, lambda rule: rule.code.family)]
    contents = [
        part
        for prefix, rules in families
        for part in (f"- {FAMILY_TITLES[prefix]}", *(f"  - {_link(rule)}" for rule in rules))
    ]
    sections = [
        part for prefix, rules in families for part in (f"## {FAMILY_TITLES[prefix]}", *map(_section, rules))
    ]
    return "\n\n".join([_INTRODUCTION.strip(), "\n".join(contents), *sections]) + "\n"


def _link(rule: Rule) -> str:
    # GitHub and MkDocs make the same anchor of a heading: lower case, spaces to dashes.
    return f"[{rule.code} {rule.name}](#{rule.code.lower()}-{rule.name}) ({rule.severity.value})"


def _section(rule: Rule) -> str:
    return "\n\n".join(
        [
            f"### {rule.code} {rule.name}",
            f"Severity: {rule.severity.value}.",
            rule.reason,
            "Before:",
            f"```json\n{rule.bad}\n```",
            "After:",
            f"```json\n{rule.good}\n```",
        ]
    )


if __name__ == "__main__":
    # Not by the encoding and the line ends of a console.
    sys.stdout.buffer.write(page().encode())
