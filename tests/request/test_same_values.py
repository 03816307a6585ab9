"""What has the value of a setting is hidden wherever it comes from, and sent as it is."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import httpx
import pytest

import kustomer_nb as knb
from kustomer_nb.request import Request

SECRET = "hunter2-s3cret"
KEY = "$shop.default.token"


def an_app(**template: Any) -> knb.App:
    action = {
        "name": "kustomer.app.shop.find",
        "type": "rest_api",
        "appSettings": {"token": {"key": "shop.default.token"}, "region": {"key": "shop.default.region"}},
        "inputTemplate": {
            "uri": "http://127.0.0.1:1/",
            "method": "post",
            "headers": {"Authorization": "Bearer {{{token}}}", "x-region": "{{{region}}}"},
            "json": True,
            **template,
        },
    }
    settings = {"default": {"token": {"type": "secret"}, "region": {"type": "string"}}}
    app = {"app": "shop", "version": "1.0.0", "settings": settings, "actions": [action]}
    return knb.load(app)


def a_request(inputs: Any, value: str = SECRET, **template: Any) -> Request:
    return an_app(**template).action().render(inputs, settings={"token": value, "region": "sandbox"})


def shown(request: Request) -> str:
    origins = [(origin.text, origin.words) for part in request.parts for origin in request.origins(part)]
    views = [
        request.url, str(request.headers), str(request.body), request.host, repr(request),
        str(request.to_json()), request.to_curl(), request.to_httpx(), request.to_http(),
        request._repr_html_(), repr(origins),
    ]  # fmt: skip
    return "\n".join(views)


@pytest.mark.parametrize("value", [SECRET, "a b/c&d=\"'x", "48291734", "<s3cret> \\ 1"])
@pytest.mark.parametrize(
    "template",
    [
        {"uri": "http://127.0.0.1:1/{{{x}}}/z"},
        {"qs": {"q": "/#x"}},
        {"headers": {"x": "a {{{x}}} b", "Authorization": "Bearer {{{token}}}"}},
        {"data": {"x": "/#x", "y": "<{{{x}}}>"}},
        {"data": "x={{{x}}}", "json": False},
        {"data": {"x": "/#all"}},
    ],
    ids=["path", "query", "header", "JSON", "text", "object"],
)
def test_an_input_with_the_value_of_a_secret_is_hidden(template: dict[str, Any], value: str) -> None:
    template = {**template, "headers": {"Authorization": "{{{token}}}", **template.get("headers", {})}}
    request = a_request({"x": value, "all": {"in": [value]}}, value, **template)
    plain = a_request({"x": "other", "all": {"in": ["other"]}}, value, **template)

    assert value not in shown(request)
    assert json.dumps(value)[1:-1] not in shown(request)
    assert KEY in request.url + str(request.headers) + str(request.body)
    hidden = [
        origin.words for part in request.parts for origin in request.origins(part) if origin.same_as == KEY
    ]
    assert hidden
    assert all(words.endswith(f", hidden: it has the value of {KEY}") for words in hidden)
    assert not [origin for part in plain.parts for origin in plain.origins(part) if origin.same_as]


def test_what_is_sent_stays_the_same() -> None:
    template = {"uri": "http://127.0.0.1:1/{{{x}}}?q={{{x}}}", "data": {"x": "/#x"}}
    request = a_request({"x": SECRET}, **template)
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, json={})

    settings = {"token": SECRET, "region": "sandbox"}
    run = (
        an_app(**template)
        .action()
        .run(
            {"x": SECRET},
            settings=settings,
            transport=httpx.MockTransport(answer),
            mode="live",
            confirm="127.0.0.1",
        )
    )

    assert (sent[0].extensions["target"], sent[0].read()) == (
        f"/{SECRET}?q={SECRET}".encode(),
        json.dumps({"x": SECRET}, separators=(",", ":")).encode(),
    )
    assert SECRET not in request.url + run.request.url


def test_a_copied_command_has_the_variable_in_its_place() -> None:
    command = a_request({"x": SECRET}, data={"x": "/#x"}).to_curl()
    printed = command.replace("curl ", "printf '%s\\n' ", 1)

    environment = {"SHOP_DEFAULT_TOKEN": SECRET, "SHOP_DEFAULT_REGION": "sandbox"}
    output = subprocess.run(
        ["sh", "-c", printed], env=environment, capture_output=True, text=True, check=True
    )

    assert SECRET not in command
    assert json.dumps({"x": SECRET}, separators=(",", ":")) in output.stdout


def test_a_written_token_with_the_value_is_hidden() -> None:
    request = a_request({}, headers={"x-key": f"key {SECRET}", "Authorization": "Bearer {{{token}}}"})

    assert SECRET not in shown(request)


@pytest.mark.parametrize(("value", "text"), [(SECRET, "sandbox"), ("abc", "abc"), (SECRET, "hunter2")])
def test_text_that_is_like_a_setting_by_chance_is_shown(value: str, text: str) -> None:
    request = a_request({"x": text}, value, uri="http://127.0.0.1:1/{{{x}}}")

    assert request.url == f"http://127.0.0.1:1/{text}"


def test_the_host_that_an_input_chooses_is_still_known() -> None:
    request = a_request({"x": "a.example.com"}, "a.example.com", uri="http://{{{x}}}/")

    assert request.host == KEY
    assert (request.real_host, request.host_inputs) == ("a.example.com", ("x",))
