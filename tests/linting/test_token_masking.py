from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest

from kustomer_nb.errors import LoadError
from kustomer_nb.jsontext.parser import read
from kustomer_nb.jsontext.rereading import reread
from kustomer_nb.linting.token_masking import Concealment
from kustomer_nb.secrets.token_shapes import MASK, is_sample, mask
from tests.work import SLOW, growth

TOKEN = "q7Zk1v9XwB3nLm5R8tYpC2sD"
UUID = "3f2504e0-4f89-11d3-9a0c-0305e82c3301"
HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


def masked(text: str) -> str:
    reading = read(text)
    return Concealment(reading).source(reading)


def secret_default(value: str) -> str:
    setting = {"type": "secret", "defaultValue": value}
    return json.dumps({"app": "shop", "settings": {"default": {"pass": setting}}})


HIDDEN = {
    "a bearer literal": ('{"headers": {"authorization": "Bearer %s"}}', TOKEN),
    "what only may be a token": ('{"headers": {"x-api-key": "%s"}}', "correct-horse"),
    "letters alone": ('{"headers": {"x-api-key": "%s"}}', "hunterhunter"),
    "basic auth in a uri": ('{"uri": "https://shop:%s@api.shop.com/orders"}', "hunter2"),
    "a short password in a uri": ('{"uri": "https://shop:%s@api.shop.com/orders"}', "pw12"),
    "escaped slashes": (r'{"uri": "https:\/\/shop:%s@api.shop.com"}', "hunter2"),
    "a token as the user": ('{"uri": "https://%s@api.shop.com"}', TOKEN),
    "a query": ('{"uri": "https://a.b/{{x}}?api_key=%s&page=1"}', "correct-horse"),
    "a bare key in a query": ('{"uri": "https://a.b/?key=%s"}', TOKEN),
    "a member of a query": ('{"qs": {"access_token": "%s"}}', TOKEN),
    "an array under a name": ('{"data": {"password": ["%s"]}}', "correct-horse"),
    "a form as text": ('{"data": "grant_type=password&client_secret=%s"}', "correct-horse"),
    "JSON in a string": (r'{"data": "{\"api_key\": \"%s\"}"}', TOKEN),
    "a known prefix anywhere": ('{"description": "as with %s here"}', "sk_live_51H8xY2eZvKYlo2C"),
    "a token of GitHub": ('["%s"]', "ghp_abcdEFGH1234ijklMNOP5678qrst"),
    "a token of Slack": ('{"note": "%s"}', "xoxb-123456789012-abcdefABCDEF"),
    "a JSON web token": ('{"id": "%s"}', "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmN"),
    "a private key": (
        '{"pem": "-----BEGIN PRIVATE KEY-----%s-----END"}',
        r"\nMIIEvQIBADANBgkqhkiG9w0B\nAQEFAASC",
    ),
    "a comment": ("{} // Authorization: Bearer %s", TOKEN),
    "a setting in a comment": ("{} // api_key = %s", TOKEN),
    "basic auth in a comment": ("{} // Basic %s", "c2hvcDpodW50ZXI="),
    "a password in a comment": ("{} // http://shop:%s@a.b", "hunter2"),
    "a sample": ('{"sampleOutputContext": {"accessToken": "%s"}}', TOKEN),
    "a default of a schema": ('{"properties": {"token": {"type": "string", "default": "%s"}}}', TOKEN),
    "the default of a secret": (secret_default("%s"), "Tr0ub4dor & 3"),
    "a short default of a secret": (secret_default("%s"), "abc"),
    "a default with escapes": (secret_default("%s").replace('"%s"', r'"%s"'), r"pa\"ss\\w0rd\u0021"),
    "a default that has lost its quote": (secret_default("%s").replace('"%s"', "%s"), 'Tr0ub4dor&3"'),
    "a string without an end": ('{"authorization": "Bearer %s,\n"b": 1}', TOKEN),
    "a password of three characters in a uri": ('{"uri": "https://joe:%s@a.b/{{y}}"}', "abc"),
    "a password of one": ('{"uri": "https://joe:%s@a.b/"}', "7"),
    "a default in an object": (secret_default("%s").replace('"%s"', '{"a": "%s"}'), "hunter2x"),
    "a default in an array": (secret_default("%s").replace('"%s"', '[true, ["%s"]]'), "hunter2x"),
    "headers as text": ('{"headers": "authorization: Bearer %s"}', "hunter2hunter"),
    "another header as text": (r'{"headers": "accept: a/b\nx-api-key: %s"}', "hunter2hunter"),
    "a header in a comment": ("{} // authorization: Bearer %s", "hunterhunter"),
    "a short password in code": ("const password='%s'; export default {}", "hunter2"),
    "a short secret in code": ('const clientSecret = "%s"; export default {}', "s3cr"),
    "another scheme": ('{"authorization": "Hawk %s"}', TOKEN),
}


