from __future__ import annotations

from typing import Any

import httpx
import pytest

from kustomer_nb import diff, load, reporting
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity, Span
from kustomer_nb.reporting.pretty import excerpt, pretty, short
from tests.samples import ECOMMSTORE, an_action, asking, refund_order

BODY = {"status": "REFUNDED", "orderId": 1001, "lines": [1]}
OK = httpx.MockTransport(lambda request: httpx.Response(200, json=BODY, headers={"x-a": "1"}))


def said(value: Any) -> str:
    return reporting.text(value)


def test_an_app_is_a_line_and_one_for_each_action() -> None:
    assert said(load(ECOMMSTORE).document) == (
        "ecommstore 0.0.1\n"
        "  kustomer.app.ecommstore.store.refundOrder: POST https://api.ecommstore.com/orders/{{{orderId}}}"
    )


@pytest.mark.parametrize(
    ("action", "text"),
    [
        pytest.param(an_action(), "kustomer.app.shop.find: GET https://api.shop.com/orders", id="whole"),
        pytest.param(an_action(inputTemplate=None), "kustomer.app.shop.find", id="no input template"),
        pytest.param(an_action(inputTemplate={}), "kustomer.app.shop.find", id="an empty input template"),
        pytest.param(an_action(name=None), "/0: GET https://api.shop.com/orders", id="no name"),
    ],
)
def test_an_action_is_one_line(action: dict[str, Any], text: str) -> None:
    assert said(load([action]).action().read) == text


def test_findings_are_counted_and_each_shows_its_line_and_its_way_out() -> None:
    text = '{\n  "versoin": 1\n}'
    near = Diagnostic("KNB998", Severity.ERROR, "/versoin", "what.", "how.", Span(4, 13, 2, 3))
    whole = Diagnostic("KNB999", Severity.ERROR, "", "what.", span=Span(0, 17, 1, 1))

    assert said(Diagnostics([whole, near], text=text)) == (
        "1:1 error KNB999 what.\n"
        "    {\n"
        "    ^\n"
        "2:3 error KNB998 what.\n"
        '      "versoin": 1\n'
        "      ^^^^^^^^^\n"
        "    Fix: how.\n"
        "2 errors"
    )


def test_a_finding_without_a_place_in_a_text_shows_its_pointer() -> None:
    found = Diagnostics(
        [
            Diagnostic("KNB999", Severity.HINT, "/a/b", "one."),
            Diagnostic("KNB999", Severity.WARNING, "", "two."),
        ]
    )

    assert said(found) == "/a/b hint KNB999 one.\n- warning KNB999 two.\n1 warning, 1 hint"


def test_nothing_found_is_said() -> None:
    assert said(Diagnostics()) == "nothing found"


def test_a_request_is_shown_as_it_would_be_sent() -> None:
    request = refund_order().render(
        {"orderId": 1042}, settings={"authToken": "t0ken"}, hosts={"https://api.ecommstore.com": "http://a.b"}
    )

    assert said(request) == (
        "POST https://api.ecommstore.com/orders/1042\n"
        "  (sent to http://a.b in its place, with host: a.b)\n"
        "authorization: Bearer $ecommstore.default.authToken\n"
        "host: api.ecommstore.com\n"
        "accept: application/json\n"
        "content-type: application/json\n"
        "content-length: 15\n"
        "connection: close\n"
        "\n"
        '{"refund":true}'
    )


def test_what_speaks_against_a_request_stands_below_it() -> None:
    request = asking("a.b/c").render()

    assert said(request).splitlines()[0] == "GET a.b/c"
    below = "  line 6, column 12 /inputTemplate/uri: KNB402 the uri 'a.b/c' has no http"
    assert said(request).splitlines()[-1].startswith(below)


