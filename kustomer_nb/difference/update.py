"""A sample brought up to date at some pointers: with the actual values, or without its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.copies import copy_json
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.pointer_patterns import PointerPatterns

from .align import NO_ITEM, all_pairs
from .equality import equal, type_name

# The keys below a pointer, each with those below it; None in its place for a pointer that ends there.
Tree = dict[str, "Tree | None"]


class UpdateError(ValueError):
    """A value cannot be put into a sample; ``pointer`` is where."""

    def __init__(self, pointer: str, message: str) -> None:
        super().__init__(message)
        self.pointer = pointer


def updated(
    sample: Any,
    actual: Any,
    accepted: Iterable[str],
    removed: Iterable[str] = (),
    *,
    ignore: Iterable[str] = (),
) -> Any:
    """Return a sample with the actual values at some pointers, and without its own at others.

    ``accepted`` are pointers into the actual value. An item of an array goes where `diff` aligns it with the
    same ``ignore``. Objects and arrays that the sample lacks are created with only what is accepted.
    ``removed`` are pointers into the sample; one that it does not have is passed over. Neither value is
    changed.

    Raises:
        UpdateError: the sample has a value of another type where an object or array is needed.

    Example:
        >>> updated({"id": 1, "tags": ["b"], "old": 1}, {"id": 2, "tags": ["a", "b"]}, ["/tags/0"], ["/old"])
        {'id': 1, 'tags': ['a', 'b']}
    """
    location = _Location("", PointerPatterns.from_pointers(ignore))
    return _merged(copy_json(sample), actual, _tree(accepted), _tree(removed), location)


class _Location(NamedTuple):
    """A pointer into the actual value, and what is ignored there."""

    pointer: str
    ignored: PointerPatterns | None

    def under(self, key: str | int, sample_key: str | int) -> _Location:
        ignored = self.ignored and self.ignored.between(key, sample_key)
        return _Location(pointers.join(self.pointer, key), ignored)

    def under_item(self, before: int, after: int) -> _Location:
        key = before if after == NO_ITEM else after
        return self.under(key, key if before == NO_ITEM else before)


def _tree(texts: Iterable[str]) -> Tree | None:
    """Return pointers as a tree; None if the whole value is one of them."""
    root: Tree = {}
    for text in texts:
        keys = pointers.split(text)
        if not keys:
            return None
        tree = root
        for key in keys[:-1]:
            inner = tree.setdefault(key, {})
            if inner is None:
                break
            tree = inner
        else:
            tree[keys[-1]] = None
    return root


def _merged(sample: Any, actual: Any, accepted: Tree | None, removed: Tree | None, at: _Location) -> Any:
    # Recursive: a pointer that goes deeper than a document may be nested was refused before.
    if accepted is None:
        return copy_json(actual)
    if not accepted and not removed:
        return sample
    if sample is UNDEFINED:
        sample = [] if isinstance(actual, list) else {}
    if accepted and type_name(sample) != type_name(actual):
        names = _named(type_name(sample)), _named(type_name(actual))
        raise UpdateError(at.pointer, f"the sample has {names[0]} there, and the output {names[1]}")
    if isinstance(sample, dict):
        return _merged_objects(sample, actual, accepted, removed or {}, at)
    if isinstance(sample, list):
        return _merged_arrays(sample, actual, accepted, removed or {}, at)
    return sample


def _merged_objects(
    sample: dict[str, Any], actual: Any, accepted: Tree, removed: Tree, at: _Location
) -> dict[str, Any]:
    members = actual if isinstance(actual, dict) else {}
    result = {}
    for key, value in sample.items():
        if removed.get(key, {}) is None:
            continue
        inner = members.get(key, UNDEFINED)
        tree = accepted.get(key, {}) if inner is not UNDEFINED else {}
        result[key] = _merged(value, inner, tree, removed.get(key, {}), at.under(key, key))
    for key in accepted:
        if key not in sample and key in members:
            result[key] = _merged(UNDEFINED, members[key], accepted[key], {}, at.under(key, key))
    return result


def _merged_arrays(sample: list[Any], actual: Any, accepted: Tree, removed: Tree, at: _Location) -> list[Any]:
    result = []
    for (before, after), _ in all_pairs(sample, actual if isinstance(actual, list) else [], at.ignored):
        own, inner = _below(removed, before), _below(accepted, after)
        # An item may be removed as one of the sample, and added as one of the output.
        if own is None and inner is not None:
            continue
        if before == NO_ITEM and inner == {}:
            continue
        value, other = _item(sample, before), _item(actual, after)
        result.append(_merged(value, other, inner, own, at.under_item(before, after)))
    return result


def _below(tree: Tree, index: int) -> Tree | None:
    return {} if index == NO_ITEM else tree.get(str(index), {})


def _item(items: Any, index: int) -> Any:
    return UNDEFINED if index == NO_ITEM else items[index]


def _named(name: str) -> str:
    return name if name == "null" else f"an {name}" if name[0] in "aeiou" else f"a {name}"


def moved(before: Any, after: Any, texts: Iterable[str]) -> list[str | None]:
    """Return the pointers, in a later state of a value, of what was at others; None for what is gone.

    Items of arrays are followed as `diff` aligns them. A value that is another one now counts as gone.

    Example:
        >>> moved([1, 2, 3], [2, 3], ["/2", "/0"])
        ['/1', None]
    """
    if equal(before, after):
        return [text if pointers.resolve(before, text) is not UNDEFINED else None for text in texts]
    partners: dict[str, dict[int, int]] = {}
    return [_moved(before, after, text, partners) for text in texts]


def _moved(before: Any, after: Any, text: str, partners: dict[str, dict[int, int]]) -> str | None:
    """Return one pointer; ``partners`` keeps how arrays are aligned, by their pointer."""
    result = old = ""
    for key in pointers.split(text):
        name: str | int = key
        if isinstance(before, list) and isinstance(after, list) and key.isdecimal():
            name = _partners_at(old, before, after, partners).get(int(key), NO_ITEM)
        before, after = pointers.resolve(before, [key]), pointers.resolve(after, [str(name)])
        if before is UNDEFINED or after is UNDEFINED:
            return None
        result, old = pointers.join(result, name), pointers.join(old, key)
    return result if equal(before, after) else None


def _partners_at(
    pointer: str, before: list[Any], after: list[Any], partners: dict[str, dict[int, int]]
) -> dict[int, int]:
    if pointer not in partners:
        partners[pointer] = dict(pair for pair, _ in all_pairs(before, after))
    return partners[pointer]
