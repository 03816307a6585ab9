from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
import pytest

from kustomer_nb import diff, load, reporting
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity, Span
from kustomer_nb.reporting.pretty import excerpt, pretty, short, wrap
from tests.samples import ECOMMSTORE, an_action, asking, refund_order

BODY = {"status": "REFUNDED", "orderId": 1001, "lines": [1]}
OK = httpx.MockTransport(lambda request: httpx.Response(200, json=BODY, headers={"x-a": "1"}))


def text_of(value: Any) -> str:
    return reporting.text(value)


def test_an_app_is_a_line_and_one_for_each_action() -> None:
    assert text_of(load(ECOMMSTORE).document) == (
        "ecommstore 0.0.1\n"
        "  kustomer.app.ecommstore.store.refundOrder: POST https://api.ecommstore.com/orders/{{{orderId}}}"
    )


@pytest.mark.parametrize(
    ("action", "text"),
    [
        pytest.param(an_action(), "kustomer.app.shop.find: get https://api.shop.com/orders", id="whole"),
        pytest.param(an_action(inputTemplate=None), "kustomer.app.shop.find", id="no input template"),
        pytest.param(an_action(inputTemplate={}), "kustomer.app.shop.find", id="an empty input template"),
        pytest.param(an_action(name=None), "/0: get https://api.shop.com/orders", id="no name"),
    ],
)
def test_an_action_is_one_line(action: dict[str, Any], text: str) -> None:
    assert text_of(load([action]).action().read) == text


def test_diagnostics_are_counted_and_each_shows_its_line_and_its_fix() -> None:
    text = '{\n  "versoin": 1\n}'
    near = Diagnostic("KNB998", Severity.ERROR, "/versoin", "what.", "how.", Span(4, 13, 2, 3))
    first = Diagnostic("KNB999", Severity.ERROR, "", "what.", span=Span(0, 17, 1, 1))

    assert text_of(Diagnostics([first, near], text=text)) == (
        "1:1: error KNB999 what.\n"
        "    {\n"
        "    ^\n"
        "2:3: error KNB998 what.\n"
        '      "versoin": 1\n'
        "      ^^^^^^^^^\n"
        "    Fix: how.\n"
        "2 errors"
    )


def test_a_diagnostic_without_a_position_shows_its_pointer() -> None:
    diagnostics = Diagnostics(
        [
            Diagnostic("KNB999", Severity.WARNING, "/a/b", "one."),
            Diagnostic("KNB999", Severity.HINT, "", "two."),
        ]
    )

    assert text_of(diagnostics) == "/a/b: warning KNB999 one.\nhint KNB999 two.\n1 warning, 1 hint"


def test_no_diagnostics_are_nothing_found() -> None:
    assert text_of(Diagnostics()) == "no problems"


def test_a_request_is_shown_as_it_would_be_sent() -> None:
    request = refund_order().render(
        {"orderId": 1042}, settings={"authToken": "t0ken"}, hosts={"https://api.ecommstore.com": "http://a.b"}
    )

    assert text_of(request) == (
        "Redirected to http://a.b (host override, host: a.b)\n"
        "POST https://api.ecommstore.com/orders/1042\n"
        "authorization: Bearer $ecommstore.default.authToken\n"
        "host: api.ecommstore.com\n"
        "accept: application/json\n"
        "content-type: application/json\n"
        "content-length: 15\n"
        "Connection: keep-alive\n"
        "\n"
        '{"refund":true}'
    )


def test_problems_of_a_request_are_below_it() -> None:
    request = asking("a.b/c").render()

    assert text_of(request).splitlines()[0] == "GET a.b/c"
    *_, heading, below, fix = text_of(request).splitlines()
    assert heading == "1 error"
    assert below.startswith('  6:12: error KNB402 the uri "a.b/c" has no http')
    assert fix == "      Fix: write the full URL, as in https://api.example.com/orders."


def test_a_response_is_status_headers_and_body() -> None:
    response = asking("http://a.b/").run(transport=OK).response

    assert text_of(response) == (
        "200 OK\n"
        "x-a: 1\n"
        "content-length: 48\n"
        "content-type: application/json\n"
        "\n"
        '{\n  "status": "REFUNDED",\n  "orderId": 1001,\n  "lines": [\n    1\n  ]\n}'
    )


def test_a_response_without_a_body_or_words_is_a_status_and_headers() -> None:
    nothing = httpx.Response(299, headers=[("x-a", "1"), ("set-cookie", "a=1"), ("set-cookie", "b=2")])

    response = asking("http://a.b/").run(transport=httpx.MockTransport(lambda request: nothing)).response

    # What changes each time would make each saved notebook another one.
    assert text_of(response) == "299\nx-a: 1\nset-cookie: …"


