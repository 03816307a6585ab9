"""Requests beside those the real npm request puts on the wire."""

import base64
import itertools
import os
import random
import re

import pytest

from kustomer_nb.definition import ActionDefinition
from kustomer_nb.platform import Platform
from kustomer_nb.request import build_request
from kustomer_nb.request.part_types import check_headers_type
from kustomer_nb.transport import Connection, send, wait
from kustomer_nb.transport.pool import PoolTransport
from tests.oracle.led import Led
from tests.samples import RawServer, answer

pytestmark = pytest.mark.node
SEED = int(os.environ.get("KUSTOMER_NB_FUZZ_SEED", "20210420"))
CASES = int(os.environ.get("KUSTOMER_NB_FUZZ", "200"))
SHOP = "http://api.shop.com"
PLATFORM = Platform(string_qs_is_query=False)


def get(uri=f"{SHOP}/x", **more):
    return {"uri": uri, "method": "GET", **more}


def post(uri=f"{SHOP}/x", **more):
    return {"uri": uri, "method": "POST", **more}


def options(template):
    """What npm request is given: what the author wrote, with ``data`` in place of ``json`` (observed 2021).

    Data that are false or a boolean cannot stand there, so they go as the body.
    """
    given = {name: value for name, value in template.items() if name not in {"data", "json"}}
    data, as_json = template.get("data"), template.get("json")
    if isinstance(as_json, (dict, list)):
        return {**given, "json": as_json}
    if not as_json:
        return given if data is None else {**given, "body": data}
    if data is None:
        return {**given, "json": as_json}
    return {**given, "json": True, "body": data} if data in (True, False, "", 0) else {**given, "json": data}


def ours(template):
    definition = ActionDefinition.read({"inputTemplate": template}).model
    return build_request(definition, {}, {}, platform=PLATFORM)


class Socket:
    """A server that every connection of ours ends at, whatever host and scheme a request names."""

    def __init__(self, server):
        self._server = server

    def received(self, request):
        """Return every byte that a service receives."""
        wire = request.wire()
        self._server.received.clear()
        wait(send(wire, timeout=60, transport=PoolTransport(Connection(), Led(self._server.url))))
        (received,) = self._server.received
        return received


@pytest.fixture(scope="module")
def socket():
    server = RawServer(itertools.repeat(answer()))
    try:
        yield Socket(server)
    finally:
        server.close()


def of_npm(answer):
    return base64.b64decode(answer["raw"])


def line_of(received):
    return received.partition(b"\r\n")[0]


def told(request):
    """What ``toJSON()`` tells; user and password are left out of ours."""
    uri = {**request["uri"], "auth": None, "href": re.sub("//[^/]*@", "//", request["uri"]["href"])}
    headers = {name.lower(): value for name, value in request["headers"].items()}
    if request["uri"]["auth"] and str(headers.get("authorization", "")).startswith("Basic "):
        headers["authorization"] = "Basic $(user and password)"
    return {"uri": uri, "method": request["method"], "headers": headers}


