"""Requests beside those the real npm request puts on the wire."""

import base64
import random
import re

import pytest

from kustomer_nb.definition import ActionDefinition
from kustomer_nb.platform import Platform
from kustomer_nb.request import build_request

pytestmark = pytest.mark.node
SEED = 20210420
CASES = 400
SHOP = "http://api.shop.com"
PLATFORM = Platform(string_qs_is_query=False)


def get(uri=f"{SHOP}/x", **more):
    return {"uri": uri, "method": "GET", **more}


def post(uri=f"{SHOP}/x", **more):
    return {"uri": uri, "method": "POST", **more}


def options(template):
    """What npm request is given: with ``json`` on, the data stand in its place (observed in 2021).

    Data that are false or a boolean cannot, so they go as the body.
    """
    given = {name: value for name, value in template.items() if name not in {"data", "json"}}
    data, as_json = template.get("data"), template.get("json")
    if isinstance(as_json, (dict, list)):
        return {**given, "json": as_json}
    if not as_json:
        return given if data is None else {**given, "body": data}
    if data is None:
        return {**given, "json": True}
    return {**given, "json": True, "body": data} if data in (True, False, "", 0) else {**given, "json": data}


def ours(template):
    definition = ActionDefinition.read({"inputTemplate": template}).model
    return build_request(definition, {}, {}, platform=PLATFORM)


def on_the_wire(request):
    wire = request.wire()
    return wire.method, wire.target, named(wire.headers), wire.body


def of_npm(answer):
    head, _, body = base64.b64decode(answer["raw"]).partition(b"\r\n\r\n")
    line, *lines = head.split(b"\r\n")
    method, target, _ = re.fullmatch(rb"(\S+) (.*) (HTTP/1.1)", line, re.DOTALL).groups()
    return method.decode(), target, named(tuple(one.split(b": ", 1)) for one in lines), body


def named(headers):
    """Headers in order by lower-case name; Node decides on the connection."""
    return [(name.lower(), value) for name, value in headers if name.lower() != b"connection"]


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
]


@pytest.mark.parametrize("template", SENT)
def test_the_bytes_are_those_of_npm_request(oracle, template):
    (answer,) = oracle.ask("request", [options(template)])

    request = ours(template)

    assert on_the_wire(request) == of_npm(answer)


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
        pytest.param(post(data=False), "KNB405", b"POST /x HTTP/1.1", id="data that would be left out"),
        pytest.param(
            {**get(), "method": "FETCH"}, "KNB401", b"FETCH /x HTTP/1.1", id="a method Kustomer does not have"
        ),
        pytest.param(
            {"uri": f"{SHOP}/x"}, "KNB401", b"GET /x HTTP/1.1", id="no method, which Kustomer requires"
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
    assert base64.b64decode(answer["raw"]).partition(b"\r\n")[0] == line


def test_a_method_in_lower_case_is_sent_in_upper_case_and_without_an_empty_body(oracle):
    # Npm request compares with "GET", so ``get`` as written carries ``content-length: 0``. In the context of
    # an executed step (2021) the method is in upper case.
    template = {**get(json=True), "method": "get"}
    as_written, upper = oracle.ask("request", [options(template), options(get(json=True))])

    request = ours(template)

    assert on_the_wire(request) == of_npm(upper)
    assert (b"content-length", b"0") in of_npm(as_written)[2]


@pytest.mark.parametrize(
    ("query", "sent"),
    [
        pytest.param("a[5]=1", b"/x?a%5B0%5D=1&z=1", id="an index is counted anew"),
        pytest.param("toString=1", b"/x?z=1", id="a name of JavaScript's own is dropped"),
    ],
)
def test_what_is_known_to_differ_in_a_query_that_qs_is_merged_into(oracle, query, sent):
    template = get(f"{SHOP}/x?{query}", qs={"z": 1})
    (answer,) = oracle.ask("request", [options(template)])

    _, target, _, _ = on_the_wire(ours(template))

    assert of_npm(answer)[1] == sent
    assert target != sent


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
PARTS = [*WORDS, "|", "\\", "..", " ", "{ ", "}"]
LEAVES = [None, True, False, 0, 1, -1.5, 1e21, 2**53, *WORDS]
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
    return {name: chance.choice([None, True, 0, 1.5, "a", "é", "", ["a", 1], {}, "a b"]) for name in names}


def templates():
    chance = random.Random(SEED)
    for _ in range(CASES):
        template = {"uri": uri(chance), "method": chance.choice(["GET", "POST", "PUT", "PATCH", "DELETE"])}
        if chance.random() < 0.5:
            template["headers"] = headers(chance)
        if chance.random() < 0.5:
            # JavaScript spreads a string by halves of surrogate pairs, and qs writes nonsense for them.
            qs = value(chance, 3)
            template["qs"] = "日" if qs == "😀" else qs
        if chance.random() < 0.6:
            template |= {"json": True, "data": value(chance, 3)}
        elif chance.random() < 0.5:
            template["data"] = chance.choice(WORDS)
        yield template


def test_any_request_is_the_one_of_npm_request(oracle):
    given = list(templates())

    requests = [ours(template) for template in given]

    answers = oracle.ask("request", [options(template) for template in given])
    compared = [one for one in zip(given, requests, answers, strict=True) if not one[1].diagnostics.errors]
    refused = [one for one in zip(given, requests, answers, strict=True) if one[1].diagnostics.errors]
    assert [one for one in compared if "error" in one[2] or on_the_wire(one[1]) != of_npm(one[2])] == []
    assert [one for one in compared if told(one[1].to_json()) != told(one[2]["json"])] == []
    assert [one for one in refused if "raw" in one[2]] == []
    assert len(compared) > 300
