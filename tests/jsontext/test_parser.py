import json
import math
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Severity
from kustomer_nb.errors import LoadError
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.lexer import scan
from kustomer_nb.jsontext.parser import read
from kustomer_nb.jsontext.pointer import join, resolve
from tests.work import SLOW, count_calls, growth

FIXTURES = Path(__file__).parent.parent / "fixtures"
VERBATIM = (FIXTURES / "refund-order.verbatim.txt").read_text(encoding="utf-8")
BYTE_ORDER_MARK = "\ufeff"
NO_BREAK_SPACE = "\u00a0"


def in_short(diagnostics):
    return " | ".join(f"{d.code} {d.span.line}:{d.span.column} {d.pointer}".rstrip() for d in diagnostics)


def read_or_rejected(text):
    try:
        reading = read(text)
    except LoadError as error:
        return None, error.diagnostics
    return reading, reading.diagnostics


def test_reports_every_problem_of_the_documentations_example():
    diagnostics = read(VERBATIM).diagnostics

    assert [(d.code, d.span.line, d.span.column, d.pointer, d.fix) for d in diagnostics] == [
        (
            "KNB103",
            15,
            14,
            "/actions/0/inputTemplate/uri",
            'write `"https://api.ecommstore.com/orders/{{orderId}}"`.',
        ),
        ("KNB104", 22, 9, "/actions/0/inputTemplate/data/refund", 'put the key in double quotes: "refund".'),
        (
            "KNB104",
            27,
            16,
            "/actions/0/sampleOutputContext/data/status",
            'put the key in double quotes: "status".',
        ),
        ("KNB105", 32, 27, "/actions/0/inputSchema/properties/querystring", "remove the comma."),
        ("KNB106", 39, 31, "/actions/0/outputTemplate/response", 'put a comma after `"/#response"`.'),
    ]


def test_reads_the_documentations_example_as_it_is_meant():
    meant = (
        VERBATIM.replace("{{orderId}},", '{{orderId}}",')
        .replace("refund:", '"refund":')
        .replace("status:", '"status":')
        .replace('"string",', '"string"')
        .replace('"/#response"', '"/#response",')
    )

    value = read(VERBATIM).value

    assert value == json.loads(meant)
    assert value["actions"][0]["inputTemplate"]["uri"] == "https://api.ecommstore.com/orders/{{orderId}}"


def test_every_problem_of_the_documentations_example_stops_json_parse():
    assert len(read(VERBATIM).diagnostics.errors) == 5


