import pytest

from kustomer_nb.jsontext.expressions import Export, UnpairedError, code_end, default_export, tokens

EXPRESSIONS = {
    "a call": "f(a, [b, {c: d}])",
    "a sum over lines": "'a'\n + b // c,\n + 'd'",
    "a template with a template": "`a${`,${b}`}}`",
    "a template with an object": "`a${{b: `,`}.b},`",
    "a regular expression": "/[,/}]\\/'/.test(a)",
    "a regular expression in a call": "f(/'/, 1)",
    "a regular expression behind a word": "typeof /,'/",
    "divisions": "a / b / c[1] / f(2) / 3",
    "a division of a template": "`a` / 2 / 'b,'",
    "an arrow function": "async (a, {b}) => { return [a, b]; }",
    "a function": "function* f(a, b) { yield a; yield b; }",
    "a comment with a comma": "a /* , ' } */ + b",
    "escapes": "'\\',' + \"\\\",\"",
    "a string over lines": "'a\\\n,b'",
    "a cast with arguments": "a as Map<string, Set<number>>",
    "a comparison": "a < b",
    "optional chaining": "a?.[0]?.b ?? c",
    "numbers": ".5 + 1_000 + 0xFFn + 5. + 1e+3",
}


@pytest.mark.parametrize("after", [", x: 1}", "]", "\n}", ";", ""])
@pytest.mark.parametrize("code", EXPRESSIONS.values(), ids=EXPRESSIONS)
def test_code_ends_before_the_comma_or_bracket_after_it(code, after):
    assert code_end(code + after, 0) == len(code)


@pytest.mark.parametrize("code", ["f(", "f(]", "`a", "`a${", "`a${b`", "'a\n'", "a[1}", "/a", "a /* b"])
def test_code_that_does_not_pair_off_has_no_end(code):
    assert code_end(code, 0) is None
    with pytest.raises(UnpairedError):
        list(tokens(code, 0))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("export default build({a: 1});", id="a call"),
        pytest.param("const app = {a: 1}; export default app.build();", id="a method of a constant"),
        pytest.param("const app = build(); export default app;", id="a constant that is no object"),
        pytest.param("export default () => ({a: 1});", id="a function"),
        pytest.param("export default `a`;", id="a template string"),
    ],
)
def test_an_export_that_is_neither_object_nor_array_has_no_start(text):
    assert default_export(text, 0).start is None


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("export const a = {b: 1};", id="a name"),
        pytest.param("const a = 'export default {b: 1}';", id="a string"),
        pytest.param("f(() => { module.exports = {a: 1}; });", id="within a function"),
        pytest.param("const a = { export default", id="brackets that do not pair off"),
        pytest.param("a.exports.b = {c: 1};", id="a member of what is exported"),
    ],
)
def test_a_module_without_a_default_export_has_none(text):
    assert not isinstance(default_export(text, 0), Export)
