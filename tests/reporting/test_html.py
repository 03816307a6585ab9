from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest

import kustomer_nb
from kustomer_nb import Platform, Run, diff, infer, load, loads, reporting
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity, Span
from kustomer_nb.reporting.pretty import MOST_CHARACTERS, MOST_MEASURED, MOST_ROWS, truncate_json
from tests.samples import an_action, an_app, asking, refund_order

EVIL = """"'><script>alert(1)</script><img src=x onerror=alert(1)>{{title}}{{{style}}}</pre></style>"""
TAGS = {
    *("div", "style", "p", "b", "span", "table", "thead", "tbody", "tr", "th", "td", "code", "br", "pre"),
    *("h4", "ul", "li", "details", "summary"),
}


class Reader(HTMLParser):
    """Keeps the tags, the attributes and the text of a page, and whether every tag is closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.titles: list[str] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(page)
        self.close()
        self.is_balanced = not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.titles += [value or "" for name, value in attrs if name == "title"]
        if tag != "br":
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self._open.append(f"a stray </{tag}>")

    def handle_data(self, data: str) -> None:
        self.text += data


def evil_app() -> dict[str, Any]:
    evil = an_action(
        name=EVIL,
        description=EVIL,
        appSettings={"token": {"key": f"a.b.{EVIL}"}},
        inputTemplate={
            "uri": "http://127.0.0.1/{{{text}}}?{{{token}}}",
            "method": "post",
            "json": True,
            "headers": {"x-a": "{{{text}}}"},
            "qs": {EVIL: "/#text", "token": "/#token"},
            "data": {EVIL: "/#text", "escaped": "{{text}}", "token": "/#token", "gone": "/#gone"},
        },
        inputSchema={"properties": {"text": {"type": "string"}, EVIL: {}}},
        outputSchema={"properties": {"body": {"type": "object"}, EVIL: {}}, "required": [EVIL]},
        sampleOutputContext={EVIL: EVIL, "body": {EVIL: EVIL}},
    )
    return an_app(evil, app=EVIL, title=EVIL, version=EVIL)


def evil_run() -> Run:
    answer = httpx.Response(200, json={EVIL: [EVIL]}, headers={"x-evil": EVIL, "set-cookie": EVIL})
    return (
        load(evil_app())
        .action()
        .run(
            {"text": EVIL},
            settings={EVIL: EVIL},
            allow_missing=["gone"],
            transport=httpx.MockTransport(lambda request: answer),
        )
    )


def evil_values() -> dict[str, Any]:
    app = load(evil_app())
    run = evil_run()
    diagnostic = Diagnostic("KNB999", Severity.WARNING, f"/{EVIL}", EVIL, EVIL, Span(0, 5, 1, 1))
    return {
        "app": app.document,
        "action": app.action().read,
        "action that is no request": load(an_action(inputTemplate={"uri": EVIL, "method": EVIL}))
        .action()
        .read,
        "diagnostic": diagnostic,
        "diagnostics": Diagnostics([diagnostic], text=EVIL),
        "lint": app.lint(),
        "request": run.request,
        "unset request": app.action().render({"text": EVIL}),
        "request that is none": asking(EVIL).render(),
        "redirected request": asking("http://a.b/").render(hosts={"http://a.b": "http://c.d"}),
        "response": run.response,
        "run": run,
        "sample run": app.action().run({"text": EVIL}, mode="sample"),
        "diff": run.diff,
        "any other value": {EVIL: EVIL},
    }


EVIL_VALUES = evil_values()


@pytest.mark.parametrize("value", EVIL_VALUES.values(), ids=EVIL_VALUES)
@pytest.mark.parametrize("styled", [True, False])
def test_what_an_author_or_a_service_writes_comes_out_inert(value: Any, styled: bool) -> None:
    page = Reader(reporting.html(value, styled=styled))

    assert page.tags <= TAGS
    assert page.attributes <= {"class", "tabindex", "title"}
    assert page.is_balanced


@pytest.mark.parametrize("name", EVIL_VALUES)
def test_the_same_value_gives_the_same_html(name: str) -> None:
    value, again = EVIL_VALUES[name], evil_values()[name]
    if isinstance(value, Run):
        again = replace(again, elapsed=value.elapsed)

    assert reporting.html(value) == reporting.html(again)


@pytest.mark.parametrize("name", ["app", "action", "diagnostics", "response", "run", "diff"])
def test_what_was_written_can_still_be_read(name: str) -> None:
    page = Reader(reporting.html(EVIL_VALUES[name]))

    assert "<script>alert(1)</script>" in page.text


@pytest.mark.parametrize("name", ["diagnostic", "diagnostics", "request", "response", "run", "diff"])
def test_a_value_shows_itself_in_a_notebook(name: str) -> None:
    value = EVIL_VALUES[name]

    assert value._repr_html_() == reporting.html(value)


def test_each_value_of_a_request_names_its_source() -> None:
    request = refund_order().render({"orderId": 1042, "notify": "a b"})

    page = Reader(reporting.html(request))

    assert page.titles == [
        "input: orderId",
        "input: notify, escaping changed 2 characters",
        "setting: authToken",
    ]


def test_a_setting_is_shown_by_source_and_length() -> None:
    action = refund_order()

    unset = Reader(reporting.html(action.render({"orderId": 1}))).text
    valued = Reader(reporting.html(action.render({"orderId": 1}, settings={"authToken": "Bearer abc "}))).text

    assert "$ecommstore.default.authToken: no value" in unset
    assert "KNB801" not in valued
    assert "passed in settings= (11 chars, ends in white space, starts with Bearer)" in valued


def test_a_missing_variable_is_shown_in_its_place() -> None:
    action = asking("http://a.b/{{id}}", inputSchema={"properties": {"id": {"type": "string"}}})

    page = Reader(reporting.html(action.render()))

    assert "http://a.b/(no id)" in page.text
    assert "so that part of the URL is empty" in page.text


def test_a_redirected_request_shows_both_urls() -> None:
    page = Reader(reporting.html(EVIL_VALUES["redirected request"]))

    assert "http://a.b/" in page.text
    assert "GEThttp://c.d/ in the file: http://a.b/ (host override)" in page.text
    assert "hostc.d" in page.text


def answered(content: bytes, **arguments: Any) -> Run:
    answer = httpx.Response(200, content=content, headers={"content-type": "application/json"})
    transport = httpx.MockTransport(lambda request: answer)
    return asking("http://a.b/", **arguments).run(transport=transport, platform=Platform())


def test_a_long_body_is_cut_and_says_so() -> None:
    run = answered(b'"' + b"x" * (MOST_CHARACTERS + 1234) + b'"')

    page = Reader(reporting.html(run.response))

    assert "Truncated: 1,234 more characters (full value in `response.body`)" in page.text
    assert len(page.text) < MOST_CHARACTERS + 10_000


class Counted(list[Any]):
    """A list that counts how many of its items are looked at."""

    reads = 0

    def __iter__(self) -> Iterator[Any]:
        for item in super().__iter__():
            self.reads += 1
            yield item


def test_of_a_huge_value_no_more_is_written_than_tells_that_it_is_huge() -> None:
    values = Counted(range(10_000, 1_000_000))

    text, note = truncate_json(values, "run.output")

    assert len(text) == MOST_CHARACTERS
    assert note == "Truncated: more than 480.0 k more characters (full value in `run.output`)"
    assert values.reads < MOST_MEASURED / 5


def test_a_long_request_body_is_cut_and_shows_no_setting() -> None:
    action = load(
        an_action(
            appSettings={"token": {"key": "shop.default.token"}},
            inputTemplate={
                "uri": "http://a.b/",
                "method": "post",
                "json": True,
                "data": ["/#token", "x" * MOST_CHARACTERS],
            },
        )
    ).action()

    page = Reader(reporting.html(action.render(settings={"token": "s3cret"})))

    assert '["$shop.default.token","xxx' in page.text
    assert "more characters (full value in `request.body`)" in page.text
    assert "s3cret" not in page.text


@pytest.mark.parametrize(("count", "more"), [(MOST_ROWS, False), (MOST_ROWS + 5, True)])
def test_a_long_diff_is_cut_and_says_so(count: int, more: bool) -> None:
    differences = diff({}, {str(at): at for at in range(count)})

    page = Reader(reporting.html(differences))

    assert ("and 5 more" in page.text) == more


@pytest.mark.parametrize(("count", "more"), [(MOST_ROWS, False), (MOST_ROWS + 5, True)])
def test_a_long_list_of_diagnostics_is_cut_and_says_so(count: int, more: bool) -> None:
    diagnostics = Diagnostics([Diagnostic("KNB999", Severity.HINT, "", "again")] * count)

    page = Reader(reporting.html(diagnostics))

    assert ("and 5 more" in page.text) == more


@pytest.mark.parametrize(("count", "more"), [(MOST_ROWS, False), (MOST_ROWS + 5, True)])
def test_a_long_list_of_actions_is_cut_and_says_so(count: int, more: bool) -> None:
    app = load(an_app(*[an_action()] * count))

    page = Reader(reporting.html(app.document))

    assert ("and 5 more" in page.text) == more


def test_a_lone_surrogate_of_an_answer_can_be_encoded() -> None:
    run = answered(rb'{"a": "\ud800"}', outputTemplate="/#body.a")

    page = reporting.html(run)

    assert r"\ud800" in page.encode().decode()


def test_an_equal_diff_is_good_news() -> None:
    page = Reader(reporting.html(diff({"a": 1}, {"a": 1.0})))

    assert page.text.rstrip().endswith("no difference")


def test_an_empty_body_is_said() -> None:
    page = Reader(reporting.html(answered(b"").response))

    assert "No body" in page.text


def test_a_broken_promise_of_json_is_said() -> None:
    page = Reader(reporting.html(answered(b"{nope").response))

    assert "the body is not JSON" in page.text


def test_an_app_without_actions_says_so() -> None:
    page = Reader(reporting.html(load({"app": "shop", "version": "1.0.0"}).document))

    assert "shop 1.0.0" in page.text
    assert "No actions" in page.text


def test_what_was_fixed_is_named_where_the_app_is_shown() -> None:
    page = Reader(reporting.html(loads("{actions: []}").document))

    assert "Fixed while loading: 1 error. See `.diagnostics` for each location." in page.text


def test_a_diagnostic_shows_its_line_with_a_caret() -> None:
    app = loads('{\n  "app": "shop",\n  "versoin": "1.0.0"\n}')

    page = Reader(reporting.html(app.lint()))

    assert '  "versoin": "1.0.0"\n  ^^^^^^^^^' in page.text


def test_a_page_holds_its_style_once() -> None:
    page = reporting.html(EVIL_VALUES["run"])

    assert page.count("<style>") == 1


def test_a_part_of_a_page_holds_no_style() -> None:
    page = reporting.html(EVIL_VALUES["diff"], styled=False)

    assert "<style>" not in page


def test_why_and_origins_are_tables_with_everything_escaped() -> None:
    action = asking("http://a.b/{{{x}}}", template={"qs": {"<q>": 1}}, outputTemplate={"<a>": "/#body.<i>"})

    run = action.run({"x": "y"}, transport=httpx.MockTransport(lambda request: httpx.Response(200, json={})))

    page = reporting.html(run.request.origins("/uri")) + reporting.html(run.why("<a>"))
    assert page.count("<tr>") == 10
    assert "input x" in page
    assert "<strong>(here)</strong>" in page
    assert "<i>" not in page
    assert "<a>" not in page


def test_a_part_without_origins_is_nothing() -> None:
    assert "(empty)" in reporting.html(refund_order().render({"orderId": 1}).origins("/headers/x"))


def test_what_was_inferred_stands_side_by_side_and_is_escaped() -> None:
    page = reporting.html(infer([{"<b>": 1}, {"<b>": "<i>"}]))

    assert "outputSchema" in page
    assert "sampleOutputContext" in page
    assert "number or string" in page
    assert "<b>" not in page


def test_an_output_holds_only_the_rules_it_uses() -> None:
    page = reporting.html(diff({"a": 1}, {"a": 2}))

    rules = page[: page.index("</style>")]
    assert ".knb-changed" in rules
    assert "knb-piece" not in rules
    assert " pre" not in rules


def test_the_rules_of_a_page_of_several_parts_are_for_all_of_them() -> None:
    part = reporting.html(diff({}, {"a": 2}), styled=False)

    page = reporting.with_style('<div class="knb-html"><pre></pre></div>' + part)

    assert page.count("<style>") == 1
    assert ".knb-added" in page
    assert " pre{" in page


def test_a_run_names_its_status_duration_and_mode() -> None:
    page = Reader(reporting.html(replace(answered(b"1"), elapsed=0.128, attempts=2)))

    assert "200 OK" in page.text
    assert "in 128 ms, 2 attempts · Mode: Live" in page.text


def test_no_style_sheet_is_most_of_an_output() -> None:
    page = reporting.html(EVIL_VALUES["run"])

    assert len(page[: page.index("</style>")]) < 2100


def test_the_style_of_an_output_reaches_nothing_in_a_widget_of_the_same_page() -> None:
    widgets = Path(kustomer_nb.__file__).parent / "widgets"
    sheets = [*widgets.glob("*.css"), *widgets.glob("lib/*.css")]
    of_widgets = {name for path in sheets for name in re.findall(r"\.(knb[\w-]*)", path.read_text("utf-8"))}
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", reporting.style_sheet())

    # A colour alone, in a variable that widgets do not have, changes nothing there.
    reaching = [
        selector
        for selectors, declarations in rules
        for selector in selectors.split(",")
        if not selector.startswith(".knb-html") and not declarations.startswith("--c:")
        if of_widgets.intersection(re.findall(r"\.(knb[\w-]*)", selector))
    ]

    assert len(rules) > 20
    assert "knb-html" not in of_widgets
    assert not reaching
