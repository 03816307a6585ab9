"""Personal data kept out of records: the values at the pointers in ``mask`` of a profile.

A record is ``{"inputs", "request", "response", "output"}``, so a pointer reads ``/response/body/email``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import number_text
from kustomer_nb.jsontext.pointer_patterns import PointerPatterns
from kustomer_nb.jsontext.serialization import stringify

from .redactor import Redactor
from .secret import Secret

LABEL = re.compile("<masked: [^>]*>")
# A shorter number occurs everywhere by chance: it is masked only at its own location.
SHORTEST_NUMBER = 7
_BODIES = {"/request/body", "/response/body"}
# Characters that would end a label, or the JSON string or line that contains it.
_UNFIT = re.compile('["\\\\<>\x00-\x1f\x7f\ud800-\udfff]')


@dataclass(frozen=True, repr=False, slots=True)
class Masking:
    """The mask of a run and its record, for a part of the run that is shown without the others.

    Example:
        >>> masking = Masking(("/inputs/email",), lambda: {"inputs": {"email": "ann@shop.com"}})
        >>> masking.covered({"output": {"to": "ann@shop.com"}})["output"]
        {'to': '<masked: /inputs/email>'}
    """

    mask: tuple[str, ...]
    read_record: Callable[[], Mapping[str, Any]]

    def covered(self, others: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return the record and other parts with labels for what is masked, wherever it occurs."""
        record = {**self.read_record(), **(others or {})}
        covered: dict[str, Any] = Redactor(masked(self.mask, record)).value(cover(self.mask, record))
        if "response" in covered and "statusCode" in record["response"]:
            # Never masked, as in the history: it says whether the run failed.
            covered["response"] = {**covered["response"], "statusCode": record["response"]["statusCode"]}
        return covered


def masked(mask: Iterable[str], record: Any) -> dict[str, Secret]:
    """Return the masked strings and long numbers by label, for a `Redactor` to find anywhere.

    In a pointer, ``*`` is any one key or index and ``**`` any number of them. A value at several locations
    has the label of the first. If an object or array is masked, every value in it is.

    Raises:
        ValueError: a pointer is malformed.

    Example:
        >>> masked(["/inputs/*"], {"inputs": {"email": "ann@shop.com", "age": 42}})
        {'<masked: /inputs/email>': <Secret: masked, 12 characters>}
    """
    labels = _labels(record, PointerPatterns.from_pointers(mask, name="mask"))
    return {label: Secret(text, source="masked") for text, label in labels.items()}


def cover(mask: Iterable[str], record: Any) -> Any:
    """Return a copy of a record with a label for each masked value, however short; null stays.

    Raises:
        ValueError: a pointer is malformed.

    Example:
        >>> cover(["/inputs/*/age"], {"inputs": [{"age": 42, "sku": "A1"}]})
        {'inputs': [{'age': '<masked: /inputs/0/age>', 'sku': 'A1'}]}
    """
    patterns = PointerPatterns.from_pointers(mask, name="mask")
    return _covered(record, "", patterns, _labels(record, patterns))


def _labels(record: Any, patterns: PointerPatterns | None) -> dict[str, str]:
    """Return the label of each value that may be looked for everywhere."""
    labels: dict[str, str] = {}
    for pointer, value in _values(record, "", patterns):
        if text := _findable(value):
            labels.setdefault(text, label_of(pointer))
    return labels


def label_of(pointer: str) -> str:
    """Return the label that replaces the value at a masked pointer.

    Example:
        >>> label_of("/inputs/email")
        '<masked: /inputs/email>'
    """
    return f"<masked: {_UNFIT.sub(lambda match: f'%{ord(match[0]):02X}', pointer)}>"


def _findable(value: Any) -> str:
    if isinstance(value, str):
        return "" if LABEL.fullmatch(value) else value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return ""
    text = number_text(value)
    return text if sum(map(str.isdigit, text)) >= SHORTEST_NUMBER else ""


def _values(value: Any, pointer: str, patterns: PointerPatterns | None) -> Iterator[tuple[str, Any]]:
    """Yield the pointer and value of each masked leaf."""
    if patterns is None:
        return
    value = _parsed_body(value, pointer, patterns)
    for key, item in _items(value):
        yield from _values(item, pointers.join(pointer, key), _below(patterns, key))
    if patterns.covers and not isinstance(value, (Mapping, list, tuple)):
        yield pointer, value


def _parsed_body(value: Any, pointer: str, patterns: PointerPatterns) -> Any:
    """Return the JSON of a body that is recorded as a string, if a pointer leads into it."""
    if pointer not in _BODIES or patterns.covers or not isinstance(value, str):
        return value
    try:
        parsed = json.loads(value)
    except (ValueError, RecursionError):
        return value
    return parsed if isinstance(parsed, (dict, list)) else value


def _items(value: Any) -> Iterable[tuple[str | int, Any]]:
    if isinstance(value, Mapping):
        return value.items()
    return enumerate(value) if isinstance(value, (list, tuple)) else ()


def _covered(value: Any, pointer: str, patterns: PointerPatterns | None, labels: Mapping[str, str]) -> Any:
    if patterns is None:
        return value
    if (parsed := _parsed_body(value, pointer, patterns)) is not value:
        covered = _covered(parsed, pointer, patterns, labels)
        return value if covered == parsed else stringify(covered)
    items = (
        (key, _covered(item, pointers.join(pointer, key), _below(patterns, key), labels))
        for key, item in _items(value)
    )
    if isinstance(value, Mapping):
        return dict(items)
    if isinstance(value, (list, tuple)):
        return [item for _, item in items]
    return _covered_leaf(value, pointer, labels) if patterns.covers else value


def _below(patterns: PointerPatterns, key: str | int) -> PointerPatterns | None:
    """Return the patterns for a member; below a masked value, everything is masked."""
    return patterns if patterns.covers else patterns.under(key)


def _covered_leaf(value: Any, pointer: str, labels: Mapping[str, str]) -> Any:
    if not isinstance(value, (str, int, float)) or value == "":
        return value
    text = _findable(value)
    # A string without a findable text is a label already.
    if isinstance(value, str) and not text:
        return value
    return labels.get(text) or label_of(pointer)
