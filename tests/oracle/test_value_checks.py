"""A value is reported if, and only if, a service reads another one: asked of the real packages and Node."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest

from kustomer_nb import load
from tests.oracle.conftest import Oracle, started

pytestmark = pytest.mark.node
SEED = 20261129
CASES = 60
# No hexadecimal digit: a value with an escape counts as encoded already.
PLAIN = "xyz"
NEUTRAL = "xxyyzz"
CODES = {"KNB708", "KNB730"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
XML = {"content-type": "application/xml"}


@pytest.fixture(scope="module")
def service(node: str) -> Iterator[Oracle]:
    with started(node, "service.cjs") as process:
        yield process


def get(path: str) -> dict[str, Any]:
    return {"uri": f"http://service{path}", "method": "GET"}


def post(body: str, headers: dict[str, str]) -> dict[str, Any]:
    return {"uri": "http://service/", "method": "POST", "headers": headers, "data": body}


PLACES = [
    pytest.param(get("/orders/{{{v}}}"), "path", "/?#.\\&+= \"'", id="at the end of a path"),
    pytest.param(get("/orders/{{{v}}}/lines?q=1"), "path", "/?#.%\\&+= <", id="in a path"),
    pytest.param(get("/orders/{{v}}/lines"), "path", "/?#.\\&+=<'", id="in a path, with two braces"),
    pytest.param(get("/orders?a=1&q={{{v}}}&z=2"), "query", "&+#=/?. \\\"'", id="in a query"),
    pytest.param(get("/orders?q=is {{{v}}}"), "query", "&+#=/?. ", id="in a part of a parameter"),
    pytest.param(get("/orders?q={{v}}"), "query", "&+#=/?. <'", id="in a query, with two braces"),
    pytest.param(get("/orders?{{{v}}}=1"), "query", "&+#=/?.", id="in the name of a parameter"),
    pytest.param(
        {**get("/orders?q={{{v}}}"), "qs": {"z": "1"}}, "query", "&+#=;%/", id="in a query beside qs"
    ),
    pytest.param(post("a=1&q={{{v}}}&z=2", FORM), "form", "&+=#;/?. \"'\n", id="in a form"),
    pytest.param(post("a=1&q={{v}}", FORM), "form", "&+=#;/<'", id="in a form, with two braces"),
    pytest.param(post('{"a": "{{{v}}}", "b": [1]}', {}), "json", "\"\\\n\t'&<{},: ", id="in JSON text"),
    pytest.param(post('{"a": "is {{v}}"}', {}), "json", "\"\\\n'&<={}", id="in JSON text, with two braces"),
    pytest.param(post("<a><b>{{{v}}}</b></a>", XML), "xml", "&<>\"' ;", id="in XML"),
    pytest.param(post("<a><b>{{v}}</b></a>", XML), "xml", "&<>\"'=", id="in XML, with two braces"),
    pytest.param(post('<a b="{{{v}}}"/>', XML), "xml", "&<>\"' ", id="in an attribute"),
    pytest.param(post("<a b='{{{v}}}'/>", XML), "xml", "&<>\"' ", id="in an attribute in single quotes"),
]


@pytest.mark.parametrize(("template", "part", "alphabet"), PLACES)
def test_a_value_is_reported_exactly_where_a_service_reads_another(
    service: Oracle, template: dict[str, Any], part: str, alphabet: str
) -> None:
    action = load({"inputTemplate": template, "inputSchema": {"properties": {"v": {}}}}).action()
    intended = read(service, template, NEUTRAL, part)
    chance = random.Random(f"{SEED} {part} {alphabet}")
    differences = []
    for value in [*alphabet, "..", *(a_value(chance, alphabet) for _ in range(CASES))]:
        reported = CODES & set(action.render({"v": value}).diagnostics.codes)
        is_changed = read(service, template, value, part) != replaced(intended, value)
        if value.strip() and bool(reported) is not is_changed:
            differences.append((value, sorted(reported)))

    assert not differences


def a_value(chance: random.Random, alphabet: str) -> str:
    inner = "".join(
        chance.choice(PLAIN if chance.random() < 0.6 else alphabet) for _ in range(chance.randint(0, 5))
    )
    # White space at the ends of a uri is stripped.
    return f"{chance.choice(PLAIN)}{inner}{chance.choice(PLAIN)}"


def read(service: Oracle, template: dict[str, Any], value: str, part: str) -> Any:
    """Return what a service reads in a part of the request that npm sends for a value."""
    options = {("body" if name == "data" else name): item for name, item in template.items()}
    answer = service.tell({"template": options, "context": {"v": value}})
    if "error" in answer:
        return answer["error"]
    # A path that changes the query changes the request as well.
    return {
        "path": (answer["path"], answer["query"]),
        "query": (answer["path"], answer["query"]),
        "form": answer["form"],
        "json": answer["json"],
        "xml": elements(answer["body"]),
    }[part]


def elements(text: str) -> Any:
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError:
        return "not XML"
    return [(element.tag, element.text, element.attrib) for element in root.iter()]


def replaced(tree: Any, value: str) -> Any:
    """Return a tree with the value in place of the neutral one."""
    if isinstance(tree, str):
        return tree.replace(NEUTRAL, value)
    if isinstance(tree, dict):
        return {replaced(key, value): replaced(item, value) for key, item in tree.items()}
    return type(tree)(replaced(item, value) for item in tree) if isinstance(tree, (list, tuple)) else tree


FIXED = [
    pytest.param(
        get("/orders?name={{{v}}}"),
        {**get("/orders"), "qs": {"name": "/#v"}},
        "query",
        "Strunk & White",
        id="qs",
    ),
    pytest.param(
        get("/orders?name={{v}}"), {**get("/orders"), "qs": {"name": "/#v"}}, "query", "+1 5#", id="KNB304"
    ),
    pytest.param(
        post('{"a": "{{{v}}}"}', {}),
        {"uri": "http://service/", "method": "POST", "data": {"a": "/#v"}, "json": True},
        "json",
        'say "hi"\n\\',
        id="data as an object",
    ),
    pytest.param(
        post("<a>{{{v}}}</a>", XML), post("<a>{{v}}</a>", XML), "xml", "AT&T <x>", id="two braces in XML"
    ),
]


@pytest.mark.parametrize(("template", "fixed", "part", "value"), FIXED)
def test_the_advice_leads_to_what_was_meant_and_to_no_finding(
    service: Oracle, template: dict[str, Any], fixed: dict[str, Any], part: str, value: str
) -> None:
    schema = {"properties": {"v": {"type": "string"}}}
    before = load({"inputTemplate": template, "inputSchema": schema}).action().render({"v": value})
    after = load({"inputTemplate": fixed, "inputSchema": schema}).action().render({"v": value})

    assert CODES & set(before.diagnostics.codes)
    assert after.diagnostics.codes == []
    assert read(service, npm_options(fixed, value), value, part) == replaced(
        read(service, npm_options(fixed, NEUTRAL), NEUTRAL, part), value
    )


def npm_options(template: dict[str, Any], value: str) -> dict[str, Any]:
    """Return the options with references resolved, and with the data in ``json`` where that is true."""
    options = {name: resolved(item, value) for name, item in template.items()}
    if options.get("json") is True:
        options["json"] = options.pop("data")
    return options


def resolved(item: Any, value: str) -> Any:
    if isinstance(item, dict):
        return {key: resolved(member, value) for key, member in item.items()}
    return value if item == "/#v" else item


@pytest.mark.parametrize("written", ["{{{v}}}/v1", "{{{v}}}v1", "{{{v}}}//v1", "{{v}}/v1/x"])
@pytest.mark.parametrize("path", ["/api", "/api/", "/a/b", "/a/b/", "/api//"])
def test_an_empty_segment_is_reported_exactly_where_a_value_and_the_author_write_a_slash(
    service: Oracle, written: str, path: str
) -> None:
    base = f"http://service{path}"
    template = {"uri": written, "method": "GET"}
    action = load({"inputTemplate": template, "inputSchema": {"properties": {"v": {}}}}).action()

    segments, _ = read(service, template, base, "path")
    request = action.render({"v": base})

    reported = [item for item in request.diagnostics if "empty segment" in item.message]
    is_made = path.endswith("/") and "}/" in written
    assert bool(reported) is is_made
    assert not is_made or "" in segments[1:-1]


@pytest.mark.parametrize("value", ["octo/hello", "gid://shopify/Product/1", "2024/17"])
def test_a_value_with_a_slash_that_is_encoded_is_one_segment(service: Oracle, value: str) -> None:
    template = get("/repos/{{{v}}}/lines")
    action = load({"inputTemplate": template, "inputSchema": {"properties": {"v": {}}}}).action()
    encoded = quote(value, safe="")

    assert action.render({"v": value}).diagnostics.codes == ["KNB730"]
    assert action.render({"v": encoded}).diagnostics.codes == []
    assert read(service, template, encoded, "path")[0] == ["", "repos", value, "lines"]
