from __future__ import annotations

import pytest

from kustomer_nb import loads
from kustomer_nb.jsontext.parser import read
from kustomer_nb.jsontext.read_guesses import guesses


@pytest.mark.parametrize(
    ("written", "code"),
    [
        pytest.param("Undefined", "KNB121", id="a name that only looks like undefined"),
        pytest.param("010", "KNB119", id="digits after a zero"),
        pytest.param("10n", "KNB119", id="a BigInt"),
        pytest.param("1__0", "KNB119", id="two separators"),
        pytest.param(r"'C:\dir'", "KNB116", id="a backslash that escapes nothing"),
        pytest.param(r"'it\'s C:\dir'", "KNB116", id="one behind a good escape"),
    ],
)
def test_what_javascript_reads_otherwise_is_a_guess_and_left_alone_in_a_module(
    written: str, code: str
) -> None:
    text = f"export default {{app: 'shop', title: {written}}};"
    app = loads(text)

    app.fix()

    assert [(guess.code, guess.pointer) for guess in guesses(read(text))] == [(code, "/title")]
    assert written in app.text


def test_a_line_end_in_a_string_is_a_guess_behind_a_tab_too() -> None:
    result = guesses(read("export default {title: 'a\tb\nc'};"))

    assert [(guess.code, guess.pointer) for guess in result] == [("KNB117", "/title")]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        pytest.param("{qs: undefined, a: 1}", {"a": 1}, id="the only key"),
        pytest.param("{a: 1, b: {c: undefined /* none */ }}", {"a": 1, "b": {}}, id="the last key"),
        pytest.param("[undefined, 1, undefined]", [None, 1, None], id="in an array"),
        pytest.param("{a: 1, a: undefined}", {}, id="a key that had a value"),
        pytest.param("{a: undefined, a: 2}", {"a": 2}, id="a key that gets a value"),
    ],
)
def test_undefined_in_a_module_is_read_as_json_stringify_writes_it(written: str, value: object) -> None:
    reading = read(f"export default {{v: {written}}};")

    assert reading.value == {"v": value}
    assert guesses(reading) == ()


@pytest.mark.parametrize(
    "text",
    [
        "{a: undefined}",
        "{v: [undefined]}",
        "export default {a: undefined + 1}",
        "export default {a: Undefined}",
    ],
)
def test_undefined_elsewhere_is_reported(text: str) -> None:
    assert "KNB121" in [guess.code for guess in guesses(read(text))]


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("0x1F", id="a hexadecimal number"),
        pytest.param("+.5e-3", id="a sign and no zero"),
        pytest.param("1_000.0_1", id="separators"),
        pytest.param(r"'\x41\u{1F600}\v\0\'\"'", id="JavaScript's escapes"),
        pytest.param("'a\\\nb'", id="a line that goes on"),
        pytest.param("`a\n\tb`", id="a template literal over two lines"),
        pytest.param("'a\tb'", id="a tab"),
        pytest.param("[1, /* two */ 2, // three\n]", id="comments and a trailing comma"),
    ],
)
@pytest.mark.parametrize("before", ["", "export default "], ids=["alone", "in a module"])
def test_what_javascript_reads_as_we_do_is_none(before: str, written: str) -> None:
    reading = read(f"{before}{{$a1: {written}, 'b': 1}}")

    assert guesses(reading) == ()
