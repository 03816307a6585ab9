"""The reference of codes: those of a run, which have a meaning, and those of rules, which have a section."""

from __future__ import annotations

from itertools import groupby

from kustomer_nb.codes import FAMILY_TITLES, Code
from kustomer_nb.rules import RULES

from .markdown import table

_INTRODUCTION = """# Codes

Every code that an error, a warning or a hint can have. `kustomer-nb rule KNB801` explains one. A code
is never used for something else in a later version.

Codes with a link are those of [lint rules](rules.md), with an example before and after.
"""

_HEAD = ["Code", "Name", "Meaning, or how it is known"]


def page() -> str:
    """Return the page of all codes, as ``docs/reference/codes.md`` has it.

    Example:
        >>> page().splitlines()[0]
        '# Codes'
    """
    families = groupby(sorted(Code), lambda code: code.family)
    return _INTRODUCTION + "".join(
        f"\n## {FAMILY_TITLES[family]}\n\n{table(_HEAD, map(_row, codes))}" for family, codes in families
    )


def _row(code: Code) -> tuple[str, str, str]:
    for rule in RULES:
        if rule.code == code:
            link = f"[{code.value}](rules.md#{code.lower()}-{rule.name})"
            return link, rule.name, rule.reason.partition(". ")[0].rstrip(".") + "."
    return code.value, code.slug, code.meaning
