"""Values that a module's text shows without being run, and what is not guessed; tests/oracle asks Node."""

from __future__ import annotations

from typing import Any

import pytest

from kustomer_nb.errors import LoadError
from kustomer_nb.jsontext.parser import read
from kustomer_nb.jsontext.read_guesses import guesses

BEFORE = (
    "import { out } from './out';\nconst app = 'shop', n = 2;\nconst S = {a: {b: 'x'}, list: [1, app]};\n"
)
KNOWN = {
    "a name": ("app", "shop"),
    "a template": ("`kustomer.app.${app}.find`", "kustomer.app.shop.find"),
    "a sum": ("'https://' + app + '.com/' + n", "https://shop.com/2"),
    "a member": ("S.a.b", "x"),
    "an item": ("S['list'][1]", "shop"),
    "an object": ("S", {"a": {"b": "x"}, "list": [1, "shop"]}),
    "a computed key": ("{[`${app}.x`]: 1}", {"shop.x": 1}),
    "a shorthand": ("{app, n}", {"app": "shop", "n": 2}),
    "a type": ("S as unknown as Record<string, any>", {"a": {"b": "x"}, "list": [1, "shop"]}),
}
UNKNOWN = [
    # ruff: noqa: E501
    "out", "out.a", "`${out}`", "app.length", "S.none", "S.list.length", "f(app)", "app ? 1 : 2", "n + n", "-n", "S + ''",
    "app.toUpperCase()", "[...S.list]", "{...S}", "{[out]: 1}", "later", "S?.a", "!app", "app || 'x'", "typeof app",
]  # fmt: skip


def parsed(code: str) -> Any:
    return read(f"{BEFORE}export default {{v: {code}}};\nconst later = 'x';")


@pytest.mark.parametrize(("code", "value"), KNOWN.values(), ids=KNOWN)
def test_knows_what_the_text_shows(code: str, value: Any) -> None:
    reading = parsed(code)

    assert reading.value == {"v": value}
    assert reading.diagnostics.codes == ["KNB124"]


@pytest.mark.parametrize("code", UNKNOWN)
def test_guesses_nothing_else(code: str) -> None:
    reading = parsed(code)

    assert reading.diagnostics.codes == ["KNB124", "KNB122"]
    assert guesses(reading)


@pytest.mark.parametrize("export", ["module.exports =", "exports =", "module.exports = exports ="])
@pytest.mark.parametrize("end", [";\n", "\n"])
@pytest.mark.parametrize("code", ["`${app}.x`", "{[app]: 1}", "[`a${app}`]", "'a' + app"])
def test_a_string_in_commonjs_changes_nothing(code: str, end: str, export: str) -> None:
    reading = read(f"'use strict';\nconst app = 'shop'{end}{export} {{v: {code}}};")

    assert reading.diagnostics.codes == ["KNB124"]


@pytest.mark.parametrize(
    "code",
    ["const M = module.exports; M.v = 1;", "module.exports.v = 1;", "const M = exports;\nf(M);"],
)
def test_what_changes_a_commonjs_export_is_reported(code: str) -> None:
    reading = read(f"const app = 'shop';\nmodule.exports = {{v: `${{app}}`}};\n{code}")

    (finding,) = guesses(reading)
    assert "it may change what is exported" in finding.message


@pytest.mark.parametrize(
    "text",
    [
        "// the app\nexport const app: App = {v: 1};",
        "import type { App } from './types';\nexport const app: App<string, number[]> = {v: 1};",
        "type Get = () => void;\nconst n: number = 2;\nlet app: App = {v: 1};",
    ],
)
def test_reads_a_constant_with_a_type(text: str) -> None:
    assert read(text).value == {"v": 1}


@pytest.mark.parametrize(
    "text",
    [
        "exports.default = {v: 1};",
        "module.exports.default = {v: 1};",
        "const S = {a: 2};\nexports.default = {v: 1};",
        "'use strict';\nObject.defineProperty(exports, '__esModule', {value: true});\nexports.default = {v: 1};",
        "exports.default = void 0;\nconst S = {a: 2}, app = {v: 1};\nexports.default = app;",
        "var _default = exports.default = {v: 1};",
        "exports.default = {v: 1};\nexports.other = {a: 2};",
        "const S = {a: 2};\nexport default <KApp>{v: 1};",
        "const S = {a: 2}, app = <Record<string, () => void>>{v: 1};\nexport default app;",
        "export default {v: <number>1};",
        "const n = <number>1;\nexport default <const>{v: n};",
    ],
)
def test_reads_the_default_export_of_any_form(text: str) -> None:
    reading = read(text)

    assert reading.value == {"v": 1}
    assert reading.diagnostics.codes == ["KNB124"]


@pytest.mark.parametrize(
    "text",
    [
        "exports.default = {v: 1};\nexports.default.v = 2;",
        "const app = {v: 1};\nexports.default = app;\napp.v = 2;",
        "module.exports = {v: 1};\nmodule.exports.default = {v: 2};",
    ],
)
def test_what_changes_a_compiled_export_is_reported(text: str) -> None:
    (finding,) = guesses(read(text))

    assert "it may change what is exported" in finding.message


@pytest.mark.parametrize(
    "text",
    [
        "const app = {v: 1};",
        "let app: KApp = {v: 1};",
        "const S = {a: 2};\nexport const app = {v: 1};",
        "const S = {a: 2}, app = {v: 1};\nexport { app };",
        "const f = () => ({a: 2});\nconst app = <KApp>{v: 1};",
    ],
)
def test_the_only_object_of_a_module_without_a_default_export_is_reported(text: str) -> None:
    reading = read(text)

    (finding,) = reading.diagnostics
    assert reading.value == {"v": 1}
    assert finding.message == "The JavaScript module has no default export; `app` is read as the definition."
    assert finding.fix == "add `export default app`."