REPAIRED = {
    "a comment to the line's end": ('{"a": 1 // one\n}', {"a": 1}, "KNB114 1:9"),
    "a comment whose line ends as on other systems": (
        "// one\r[1, // two\u20282]",
        [1, 2],
        "KNB114 1:1 | KNB114 1:12 | KNB125 1:18",
    ),
    "a comment beside a bare key": ("{a/* one */: 1}", {"a": 1}, "KNB104 1:2 /a | KNB114 1:3"),
    "a comment beside a key that ends in a colon": ('{"a: " /* one */ : 1}', {"a: ": 1}, "KNB114 1:8"),
    "a comment between marks": ("[/* one */ 1]", [1], "KNB114 1:2"),
    "a comment after a hash": ("# one\n[1]", [1], "KNB114 1:1"),
    "comments that follow each other as one": ("// a\n// b\n/* c */ [1]", [1], "KNB114 1:1"),
    "a comment without an end": ('{"a": 1 /* one\n}', {"a": 1}, "KNB114 1:9"),
    "a comment where a key should be": ('{"a": 1, /**/ "b": 2}', {"a": 1, "b": 2}, "KNB114 1:10"),
    "a bare key": ("{refund: 1}", {"refund": 1}, "KNB104 1:2 /refund"),
    "a bare key of two words": ("{order id: 1}", {"order id": 1}, "KNB104 1:2 /order id"),
    "a bare key with an escape": (r"{caf\u00e9: 1}", {"café": 1}, "KNB104 1:2 /café"),
    "a bare key beside an odd space": ("{a\ufeff: 1}", {"a": 1}, "KNB104 1:2 /a | KNB125 1:3"),
    "a key that is a number": ("{1: 2}", {"1": 2}, "KNB104 1:2 /1"),
    "a string in single quotes": ("{'a': 1}", {"a": 1}, "KNB115 1:2 /a"),
    "an apostrophe escaped in single quotes": (r"['it\'s']", ["it's"], "KNB115 1:2 /0 | KNB116 1:5 /0"),
    "a string in typographic quotes": ("[“a”, ‘b’]", ["a", "b"], "KNB115 1:2 /0 | KNB115 1:7 /1"),
    "a string that ends in a typographic quote": ('{"a": "x”\n}', {"a": "x"}, "KNB115 1:7 /a"),
    "a key that ends in a typographic quote": ('{"a”: "x"}', {"a": "x"}, "KNB115 1:2 /a"),
    "a template string without holes": ("[`a\nb`]", ["a\nb"], "KNB115 1:2 /0 | KNB117 1:4 /0"),
    "a trailing comma in an object": ('{"a": 1,}', {"a": 1}, "KNB105 1:8"),
    "a trailing comma in an array": ('{"a": [1,\n]}', {"a": [1]}, "KNB105 1:9 /a"),
    "a missing comma between members": ('{"a": 1 "b": 2}', {"a": 1, "b": 2}, "KNB106 1:8 /a"),
    "a missing comma between items": ("[1 -2 {}]", [1, -2, {}], "KNB106 1:3 /0 | KNB106 1:6 /1"),
    "a semicolon for a comma": ('{"a": 1; "b": 2}', {"a": 1, "b": 2}, "KNB106 1:8 /a"),
    "a colon for a comma": ('["a": 1]', ["a", 1], "KNB106 1:5 /0"),
    "a missing colon": ('{"a" 1}', {"a": 1}, "KNB107 1:5 /a"),
    "an equals sign for a colon": ('{"a" = 1}', {"a": 1}, "KNB107 1:6 /a"),
    "a missing key before a colon": ("{: 1}", {"": 1}, "KNB108 1:2 /"),
    "a missing key before a bracket": ('{{"a": 1}}', {"": {"a": 1}}, "KNB108 1:2 /"),
    "a missing value": ('{"a":, "b": }', {"a": None, "b": None}, "KNB109 1:6 /a | KNB109 1:12 /b"),
    "a key alone": ('{"a", b}', {"a": None, "b": None}, "KNB109 1:5 /a | KNB104 1:7 /b | KNB109 1:8 /b"),
    "a missing value before the next line's key": ('{"a":\n"b": 1}', {"a": None, "b": 1}, "KNB109 1:5 /a"),
    "a value on the next line that begins like a key": ('{a:\n"\\": "}', {"a": '": '}, "KNB104 1:2 /a"),
    "a missing value before the next line's bare key": (
        '{"a":\nb: 1}',
        {"a": None, "b": 1},
        "KNB109 1:6 /a | KNB104 2:1 /b",
    ),
    "a key twice with one colon": ('{"a" "b": 1}', {"a": None, "b": 1}, "KNB109 1:5 /a"),
    "commas too many": ("[,1,,,2]", [1, 2], "KNB110 1:2 | KNB110 1:5"),
    "a comma before the first key": ('{,"a": 1}', {"a": 1}, "KNB110 1:2"),
    "a string without an end on the last line": ('{"a": "x', {"a": "x"}, "KNB111 1:1 | KNB103 1:7 /a"),
    "a string without an end before a bracket": ('{\n"a": "x\n}', {"a": "x"}, "KNB103 2:6 /a"),
    "a string without an end that takes no bracket of its line": (
        '{"d": {"a": "x}\n}',
        {"d": {"a": "x"}},
        "KNB103 1:13 /d/a",
    ),
    "a string without an end that keeps its template": (
        '{"d": {"a": "{{x}}}\n}',
        {"d": {"a": "{{x}}"}},
        "KNB103 1:13 /d/a",
    ),
    "a string without an end that keeps a bracket opened on another line": (
        '{\n"a": "x}\n,"b": 1}',
        {"a": "x}", "b": 1},
        "KNB103 2:6 /a",
    ),
    "a string without an end in an array": ('["a,\n"b"]', ["a", "b"], "KNB103 1:2 /0"),
    "a string without an end before a key of its line": (
        '{"a": "x, "b": 2}',
        {"a": "x", "b": 2},
        "KNB103 1:7 /a",
    ),
    "a string without an end before an item of its line": ('["x, "y"]', ["x", "y"], "KNB103 1:2 /0"),
    "a string whose comma belongs to it": ('["a,\n', ["a,"], "KNB111 1:1 | KNB103 1:2 /0"),
    "a string without an end before a comment": (
        '{"a": "x,\n# one\n"b": 1}',
        {"a": "x", "b": 1},
        "KNB103 1:7 /a | KNB114 2:1",
    ),
    "a key without an end": ('{"a: true,\n"b": 1}', {"a": True, "b": 1}, "KNB103 1:2 /a"),
    "a key without an end before a string": ('{"a: "x"}', {"a": "x"}, "KNB103 1:2 /a"),
    "an unescaped quote": ('["say "hi" to"]', ['say "hi" to'], "KNB118 1:7 /0"),
    "an apostrophe in single quotes": ("['it's']", ["it's"], "KNB115 1:2 /0 | KNB118 1:5 /0"),
    "a string over two lines": ('{"a": "b\nc",\n"d": 1}', {"a": "b\nc", "d": 1}, "KNB117 1:9 /a"),
    "a tab in a string": ('["a\tb"]', ["a\tb"], "KNB117 1:4 /0"),
    "a lone backslash": (r'["C:\dir"]', [r"C:\dir"], "KNB116 1:5 /0"),
    "a character of two escapes beside a wrong one": (r'["\ud83d\ude00\d"]', [r"😀\d"], "KNB116 1:15 /0"),
    "a line that goes on after a backslash": ('["a\\\n  b: c"]', ["a  b: c"], "KNB116 1:4 /0"),
    "lines that go on after backslashes, ended as on other systems": (
        '["a\\\r\nb\\\rc\\\u2028d"]',
        ["abcd"],
        "KNB116 1:4 /0",
    ),
    "a backslash before a line that starts a string": (
        '{"a": "C:\\\n"b": 1}',
        {"a": "C:\\", "b": 1},
        "KNB103 1:7 /a | KNB116 1:10 /a | KNB106 1:11 /a",
    ),
    "a backslash at the end": ('["a\\\n]', ["a\\"], "KNB103 1:2 /0 | KNB116 1:4 /0"),
    "another language's escapes": (r'["\x41\u{1F600}"]', ["A😀"], "KNB116 1:3 /0"),
    "an unclosed array": ('{"a": [1}', {"a": [1]}, "KNB111 1:7 /a"),
    "everything unclosed": ('{"a": [1', {"a": [1]}, "KNB111 1:1 | KNB111 1:7 /a"),
    "an object unclosed after a colon": ('{"a":', {"a": None}, "KNB111 1:1 | KNB109 1:6 /a"),
    "an array unclosed after a comma": ("[1,", [1], "KNB111 1:1"),
    "an object unclosed after a comma": ('{"a": 1,', {"a": 1}, "KNB111 1:1"),
    "a bracket too many": ("[1]]}", [1], "KNB112 1:4 | KNB112 1:5"),
    "a bracket too many in the middle": ('{"a": {}}, "b": 1}', {"a": {}, "b": 1}, "KNB112 1:9"),
    "a bracket where an item should be": ("[1, }, 2]", [1, 2], "KNB112 1:5 | KNB110 1:6"),
    "a bracket of the wrong kind at the end": ("[1}", [1], "KNB112 1:3"),
    "a bracket of the wrong kind in the middle": ("[[1}, 2]", [[1], 2], "KNB112 1:4 /0"),
    "a bracket of the wrong kind before more keys": (
        '{"a": [1}, "b": 2}',
        {"a": [1], "b": 2},
        "KNB112 1:9 /a",
    ),
    "a bracket of the wrong kind that closes nothing": ("[1} 2]", [1, 2], "KNB112 1:3 | KNB106 1:3 /0"),
    "a second document": ('{"a": 1} {"b": 2}', {"a": 1}, "KNB113 1:10"),
    "words after a string": ('"a" b', "a", "KNB113 1:5"),
    "a colon too many": ('{"a":: 1}', {"a": 1}, "KNB113 1:6"),
    "a colon after a value": (
        '{"a": 1: 2}',
        {"a": 1, "2": None},
        "KNB113 1:8 | KNB106 1:8 /a | KNB104 1:10 /2 | KNB109 1:11 /2",
    ),
    "an equals sign after a value": ('["a" = 1]', ["a", 1], "KNB106 1:5 /0 | KNB113 1:6"),
    "a mark where a key should be": ('{; "a": 1}', {"a": 1}, "KNB113 1:2"),
    "words of Python": (
        "[None, True, False]",
        [None, True, False],
        "KNB121 1:2 /0 | KNB121 1:8 /1 | KNB121 1:14 /2",
    ),
    "undefined": ("[undefined]", [None], "KNB121 1:2 /0"),
    "a word next to a comment": ("[true// yes\n]", [True], "KNB114 1:6"),
    "a hexadecimal number": ("[0x1F]", [31], "KNB119 1:2 /0"),
    "a plus sign": ("[+1]", [1], "KNB119 1:2 /0"),
    "a number without its zero": ("[-.5, 5.]", [-0.5, 5.0], "KNB119 1:2 /0 | KNB119 1:7 /1"),
    "a number with leading zeros": ("[007]", [7], "KNB119 1:2 /0"),
    "a number with separators": ("[1_000n]", [1000], "KNB119 1:2 /0"),
    "a number too large": ("[-1e999]", [-math.inf], "KNB127 1:2 /0"),
    "a hexadecimal number too large": (f"[0x{'f' * 300}]", [math.inf], "KNB127 1:2 /0"),
    "more digits than Python converts": (f"[{'9' * 5000}]", [math.inf], "KNB127 1:2 /0"),
    "more digits than a double has, before a comment": (
        f"[1{'0' * 400}// one\n]",
        [10**400],
        "KNB114 1:403",
    ),
    "a word beside an odd space": ("[1, true\ufeff]", [1, True], "KNB125 1:9"),
    "infinity": ("[Infinity, -Infinity]", [math.inf, -math.inf], "KNB120 1:2 /0 | KNB120 1:12 /1"),
    "an identifier": ('{"a": yes}', {"a": "yes"}, "KNB122 1:7 /a"),
    "a call over lines": ("[f(1,\n2), 3]", ["f(1,\n2)", 3], "KNB122 1:2 /0"),
    "a call without an end": ('{"a": f(, "b": 1}', {"a": "f(", "b": 1}, "KNB122 1:7 /a"),
    "a call without an end on the last line": ("[f(", ["f("], "KNB111 1:1 | KNB122 1:2 /0"),
    "code to the end of the text": ('{"a": b', {"a": "b"}, "KNB111 1:1 | KNB122 1:7 /a"),
    "strings put together": ('{"a": "b" + c, "d": 1}', {"a": '"b" + c', "d": 1}, "KNB122 1:7 /a"),
    "a product": ("[60 * 1000]", ["60 * 1000"], "KNB122 1:2 /0"),
    "a template string with holes": ("[`a${b}`]", ["a${b}"], "KNB122 1:2 /0"),
    "a template out of quotes": ('{"a": {{{x}}}}', {"a": "{{{x}}}"}, "KNB122 1:7 /a"),
    "a reference out of quotes": ('{"a": /#x}', {"a": "/#x"}, "KNB122 1:7 /a"),
    "an address out of quotes": ("[https://x.com/{{id}}]", ["https://x.com/{{id}}"], "KNB122 1:2 /0"),
    "an address on a line of its own": ('{"a":\nhttps://x.com}', {"a": "https://x.com"}, "KNB122 2:1 /a"),
    "a mark that is no value": ("[)]", [")"], "KNB122 1:2 /0"),
    "a spread": ('{"a": 1, ...b}', {"a": 1}, "KNB122 1:10"),
    "a duplicate key": ('{"a": 1,\n"a": 2}', {"a": 2}, "KNB123 2:1 /a"),
    "a duplicate bare key": ('{"a": 1, a: 2}', {"a": 2}, "KNB123 1:10 /a | KNB104 1:10 /a"),
    "an exported object": ('export default {"a": 1};', {"a": 1}, "KNB124 1:1"),
    "a colon after a spread": ("{...]:", {}, "KNB111 1:1 | KNB122 1:2 | KNB112 1:5 | KNB113 1:6"),
    "a module after an import": ('import x from "y";\nmodule.exports = [1]', [1], "KNB124 1:1"),
    "a fenced block": ('```json\n{"a": 1}\n```', {"a": 1}, "KNB124 1:1"),
    "a no-break space": (f'{{"a":{NO_BREAK_SPACE}1}}', {"a": 1}, "KNB125 1:6"),
}


