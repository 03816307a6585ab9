"""Whole runs beside those of the npm packages: what is sent, what is told of it, and the output."""

import math
import os
import re
from collections import deque
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import pytest

import kustomer_nb as knb
from kustomer_nb import reporting
from kustomer_nb.jsontext.pointer import join
from kustomer_nb.transport import Connection
from kustomer_nb.transport.pool import PoolTransport
from tests.conftest import FIXTURES
from tests.oracle.conftest import started
from tests.oracle.led import Led
from tests.oracle.runtime_cases import AUTHORED, FAR, FIELDS, GONE, ODD_SETTINGS, TOKEN, Case, Cases, answer
from tests.samples import RawServer

pytestmark = pytest.mark.node
SEED = int(os.environ.get("KUSTOMER_NB_FUZZ_SEED", "20210420"))
CASES = int(os.environ.get("KUSTOMER_NB_FUZZ", "250"))
INDEX = re.compile(r"0|[1-9]\d{0,9}", re.ASCII)
# The exponent of a number beyond a double, which chunks may cut.
BEYOND = re.compile(rb"e(?:\r\n\w+\r\n)?4(?:\r\n\w+\r\n)?0(?:\r\n\w+\r\n)?0")
OK = (200, "OK")
JSON = ("Content-Type", "application/json")


class Bench:
    """One server for both sides: it keeps what it is sent, and answers as a case says."""

    def __init__(self, server, answers, oracle):
        self.url = server.url
        self._received = server.received
        self._answers = answers
        self._oracle = oracle

    def theirs(self, case):
        return self._heard(case, lambda: self._oracle.tell(case.asked()))

    def ours(self, case, *, stands_in=False):
        return self._heard(case, lambda: ours(case, stands_in=stands_in))

    def run(self, case):
        """Return our run, None where it is refused."""
        self._answers.clear()
        self._answers.extend([one] for one in case.answers)
        try:
            return run_of(case)
        except knb.KustomerNbError:
            return None

    def _heard(self, case, run):
        self._answers.clear()
        self._answers.extend([one] for one in case.answers)
        self._received.clear()
        found = run()
        return {**found, "sent": list(self._received)}


@contextmanager
def bench_of(node):
    answers = deque()
    # Never None, so the server asks for the next one until it is closed.
    server = RawServer(iter(lambda: answers.popleft() if answers else (), None))
    port = server.url.rpartition(":")[2]
    try:
        with started(node, "runtime.mjs", port) as oracle:
            yield Bench(server, answers, oracle)
    finally:
        server.close()


@pytest.fixture(scope="module")
def bench(node):
    with bench_of(node) as found:
        yield found


def run_of(case, *, stands_in=False):
    """Return our run; an authored host is led to the server by hosts= if ``stands_in``, or by the network."""
    is_led = case.hosts is not None and not stands_in
    return (
        knb.load(case.app)
        .action(case.action["name"])
        .run(
            case.inputs,
            settings=case.settings,
            hosts={case.hosts: case.base} if stands_in and case.hosts else {},
            steps=case.steps,
            platform=knb.Platform(env=case.env, string_qs_is_query=not case.spread, timeout=100),
            allow_missing={*FIELDS, GONE, "orderId"},
            transport=PoolTransport(Connection(), Led(case.base)) if is_led else None,
            mode="live",
            confirm=(case.hosts or "").partition("//")[2],
        )
    )


def ours(case, *, stands_in=False):
    try:
        run = run_of(case, stands_in=stands_in)
    except knb.InputError:
        return {"rejected": True}
    except knb.KustomerNbError as error:
        return {"error": str(error), "codes": error.diagnostics.codes}
    found = {"response": run.response.to_json(), "codes": run.diagnostics.codes}
    failed = run.output is None and run.diagnostics.errors
    return {**found, "unmapped": str(run.diagnostics.errors)} if failed else {**found, "output": run.output}


