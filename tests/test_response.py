import gzip
import json

import pytest

from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.reporting.text import text as text_of
from kustomer_nb.response import DEEPEST, PARSE_LIMIT, Response
from kustomer_nb.secrets import Redactor, Secret
from tests.work import count_calls

JSON = [("Content-Type", "application/json; charset=utf-8")]


def answer(content=b"", headers=JSON, *, parses_json=True, status=200, **more):
    return Response.from_bytes(status, headers, content, parses_json=parses_json, **more)


@pytest.mark.parametrize(
    ("content", "parses_json", "body", "note"),
    [
        pytest.param(b'{"id": 7}', True, {"id": 7}, "", id="JSON"),
        pytest.param(b'{"id": 7}', False, '{"id": 7}', "", id="JSON that nobody asked for"),
        pytest.param(b"", True, UNDEFINED, "", id="nothing, with json on"),
        pytest.param(b"", False, "", "", id="nothing, with json off"),
        pytest.param(b"null", True, None, "", id="null"),
        pytest.param("<é>".encode(), True, "<é>", "expected a value (line 1, column 1)", id="text"),
        pytest.param(b"\xff", False, "\ufffd", "", id="what is no UTF-8"),
        pytest.param(b"9007199254740993", True, 9007199254740992, "", id="a number as a double"),
        pytest.param(
            b"\xef\xbb\xbf{}", True, "\ufeff{}", "it begins with a byte order mark", id="a byte order mark"
        ),
        pytest.param(b'{"a": NaN}', True, '{"a": NaN}', "NaN is not JSON", id="NaN"),
        pytest.param(b'{"a": 1, "a": 2}', True, {"a": 2}, "", id="a key given twice"),
    ],
)
def test_a_body_is_parsed_when_it_can_be(content, parses_json, body, note):
    response = answer(content, parses_json=parses_json)

    assert (response.body, response.size) == (body, len(content))
    assert [note.message for note in response.notes if note.code == "KNB710"] == (
        [f"the body is not JSON, although json is true: {note}; it stays a string."] if note else []
    )


GZIPPED = gzip.compress(b'{"id": 7}')
PLAIN = [("content-type", "text/plain")]


@pytest.mark.parametrize(
    ("content", "headers", "more", "code", "message"),
    [
        pytest.param(
            b"caf\xe9",
            [("Content-Type", 'text/plain; Charset="iso-8859-1"')],
            {"parses_json": False},
            "KNB712",
            "the body is not UTF-8, the only charset npm request reads (byte 3 is invalid). "
            "Its content-type names iso-8859-1.",
            id="another charset",
        ),
        pytest.param(
            b"\xff",
            PLAIN,
            {"parses_json": False},
            "KNB712",
            "the body is not UTF-8, the only charset npm request reads (byte 0 is invalid).",
            id="no charset at all",
        ),
        pytest.param(
            GZIPPED,
            [("content-encoding", "gzip")],
            {"parses_json": False},
            "KNB711",
            "the body is compressed (gzip), and npm request does not decompress it.",
            id="compressed",
        ),
        pytest.param(
            b"[1]",
            JSON,
            {"is_truncated": True},
            "KNB713",
            "reading stopped after 0 MB; the body is its start, as a string.",
            id="only the start",
        ),
        pytest.param(
            b"[1, 2]",
            JSON,
            {"parse_limit": 5},
            "KNB714",
            "the body has 6 bytes, more than 5 bytes; it stays a string.",
            id="larger than is parsed",
        ),
        pytest.param(
            b'{"a": {"b": 1, "b": 2, "c": 3, "c": 4}}',
            JSON,
            {},
            "KNB715",
            "the body has a key twice in one object, and the last one counts: `b`, `c`.",
            id="keys given twice",
        ),
    ],
)
def test_what_reading_loses_is_reported(content, headers, more, code, message):
    response = answer(content, headers, **more)

    assert (code, message) in [(note.code, note.message) for note in response.notes]


