"""A marker stands for any value of its kind, and any other string for itself."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kustomer_nb.jsontext.pointer_patterns import PointerPatterns
from kustomer_nb.testing.comparison import compare
from kustomer_nb.testing.markers import MARKERS, escaped, marker_faults, marker_of, merge

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.sampled_from([*MARKERS, "\\#string", "\\\\#", "##uuid", "#1001", "#regex ("]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
)


@pytest.mark.parametrize(
    ("marker", "fitting", "other"),
    [
        ("#string", ["", "7"], [7, None, [], True]),
        ("#number", [0, 1.5, -7], ["0", True, None]),
        ("#integer", [0, 7.0, 2**53 + 1], [1.5, True, "7"]),
        ("#boolean", [True, False], [0, "true", None]),
        ("#array", [[], [1]], [{}, "[]"]),
        ("#object", [{}, {"a": 1}], [[], "{}"]),
        ("#null", [None], ["", 0, False]),
        ("#notnull", [0, "", False], [None]),
        ("#present", [None, 0], []),
        ("#uuid", [str(uuid.UUID(int=7)), str(uuid.UUID(int=7)).upper()], ["7", uuid.UUID(int=7).hex, 7]),
        ("#date", ["2026-02-28"], ["2026-02-30", "2026-2-8", "2026-02-28T00:00:00Z", 20260228]),
        (
            "#datetime",
            ["2026-02-28T10:00:00Z", "2026-02-28 10:00", "2026-02-28T10:00:00.123+01:00"],
            ["2026-02-28", "2026-02-28T25:00:00Z", "yesterday"],
        ),
        ("#url", ["https://a.b/c?d", "HTTP://a"], ["ftp://a.b", "a.b", "https://", "https://a b"]),
        ("#ignore", [None, 7, {"a": 1}], []),
        (r"#regex ORD-\d+", ["ORD-7"], ["ORD-", "xORD-7", "ORD-7x", 7]),
        ("##string", ["", None], [7]),
        ("##regex a+", ["aa", None], ["b"]),
    ],
)
def test_a_marker_fits_its_kind_alone(marker: str, fitting: list[Any], other: list[Any]) -> None:
    assert [value for value in fitting if compare({"a": marker}, {"a": value})] == []
    assert [value for value in other if not compare({"a": marker}, {"a": value})] == []


@pytest.mark.parametrize(
    ("marker", "fits"),
    [
        ("#uuid", False),
        ("#integer", False),
        ("#null", False),
        ("##date", False),
        (r"#regex ORD-\d+", False),
        ("#string", True),
        ("#present", True),
        ("#ignore", True),
        ("#regex #.*", True),
    ],
)
def test_the_text_of_a_marker_fits_it_only_as_any_text_would(marker: str, fits: bool) -> None:
    assert (not compare({"a": marker}, {"a": marker})) is fits
    assert (not compare([marker], [marker])) is fits


@pytest.mark.parametrize(
    ("expected", "is_equal"),
    [
        ({"a": "#absent"}, True),
        ({"a": "##string"}, True),
        ({"a": "#ignore"}, True),
        ({"a": "#string"}, False),
        ({"a": "#present"}, False),
        ({"a": "#notnull"}, False),
        ({"a": "#null"}, False),
    ],
)
def test_a_missing_key_fits_what_may_be_absent(expected: dict[str, str], *, is_equal: bool) -> None:
    assert (not compare(expected, {})) is is_equal
    assert compare({"a": "#absent"}, {"a": None})


@pytest.mark.parametrize(
    "text",
    ["#1001", "#ff0000", "#fff", "#", "##", "# title", "#date of birth", "#urgent", "\\n#", "a #string"],
)
def test_other_strings_stand_for_themselves(text: str) -> None:
    assert marker_of(text) is None
    assert not compare([text], [text])
    assert compare([text], ["x"])
    assert list(marker_faults(text)) == []


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("#strnig", "`#string`"),
        ("#String", "`#string`"),
        ("##integr", "`#integer`"),
        ("#int", "`#integer`"),
        ("#notpresent", "`#absent`"),
        ("#[3]", "#array"),
        ("#? _ > 0", "#number"),
        ("#regex", "ORD-.*"),
        ("#regex (", "regular expression"),
    ],
)
def test_what_is_meant_as_a_marker_is_a_fault(text: str, suggestion: str) -> None:
    ((pointer, message, fix),) = marker_faults({"a": [text]}, "/expected")

    assert pointer == "/expected/a/0"
    assert suggestion in f"{message} {fix}"


@given(JSON)
def test_an_escaped_value_expects_exactly_that_value(value: Any) -> None:
    assert list(marker_faults(escaped(value))) == []
    assert merge(escaped(value), value).is_equal
    assert not compare([escaped(value)], [value])


@given(JSON, JSON)
def test_an_escaped_value_expects_no_other_value(value: Any, other: Any) -> None:
    from kustomer_nb.difference import equal

    assert merge(escaped(value), other).is_equal is equal(value, other)
    assert (not compare([escaped(value)], [other])) is equal(value, other)


def test_items_are_paired_from_both_ends() -> None:
    expected = [{"id": "#integer", "n": "a"}, {"id": "#integer", "n": "b"}]
    actual = [{"id": 0, "n": "new"}, {"id": 1, "n": "a"}, {"id": 2, "n": "b"}]

    differences = compare(expected, actual)

    assert [(difference.pointer, difference.change.value) for difference in differences] == [("/0", "added")]


def test_ignored_places_do_not_move_the_pairs() -> None:
    ignore = ("/*/at",)
    expected = [{"id": "#integer", "at": 1}, {"id": "#integer", "at": 2}]

    differences = compare(expected, [{"id": 7, "at": 8}], ignore)

    assert [difference.pointer for difference in differences] == ["/1"]
    assert merge(expected[:1], [{"id": 7, "at": 8}], PointerPatterns.from_pointers(ignore)).is_equal


def test_what_is_ignored_pairs_the_last_items_of_arrays_too() -> None:
    expected = {"items": [{"id": 1, "at": "#date"}, {"id": 2, "at": "#null"}]}
    actual = {"items": [{"id": 9, "at": None}, {"id": 8, "at": "2031-04-05"}, {"id": 7, "at": None}]}

    (difference,) = compare(expected, actual, ("/items/*/id",))

    assert (difference.pointer, difference.change) == ("/items/0", "added")