def different(theirs, mine, case):
    """Return where two runs of a case differ first, and what is there; None when they do not."""
    kinds = [
        next(kind for kind in ("rejected", "error", "response") if kind in one) for one in (theirs, mine)
    ]
    if kinds[0] != kinds[1]:
        return (f"{kinds[0]}, not {kinds[1]}", theirs.get("error"), mine.get("error"))
    if kinds[0] != "response":
        return None
    if ("unmapped" in theirs) != ("unmapped" in mine):
        return ("outputTemplate", theirs.get("unmapped"), mine.get("unmapped"))
    labels = shown(case)
    # What the app does not declare as a secret may be told as it is.
    told = {value: label for value, label in labels.items() if value != TOKEN}
    for part in ("sent", "response", "output"):
        found = first(canonical(theirs.get(part), labels), canonical(mine.get(part), told), part)
        if found:
            return found
    return None


def shown(case):
    """Return what stands for each setting in what a run tells."""
    keys = {name: one["key"] for name, one in case.action.get("appSettings", {}).items()}
    return {str(value): f"${keys[name]}" for name, value in case.settings.items() if name not in ODD_SETTINGS}


def canonical(value, labels):
    """Return a value as JSON.stringify tells it: keys in JavaScript's order, one kind of number."""
    if isinstance(value, bytes):
        # What was sent holds the settings themselves.
        return f"bytes {value!r}"
    if isinstance(value, str):
        return labelled(value, labels)
    if isinstance(value, dict):
        indexes = sorted((key for key in value if INDEX.fullmatch(key) and int(key) < 2**32 - 1), key=int)
        keys = dict.fromkeys([*indexes, *value])
        return {labelled(key, labels): canonical(value[key], labels) for key in keys}
    if isinstance(value, list):
        return [canonical(one, labels) for one in value]
    return value if isinstance(value, bool) or value is None else numeral(value, labels)


def labelled(text, labels):
    for value, label in labels.items():
        text = text.replace(value, label)
    return text


def numeral(value, labels):
    if str(value) in labels:
        return labels[str(value)]
    try:
        number = float(value)
    except OverflowError:
        return None
    return number + 0.0 if math.isfinite(number) else None


def first(theirs, mine, place):
    """Return the first place where two canonical values differ, the order of keys counted."""
    if isinstance(theirs, dict) and isinstance(mine, dict):
        if list(theirs) != list(mine):
            keys = next(
                pair for pair in zip([*theirs, None], [*mine, None], strict=False) if pair[0] != pair[1]
            )
            return (f"{place}, keys", *keys)
        pairs = [(f"{place}/{key}", theirs[key], mine[key]) for key in theirs]
    elif isinstance(theirs, list) and isinstance(mine, list):
        if len(theirs) != len(mine):
            return (f"{place}, length", theirs, mine)
        pairs = [(f"{place}/{at}", *pair) for at, pair in enumerate(zip(theirs, mine, strict=True))]
    else:
        same = type(theirs) is type(mine) and theirs == mine
        return None if same else (place, theirs, mine)
    return next((found for where, *pair in pairs if (found := first(*pair, where))), None)


def is_subsequence(fewer, more):
    rest = iter(more)
    return all(line in rest for line in fewer)


def is_withheld(found, case, codes):
    """Return whether a redirect was sent as npm request does, but without some headers or the body."""
    if "KNB721" not in codes or not found[0].startswith("sent/") or found[0].startswith("sent/0"):
        return False
    theirs, ours = (headers_and_body(part) for part in found[1:])
    return is_subsequence(ours[0], theirs[0]) and ours[1] in (theirs[1], "'")


def headers_and_body(received):
    """Return the request line and the names of the headers but for host and length, and the body."""
    head, _, body = received.partition("\\r\\n\\r\\n")
    line, *lines = head.split("\\r\\n")
    names = [line.partition(":")[0].lower() for line in lines]
    return [line, *[name for name in names if name not in ("host", "content-length")]], body


