"""Numbers with more digits than JavaScript keeps: one value everywhere, and each loss reported."""

from __future__ import annotations

import json
import subprocess
from decimal import Decimal
from typing import Any

import httpx
import pytest

import kustomer_nb as knb
from kustomer_nb.jsontext import javascript
from kustomer_nb.jsontext.json_styles import parse_with_losses
from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.reporting.text import text as text_of

LITERAL, KEPT = 4634343214213523454, 4634343214213523000


def app_of(template: dict[str, Any], **parts: Any) -> knb.App:
    action = {"name": "kustomer.app.shop.do", "description": "d", "type": "rest_api"}
    action |= {"inputTemplate": {"uri": "https://api.x.com/o", "method": "post", "json": True, **template}}
    return knb.load({"app": "shop", "version": "1.0.0", "title": "Shop", "actions": [{**action, **parts}]})


def declared(**types: str) -> dict[str, Any]:
    return {"type": "object", "properties": {name: {"type": kind} for name, kind in types.items()}}


def run_with(text: str, app: knb.App | None = None) -> knb.Run:
    app = app or app_of({}, outputTemplate={"body": "/#body"})
    headers = {"content-type": "application/json"}
    transport = httpx.MockTransport(lambda _: httpx.Response(200, headers=headers, content=text.encode()))
    return app.action().run({}, mode="live", confirm="api.x.com", transport=transport)


def messages(diagnostics: knb.Diagnostics, code: str) -> list[str]:
    return [diagnostic.message for diagnostic in diagnostics if diagnostic.code == code]


@pytest.mark.parametrize(
    ("before", "after", "loss"),
    [
        pytest.param("007", 7, "the leading zeros are lost", id="leading zeros"),
        pytest.param("-0012", -12, "the leading zeros are lost", id="leading zeros behind a sign"),
        pytest.param("12E45", 1.2e46, "the form with an exponent is lost", id="an exponent"),
        pytest.param("1e3", 1000, "the form with an exponent is lost", id="a small exponent"),
        pytest.param("0x1F", 31, "the form is lost", id="hexadecimal"),
        pytest.param("0b11", 3, "the form is lost", id="binary"),
        pytest.param(str(LITERAL), KEPT, "the last digits are lost", id="19 digits"),
        pytest.param(LITERAL, KEPT, "the last digits are lost", id="an int"),
        pytest.param(
            2**60, 1152921504606847000, "the last digits are lost", id="an int that prints otherwise"
        ),
        pytest.param(
            "0.1234567890123456789", 0.12345678901234568, "the last digits are lost", id="a fraction"
        ),
    ],
)
def test_an_input_that_may_be_another_identifier_is_reported(before, after, loss):
    app = app_of({"data": {"id": "/#id"}}, inputSchema=declared(id="number"))

    request = app.action().render({"id": before})

    assert json.loads(request.body) == {"id": after}
    (message,) = messages(request.diagnostics, "KNB726")
    shown = json.dumps(before)
    assert message == f"the input `id` is {shown}, which becomes {json.dumps(after)}: {loss}."


@pytest.mark.parametrize(
    "value",
    [
        *("12.50", "7", "-1", "0", "0.5", ".5", " 12 ", "", None, True, 12.5, 7, 2**53, "9007199254740992"),
        *("1234567890123456", "10000000000000000000000", "51.507350000000002", 1e21),
    ],
)
def test_an_input_whose_number_is_the_same_is_not_reported(value):
    app = app_of({"data": {"id": "/#id"}}, inputSchema=declared(id="number"))
    inputs = {} if value == "" else {"id": value}

    request = app.action().render(inputs)

    assert messages(request.diagnostics, "KNB726") == []


def test_an_identifier_in_a_string_input_is_kept_and_not_reported():
    app = app_of({"data": {"id": "/#id"}}, inputSchema=declared(id="string"))

    request = app.action().render({"id": str(LITERAL)})

    assert request.body == f'{{"id":"{LITERAL}"}}'
    assert "KNB726" not in request.diagnostics.codes