@pytest.mark.parametrize(("text", "token"), HIDDEN.values(), ids=HIDDEN)
def test_a_token_is_masked_with_its_length_and_nothing_around_it(text: str, token: str) -> None:
    hidden = masked(text % token)

    before, behind = text.split("%s")
    assert hidden == f"{before}{mask(token)}{behind}"
    assert token not in hidden


LEFT = {
    "a token of a page": '{"uri": "https://a.b/?page_token=abcdefgh", "qs": {"nextPageToken": "abcdefgh-1"}}',
    "words in a sentence": "{} // api_key: 'order-status' and token: 'orders.list'",
    "a number after a word": '{"description": "basic order-1234567890abcd, the key order-1234567890abcd"}',
    "a sentence about a scheme": '{"description": "authorization: bearer authentication is used"}',
    "a type": "const schema = {password: 'string', secret: 'text'}",
    "no password": '{"a": "https://joe:x@a.b", "b": "https://joe:@a.b", "c": "https://joe:xxx@a.b"}',
    "a default that is no secret, in an object": (
        '{"settings": {"a": {"b": {"type": "string", "defaultValue": {"a": "eu-1-abc"}}}}}'
    ),
    "headers as text without a token": '{"headers": "accept: application/json"}',
    "a setting": '{"authorization": "Bearer $shop.default.token"}',
    "a template": '{"authorization": "Bearer {{{token}}}", "uri": "https://{{user}}:{{pw}}@a.b/?api_key={{key}}"}',
    "a reference": '{"authorization": "/#token", "password": "/#fn:base64,password"}',
    "a lookup key": '{"appSettings": {"key": {"key": "shop.default.token1234567890ab"}}}',
    "a key of an object": f'{{"sampleOutputContext": {{"key": "orders/{UUID}", "tokenId": "{UUID}"}}}}',
    "a UUID": f'{{"id": "{UUID}", "description": "as {UUID}"}}',
    "a hash": f'{{"sha256": "{HASH}", "etag": "{HASH}"}}',
    "an id": '{"orderId": "ord_9f86d081884c7d65", "requestId": "req-0123456789abcdef"}',
    "a sample in capitals": '{"authorization": "Bearer YOUR_TOKEN", "x-api-key": "API_KEY_HERE"}',
    "a sample in words": '{"x-api-key": "your-api-key", "token": "<your token>", "secret": "change_me"}',
    "a sample of xs": '{"x-api-key": "xxxxxxxx", "token": "xxxx-xxxx-xxxx", "secret": "********"}',
    "a sample of a known kind": '{"x-api-key": "sk_live_xxxxxxxxxxxxxxxx", "token": "ghp_YOUR_TOKEN"}',
    "a password as a word": '{"uri": "https://user:password@a.b", "x": "http://user:x@a.b"}',
    "a variable": '{"token": "${SHOP_TOKEN}", "secret": "%SHOP_SECRET%"}',
    "an empty secret": '{"settings": {"a": {"b": {"type": "secret", "defaultValue": ""}}}}',
    "a default that is no secret": '{"settings": {"a": {"b": {"type": "string", "defaultValue": "eu-1-a"}}}}',
    "code": "{} // token = process.env.SHOP_TOKEN_2, the bearer authentication of version2",
    "a path": '{"uri": "https://a.b:8443/v1/orders@2024?page=10&sort=created_at"}',
    "an address of mail": '{"from": "ann@shop.com", "x": "mailto:ann@shop.com"}',
}