# The differences on docs/behaviour/platform.md, each asked what differs, of which case, and what is reported.
KNOWN = {
    "Another origin gets no token, cookie, header with a setting, body, own host or private referer": (
        is_withheld
    ),
    "A redirect of another method than GET to another origin is not followed": lambda found, case, codes: (
        "KNB719" in codes and found[0] in ("sent, length", "error, not response")
    ),
    "The referer of a redirect has no user and password": lambda found, case, codes: (
        "KNB721" in codes and re.sub("(?<=referer: https://)[^/]*@", "", str(found[1])) == found[2]
    ),
    "An array of strings as `data` without `json` is refused": lambda found, case, codes: (
        found[0] == "response, not error" and "KNB405" in codes
    ),
    "A string for `qs` is the query": lambda found, case, codes: (
        # White space at the end of the uri, and a fragment in either, have no counterpart in npm request.
        "KNB404" in codes
        and not case.spread
        and (str(found[1]).replace("%20?", "?") == found[2] or "#" in str((case.action, case.inputs)))
    ),
    "Settings are shown as `$key`": lambda found, case, codes: (
        (found[0].startswith("response/request/") and "$shop.default." in str(found[2]))
        or (
            found[0].startswith("output")
            and case.settings
            and ("length" in str(case.action.get("outputTemplate")) or "$" in str(found[2]))
        )
    ),
    "User and password of a URL are not shown": lambda found, case, codes: (
        found[0] in ("response/request/uri/auth", "response/request/uri/href")
    ),
    "A number beyond a double stays infinite in `/#response`": lambda found, case, codes: (
        found[0].startswith(("output", "response"))
        and (BEYOND.search(case.answers[-1]) or "Infinity" in str(found[2]))
    ),
}


def is_known(found, case, codes):
    return any(known(found, case, codes) for known in KNOWN.values())


def test_each_known_difference_is_listed_with_its_reason():
    listed = (Path(__file__).parents[2] / "docs/behaviour/platform.md").read_text(encoding="utf-8")

    assert [title for title in KNOWN if f"| {title} |" not in listed] == []


def differences(bench, *, stands_in):
    cases = Cases(SEED, bench.url)
    for at in range(CASES):
        case = cases.case()
        if stands_in and (case.hosts is None or goes_far(case)):
            continue
        theirs, mine = bench.theirs(case), bench.ours(case, stands_in=stands_in)
        if stands_in:
            theirs, mine = without_hosts(theirs), without_hosts(mine)
        found = different(theirs, mine, case)
        if found and not is_known(found, case, mine.get("codes", [])):
            yield re.sub(r"/\d+", "/*", found[0]), at, *found[1:]


def goes_far(case):
    # A scheme in capitals and one slash lead to another host if the scheme changes, which hosts= may hide.
    far = [f"Location: {location}".encode() for location in (*FAR, "HTTP:/x")]
    return any(location in one for one in case.answers for location in far)


def without_hosts(run):
    """Return a run without the host in what was sent, which hosts= changes."""
    return {**run, "sent": [re.sub(rb"\r\n[Hh]ost: [^\r]*", b"", received) for received in run["sent"]]}


@pytest.mark.uncounted
def test_any_run_is_the_one_of_the_npm_packages(bench):
    assert list(differences(bench, stands_in=False)) == []


def test_any_run_with_hosts_is_the_one_of_the_npm_packages_but_for_its_host(bench):
    assert list(differences(bench, stands_in=True)) == []


def test_most_random_runs_are_answered_and_some_are_rejected(bench):
    cases = Cases(SEED, bench.url)

    found = [bench.theirs(cases.case()) for _ in range(200)]

    assert sum("output" in one for one in found) > 120
    assert sum("rejected" in one for one in found) > 10
    assert sum(len(one["sent"]) > 1 for one in found) > 3


def places(value, pointer=""):
    """Yield the pointer of a value and of every value in it."""
    yield pointer
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from places(item, join(pointer, key))


def told_of(run):
    """Yield all that can be shown of a run, each place of its output explained, and each part's origins."""
    yield from (
        reporting.text(run),
        reporting.html(run),
        str(reporting.as_json(run)),
        repr(run),
        reporting.all_origins(run.request),
    )
    for pointer in [*islice(places(run.output), 30), *islice(places(run.output_template), 20), "/x/y", "a.b"]:
        why = run.why(pointer)
        yield from (reporting.text(why), reporting.html(why), repr(why))
    for part in run.request.parts:
        yield reporting.html(run.request.origins(part))