SENT = [
    pytest.param(get(SHOP), id="no path"),
    pytest.param(get(f"{SHOP}?a=1"), id="no path but a query"),
    pytest.param(get(f"{SHOP}/a/../b/./c//d"), id="dots in the path"),
    pytest.param(get(f"{SHOP}/a b|\\^`<>\"'d\te\nf"), id="characters that are encoded"),
    pytest.param(get(f"{SHOP}/a%20b%zz%41%"), id="what is encoded already, and half of it"),
    pytest.param(get(f"{SHOP}/é"), id="a letter of Latin-1"),
    pytest.param(post(f"{SHOP}/é", json=True, data={"a": "é"}), id="a letter of Latin-1 before a body"),
    pytest.param(get(f"{SHOP}/x?a='b' c|d?e"), id="odd characters in the query"),
    pytest.param(get(f"{SHOP}/x#part"), id="a fragment"),
    pytest.param(get(f"{SHOP}/x?a=b#a part"), id="a fragment behind a query"),
    pytest.param(get("http://a.b#/x"), id="a fragment in the place of a path"),
    pytest.param(get("http://api.shop.com\\x\\y?a\\b"), id="backslashes"),
    pytest.param(get("HTTP://API.Shop.COM/X"), id="capitals in scheme and host"),
    pytest.param(get("http://api.shop.com:80/x"), id="the default port"),
    pytest.param(get("https://api.shop.com:443/x"), id="the default port of https"),
    pytest.param(get("http://api.shop.com:443/x"), id="the default port of the other scheme"),
    pytest.param(get("https://api.shop.com:8443/x"), id="another port"),
    pytest.param(get("http://api.shop.com:080/x"), id="a port with a leading zero"),
    pytest.param(get("http://api.shop.com:/x"), id="a colon without a port"),
    pytest.param(get("http://[::1]:3000/x"), id="an IPv6 address"),
    pytest.param(get("http://[::1]:80/x"), id="an IPv6 address with the default port"),
    pytest.param(get("http://[::1]/x"), id="an IPv6 address without a port"),
    pytest.param(get("  \x01http://api.shop.com/x \n\u00a0\ufeff"), id="white space around it"),
    pytest.param(get("http://user:pass@api.shop.com/x"), id="user and password"),
    pytest.param(get("http://user@api.shop.com/x"), id="a user alone"),
    pytest.param(get("http://:pass@api.shop.com/x"), id="a password alone"),
    pytest.param(get("http://@api.shop.com/x"), id="an at sign alone"),
    pytest.param(get("http://a@b@api.shop.com/x"), id="two at signs"),
    pytest.param(get("http://üs%20er:p%40ss:w@api.shop.com/x"), id="user and password encoded"),
    pytest.param(get("http://us%2520er:p@api.shop.com/x"), id="a user encoded twice"),
    pytest.param(get("http://u:p@a.b/x", headers={"Authorization": "Bearer t"}), id="a token beside a user"),
    pytest.param(get("http://bücher.de/x"), id="a host beyond ASCII"),
    pytest.param(get("http://Straße.日本.jp:81/x"), id="a host of several scripts"),
    pytest.param(get("http://日本。jp/x"), id="an ideographic full stop"),
    pytest.param(get("http://a_b.c~d.-e./x"), id="odd characters in the host"),
    pytest.param(get(f"{SHOP}/x y", qs={"a": 1}), id="qs"),
    pytest.param(
        get(qs={"a": [1, None, True, "x y"], "b": {"c": {"d": [{"e": 1}]}}, "f": None, "i": [], "j": {}}),
        id="qs of every shape",
    ),
    pytest.param(
        get(qs={"g": "é日😀!'()*~-._&=+", "m&=": "", "k": 1.5, "l": 1e21}), id="qs with odd characters"
    ),
    pytest.param(get(qs={"b": 1, "10": 1, "9": 2}), id="qs with names that are numbers"),
    pytest.param(get(qs={"a": {}}), id="qs with nothing in it"),
    pytest.param(get(qs={}), id="an empty qs"),
    pytest.param(get(f"{SHOP}/x?a=b c&d&&=e", qs={}), id="an empty qs writes the query anew"),
    pytest.param(get(qs=[1, "b"]), id="qs that is an array"),
    pytest.param(get(qs=5), id="qs that is a number"),
    pytest.param(get(qs=True), id="qs that is a boolean"),
    pytest.param(get(f"{SHOP}/x?a=b c&d", qs=True), id="qs that is a boolean writes the query anew"),
    pytest.param(get(f"{SHOP}/x?a=b c&d", qs=0), id="qs that is zero"),
    pytest.param(get(qs=""), id="an empty string for qs"),
    pytest.param(get(qs="a=1&b"), id="qs that is a string, spread by character"),
    pytest.param(get(f"{SHOP}/x?", qs={"a": 1}), id="a bare question mark and qs"),
    pytest.param(get(f"{SHOP}/x?b=2#f", qs={"a": 1}), id="a query, a fragment and qs"),
    pytest.param(get(f"{SHOP}/x#f", qs={"a": 1}), id="qs is lost behind a fragment"),
    pytest.param(get(f"{SHOP}/x#f?g", qs={"a": 1}), id="qs is lost behind a fragment with a question mark"),
    pytest.param(get(f"{SHOP}/x?a=1&b=2", qs={"a": [3]}), id="qs takes the place of a name in the query"),
    pytest.param(get(f"{SHOP}/x?2=b&a=1&1=c", qs={"z": 1, "0": 2}), id="numbers in the query and qs"),
    pytest.param(get(f"{SHOP}/x?a=1&a=2&a=3", qs={"z": 1}), id="a name three times in the query"),
    pytest.param(get(f"{SHOP}/x?a[]=1&a[]=2&b[]=3", qs={"z": 1}), id="arrays in the query"),
    pytest.param(get(f"{SHOP}/x?a=1&a[]=2", qs={"z": 1}), id="a name and its array in the query"),
    pytest.param(get(f"{SHOP}/x?a[b]=1&d=3&a[c][e]=2", qs={"z": 1}), id="objects in the query"),
    pytest.param(get(f"{SHOP}/x?a[b]=1&d=3", qs={"a": {"c": 2}}), id="qs takes the place of an object"),
    pytest.param(get(f"{SHOP}/x?a=%zz+b&c=1+2&d=%C3%A9&e=%ff", qs={"z": 1}), id="encoded text in the query"),
    pytest.param(
        get(
            headers={"X-A": 5, "X-B": True, "X-C": None, "X-D": ["a", 1, None, [2, 3]], "X-E": {}, "X-G": ""}
        ),
        id="header values that are no text",
    ),
    pytest.param(get(headers={"X-F": []}), id="an empty array of header values"),
    pytest.param(get(headers={"Cookie": ["a=1", "b=2"]}), id="cookies"),
    pytest.param(get(headers={"Accept": "a", "X": "x", "accept": "b"}, json=True), id="a header given twice"),
    pytest.param(get(headers={"b": 1, "2": 2, "1": 1}), id="header names that are numbers"),
    pytest.param(get(headers={"Host": "other.com"}), id="a host of one's own"),
    pytest.param(get(headers={"X": " a\tb "}), id="white space in a header"),
    pytest.param(get(headers={"X": "é"}), id="a header of Latin-1"),
    pytest.param(post(headers={"X": "é"}, data="é"), id="a header of Latin-1 before a body"),
    pytest.param(get(json=True), id="json without data"),
    pytest.param(get(json=True, headers={"Accept": "text/plain"}), id="json with an accept of one's own"),
    pytest.param(get(json=True, data={"a": 1}), id="data with GET"),
    pytest.param(post(), id="POST without data"),
    pytest.param(post(json=True), id="POST with json and no data"),
    pytest.param(
        post(json=True, data={"b": 1.0, "2": [None, True, 'é\u2028\x7f"'], "1": {}}), id="an object"
    ),
    pytest.param(post(json=True, data=[]), id="an empty array"),
    pytest.param(post(json=True, data="text"), id="a string as JSON"),
    pytest.param(post(json=True, data="\ud83d"), id="half a surrogate pair as JSON"),
    pytest.param(post(json=True, data=""), id="an empty string as JSON"),
    pytest.param(post(json=True, data=5), id="a number as JSON"),
    pytest.param(post(json=True, data=0), id="zero as JSON"),
    pytest.param(post(json=True, data=False), id="false as JSON"),
    pytest.param(post(json={"a": 1}), id="the body in the place of json"),
    pytest.param(post(json=[1], data={"b": 2}), id="an array in the place of json, and data"),
    pytest.param(post(json=1, data={"b": 2}), id="a number for json"),
    pytest.param(
        post(json=True, data=[1], headers={"Content-Type": "application/vnd.api+json"}), id="a type"
    ),
    pytest.param(post(data="a=1&é"), id="text without json"),
    pytest.param(post(data="\ud83d!"), id="half a surrogate pair without json"),
    pytest.param(post(data=""), id="empty text"),
    pytest.param(get(data=""), id="empty text with GET"),
    pytest.param(post(data="abc", headers={"Content-Length": 3}), id="a right content-length"),
    pytest.param({**get(), "method": "DELETE"}, id="DELETE"),
    pytest.param({**get(json=True, data={"a": 1}), "method": "PATCH"}, id="PATCH"),
    pytest.param({**get(json=True), "method": "PUT"}, id="PUT without data"),
    pytest.param(get("http://1/"), id="a host that is a number"),
    pytest.param(get("http://a.1:81/x"), id="a host that ends in a number"),
    pytest.param({**get(json=True), "method": "get"}, id="get in lower case has a length"),
    pytest.param({**post(json=True, data={"a": 1}), "method": "post"}, id="post in lower case"),
    pytest.param({**get(), "method": "dElEtE"}, id="a method in mixed case"),
    pytest.param({**get(data="a"), "method": "get"}, id="get in lower case with a body"),
    pytest.param(post(json="hello"), id="a string for json"),
    pytest.param(post(json="é"), id="a string beyond ASCII for json"),
    pytest.param(post(json=5), id="a number for json and no data"),
    pytest.param(post(json=-0.0), id="a number for json that is false"),
    pytest.param(post(json="false", data={"a": 1}), id="a string for json, and data"),
    pytest.param(post(data=0), id="zero without json"),
    pytest.param(post(data=False), id="false without json"),
    pytest.param(get(data=0), id="zero without json and GET"),
    pytest.param(
        post(headers={"Authorization": "Bearer t", "X": " a\t"}, json=True, data={"a": 1}),
        id="the host comes after the headers of the author",
    ),
    pytest.param(
        get(f"{SHOP}/café", headers={"Host": "é"}), id="Latin-1 in the path and a host of one's own"
    ),
    pytest.param(get(headers={"Connection": "close"}), id="a connection of one's own"),
    pytest.param(get(headers={"connection": "te", "TE": "trailers"}), id="a connection that names a header"),
    pytest.param(get(f"{SHOP}/x?l[1]=b", qs={}), id="an index alone is counted anew"),
    pytest.param(get(f"{SHOP}/x?a[5]=1&a[2]=2&a[5]=3", qs={"z": 1}), id="indexes are counted anew"),
    pytest.param(get(f"{SHOP}/x?a[21]=1&a[1]=2", qs={"z": 1}), id="an index beyond 20 is a name"),
    pytest.param(get(f"{SHOP}/x?a[01]=1&a[-1]=2", qs={"z": 1}), id="what is no index"),
    pytest.param(get(f"{SHOP}/x?a=1&a[b]=2", qs={"z": 1}), id="a name with a value and a name in it"),
    pytest.param(get(f"{SHOP}/x?a[b]=1&a=2&a=b", qs={"z": 1}), id="a name in it and a name with a value"),
    pytest.param(get(f"{SHOP}/x?a[0]=1&a[b]=2&a[]=3", qs={"z": 1}), id="an array that becomes an object"),
    pytest.param(get(f"{SHOP}/x?a[][b]=1&a[][b]=2&a[0][c]=3", qs={"z": 1}), id="objects in an array"),
    pytest.param(get(f"{SHOP}/x?a[b][c][d][e][f][g][h]=1", qs={"z": 1}), id="more brackets than are read"),
    pytest.param(get(f"{SHOP}/x?a[b=c]=1&[d]=2&[]=3&e[=4&f]=5&g[h]i[j]=6", qs={"z": 1}), id="odd brackets"),
    pytest.param(
        get(f"{SHOP}/x?toString=1&a[valueOf]=2&__proto__=3&b[__proto__]=4&c=5", qs={"z": 1}),
        id="names of JavaScript's own",
    ),
    pytest.param(
        get(f"{SHOP}/x?a=1&toString[b]=2&a[toString]=3&a[b]=x&a=constructor", qs={"z": 1}),
        id="more names of JavaScript's own",
    ),
    pytest.param(get(f"{SHOP}/x?a=&a=1&b[c]=&b=&b[c]=d", qs={"z": 1}), id="empty values"),
    pytest.param(get(f"{SHOP}/x?a[2]=x&a[0]=y&a[b]=z&a[10]=w", qs={"z": 1}), id="an array with holes"),
    pytest.param(
        get(f"{SHOP}/x?" + "&".join(f"p{at}={at}" for at in range(1005)), qs={"z": 1}),
        id="more parameters than are read",
    ),
    pytest.param(get(qs={"__proto__": 1, "a": {"__proto__": 2}}), id="a prototype in qs"),
    pytest.param(get(qs={"a": "\ud83d", "b": "\ude00x", "\ud83d": "\ud83d\ud83d"}), id="half a pair in qs"),
    pytest.param(get(qs="a😀\ude00"), id="a string for qs, spread by halves of a pair"),
]