@pytest.mark.parametrize(("text", "value", "problems"), REPAIRED.values(), ids=REPAIRED)
def test_repairs_and_reports(text, value, problems):
    reading = read(text)

    assert reading.value == value
    assert in_short(reading.diagnostics) == problems


MODULES = {
    "a computed key of strings": ("{['a' + `b`]: 1, c: 2}", {"ab": 1, "c": 2}, ""),
    "a computed key": ("{['a' + b]: 1, c: 2}", {"c": 2}, "KNB122 1:17"),
    "a shorthand": ("{a, b: 1}", {"a": "a", "b": 1}, "KNB122 1:17 /a"),
    "a getter": ("{get a() { return 1; }}", {"a": "get a() { return 1; }"}, "KNB122 1:17 /a"),
    "a method": ("{a() { return {b: 1}; }, c: 2}", {"c": 2}, "KNB122 1:17"),
    "a key get": ("{get: 1}", {"get": 1}, ""),
    "a hole": ("[1,,2]", [1, None, 2], "KNB110 1:19 /1"),
    "numbers for keys": ("{0x10: 1, 1.50: 2}", {"16": 1, "1.5": 2}, ""),
    "a template over lines": ("[`a\n'b',\n`]", ["a\n'b',\n"], ""),
    "a template in a template": ("[`a${`,${b}`}`, 1]", ["`a${`,${b}`}`", 1], "KNB122 1:17 /0"),
    "a sum over lines": ("{a: 'b'\n + 'c', d: 1}", {"a": "bc", "d": 1}, ""),
    "a sum without blanks": ("['a'+'b']", ["ab"], ""),
    "a sum of numbers": ("[1 + 2]", ["1 + 2"], "KNB122 1:17 /0"),
    "a ternary over lines": ("[b\n ? 1\n : {c: 2}, 3]", ["b\n ? 1\n : {c: 2}", 3], "KNB122 1:17 /0"),
    "a method of an array": ("[['a'].join(), 1]", ["['a'].join()", 1], "KNB122 1:17 /0"),
    "an item of an array": ("[['a'] [0]]", ["['a'] [0]"], "KNB122 1:17 /0"),
    "a regular expression": ("[/[\"'`,]]/.source, 1]", ["/[\"'`,]]/.source", 1], "KNB122 1:17 /0"),
    "a function": ("[() => { return [1]; }, 1]", ["() => { return [1]; }", 1], "KNB122 1:17 /0"),
    "a type": ("['a' as A<B, C>, 1]", ["a", 1], ""),
    "types of containers": (
        "{a: [1] as const, b: {c: 2} satisfies A as unknown as B}",
        {"a": [1], "b": {"c": 2}},
        "",
    ),
    "an operator behind a type": ("['a' as string || b]", ["'a' as string || b"], "KNB122 1:17 /0"),
    "a missing comma": ("{a: 1 b: 2}", {"a": 1, "b": 2}, "KNB106 1:21 /a"),
    "an array without a comma": ("['a' 'b']", ["a", "b"], "KNB106 1:20 /0"),
    "brackets that do not pair": ("{a: f(, b: 1}", {"a": "f(", "b": 1}, "KNB122 1:20 /a"),
}


