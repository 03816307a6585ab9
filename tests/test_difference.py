import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kustomer_nb.difference import Change, diff, equal, type_name
from kustomer_nb.jsontext.javascript import UNDEFINED, stringify

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.sampled_from([0.0, 1.0, 1.5])
    | st.text("ab", max_size=2),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("ab/~", max_size=2), inner, max_size=3)
    ),
    max_leaves=12,
)


def places(found):
    return [(one.change.value, one.pointer, one.expected, one.actual) for one in found]


@settings(deadline=None)
@given(JSON)
def test_a_value_does_not_differ_from_itself(value):
    found = [diff(value, value), diff(value, value, mode="shape")]

    assert [list(one) for one in found] == [[], []]


@settings(deadline=None)
@given(JSON, JSON)
def test_values_differ_exactly_where_their_json_differs(expected, actual):
    found = diff(expected, actual)

    assert bool(found) is (canonical(expected) != canonical(actual))


def canonical(value):
    """JSON text with sorted keys; 1.0 is written as 1."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{key!r}:{canonical(value[key])}" for key in sorted(value)) + "}"
    return "[" + ",".join(map(canonical, value)) + "]" if isinstance(value, list) else stringify(value)


@pytest.mark.parametrize("mode", [pytest.param("value", id="value"), pytest.param("shape", id="shape")])
@settings(deadline=None)
@given(value=JSON)
def test_true_never_equals_one(mode, value):
    found = diff({"x": True, "y": value}, {"x": 1, "y": value}, mode=mode)

    assert [one.pointer for one in found] == ["/x"]


@pytest.mark.parametrize(
    ("expected", "actual", "differences"),
    [
        pytest.param({"a": 1}, {"a": 1.0}, [], id="1 and 1.0"),
        pytest.param({"a": 1}, {"a": "1"}, [("changed", "/a", 1, "1")], id="a number and its text"),
        pytest.param(None, {}, [("changed", "", None, {})], id="null and an object"),
        pytest.param([], {}, [("changed", "", [], {})], id="an array and an object"),
        pytest.param(
            {"a/b": 1, "c": None},
            {"c": None, "d": 2},
            [("removed", "/a~1b", 1, UNDEFINED), ("added", "/d", UNDEFINED, 2)],
            id="keys added and removed",
        ),
        pytest.param([2, 3], [1, 2, 3], [("added", "/0", UNDEFINED, 1)], id="a row at the head"),
        pytest.param([1, 2], [1, 2, 3], [("added", "/2", UNDEFINED, 3)], id="a row at the tail"),
        pytest.param([1, 2, 3], [1, 3], [("removed", "/1", 2, UNDEFINED)], id="a row gone from the middle"),
        pytest.param([1, [2, 3]], [1, [2, 4]], [("changed", "/1/1", 3, 4)], id="an array in an array"),
        pytest.param([], [1], [("added", "/0", UNDEFINED, 1)], id="a first row"),
    ],
)
def test_values_are_compared_by_pointer(expected, actual, differences):
    found = diff(expected, actual)

    assert places(found) == differences


@pytest.mark.parametrize(
    ("expected", "actual", "differences"),
    [
        pytest.param({"a": 1, "b": "x"}, {"a": 2, "b": "y"}, [], id="other values"),
        pytest.param([1], [], [], id="no item"),
        pytest.param([], [1, "x"], [], id="an array of which nothing is expected"),
        pytest.param([1, "x"], [2, "y"], [], id="each item as the one in its place"),
        pytest.param([1, 2], [3, "x"], [("changed", "/1", 1, "x")], id="an item of another type"),
        pytest.param({"a": None}, {"a": 1}, [("changed", "/a", None, 1)], id="null"),
        pytest.param({"a": {}}, {}, [("removed", "/a", {}, UNDEFINED)], id="a key that is gone"),
        pytest.param(
            [{"a": 1}],
            [{"a": 2}, {"b": 3}],
            [("removed", "/1/a", 1, UNDEFINED), ("added", "/1/b", UNDEFINED, 3)],
            id="a row of another shape",
        ),
    ],
)
def test_shapes_are_keys_and_types(expected, actual, differences):
    found = diff(expected, actual, mode="shape")

    assert places(found) == differences


def test_deep_arrays_are_compared_in_no_time():
    left, right = 1, 2
    for _ in range(100):
        left, right = [left], [right]

    found = diff(left, right)

    assert [one.pointer for one in found] == ["/0" * 100]


def test_a_diff_is_a_sequence_that_tells_its_counts():
    found = diff({"a": 1, "b": 2}, {"a": 2, "c": 3})

    assert (len(found), found[0].pointer, [one.pointer for one in found[1:]]) == (3, "/a", ["/b", "/c"])
    assert [one.pointer for one in found.of(Change.ADDED)] == ["/c"]
    assert repr(found) == "<Diff: 1 added, 1 removed, 1 changed>"
    assert (found.expected, found.actual, found.mode) == ({"a": 1, "b": 2}, {"a": 2, "c": 3}, "value")


def test_a_diff_of_equals_is_false():
    found = diff(1, 1)

    assert not found
    assert found.summary == "no difference"


def test_another_mode_is_refused():
    with pytest.raises(ValueError, match="no mode 'deep': write 'value', 'type' or 'shape'"):
        diff(1, 1, mode="deep")


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        pytest.param({"a": [1, {}]}, {"a": [1.0, {}]}, True, id="equal"),
        pytest.param({"a": 1}, {"b": 1}, False, id="another key"),
        pytest.param([1], [1, 1], False, id="another length"),
        pytest.param([False], [0], False, id="false and zero"),
        pytest.param({}, [], False, id="an object and an array"),
    ],
)
def test_equal_tells_true_from_one(left, right, same):
    found = equal(left, right)

    assert found is same


def test_a_value_without_a_type_is_undefined():
    found = type_name(UNDEFINED)

    assert found == "undefined"
