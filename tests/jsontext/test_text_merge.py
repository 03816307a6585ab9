"""Two texts that were made of the same one, merged."""

from __future__ import annotations

import json
import random

import pytest

from kustomer_nb.jsontext.text_merge import merged_text

BASE = json.dumps({"app": "shop", "actions": [{"name": name, "uri": "/"} for name in "abcdef"]}, indent=2)


@pytest.mark.parametrize(
    ("own", "other", "merged"),
    [
        pytest.param("abc", "abc", "abc", id="nothing changed"),
        pytest.param("abcd", "abc", "abcd", id="only the first"),
        pytest.param("abc", "xabc", "xabc", id="only the second"),
        pytest.param("aBc", "aBc", "aBc", id="both the same"),
        pytest.param("abcd", "abcde", "abcde", id="the second has the change of the first, and goes on"),
        pytest.param("abcde", "abcd", "abcde", id="the first has the change of the second, and goes on"),
        pytest.param("abcd", "xabc", "xabcd", id="both ends of a line"),
        pytest.param("ab", "bc", "b", id="both removed something"),
        pytest.param("a1c", "a2c", "a1c", id="the same character"),
        pytest.param("", "abcd", "d", id="all removed, and something added behind it"),
    ],
)
def test_has_the_changes_of_both(own: str, other: str, merged: str) -> None:
    assert merged_text("abc", own, other) == merged


def test_changes_in_several_lines_of_each_stay() -> None:
    own = BASE.replace('"a"', '"A"').replace('"e"', '"E"')
    other = BASE.replace('"shop"', '"Shop"').replace('"c"', '"C"').replace('"f"', '"F"')

    merged = merged_text(BASE, own, other)

    names = [action["name"] for action in json.loads(merged)["actions"]]
    assert (names, json.loads(merged)["app"]) == (["A", "b", "C", "d", "E", "F"], "Shop")


def test_the_same_change_in_both_is_made_once() -> None:
    own = BASE.replace('"a"', '"same"').replace('"e"', '"E"')
    other = BASE.replace('"a"', '"same"').replace('"c"', '"C"')

    assert merged_text(BASE, own, other) == own.replace('"c"', '"C"')


def test_whatever_changed_nothing_of_the_first_is_lost_and_nothing_of_the_second_elsewhere() -> None:
    chance = random.Random(18)
    lines = [f"line {number}\n" for number in range(30)]
    for _ in range(300):
        own, other = list(lines), list(lines)
        places = chance.sample(range(0, len(lines), 2), 6)
        for number, at in enumerate(places):
            changed = own if number % 2 else other
            changed[at] = f"{number}!\n" if chance.random() < 0.8 else "new\n" * chance.randrange(3)
        both = [one if one != line else two for line, one, two in zip(lines, own, other, strict=True)]

        merged = merged_text("".join(lines), "".join(own), "".join(other))

        assert merged == "".join(both)