@pytest.mark.parametrize("template", SENT)
def test_the_bytes_are_those_of_npm_request(oracle, socket, template):
    (answer,) = oracle.ask("request", [options(template)])

    request = ours(template)

    assert socket.received(request) == of_npm(answer)


@pytest.mark.parametrize("template", SENT)
def test_to_json_tells_what_npm_request_tells(oracle, template):
    (answer,) = oracle.ask("request", [options(template)])

    request = ours(template).to_json()

    assert told(request) == told(answer["json"])


REFUSED = [
    pytest.param(get(""), "KNB402", id="no uri"),
    pytest.param(get("api.shop.com/x"), "KNB402", id="no scheme"),
    pytest.param(get("//api.shop.com/x"), "KNB402", id="no scheme but slashes"),
    pytest.param(get("http:api.shop.com"), "KNB402", id="no slashes"),
    pytest.param(get("http:///x"), "KNB402", id="no host"),
    pytest.param(get("http://?a=1"), "KNB402", id="a query in the place of a host"),
    pytest.param(get("ftp://a.b/x"), "KNB402", id="another scheme"),
    pytest.param(get(f"http://{'a.' * 130}b/x"), "KNB402", id="a host that is too long"),
    pytest.param(get("http://us%zzer@a.b/x"), "KNB402", id="a user that cannot be decoded"),
    pytest.param(get("http://us%ffer@a.b/x"), "KNB402", id="a user that is no UTF-8"),
    pytest.param(get(f"{SHOP}/日本"), "KNB403", id="a path beyond Latin-1"),
    pytest.param(get(f"{SHOP}/x?a=日本"), "KNB403", id="a query beyond Latin-1"),
    pytest.param(get(f"{SHOP}/x\x01y"), "KNB403", id="a control character"),
    pytest.param(get(f"{SHOP}/x\u2003"), "KNB403", id="a space beyond Latin-1 at the end"),
    pytest.param(post(data=5), "KNB405", id="a number without json"),
    pytest.param(post(data={}), "KNB405", id="an object without json"),
    pytest.param(post(data=True), "KNB405", id="a boolean without json"),
    pytest.param(post(data=[]), "KNB405", id="an empty array without json"),
    pytest.param(post(json=False, data={"a": 1}), "KNB405", id="an object with json off"),
    pytest.param(get(headers={"a b": "x"}), "KNB406", id="a space in a header name"),
    pytest.param(get(headers={"": "x"}), "KNB406", id="no header name"),
    pytest.param(get(headers={"é": "x"}), "KNB406", id="a header name beyond ASCII"),
    pytest.param(get(headers={"X": "日"}), "KNB407", id="a header beyond Latin-1"),
    pytest.param(get(headers={"X": "a\r\nY: b"}), "KNB407", id="a line break in a header"),
    pytest.param(get(headers={"X": ["a", "\x7f"]}), "KNB407", id="a control character in a header"),
]


