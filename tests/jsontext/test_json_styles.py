import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kustomer_nb.jsontext.javascript import decode
from kustomer_nb.jsontext.json_styles import _LOSSLESS, _LossError, _parse_reporting, parse_with_losses
from tests.work import SLOW, count_calls

_PRECISE = "0.1234567890123456789"


@pytest.mark.parametrize(
    ("text", "repeated", "rounded"),
    [
        pytest.param('{"a":1,"a":2}', ["a"], [], id="a key twice"),
        pytest.param('{"a" :1,"a" :2}', ["a"], [], id="a space before both colons"),
        pytest.param('{"a":"b\\":","c":1,"c":2}', ["c"], [], id="a string that looks like a key"),
        pytest.param('[{"a":1},{"b":{"c":1,"c":1}}]', ["c"], [], id="a key twice deep inside"),
        pytest.param("[9007199254740993]", [], ["9007199254740993"], id="an integer between two doubles"),
        pytest.param('{"a":1e400}', [], ["1e400"], id="an exponent beyond any double"),
        pytest.param('{"a":1E400}', [], ["1E400"], id="the same in capitals"),
        pytest.param(f"[{_PRECISE}]", [], [_PRECISE], id="more digits than a double has"),
        pytest.param(f"[-{_PRECISE}]", [], [f"-{_PRECISE}"], id="a negative one"),
    ],
)
def test_what_a_text_loses_is_reported(text, repeated, rounded):
    parsed = parse_with_losses(text)

    assert parsed.repeated == repeated
    assert [number.literal for number in parsed.rounded] == rounded


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('[{"a":1},{"a":2}]', id="a key once in each of two objects"),
        pytest.param('{"a":{"a":{"a":1}}}', id="a key at each level"),
        pytest.param('{"a":"{\\"a\\":1,\\"a\\":2}"}', id="JSON in a string"),
        pytest.param('{"a" : 1, "b" : "x : y"}', id="spaces before colons"),
        pytest.param('{"a":"2034-01-02T03:04:05.678Z"}', id="a date"),
        pytest.param('{"a":"3e8f1c9e-0e52-4e1b-9e3d-1234567890ab"}', id="a UUID"),
        pytest.param('{"a":123456789012345,"b":-12.5,"c":0.0}', id="numbers that are kept"),
        pytest.param('{"a":9007199254740992,"b":1e3}', id="long numbers that are kept"),
    ],
)
def test_what_is_kept_is_not_reported(text):
    parsed = parse_with_losses(text)

    assert parsed == (json.loads(text), [], [])


@pytest.mark.parametrize("text", ["-0", "[-0]", '{"a":-0}', '{"a": -0 }', "[1,-0]", "-0.0"])
def test_minus_zero_keeps_its_sign(text):
    value = parse_with_losses(text).value

    assert "-0.0" in repr(value)


_NUMBERS = st.sampled_from(
    ["0", "-0", "-0.0", "7", "1.50", "1e3", "1e400", "9007199254740993", _PRECISE, "1e16"]
)
_STRINGS = st.sampled_from(['"a"', '"b"', '"a\\":"', '"x : y"', '"\ud83d"', '"3e8"', '"-0"']) | st.text(
    max_size=4
).map(json.dumps)
_SPACES = st.sampled_from(["", "", "", " ", "\n", "\t"])


def _containers(items):
    members = st.tuples(_STRINGS, _SPACES, _SPACES, items).map(lambda parts: "{}{}:{}{}".format(*parts))
    objects = st.lists(members, max_size=4).map(lambda parts: "{" + ",".join(parts) + "}")
    arrays = st.lists(items, max_size=4).map(lambda parts: "[" + ",".join(parts) + "]")
    return objects | arrays


_TEXTS = st.recursive(_NUMBERS | _STRINGS | st.just("null"), _containers, max_leaves=12)


def _parsed_one_by_one(text):
    try:
        return decode(text, _LOSSLESS), [], []
    except _LossError:
        return _parse_reporting(text)


@settings(max_examples=2_000 if SLOW else 500, deadline=None)
@given(text=_TEXTS)
def test_the_quick_way_gives_what_a_look_at_each_number_and_key_gives(text):
    assert repr(tuple(parse_with_losses(text))) == repr(tuple(_parsed_one_by_one(text)))


def test_a_number_and_a_key_cost_no_call():
    one, many = (json.dumps({f"key {at}": at * 1.5 for at in range(size)}) for size in (1, 1_000))

    assert count_calls(lambda: parse_with_losses(many)) == count_calls(lambda: parse_with_losses(one))
