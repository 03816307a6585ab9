"""A record of the platform's log becomes a run without its tokens, and so a case."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

import kustomer_nb as knb
from kustomer_nb.action import Action
from kustomer_nb.errors import ConversionError, InputError
from tests.testing.test_saving import INPUTS, TOKEN, outcome, write_app

RESPONSE: dict[str, Any] = {
    "statusCode": 422,
    "body": {"error": "too late", "echo": f"Bearer {TOKEN}"},
    "headers": {"content-type": "application/json", "content-length": "653", "x-auth": TOKEN},
    "request": {
        "uri": {"href": "https://api.shop.com/orders/7/refund"},
        "method": "POST",
        "headers": {"Authorization": f"Bearer {TOKEN}", "accept": "application/json"},
    },
}
RENDERED: dict[str, Any] = {
    "orgId": "6041403c1eeac59bc5ac8075",
    "uri": "https://api.shop.com/orders/7/refund",
    "method": "POST",
    "headers": {"authorization": f"Bearer {TOKEN}"},
    "data": {"email": "ann@shop.com", "age": 42, "note": "broken"},
    "_env": {"orgId": "6041403c1eeac59bc5ac8075", "workflowId": "w", "appVersion": "shop-1.0.0"},
    "timeout": 60000,
}
STEP = {"input": RENDERED, "run": {"response": RESPONSE, "body": RESPONSE["body"]}, "output": {"status": 422}}


@pytest.fixture
def action(tmp_path: Path) -> Action:
    (tmp_path / ".git").mkdir()
    write_app(tmp_path)
    return knb.load(tmp_path / "shop.json").action()


def process(*steps: dict[str, Any], names: dict[str, str] | None = None) -> str:
    context = {
        "initialize": {"appsMap": {}},
        "traverse": {
            "order": ["1", "2"],
            "steps": {str(at): step for at, step in enumerate(steps, 1)},
            "stepsInfo": {step: {"action": name} for step, name in (names or {}).items()},
        },
    }
    attributes = {"event": {}, "error": "System Error - Retrying", "meta": {"context": json.dumps(context)}}
    return json.dumps({"data": [{"type": "process", "id": "p", "attributes": attributes}]})


NAME = "kustomer.app.shop_6041403c1eeac59bc5ac8075.orders.refund"
TEXTS = {
    "a step": json.dumps(STEP),
    "a line of a log": f"2034-01-02T09:00:00Z INFO step 2 {json.dumps(STEP)}",
    "a failed run": process(STEP),
    "a failed run of two steps": process(
        {"input": {"id": 1}, "run": {"response": {"statusCode": 200, "body": {}}}},
        STEP,
        names={"1": "kustomer.rest-api.json", "2": NAME},
    ),
    "inputs as they were passed": json.dumps({**STEP, "input": {**INPUTS, "_env": RENDERED["_env"]}}),
    "the default output": json.dumps(
        {"inputs": INPUTS, "output": {"response": RESPONSE, "body": RESPONSE["body"]}}
    ),
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_a_record_becomes_the_run_that_it_tells_of(action: Action, text: str) -> None:
    run = knb.from_log(text, action)

    assert run.inputs == {**INPUTS, "orderId": 7}
    assert run.response is not None
    assert run.output == {"status": 422, "body": {"error": "too late", "echo": "Bearer $shop.default.token"}}
    assert TOKEN not in repr(vars(run.response))
    path = run.save_case("too late")
    assert TOKEN not in path.read_text(encoding="utf-8")
    assert outcome(path)[1] == ""


def test_settings_that_are_no_secret_are_read_from_the_request(action: Action) -> None:
    path = knb.from_log(TEXTS["a step"], action).save_case("with its URL")

    case = json.loads(path.read_text(encoding="utf-8"))
    assert case["settings"] == {"shop.default.url": "https://api.shop.com"}


def test_a_token_that_the_template_does_not_name_is_hidden_too(action: Action) -> None:
    request = {**RESPONSE["request"], "headers": {"x-api-key": "k3y-planted", "cookie": "sid=c00kie-planted"}}
    response = {**RESPONSE, "request": request, "body": {"a": "k3y-planted", "b": "sid=c00kie-planted"}}
    run = knb.from_log(json.dumps({"inputs": INPUTS, "run": {"response": response}}), action)

    assert "planted" not in json.dumps(run.output)
    assert "planted" not in run.save_case("hidden").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "token", ['tok"planted-4f9c', "tok\\planted-4f9c", 'a"b\\\\"planted', "t\nplanted", "planted-4f9c"]
)
def test_no_part_of_a_token_is_left_whatever_it_holds(action: Action, token: str) -> None:
    bodies = {
        "object": {"echo": f"got {token} here", token: 1},
        "text": f"got {token} here",
        "json": json.dumps({"echo": json.dumps({"echo": token})}),
        "cut": json.dumps({"echo": token})[:-1],
        "url": {"next": f"https://a.b/?token={quote(token)}"},
    }
    request = {**RESPONSE["request"], "headers": {"authorization": f"Bearer {token}"}}
    for name, body in bodies.items():
        response = {**RESPONSE, "request": request, "body": body, "headers": {"x-echo": token}}
        # A step may pass it on as an input.
        record = {"inputs": {**INPUTS, "note": f"with {token}"}, "run": {"response": response}}
        run = knb.from_log(json.dumps(record), action)

        assert run.response is not None
        text = run.save_case(name).read_text(encoding="utf-8")
        shown = f"{run!r} {run.inputs} {run.output} {run.request.body} {run.response.text} {text}"
        assert "planted" not in shown, name


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no JSON"),
        ("INFO nothing", "no JSON"),
        ('{"a":', "no response"),
        ('{"input": {}, "error": "ESOCKETTIMEDOUT"}', "no response"),
        (process(STEP, STEP, names={"1": NAME, "2": NAME}), "2 steps: "),
        (process(STEP, names={"1": "kustomer.app.shop.orders.find"}), "no step of"),
    ],
)
def test_what_is_no_record_of_the_action_is_refused(action: Action, text: str, words: str) -> None:
    with pytest.raises(ConversionError, match=words) as error:
        knb.from_log(text, action)

    assert error.value.diagnostics.codes == ["KNB913"]
    assert error.value.diagnostics[0].fix
    assert TOKEN not in str(error.value)


def test_inputs_can_be_given_where_the_record_has_none(action: Action) -> None:
    text = json.dumps({"run": {"response": {"statusCode": 200, "body": {"id": 7}}}})

    with pytest.raises(InputError):
        knb.from_log(text, action)
    assert knb.from_log(text, action, inputs=INPUTS).output == {"status": 200, "body": {"id": 7}}
