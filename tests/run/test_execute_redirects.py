"""A redirect to another host does not send headers that contain a setting, whatever put it there."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from kustomer_nb import load
from tests.samples import an_action

TOKEN = "12-s3cret-token"
HELPERS = {"mine": lambda options, token: token[::-1]}


def received(headers: dict[str, Any], location: str) -> httpx.Headers:
    """Return the headers that the target of a redirect received."""
    requests: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        first = len(requests) == 1
        return httpx.Response(302, headers={"location": location}) if first else httpx.Response(200, json={})

    action = load(
        an_action(
            appSettings={"token": {"key": "shop.default.token"}},
            inputSchema={"properties": {"id": {"type": "string"}}},
            inputTemplate={"uri": "https://api.shop.com/from", "method": "get", "headers": headers},
        )
    ).action()
    action.run(
        {"id": "7"}, settings={"token": TOKEN}, helpers=HELPERS, transport=httpx.MockTransport(respond)
    )
    assert len(requests) == 2
    return requests[1].headers


HELD = {
    "the setting": "{{{token}}}",
    "a helper": "{{{toLower token}}}",
    "a function": "/#fn:parseInt,token",
    "a reference": "/#token",
    "a helper and text around it": "Key {{mine token}}",
}


@pytest.mark.parametrize("value", HELD.values(), ids=HELD)
def test_a_header_with_a_setting_is_not_sent_to_another_host(value: str) -> None:
    assert received({"x-key": value}, "https://api.shop.com/to")["x-key"]
    assert "x-key" not in received({"x-key": value}, "https://elsewhere.test/to")


SENT_ALONG = {
    "a literal": ("public", "public"),
    "an input": ("{{{id}}}", "7"),
    "an input through a helper": ("{{math id '+' 1}}", "8"),
    "a block that asks for a setting": ("{{#if id}}v{{id}}{{/if}}", "v7"),
}


@pytest.mark.parametrize(("value", "sent"), SENT_ALONG.values(), ids=SENT_ALONG)
def test_a_header_of_literals_and_inputs_is_sent_to_another_host(value: str, sent: str) -> None:
    assert received({"x-key": value}, "https://elsewhere.test/to")["x-key"] == sent