@pytest.mark.parametrize(("text", "value", "problems"), MODULES.values(), ids=MODULES)
def test_reads_javascript_around_and_within_a_value(text, value, problems):
    reading = read(f"export default {text};")

    assert reading.value == value
    assert in_short(reading.diagnostics) == " | ".join(("KNB124 1:1", *filter(None, [problems])))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("const S = {b: 1};\nexport default {a: 1};", id="behind another object"),
        pytest.param("const S = {b: 1}, app = {a: 1};\nexport default app;", id="by its name"),
        pytest.param("export default app;\nconst app = {a: 1};", id="by its name before it"),
        pytest.param("const app: App = {a: 1};\nexport default app;", id="by its name with a type"),
        pytest.param("function f() { return {b: 1}; }\nmodule.exports = {a: 1};", id="behind a function"),
        pytest.param("'use strict';\nmodule.exports = exports = {a: 1};", id="in a strict script"),
        pytest.param("const s = 'export default {b: 1}'; export default {a: 1};", id="behind a string"),
        pytest.param("const s = 1; // export default {b: 1}\nexport default {a: 1};", id="behind a comment"),
    ],
)
def test_reads_what_a_module_exports_by_deproblem(text):
    assert read(text).value == {"a": 1}


def test_a_computed_key_out_of_a_module_is_one_problem():
    reading = read("{['a.b']: 'x', c: 1}")

    assert reading.value == {"c": 1}
    assert in_short(reading.diagnostics) == "KNB122 1:2 | KNB104 1:16 /c"