@pytest.mark.parametrize(
    ("content", "headers", "more"),
    [
        pytest.param(
            "é".encode(), [("content-type", "text/plain; charset=latin-1")], {}, id="UTF-8 after all"
        ),
        pytest.param(b"", [("content-encoding", "gzip")], {}, id="nothing compressed"),
        pytest.param(b"x", [("content-encoding", "gzip")], {"decompresses": True}, id="opened already"),
        pytest.param(b"[1, 2]", JSON, {"parse_limit": 6, "parses_json": True}, id="as large as is parsed"),
    ],
)
def test_nothing_is_reported_if_nothing_is_lost(content, headers, more):
    response = answer(content, headers, **{"parses_json": False, **more})

    assert response.notes == ()


def test_the_text_of_a_body_is_kept():
    response = answer(b'{ "a": 1.0 }')

    assert response.text == '{ "a": 1.0 }'


@pytest.mark.parametrize(
    ("depth", "is_kept"),
    [pytest.param(DEEPEST - 1, False, id="as deep as may be"), pytest.param(DEEPEST + 1, True, id="deeper")],
)
def test_a_body_nested_too_deep_stays_a_string(depth, is_kept):
    text = "[" * depth + '{"a": "x"}' + "]" * depth

    response = answer(text.encode())

    assert (response.body == text) is is_kept
    assert [note.code for note in response.notes] == ["KNB714"] * is_kept


