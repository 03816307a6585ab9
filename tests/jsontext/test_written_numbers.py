"""Numbers stay as they are written, whatever Python makes of them."""

from __future__ import annotations

import pytest

from kustomer_nb.definition import edited, read_document
from kustomer_nb.errors import EditError
from kustomer_nb.jsontext.written_numbers import WrittenNumber, json_source, plain, read_json

NUMBERS = ["1e5", "1.0", "12345678901234567890", "-0", "1e400", "0.10", "1E+2", "-1.50e-7", "0"]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_is_read_and_written_as_it_is(number: str) -> None:
    value = read_json(f'{{"a": [{number}, "{number}"]}}')

    assert json_source(value) == f'{{"a": [{number}, "{number}"]}}'
    assert plain(value)["a"][1] == number


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", "-Infinity", "01", "+1", ".5", "0x10", "1."])
def test_what_is_no_number_of_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a number of JSON|Expecting|Extra data"):
        read_json(text)


@pytest.mark.parametrize("number", [*NUMBERS, "0x10", ".5", "+1"])
def test_an_edit_of_a_neighbour_leaves_a_number_as_it_is(number: str) -> None:
    before = read_document(f'{{"a": [{number}, 2, {{"x": {number}}}]}}')
    shown = json_source(before.value["a"]) if number in ("0x10", ".5", "+1") else None
    new = read_json(shown or f'[{number}, 2, {{"x": {number}}}]')
    new[1] = WrittenNumber("3")

    after = edited(before, "/a", new)

    assert after.text == f'{{"a": [{number}, 3, {{"x": {number}}}]}}'


@pytest.mark.parametrize(("before", "typed"), [("1", "1.0"), ("1.0", "1"), ("100000", "1e5"), ("0", "-0")])
def test_a_number_that_is_typed_in_another_way_is_written_so(before: str, typed: str) -> None:
    document = read_document(f'{{"a": [[{before}], {before}]}}')

    after = edited(document, "/a", read_json(f"[[{typed}], {typed}]"))

    assert after.text == f'{{"a": [[{typed}], {typed}]}}'


def test_a_number_of_python_leaves_one_that_is_the_same() -> None:
    document = read_document('{"a": 1.0, "b": [1e0, 2]}')

    assert edited(edited(document, "/a", 1), "/b", [1, 3]).text == '{"a": 1.0, "b": [1e0, 3]}'


def test_infinity_of_python_is_no_json() -> None:
    with pytest.raises(EditError, match="not JSON"):
        edited(read_document('{"a": 1}'), "/a", float("inf"))