def test_a_run_is_request_losses_output_and_comparison() -> None:
    action = asking(
        "http://a.b/{{{id}}}",
        inputSchema={"properties": {"id": {"type": "number"}}},
        outputTemplate={"status": "/#body.status", "gone": "/#body.gone"},
        sampleOutputContext={"status": "PAID", "gone": 1},
    )

    assert text_of(action.run({"id": "7"}, transport=OK)) == (
        "GET http://a.b/7\n"
        "200 OK\n"
        "\n"
        "1 warning\n"
        "  warning: `body.gone` is used by outputTemplate but has no value\n"
        "\n"
        "Output\n"
        '  {\n    "status": "REFUNDED"\n  }\n'
        "\n"
        "Diff vs. sample\n"
        "  1 removed, 1 changed\n"
        '    status: changed from "PAID" to "REFUNDED"\n'
        "    gone: removed, was 1"
    )


def test_a_run_without_sample_and_losses_is_short() -> None:
    action = asking("http://a.b/", outputTemplate="/#body.status")

    assert text_of(action.run(transport=OK)) == "GET http://a.b/\n200 OK\n\nOutput\n  REFUNDED"


def test_a_sample_run_says_that_nothing_was_sent() -> None:
    run = asking("http://a.b/", sampleOutputContext=1).run(mode="sample")

    assert text_of(run).splitlines()[:2] == ["GET http://a.b/", "Sample (nothing sent)"]


def test_warnings_stand_between_the_status_and_the_output_of_a_run() -> None:
    page = httpx.MockTransport(lambda request: httpx.Response(200, html="<p>"))

    lines = text_of(asking("http://a.b/").run(transport=page)).splitlines()

    assert lines[1:4] == ["200 OK", "", "1 warning"]
    assert lines[4].startswith("  /body: warning KNB710 the body is not JSON")
    assert lines.index("Output") > 4


def test_the_worst_of_a_run_is_first_and_each_line_names_the_file() -> None:
    action = asking(
        "http://a.b/{{{id}}}/x",
        inputSchema={"properties": {"id": {"type": "string"}}},
        outputTemplate={"a": "/#body.status", "b": "/#body.lines"},
        outputSchema={"properties": {"a": {"type": "string"}}, "additionalProperties": False},
    )
    run = action.run({"id": ""}, transport=OK, mode="live")
    broken = Diagnostic("KNB301", Severity.ERROR, "/outputTemplate", "it fails.", "correct it.")
    run = replace(run, later_diagnostics=Diagnostics([broken]))

    lines = reporting.text(run, path="shop.json").splitlines()

    heads = [line for line in lines if line.startswith("  ") and not line.startswith("      ")]
    assert lines[3] == "1 error, 2 warnings"
    assert heads[0] == "  /outputTemplate: error KNB301 it fails."
    assert heads[1].startswith("  shop.json:6:24: warning KNB706 `id` is empty")
    assert heads[2] == "  warning: outputSchema dropped `b`"


NUMBER, TEXT, FLAG = {"type": "number"}, {"type": "string"}, {"type": "boolean"}


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (NUMBER, "1001"),
        (NUMBER, "12.50"),
        (NUMBER, " 7 "),
        (FLAG, "true"),
        (FLAG, "false"),
        (TEXT, 7),
        (TEXT, True),
    ],
)
def test_an_input_that_is_converted_as_the_schema_asks_is_no_warning(schema: Any, value: Any) -> None:
    action = asking("http://a.b/", inputSchema={"properties": {"x": schema}}, template={"qs": {"x": "/#x"}})

    run = action.run({"x": value}, transport=OK)

    assert "warning" not in text_of(run)
    assert len(run.losses) == 1


@pytest.mark.parametrize(
    ("schema", "value", "message"),
    [
        (NUMBER, "007", "the leading zeros are lost"),
        (NUMBER, "12345678901234567", "the last digits are lost"),
        (NUMBER, "0x1f", "the form is lost"),
        (NUMBER, "1e999", 'inputSchema converted `x` from "1e999" to'),
        (NUMBER, None, "inputSchema converted `x` from null to 0"),
        (TEXT, None, 'inputSchema converted `x` from null to ""'),
        (FLAG, None, "inputSchema converted `x` from null to false"),
        (NUMBER, True, "inputSchema converted `x` from true to 1"),
    ],
)
def test_a_conversion_that_loses_something_is_one_warning(schema: Any, value: Any, message: str) -> None:
    action = asking("http://a.b/", inputSchema={"properties": {"x": schema}}, template={"qs": {"x": "/#x"}})

    text = text_of(action.run({"x": value}, transport=OK))

    assert text.splitlines()[3] == "1 warning"
    assert message in text


