import copy
import tracemalloc

import jsonpatch
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kustomer_nb.difference import DiffKind, diff, diff_json, equal, type_name
from kustomer_nb.difference.align import align, all_pairs
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.serialization import stringify
from tests.work import count_calls

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


def as_tuples(differences):
    return [
        (difference.change.value, difference.pointer, difference.expected, difference.actual)
        for difference in differences
    ]


@settings(deadline=None)
@given(JSON)
def test_a_value_does_not_differ_from_itself(value):
    differences = [diff(value, copy.deepcopy(value), mode=mode) for mode in ("value", "type", "shape")]

    assert [list(difference) for difference in differences] == [[], [], []]


@settings(deadline=None)
@given(JSON, JSON)
def test_values_differ_exactly_where_their_json_differs(expected, actual):
    differences = diff(expected, actual)

    assert bool(differences) is (canonical(expected) != canonical(actual))


def canonical(value):
    """JSON text with sorted keys; 1.0 is written as 1."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{key!r}:{canonical(value[key])}" for key in sorted(value)) + "}"
    return "[" + ",".join(map(canonical, value)) + "]" if isinstance(value, list) else stringify(value)


@pytest.mark.parametrize("mode", ["value", "type", "shape"])
@settings(deadline=None)
@given(value=JSON)
def test_true_never_equals_one(mode, value):
    differences = diff({"x": True, "y": value}, {"x": 1, "y": value}, mode=mode)

    assert [difference.pointer for difference in differences] == ["/x"]


@pytest.mark.parametrize(
    ("expected", "actual", "rows"),
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
        pytest.param(
            [1, 2, 3, 4, 5],
            [0, 1, 2, 9, 4],
            [("added", "/0", UNDEFINED, 0), ("changed", "/3", 3, 9), ("removed", "/4", 5, UNDEFINED)],
            id="changes around equal items",
        ),
        pytest.param(
            [{"id": 1}, {"id": 2}, {"id": 3}],
            [{"id": 3}, {"id": 1}, {"id": 2}],
            [("added", "/0", UNDEFINED, {"id": 3}), ("removed", "/2", {"id": 3}, UNDEFINED)],
            id="a row moved to the head",
        ),
        pytest.param(
            [0, 7, 7, 1], [2, 7, 7, 3], [("changed", "/0", 0, 2), ("changed", "/3", 1, 3)], id="twins"
        ),
        pytest.param([{"a": 1, "b": 2}], [{"b": 2.0, "a": 1}], [], id="keys in another order"),
        pytest.param([2**60 + 1], [2.0**60], [], id="one double"),
        pytest.param([2**60], [2.0**61], [("changed", "/0", 2**60, 2.0**61)], id="two doubles"),
        pytest.param([float("inf"), -0.0], [float("inf"), 0], [], id="infinity and minus zero"),
        pytest.param([float("nan")], [float("nan")], [], id="not a number"),
        pytest.param(
            {"a": "\ud800"}, {"a": "\ud801"}, [("changed", "/a", "\ud800", "\ud801")], id="surrogates"
        ),
        pytest.param({"a": UNDEFINED, "b": 1}, {"b": 1}, [], id="undefined is absent"),
        pytest.param(UNDEFINED, [1], [("added", "", UNDEFINED, [1])], id="nothing expected"),
        pytest.param({"a": (1,)}, {"a": [1]}, [("changed", "/a", (1,), [1])], id="a tuple is no array"),
        pytest.param(
            [(1, []), 0],
            [2, (1, [])],
            [("changed", "/0", (1, []), 2), ("changed", "/1", 0, (1, []))],
            id="tuples without a hash",
        ),
    ],
)
def test_values_are_compared_by_pointer(expected, actual, rows):
    differences = diff(expected, actual)

    assert as_tuples(differences) == rows


@pytest.mark.parametrize(
    ("expected", "actual", "rows"),
    [
        pytest.param({"a": 1, "b": "x"}, {"a": 2, "b": "y"}, [], id="other values"),
        pytest.param([1], [], [], id="no item"),
        pytest.param([], [1, "x"], [], id="an array of which nothing is expected"),
        pytest.param([1, "x"], [2, "y"], [], id="each item as the one at its index"),
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
def test_shapes_are_keys_and_types(expected, actual, rows):
    differences = diff(expected, actual, mode="shape")

    assert as_tuples(differences) == rows


@pytest.mark.parametrize(
    ("expected", "actual", "rows"),
    [
        pytest.param({"a": [1, "x"]}, {"a": [2, "y"]}, [], id="other values"),
        pytest.param([1, "x"], [2, 3], [("changed", "/1", "x", 3)], id="another type"),
        pytest.param([True], [1], [("changed", "/0", True, 1)], id="true and a number"),
        pytest.param([1, 2], [0, 1, 2], [("added", "/2", UNDEFINED, 2)], id="index by index"),
        pytest.param([1, 2], [2], [("removed", "/1", 2, UNDEFINED)], id="a shorter array"),
        pytest.param(
            {"a": 1, "b": {"c": None}},
            {"b": {"d": None}},
            [
                ("removed", "/a", 1, UNDEFINED),
                ("removed", "/b/c", None, UNDEFINED),
                ("added", "/b/d", UNDEFINED, None),
            ],
            id="other keys",
        ),
    ],
)
def test_types_are_compared_by_pointer(expected, actual, rows):
    differences = diff(expected, actual, mode="type")

    assert as_tuples(differences) == rows


@pytest.mark.parametrize(
    ("ignore", "expected", "actual", "pointers"),
    [
        pytest.param(["/id"], {"id": 1, "a": 1}, {"id": 2, "a": 2}, ["/a"], id="a key"),
        pytest.param(["/id"], {"id": 1}, {}, [], id="a key that is gone"),
        pytest.param(["/a"], {"a": {"b": {"c": 1}}}, {"a": {"b": 2}}, [], id="what lies below"),
        pytest.param(["/a/id"], {"id": 1}, {"id": 2}, ["/id"], id="the key elsewhere"),
        pytest.param(["/*/id"], {"a": {"id": 1}, "id": 1}, {"a": {"id": 2}, "id": 2}, ["/id"], id="any key"),
        pytest.param(["/*/id"], [{"id": 1, "x": 1}], [{"id": 2, "x": 2}], ["/0/x"], id="any index"),
        pytest.param(
            ["/**/id"], {"id": 1, "a": [{"id": 1}]}, {"id": 2, "a": [{"id": 2}]}, [], id="any depth"
        ),
        pytest.param(["/a/**"], {"a": 1, "b": 1}, {"a": 2, "b": 2}, ["/b"], id="the place itself"),
        pytest.param(
            ["/**/a/*/b"], {"x": {"a": [{"b": 1}]}}, {"x": {"a": [{"b": 2}]}}, [], id="both wildcards"
        ),
        pytest.param([""], 1, 2, [], id="the whole value"),
        pytest.param(["/a~1b"], {"a/b": 1, "a": {"b": 1}}, {"a/b": 2, "a": {"b": 2}}, ["/a/b"], id="escaped"),
        pytest.param(["/x", "/*/y"], {"x": 1, "z": {"y": 1}}, {"x": 2, "z": {"y": 2}}, [], id="two pointers"),
        pytest.param(["/*"], [1, 2], [3], [], id="every item"),
        pytest.param(["/1"], [1, 2, 3], [1, 9, 4], ["/2"], id="an index"),
        pytest.param(["/2"], [1, 2], [1, 2, 3], [], id="an index that is new"),
        pytest.param(["/*/a/1"], [{"a": [1]}, 1], [{"a": [1, 2]}, 2], ["/1"], id="an item of an item"),
    ],
)
def test_what_is_ignored_is_no_difference(ignore, expected, actual, pointers):
    differences = diff(expected, actual, ignore=ignore)

    assert [difference.pointer for difference in differences] == pointers


def test_items_that_differ_only_where_it_is_ignored_belong_together():
    expected = [{"id": at, "sku": name} for at, name in enumerate("abcde")]
    actual = [{"id": at + 9, "sku": name} for at, name in enumerate("xabyde")]

    differences = diff(expected, actual, ignore=["/*/id"])

    assert [
        (difference.change.value, difference.pointer, difference.expected_pointer)
        for difference in differences
    ] == [
        ("added", "/0", None),
        ("changed", "/3/sku", "/2/sku"),
    ]


@pytest.mark.parametrize("mode", ["value", "type", "shape"])
def test_every_mode_ignores(mode):
    differences = diff({"a": [{"b": 1, "c": 1}]}, {"a": [{"b": "x", "c": "x"}]}, mode=mode, ignore=["/a/*/b"])

    assert [difference.pointer for difference in differences] == ["/a/0/c"]


@settings(deadline=None)
@given(
    JSON,
    JSON,
    st.lists(st.sampled_from(["/a", "/*/a", "/0", "/1/*", "/**/b", "/*/0/**/a", "/~0"]), max_size=3),
)
def test_ignored_pointers_have_no_differences_and_the_others_stay(expected, actual, ignore):
    differences = diff(expected, actual, ignore=ignore)

    assert not diff(expected, expected, ignore=ignore)
    assert not any(matches(pointer, difference.pointer) for difference in differences for pointer in ignore)
    assert bool(diff(expected, actual)) or not differences


def matches(pattern, pointer):
    """Whether a pointer lies at or below an ignored one."""

    def fits(wanted, keys):
        if not wanted:
            return True
        if wanted[0] == "**" and fits(wanted[1:], keys):
            return True
        if not keys:
            return False
        return fits(wanted if wanted[0] == "**" else wanted[1:], keys[1:]) and wanted[0] in {
            "*",
            "**",
            keys[0],
        }

    return fits(pattern.split("/")[1:], pointer.split("/")[1:])


@pytest.mark.parametrize(
    ("ignore", "advice"),
    [
        pytest.param(["id"], '"id" is not a JSON pointer, .*: write "/id"', id="no slash"),
        pytest.param(["a.b"], 'write "/a/b"', id="dots"),
        pytest.param(["$.a.b"], 'write "/a/b"', id="a JSONPath"),
        pytest.param(["/a~b"], 'write "/a~0b"', id="a lone tilde"),
        pytest.param("/a", r'write ignore=\["/a"\]', id="one string"),
    ],
)
def test_a_malformed_pointer_is_rejected_with_the_right_one(ignore, advice):
    with pytest.raises(ValueError, match=advice):
        diff(1, 1, ignore=ignore)


@settings(deadline=None, max_examples=300)
@given(JSON, JSON)
def test_the_patch_makes_the_actual_value_of_the_expected(expected, actual):
    untouched = copy.deepcopy(expected)

    differences = jsonpatch.apply_patch(expected, diff(expected, actual).to_json_patch())

    assert equal(differences, actual)
    assert equal(expected, untouched)


@settings(deadline=None, max_examples=300)
@given(st.lists(JSON, max_size=8), st.lists(st.tuples(st.integers(0, 8), st.booleans(), JSON), max_size=4))
def test_the_patch_follows_items_that_moved(expected, edits):
    actual = copy.deepcopy(expected)
    for at, replaces, item in edits:
        actual[at : at + replaces] = [item]

    differences = jsonpatch.apply_patch(expected, diff(expected, actual).to_json_patch())

    assert equal(differences, actual)


@settings(deadline=None, max_examples=300)
@given(st.lists(st.integers(0, 2), max_size=20), st.lists(st.integers(0, 2), max_size=20))
def test_the_patch_follows_twins(expected, actual):
    differences = jsonpatch.apply_patch(expected, diff(expected, actual).to_json_patch())

    assert differences == actual


@settings(deadline=None)
@given(JSON, JSON)
def test_a_patch_by_type_leaves_no_other_type(expected, actual):
    patch = diff(expected, actual, mode="type").to_json_patch()

    differences = jsonpatch.apply_patch(expected, patch)

    assert not diff(differences, actual, mode="type")


@settings(deadline=None)
@given(JSON, JSON)
def test_jsonpatch_agrees_whether_values_differ(expected, actual):
    """But for true and 1, and 1 and 1.0, which the two libraries treat differently."""
    expected, actual = map(without_twins, (expected, actual))

    differences = diff(expected, actual)

    assert bool(differences) is bool(jsonpatch.make_patch(expected, actual).patch)


def without_twins(value):
    """The value with true, false and doubles written as text."""
    if isinstance(value, dict):
        return {key: without_twins(item) for key, item in value.items()}
    if isinstance(value, list):
        return [without_twins(item) for item in value]
    return str(value) if isinstance(value, bool | float) else value


def test_a_diff_by_shape_has_no_patch():
    differences = diff([1], ["x"], mode="shape")

    with pytest.raises(ValueError, match="a diff by shape has no patch"):
        differences.to_json_patch()


@pytest.mark.parametrize("mode", ["value", "type", "shape"])
@pytest.mark.parametrize(
    ("wrap", "step"),
    [
        pytest.param(lambda inner: [inner], "/0", id="arrays"),
        pytest.param(lambda inner: {"a": inner}, "/a", id="objects"),
        pytest.param(lambda inner: [{"a": inner}], "/0/a", id="arrays of objects"),
    ],
)
def test_no_depth_is_too_deep(mode, wrap, step):
    left, right, same = 1, "x", 1
    for _ in range(1_000):
        left, right, same = wrap(left), wrap(right), wrap(same)

    differences = [diff(left, right, mode=mode), diff(left, same, mode=mode)]

    assert [[difference.pointer for difference in each] for each in differences] == [[step * 1_000], []]


@pytest.mark.parametrize("ignore", [pytest.param([], id="all"), pytest.param(["/**/never"], id="ignoring")])
def test_deep_items_are_anchors_too(ignore):
    def deep(leaf):
        for _ in range(1_000):
            leaf = [leaf]
        return leaf

    differences = diff([deep(1), 5, deep(2)], [4, deep(1), 6, deep(2), 7], ignore=ignore)

    assert [difference.pointer for difference in differences] == ["/0", "/2", "/4"]


def test_one_leaf_of_ten_thousand_is_one_row():
    def orders():
        return [{"id": at, "total": {"amount": at / 4}, "tags": ["a", at % 3]} for at in range(2_500)]

    actual = orders()
    actual[1_250]["tags"][1] = "new"
    differences = diff(orders(), actual)

    assert [difference.pointer for difference in differences] == ["/1250/tags/1"]


@pytest.mark.parametrize(
    "actual",
    [
        pytest.param(lambda numbers: [-1, *numbers], id="at the head"),
        pytest.param(lambda numbers: [*numbers, -1], id="at the tail"),
        pytest.param(lambda numbers: [*numbers[:9], 0, *numbers[9:]], id="one that exists already"),
        pytest.param(lambda numbers: [*numbers[:70_000], -1, *numbers[70_000:]], id="in the middle"),
    ],
)
def test_one_number_more_among_many_twins_is_one_row(actual):
    numbers = [at % 10 for at in range(100_000)]

    differences = diff(numbers, actual(numbers))

    assert differences.summary == "1 added"


def test_a_few_numbers_among_many_twins_are_a_few_differences():
    numbers = [at * at % 100 for at in range(100_000)]
    actual = [-1, *numbers[:500], -2, *numbers[501:90_000], *numbers[90_002:]]

    differences = diff(numbers, actual)

    assert differences.summary == "1 added, 2 removed, 1 changed"


def test_arrays_of_twins_with_little_in_common_are_compared_by_order():
    expected, actual = [[at * factor % 7 for at in range(1_000)] for factor in (2, 3)]

    differences = diff(expected, actual)

    assert {difference.change.value for difference in differences} == {"changed"}


def test_equal_parts_are_not_copied():
    def orders():
        return {"orders": [{"id": at, "name": f"order {at}"} for at in range(20_000)]}

    left, right = orders(), orders()
    right["orders"][10_000]["id"] = -1
    tracemalloc.start()
    diff(left, right)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 100_000


def test_a_change_has_the_pointer_of_the_expected_value():
    differences = diff([{"a": 1}, "x", {"b": 1}], [0, 0, "x", {"b": 2}])

    assert [(difference.pointer, difference.expected_pointer) for difference in differences] == [
        ("/0", None),
        ("/1", None),
        ("/3/b", "/2/b"),
    ]


def test_a_diff_is_a_sequence_that_tells_its_counts():
    differences = diff({"a": 1, "b": 2}, {"a": 2, "c": 3})

    assert (
        len(differences),
        differences[0].pointer,
        [difference.pointer for difference in differences[1:]],
    ) == (3, "/a", ["/b", "/c"])
    assert [difference.pointer for difference in differences.with_kind(DiffKind.ADDED)] == ["/c"]
    assert repr(differences) == "<Diff: 1 added, 1 removed, 1 changed>"
    assert (differences.expected, differences.actual, differences.mode) == (
        {"a": 1, "b": 2},
        {"a": 2, "c": 3},
        "value",
    )


def test_a_diff_of_equals_is_false():
    differences = diff(1, 1)

    assert not differences
    assert differences.summary == "no difference"


def test_an_unknown_mode_is_rejected():
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
    differences = equal(left, right)

    assert differences is same


def test_a_value_without_a_type_is_undefined():
    differences = type_name(UNDEFINED)

    assert differences == "undefined"


def test_an_output_that_is_the_sample_is_not_walked_through():
    def calls(size):
        sample, output = ([{"id": f"a-{at}", "price": 1.5} for at in range(size)] for _ in range(2))
        assert not diff_json(sample, output)
        return count_calls(lambda: diff_json(sample, output))

    assert calls(500) == calls(5)


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        pytest.param([1], [1.0], id="equal numbers of two kinds"),
        pytest.param({"a": 1, "b": 2}, {"b": 2, "a": 1}, id="another order of keys"),
        pytest.param([True], [1], id="true and 1"),
        pytest.param([0.0], [-0.0], id="zeros"),
        pytest.param({"a": [1, None]}, {"a": [1]}, id="an item more"),
    ],
)
def test_json_is_compared_as_any_value(expected, actual):
    assert as_tuples(diff_json(expected, actual)) == as_tuples(diff(expected, actual))


@settings(deadline=None)
@given(st.lists(JSON, max_size=6), st.lists(JSON, max_size=6))
def test_all_pairs_hold_every_item_once_and_in_order(expected, actual):
    pairs = all_pairs(expected, actual)

    assert [left for (left, _), _ in pairs if left >= 0] == list(range(len(expected)))
    assert [right for (_, right), _ in pairs if right >= 0] == list(range(len(actual)))
    assert all(equal(expected[left], actual[right]) for (left, right), is_equal in pairs if is_equal)
    assert sorted(pair for pair, is_equal in pairs if not is_equal) == sorted(align(expected, actual))


@pytest.mark.parametrize(
    ("expected", "actual", "ignore", "summary"),
    [
        pytest.param({"a": 1, "b": 2}, {"a": 2, "b": 3}, ["/a"], "1 changed, 1 ignored", id="one of two"),
        pytest.param({"a": 1}, {}, ["/a"], "no difference, 1 ignored", id="a missing key"),
        pytest.param({}, {"a": {"b": 1}}, ["/a"], "no difference, 1 ignored", id="an added object once"),
        pytest.param(
            [{"i": 1}, {"i": 2}], [{"i": 3}, {"i": 4}], ["/*/i"], "no difference, 2 ignored", id="items"
        ),
        pytest.param(
            [{"i": 1, "n": "a"}], [{"i": 2, "n": "z"}, {"i": 1, "n": "a"}], ["/*/i"], "1 added", id="new"
        ),
        pytest.param({"a": 1}, {"a": 1}, ["/a"], "no difference", id="nothing differs there"),
        pytest.param({"a": 1}, {"a": 1.0}, ["/a"], "no difference", id="equal numbers"),
        pytest.param({"a": 1}, {"a": 2}, ["/b"], "1 changed", id="another key"),
        pytest.param(1, 2, [""], "no difference, 1 ignored", id="everything"),
    ],
)
def test_what_is_ignored_is_counted_only_if_it_differs(expected, actual, ignore, summary):
    assert diff(expected, actual, ignore=ignore).summary == summary


def test_by_type_an_ignored_value_of_the_same_type_is_not_counted():
    assert (
        diff({"a": 1, "b": 1}, {"a": 2, "b": "x"}, mode="type", ignore=["/*"]).summary
        == "no difference, 1 ignored"
    )


def test_by_shape_an_ignored_value_is_counted_once():
    result = diff([{"a": 1}, {"a": "x"}], [{"a": True}, {"a": True}], mode="shape", ignore=["/*/a"])

    assert [entry.pointer for entry in result.ignored] == ["/0/a", "/1/a"]
