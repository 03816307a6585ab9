"""Of what only running a module would show, one finding is reported: whatever the values are, it is right."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

import kustomer_nb as knb
from kustomer_nb.rules import RULES
from tests.samples import an_action

# ruff: noqa: E501 - a module is read on one line
READER = {"KNB122", "KNB124"}
EXAMPLES = {
    rule.code: json.loads(rule.good)
    for rule in RULES
    if rule.code > "KNB2" and rule.good.startswith("{") and "actions" in json.loads(rule.good)
}
# One in as many places of each example: all of them take minutes.
STEP = 11


def as_module(value: Any, place: str, form: str, pointer: str = "") -> str:
    """Return a value as JavaScript, with code in one place: for a value, a key or a member."""
    if pointer == place and form == "value":
        return "make(1)"
    if isinstance(value, list):
        return (
            f"[{', '.join(as_module(item, place, form, f'{pointer}/{at}') for at, item in enumerate(value))}]"
        )
    if not isinstance(value, dict):
        return json.dumps(value)
    members = []
    for key, item in value.items():
        inner = f"{pointer}/{key}"
        if inner == place and form == "spread":
            members.append("...make(1)")
        else:
            name = "[make(1)]" if inner == place and form == "key" else json.dumps(key)
            members.append(f"{name}: {as_module(item, place, form, inner)}")
    return f"{{{', '.join(members)}}}"


def places(value: Any, pointer: str = "") -> Iterator[str]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield f"{pointer}/{key}"
        yield from places(item, f"{pointer}/{key}")


@pytest.mark.parametrize("form", ["value", "spread", "key"])
@pytest.mark.parametrize("code", EXAMPLES)
def test_code_in_a_good_file_is_all_that_is_found(code: str, form: str) -> None:
    value = EXAMPLES[code]
    known = {(finding.code, finding.message) for finding in knb.loads(json.dumps(value)).lint()}

    for place in list(places(value))[len(code + form) % STEP :: STEP]:
        if form != "value" and place.rpartition("/")[2].isdigit():
            continue
        module = f"export default {as_module(value, place, form)};"
        findings = knb.loads(module).lint()

        assert findings.codes.count("KNB122") == 1, module
        others = {(finding.code, finding.message) for finding in findings if finding.code not in READER}
        assert others <= known, module


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES if rule.code in EXAMPLES], ids=lambda rule: rule.code
)
def test_code_elsewhere_hides_no_finding(rule: Any) -> None:
    bad = json.loads(rule.bad)
    text = json.dumps({"iconUrl": "", **bad}).replace('"iconUrl": ""', '"iconUrl": make(1)', 1)

    assert rule.code in knb.loads(f"export default {text};").lint().codes


CONSTANT = "const app = {app: 'shop', version: '1.0.0', title: 'Shop', actions: []};"
ACTION = json.dumps(an_action(inputTemplate={"uri": "x.com/{{id}}", "method": "get", "json": True}))


def app(actions: str, before: str = "", after: str = "") -> str:
    members = f"app: 'shop', version: '1.0.0', title: 'Shop', actions: {actions}"
    return f"{before}\nexport default {{{members}}};\n{after}"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        pytest.param(app(f"[{ACTION}, make()]"), 1, id="another action that is code"),
        pytest.param(
            app("[{...A, name: b}, {...A, name: b}]", "import b from './b';"), 3, id="a name that is imported"
        ),
        pytest.param(app("[a, a, a]", "const a = make();"), 1, id="a constant that is code"),
        pytest.param(
            app("[a + 'x', `${a}y`, {b: a.c.d}]", "import { a } from './b';"), 1, id="an imported name"
        ),
        pytest.param(app("[a, b]", "const a = {x: make()}, b = {y: a.x};"), 1, id="code within a constant"),
        pytest.param(app("[process.env.A, process.env.B]"), 2, id="two variables"),
    ],
)
def test_there_is_one_finding_for_each_cause(text: str, count: int) -> None:
    assert knb.loads(text).lint().codes.count("KNB122") == count


def test_two_uses_of_a_constant_are_one_finding_where_it_stands() -> None:
    text = app(
        "[{name: 'kustomer.app.shop.a', description: 'd', type: 'rest_api', inputTemplate: T}, "
        "{name: 'kustomer.app.shop.b', description: 'd', type: 'rest_api', inputTemplate: T}]",
        "const T = {uri: 'x.com/a', method: 'get', json: true};",
    )

    findings = [finding for finding in knb.loads(text).lint() if finding.code == "KNB402"]

    assert [
        (finding.span and finding.span.line, finding.span and finding.span.column) for finding in findings
    ] == [(1, 17)]


@pytest.mark.parametrize(
    "after",
    [
        "app.title = 'x';",
        "app.actions.push({});",
        "Object.assign(app, more);",
        "delete app.title;",
        "change(app);",
    ],
)
def test_what_changes_the_exported_constant_is_reported(after: str) -> None:
    text = f"{CONSTANT}\n{after}\nexport default app;"

    findings = knb.loads(text).lint()

    assert findings.codes == ["KNB124", "KNB122"]
    assert findings[1].span is not None
    assert findings[1].span.line == 2


@pytest.mark.parametrize(
    "after",
    [
        "console.log(app);",
        "console.log(app.title, JSON.stringify(app));",
        "export const names = app.actions.map((action) => action.name);",
        "export function find(name) { return app.actions.find((action) => action.name === name); }",
        "export const title = app.title;",
        "Object.freeze(app);",
    ],
)
def test_what_only_reads_the_exported_constant_is_not_reported(after: str) -> None:
    text = f"{CONSTANT}\n{after}\nexport default app;"

    assert knb.loads(text).lint().codes == ["KNB124"]


@pytest.mark.parametrize(
    ("before", "header"),
    [
        pytest.param("const t = 'correct' + '-horse-7';", "t", id="a sum"),
        pytest.param("const a = 'correct', t = `${a}-horse-7`;", "t", id="a template"),
        pytest.param("const t = 'correct-horse-7', H = {k: t};", "H.k", id="a member"),
        pytest.param("const t = 'correct-horse-7';", "`Bearer ${t}`", id="a scheme"),
    ],
)
def test_a_token_that_code_puts_together_is_masked(before: str, header: str) -> None:
    action = f"{{name: 'kustomer.app.shop.a', type: 'rest_api', inputTemplate: {{uri: 'https://x.com/{{{{a}}}}', headers: {{authorization: {header}}}}}}}"
    definition = knb.loads(app(f"[{action}]", before))

    findings = definition.lint()

    assert "KNB601" in findings.codes
    shown = (
        f"{findings} {findings._repr_html_()} {definition._repr_html_()} {definition.fix(unsafe=True).diff}"
    )
    assert "horse" not in shown
