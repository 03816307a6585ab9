"""What a case expects compared with what came: markers, ignored places, and places that only warn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from kustomer_nb.difference import Diff, diff, diff_json
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.pointer_patterns import PointerPatterns
from kustomer_nb.printable import one_line

from .markers import has_markers, merge

if TYPE_CHECKING:
    from kustomer_nb.diagnostics import Diagnostic

_MOST_PLACES = 3


def compare(expected: Any, actual: Any, ignore: tuple[str, ...] = ()) -> Diff:
    """Return how a value differs from what a case expects, which may have markers.

    Example:
        >>> compare({"id": "#integer", "at": "#date"}, {"id": 7, "at": "now"})[0].pointer
        '/at'
    """
    if has_markers(expected):
        expected = merge(expected, actual, PointerPatterns.from_pointers(ignore)).value
    return diff(expected, actual, ignore=ignore) if ignore else diff_json(expected, actual)


def compare_request(
    expected: Mapping[str, Any], document: Mapping[str, Any], ignore: tuple[str, ...] = ()
) -> Diff:
    """Return how a request differs from that of a case, in the parts that the case names."""
    return compare(dict(expected), {name: document[name] for name in expected}, ignore)


def only_warns(differences: Diff, warn: tuple[str, ...]) -> bool:
    """Return whether all differences are at places where a difference is a warning.

    Example:
        >>> differences = compare({"at": 1, "id": 2}, {"at": 2, "id": 2})
        >>> only_warns(differences, ("/at",)), only_warns(differences, ("/id",))
        (True, False)
    """
    patterns = PointerPatterns.from_pointers(warn)
    return all(_is_covered(difference.pointer, patterns) for difference in differences)


def _is_covered(pointer: str, patterns: PointerPatterns | None) -> bool:
    for key in pointers.split(pointer):
        if patterns is None or patterns.covers:
            break
        patterns = patterns.under(key)
    return patterns is not None and patterns.covers


def places(differences: Diff) -> str:
    """Return the first pointers of some differences, each with how it differs."""
    first = [
        f"{difference.pointer or 'all of it'} {difference.change}"
        for difference in differences[:_MOST_PLACES]
    ]
    more = len(differences) - len(first)
    return ", ".join([*first, *([f"and {more} more"] if more else [])])


def finding_faults(expected: tuple[str, ...], actual: Iterable[Diagnostic]) -> list[str]:
    """Return how the findings of a run differ from those that a case expects, in words.

    Each expected one must be there, and each error must be expected.
    """
    diagnostics = list(actual)
    faults = [
        f"{finding} was not reported"
        for finding in expected
        if not any(_is_finding(diagnostic, finding) for diagnostic in diagnostics)
    ]
    faults += [
        one_line(f"not expected: {diagnostic}")
        for diagnostic in diagnostics
        if diagnostic.severity == "error"
        and not any(_is_finding(diagnostic, finding) for finding in expected)
    ]
    return faults


def _is_finding(diagnostic: Diagnostic, finding: str) -> bool:
    code, separator, pointer = finding.partition(" ")
    return diagnostic.code == code and (not separator or diagnostic.pointer == pointer)