@pytest.mark.parametrize("digits", [300, 301, 302, 308, 309, 310, 4300])
def test_an_integer_of_any_length_is_read_as_one_where_something_is_repaired(digits):
    text = f"[{'1' * digits}, -{'9' * digits}]"

    assert repr(scan(text).value) == repr(json.loads(text))


def test_keeps_the_last_of_a_duplicate_key_as_json_parse_does():
    text = '{"a": 1, "b": 2, "a": {"c": 3}}'

    assert list(read(text).value.items()) == list(json.loads(text).items())


def test_warns_of_a_duplicate_key_and_says_where_the_other_is():
    (diagnostic,) = read('{\n"a": 1,\n"a": 2}').diagnostics

    assert diagnostic.severity is Severity.WARNING
    assert diagnostic.message == "The key `a` already occurs on line 2; the last one counts."


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        pytest.param("[1e999]", Severity.WARNING, id="written as JSON"),
        pytest.param("[+1e999]", Severity.ERROR, id="written otherwise"),
    ],
)
def test_a_number_too_large_is_an_error_only_where_json_parse_rejects_it(text, severity):
    assert [diagnostic.severity for diagnostic in read(text).diagnostics] == [severity]


@pytest.mark.parametrize("sign", ["", "+", "-"])
def test_reads_not_a_number_as_json_loads_does(sign):
    reading = read(f'{{"a": {sign}NaN}}')

    assert math.isnan(reading.value["a"])
    assert reading.diagnostics.codes == ["KNB120"]


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        pytest.param("[0x1F]", "write 31.", id="a number as JSON writes it"),
        pytest.param("[None]", "write null.", id="null"),
        pytest.param(r'["\d"]', r"write `\\d`.", id="a doubled backslash"),
        pytest.param(r'["\x41"]', "write `A`.", id="what an escape stands for"),
        pytest.param('["a\\\nb"]', "write the string on one line.", id="a string on one line"),
        pytest.param("['a']", 'put it in double quotes: `"a"`.', id="double quotes"),
        pytest.param('{"a": [1}', "insert `]`.", id="the missing bracket"),
        pytest.param("[1}", "write `]`.", id="the right bracket"),
        pytest.param('{"a": {{qty}}}', 'put it in double quotes: "{{qty}}".', id="quotes around a template"),
    ],
)
def test_the_fix_says_what_to_write(text, fix):
    assert read(text).diagnostics[0].fix == fix


