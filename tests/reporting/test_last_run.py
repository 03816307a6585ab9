from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime
from typing import Any

import httpx
import pytest

import kustomer_nb as knb
from kustomer_nb import reporting
from kustomer_nb.config import Profile
from kustomer_nb.reporting import last_run
from kustomer_nb.reporting.html_request import request_line, request_parts
from kustomer_nb.reporting.last_run import MOST_ROWS
from tests.reporting.test_html import EVIL, Reader
from tests.samples import an_action, asking

# Only its date is shown.
SAVED = datetime(2034, 1, 2)
SECRET = "canary-token-" + "ZGVtbw=="
TEMPLATE = {"uri": "http://127.0.0.1:1/{{{x}}}", "method": "post", "json": True, "data": {"x": "/#x"}}
SCHEMA = {"properties": {"id": {"type": "string"}}, "additionalProperties": False}


def run(body: Any = None, status: int = 200, inputs: Any = None, **properties: Any) -> knb.Run:
    action = an_action(inputTemplate=TEMPLATE, outputTemplate="/#body", sampleOutputContext={"id": "7"})
    return (
        knb.load({**action, **properties})
        .action()
        .run(
            {"x": "a"} if inputs is None else inputs,
            transport=httpx.MockTransport(lambda request: httpx.Response(status, content=json.dumps(body))),
        )
    )


def page(shown_run: knb.Run) -> str:
    return last_run(shown_run, "shop.json", SAVED)


def text_of(shown_run: knb.Run) -> str:
    """Return what a person reads, cells and lines apart."""
    without_style = re.sub(r"<style>.*?</style>", "", page(shown_run), flags=re.DOTALL)
    # A span stands within a word: it only marks where a part of it comes from.
    return " ".join(Reader(re.sub(r"<(?!/?span)", " <", without_style)).text.split())


@pytest.mark.parametrize("where", ["a path", "a body", "an echo"])
@pytest.mark.parametrize("value", [SECRET, "hunter2-<s3cret> & more", "s3cret/va lue-1"])
def test_an_input_that_holds_what_a_setting_holds_is_not_on_the_card(where: str, value: str) -> None:
    uri = "http://127.0.0.1:1/{{{x}}}" if where == "a path" else "http://127.0.0.1:1/"
    template = {"uri": uri, "method": "post", "json": True, "headers": {"t": "{{{token}}}"}}
    data = {"x": "/#x"} if where == "a body" else {}
    action = an_action(
        inputTemplate={**template, "data": data},
        appSettings={"token": {"key": "shop.default.token"}},
        inputSchema={"properties": {"x": {"type": "string"}}},
        outputTemplate="/#body",
    )
    answer = httpx.Response(200, json={"echo": value} if where == "an echo" else {})
    result = (
        knb.load(action)
        .action()
        .run({"x": value}, settings={"token": value}, transport=httpx.MockTransport(lambda request: answer))
    )

    text = text_of(result)

    assert value not in text
    assert value not in page(result)
    assert "$shop.default.token" in text


def test_text_like_the_value_of_a_plain_setting_stays_on_the_card() -> None:
    settings = {"default": {"region": {"type": "text"}, "token": {"type": "secret"}}}
    action = an_action(
        inputTemplate={**TEMPLATE, "headers": {"r": "{{{region}}}"}},
        appSettings={"region": {"key": "shop.default.region"}},
    )
    app = knb.load({"app": "shop", "version": "1", "title": "S", "settings": settings, "actions": [action]})
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json={"at": "sandbox"}))

    result = app.action().run({"x": "sandbox"}, settings={"region": "sandbox"}, transport=transport)

    assert "http://127.0.0.1:1/sandbox" in text_of(result)


def test_the_card_has_the_request_the_output_the_sample_and_the_response() -> None:
    text = text_of(run({"id": 8}, outputSchema=SCHEMA))

    for part in (
        "Last run, saved 2034-01-02",
        "kustomer.app.shop.find · shop.json",
        "POST http://127.0.0.1:1/a",
        '{"x":"a"}',
        "200 OK",
        "Key Actual Sample Difference",
        'id "8" "7" Changed',
        "Converted",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("body", "row"),
    [
        pytest.param({"id": "7"}, 'id "7" "7"', id="the same"),
        pytest.param({}, 'id not in output "7" Missing', id="missing"),
        pytest.param({"id": "7", "n": 1}, "n 1 not in sample Added", id="added"),
        pytest.param([1, 2], "[0] 1", id="an array"),
        pytest.param("text", 'output "text"', id="a string"),
    ],
)
def test_a_row_says_how_it_differs(body: Any, row: str) -> None:
    assert row in text_of(run(body))


