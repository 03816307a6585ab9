"""Numbers, strings and JSON texts beside real JavaScript."""

import json
import math
import random
import struct

import pytest

from kustomer_nb.jsontext import javascript
from kustomer_nb.jsontext.serialization import stringify

pytestmark = pytest.mark.node
SEED = 20210420
CASES = 2000
NAMES = ["a", "b", "10", "9", "01", "-1", "4294967294", "4294967295", "é", "", 'a"b\\c\n', "__proto__", "z"]


def numbers(count):
    """Doubles of every size, and the whole and short ones that documents hold."""
    chance = random.Random(SEED)
    makers = [
        lambda: struct.unpack("<d", chance.randbytes(8))[0],
        lambda: chance.uniform(-1000, 1000),
        lambda: round(chance.uniform(-1000, 1000), 2),
        lambda: chance.randint(-(2**70), 2**70),
        lambda: chance.randint(-1000, 1000),
        lambda: 10.0 ** chance.randint(-30, 30),
        lambda: float(chance.randint(-5, 5)),
    ]
    found = (chance.choice(makers)() for _ in iter(int, 1))
    return [next(one for one in found if math.isfinite(one)) for _ in range(count)]


def values(count):
    chance = random.Random(SEED)
    leaves = [None, True, False, "", 'é\u2028\x7f\x00"\\/', "😀", "<&>", *numbers(40)]

    def value(depth):
        if depth == 0 or chance.random() < 0.3:
            return chance.choice(leaves)
        if chance.random() < 0.5:
            return [value(depth - 1) for _ in range(chance.randint(0, 4))]
        # JSON.parse keeps __proto__ as an own key, and so do dictionaries.
        return {chance.choice(NAMES): value(depth - 1) for _ in range(chance.randint(0, 5))}

    return [value(4) for _ in range(count)]


def test_numbers_print_as_in_javascript(oracle):
    given = numbers(CASES)

    printed = [javascript.number_text(one) for one in given]

    assert printed == oracle.ask("string", given)


def test_values_are_written_as_json_stringify_writes_them(oracle):
    given = values(CASES)

    written = [stringify(one) for one in given]

    assert written == oracle.ask("stringify", given)


def test_values_become_strings_as_in_javascript(oracle):
    # String() of an object with no prototype throws, so __proto__ stays out.
    given = [one for one in values(CASES) if "__proto__" not in json.dumps(one)]

    strings = [javascript.string(one) for one in given]

    assert len(given) > CASES / 2
    assert strings == oracle.ask("string", given)


def test_texts_become_numbers_as_in_javascript(oracle):
    parts = [
        " ",
        "\ufeff",
        "\x85",
        "+",
        "-",
        "0",
        "1",
        "12",
        ".",
        "e",
        "E",
        "0x",
        "0b1",
        "0o7",
        "f",
        "Infinity",
        "_",
    ]
    chance = random.Random(SEED)
    given = ["".join(chance.choices(parts, k=chance.randint(0, 4))) for _ in range(CASES)]

    found = [javascript.number_text(javascript.string_number(one)) for one in given]

    assert found == oracle.ask("number", given)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{"b":1,"a":[1.0,-0,1e400,12345678901234567890]}', id="numbers of every kind"),
        pytest.param('{"a":1,"a":2}', id="a key given twice"),
        pytest.param(' \t\r\n"\\ud83d\\ude00\\u00e9\\/" ', id="escapes and white space"),
        pytest.param("NaN", id="NaN"),
        pytest.param("-Infinity", id="minus infinity"),
        pytest.param("[1,]", id="a trailing comma"),
        pytest.param('"a\nb"', id="a line break in a string"),
        pytest.param("\ufeff1", id="a byte order mark"),
        pytest.param("01", id="a leading zero"),
        pytest.param("", id="nothing"),
        pytest.param("'a'", id="single quotes"),
        pytest.param("\xa01", id="a space JSON does not know"),
    ],
)
def test_a_text_is_parsed_or_refused_as_json_parse_does(oracle, text):
    (expected,) = oracle.ask("parse", [text])

    try:
        found = {"value": stringify(javascript.parse(text))}
    except ValueError:
        found = {"error": expected.get("error")}

    assert found == expected
