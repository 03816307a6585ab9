"""The page of all rules; ``python -m kustomer_nb.rules.docs > docs/rules.md`` writes it."""

from __future__ import annotations

import sys
from itertools import groupby

from kustomer_nb.linting.rule import Rule

from .registry import RULES

FAMILIES = {
    "KNB1": "The file and its JSON",
    "KNB2": "Names and keys of the app",
    "KNB3": "Templates",
    "KNB4": "The request",
    "KNB5": "Schemas and outputs",
    "KNB6": "Secrets",
}
_START = """# The rules of lint

What `kustomer_nb.lint` can know to be wrong with a definition from its text alone. An **error** fails the
registration or the run, a **warning** works but rarely as meant, a **hint** is advice; the severity given
here is the gravest a rule reports. Every rule proves itself: it reports the first of its two files, and is
content with the second. `kustomer-nb rule KNB304` shows one of them, `kustomer-nb fix` mends what can be
mended without a decision. Leave rules out on the command line (`--ignore KNB219,KNB5`), in Python
(`app.lint(ignore=["KNB219"])`) or for a project, in its `pyproject.toml`:

```toml
[tool.kustomer-nb]
ignore = ["KNB219"]
```

This page is made from the rules with `python -m kustomer_nb.rules.docs > docs/rules.md`.
"""


def page() -> str:
    """Return the page of all rules as Markdown.

    Example:
        >>> page().splitlines()[0]
        '# The rules of lint'
    """
    families = [(prefix, list(rules)) for prefix, rules in groupby(RULES, lambda one: one.code[:4])]
    contents = [
        part
        for prefix, rules in families
        for part in (f"- {FAMILIES[prefix]}", *(f"  - {_link(one)}" for one in rules))
    ]
    sections = [
        part for prefix, rules in families for part in (f"## {FAMILIES[prefix]}", *map(_section, rules))
    ]
    return "\n\n".join([_START.strip(), "\n".join(contents), *sections]) + "\n"


def _link(one: Rule) -> str:
    return f"[{one.code} {one.name}](#{one.code.lower()}-{one.name}) ({one.severity.value})"


def _section(one: Rule) -> str:
    return "\n\n".join(
        [
            f"### {one.code} {one.name}",
            f"Severity: {one.severity.value}.",
            one.why[0].upper() + one.why[1:],
            "Reported:",
            f"```json\n{one.bad}\n```",
            "Mended:",
            f"```json\n{one.good}\n```",
        ]
    )


if __name__ == "__main__":
    sys.stdout.write(page())
