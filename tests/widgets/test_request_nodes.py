from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kustomer_nb import load, loads
from kustomer_nb.widgets.request_nodes import Source, json_node, request_as_json

LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=30
)


def _value(node):
    match node["t"]:
        case "object":
            return {key: _value(member) for key, member in node["c"]}
        case "array":
            return [_value(member) for _, member in node["c"]]
        case "string":
            return node["v"]
    return json.loads(node["v"])


@given(VALUES, st.lists(st.integers(0, 200)))
def test_a_tree_has_the_value_of_its_text_however_it_is_cut(value, cuts):
    text = json.dumps(value, separators=(",", ":"))
    marks = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    pieces = [{"x": text[left:right], "k": "input"} for left, right in itertools.pairwise(marks)]

    assert _value(json_node(pieces)) == value


@pytest.mark.parametrize("text", ["", "{", "}", "[1", '{"a":1}]', '{"a":1}{}', '"\\x"', "a b"])
def test_text_that_is_no_json_has_no_tree(text):
    node = json_node([{"x": text}])

    assert node is None or node["t"] == "setting"


def _shown(template, inputs=None, **options):
    app = loads(json.dumps({"inputTemplate": {"method": "get", **template}, **options.pop("more", {})}))
    action = app.action()
    return request_as_json(action.prepare(inputs or {}, action.context(**options)).request, Source(app.text))


def _text(pieces):
    return "".join(piece["x"] for piece in pieces)


def test_a_piece_tells_its_origin_its_template_and_its_line():
    shown = _shown({"uri": "https://a.b/{{name}}"}, {"name": "a&b"})

    assert shown["url"] == [
        {"x": "https://a.b/"},
        {
            "x": "a&amp;b",
            "k": "input",
            "n": "name",
            "w": 'input name, written as a&amp;b for "a&b"',
            "l": 1,
            "s": "{{name}}",
            "b": "a&b",
        },
    ]


def test_the_query_is_decoded_and_keeps_its_origins():
    shown = _shown({"uri": "https://a.b/?q={{{q}}}&r=a%20b+c#x=1"}, {"q": "1%2B2"})

    assert [(name, _text(value)) for name, value in shown["query"]] == [("q", "1+2"), ("r", "a b c")]
    assert shown["query"][0][1][0]["n"] == "q"


def test_a_redirected_url_begins_with_the_real_origin():
    shown = _shown(
        {"uri": "https://api.shop.com/v1/{{id}}"},
        {"id": 7},
        hosts={"https://api.shop.com": "http://127.0.0.1:9"},
    )

    assert _text(shown["url"]) == "http://127.0.0.1:9/v1/7"
    assert shown["url"][0]["k"] == "override"
    assert shown["authored"] == "https://api.shop.com/v1/7"


def test_a_setting_is_its_label_also_where_it_is_no_string():
    shown = _shown(
        {
            "uri": "https://a.b/",
            "method": "post",
            "json": True,
            "data": {"n": "/#count", "t": "x{{{count}}}"},
        },
        settings={"shop.default.count": "50017"},
        more={"appSettings": {"count": {"key": "shop.default.count"}}},
    )

    assert "50017" not in json.dumps(shown)
    assert [key for key, _ in shown["body"]["node"]["c"]] == ["n", "t"]


def test_what_is_not_set_is_listed_and_not_in_the_text():
    shown = _shown(
        {"uri": "https://a.b/", "json": True, "method": "post", "data": {"a": "/#x", "b": "{{x}}"}}
    )

    assert shown["left_out"] == [["x", []]]
    assert "no x" not in json.dumps(shown)


def test_a_long_body_is_the_start_of_its_text():
    shown = _shown({"uri": "https://a.b/", "method": "post", "data": "{{{x}}}"}, {"x": "y" * 400_000})

    assert len(_text(shown["body"]["pieces"])) == 300_000
    assert shown["body"]["cut"] == 100_000
    assert shown["body"]["size"] == 400_000


def test_a_repeated_header_is_one_row():
    action = load(
        {"inputTemplate": {"uri": "https://a.b", "method": "get", "headers": {"X-A": "1"}}}
    ).action()
    shown = request_as_json(action.render({}))

    names = [name for name, _ in shown["headers"]]

    assert len(names) == len({name.lower() for name in names})