def test_what_was_dropped_is_still_seen() -> None:
    text = text_of(run({"id": "7", "carrier": "DHL"}, outputSchema=SCHEMA))

    assert "carrier" in text
    assert '"DHL"' in text
    assert "Dropped" in text


def test_rows_beyond_the_most_are_counted() -> None:
    many = run({f"k{number}": number for number in range(MOST_ROWS + 50)})

    assert page(many).count("<tr>") <= MOST_ROWS + 20
    assert re.search(r"and \d+ more", text_of(many)) or text_of(many).count("Added") >= MOST_ROWS - 1


def test_a_failure_a_simulation_and_a_run_without_sample_say_so() -> None:
    assert "404 Not Found" in text_of(run({"message": "none"}, 404))
    simulated = knb.load(an_action(sampleOutputContext={"a": 1})).action().run(mode="fault:429")
    assert "simulated 429, nothing was sent" in text_of(simulated)
    assert "no sample to compare with" in text_of(run({"id": 1}, sampleOutputContext=None))


def test_the_real_target_leads_and_the_authored_one_follows() -> None:
    action = asking("https://api.shop.com/orders", sampleOutputContext={})
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json={}))
    redirected = action.run(hosts={"https://api.shop.com": "http://127.0.0.1:1"}, transport=transport)

    assert "http://127.0.0.1:1/orders in the file: https://api.shop.com/orders" in text_of(redirected)
    assert "host 127.0.0.1:1" in text_of(redirected)


@pytest.mark.parametrize(
    "hosts", [None, {"http://127.0.0.1:1": "http://127.0.0.1:2"}], ids=["as authored", "redirected"]
)
def test_the_request_is_drawn_as_in_the_html_of_a_run_and_of_a_request(hosts: dict[str, str] | None) -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json={}))
    action = knb.load(an_action(inputTemplate=TEMPLATE, sampleOutputContext={})).action()
    shown_run = action.run({"x": "a & b"}, hosts=hosts, transport=transport)

    line, sent = request_line(shown_run.request), request_parts(shown_run.request)

    assert 'class="knb-piece knb-input"' in line
    for html in (page(shown_run), reporting.html(shown_run), reporting.html(shown_run.request)):
        assert line in html
        assert sent in html


def test_the_profile_is_named() -> None:
    named = replace(run({"id": "7"}), profile=Profile(name="sandbox", colour="green"))

    assert "sandbox" in text_of(named)


@pytest.mark.parametrize(
    "shown_run",
    [
        pytest.param(lambda: run({EVIL: EVIL}), id="the response"),
        pytest.param(lambda: run({"id": 1}, inputs={"x": EVIL}), id="an input"),
        pytest.param(lambda: run({"id": 1}, sampleOutputContext={EVIL: EVIL}), id="the sample"),
        pytest.param(lambda: run({"id": 1}, name=EVIL), id="the name"),
        pytest.param(
            lambda: replace(run({"id": 1}), profile=Profile(name=EVIL, label=EVIL)), id="the profile"
        ),
    ],
)
def test_markup_is_text(shown_run: Any) -> None:
    card = shown_run()
    reader = Reader(last_run(card, EVIL, SAVED))

    assert not {"script", "img"} & reader.tags
    assert not {name for name in reader.attributes if name.startswith("on")}
    assert reader.is_balanced


def test_the_card_holds_no_secret() -> None:
    template = {**TEMPLATE, "headers": {"authorization": "Bearer {{{token}}}"}}
    action = knb.load(
        an_action(
            inputTemplate=template,
            appSettings={"token": {"key": "shop.default.token"}},
            outputTemplate="/#body",
            sampleOutputContext={"echo": "x"},
        )
    ).action()
    transport = httpx.MockTransport(
        lambda request: httpx.Response(200, json={"echo": request.headers["authorization"], "t": SECRET})
    )
    card = page(action.run({"x": "a"}, settings={"token": SECRET}, transport=transport))

    assert SECRET not in card
    assert SECRET not in json.dumps(card)
    assert "$shop.default.token" in card


def test_half_a_character_can_be_saved() -> None:
    page(run({"id": "\ud800"}, inputs={"x": "a"})).encode("utf-8", "surrogatepass")


def test_a_loss_is_said_once_in_its_row() -> None:
    text = text_of(run({"id": 8, "more": 1}, outputSchema=SCHEMA))

    assert text.count("not declared in outputSchema") == 1
    assert "outputSchema dropped" not in text


def test_losses_whose_rows_are_left_out_are_listed() -> None:
    body = {f"key{number}": number for number in range(MOST_ROWS + 5)}

    text = text_of(run(body, outputSchema=SCHEMA))

    assert f"outputSchema dropped {MOST_ROWS + 5} keys" in text
