from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings

from kustomer_nb.difference import DiffKind, diff
from kustomer_nb.difference.update import UpdateError, moved, updated
from kustomer_nb.jsontext.javascript import UNDEFINED
from tests.difference.test_compare import JSON
from tests.work import count_calls


def sides(differences: Any) -> tuple[list[str], list[str]]:
    removed = [entry.pointer for entry in differences if entry.change is DiffKind.REMOVED]
    return [entry.pointer for entry in differences if entry.change is not DiffKind.REMOVED], removed


@settings(deadline=None)
@given(JSON, JSON)
def test_after_all_differences_there_is_none(sample: Any, actual: Any) -> None:
    before = copy.deepcopy((sample, actual))

    result = updated(sample, actual, *sides(diff(sample, actual)))

    assert not diff(result, actual)
    assert (sample, actual) == before


@settings(deadline=None)
@given(JSON, JSON)
def test_after_all_but_the_ignored_differences_there_is_none(sample: Any, actual: Any) -> None:
    ignore = ["/**/a"]

    result = updated(sample, actual, *sides(diff(sample, actual, ignore=ignore)), ignore=ignore)

    assert not diff(result, actual, ignore=ignore)


@settings(deadline=None)
@given(JSON, JSON)
def test_one_after_the_other_there_is_none_in_the_end(sample: Any, actual: Any) -> None:
    current = sample
    for entry in diff(sample, actual):
        if entry.change is not DiffKind.REMOVED:
            current = updated(current, actual, [entry.pointer])
        elif (pointer := moved(sample, current, [entry.pointer])[0]) is not None:
            current = updated(current, actual, [], [pointer])

    # What moved while others were accepted differs still, and is accepted as it is shown then.
    for _ in range(20):
        differences = diff(current, actual)
        if not differences:
            break
        current = updated(current, actual, *sides(differences))
    assert not diff(current, actual)


@settings(deadline=None)
@given(JSON, JSON)
def test_the_whole_value_replaces_the_sample(sample: Any, actual: Any) -> None:
    assert not diff(updated(sample, actual, [""]), actual)


@pytest.mark.parametrize(
    ("sample", "actual", "accepted", "removed", "result"),
    [
        pytest.param({"a": 1, "b": 2}, {"a": 3, "b": 4}, ["/b"], [], {"a": 1, "b": 4}, id="one of two"),
        pytest.param({"a": 1}, {"b": {"c": 1, "d": 2}}, ["/b/c"], [], {"a": 1, "b": {"c": 1}}, id="a part"),
        pytest.param(UNDEFINED, {"b": {"c": 1}, "d": 2}, ["/b"], [], {"b": {"c": 1}}, id="without a sample"),
        pytest.param([1, 2], [0, 1, 2], ["/0"], [], [0, 1, 2], id="an item in front"),
        pytest.param([1, 2, 3], [1, 3, 4], ["/2"], [], [1, 2, 3, 4], id="only what was added"),
        pytest.param([1, 2, 3], [1, 3, 4], [], ["/1"], [1, 3], id="only what is missing"),
        pytest.param({"a": 1, "b": 2}, {}, [], ["/a", "/x", "/b/c"], {"b": 2}, id="what is not there"),
        pytest.param(
            [{"i": 1, "n": 1}], [{"i": 1, "n": 2}], ["/0/n"], [], [{"i": 1, "n": 2}], id="in an item"
        ),
        pytest.param({"a": {}}, {"a": {"b": []}}, ["/a/b", "/a"], [], {"a": {"b": []}}, id="a part and all"),
        pytest.param({"~": 1}, {"~": 2, "/": 3}, ["/~0", "/~1"], [], {"~": 2, "/": 3}, id="escaped keys"),
        pytest.param({"0": 1}, {"0": 2}, ["/0"], [], {"0": 2}, id="a key like an index"),
    ],
)
def test_only_what_is_named_changes(
    sample: Any, actual: Any, accepted: list[str], removed: list[str], result: Any
) -> None:
    assert updated(sample, actual, accepted, removed) == result


@pytest.mark.parametrize(
    ("sample", "actual", "pointer", "message"),
    [
        pytest.param({"a": "x"}, {"a": {"b": 1}}, "/a/b", "the sample has a string there", id="a string"),
        pytest.param({"a": None}, {"a": [1]}, "/a/0", "has null there, and the output an array", id="null"),
        pytest.param([], {"a": 1}, "/a", "has an array there, and the output an object", id="the root"),
    ],
)
def test_nothing_is_put_into_a_value_of_another_type(
    sample: Any, actual: Any, pointer: str, message: str
) -> None:
    with pytest.raises(UpdateError, match=message) as caught:
        updated(sample, actual, [pointer])

    assert caught.value.pointer == pointer.rpartition("/")[0]


@pytest.mark.parametrize(
    ("before", "after", "pointer", "expected"),
    [
        pytest.param({"a": [1, 2]}, {"a": [2]}, "/a/1", "/a/0", id="moved forward"),
        pytest.param({"a": [1, 2]}, {"a": [2]}, "/a/0", None, id="gone"),
        pytest.param({"a": 1}, {"a": 2}, "/a", None, id="another value"),
        pytest.param({"a": {"b": 1}}, {"a": 1}, "/a/b", None, id="another type"),
        pytest.param({"a": 1}, {"b": 1, "a": 1.0}, "/a", "/a", id="in place"),
    ],
)
def test_what_moved_is_found(before: Any, after: Any, pointer: str, expected: str | None) -> None:
    assert moved(before, after, [pointer]) == [expected]


def test_what_moved_is_found_with_one_alignment() -> None:
    before = [{"n": number} for number in range(2_000)]
    after = before[1:]

    few = count_calls(lambda: moved(before, after, ["/5"]))
    many = count_calls(lambda: moved(before, after, [f"/{number}" for number in range(1_000)]))

    assert many < few + 1_000 * 60
