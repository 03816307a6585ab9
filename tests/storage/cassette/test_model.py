"""What is kept of an answer is what came, without what must not be kept."""

from __future__ import annotations

import base64
import copy
import gzip
import html
import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kustomer_nb.errors import SaveError
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.request.url import parse_address
from kustomer_nb.secrets import Redactor, Secret
from kustomer_nb.secrets.masking import masked
from kustomer_nb.storage.cassette import Exchange, RecordedRequest, RecordedResponse
from kustomer_nb.storage.cassette.reader import parse_exchanges
from kustomer_nb.storage.cassette.serialization import format_exchanges
from kustomer_nb.template import Text
from kustomer_nb.transport import RawResponse, Redirect
from tests.storage.cassette.exchanges import JSON, LABEL, again, ask, exchange, facts, hiding, response

TOKEN = "s3cr3t&t0ken"
GZIP = (("content-type", "application/json"), ("content-encoding", "gzip"))
DEFLATE = (("content-encoding", "deflate"),)
HIDE = hiding(TOKEN)


def raw_deflate(content: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(content) + packer.flush()


ANSWERS = {
    "JSON": RawResponse(200, JSON, b'{"id": 7, "name": "J\xc3\xbcrgen"}'),
    "loose JSON": RawResponse(200, JSON, b'{"a" : 1.0, "a": 2}\n'),
    "no JSON": RawResponse(502, (("content-type", "text/html"),), b"<h1>Bad gateway</h1>\n"),
    "no UTF-8": RawResponse(200, (("content-type", "text/plain; charset=latin-1"),), b"caf\xe9"),
    "compressed": RawResponse(200, GZIP, gzip.compress(b'{"id": 7}')),
    "empty": RawResponse(204, (), b""),
    "cut": RawResponse(200, JSON, b'{"id": [1, 2', is_truncated=True),
    "a header twice": RawResponse(
        200, (*JSON, ("set-cookie", "a="), ("vary", "x"), ("set-cookie", "b=")), b"1"
    ),
    "a wrong length": RawResponse(200, (("content-length", "3"),), b"[1,2]"),
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_the_recorded_response_equals_the_received_one(answer: RawResponse, tmp_path: Path) -> None:
    recorded = Exchange.from_response(action="", request=ask(), response=answer, hide=HIDE)

    assert facts(response(again(recorded, tmp_path).response)) == facts(response(answer))
    assert recorded.response.headers == answer.headers
    assert recorded.response.content == answer.content


def test_what_determined_the_request_is_recorded(tmp_path: Path) -> None:
    recorded = exchange(
        request=ask(
            settings={"shop.default.region": "eu", "shop.default.retries": 3, "shop.default.on": True}
        ),
        now=datetime(2034, 1, 2, 3, 4, 5, 678000, tzinfo=UTC),
        seed=42,
        env={"orgId": "5f0"},
    )

    assert again(recorded, tmp_path) == recorded


texts = st.text()
# Cookies are stored as placeholders: the tests of cookies are about them.
names = st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1).filter(lambda name: name != "cookie")
latin = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"))
answers = st.builds(
    RecordedResponse,
    st.integers(100, 599),
    st.lists(st.tuples(names, latin)).map(tuple),
    st.binary() | st.recursive(st.integers() | texts, st.lists).map(lambda value: json.dumps(value).encode()),
    st.booleans(),
    st.lists(st.tuples(st.integers(300, 399), texts)).map(tuple),
)
asks = st.builds(
    RecordedRequest,
    st.sampled_from(["GET", "POST"]),
    texts,
    st.dictionaries(names, texts),
    st.none() | texts | st.text('a\ud83d"\\\né'),
    st.dictionaries(texts, texts | st.integers() | st.booleans()),
    wildcards=st.frozensets(texts),
)
exchanges = st.builds(
    Exchange,
    texts,
    asks,
    answers,
    st.none() | st.datetimes(timezones=st.none() | st.just(UTC)),
    st.none() | st.integers(0, 2**32),
    st.dictionaries(texts, texts),
)


@given(st.lists(exchanges, unique_by=lambda exchange: exchange.request.key, max_size=4))
def test_any_exchange_is_read_as_it_was_written(generated: list[Exchange]) -> None:
    read = parse_exchanges(format_exchanges(generated), Path("x"))

    assert {item.request.key: item for item in read} == {item.request.key: item for item in generated}
    assert {item.request.key: item.request.wildcards for item in read} == {
        item.request.key: item.request.wildcards for item in generated
    }
    assert format_exchanges(read) == format_exchanges(reversed(read))


PLACES: dict[str, Callable[[str], bytes]] = {
    "in JSON": lambda form: json.dumps({"echo": [f"Bearer {form}"], form: 1}).encode(),
    "in text": lambda form: f"<p>{form}</p>\n".encode(),
    "in what is no UTF-8": lambda form: b"\xff" + form.encode() + b"\xfe",
    "in Latin-1": lambda form: f"caf\xe9 {form}".encode("latin-1", "replace"),
}
FORMS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "in base64": lambda token: base64.b64encode(token.encode()).decode(),
    "in base64 with a user": lambda token: base64.b64encode(f"ann:{token}".encode()).decode(),
    "URL-quoted": lambda token: quote(token, safe=""),
    "in HTML": html.escape,
    "in JSON": lambda token: json.dumps(token)[1:-1],
}
PACKED: dict[str, tuple[tuple[tuple[str, str], ...], Callable[[bytes], bytes]]] = {
    "as it is": ((), bytes),
    "in gzip": (GZIP, gzip.compress),
    "in gzip that nobody announced": ((), gzip.compress),
    "in zlib": (DEFLATE, zlib.compress),
    "in deflate": (DEFLATE, raw_deflate),
    "in gzip twice": (
        (("content-encoding", "gzip, gzip"),),
        lambda body: gzip.compress(gzip.compress(body)),
    ),
    "in two files of gzip": (GZIP, lambda body: gzip.compress(b"[1]") + gzip.compress(body)),
    "in gzip that breaks off": (GZIP, lambda body: gzip.compress(body)[:-9]),
    "in gzip with a wrong checksum": (GZIP, lambda body: gzip.compress(body)[:-8] + b"\0" * 8),
}