def test_numbers_within_an_input_are_reported_once_for_each_path():
    app = app_of({"data": "/#rows"}, inputSchema=declared(rows="array"))

    request = app.action().render({"rows": [{"id": LITERAL}, {"id": LITERAL + 1}, {"id": 5}]})

    assert request.body == f'[{{"id":{KEPT}}},{{"id":{KEPT}}},{{"id":5}}]'
    assert messages(request.diagnostics, "KNB726") == [
        f"the input `rows.0.id` is {LITERAL}, which becomes {KEPT}: the last digits are lost."
    ]


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        pytest.param(f'{{"id": {LITERAL}}}', [f"`body.id` {LITERAL} becomes {KEPT}"], id="an id"),
        pytest.param(f"{LITERAL}", [f"`body` {LITERAL} becomes {KEPT}"], id="the body itself"),
        pytest.param(
            f'{{"rows": [{{"id": {LITERAL}}}, {{"id": -{LITERAL}}}]}}',
            [f"2 numbers with more digits than JavaScript keeps: `body.rows[].id` {LITERAL} becomes {KEPT}"],
            id="rows",
        ),
        pytest.param('{"t": 0.12345678901234567891}', ["becomes 0.12345678901234568"], id="a long fraction"),
        pytest.param('{"t": 1e999}', ["1e999 becomes Infinity"], id="beyond a double"),
        pytest.param(f'{{"a": {2**60}}}', [f"{2**60} becomes 1152921504606847000"], id="prints other digits"),
    ],
)
def test_a_number_of_a_response_that_is_not_kept_is_reported(text, changes):
    run = run_with(text)

    (message,) = messages(run.diagnostics, "KNB725")
    assert all(change in message for change in changes), message


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1.0, "b": 1e3, "c": 9007199254740992, "d": 0.30000000000000004}',
        f'{{"id": "{LITERAL}", "n": -0, "e": 1E-7}}',
        '{"lat": 51.507350000000002, "x": 1.5000000000000000000, "y": 100000000000000000000}',
        f'{{"id": {KEPT}}}',
    ],
)
def test_a_response_whose_numbers_are_kept_is_not_reported(text):
    assert messages(run_with(text).diagnostics, "KNB725") == []


def test_output_why_difference_text_and_html_show_one_number():
    app = app_of({}, outputTemplate={"id": "/#body.id"}, sampleOutputContext={"id": 1})

    run = run_with(f'{{"id": {LITERAL}}}', app)

    assert json.dumps(run.output) == f'{{"id": {KEPT}}}'
    why = run.why("id")
    assert [difference.actual for difference in run.diff] == [KEPT]
    shown = [run._repr_html_(), run.diff._repr_html_(), why._repr_html_(), text_of(run), text_of(why)]
    assert all(str(KEPT) in text for text in shown), shown
    assert not any("4634343214213523456" in text for text in shown)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("id", f"rounded by JavaScript from {LITERAL}"),
        ("all.rows.0.id", f"rounded by JavaScript from {LITERAL}"),
        ("all", f"in it, `body.id` is rounded by JavaScript from {LITERAL}"),
        ("text", f"rounded by JavaScript from {LITERAL}"),
        ("whole.body.id", f"rounded by JavaScript from {LITERAL}"),
        ("fixed", f"is the static value {LITERAL}, which JavaScript rounds to {KEPT}"),
    ],
)
def test_why_names_rounding_as_the_cause(path, words):
    template = {
        "id": "/#body.id", "all": "/#body", "text": "{{body.id}}", "whole": "/#response", "fixed": LITERAL,
    }  # fmt: skip
    body = f'{{"small": 7, "id": {LITERAL}, "rows": [{{"id": {LITERAL}}}]}}'

    why = run_with(body, app_of({}, outputTemplate=template)).why(path)

    assert why.cause is not None
    assert words in why.cause.words


@pytest.mark.parametrize("path", ["small", "rows.0.ok", "text"])
def test_why_names_no_rounding_beside_a_number_that_is_kept(path):
    template = {"small": "/#body.small", "rows": "/#body.rows", "text": "{{body.small}}"}
    body = f'{{"small": 9007199254740992, "id": {LITERAL}, "rows": [{{"ok": 1}}]}}'

    assert run_with(body, app_of({}, outputTemplate=template)).why(path).cause is None


def test_why_names_the_rounding_of_a_sample():
    app = app_of({}, sampleOutputContext={"id": LITERAL, "n": 7})
    run = app.action().run(mode="sample")

    assert run.why("id").cause.words == f"is {LITERAL}, which JavaScript rounds to {KEPT}"
    assert run.why("n").cause is None


def test_a_rounded_secret_is_not_shown_by_why():
    parts = {"appSettings": {"token": {"key": "shop.default.token"}}, "outputTemplate": {"id": "/#body.id"}}
    app = app_of({"headers": {"a": "{{{token}}}"}}, **parts)
    headers = {"content-type": "application/json"}
    transport = httpx.MockTransport(
        lambda _: httpx.Response(200, headers=headers, content=f'{{"id": {LITERAL}}}'.encode())
    )
    options = {"mode": "live", "confirm": "api.x.com", "transport": transport}

    run = app.action().run({}, settings={"token": str(LITERAL)}, **options)

    assert str(LITERAL) not in text_of(run.why("id")) + repr(run.response.rounded) + run._repr_html_()


