"""The cards that the extension of JupyterLab draws: what they say, and what is in none of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import httpx
import pytest

import kustomer_nb as knb
from kustomer_nb.reporting.stable.cards import card, run_card, words_card
from tests.samples import an_action

SECRET = "canary-token-" + "ZGVtbw=="
KINDS = {"request", "sent", "json", "table", "lines"}
TEMPLATE = {
    "uri": "http://127.0.0.1:1/{{{x}}}",
    "method": "post",
    "json": True,
    "headers": {"authorization": "Bearer {{{token}}}"},
    "data": {"x": "/#x"},
}


def run(body: Any, *, status: int = 200, inputs: Any = None, **properties: Any) -> knb.Run:
    properties = {"outputTemplate": "/#body", "sampleOutputContext": {"id": "7"}, **properties}
    action = an_action(
        inputTemplate=TEMPLATE, appSettings={"token": {"key": "shop.default.token"}}, **properties
    )
    headers = {"date": "Mon, 02 Jan 2034 09:30:00 GMT", "x-kind": "b"}
    content = httpx.MockTransport(
        lambda request: httpx.Response(status, headers=headers, content=json.dumps(body))
    )
    return knb.load(action).action().run(inputs or {"x": "a"}, settings={"token": SECRET}, transport=content)


def parts(drawn: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {part["title"] or part["kind"]: part for part in drawn["parts"]}


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from strings(item)


def test_a_run_has_its_request_output_beside_the_sample_and_response() -> None:
    drawn = run_card(run({"id": 8}))

    assert drawn is not None
    assert (drawn["title"], drawn["mark"]) == ("200 OK", "good")
    named = parts(drawn)
    assert {part["kind"] for part in drawn["parts"]} <= KINDS
    assert named["request"]["method"] == "POST"
    assert ["a", "input", "input: x"] in named["request"]["url"]
    (row,) = named["Output beside sample: 1 changed"]["rows"]
    assert row == ["changed", "id", "8", '"7"', "Changed"]
    assert json.loads(named["Output"]["text"]) == {"id": 8}
    assert [
        "authorization",
        [["Bearer "], ["$shop.default.token", "setting", "setting: token"]],
    ] in named["Request"]["headers"]
    assert json.loads(named["Response"]["text"]) == {"id": 8}


def test_a_card_is_the_same_for_each_run_and_the_record_says_when_it_was() -> None:
    first, second = run({"id": 8}), run({"id": 8})
    saved = datetime(2034, 1, 2, 9, 30)

    assert run_card(first) == run_card(replace(second, elapsed=first.elapsed + 1))
    text = json.dumps(run_card(first))
    assert not [word for word in (" ms", "GMT", "127.0.0.1:1/") if word in text]
    record = run_card(first, file="shop.json", saved=saved)
    assert record is not None
    assert record["subject"].startswith("Last run, saved 2034-01-02 09:30")
    assert " ms" in record["facts"]


def test_headers_that_change_are_in_no_part_of_an_output_that_has_them() -> None:
    drawn = run_card(
        run({"id": 8}, outputTemplate="/#response", sampleOutputContext={"headers": {"date": "x"}})
    )

    text = json.dumps(drawn)
    assert "x-kind" in text
    assert "GMT" not in text


@pytest.mark.parametrize("status", [404, 503])
def test_a_failed_response_is_marked(status: int) -> None:
    drawn = run_card(run({"id": 8}, status=status))

    assert drawn is not None
    assert drawn["mark"] == "error"
    assert drawn["title"].startswith(str(status))


def test_a_secret_is_in_no_card_even_as_an_input_or_an_echo() -> None:
    echoed = run({"echo": f"Bearer {SECRET}"}, inputs={"x": SECRET})

    for value in (echoed, echoed.request, echoed.response, echoed.diff):
        assert SECRET not in json.dumps(card(value))
    assert SECRET not in json.dumps(run_card(echoed, file="a", saved=datetime(2034, 1, 2)))


def test_what_a_profile_masks_has_no_card() -> None:
    made = run({"id": 8})
    masked = replace(made, profile=replace(made.profile, mask=("/output/id",)))

    assert run_card(masked) is None


def test_control_characters_and_half_characters_can_be_seen_and_sent() -> None:
    made = run({"a": "\u202e\ud800\x1b"}, inputs={"x": "b"})
    drawn = run_card(made)

    assert not [
        text
        for text in strings(drawn)
        if not text.isprintable() and "\n" not in text and "\u00a0" not in text
    ]
    json.dumps(drawn, ensure_ascii=False).encode()
    assert drawn is not None
    assert json.loads(parts(drawn)["Output"]["text"]) == {"a": "\u202e\ud800\x1b"}


def test_what_is_cut_or_no_json_is_marked_as_text() -> None:
    long = run_card(run({"a": ["x" * 60] * 1000}))
    plain = card(httpx_text("not json"))

    assert long is not None
    assert plain is not None
    output = parts(long)["Output"]
    assert output["is_text"]
    assert output["note"].startswith("Truncated: ")
    assert parts(plain)["Response"]["is_text"]
    assert "not json" in parts(plain)["Response"]["text"]


def httpx_text(text: str) -> Any:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, text=text))
    template = {"uri": "http://127.0.0.1:1/", "method": "get"}
    return knb.load(an_action(inputTemplate=template)).action().run({}, transport=transport).response


def test_problems_and_coverage_name_place_problem_and_fix() -> None:
    app = knb.loads('{"app": "shop" "actions": [{"name": "kustomer.app.shop.find", "tpye": "rest_api"}]}')

    problems, touched = card(app.lint()), card(knb.coverage(app))

    assert problems is not None
    assert touched is not None
    (table,) = problems["parts"]
    assert table["columns"] == ["Location", "Problem", "Fix"]
    assert any("tpye" in row[2] and row[0] in ("error", "warning") for row in table["rows"])
    assert problems["mark"] == table["rows"][0][0]
    assert touched["title"]


def test_a_value_without_a_card_and_one_sentence() -> None:
    assert card(object()) is None
    assert words_card("Simulated: <b>") == {"notes": [{"words": "Simulated: <b>"}]}


def test_short_text_leaves_the_card_out(monkeypatch: pytest.MonkeyPatch) -> None:
    made = run({"id": 8})
    assert "card" in made._repr_mimebundle_()["application/vnd.kustomer.run+json"]

    monkeypatch.setenv("KUSTOMER_NB_TEXT", "short")

    assert "card" not in made._repr_mimebundle_()["application/vnd.kustomer.run+json"]