def test_quotes_no_more_than_a_line_of_a_long_text():
    (diagnostic,) = read(f"[{'word' * 1000}]").diagnostics

    assert len(diagnostic.message) < 150
    assert "wordwor…`" in diagnostic.message


@pytest.mark.parametrize("text", ["42", '"a"', "null", " [ ] ", '{"a": {}}', BYTE_ORDER_MARK + '{"a": 1}'])
def test_finds_nothing_in_strict_json(text):
    reading = read(text)

    assert reading.value == json.loads(text.removeprefix(BYTE_ORDER_MARK))
    assert not reading.diagnostics


REJECTED = {
    "an empty text": ("", "KNB102", "The file is empty."),
    "white space": (" \n", "KNB102", "The file is empty."),
    "a byte order mark alone": (BYTE_ORDER_MARK, "KNB102", "The file is empty."),
    "comments alone": ("// nothing", "KNB102", "The file contains only comments and white space."),
    "words": ("hello world", "KNB101", "The text starts with `hello world`, which is not JSON."),
    "a web page": (
        "<!doctype html>\n<p>",
        "KNB101",
        "The text starts with `<!doctype html>`, which is not JSON.",
    ),
    "words after a number": ("42 apples", "KNB101", "The text starts with `42 apples`, which is not JSON."),
    "a closing bracket": ("}", "KNB101", "The text starts with `}`, which is not JSON."),
    "nesting too deep": ("[" * 501, "KNB126", "Brackets are nested more than 500 levels deep."),
    "strict JSON nested too deep": (
        "[" * 501 + "]" * 501,
        "KNB126",
        "Brackets are nested more than 500 levels deep.",
    ),
    "nesting too deep for Python": (
        "[" * 100_000,
        "KNB126",
        "Brackets are nested more than 500 levels deep.",
    ),
}


