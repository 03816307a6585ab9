from __future__ import annotations

from typing import Any

import pytest

from kustomer_nb import DiffView, diff


@pytest.mark.parametrize(
    ("expected", "actual", "row"),
    [
        ({"a": 1}, {"a": "1"}, ("a", "changed", "1", '"1"')),
        ({"a": [{"b/c": 1}]}, {"a": [{"b/c": 2}]}, ('a[0]["b/c"]', "changed", "1", "2")),
        ({"a": 1}, {}, ("a", "removed", "1", None)),
        ({}, {"a": None}, ("a", "added", None, "null")),
        (1, 2, ("", "changed", "1", "2")),
        ({}, {"": {"x": [1]}}, ('[""]', "added", None, '{"x":[1]}')),
    ],
)
def test_a_difference_is_a_row(expected: Any, actual: Any, row: tuple[Any, ...]) -> None:
    (shown,) = DiffView(diff(expected, actual)).rows

    assert (shown["path"], shown["kind"], shown["expected"], shown["actual"]) == row


def test_rows_are_bounded_and_counts_are_of_all() -> None:
    view = DiffView(diff({}, {str(n): n for n in range(5000)}))

    assert len(view.rows) == 1000
    assert view.counts == {"added": 5000, "removed": 0, "changed": 0}


def test_a_long_value_is_cut() -> None:
    (row,) = DiffView(diff({"a": ""}, {"a": "x" * 5000})).rows

    assert row["actual"].endswith("… 3,002 more characters")


def test_another_diff_can_be_shown() -> None:
    view = DiffView(diff({"a": 1}, {"a": 1}), expected="Sample")

    view.diff = diff({"a": 1}, {"a": 2})

    assert view.titles == ["Sample", "Actual"]
    assert repr(view) == "<DiffView: 1 changed>"
    assert view.rows[0]["words"] == "Changed"


def test_it_can_be_shown_without_a_browser() -> None:
    html = DiffView(diff({"a": "<b>"}, {"a": 1})).as_html()

    assert "&lt;b&gt;" in html