@pytest.mark.parametrize(("template", "code"), REFUSED)
def test_what_npm_request_refuses_is_refused(oracle, template, code):
    (answer,) = oracle.ask("request", [options(template)])

    errors = ours(template).diagnostics.errors

    assert errors.codes == [code]
    assert "error" in answer


@pytest.mark.parametrize(
    ("template", "code", "line"),
    [
        pytest.param(
            get("http://a b/x"), "KNB402", b"GET %20b/x HTTP/1.1", id="a space: another host is called"
        ),
        pytest.param(get("http://a;b/x"), "KNB402", b"GET ;b/x HTTP/1.1", id="a semicolon: another host too"),
        pytest.param(get("http://a.b:x/x"), "KNB402", b"GET /:x/x HTTP/1.1", id="a port that is no number"),
        pytest.param(get("http://a.b:99999/x"), "KNB402", b"GET /x HTTP/1.1", id="a port no machine has"),
        pytest.param(get("http:\\\\a.b/x"), "KNB402", b"GET /x HTTP/1.1", id="backslashes for slashes"),
        pytest.param(get("http://a!b/x"), "KNB402", b"GET /x HTTP/1.1", id="a host no name server knows"),
        pytest.param(
            post(data=["a"]), "KNB405", b"POST /x HTTP/1.1", id="texts that would be sent end to end"
        ),
        pytest.param(
            {**get(), "method": "FETCH"}, "KNB401", b"FETCH /x HTTP/1.1", id="a method Kustomer does not have"
        ),
        pytest.param(
            {"uri": f"{SHOP}/x"}, "KNB401", b"GET /x HTTP/1.1", id="no method, which Kustomer requires"
        ),
        pytest.param(
            get(headers="a"), "KNB202", b"GET /x HTTP/1.1", id="headers that are text, sent by character"
        ),
        pytest.param(
            post(data="abc", headers={"content-length": 2}),
            "KNB408",
            b"POST /x HTTP/1.1",
            id="a wrong content-length",
        ),
    ],
)
def test_some_of_what_npm_request_sends_is_refused_for_it_is_never_meant(oracle, template, code, line):
    (answer,) = oracle.ask("request", [options(template)])

    errors = ours(template).diagnostics.errors

    assert errors.codes == [code]
    assert line_of(of_npm(answer)) == line


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param({"headers": "a:"}, {"0": "a", "1": ":"}, id="a string"),
        pytest.param({"headers": ["a", "b: c"]}, {"0": "a", "1": "b: c"}, id="an array"),
        pytest.param({"headers": 5}, {}, id="a number"),
        pytest.param({"headers": True}, {}, id="true"),
        pytest.param({"headers": ""}, {}, id="an empty string"),
    ],
)
def test_headers_that_are_no_object_are_sent_as_the_message_says(oracle, options, expected):
    (answer,) = oracle.ask("request", [get(**options)])
    head = of_npm(answer).partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
    headers = dict(line.split(": ", 1) for line in head)

    diagnostic = check_headers_type(options["headers"], "/headers")

    assert {name: value for name, value in headers.items() if name.isdecimal()} == expected
    assert (diagnostic is not None and "names 0, 1" in diagnostic.message) is bool(expected)