@pytest.mark.parametrize("text", LEFT.values(), ids=LEFT)
def test_what_is_no_token_is_left(text: str) -> None:
    assert masked(text) == text


def test_a_token_is_masked_wherever_else_it_stands() -> None:
    text = '{"headers": {"token": "correct-horse"}, "a": "is correct-horse"} // correct-horse correct-horses'

    assert masked(text) == text.replace("correct-horse", MASK * 13).replace(f"{MASK * 13}s", "correct-horses")


def test_the_name_of_a_member_is_left_where_it_is_also_a_token() -> None:
    assert (
        masked('{"password": "orderstatus", "orderstatus": 1}')
        == f'{{"password": "{MASK * 11}", "orderstatus": 1}}'
    )


@pytest.mark.parametrize(
    "message",
    [
        pytest.param("'correct-horse' is no number.", id="quoted"),
        pytest.param('write "Bearer correct-horse".', id="with its scheme"),
        pytest.param("`{authorization: Bearer correct-ho…` is no value.", id="cut short"),
        pytest.param("the uri is http://shop:correct-horse@a.b", id="in an address"),
    ],
)
def test_a_message_that_quotes_a_token_or_its_start_has_it_masked(message: str) -> None:
    hidden = Concealment(read('{"authorization": "Bearer correct-horse"}')).message(message)

    assert len(hidden) == len(message)
    assert "correct" not in hidden
    assert re.sub(r"correct-ho(rse)?", "", message) == hidden.replace(MASK, "")


def test_a_message_about_words_that_are_a_token_too_is_left() -> None:
    concealment = Concealment(read(secret_default("secret")), read('{"x-api-key": "required"}'))

    assert concealment.message("the defaultValue of a secret is required.") == (
        "the defaultValue of a secret is required."
    )


@pytest.mark.parametrize(
    "template",
    [
        pytest.param("{{order-status}}", id="a variable"),
        pytest.param("{{#each order-status.items}}{{/each}}", id="a path"),
        pytest.param("/#order-status.id", id="a reference"),
        pytest.param("/#fn:parseInt,order-status", id="a function"),
    ],
)
def test_a_name_in_a_message_is_not_masked_by_a_weak_token(template: str) -> None:
    text = json.dumps({"inputTemplate": {"headers": {"x-api-key": "order-status"}, "uri": template}})
    message = "`order-status` is declared neither as an input nor in appSettings."

    assert Concealment(read(text)).message(message) == message
    assert masked(text) == text.replace('"order-status"', f'"{MASK * 12}"')


@pytest.mark.parametrize(
    "template", ['{{toLower "order-status"}}', "/#fn:ifExists,id,order-status", "order-status"]
)
def test_a_text_in_a_template_is_no_name(template: str) -> None:
    text = json.dumps({"inputTemplate": {"headers": {"x-api-key": "order-status"}, "uri": template}})

    assert "order-status" not in Concealment(read(text)).message("`order-status` is no number.")


@pytest.mark.parametrize(
    ("token", "left"),
    [
        pytest.param("sk_live_51H8xY2eZvKYlo2C", "sk_live_", id="a known prefix"),
        pytest.param("github_pat_11ABCDEFG0abcdefghij", "github_pat_", id="another one"),
        pytest.param("AKIA1", "", id="three letters and a digit are no prefix"),
        pytest.param("correct-horse", "", id="none"),
    ],
)
def test_no_more_than_a_public_prefix_is_left_of_a_token(token: str, left: str) -> None:
    assert mask(token) == left + MASK * (len(token) - len(left))


