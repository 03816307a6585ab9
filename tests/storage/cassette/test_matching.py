"""A request is matched by what was written, never by the value of a secret."""

from __future__ import annotations

from typing import Any

import pytest

from kustomer_nb import load
from kustomer_nb.request import Request
from kustomer_nb.secrets import Redactor, Secret
from kustomer_nb.secrets.masking import masked
from kustomer_nb.storage.cassette import RecordedRequest
from tests.storage.cassette.exchanges import LABEL, ask, hiding

KEY = "shop.default.token"
# None with a / or # of its own, which would make another address.
TOKENS = ("s3cr3t-token", 'pässw&rd+"<{} long enough to change every length', "demo")
TEMPLATES: dict[str, dict[str, Any]] = {
    "in a header": {"headers": {"Authorization": "Bearer {{{token}}}", "x-key": "/#token"}},
    "in the query": {"qs": {"key": "/#token", "both": "a{{token}}b"}},
    "in the address": {"uri": "https://api.shop.com/{{token}}/orders?key={{{token}}}"},
    "in a JSON body": {"method": "post", "json": True, "data": {"key": "/#token", "text": "is {{token}}"}},
    "in a text body": {"method": "post", "data": "key={{token}}&more={{{token}}}"},
    "in base64": {"headers": {"authorization": "Basic {{base64Encode token}}"}},
    "in what a function makes": {"headers": {"x-key": "/#fn:base64Encode,token"}},
    "as user and password": {"uri": "https://ann:{{{token}}}@api.shop.com/orders"},
    "in a condition": {"uri": "https://api.shop.com/{{#if token}}mine{{else}}all{{/if}}"},
}


def request(template: dict[str, Any], token: str, inputs: dict[str, Any] | None = None) -> Request:
    definition = {"uri": "https://api.shop.com/orders", "method": "get", **template}
    app = load(
        {
            "app": "shop",
            "settings": {"default": {"token": {"type": "secret"}}},
            "actions": [
                {
                    "name": "kustomer.app.shop.find",
                    "type": "rest_api",
                    "appSettings": {"token": {"key": KEY}},
                    "inputTemplate": definition,
                }
            ],
        }
    )
    return app.action().render(inputs or {}, settings={KEY: token})


def asked(template: dict[str, Any], token: str, inputs: dict[str, Any] | None = None) -> RecordedRequest:
    return RecordedRequest.from_request(request(template, token, inputs), {}).hidden(hiding(token))


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
def test_the_value_of_a_secret_makes_no_difference(template: dict[str, Any]) -> None:
    first, *others = (asked(template, token) for token in TOKENS)

    assert {other.key for other in others} == {first.key}
    assert all(other.wildcards == frozenset() for other in (first, *others))


def test_no_secret_value_is_in_the_recorded_request() -> None:
    for template in TEMPLATES.values():
        assert TOKENS[0] not in repr(asked(template, TOKENS[0]))


@pytest.mark.parametrize(
    "change",
    [
        {"uri": "https://api.shop.com/order"},
        {"qs": {"a": 1}},
        {"method": "delete"},
        {"headers": {"x-id": "1"}},
        {"method": "post", "data": "text"},
    ],
    ids=["the address", "the query", "the method", "a header", "a body"],
)
def test_everything_else_makes_a_difference(change: dict[str, Any]) -> None:
    assert not asked({}, TOKENS[0]).fits(asked(change, TOKENS[0]))


def test_the_order_of_a_json_body_makes_a_difference() -> None:
    first = asked({"method": "post", "json": True, "data": {"a": 1, "b": 2}}, TOKENS[0])
    other = asked({"method": "post", "json": True, "data": {"b": 2, "a": 1}}, TOKENS[0])

    assert not first.fits(other)


def test_the_value_of_a_plain_setting_makes_a_difference() -> None:
    made = request({}, TOKENS[0])

    assert RecordedRequest.from_request(made, {"shop.default.region": "eu"}) == RecordedRequest.from_request(
        made, {"shop.default.region": "eu"}
    )
    assert not RecordedRequest.from_request(made, {"shop.default.region": "eu"}).fits(
        RecordedRequest.from_request(made, {"shop.default.region": "us"})
    )
    assert not RecordedRequest.from_request(made, {"shop.default.on": True}).fits(
        RecordedRequest.from_request(made, {"shop.default.on": 1})
    )