WORDS = [
    "a",
    "b c",
    "é",
    "日",
    "😀",
    "x&y",
    "=",
    "+",
    "%",
    "%20",
    "'",
    '"',
    "<",
    "~",
    "10",
    "2",
    "",
    "#",
    "?",
    "/",
]
PARTS = [*WORDS, "|", "\\", "..", " ", "{ ", "}", "&", "a[b]=", "a[0]=", "a[7]=", "a[]=", "[", "]", "&a=1&"]
LEAVES = [None, True, False, 0, 1, -1.5, 1e21, 2**53, *WORDS]
METHODS = ["GET", "get", "POST", "post", "PUT", "PATCH", "DELETE", "delete", "Post"]
HEADERS = ["Accept", "accept", "X-A", "x-b", "Content-Type", "Authorization", "Cookie", "3"]


def value(chance, depth):
    kind = chance.random()
    if depth == 0 or kind < 0.5:
        return chance.choice(LEAVES)
    if kind < 0.75:
        return [value(chance, depth - 1) for _ in range(chance.randint(0, 3))]
    names = chance.sample(WORDS, k=chance.randint(0, 4))
    return {name: value(chance, depth - 1) for name in names}


def uri(chance):
    scheme = chance.choice(["http://", "https://", "HTTP://", " http://"])
    user = chance.choice(["", "", "", "u:p@", "u@", "u%20:é@"])
    host = chance.choice(["a.b", "A.B", "127.0.0.1", "[::1]", "bücher.de"])
    port = chance.choice(["", "", ":80", ":443", ":8080"])
    start = chance.choice(["/", "/x/", "?", "/x?a=", "#", "/x#", "/?"])
    return scheme + user + host + port + start + "".join(chance.choices(PARTS, k=chance.randint(0, 4)))


