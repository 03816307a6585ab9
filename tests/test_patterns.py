"""No regular expression takes exponential time for any text."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from re import _constants as constants  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest

import kustomer_nb
from kustomer_nb import from_curl
from kustomer_nb.secrets.token_shapes import is_sample

REPEATS = (constants.MAX_REPEAT, constants.MIN_REPEAT)
WITHOUT_TEXT = (constants.ASSERT, constants.ASSERT_NOT, constants.AT)
MANY = 20


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Yield the patterns of all modules."""
    for module in pkgutil.walk_packages(kustomer_nb.__path__, "kustomer_nb."):
        if not module.name.endswith("__main__"):
            for name, value in vars(importlib.import_module(module.name)).items():
                if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                    yield f"{module.name}.{name}", value


def repeats(nodes: Any) -> Iterator[Any]:
    """Yield what is repeated any number of times, at any depth."""
    for kind, value in nodes:
        if kind in REPEATS:
            if value[1] > MANY:
                yield value[2]
            yield from repeats(value[2])
        elif kind is constants.SUBPATTERN:
            yield from repeats(value[3])
        elif kind is constants.BRANCH:
            for branch in value[1]:
                yield from repeats(branch)
        elif kind in (constants.ASSERT, constants.ASSERT_NOT):
            yield from repeats(value[1])


def branches(nodes: Any) -> list[list[Any]]:
    """Return the alternatives of a group."""
    items = list(nodes)
    while len(items) == 1 and items[0][0] is constants.SUBPATTERN:
        items = list(items[0][1][3])
    is_branch = len(items) == 1 and items[0][0] is constants.BRANCH
    return [list(branch) for branch in items[0][1][1]] if is_branch else [items]


def is_ambiguous(nodes: Any) -> bool:
    """Return whether a text can be one repetition, or several, as in ``(?:-?a+)*``."""
    for branch in branches(nodes):
        has_repeat = any(kind in REPEATS and value[1] > MANY for kind, value in branch)
        separators = [kind for kind, value in branch if kind not in WITHOUT_TEXT and kind not in REPEATS]
        if has_repeat and not separators:
            fixed = [value for kind, value in branch if kind in REPEATS and value[0]]
            # Of two that must be there, one separates the other, as in (?:-+a+)*.
            if len(fixed) < 2:
                return True
    return False


@pytest.mark.parametrize(
    ("pattern", "expected"), [(r"(?:-?a+)*", True), (r"(?:a+|b)*c", True), (r"(?:-a+)*", False)]
)
def test_a_text_that_fits_in_many_ways_is_found(pattern: str, expected: bool) -> None:
    assert any(map(is_ambiguous, repeats(parser.parse(pattern)))) is expected


def test_no_pattern_repeats_what_it_repeats_already() -> None:
    ambiguous = [
        name
        for name, pattern in patterns()
        if any(map(is_ambiguous, repeats(parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE))))
    ]

    assert ambiguous == []


@pytest.mark.parametrize("text", ["-" * 300 + "a", "{" * 300 + "0", "-=" * 200 + "a"])
def test_a_long_line_is_read_at_once(text: str) -> None:
    assert not is_sample(text)


def test_a_long_segment_is_read_at_once() -> None:
    assert from_curl(f"curl https://a.b/v0{'a' * 200}A").action.name == "kustomer.app.a.getRequest"