def test_the_host_it_is_sent_to_makes_no_difference() -> None:
    definition = {"uri": "https://api.shop.com/orders", "method": "get"}
    action = load({"type": "rest_api", "inputTemplate": definition}).action()

    direct = action.render({})
    redirected = action.render({}, hosts={"https://api.shop.com": "http://127.0.0.1:8000"})

    assert RecordedRequest.from_request(redirected, {}) == RecordedRequest.from_request(direct, {})
    assert redirected.url == "https://api.shop.com/orders"


def test_header_names_are_in_lower_case_and_sorted() -> None:
    recorded = asked({"headers": {"X-B": "2", "X-A": "1", "Host": "x", "connection": "close"}}, TOKENS[0])

    assert list(recorded.headers.items()) == [("x-a", "1"), ("x-b", "2")]


def test_a_token_found_within_text_is_a_wildcard() -> None:
    template = {"uri": "https://demo.shop.com/{{id}}"}
    recorded = asked(template, "demo", {"id": "1"})

    without = asked(template, "another token", {"id": "1"})

    assert recorded.url == f"https://{LABEL}.shop.com/1"
    assert recorded.wildcards == {LABEL}
    assert recorded.fits(without)
    assert without.fits(recorded)
    assert not recorded.fits(asked(template, "another token", {"id": "2"}))


def test_a_label_from_the_template_is_not_a_wildcard() -> None:
    recorded = asked(TEMPLATES["in a header"], "demo")
    literal = asked({"headers": {"Authorization": "Bearer abc", "x-key": "abc"}}, "another token")

    assert not recorded.fits(literal)


@pytest.mark.parametrize("token", ["shop", "default", "token", "masked"])
def test_a_token_that_is_part_of_a_label_leaves_the_label_unchanged(token: str) -> None:
    recorded = asked({"headers": {"x-key": "/#token"}}, token)

    assert recorded.headers["x-key"] == LABEL
    assert recorded.hidden(hiding(token)).headers["x-key"] == LABEL


def test_a_masked_value_is_hidden_and_is_a_wildcard() -> None:
    def one(email: str) -> RecordedRequest:
        made = request({"uri": "https://api.shop.com/find?q={{email}}"}, TOKENS[0], {"email": email})
        return RecordedRequest.from_request(made, {}).hidden(
            Redactor(masked(["/inputs/email"], {"inputs": {"email": email}}))
        )

    assert one("ann@shop.com") == one("bob@shop.com")
    assert one("ann@shop.com").url == "https://api.shop.com/find?q=<masked: /inputs/email>"
    assert one("ann@shop.com").fits(ask("https://api.shop.com/find?q=eve", headers=one("x").headers))


def test_many_labels_are_matched_at_once() -> None:
    pattern = ask("x".join([LABEL] * 2000) + "y", wildcards=frozenset({LABEL}))

    assert not pattern.fits(ask("x" * 20000))
    assert pattern.fits(ask("x" * 20000 + "y"))


def test_a_secret_that_is_a_number_leaves_json_in_the_body() -> None:
    hide = Redactor({LABEL: Secret("491701", source="test")})

    assert ask(body='{"pin":491701}').hidden(hide).body == f'{{"pin":"{LABEL}"}}'


@pytest.mark.parametrize(
    "other",
    [
        ask(f"https://x.y/{LABEL}", headers={"a": "1"}),
        ask("https://x.y/1", settings={"a.b.c": 1}),
        ask("https://x.y/1", body=""),
        RecordedRequest("POST", "https://x.y/1"),
        ask("https://x.yz/1"),
    ],
    ids=["a header", "a setting", "a body", "the method", "the host"],
)
def test_a_wildcard_matches_one_segment_only(other: RecordedRequest) -> None:
    pattern = ask(f"https://x.y/{LABEL}", wildcards=frozenset({LABEL}))

    assert pattern.fits(ask("https://x.y/1"))
    assert not pattern.fits(other)


@pytest.mark.parametrize(
    ("text", "fits"),
    [("a1b2c", True), ("abc", True), ("ac", False), ("a1c", False), ("abbc", True), ("xabc", False)],
)
def test_the_parts_between_labels_keep_their_order(text: str, fits: bool) -> None:
    pattern = ask(f"a{LABEL}b{LABEL}c", wildcards=frozenset({LABEL}))

    assert pattern.fits(ask(text)) is fits