def readings(content: bytes) -> Iterator[str]:
    """Yield everything that can be read out of bytes, whatever they are packed in."""
    yield content.decode("latin-1")
    yield content.decode("utf-8", "replace")
    for bits in (31, 15, -15):
        stream, opened = zlib.decompressobj(bits), b""
        try:
            for at in range(len(content)):
                opened += stream.decompress(content[at : at + 1])
        except zlib.error:
            pass
        if opened:
            yield from readings(opened)
        if stream.unused_data:
            yield from readings(stream.unused_data)


def assert_gone(token: str, exchange: Exchange) -> None:
    text = format_exchanges([exchange])
    for text_part in (text, *readings(exchange.response.content)):
        for name, form in FORMS.items():
            if len(form(token)) >= 8:
                assert form(token).rstrip("=") not in text_part, name


# What every cassette holds, such as the name of the action, is no token.
ALWAYS_THERE = format_exchanges([exchange(b"")])
tokens = st.text(st.characters(min_codepoint=33, max_codepoint=255), min_size=12, max_size=40).filter(
    lambda token: token not in ALWAYS_THERE
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    tokens,
    st.sampled_from(list(PLACES.values())),
    st.sampled_from(list(FORMS.values())),
    st.sampled_from(list(PACKED.values())),
)
def test_no_file_holds_the_token(
    token: str,
    place: Callable[[str], bytes],
    form: Callable[[str], str],
    packed: tuple[tuple[tuple[str, str], ...], Callable[[bytes], bytes]],
) -> None:
    headers, pack = packed
    echoed = form(token)
    to = parse_address(Text.of(f"http://x.y/?k={quote(token, safe='')}"))

    recorded = exchange(
        pack(place(echoed)),
        (*headers, ("x-echo", echoed)),
        request=ask(
            f"http://x.y/{quote(echoed)}", headers={"x": echoed}, body=echoed, settings={"a.b.c": echoed}
        ),
        redirects=(Redirect(302, to, False),),
        env={"orgId": echoed},
        hide=hiding(token),
    )

    assert_gone(token, recorded)
    (read,) = parse_exchanges(format_exchanges([recorded]), Path("x"))
    assert read == recorded


@pytest.mark.parametrize(("headers", "pack"), PACKED.values(), ids=PACKED)
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_without_redaction_the_token_would_be_found(
    headers: Any, pack: Any, form: Callable[[str], str]
) -> None:
    recorded = exchange(pack(PLACES["in JSON"](form(TOKEN))), headers)

    with pytest.raises(AssertionError):
        assert_gone(TOKEN, recorded)


@pytest.mark.parametrize("pack", PACKED.values(), ids=PACKED)
def test_a_compressed_body_without_the_token_is_unchanged(pack: Any) -> None:
    headers, packed = pack
    content = packed(b'{"id": 7}')

    assert exchange(content, headers, hide=HIDE).response.content == content