def test_a_diff_names_each_place() -> None:
    differences = diff({"a": 1, "b": {"c": [1]}, "d": "x"}, {"b": {"c": [2]}, "d": "x", "e": None})

    assert text_of(differences) == (
        "1 added, 1 removed, 1 changed\n  a: removed, was 1\n  b.c.0: changed from 1 to 2\n  e: added null"
    )


def test_any_other_value_is_its_repr() -> None:
    assert text_of({"a": 1}) == "{'a': 1}"


def test_what_a_person_reads_at_80_columns_fits() -> None:
    texts = [
        text_of(refund_order().render({"orderId": 1042}, settings={"authToken": "t"})),
        text_of(refund_order().run({"orderId": 1042}, mode="sample")),
        text_of(diff({"a": "x" * 200}, {})),
    ]

    assert max(len(line) for text in texts for line in text.splitlines()) <= 100


@pytest.mark.parametrize(
    ("text", "span", "expected"),
    [
        pytest.param("abc", None, "", id="no place"),
        pytest.param("", Span(0, 1, 1, 1), "", id="no text"),
        pytest.param("a\r\nbcd\r\n", Span(4, 6, 2, 2), "bcd\n ^^", id="a Windows line"),
        pytest.param("\tab", Span(1, 2, 1, 2), " ab\n ^", id="a tab"),
        pytest.param("ab", Span(2, 2, 1, 3), "ab\n  ^", id="the end of the text"),
        pytest.param("ab\ncd", Span(0, 5, 1, 1), "ab\n^^", id="a span over several lines"),
        pytest.param(
            "x" * 50 + "y" * 50, Span(50, 51, 1, 51), "x" * 38 + "y" * 38 + "\n" + " " * 38 + "^", id="long"
        ),
    ],
)
def test_an_excerpt_is_the_line_with_a_caret_below(text: str, span: Span | None, expected: str) -> None:
    assert excerpt(text, Diagnostic("KNB999", Severity.HINT, "", "", span=span)) == expected


@pytest.mark.parametrize(("length", "expected"), [(78, 80), (79, 80)])
def test_a_short_value_is_at_most_80_characters(length: int, expected: int) -> None:
    text = short("x" * length)

    assert (len(text), text.endswith("…")) == (expected, length == 79)


def test_a_text_is_pretty_as_it_is() -> None:
    assert pretty("a\nb") == "a\nb"


def why_run() -> Any:
    schema = {"properties": {"status": {}}, "additionalProperties": False}
    action = asking("http://a.b/", outputTemplate="/#body", outputSchema=schema)
    return action.run(transport=OK)


def test_why_marks_the_stage_that_is_the_cause() -> None:
    assert text_of(why_run().why("orderId")) == (
        "orderId\n"
        "  output (/orderId)\n"
        "    has no value at this path\n"
        "  outputSchema (/outputSchema)  <- here\n"
        "    drops `orderId`: it is not declared and additionalProperties is false\n"
        "  outputTemplate (/outputTemplate)\n"
        '    is "/#body"\n'
        "  response (/body/orderId)\n"
        "    `body.orderId` is 1001"
    )


def test_all_origins_name_each_part_and_each_value() -> None:
    request = refund_order().render({"orderId": "1001"})

    assert reporting.all_origins(request).startswith(
        "uri\n"
        '  "https://api.ecommstore.com/orders/"\n'
        "      static text, line 26, column 17\n"
        '  "1001"\n'
        '      input orderId, converted from "1001" to 1001, line 26, column 51\n'
        "header authorization\n"
    )
    assert text_of(request.origins("/headers/none")) == "(empty)"


def test_messages_are_wrapped_and_source_lines_are_not() -> None:
    source = "x" * 70
    diagnostic = Diagnostic("KNB999", Severity.ERROR, "", "what is wrong " * 5, "how " * 20, Span(0, 1, 1, 1))

    text = reporting.text(Diagnostics([diagnostic], text=source), width=40)

    lines = text.splitlines()
    assert f"    {source}" in lines
    assert max(len(line) for line in lines if "x" not in line) <= 40
    assert lines[1].startswith("    wrong what")


@pytest.mark.parametrize("width", [10, 20, 40, 79])
def test_no_url_code_or_json_is_broken(width: int) -> None:
    line = 'at KNB304 `{{{a b}}}`: write {"a": 1, "b": 2} to https://api.shop.com/orders?x=1 or ["a", "b"].'

    wrapped = wrap(line, width)

    parts = ("KNB304", "`{{{a b}}}`:", '{"a": 1, "b": 2}', "https://api.shop.com/orders?x=1", '["a", "b"].')
    assert all(any(part in piece for piece in wrapped.splitlines()) for part in parts)
    assert " ".join(wrapped.split()) == line


def test_without_a_width_nothing_is_wrapped() -> None:
    assert wrap("word " * 50, None) == "word " * 50