@pytest.mark.parametrize(
    "text",
    [
        "const S = {a: 2};\nconst app = {v: 1};",
        "const S = {a: 2}, L = [1];",
        "export const S = {a: 2};\nexport const app = {v: 1};",
        "const S = {a: 2}, app = {v: 1};\nexport { S, app };",
    ],
)
def test_no_object_is_taken_where_several_may_be_meant(text: str) -> None:
    with pytest.raises(LoadError, match=r"no default export, and declares several objects: `S`"):
        read(text)


def test_an_export_precedes_the_constants_of_a_module_that_is_not_closed() -> None:
    assert read("const S = {a: 2};\nexport default {v: [1};").value == {"v": [1]}


@pytest.mark.parametrize("text", ["// the app\nexports.app = {v: 1};", "export { app } from './app';"])
def test_a_module_without_a_default_export_is_named(text: str) -> None:
    with pytest.raises(LoadError, match=r"No default export can be read from this module\."):
        read(text)


@pytest.mark.parametrize("text", ["// a comment\nhello", "name: x", "# exports\n- a"])
def test_other_text_is_not_called_a_module(text: str) -> None:
    with pytest.raises(LoadError, match=r"The text starts with `[hn-]"):
        read(text)


CHANGES = [
    "S.a = 1;", "S.a.b = 1;", "S['a'] = 1;", "S.list.push(2);", "S.list[0]++;", "delete S.a;", "Object.assign(S, out);",
    "f(S);", "const T = S; T.a = 1;", "const T = {S}; T.S.a = 1;", "let T = S;", "function g() { S.a += 1; } g();",
    "out.x = S;", "[S].forEach((x) => { x.a = 1; });", "S.list.map((x) => { x.a = 1; });",
]  # fmt: skip
CHANGES += [
    "delete S.a.b;", "[S.a.b] = [1];", "for (S.a.b of [1]) {}", "({c: S.a.b} = {c: 1});", "S.a.b++;", "S.a.b ||= 1;",
    "f(S.a);", "S.list.fill(0);", "S.toString(S);", "f(S[app]);", "const { a } = S; a.b = 1;", "new Map([[1, S.a]]);",
]  # fmt: skip
READS = [
    "f(S.a.b);", "const u = S.a.b;", "let u = S.list[0];", "new URL(S.a.b, S['a']['b']);", "S.a.b.replace('x', 'y');",
    "const u = `${S.a.b}/${S.list[1]}`;", "if (S.a.b) f(S.list[0]);", "function g() { return S.a.b.trim(); }",
    "const { b } = S.a; f(b);", "const { a } = { a: S.a.b };", "[1].map((x) => x + S.a.b);", "S.a.b == 'x' && f();", "return1 = S.a.b ? 1 : 2;",
    "console.log(S);", "const T = S.a;", "const T = S.list.map((x) => x + 1);", "export { S };",
    "const T = {S};", "if (S.a.b == 'x') { out(); }", "function g() { return S.a; }", "JSON.stringify(S);",
]  # fmt: skip


@pytest.mark.parametrize("code", CHANGES)
def test_an_object_that_other_code_may_change_is_unknown(code: str) -> None:
    (finding,) = guesses(read(f"{BEFORE}{code}\nexport default {{v: S}};"))

    assert finding.pointer == "/v"
    assert "may change `S`" in finding.message


@pytest.mark.parametrize("code", READS)
def test_an_object_that_is_only_read_is_known(code: str) -> None:
    assert guesses(read(f"{BEFORE}{code}\nexport default {{v: S}};")) == ()


@pytest.mark.parametrize(
    "text",
    [
        "export default build(S);",
        "module.exports = build({a: 1});",
        "export default out;",
        "export default S.a;",
    ],
)
def test_no_other_object_is_taken_for_what_a_module_exports(text: str) -> None:
    with pytest.raises(LoadError, match="evaluate = true"):
        read(f"{BEFORE}{text}")


@pytest.mark.parametrize("value", ["'shop'", "`shop`", "1", "{a: 1}", "f(2)"])
def test_a_declaration_before_an_export_needs_no_semicolon(value: str) -> None:
    reading = read(f"const more = {{extra: 1}}\nconst s = {value}\nmodule.exports = {{app: 'shop'}}\n")

    assert reading.value == {"app": "shop"}


def test_a_constant_named_exports_is_no_export() -> None:
    reading = read("const a = {b: 1}, exports = {c: 2};\nmodule.exports = {d: 3};")

    assert reading.value == {"d": 3}


def test_constants_that_contain_each_other_do_not_grow_without_bound() -> None:
    lists = "".join(f"const a{at + 1} = [a{at}, a{at}];\n" for at in range(40))
    texts = "".join(f"const t{at + 1} = t{at} + t{at};\n" for at in range(40))

    reading = read(f"const a0 = [1], t0 = 'xx';\n{lists}{texts}export default {{a: a40, t: t40, b: a3}};")

    unknown = {guess.pointer.split("/")[1] for guess in guesses(reading)}
    assert unknown == {"a", "t"}
    assert len(str(reading.value)) < 10_000


def test_a_finding_names_what_makes_a_value_unknown() -> None:
    (_, finding) = read("const host = process.env.HOST;\nexport default {uri: host + '/a'};").diagnostics

    assert finding.message == (
        "`host + '/a'` is not a JSON value; its result cannot be determined from the text: "
        "`host` is `process.env.HOST` on line 1."
    )