@pytest.mark.uncounted
def test_all_that_is_told_of_random_runs_can_be_shown_and_shows_no_setting(bench):
    cases = Cases(SEED, bench.url)
    shown = []

    for _ in range(200):
        case = cases.case()
        run = bench.run(case)
        if run is None:
            continue
        told = "\n".join(told_of(run))
        assert run.request.origins("/body").text == (run.request.body or "")
        secrets = [one for one in case.settings.values() if isinstance(one, str) and len(one) > 7]
        shown += [one for one in secrets if one in told]

    assert shown == []


def a_case(bench, *answers, inputs=None, hosts=None, spread=False, **action):
    """Return a case of one action; what its inputTemplate leaves out is a GET of /a."""
    template = {
        "uri": f"{hosts or bench.url}/a",
        "method": "get",
        "json": True,
        **action.pop("inputTemplate", {}),
    }
    name = "kustomer.app.shop.one"
    whole = {"name": name, "type": "rest_api", "inputTemplate": template, **action}
    app = {"app": "shop", "version": "1.0.0", "title": "Shop", "actions": [whole]}
    answers = [answer(OK, [JSON], b"{}")] if not answers else list(answers)
    return Case(app, inputs or {}, {}, answers, hosts=hosts, spread=spread, base=bench.url)


def moved(location, status=302, *more):
    return answer((status, "Moved"), [("Location", location), *more], b"")


def headed(name, value, **template):
    """Return an action whose request has one header."""
    return {"inputTemplate": {"headers": {name: value}, **template}}


ALL = "/#response.request.headers"
THERE = answer(OK, [JSON], b'{"id": 7}')


