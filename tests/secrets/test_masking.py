"""No record contains a value that a profile masks, wherever it occurs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kustomer_nb.jsontext.pointer import resolve
from kustomer_nb.secrets import Redactor
from kustomer_nb.secrets.masking import LABEL, cover, masked

MASK = ["/response/body/customer/email", "/inputs/email", "/response/body/items/*/name"]


def record() -> dict[str, Any]:
    body = {
        "customer": {"email": "bob@shop.com", "id": 7},
        "items": [{"name": "Al", "qty": 1}, {"name": "Beatrix", "qty": 2}],
    }
    url = "https://api.shop.com/find?q=ann%40shop.com"
    return {
        "inputs": {"email": "ann@shop.com"},
        "request": {"method": "GET", "url": url},
        "response": {"body": body, "statusCode": 200},
        "output": {"text": "bob@shop.com wrote to ann@shop.com"},
    }


def masked_record(mask: list[str], whole: dict[str, Any]) -> Any:
    return Redactor(masked(mask, whole)).value(cover(mask, whole))


def test_a_masked_value_is_nowhere_in_the_record() -> None:
    text = json.dumps(masked_record(MASK, record()))

    assert "ann" not in text
    assert "bob" not in text
    assert "Beatrix" not in text
    assert "q=<masked: /inputs/email>" in text
    assert "<masked: /response/body/customer/email> wrote to <masked: /inputs/email>" in text


def test_a_short_string_is_masked_only_at_its_location() -> None:
    result = masked_record(MASK, record())

    assert result["response"]["body"]["items"][0] == {
        "name": "<masked: /response/body/items/0/name>",
        "qty": 1,
    }


@pytest.mark.parametrize("value", [1, 0, 1.5, True, False], ids=repr)
def test_numbers_and_booleans_are_masked_at_their_location(value: Any) -> None:
    whole = {"inputs": {"vip": value, "other": value}}

    assert masked_record(["/inputs/vip"], whole) == {
        "inputs": {"vip": "<masked: /inputs/vip>", "other": value}
    }


def test_a_long_number_is_looked_for_everywhere() -> None:
    whole = {"inputs": {"phone": 491701234567}, "request": {"url": "http://a.b/?tel=491701234567"}}

    assert (
        masked_record(["/inputs/phone"], whole)["request"]["url"] == "http://a.b/?tel=<masked: /inputs/phone>"
    )


def test_empty_values_are_not_masked() -> None:
    whole = {"inputs": {"a": None, "b": "", "c": [], "d": {}}}

    assert masked_record(["/inputs"], whole) == whole


def test_everything_in_a_masked_object_is_masked_except_its_keys() -> None:
    whole = {"inputs": {"who": {"name": "Ann", "mail": ["ann@shop.com"]}}}

    assert cover(["/inputs/who"], whole) == {
        "inputs": {"who": {"name": "<masked: /inputs/who/name>", "mail": ["<masked: /inputs/who/mail/0>"]}}
    }


def test_a_value_at_two_locations_has_the_label_of_the_first() -> None:
    mask = ["/response/body/to", "/inputs/to"]
    whole = {"inputs": {"to": "ann@shop.com"}, "response": {"body": {"to": "ann@shop.com"}}}

    assert list(masked(mask, whole)) == ["<masked: /inputs/to>"]
    assert cover(mask, whole)["response"]["body"]["to"] == "<masked: /inputs/to>"


def test_two_stars_match_any_number_of_keys() -> None:
    whole = {"response": {"body": [{"a": {"email": "ann@shop.com"}}, {"email": "bob@shop.com"}]}}

    secrets = masked(["/response/**/email"], whole)

    assert list(secrets) == ["<masked: /response/body/0/a/email>", "<masked: /response/body/1/email>"]


def test_masking_twice_changes_nothing() -> None:
    result = masked_record(MASK, record())

    assert masked_record(MASK, result) == result


def test_the_record_itself_is_not_changed() -> None:
    whole = record()

    masked_record(MASK, whole)

    assert whole == record()


def test_a_label_breaks_neither_json_nor_a_label() -> None:
    (label,) = masked(["/inputs/*"], {"inputs": {'a">\n\\\ud800': "ann@shop.com"}})

    assert label == "<masked: /inputs/a%22%3E%0A%5C%D800>"
    assert json.loads(f'"{label}"') == label
    assert LABEL.fullmatch(label)


@pytest.mark.parametrize(
    ("mask", "message"),
    [
        (["inputs.email"], r'"inputs\.email" is not a JSON pointer, .* write "/inputs/email"'),
        (["/a~b"], r'"/a~b" is not a JSON pointer: write "/a~0b"'),
        ("/inputs/email", r'mask is a list of pointers, .* write mask=\["/inputs/email"\]'),
    ],
    ids=["no slash", "a lone tilde", "a string"],
)
def test_a_malformed_pointer_is_refused_with_a_fix(mask: Any, message: str) -> None:
    for look in (masked, cover):
        with pytest.raises(ValueError, match=message):
            look(mask, {})


leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
values = st.recursive(
    leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20
)


@given(st.dictionaries(st.text(min_size=1), values, min_size=1), st.data())
def test_no_leaf_below_a_masked_pointer_is_left(whole: dict[str, Any], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(whole)))
    pointer = "/" + name.replace("~", "~0").replace("/", "~1")

    result = cover([pointer], whole)

    def check(value: Any) -> None:
        for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            check(item)
        if not isinstance(value, (dict, list)):
            assert value is None or value == "" or LABEL.fullmatch(value)

    if name not in {"*", "**"}:
        check(resolve(result, pointer))
        assert {key: item for key, item in result.items() if key != name} == {
            key: item for key, item in whole.items() if key != name
        }


def test_json_in_a_string_body_is_masked():
    body = '{"customer":{"email":"ada@shop.com","age":42},"id":7}'
    mask = ["/request/body/customer/*"]

    assert masked(mask, {"request": {"body": body}}).keys() == {"<masked: /request/body/customer/email>"}
    assert cover(mask, {"request": {"body": body}}) == {
        "request": {
            "body": '{"customer":{"email":"<masked: /request/body/customer/email>",'
            '"age":"<masked: /request/body/customer/age>"},"id":7}'
        }
    }


def test_a_body_that_is_not_json_is_unchanged():
    assert cover(["/response/body/a"], {"response": {"body": "a=1"}}) == {"response": {"body": "a=1"}}