def test_a_response_is_status_headers_and_body() -> None:
    response = asking("http://a.b/").run(transport=OK).response

    assert said(response) == (
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
    assert said(response) == "299\nx-a: 1\nset-cookie: …"


def test_a_run_is_request_output_comparison_and_losses() -> None:
    action = asking(
        "http://a.b/{{{id}}}",
        inputSchema={"properties": {"id": {"type": "number"}}},
        outputTemplate={"status": "/#body.status", "gone": "/#body.gone"},
        sampleOutputContext={"status": "PAID", "gone": 1},
    )

    assert said(action.run({"id": "7"}, transport=OK)) == (
        "GET http://a.b/7\n"
        "200 OK\n"
        "\n"
        "Output\n"
        '  {\n    "status": "REFUNDED"\n  }\n'
        "\n"
        "Beside the sample\n"
        "  1 removed, 1 changed\n"
        '    status: changed from "PAID" to "REFUNDED"\n'
        "    gone: removed, was 1\n"
        "\n"
        "On the way\n"
        '  inputSchema converted id from "7" to 7\n'
        "  outputTemplate reads body.gone, which has no value"
    )


def test_a_run_without_sample_and_losses_is_short() -> None:
    action = asking("http://a.b/", outputTemplate="/#body.status")

    assert said(action.run(transport=OK)) == "GET http://a.b/\n200 OK\n\nOutput\n  REFUNDED"


def test_a_sample_run_says_where_its_output_came_from() -> None:
    run = asking("http://a.b/", sampleOutputContext=1).run(mode="sample")

    assert said(run).splitlines()[:2] == ["GET http://a.b/", "from the sample"]


def test_warnings_stand_at_the_end_of_a_run() -> None:
    page = httpx.MockTransport(lambda request: httpx.Response(200, html="<p>"))

    last = said(asking("http://a.b/").run(transport=page)).splitlines()[-1]

    assert last.startswith("  /body: KNB710 the body was promised as JSON")


def test_a_diff_names_each_place() -> None:
    found = diff({"a": 1, "b": {"c": [1]}, "d": "x"}, {"b": {"c": [2]}, "d": "x", "e": None})

    assert said(found) == (
        "1 added, 1 removed, 1 changed\n  a: removed, was 1\n  b.c.0: changed from 1 to 2\n  e: added null"
    )


def test_any_other_value_is_its_repr() -> None:
    assert said({"a": 1}) == "{'a': 1}"


def test_what_a_person_reads_at_80_columns_fits() -> None:
    texts = [
        said(refund_order().render({"orderId": 1042}, settings={"authToken": "t"})),
        said(refund_order().run({"orderId": 1042}, mode="sample")),
        said(diff({"a": "x" * 200}, {})),
    ]

    assert max(len(line) for text in texts for line in text.splitlines()) <= 100


@pytest.mark.parametrize(
    ("text", "span", "shown"),
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
def test_an_excerpt_is_the_line_with_a_caret_below(text: str, span: Span | None, shown: str) -> None:
    assert excerpt(text, Diagnostic("KNB999", Severity.HINT, "", "", span=span)) == shown


@pytest.mark.parametrize(("length", "shown"), [(78, 80), (79, 80)])
def test_a_short_value_is_at_most_80_characters(length: int, shown: int) -> None:
    text = short("x" * length)

    assert (len(text), text.endswith("…")) == (shown, length == 79)


def test_a_text_is_pretty_as_it_is() -> None:
    assert pretty("a\nb") == "a\nb"


def why_run() -> Any:
    schema = {"properties": {"status": {}}, "additionalProperties": False}
    action = asking("http://a.b/", outputTemplate="/#body", outputSchema=schema)
    return action.run(transport=OK)


def test_why_marks_the_stage_that_is_the_cause() -> None:
    assert said(why_run().why("orderId")) == (
        "orderId\n"
        "  output (/orderId)\n"
        "    it is not in the output\n"
        "  outputSchema (/outputSchema)  <- here\n"
        "    drops orderId: it is not declared, and additionalProperties is false there\n"
        "  outputTemplate (/outputTemplate)\n"
        '    writes "/#body"\n'
        "  answer (/body/orderId)\n"
        "    body.orderId is 1001"
    )


def test_the_xray_names_each_part_and_each_piece() -> None:
    request = refund_order().render({"orderId": "1001"})

    assert reporting.xray(request).startswith(
        "uri\n"
        '  "https://api.ecommstore.com/orders/"\n'
        "      literal, line 26, column 17\n"
        '  "1001"\n'
        '      input orderId, converted from "1001" to 1001, line 26, column 51\n'
        "header authorization\n"
    )
    assert said(request.origins("/headers/none")) == "nothing"