@pytest.mark.parametrize(
    ("action", "answers"),
    [
        pytest.param(headed("X-A", 5), [], id="a header that is a number is told as one"),
        pytest.param(headed("X-A", True), [], id="a header that is true"),
        pytest.param(headed("X-A", None), [], id="a header that is null"),
        pytest.param(headed("X-A", {"b": 1}), [], id="a header that is an object"),
        pytest.param(headed("X-A", ["a", 1]), [], id="a header that is an array"),
        pytest.param(headed("X-A", []), [], id="a header that is an empty array is told"),
        pytest.param(
            {"inputTemplate": {"headers": {"accept": []}}},
            [],
            id="an empty array stands for a default header",
        ),
        pytest.param(
            {"inputTemplate": {"headers": {"Content-Type": []}, "data": {}}},
            [],
            id="an empty array for content-type",
        ),
        pytest.param(headed("Cookie", ["a", None]), [], id="null among cookies is nothing"),
        pytest.param(headed("Cookie", [None]), [], id="null for the only cookie is a word"),
        pytest.param({}, [moved(""), THERE], id="a redirect to nowhere is not followed"),
        pytest.param(
            {}, [moved("/b", 302, ("Location", "/c")), THERE], id="of two locations the first counts"
        ),
        pytest.param(
            {"inputTemplate": {"uri": "/v1//x"}}, [moved("y"), THERE], id="two slashes before a redirect"
        ),
        pytest.param({}, [moved("/b//c"), THERE], id="two slashes in a redirect"),
        pytest.param({}, [moved("/?"), THERE], id="a redirect to an empty query"),
        pytest.param({}, [moved("?"), THERE], id="a redirect to an empty query alone"),
        pytest.param({}, [moved("#part"), THERE], id="a redirect to a fragment"),
        pytest.param(
            {"inputTemplate": {"uri": "/a/../b"}},
            [moved("#part"), THERE],
            id="a redirect to a fragment takes dots out of the path",
        ),
        pytest.param({}, [moved("../../b"), THERE], id="a redirect above the root"),
        pytest.param({"inputTemplate": {"uri": "/a/b/c"}}, [moved(".."), THERE], id="a redirect one up"),
        pytest.param(
            {"inputTemplate": {"uri": "/a/b/c"}}, [moved("."), THERE], id="a redirect to the folder"
        ),
        pytest.param({}, [moved("/b c|d'e\"<f>"), THERE], id="a redirect to characters that are encoded"),
        pytest.param(
            {"inputTemplate": {"headers": {"Referer": "r", "X-A": "a"}}},
            [moved("/b"), THERE],
            id="a referer of one's own keeps its place in a redirect",
        ),
        pytest.param(
            {"inputTemplate": {"headers": {"Content-Type": "text/plain"}}},
            [moved("/b", 307), THERE],
            id="307 keeps the headers of a body that is empty",
        ),
        pytest.param(
            {"inputTemplate": {"headers": {"X-A": "é"}, "data": 5}},
            [moved("/b"), THERE],
            id="a header beyond ASCII after a redirect that drops the body",
        ),
        pytest.param(
            {"hosts": AUTHORED}, [moved("/b"), moved("/c"), THERE], id="the referer of a second redirect"
        ),
        pytest.param(
            {"outputTemplate": "/#body.nothing", "outputSchema": {"type": "number"}},
            [],
            id="an output that is missing is not converted",
        ),
        pytest.param({"outputTemplate": {"all": ALL}}, [THERE], id="the headers of a request in the output"),
        pytest.param({"outputTemplate": "/#body"}, [answer(OK, [], b"")], id="an empty body is no output"),
        pytest.param(
            {"inputTemplate": {"method": "post", "data": {"a": 1}}},
            [moved("/y"), THERE],
            id="post in lower case is redirected without its body",
        ),
        pytest.param(
            {"inputTemplate": {"method": "post", "data": {"a": 1}}},
            [moved("/y", 307), THERE],
            id="post in lower case is redirected with its body",
        ),
        pytest.param(
            {"inputTemplate": {"method": "delete"}}, [moved("/y", 307), THERE], id="delete in lower case"
        ),
        pytest.param(
            {"inputTemplate": {"method": "POST"}}, [moved("/y"), THERE], id="POST is not redirected"
        ),
        pytest.param(
            {"inputTemplate": {"method": "Patch"}},
            [moved("/y"), moved("/z", 307), THERE],
            id="a method in mixed case is redirected twice",
        ),
        pytest.param(
            {"hosts": AUTHORED, "inputTemplate": {"data": {"a": 1}}},
            [moved("/b", 307), moved("/c"), THERE],
            id="a body that the second redirect drops",
        ),
        *[
            pytest.param({"hosts": AUTHORED}, [moved(location), THERE], id=f"a redirect to {location}")
            for location in (
                *("mailto:a@b", "b:c", "10:30", "ftp://x/y", "http:b", "https:b", "http:/b", "HTTP:/b"),
                *("HTTPS:b", "HTTPS:/b/c", "//far.shop.com/b", "HTTP://FAR.shop.com/B%zz"),
                *("http://far.shop.com:80/x", "https://far.shop.com:443", "https://api.shop.com:443/x"),
                *("/a/b:c", "./b:c", "?b:c", "x/y:z", "javascript:alert(1)", "https://far.shop.com?x"),
            )
        ],
        pytest.param(
            {
                "inputSchema": {"properties": {"__proto__": {"type": "number"}, "a": {"type": "number"}}},
                "inputs": {"__proto__": "1", "a": "2"},
                "inputTemplate": {"method": "POST", "data": {"a": "/#a"}},
            },
            [THERE],
            id="a property of the name of a prototype is not converted",
        ),
        pytest.param(
            {"inputSchema": {"required": ["constructor", "toString"]}, "inputs": {}},
            [THERE],
            id="what every object inherits is not missing",
        ),
        pytest.param(
            {"inputSchema": {"required": ["constructors"]}, "inputs": {}}, [THERE], id="what none inherits is"
        ),
        pytest.param(headed("Host", "v"), [moved("/b"), THERE], id="an own host is replaced"),
        pytest.param(headed("hOST", "v"), [moved("/b", 307), moved("/c"), THERE], id="307 keeps an own host"),
        pytest.param(
            {"inputTemplate": {"headers": {"Host": "v", "Authorization": "Bearer t"}}},
            [moved("/b"), THERE],
            id="another host name than the own one drops the token",
        ),
        pytest.param(
            {"inputTemplate": {"headers": {"Host": "127.0.0.1:1", "Authorization": "Bearer t"}}},
            [moved("/b"), THERE],
            id="another port does not drop the token",
        ),
        pytest.param(headed("connection", "close"), [moved("/b"), THERE], id="an own connection stays"),
        pytest.param(
            {"inputTemplate": {"headers": {"X-A": "a", "referer": [], "X-B": "b"}}},
            [moved("/b"), moved("/c"), THERE],
            id="an empty array for referer keeps its place",
        ),
        pytest.param(headed("referer", []), [moved("/b"), THERE], id="an empty array for referer alone"),
        pytest.param(
            {"inputTemplate": {"json": "hello", "method": "POST"}}, [THERE], id="a string for json is sent"
        ),
        pytest.param(
            {"inputTemplate": {"json": 5, "method": "post"}}, [moved("/b"), THERE], id="a number for json"
        ),
        pytest.param({"inputTemplate": {"json": False, "data": 0, "method": "POST"}}, [THERE], id="zero"),
        pytest.param(
            {"inputTemplate": {"uri": "/caf\xe9"}},
            [moved("/\xe9?\xff"), moved("/b"), THERE],
            id="Latin-1 in the paths and in the referer",
        ),
        pytest.param(
            {"inputTemplate": {"uri": "/caf\xe9", "data": {"a": 1}}},
            [moved("/\xe9", 307), THERE],
            id="Latin-1 in the path of a body that is kept",
        ),
        pytest.param({"inputTemplate": {"method": "get", "json": True}}, [THERE], id="get has a length"),
        pytest.param({}, [moved("/b")] * 10 + [THERE], id="ten redirects"),
        pytest.param({}, [moved("/b")] * 11 + [THERE], id="eleven redirects"),
        pytest.param({}, [b""], id="no answer at all"),
        pytest.param({}, [b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"], id="half a body"),
        pytest.param(
            {}, [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{}"], id="half a chunk"
        ),
        pytest.param({}, [b"HTTP/1.1 200 OK\r\nX-A"], id="half a head"),
        pytest.param({}, [b"220 mail.shop.com ESMTP\r\n"], id="another protocol"),
        pytest.param({}, [b"HTTP/1.0 200 OK\r\n\r\n{}"], id="HTTP/1.0"),
        pytest.param({}, [b"HTTP/1.1 100 Continue\r\n\r\n" + THERE], id="100 before the answer"),
        pytest.param(
            {}, [b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + THERE], id="103 before the answer"
        ),
        pytest.param({}, [b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\n{}"], id="a status without a reason"),
        pytest.param(
            {}, [b"HTTP/1.1 200 OK\r\nX-A\r\nContent-Length: 2\r\n\r\n{}"], id="a header without a colon"
        ),
        pytest.param(
            {}, [b"HTTP/1.1 200 OK\r\nX A: 1\r\nContent-Length: 2\r\n\r\n{}"], id="a space in a header name"
        ),
        pytest.param({}, [b"HTTP/1.1 999 Odd\r\nContent-Length: 2\r\n\r\n{}"], id="a status of 999"),
        pytest.param(
            {},
            [answer((204, "x"), [("Content-Type", "a"), ("Content-Length", "0")], b"")],
            id="204 with a length",
        ),
        pytest.param({}, [answer((204, ""), [JSON], b"")], id="204"),
        pytest.param({}, [answer((304, "Not Modified"), [JSON], b"")], id="304"),
        pytest.param({}, [answer(OK, [JSON], b'{"2":1,"b":2,"1":3,"b":4}')], id="keys in JavaScript's order"),
        pytest.param({}, [answer(OK, [JSON], b"[-0, 1.0, 1e21, 12345678901234567890]")], id="numbers"),
        pytest.param(
            {}, [answer(OK, [("X-A", "caf\xe9"), ("X-B", "\xc3\xa9")], b"{}")], id="headers beyond ASCII"
        ),
        pytest.param(
            {}, [answer(OK, [("X-A", "\xc3\xa9")], b"{}")], id="a header of UTF-8 is read as Latin-1"
        ),
        pytest.param(
            {"inputTemplate": {"json": False}}, [answer(OK, [], b"\xef\xbb\xbf{}")], id="a byte order mark"
        ),
    ],
)
def test_a_run_is_the_one_of_the_npm_packages(action, answers, bench):
    action = {name: dict(one) if isinstance(one, dict) else one for name, one in action.items()}
    if str(action.get("inputTemplate", {}).get("uri", "")).startswith("/"):
        action["inputTemplate"]["uri"] = bench.url + action["inputTemplate"]["uri"]
    case = a_case(bench, *answers, **action)

    found = different(bench.theirs(case), bench.ours(case), case)

    assert found is None


@pytest.mark.parametrize(
    ("action", "answers"),
    [
        pytest.param(
            {"hosts": AUTHORED},
            [moved("https://u:p@far.shop.com/auth"), THERE],
            id="user and password of a location are sent",
        ),
        pytest.param(
            {"hosts": AUTHORED},
            [moved("https://u%20s:p%3A%C3%A9@api.shop.com/auth"), moved("/b"), THERE],
            id="user and password of a location of the same host",
        ),
        pytest.param(
            {"hosts": AUTHORED, "inputTemplate": {"headers": {"Authorization": "Bearer t"}}},
            [moved("//u:p@api.shop.com/auth"), THERE],
            id="a token has precedence over the user of a location",
        ),
        pytest.param(
            {"hosts": AUTHORED, "inputTemplate": {"headers": {"Authorization": "Bearer t"}}},
            [moved("//u:p@far.shop.com/auth"), THERE],
            id="the user of a location replaces the token for another host",
        ),
    ],
)
def test_user_and_password_of_a_location_are_sent_and_not_shown(action, answers, bench):
    case = a_case(bench, *answers, **action)

    theirs, mine = bench.theirs(case), bench.ours(case)

    assert theirs["sent"][:2] == mine["sent"][:2]
    assert is_known(different(theirs, mine, case), case, mine["codes"])


@pytest.mark.parametrize(
    "received",
    [
        pytest.param(b"HTTP/1.1 200 OK\nContent-Length: 2\n\n{}", id="lines that end in LF alone"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX-A: 1\r\n 2\r\nContent-Length: 2\r\n\r\n{}", id="a folded header"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nX-A: \x01\r\nContent-Length: 2\r\n\r\n{}", id="a control character"
        ),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}more", id="more than its length"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\n" + 2 * b"Content-Length: 2\r\n" + b"\r\n{}", id="a length given twice"
        ),
    ],
)
def test_an_answer_that_only_node_refuses_is_read(received, bench):
    # Known to differ: the parser of Node is stricter than h11.
    case = a_case(bench, received)

    theirs, mine = bench.theirs(case), bench.ours(case)

    assert "Parse Error" in theirs["error"]
    assert mine["response"]["statusCode"] == 200


def fixture_cases(base):
    """Yield every action of the repository's own definitions with inputs and answers that make sense."""
    for name in ("ecommstore.json", "refund-order.verbatim.txt"):
        action = knb.load(FIXTURES / name).action().value
        app = {"app": "ecommstore", "version": "0.0.1", "title": "E-comm Store", "actions": [action]}
        answers = [
            answer((201, "Created"), [JSON], b'{"status": "REFUNDED", "amount": 2.5}'),
            answer((404, "Not Found"), [JSON], b'{"error": "no such order"}'),
            answer((502, "Bad Gateway"), [("Content-Type", "text/html")], b"<html>"),
            answer((204, "No Content"), [], b""),
        ]
        for inputs in (
            {"orderId": "1001", "amount": "2.50", "reason": 7, "notify": True},
            {"orderId": 1e21, "reason": 'é "quoted" \u2028 😀', "notify": "a b&c=d"},
            {"orderId": 0, "amount": None},
            {"amount": 1},
            {"orderId": 1, "colour": "red"},
            {"querystring": "notify=a b&x"},
            {"querystring": 5},
            {},
        ):
            for one in answers:
                yield Case(
                    app, inputs, {"authToken": TOKEN}, [one], hosts="https://api.ecommstore.com", base=base
                )


def test_every_action_of_the_repository_runs_as_with_the_npm_packages(bench):
    cases = list(fixture_cases(bench.url))

    runs = [(bench.theirs(case), bench.ours(case), case) for case in cases]

    assert [(case.inputs, found) for *both, case in runs if (found := different(*both, case))] == []
    assert sum("output" in theirs for theirs, *_ in runs) == 24
    assert sum("rejected" in theirs for theirs, *_ in runs) == 40
