"""Texts made to be slow: four times as long, none takes much more than four times the work to read."""

import json

import pytest

from kustomer_nb.errors import LoadError
from kustomer_nb.jsontext.parser import read
from tests.work import SLOW, count_lines

SIZE = 2_000
# Four for linear work, sixteen for quadratic work.
WORST_RATIO = 6
# Lines of Python for each character: a fault costs some hundred, and may be of one character.
MOST_LINES = 2_500


def repeated(piece, start="[", end=""):
    def text(size):
        return start + piece * (size // len(piece)) + end

    return text


def halves(first, second, start="[", middle=""):
    def text(size):
        return start + first * (size // 2) + middle + second * (size // 2)

    return text


LINES = "\n" * 1_990
CONSTANTS = "const a = 'x', S = {b: [1]};\n"
TEXTS = {
    "opening brackets": repeated("[", ""),
    "opening braces": repeated("{", ""),
    "brackets of both kinds": repeated("[{"),
    "closing brackets": repeated("]"),
    "closing braces in arrays": repeated("[1}"),
    "deep brackets that do not pair": repeated("(}", "[[" * 200),
    "objects that an array ends": repeated("[" + '{"a":\n' * 300 + "],\n"),
    "an array in each object that the object ends": repeated('{"a":[}'),
    "quotes": repeated('"', ""),
    "quotes in an array": repeated('"'),
    "backslashes": repeated("\\", ""),
    "backslashes in a string": repeated("\\", '["'),
    "escaped quotes": repeated('\\"', '["'),
    "escaped quotes out of a string": repeated('\\"'),
    "wrong escapes": repeated("\\q", '["', '"]'),
    "keys without values": repeated('{"a":', ""),
    "keys without colons": repeated('"a" ', "{"),
    "commas": repeated(","),
    "colons": repeated(":", "{"),
    "colons after a value": halves(" ", ":", '{"a":', '"b"'),
    "closing parentheses after a value": halves(" ", ")", '["a"'),
    "equals signs": repeated("=", '["a"'),
    "semicolons": repeated(";", "[1"),
    "white space": repeated(" ", "[1", "x"),
    "odd white space": repeated("\u00a0 1,"),
    "comments without an end": repeated("/*", "[1"),
    "comments without an end, each on its line": repeated("/*\n", "[1"),
    "comments on one line": repeated("1,/**/"),
    "comments on a line each": repeated("//\n", "{"),
    "comments that are nothing else": repeated("//\n", ""),
    "strings without an end on every line": repeated('"k": "value,\n', "{\n", "}"),
    "strings without an end that may take brackets": repeated('"a]\n', "[" * 400),
    "strings without an end on one line": repeated('"a,"b",', "[" * 400),
    "strings that end too early": repeated('"a"b'),
    "strings over empty lines": repeated(f'"{LINES}",'),
    "strings over empty lines that do not end there": repeated(f'"{LINES}"x'),
    "strings over lines with backslashes": repeated('"' + "a\\\n" * 600 + '",'),
    "lines that end in backslashes": repeated('"x\\\n'),
    "keys in quotes that no mark ends": repeated("„a:1,", "{"),
    "strings in quotes that no mark ends": repeated("„\n"),
    "typographic quotes": repeated("“"),
    "alternating quotes": repeated("\"'"),
    "quotes of three kinds": repeated("\"'`"),
    "keys that end as values": repeated('"a: "b", ', "{"),
    "keys before comments": repeated('"a: "/**/', "{"),
    "missing commas on every line": repeated('"abc": 1\n', "{\n", "}"),
    "a stray bracket on every line": repeated('"abc": 1],\n', "{\n", "}"),
    "a stray brace on every line": repeated('"abc": 1},\n', "{\n", "}"),
    "stray brackets on one line": repeated("1}"),
    "bare words": repeated("abc def ghi\n", "[\n", "]"),
    "bare words for keys": repeated("abc def ghi ", "{", "}"),
    "a bare word": repeated("a", "{"),
    "holes": repeated("${", "[`"),
    "template strings": repeated("`${"),
    "template strings with escapes": repeated("`\\`"),
    "templates": repeated("{{a}} "),
    "templates without an end": repeated("{{a"),
    "calls without an end": repeated("f(\n"),
    "calls in calls": repeated("f("),
    "calls that another bracket ends": repeated("f(], "),
    "calls with quotes": repeated("f`, "),
    "sums": repeated('"a" + '),
    "sums on every line": repeated("1 + (\n"),
    "spreads": repeated("...a(,", "{"),
    "digits": repeated("9"),
    "hexadecimal digits": repeated("f", "[0x", "]"),
    "signs": repeated("+1"),
    "words after export": repeated(" export ", "a"),
    "exports of nothing": repeated("export default/*", ""),
    "exports before comments": repeated("export default//\n", ""),
    "semicolons after an export": repeated("; ", "export default {}"),
    "a module's strings": repeated("'a', // b\n", "export default [", "]"),
    "a module's strings deep inside": repeated("'a', ", "export default " + '{"a":' * 400 + "["),
    "a module's calls without an end": repeated("f(", "export default ["),
    "a module's members without an end": repeated("a(", "export default {"),
    "a module's computed keys": repeated("['a']: 1,", "export default {", "}"),
    "a module's computed keys within keys": repeated("{[", "export default "),
    "a module's backticks": repeated("`", "export default ["),
    "a module's templates with holes": repeated("`a${1}`,", "export default [", "]"),
    "a module's templates in templates": repeated("`${", "export default ["),
    "a module's escaped backticks": repeated("\\`\n", "export default [`"),
    "a module's slashes": repeated("/", "export default [1"),
    "a module's comments without an end": repeated("/*", "export default [a"),
    "a module's sums": repeated("'a'+\n", "export default ["),
    "a module's items of arrays": halves("[", "].x", "export default ", "1"),
    "a module's holes": repeated(",", "export default [", "]"),
    "declarations before an export": repeated("const a = {}, b = [];\n", "", "export default a"),
    "declarations without an export": repeated("const a = b;\n", ""),
    "computed keys": repeated("['a']: 1,", "{", "}"),
    "computed keys without an end": repeated("{['a, ", "["),
    "brackets for keys": repeated("{[a}, ", "["),
    "the same key": repeated('"a":1,', "{", "}"),
    "strict JSON": repeated("1,\n", "[", "1]"),
    "sums in a module": repeated("'a' + ", f"{CONSTANTS}export default {{v: ", "a}"),
    "objects by their names": repeated("S, ", f"{CONSTANTS}export default [", "]"),
    "constants of constants": repeated("const b = {c: S};\n", CONSTANTS, "export default {S}"),
    "imports without an end": repeated("import a ", CONSTANTS, "; export default {S}"),
    "holes without an end": repeated("`${", f"{CONSTANTS}export default [", ""),
    "names in brackets without an end": repeated("[S", f"{CONSTANTS}export default ", ""),
    "types in a row": repeated("as b ", f"{CONSTANTS}export default [1 ", "]"),
    "types of arrays": repeated("[1] as const, ", f"{CONSTANTS}export default [", "]"),
    "computed keys of sums without an end": repeated("[a + ", f"{CONSTANTS}export default {{", "}"),
    "uses of a constant of code": repeated("U, ", "const U = [f(), g(), h()];\nexport default [", "]"),
}


def read_or_refused(text):
    try:
        read(text)
    except LoadError:
        return


def lines_of(text):
    return count_lines(lambda: read_or_refused(text))


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_reading_is_linear(text):
    # The first text fills caches.
    read_or_refused(text(SIZE // 2))

    once, four_times = lines_of(text(SIZE)), lines_of(text(4 * SIZE))

    assert four_times < MOST_LINES * 4 * SIZE
    assert four_times < WORST_RATIO * once
    if SLOW:
        # What a regular expression does is not counted: a text this long shows it.
        read_or_refused(text(80_000))


SHARE = 1 if SLOW else 10
LARGE = {
    "one string": '"' + "a" * (20_000_000 // SHARE) + '"',
    "one string in single quotes": "'" + "a" * (20_000_000 // SHARE) + "'",
    "strict JSON": json.dumps([{"name": "x", "data": [1, 2.5, None, True]}] * (400_000 // SHARE)),
    "JSON5": "[" + "{name: 'x', data: [1, +2.5, null, true,], /* y */},\n" * (20_000 // SHARE) + "]",
    "nested brackets": "[" * (100_000 // SHARE),
}


@pytest.mark.uncounted
@pytest.mark.parametrize("text", LARGE.values(), ids=LARGE)
def test_a_large_text_is_read_or_refused(text):
    # One to three seconds; quadratic, hours.
    read_or_refused(text)
