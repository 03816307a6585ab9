"""Personal data kept out of records: the values at the places that ``mask`` of a profile names.

A record is ``{"inputs", "request", "response", "output"}``, so a pointer reads ``/response/body/email``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import number_text, stringify
from kustomer_nb.jsontext.pointer_patterns import PointerPatterns

from .secret import Secret

LABEL = re.compile("<masked: [^>]*>")
# A shorter number is found everywhere by chance: it is covered at its place alone.
SHORTEST_NUMBER = 7
_BODIES = {"/request/body", "/response/body"}
# What would end a label early, or the JSON string or line it stands in.
_UNFIT = re.compile('["\\\\<>\x00-\x1f\x7f\ud800-\udfff]')


def masked(mask: Iterable[str], record: Any) -> dict[str, Secret]:
    """Return the texts and long numbers at the masked places, by label, for a `Redactor` to find anywhere.

    In a pointer ``*`` is any one key or index and ``**`` any number of them. A value at several places has
    the label of the first; of an object or array every value in it counts.

    Raises:
        ValueError: a pointer is malformed.

    Example:
        >>> masked(["/inputs/*"], {"inputs": {"email": "ann@shop.com", "age": 42}})
        {'<masked: /inputs/email>': <Secret: masked, 12 characters>}
    """
    labels = _labels(record, PointerPatterns.from_pointers(mask, name="mask"))
    return {label: Secret(text, source="masked") for text, label in labels.items()}


def cover(mask: Iterable[str], record: Any) -> Any:
    """Return a copy of a record with a label for each value at a masked place, however short; null stays.

    Raises:
        ValueError: a pointer is malformed.

    Example:
        >>> cover(["/inputs/*/age"], {"inputs": [{"age": 42, "sku": "A1"}]})
        {'inputs': [{'age': '<masked: /inputs/0/age>', 'sku': 'A1'}]}
    """
    rest = PointerPatterns.from_pointers(mask, name="mask")
    return _covered(record, "", rest, _labels(record, rest))


def _labels(record: Any, rest: PointerPatterns | None) -> dict[str, str]:
    """Return the label of each text that may be looked for everywhere."""
    labels: dict[str, str] = {}
    for place, value in _values(record, "", rest):
        if text := _findable(value):
            labels.setdefault(text, label_of(place))
    return labels


def label_of(place: str) -> str:
    """Return what stands for the value at a masked place.

    Example:
        >>> label_of("/inputs/email")
        '<masked: /inputs/email>'
    """
    return f"<masked: {_UNFIT.sub(lambda found: f'%{ord(found[0]):02X}', place)}>"


def _findable(value: Any) -> str:
    if isinstance(value, str):
        return "" if LABEL.fullmatch(value) else value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return ""
    text = number_text(value)
    return text if sum(map(str.isdigit, text)) >= SHORTEST_NUMBER else ""


def _values(value: Any, place: str, rest: PointerPatterns | None) -> Iterator[tuple[str, Any]]:
    """Yield the place and value of each leaf that is masked."""
    if rest is None:
        return
    value = _opened(value, place, rest)
    for key, item in _items(value):
        yield from _values(item, pointers.join(place, key), rest if rest.covers else rest.under(key))
    if rest.covers and not isinstance(value, (Mapping, list, tuple)):
        yield place, value


def _opened(value: Any, place: str, rest: PointerPatterns) -> Any:
    """Return the JSON of a body that is told as text, where a pointer goes into it."""
    if place not in _BODIES or rest.covers or not isinstance(value, str):
        return value
    try:
        read = json.loads(value)
    except (ValueError, RecursionError):
        return value
    return read if isinstance(read, (dict, list)) else value


def _items(value: Any) -> Iterable[tuple[str | int, Any]]:
    if isinstance(value, Mapping):
        return value.items()
    return enumerate(value) if isinstance(value, (list, tuple)) else ()


def _covered(value: Any, place: str, rest: PointerPatterns | None, labels: Mapping[str, str]) -> Any:
    if rest is None:
        return value
    if (opened := _opened(value, place, rest)) is not value:
        covered = _covered(opened, place, rest, labels)
        return value if covered == opened else stringify(covered)
    items = (
        (key, _covered(item, pointers.join(place, key), rest if rest.covers else rest.under(key), labels))
        for key, item in _items(value)
    )
    if isinstance(value, Mapping):
        return dict(items)
    if isinstance(value, (list, tuple)):
        return [item for _, item in items]
    if not rest.covers or not isinstance(value, (str, int, float)) or value == "":
        return value
    text = _findable(value)
    if isinstance(value, str) and not text:
        return value
    return labels.get(text) or label_of(place)
