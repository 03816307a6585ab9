import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.pointer import join, resolve, split

VALUE = {"a/b": {"m~n": [10, {"": 20}]}, "~1": 30}


@settings(deadline=None)
@given(st.lists(st.text()))
def test_keys_survive_being_joined_and_split(keys):
    pointer = join("", *keys)

    assert split(pointer) == keys


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        pytest.param("", VALUE, id="the whole value"),
        pytest.param("/a~1b/m~0n/0", 10, id="escaped keys and an index"),
        pytest.param("/a~1b/m~0n/1/", 20, id="an empty key"),
        pytest.param("/~01", 30, id="a key that looks escaped"),
        pytest.param("/a~1b/m~0n/2", UNDEFINED, id="an index beyond the end"),
        pytest.param("/a~1b/m~0n/01", UNDEFINED, id="an index with a leading zero"),
        pytest.param("/a~1b/m~0n/-", UNDEFINED, id="the index after the last item"),
        pytest.param("/a~1b/m~0n/٠", UNDEFINED, id="a digit of another script"),
        pytest.param("/a~1b/m~0n/0/x", UNDEFINED, id="a key of a number"),
        pytest.param("/nope/x", UNDEFINED, id="a key that does not exist"),
    ],
)
def test_a_pointer_names_a_value_or_nothing(pointer, value):
    result = resolve(VALUE, pointer)

    assert result == value


def test_keys_are_not_unescaped():
    result = resolve(VALUE, ["a/b", "m~n", "0"])

    assert result == 10