def test_a_compressed_body_with_the_token_is_compressed_again() -> None:
    recorded = exchange(gzip.compress(f'{{"a": "{TOKEN}"}}'.encode()), GZIP, hide=HIDE).response

    assert gzip.decompress(recorded.content) == f'{{"a": "{LABEL}"}}'.encode()
    assert recorded.headers == GZIP


def test_json_stays_json_if_the_token_is_a_number() -> None:
    recorded = exchange(b'{"pin": 491701, "no": 14917012}', hide=hiding("491701")).response

    assert response(recorded).body == {"pin": LABEL, "no": f"1{LABEL}2"}


def test_a_token_written_with_needless_escapes_is_found() -> None:
    escaped = "".join(f"\\u{ord(character):04x}" for character in TOKEN)

    recorded = exchange(f'{{"a" : "x{escaped}"}}'.encode(), hide=HIDE).response

    assert response(recorded).body == {"a": f"x{LABEL}"}


def test_a_token_in_utf16_is_found() -> None:
    headers = (("content-type", "text/plain; charset=UTF-16"),)

    recorded = exchange(f"is {TOKEN}".encode("utf-16"), headers, hide=HIDE).response

    assert recorded.content.decode("utf-16") == f"is {LABEL}"


def test_a_wrong_charset_is_ignored() -> None:
    headers = (("content-type", "text/plain; charset=UTF-16"),)

    assert exchange(b"a" + TOKEN.encode(), headers, hide=HIDE).response.content == b"a" + LABEL.encode()


def test_an_unreadable_body_is_not_recorded_if_there_is_a_secret() -> None:
    request = RecordedRequest("GET", "http://x.y/", labels=frozenset({LABEL}))

    with pytest.raises(SaveError) as caught:
        exchange(b"\x8b\xff", (("content-encoding", "br"),), request=request, hide=HIDE)

    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "KNB821"
    assert "the response body of GET http://x.y/ is compressed as br" in diagnostic.message
    assert "remove the accept-encoding header" in diagnostic.fix


def test_an_unreadable_body_is_recorded_if_there_is_nothing_to_hide() -> None:
    assert exchange(b"\x8b\xff", (("content-encoding", "br"),)).response.content == b"\x8b\xff"


def test_a_body_that_was_decompressed_already_is_recorded_unchanged() -> None:
    request = RecordedRequest("GET", "http://x.y/", labels=frozenset({LABEL}))
    for name in ("gzip", "deflate", "br"):
        recorded = exchange(b'{"id":7}', (("content-encoding", name),), request=request, hide=HIDE)

        assert recorded.response.content == b'{"id":7}'


def test_a_decompression_bomb_is_not_recorded() -> None:
    request = RecordedRequest("GET", "http://x.y/", labels=frozenset({LABEL}))
    bomb = gzip.compress(bytes(80 * 2**20), 9)

    with pytest.raises(SaveError, match="is larger than 32 MB when decompressed"):
        exchange(bomb, GZIP, request=request, hide=HIDE)


def test_a_body_compressed_too_often_is_not_recorded() -> None:
    request = RecordedRequest("GET", "http://x.y/", labels=frozenset({LABEL}))
    headers = (("content-encoding", ", ".join(["gzip"] * 1000)),)

    with pytest.raises(SaveError, match="is compressed 1000 times"):
        exchange(gzip.compress(b"x"), headers, request=request, hide=HIDE)


def test_json_too_long_to_parse_stays_text_and_is_redacted(tmp_path: Path) -> None:
    content = json.dumps(["x" * 9_000_000, TOKEN]).encode()

    recorded = again(exchange(content, hide=HIDE), tmp_path)

    assert recorded.response.content == content.replace(TOKEN.encode(), LABEL.encode())


def test_the_arguments_are_not_changed() -> None:
    request = ask(f"http://x.y/{TOKEN}", headers={"x": TOKEN}, settings={"a.b.c": TOKEN})
    answer = RawResponse(200, (("x-echo", TOKEN),), TOKEN.encode())
    env = {"orgId": TOKEN}
    before = copy.deepcopy((request.url, dict(request.headers), dict(request.settings), env))

    Exchange.from_response(
        action="", request=request, response=answer, hide=HIDE, env=env, mask=["/response/**"]
    )

    assert (request.url, dict(request.headers), dict(request.settings), env) == before
    assert answer == RawResponse(200, (("x-echo", TOKEN),), TOKEN.encode())


MASK = ["/response/body/customer", "/response/headers/set-cookie", "/response/headers/x-age"]


