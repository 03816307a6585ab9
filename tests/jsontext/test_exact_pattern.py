"""A pointer as a pattern that matches nothing else."""

from __future__ import annotations

import pytest

from kustomer_nb import diff
from kustomer_nb.jsontext.pointer import join
from kustomer_nb.jsontext.pointer_patterns import exact_pattern

KEYS = ["*", "**", "***", "a*", "~2", "~", "/", "~1", "~0", "a/b", "", "2", "~2~2", "b"]


@pytest.mark.parametrize("key", KEYS)
def test_a_key_is_ignored_alone_whatever_it_is(key: str) -> None:
    before = {"in": dict.fromkeys(KEYS, 1), "*": 1}
    after = {"in": dict.fromkeys(KEYS, 2), "*": 2}

    difference = diff(before, after, ignore=[exact_pattern(join("/in", key))])

    assert [entry.pointer for entry in difference.ignored] == [join("/in", key)]
    assert len(difference) == len(KEYS)


@pytest.mark.parametrize(
    ("pattern", "count"),
    [("/in/*", 1), ("/**", 0), ("/in/**", 1), ("/in/~2", 2), ("/~2", 2), ("/*", 0), ("/in/a*", 3)],
)
def test_wildcards_match_what_they_matched(pattern: str, count: int) -> None:
    difference = diff({"in": {"*": 1, "b": 1}, "*": 1}, {"in": {"*": 2, "b": 2}, "*": 2}, ignore=[pattern])

    assert len(difference) == count


def test_a_lone_tilde_is_refused_with_the_pointer_to_write() -> None:
    with pytest.raises(ValueError, match='write "/a~03"'):
        diff(1, 2, ignore=["/a~3"])
