"""Cases that fail for one cause, which a report shows once."""

from __future__ import annotations

from collections.abc import Iterable

from kustomer_nb.testing.results import CaseResult

from .case_lines import case_lines, differences


def by_cause(results: Iterable[CaseResult]) -> list[list[CaseResult]]:
    """Return results in groups that have the same outcome, differences and problems, in order of their first.

    Example:
        >>> from pathlib import Path
        >>> from kustomer_nb.difference import diff
        >>> from kustomer_nb.testing.case import Case
        >>> def result(name, amount):
        ...     case = Case(name=name, path=Path(name), action="pay", app_path=Path("shop.json"))
        ...     return CaseResult(case, "failed", output=diff({"amount": 1}, {"amount": amount}))
        >>> groups = by_cause([result("a", 2), result("b", 3), result("c", 2)])
        >>> [[result.case.name for result in group] for group in groups]
        [['a', 'c'], ['b']]
    """
    groups: list[list[CaseResult]] = []
    by_lines: dict[tuple[str, ...], list[CaseResult]] = {}
    for result in results:
        key = (result.outcome, *case_lines(result))
        group = by_lines.get(key)
        # Lines show long values shortened: what they show of two differences may be the same.
        if group is not None and _is_same(group[0], result):
            group.append(result)
            continue
        groups.append([result])
        by_lines.setdefault(key, groups[-1])
    return groups


def _is_same(result: CaseResult, other: CaseResult) -> bool:
    return [item.difference for item in differences(result)] == [
        item.difference for item in differences(other)
    ]