@pytest.mark.parametrize(
    ("written", "after", "loss"),
    [
        ("0.12345678901234567890", "0.12345678901234568", "the last digits are lost"),
        ("1234567890.123456789", "1234567890.1234567", "the last digits are lost"),
        ("9007199254740993", "9007199254740992", "the last digits are lost"),
        ("1E+400", "Infinity", "null is sent"),
    ],
)
def test_a_decimal_that_is_rounded_is_reported(written, after, loss):
    action = app_of({"data": {"x": "/#x", "l": "/#l"}}, inputSchema=declared(x="number", l="array")).action()

    request = action.render({"x": Decimal(written), "l": [Decimal(written)]})

    (first, second) = messages(request.diagnostics, "KNB726")
    assert first.startswith(f"the input `x` is {written}, which becomes {after}: ")
    assert (loss in first, "`l.0`" in second) == (True, True)


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("0.1", "0.1"), ("12.50", "12.5"), ("1E+3", "1000"), ("100", "100"),
        ("9007199254740992", "9007199254740992"),
        ("0.30", "0.3"), ("-7.25", "-7.25"),
    ],
)  # fmt: skip
def test_a_decimal_that_is_kept_is_not_reported(written, sent):
    action = app_of({"data": {"x": "/#x"}}, inputSchema=declared(x="number")).action()

    request = action.render({"x": Decimal(written)})

    assert (request.body, messages(request.diagnostics, "KNB726")) == (f'{{"x":{sent}}}', [])


def test_a_sample_copied_from_the_response_does_not_differ():
    parts = {"outputTemplate": {"body": "/#body"}, "sampleOutputContext": {"body": {"ids": [LITERAL, 7]}}}
    app = app_of({}, **parts)

    run = run_with(f'{{"ids": [{LITERAL}, 7]}}', app)

    assert not run.diff
    assert app.action().run(mode="sample").output == {"body": {"ids": [KEPT, 7]}}


@pytest.mark.parametrize(
    ("expected", "actual", "is_equal"),
    [
        (LITERAL, KEPT, True),
        (LITERAL, 4634343214213523456.0, True),
        ([LITERAL, 1], [KEPT, 1], True),
        (LITERAL, LITERAL + 1024, False),
        (2**53 - 1, 2**53, False),
    ],
)
def test_two_numbers_are_equal_if_javascript_has_one_for_both(expected, actual, is_equal):
    assert (not knb.diff(expected, actual)) is is_equal


@pytest.mark.parametrize(
    ("template", "pointer"),
    [
        ({"data": {"shop": LITERAL}}, "/actions/0/inputTemplate/data/shop"),
        ({"qs": {"shop": LITERAL}}, "/actions/0/inputTemplate/qs/shop"),
        ({"headers": {"x-shop": LITERAL}}, "/actions/0/inputTemplate/headers/x-shop"),
    ],
)
def test_a_number_of_the_definition_is_reported_by_lint_and_when_it_is_rendered(template, pointer):
    app = app_of(template)

    (finding,) = [diagnostic for diagnostic in app.lint() if diagnostic.code == "KNB150"]
    request = app.action().render({})

    assert finding.pointer == pointer
    assert messages(request.diagnostics, "KNB150") == [finding.message]
    assert str(KEPT) in f"{request.body}{request.url}{dict(request.headers)}"


@pytest.mark.parametrize("value", [str(LITERAL), KEPT, 2**53, 0.1, 1.5, 1e21, 123456789012345])
def test_a_number_of_the_definition_that_is_kept_is_not_reported(value):
    app = app_of({"data": {"shop": value}})

    assert "KNB150" not in app.lint().codes
    assert "KNB150" not in app.action().render({}).diagnostics.codes


def test_a_number_of_a_sample_is_a_hint():
    app = app_of({}, sampleOutputContext={"id": LITERAL})

    (finding,) = [diagnostic for diagnostic in app.lint() if diagnostic.code == "KNB150"]

    assert finding.severity == "hint"


NUMBERS = [
    *("4634343214213523454", "9007199254740993", "9007199254740992", "-9007199254740995", "1e21", "1e20"),
    *("123456789012345678901234567890", "1e16", "-1E16", "12345678901234567.0", "1152921504606846976", "-0"),
    *("0.1234567890123456789", "51.507350000000002", "1e400", "999999999999999999999", "5e-324", "1.0"),
]


WRITE = "console.log(JSON.stringify(JSON.parse(process.argv[1]).map((t) => JSON.stringify(JSON.parse(t)))))"


@pytest.mark.node
def test_every_number_is_written_as_node_writes_it(node):
    command = [node, "-e", WRITE, json.dumps(NUMBERS)]
    answers = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)

    assert [stringify(javascript.parse(text)) for text in NUMBERS] == answers
    assert [stringify([parse_with_losses(text).value]) for text in NUMBERS] == [
        f"[{answer}]" for answer in answers
    ]


@pytest.mark.parametrize(("entry", "is_reported"), [("007", True), (str(LITERAL), True), ("12.50", False)])
def test_an_identifier_that_is_entered_in_a_form_is_reported_in_the_preview(entry, is_reported):
    bench = knb.workbench(app_of({"data": {"id": "/#id"}}, inputSchema=declared(id="number")))

    bench.form.enter("id", entry)

    assert ("KNB726" in bench.preview.request.diagnostics.codes) is is_reported


def test_a_number_of_an_output_template_is_the_one_that_javascript_keeps():
    run = run_with("{}", app_of({}, outputTemplate={"shop": LITERAL, "kept": 7}))

    assert run.output == {"shop": KEPT, "kept": 7}
    assert "KNB150" in run.diagnostics.codes
