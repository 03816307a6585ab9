from __future__ import annotations

import json
from typing import Any

import pytest

from kustomer_nb.widgets import value_nodes
from kustomer_nb.widgets.value_nodes import DEEPEST, PAGE, SMALL, ValueNodes


def size(node: dict[str, Any]) -> int:
    return 1 + sum(size(child) for _, child in node.get("c", []))


def value(node: dict[str, Any]) -> Any:
    """Return the value of a node that is here in full."""
    if node["t"] == "object":
        return {key: value(child) for key, child in node.get("c", [])}
    if node["t"] == "array":
        return [value(child) for _, child in node.get("c", [])]
    if node["t"] == "number":
        return json.loads(node["v"])
    return node.get("v")


@pytest.mark.parametrize(
    "body",
    [
        {"a": [1, {"b": None, "": "x"}], "c": True, "e": {}, "f": []},
        [],
        7,
        "text",
        None,
        [[[[[]]]]],
        [0] * SMALL,
    ],
    ids=str,
)
def test_a_small_value_is_sent_at_once(body: Any) -> None:
    nodes = ValueNodes(body)

    assert nodes.is_small
    assert value(nodes.head) == body


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (12345678901234567890, "12345678901234567000"),
        (1.0, "1"),
        (1e21, "1e+21"),
        (-0.5, "-0.5"),
        (2**53, "9007199254740992"),
    ],
)
def test_a_number_is_its_text_as_javascript_writes_it(number: float, text: str) -> None:
    assert ValueNodes(number).head == {"t": "number", "v": text}


def test_a_long_string_is_cut_and_says_by_how_much() -> None:
    head = ValueNodes("x" * 15_000).head

    assert (len(head["v"]), head["m"]) == (10_000, 5_000)


def test_a_large_value_is_opened_to_two_levels_and_a_hundred_items() -> None:
    nodes = ValueNodes(
        {"items": [{"id": n, "lines": [{"sku": "a"}]} for n in range(24_000)], "total": 24_000}
    )

    items = nodes.head["c"][0][1]

    assert (nodes.is_small, nodes.depth) == (False, 2)
    assert (items["n"], len(items["c"])) == (24_000, PAGE)
    assert items["c"][99] == [99, {"t": "object", "n": 2, "g": "id: 99, …"}]
    assert nodes.head["c"][1] == ["total", {"t": "number", "v": "24000"}]


def test_the_head_of_a_large_value_is_bounded_whatever_its_shape() -> None:
    for body in (
        [[0] * 100 for _ in range(1000)],
        {str(n): {str(m): m for m in range(300)} for n in range(300)},
    ):
        assert size(ValueNodes(body).head) <= SMALL + 1


def test_the_next_page_opens_to_the_same_level_as_the_first() -> None:
    nodes = ValueNodes([{"id": n, "tags": ["a"]} for n in range(5000)])

    page = nodes.children("", 100)

    assert [key for key, _ in page] == list(range(100, 200))
    assert page[0][1]["c"] == [
        ["id", {"t": "number", "v": "100"}],
        ["tags", {"t": "array", "n": 1, "g": '"a"'}],
    ]


def test_every_item_is_reached_page_by_page() -> None:
    body = {"a/b": {"~": list(range(4321))}, "more": [0] * 2000}
    nodes = ValueNodes(body)
    items: list[Any] = []

    while page := nodes.children("/a~1b/~0", len(items)):
        items += [value(node) for _, node in page]

    assert items == body["a/b"]["~"]


def test_a_value_nested_to_the_limit_is_sent_in_parts() -> None:
    body: Any = "end"
    for _ in range(DEEPEST + 20):
        body = [body]
    nodes = ValueNodes(body)
    head, depth = nodes.head, 0
    while "c" in head:
        head, depth = head["c"][0][1], depth + 1

    (child,) = nodes.children("/0" * depth, 0)

    assert depth == DEEPEST
    assert child[1] == {"t": "array", "n": 1, "g": ""}


@pytest.mark.parametrize("pointer", ["/gone", "/a/9", "/a/0/x", "no pointer", "/s/0"])
def test_a_value_that_is_not_there_has_no_children(pointer: str) -> None:
    assert ValueNodes({"a": [1], "s": "text"}).children(pointer, 0) == []


def test_a_start_beyond_the_end_or_before_the_beginning_is_no_error() -> None:
    nodes = ValueNodes({"a": [1, 2]})

    assert nodes.children("/a", 7) == []
    assert len(nodes.children("/a", -3)) == 2


def test_a_large_value_is_not_walked_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = 0
    counted = value_nodes._count

    def count(item: Any) -> int | None:
        nonlocal calls
        calls += 1
        return counted(item)

    monkeypatch.setattr(value_nodes, "_count", count)

    ValueNodes([[n, n] for n in range(300_000)])

    assert calls < 20 * SMALL