@pytest.mark.parametrize(("parse_limit", "is_kept"), [(PARSE_LIMIT, True), (2 * PARSE_LIMIT, False)])
def test_a_body_with_too_many_objects_stays_a_string(parse_limit, is_kept):
    text = "[" + ",".join(["{}"] * (PARSE_LIMIT // 32)) + "]"

    response = answer(text.encode(), parse_limit=parse_limit)

    assert (response.body == text) is is_kept
    assert [note.message for note in response.notes] == [
        "the body has more than 1,048,576 objects and arrays; it stays a string."
    ] * is_kept


def test_an_unsupported_encoding_is_reported_even_if_others_are_decompressed():
    response = answer(b"\x0b\x02", [("content-encoding", "br")], parses_json=False, decompresses=True)

    assert [note.code for note in response.notes] == ["KNB711"]


def test_very_many_keys_are_read_in_time():
    text = "{" + ",".join(f'"{number}":0' for number in range(300_000)) + ',"0":1}'

    response = answer(text.encode())

    assert response.body["0"] == 1
    assert [note.code for note in response.notes] == ["KNB715"]


def test_many_brackets_are_not_deep():
    text = "[" + ",".join(['{"a": "[{"}'] * DEEPEST) + "]"

    response = answer(text.encode())

    assert response.body == [{"a": "[{"}] * DEEPEST


def test_headers_are_joined_as_in_node():
    headers = [
        ("Set-Cookie", "a=1"), ("SET-COOKIE", "b=2"), ("Vary", "A"), ("vary", "B"), ("Cookie", "c"),
        ("cookie", "d"), ("Content-Type", "text/plain"), ("content-type", "text/html"),
    ]  # fmt: skip

    response = answer(headers=headers)

    assert response.headers == {
        "set-cookie": ["a=1", "b=2"],
        "vary": "A, B",
        "cookie": "c; d",
        "content-type": "text/plain",
    }


def test_a_secret_that_comes_back_is_hidden_everywhere():
    redactor = Redactor({"$t": Secret("s3cret", source="test"), "$n": Secret("12345", source="test")})
    content = b'{"echo": "Bearer s3cret", "s3cret": 12345, "\\u00733cret": 1.5}'

    response = answer(content, [("X-Echo", "s3cret"), ("Set-Cookie", "a=s3cret")], redactor=redactor)

    assert response.body == {"echo": "Bearer $t", "$t": 1.5}
    assert response.headers == {"x-echo": "$t", "set-cookie": ["a=$t"]}
    assert "s3cret" not in repr(response) + response.text.replace("\\u00733cret", "") + response._repr_html_()
    assert "12345" not in response.text


def test_a_number_that_is_a_secret_does_not_break_the_body():
    redactor = Redactor({"$pin": Secret("12345", source="test")})

    response = answer(b'{"pin": 12345, "id": 7}', redactor=redactor)

    assert (response.body, response.notes) == ({"pin": "$pin", "id": 7}, ())
    assert response.text == '{"pin": $pin, "id": 7}'


@pytest.mark.parametrize(
    ("content", "keys"),
    [
        pytest.param(b"1", ["statusCode", "body", "headers", "request"], id="a body"),
        pytest.param(b"", ["statusCode", "headers", "request"], id="none"),
    ],
)
def test_to_json_has_the_keys_of_npm_request_in_its_order(content, keys):
    response = answer(content, request={"method": "GET"}).to_json()

    assert list(response) == keys
    assert response["request"] == {"method": "GET"}


@pytest.mark.parametrize(
    ("status", "ok"), [pytest.param(399, True, id="below 400"), pytest.param(400, False, id="400")]
)
def test_a_status_of_400_is_not_ok(status, ok):
    response = answer(status=status)

    assert response.ok is ok


@pytest.mark.parametrize(
    ("headers", "text"),
    [
        pytest.param(JSON, "<Response: 200, application/json, 2 bytes>", id="with a content type"),
        pytest.param([], "<Response: 200, no content type, 2 bytes>", id="without one"),
    ],
)
def test_a_repr_tells_status_type_and_size(headers, text):
    response = answer("é".encode(), headers)

    assert repr(response) == text


def rows(count: int) -> bytes:
    return json.dumps(
        [{"id": at, "name": f"é {at}", "tags": ["a"], "x": 1.5} for at in range(count)]
    ).encode()


def test_the_work_for_a_body_grows_with_its_objects_alone():
    hide = Redactor({"$shop.default.token": Secret("tok-4f9c2b7e1d", source="test")})

    def calls(count: int) -> int:
        return count_calls(lambda: answer(rows(count), redactor=hide))

    # Of the 2 objects and arrays, 7 keys and strings and 2 numbers of each row.
    assert calls(4000) - calls(2000) < 2000 * 40


def test_a_large_body_says_in_the_first_line_that_it_was_not_parsed():
    response = answer(b"[1, 2]", parse_limit=4)

    first = "Not parsed as JSON: the body has 6 bytes, more than 4 bytes; it stays a string."
    assert text_of(response).splitlines()[0] == first
    assert response._repr_html_().index(first) < response._repr_html_().index("200 OK")
    assert "not parsed" in repr(response)


def test_a_body_that_is_parsed_has_no_such_line():
    response = answer(b"[1, 2]")

    assert text_of(response).splitlines()[0] == "200 OK"
    assert "Not parsed" not in response._repr_html_()


@pytest.mark.parametrize(
    ("status", "content", "fix"),
    [
        pytest.param(200, b"<!doctype html><p>Log in</p>", "is it a login page", id="a page"),
        pytest.param(200, b'{"a": NaN}', "look at the body. For text", id="what is nearly JSON"),
        pytest.param(302, b"<p>Found</p>", "header location", id="a redirect"),
        pytest.param(400, b"<p>Bad</p>", "why the service rejected", id="a bad request"),
        pytest.param(401, b"<p>No</p>", "check the token", id="no credentials"),
        pytest.param(404, b"<p>No</p>", "check the uri", id="no such page"),
        pytest.param(429, b"<p>Slow down</p>", "send fewer requests", id="too many requests"),
        pytest.param(500, b"<p>Oh</p>", "try again later", id="a failure"),
        pytest.param(503, b"down", "try again later", id="a failure as text"),
    ],
)
def test_the_fix_for_a_body_that_is_not_json_depends_on_the_status(status, content, fix):
    response = Response.from_bytes(status, [], content, parses_json=True)

    (note,) = response.notes
    assert note.code == "KNB710"
    assert fix in note.fix
    assert ("login page" in note.fix) is (fix == "is it a login page")
    assert (str(status) in note.message) is (status >= 300)