@pytest.mark.parametrize(("text", "code", "message"), REJECTED.values(), ids=REJECTED)
def test_rejects_a_text_without_a_readable_value(text, code, message):
    with pytest.raises(LoadError) as caught:
        read(text)

    (diagnostic,) = caught.value.diagnostics
    assert (diagnostic.code, diagnostic.message) == (code, message)
    assert diagnostic.span is not None
    assert diagnostic.fix


def test_says_that_a_web_page_is_one():
    with pytest.raises(LoadError, match="this is a web page or XML"):
        read("<html>")


def test_says_where_the_nesting_is_too_deep():
    with pytest.raises(LoadError) as caught:
        read("[\n" * 501)

    assert caught.value.diagnostics[0].span.line == 501


def test_reads_five_hundred_levels_and_more_brackets_than_that():
    deep = "[" * 500 + "]" * 500
    wide = f"[{'[], ' * 1000}[]]"

    assert read(deep).diagnostics.summary == "no problems"
    assert read(deep).span("/0" * 499).start == 499
    assert len(read(wide).value) == 1001


@pytest.mark.parametrize(
    ("pointer", "value", "key"),
    [
        pytest.param("", '{"a": [1, {"b/c": "d"}], "e": {}}', None, id="the document"),
        pytest.param("/a", '[1, {"b/c": "d"}]', '"a"', id="a member"),
        pytest.param("/a/0", "1", None, id="an item"),
        pytest.param("/a/1/b~1c", '"d"', '"b/c"', id="an escaped key"),
        pytest.param("/a/2", None, None, id="no such item"),
        pytest.param("/a/01", None, None, id="an item counted with a zero before it"),
        pytest.param("/a/x", None, None, id="a key in an array"),
        pytest.param("/a/0/x", None, None, id="a key in a number"),
        pytest.param("/x/y", None, None, id="a key of no object"),
        pytest.param("a", None, None, id="no pointer at all"),
    ],
)
@pytest.mark.parametrize("end", [pytest.param("", id="strict"), pytest.param(" // repaired", id="repaired")])
def test_finds_the_text_of_a_pointer(pointer, value, key, end):
    text = '{"a": [1, {"b/c": "d"}], "e": {}}' + end
    reading = read(text)

    spans = reading.span(pointer), reading.key_span(pointer)

    assert [span and text[span.start : span.end] for span in spans] == [value, key]


def test_places_count_from_the_byte_order_mark_as_the_text_does():
    assert read(BYTE_ORDER_MARK + "[1]").span("/0").column == 3


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=15,
)
LAYOUTS = st.fixed_dictionaries({"indent": st.sampled_from([None, 1, "\t"]), "ensure_ascii": st.booleans()})


def every_pointer(value, pointer=""):
    yield pointer
    members = enumerate(value) if isinstance(value, list) else getattr(value, "items", tuple)()
    for key, item in members:
        yield from every_pointer(item, join(pointer, key))


@settings(max_examples=150, deadline=None)
@given(JSON, LAYOUTS)
def test_reads_what_json_loads_accepts_to_the_same_value_on_both_paths(value, layout):
    text = json.dumps(value, **layout)

    scanned = scan(text)

    assert repr(read(text).value) == repr(scanned.value) == repr(json.loads(text))
    assert not read(text).diagnostics
    assert not scanned.problems.diagnostics()


@settings(max_examples=100, deadline=None)
@given(JSON, LAYOUTS)
def test_each_span_cut_out_of_the_text_is_the_value_at_its_pointer(value, layout):
    text = json.dumps(value, **layout)
    reading = read(text)

    for pointer in every_pointer(value):
        span = reading.span(pointer)
        assert json.loads(text[span.start : span.end]) == resolve(value, pointer)
        key = reading.key_span(pointer)
        last = "/" + pointer.rpartition("/")[2]
        assert key is None or join("", json.loads(text[key.start : key.end])) == last


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="{}[]\",:'`\\/*#\n\t ;=()+-.01aeNx“”${}\u00a0\ufeff\ud800"))
def test_no_text_of_marks_raises_anything_but_load_error(text):
    reading, diagnostics = read_or_rejected("[" + text)

    assert all(d.span for d in diagnostics)
    assert reading is None or reading.span("")


