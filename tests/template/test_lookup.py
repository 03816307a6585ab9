import pytest

from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.template.lookup import look_up, own_property


@pytest.mark.parametrize(
    ("value", "key", "expected"),
    [
        pytest.param({"a": None}, "a", None, id="a null of an object"),
        pytest.param({"a": 1}, "b", UNDEFINED, id="no such key"),
        pytest.param({}, "keys", UNDEFINED, id="a method of Python"),
        pytest.param([1, 2], "length", 2, id="the length of an array"),
        pytest.param([1, 2], "1", 2, id="an index"),
        pytest.param([1, 2], "2", UNDEFINED, id="an index beyond the end"),
        pytest.param([1, 2], "01", UNDEFINED, id="an index with a leading zero"),
        pytest.param([1, 2], "-1", UNDEFINED, id="a negative index"),
        pytest.param([1, 2], "9" * 20, UNDEFINED, id="an index of twenty digits"),
        pytest.param([1, 2], "append", UNDEFINED, id="a method of a list"),
        pytest.param("a😀", "length", 3, id="the length of a string, in UTF-16"),
        pytest.param("a😀", "0", "a", id="a letter of a string"),
        pytest.param("a😀", "1", "\ud83d", id="half of a surrogate pair"),
        pytest.param("a", "1", UNDEFINED, id="a letter beyond the end"),
        pytest.param("a", "9" * 20, UNDEFINED, id="a letter far beyond the end"),
        pytest.param("a", "upper", UNDEFINED, id="a method of a string"),
        pytest.param(5, "real", UNDEFINED, id="a property of a number"),
        pytest.param(True, "length", UNDEFINED, id="the length of a boolean"),
    ],
)
def test_a_value_has_its_own_properties_alone(value, key, expected):
    result = own_property(value, key)

    assert result == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param([], {"a": {"b": [None]}}, id="no name"),
        pytest.param(["a", "b", "0", "c"], None, id="a null on the way"),
        pytest.param(["a", "x", "0"], UNDEFINED, id="nothing on the way"),
    ],
)
def test_null_or_nothing_ends_a_path(path, expected):
    result = look_up({"a": {"b": [None]}}, path)

    assert result == expected