def test_lines_stay_where_they_are() -> None:
    text = '{"key": `-----BEGIN RSA PRIVATE KEY-----\r\nMIIEvQIBADANBgkq\nhkiG9w0BAQEF\r\n-----END RSA`}'

    hidden = masked(text)

    assert [len(line) for line in hidden.split("\n")] == [len(line) for line in text.split("\n")]
    assert "MIIE" not in hidden


@pytest.mark.parametrize("token", ["s3cr3t-value", "hunter2", "0000-0001-2"])
def test_what_somebody_chose_is_no_sample(token: str) -> None:
    assert not is_sample(token)


HOSTILE = {
    "one word": "a" * 300_000,
    "names": "token:" * 50_000,
    "schemes": "http://" * 50_000,
    "users": "x://u:p" * 40_000,
    "prefixes": "sk-a-" * 60_000,
    "web tokens": "eyJaaaaaaaa-" * 25_000,
    "quotes": "'\"`" * 100_000,
    "defaults": '"defaultValue": "' * 15_000,
    "spaces": "token" + " " * 300_000,
    "samples": '"token": "' + "my" * 100_000 + '1"',
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_is_looked_through_in_linear_time(text: str) -> None:
    def look_through(size: int) -> None:
        Concealment(text[:size]).message(text[:size])

    assert growth(look_through, 4_000) < 5
    # What a regular expression does is not counted: quadratic, it takes hours for this length.
    look_through(len(text))


def test_the_work_of_masking_grows_with_the_number_of_tokens() -> None:
    def mask_all(count: int) -> None:
        text = json.dumps({f"key{at}": {"token": f"sk_live_{at + 1:024d}"} for at in range(count)}, indent=1)
        reading = read(text)
        concealment = Concealment(reading)
        assert concealment.source(reading).count(f"sk_live_{MASK * 24}") == count
        assert concealment.message("sk_live_0000…") == "************…"

    mask_all(5_000 if SLOW else 1_000)
    assert growth(mask_all, 50) < 5


TYPED = [
    *'"{}[],: \\x9',
    "Bearer 9f8e7d6c5b4a39281706",
    "correct-horse",
    "hunter2",
    '"password": "pa55w0rd", ',
    '"type": "secret", ',
    '"defaultValue": "hunter-2-battery", ',
    "// hunter2\n",
    "{{{hunter2}}}",
]


@pytest.mark.parametrize("start", [0, 1])
def test_what_is_typed_is_masked_as_in_a_text_that_is_looked_at_for_the_first_time(start):
    text = (Path(__file__).parents[1] / "fixtures" / "ecommstore.json").read_text(encoding="utf-8")
    text = json.dumps([json.loads(text)["actions"][0]] * 2, indent=1) if start else text
    chance, reading = random.Random(start), read(text)
    concealment, masks = Concealment(reading), 0

    for _ in range(400):
        at = chance.randrange(len(reading.text))
        end = at + chance.choice([0, 0, 1, 5])
        typed = reading.text[:at] + chance.choice([*TYPED, ""]) + reading.text[end:]
        try:
            after = reread(reading, typed)
        except LoadError:
            continue
        again, whole = Concealment(after, before=concealment), Concealment(after)
        message = "not 'hunter2' or \"correct-horse\" or pa55w0rd or 9f8e7d6c5b4a39281706… in orderId"

        assert again.source(after) == whole.source(after)
        assert again.message(message) == whole.message(message)
        masks += again.source(after) != after.text
        if after.is_strict or chance.random() < 0.1:
            reading, concealment = after, again
        if not reading.is_strict and chance.random() < 0.3:
            reading = read(text)
            concealment = Concealment(reading, before=concealment)
    assert masks > 30