PIECES = [
    *"{}[]\",:'`\\/*#\n\t ;=()+-.019eExNa“”’$\u00a0\ufeff\ud800é",
    "//",
    "/*",
    "*/",
    "{{",
    "}}",
    "null",
    "NaN",
]
PIECES += ['"a":', "...", "export default ", "\\u12", "=>", "/#x", "1e999", '"a"']
BASES = [
    VERBATIM,
    json.dumps({"a": [1, 2.5, "x\n\u00e9", None, True, {"b": {}}], "c": "d"}),
    "module.exports = {a: `x${1}`, 'b': new Date(1, [2]), // c\n c: +.5e3, d: \"https://\" + x};",
]


def mutations(seed, count):
    generator = random.Random(seed)
    for _ in range(count):
        text = generator.choice(BASES)
        if generator.random() < 0.6:
            start = generator.randrange(len(text))
            text = text[start : start + generator.randrange(1, 120)]
        for _ in range(generator.randrange(1, 8)):
            at = generator.randrange(len(text) + 1)
            text = text[:at] + generator.choice([*PIECES, ""]) + text[at + generator.randrange(4) :]
        yield text


def is_json(text):
    def refuse(constant):
        raise ValueError(constant)

    try:
        json.loads(text, parse_constant=refuse)
    except ValueError:
        return False
    return True


@pytest.mark.uncounted
def test_every_mutation_is_read_or_rejected_with_little_work():
    repaired = 0
    for text in mutations(seed=1, count=4000 if SLOW else 2000):
        reading, diagnostics = read_or_rejected(text)
        # Most take some hundred calls; with one of the texts, 2,700.
        assert count_calls(lambda text=text: read_or_rejected(text)) < 10_000, text
        if reading is not None:
            repaired += 1
            assert bool(diagnostics.errors) != is_json(text.removeprefix(BYTE_ORDER_MARK)), text

    assert repaired > 500


def test_the_problems_of_every_mutation_are_in_the_order_of_the_text_and_inside_it():
    for text in mutations(seed=2, count=1000):
        _, diagnostics = read_or_rejected(text)
        starts = [d.span.start for d in diagnostics]
        assert starts == sorted(starts), text
        assert all(d.span.start <= d.span.end <= len(text) and d.fix for d in diagnostics), text


@pytest.mark.parametrize("code", [code for code in Code if code <= Code.TOO_MANY])
def test_each_code_is_reported_in_a_case(code):
    reported = {problems for _, _, problems in REPAIRED.values()} | {
        rejected for _, rejected, _ in REJECTED.values()
    }

    # The last one is reported below, in a text far larger than a case.
    assert code is Code.TOO_MANY or any(code in problems for problems in reported)


def test_points_at_something_for_every_problem_of_a_case():
    for text, value, _ in REPAIRED.values():
        assert all(resolve(value, d.pointer) is not UNDEFINED for d in read(text).diagnostics)


def test_lists_the_first_ten_thousand_problems_and_counts_the_rest():
    diagnostics = read(f"[{'+1,' * 20_000}1]").diagnostics

    assert len(diagnostics) < 10_001
    assert diagnostics[-1].code == "KNB128"
    assert (
        diagnostics[-1].message
        == f"{20_000 - len(diagnostics) + 1} more problems were repaired and are not listed."
    )


def test_the_work_of_repairing_problems_grows_with_their_number():
    member = '{name: \'x\', "uri": "https://api/{{id}},\n"list": [1 2,], /* c */ "n": None},\n'
    size = 2_000_000 if SLOW else 200_000

    value = read(f"[{member * (size // len(member))}]").value

    assert value[-1] == {"name": "x", "uri": "https://api/{{id}}", "list": [1, 2], "n": None}
    assert growth(lambda count: read(f"[{member * count}]"), 20) < 5


PIECES_IN_ARRAYS = ["{", '"', "`", '\\"', "\\`", "a ", "f(", "f(\n", "/*", '"a\n', '"a" "', "/*\\`*"]


@pytest.mark.parametrize(("start", "piece"), [*(("[", piece) for piece in PIECES_IN_ARRAYS), ("{a:", '"a"b')])
def test_no_repeated_piece_makes_the_reading_quadratic(start, piece):
    def read_pieces(size):
        _, diagnostics = read_or_rejected(start + piece * (size // len(piece)))
        assert diagnostics

    # Four for linear work, sixteen for quadratic work.
    assert growth(read_pieces, 2_000) < 6
    read_pieces(80_000 if SLOW else 10_000)
