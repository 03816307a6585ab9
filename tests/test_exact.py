"""The bytes previewed are the bytes the service receives."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kustomer_nb import Request, load
from kustomer_nb.demo import Store
from tests.samples import ECOMMSTORE, an_action, answer, raw_server

LOCAL = {"host", "connection"}
NASTY = 'tok "é" &=+\\/%'


def shown(request: Request, values: dict[str, str]) -> dict[str, Any]:
    """Return what a preview shows, each setting replaced by its value."""

    def real(text: str) -> str:
        for label, value in values.items():
            text = text.replace(label, value)
        return text

    origin = request.address.origin if request.address else ""
    return {
        "method": request.method,
        "target": real(request.url.removeprefix(origin)),
        "headers": [
            [name.lower(), real(text.shown)]
            for name, text in request.header_texts
            if name.lower() not in LOCAL
        ],
        "body": real(request.body or "").encode(),
    }


def heard(store: Store) -> dict[str, Any]:
    last = store.requests[-1]
    headers = [[name, value] for name, value in last["headers"] if name not in LOCAL]
    return {**{key: last[key] for key in ("method", "target", "body")}, "headers": headers}


@pytest.mark.parametrize(
    "inputs",
    [
        pytest.param({"orderId": 1001}, id="what is required"),
        pytest.param({"orderId": "1001", "amount": "2.50", "reason": 7, "notify": True}, id="converted"),
        pytest.param({"orderId": 1e21, "amount": 1e-7}, id="numbers as JavaScript writes them"),
        pytest.param(
            {"orderId": 1, "reason": 'é "quoted" \\ \n \u2028 😀', "notify": "a b&c=d é"}, id="text"
        ),
        pytest.param({"orderId": 0, "amount": 0, "reason": "", "notify": ""}, id="nothing but zeros"),
    ],
)
@pytest.mark.parametrize("action", [pytest.param(one, id=one.name) for one in load(ECOMMSTORE).actions])
def test_every_action_of_the_example_is_sent_as_previewed(
    action: Any, inputs: dict[str, Any], store: Store
) -> None:
    arguments = {"hosts": store.hosts, "settings": store.settings}
    preview = shown(action.render(inputs, **arguments), {"$ecommstore.default.authToken": store.token})

    action.run(inputs, **arguments)

    assert heard(store) == preview


@pytest.mark.parametrize("method", ["GET", "post", "PUT", "patch", "DELETE"])
@pytest.mark.parametrize(
    ("uri", "template"),
    [
        pytest.param("/echo", {}, id="nothing but an address"),
        pytest.param("/echo?a=1&b=%20&c", {}, id="a query"),
        pytest.param("/echo?a=b c&d='e'|<f>#g", {}, id="characters that are encoded"),
        pytest.param("/echo/../echo?x=/../y", {}, id="dots in a path"),
        pytest.param("/echo?{{{ascii}}}", {}, id="a template in the query"),
        pytest.param("/echo?q={{ascii}}", {}, id="an escaping template"),
        pytest.param("/echo?a=1", {"qs": {"b": "/#list", "c": {"d": "/#text"}, "e": None, "a": 2}}, id="qs"),
        pytest.param("/echo", {"qs": {"token": "/#token"}}, id="a setting in the query"),
        pytest.param("/echo", {"json": True, "data": {"9": 1, "a": "/#list", "1": "{{text}}"}}, id="JSON"),
        pytest.param("/echo", {"json": True, "data": "/#text"}, id="a JSON text"),
        pytest.param("/echo", {"json": {"a": "/#token"}}, id="an object in json"),
        pytest.param("/echo", {"data": "plain {{{text}}}"}, id="a text body"),
        pytest.param("/echo", {"json": True, "data": {"n": [1.0, 1e300, -0.0, 5e-324]}}, id="numbers"),
        pytest.param(
            "/echo",
            {"headers": {"X-Upper": "1", "x-list": ["a", "b"], "x-null": None, "accept": "text/plain"}},
            id="headers",
        ),
    ],
)
def test_every_variation_is_sent_as_previewed(
    method: str, uri: str, template: dict[str, Any], store: Store
) -> None:
    authorization = {"authorization": "Bearer {{{token}}}"}
    template = {**template, "headers": {**authorization, **template.get("headers", {})}}
    action = load(
        an_action(
            inputTemplate={"uri": store.url + uri, "method": method, **template},
            appSettings={"token": {"key": "shop.default.token"}},
        )
    ).action()
    # Nothing in it is encoded anywhere, so that the name of the setting can be replaced as text.
    token = "demo-token"
    inputs = {"ascii": 'a b&c="d" \'<>', "text": 'a b&c="d" é \'<>', "list": [1, "😀", None, {"three": True}]}
    preview = shown(action.render(inputs, settings={"token": token}), {"$shop.default.token": token})

    action.run(inputs, settings={"token": token})

    assert heard(store) == preview


def test_a_setting_that_must_be_encoded_is_shown_by_name_and_sent_encoded(store: Store) -> None:
    template = {
        "uri": f"{store.url}/echo?{{{{{{token}}}}}}",
        "method": "post",
        "json": True,
        "qs": {"q": "/#token"},
        "data": {"a": "/#token", "b": "{{token}}"},
    }
    action = load(an_action(inputTemplate=template, appSettings={"token": {"key": "s.d.token"}})).action()
    request = action.render(settings={"token": NASTY})

    action.run(settings={"token": NASTY})

    last = store.requests[-1]
    assert json.loads(last["body"])["a"] == NASTY
    assert (last["target"].encode(), last["body"]) == (request.wire().target, request.wire().body)
    assert NASTY not in request.url
    assert NASTY not in str(request.body)


def test_header_names_keep_their_case_and_order_on_the_wire() -> None:
    with raw_server(answer()) as server:
        action = load(
            an_action(
                inputTemplate={
                    "uri": f"{server.url}/a",
                    "method": "put",
                    "json": True,
                    "data": {"b": 1},
                    "headers": {"X-Zulu": "1", "X-alpha": "2", "Accept": "text/plain"},
                }
            )
        ).action()
        request = action.render()

        action.run()

    head, _, body = server.received[0].partition(b"\r\n\r\n")
    lines = [f"{name}: {text.shown}".encode() for name, text in request.header_texts]
    assert head.split(b"\r\n")[1:] == lines
    assert body.decode() == request.body


def test_a_redirected_origin_changes_nothing_but_the_host(store: Store) -> None:
    action = load(an_action(inputTemplate={"uri": "https://api.shop.com/echo?a=1", "method": "get"})).action()

    action.run(hosts={"https://api.shop.com": store.url})

    host = store.url.removeprefix("http://")
    assert store.requests[-1]["target"] == "/echo?a=1"
    assert ["host", host] in store.requests[-1]["headers"]
