"""What a case expects, brought up to date: what still holds stays as it is written, markers as well."""

from __future__ import annotations

from typing import Any

from kustomer_nb.difference import equal
from kustomer_nb.difference.align import NO_ITEM, all_pairs, by_order
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.pointer_patterns import PointerPatterns

from .markers import escaped, merge


def updated(expected: Any, actual: Any, ignore: tuple[str, ...] = ()) -> Any:
    r"""Return what a case expects with the actual value where that differs.

    A marker that fits stays, and so does what ``ignore`` covers. A string that would be read as a marker is
    escaped.

    Example:
        >>> updated({"id": "#integer", "at": "#date", "n": 1}, {"id": 7, "at": "now", "tag": "#date"})
        {'id': '#integer', 'at': 'now', 'tag': '\\#date'}
    """
    return _updated(expected, actual, PointerPatterns.from_pointers(ignore))


def _updated(expected: Any, actual: Any, ignored: PointerPatterns | None) -> Any:
    if ignored is not None and ignored.covers:
        return expected
    if isinstance(expected, dict) and isinstance(actual, dict):
        return _updated_object(expected, actual, ignored)
    if isinstance(expected, list) and isinstance(actual, list):
        return _updated_array(expected, actual, ignored)
    return expected if merge(expected, actual).is_equal else escaped(actual)


def _updated_object(
    expected: dict[str, Any], actual: dict[str, Any], ignored: PointerPatterns | None
) -> dict[str, Any]:
    value = {}
    for key, item in expected.items():
        inner = ignored and ignored.under(key)
        # A key that is missing may be just what a marker says.
        if key in actual or (inner is not None and inner.covers) or _may_be_absent(item):
            value[key] = _updated(item, actual[key], inner) if key in actual else item
    for key, item in actual.items():
        inner = ignored and ignored.under(key)
        if key not in expected and not (inner is not None and inner.covers):
            value[key] = escaped(item)
    return value


def _may_be_absent(expected: Any) -> bool:
    return merge(expected, UNDEFINED).value is UNDEFINED


def _updated_array(expected: list[Any], actual: list[Any], ignored: PointerPatterns | None) -> list[Any]:
    merged = merge(expected, actual, ignored).value
    # Where a marker left no item, the indexes of the two are not the same.
    is_aligned = len(merged) == len(expected)
    pairs = (
        [pair for pair, _ in all_pairs(merged, actual, ignored)]
        if is_aligned
        else list(by_order(range(len(expected)), range(len(actual))))
    )
    value = []
    for left, right in pairs:
        if right == NO_ITEM:
            continue
        if left == NO_ITEM:
            value.append(escaped(actual[right]))
        elif is_aligned and equal(merged[left], actual[right]):
            value.append(expected[left])
        else:
            inner = ignored and ignored.between(right, left)
            value.append(_updated(expected[left], actual[right], inner))
    return value