def headers(chance):
    names = chance.sample(HEADERS, k=chance.randint(0, 4))
    values = [None, True, 0, 1.5, "a", "é", "", ["a", 1], {}, "a b", " a\t", [], "\x80"]
    chosen = {name: chance.choice(values) for name in names}
    for name, own in (("Host", ["v.w", "é", ""]), ("Connection", ["close", "keep-alive", "te"])):
        if chance.random() < 0.1:
            chosen[chance.choice([name, name.lower()])] = chance.choice(own)
    return chosen


def templates():
    chance = random.Random(SEED)
    for _ in range(CASES):
        template = {"uri": uri(chance), "method": chance.choice(METHODS)}
        if chance.random() < 0.5:
            template["headers"] = headers(chance)
        if chance.random() < 0.5:
            template["qs"] = value(chance, 3)
        if chance.random() < 0.6:
            template |= {"json": chance.choice([True, True, True, "yes", 1]), "data": value(chance, 3)}
        elif chance.random() < 0.2:
            template["json"] = chance.choice([True, False, "hello", "", "é", 5, 0, {"a": 1}, [1]])
        elif chance.random() < 0.5:
            template["data"] = chance.choice(WORDS)
        yield template


def test_any_request_is_the_one_of_npm_request(oracle, socket):
    given = list(templates())

    requests = [ours(template) for template in given]

    answers = oracle.ask("request", [options(template) for template in given])
    compared = [one for one in zip(given, requests, answers, strict=True) if not one[1].diagnostics.errors]
    refused = [one for one in zip(given, requests, answers, strict=True) if one[1].diagnostics.errors]
    assert [one for one in compared if "error" in one[2] or socket.received(one[1]) != of_npm(one[2])] == []
    assert [one for one in compared if told(one[1].to_json()) != told(one[2]["json"])] == []
    assert [one for one in refused if "raw" in one[2]] == []
    assert len(compared) > CASES / 2