def test_what_is_masked_is_covered_however_short() -> None:
    body = {"customer": {"name": "Al", "age": 42, "vip": True, "note": None}, "id": 42}
    headers = (*JSON, ("set-cookie", "a=1"), ("set-cookie", "b=2"), ("X-Age", "42"))

    recorded = exchange(json.dumps(body).encode(), headers, mask=MASK).response

    place = "<masked: /response/body/customer"
    customer = {"name": f"{place}/name>", "age": f"{place}/age>", "vip": f"{place}/vip>", "note": None}
    assert json.loads(recorded.content) == {"customer": customer, "id": 42}
    assert recorded.content.startswith(b'{"customer": {"name": ')
    assert [value for _, value in recorded.headers[1:]] == [
        "<masked: /response/headers/set-cookie/0>",
        "<masked: /response/headers/set-cookie/1>",
        "<masked: /response/headers/x-age>",
    ]


def test_what_is_masked_in_the_request_is_covered_however_short() -> None:
    request = ask(body='{"age": 42, "id": 42}', headers={"x-age": "42", "x-id": "42"})

    recorded = exchange(request=request, mask=["/request/body/age", "/request/headers/X-Age"])

    assert recorded.request.body == '{"age": "<masked: /request/body/age>", "id": 42}'
    assert recorded.request.headers == {"x-age": "<masked: /request/headers/x-age>", "x-id": "42"}
    assert recorded.request.fits(request)


def test_a_masked_url_is_covered_completely() -> None:
    assert exchange(mask=["/request/url"]).request.url == "<masked: /request/url>"


def test_what_is_masked_has_one_label_everywhere() -> None:
    record = {"inputs": {"email": "ann@shop.com"}, "response": {"body": {"email": "ann@shop.com"}}}
    mask = ["/inputs/email", "/response/body/email"]

    recorded = exchange(
        b'{"email":"ann@shop.com"}',
        request=ask("https://x.y/?q=ann%40shop.com"),
        hide=Redactor(masked(mask, record)),
        mask=mask,
    )

    assert recorded.response.content == b'{"email":"<masked: /inputs/email>"}'
    assert recorded.request.url == "https://x.y/?q=<masked: /inputs/email>"


def test_a_masked_body_is_covered_completely() -> None:
    assert exchange(b"ok", (), mask=["/response/body"]).response.content == b"<masked: /response/body>"


def test_a_value_that_only_the_response_masks_is_a_wildcard() -> None:
    record = {"response": {"body": {"email": "ann@shop.com"}}}
    hide = Redactor(masked(["/response/body/email"], record))

    recorded = exchange(request=ask("https://x.y/?q=ann%40shop.com"), hide=hide)

    assert "ann" not in recorded.request.url
    assert recorded.request.fits(ask("https://x.y/?q=ann%40shop.com"))


def test_redirects_are_recorded_with_the_authored_origin(tmp_path: Path) -> None:
    def redirect(url: str, stays: bool) -> Redirect:
        return Redirect(302, parse_address(Text.of(url)), stays)

    followed = (
        redirect("http://127.0.0.1:41234/v2/orders?k=1#x", True),
        redirect("https://other.shop.com/a", False),
        redirect(f"https://other.shop.com/{quote(TOKEN, safe='')}", True),
    )

    recorded = again(exchange(redirects=followed, hide=HIDE), tmp_path)

    assert recorded.response.redirects == (
        (302, "https://api.shop.com/v2/orders?k=1#x"),
        (302, "https://other.shop.com/a"),
        (302, f"https://other.shop.com/{LABEL}"),
    )


def test_recordings_that_differ_in_volatile_headers_are_equivalent() -> None:
    recorded = exchange(headers=(("date", "Mon"), ("X-Request-Id", "1"), ("x-version", "a")))

    assert recorded.is_equivalent(
        exchange(headers=(("date", "Tue"), ("x-request-id", "2"), ("x-version", "a")))
    )
    assert not recorded.is_equivalent(exchange(headers=(("date", "Mon"), ("x-version", "b"))))
    assert not recorded.is_equivalent(replace(recorded, seed=1))
    assert not recorded.is_equivalent(replace(recorded, response=replace(recorded.response, content=b"[]")))


def test_an_undefined_body_is_read_as_undefined(tmp_path: Path) -> None:
    assert response(again(exchange(b""), tmp_path).response).body is UNDEFINED


def test_a_secret_of_three_characters_is_not_hidden() -> None:
    assert exchange(b"[123]", hide=Redactor({LABEL: Secret("123", source="x")})).response.content == b"[123]"
