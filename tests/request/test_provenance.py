import random

import pytest

from kustomer_nb import load, loads
from kustomer_nb.template import Kind
from tests.samples import an_action

TOKEN = "s3cret=t0ken"
SCHEMA = {"properties": {"id": {"type": "number"}, "o": {"properties": {"n": {"type": "number"}}}}}
SCHEMA["properties"]["s"] = {"type": "string"}


def rendered(template, inputs=None, **properties):
    settings = {"token": {"key": "shop.default.token"}}
    base = {"uri": "http://a.b/", "method": "post", "json": True}
    action = load(an_action(inputTemplate={**base, **template}, appSettings=settings, **properties)).action()
    return action.render(inputs or {}, settings={"shop.default.token": TOKEN})


def words(origins):
    return [(origin.text, origin.words) for origin in origins]


def test_each_kind_of_origin_is_named():
    uri = "http://a.b/{{{id}}}?o={{{_env.orgId}}}&h={{math id '+' 1}}&t={{{token}}}&m={{{gone}}}"

    origins = rendered({"uri": uri}, {"id": 7}).origins("/uri")

    assert words(origins) == [
        ("http://a.b/", "literal"),
        ("7", "input id"),
        ("?o=", "literal"),
        ("sample-org-id", "workflow environment _env.orgId"),
        ("&h=", "literal"),
        ("8", "helper math id '+' 1"),
        ("&t=", "literal"),
        ("$shop.default.token", "setting token"),
        ("&m=", "literal"),
        ("", "missing gone"),
    ]


def test_what_the_platform_adds_has_no_location():
    (origin,) = rendered({}).origins("/headers/accept")

    assert (origin.words, origin.pointer, origin.span) == ("platform default", "", None)


@pytest.mark.parametrize(
    ("template", "inputs", "part", "expected"),
    [
        pytest.param(
            {"uri": "http://a.b/{{id}}"},
            {"id": "7"},
            "/uri",
            'input id, converted from "7" to 7',
            id="coerced",
        ),
        pytest.param(
            {"data": "/#o"},
            {"o": {"n": "1"}},
            "/body",
            'input o, o.n in it converted from "1" to 1',
            id="a part of it coerced",
        ),
        pytest.param(
            {"data": ["/#o.n"]}, {"o": {"n": "1"}}, "/body", 'input o.n, converted from "1" to 1', id="deeper"
        ),
        pytest.param(
            {"uri": "http://a.b/?q={{x}}"},
            {"x": "a<b"},
            "/uri",
            'input x, written as a&lt;b for "a<b"',
            id="escaped for HTML",
        ),
        pytest.param(
            {"qs": {"q": "{{{x}}}"}},
            {"x": "a b"},
            "/uri",
            'input x, written as a%20b for "a b"',
            id="encoded in the query",
        ),
        pytest.param(
            {"data": {"q": "/#x"}},
            {"x": 'say "hi"'},
            "/body",
            'input x, written as say \\"hi\\" for "say \\"hi\\""',
            id="escaped in JSON",
        ),
        pytest.param(
            {"headers": {"A": "{{token}}"}},
            {},
            "/headers/A",
            "setting token, changed by escaping (5 characters more or less)",
            id="a setting escaped, which is not shown",
        ),
        pytest.param(
            {"data": {"q": "a{{y}}b"}}, {"y": None}, "/body", "null y", id="null, printed as nothing"
        ),
        pytest.param(
            {"uri": "http://a.b/?q={{{y.z}}}"}, {"y": {"z": None}}, "/uri", "null y.z", id="null in the uri"
        ),
        pytest.param({"qs": {"q": "/#y"}}, {"y": None}, "/uri", "null y", id="null in qs"),
        pytest.param(
            {"data": {"q": "{{#if a}}{{y}}{{/if}}"}},
            {"a": 1, "y": None},
            "/body",
            "null y",
            id="null in a block",
        ),
        pytest.param(
            {"data": {"q": "{{s}}"}},
            {"s": None},
            "/body",
            'input s, converted from null to ""',
            id="null that inputSchema made empty",
        ),
    ],
)
def test_what_was_done_to_it_is_described(template, inputs, part, expected):
    origins = rendered(template, inputs, inputSchema=SCHEMA).origins(part)

    assert expected in [origin.words for origin in origins]
    assert TOKEN not in str(origins[:]) + origins.text + origins._repr_html_()


TEXT = """{"inputTemplate": {
  "uri": "http://a.b/{{id}}", "method": "post", "json": true,
  "data": {"k": "/#id"}
}}"""


def test_each_location_is_in_the_authors_file():
    request = loads(TEXT).action().render({"id": 7})

    places = [
        (origin.text, TEXT[origin.span.start : origin.span.end])
        for part in ("/uri", "/body")
        for origin in request.origins(part)
    ]

    assert places == [
        ("http://a.b/", "http://a.b/"),
        ("7", "{{id}}"),
        ("{", '{"k": "/#id"}'),
        ('"k":', '"/#id"'),
        ("7", "/#id"),
        ("}", '{"k": "/#id"}'),
    ]


def test_an_unknown_part_is_refused():
    with pytest.raises(
        ValueError, match="'/method' is not a part of a request: write /uri, /body or /headers/<name>"
    ):
        rendered({}).origins("/method")


def test_a_header_given_several_times_is_one_part():
    request = rendered({"headers": {"X": ["a", "/#id"]}}, {"id": 7})

    assert words(request.origins("/headers/X")) == [("a", "literal"), (", ", "literal"), ("7", "input id")]


def test_the_location_of_a_header_has_its_name_as_written():
    (origin,) = rendered({"headers": {"X-Count": 5}}).origins("/headers/x-count")

    assert (origin.text, origin.pointer) == ("5", "/inputTemplate/headers/X-Count")


@pytest.mark.parametrize(
    ("o", "expected"),
    [
        pytest.param({"n": "5"}, 'input o, o.n in it converted from "5" to 5', id="one"),
        pytest.param({"n": "5", "m": "6"}, "input o, 2 values in it converted", id="two"),
        pytest.param({"n": 5}, "input o", id="none"),
    ],
)
def test_conversions_within_an_object_are_listed(o, expected):
    inner = {"properties": {"n": {"type": "number"}, "m": {"type": "number"}}}
    schema = {"properties": {"o": {**inner, "type": "object"}, "other": {"type": "number"}}}

    origins = rendered({"data": "/#o"}, {"o": o, "other": "1"}, inputSchema=schema).origins("/body")

    assert [origin.words for origin in origins] == [expected]


def test_it_is_a_sequence_of_its_origins():
    origins = rendered({"uri": "http://a.b/{{id}}"}, {"id": 7}).origins("/uri")

    assert (len(origins), repr(origins), origins[1:][0].text) == (2, "<Origins: 2 pieces>", "7")
    assert repr(rendered({}).origins("/uri")) == "<Origins: 1 piece>"


WORDS = [
    "a",
    "b c",
    "é",
    "x&y",
    "=",
    "{{id}}",
    "{{{text}}}",
    "{{#if id}}yes{{/if}}",
    "{{token}}",
    "{{{_env.orgId}}}",
]
WHOLE = ["/#id", "/#text", "/#list", "/#gone", "/#token", "/#fn:parseInt,text", 1, True, None, 1e21]


def some_value(chance, depth=3):
    kind = chance.random()
    if depth == 0 or kind < 0.4:
        return chance.choice([*WHOLE, "".join(chance.choices(WORDS, k=chance.randint(0, 3)))])
    if kind < 0.7:
        return [some_value(chance, depth - 1) for _ in range(chance.randint(0, 3))]
    return {
        chance.choice(["k", "a b", "10", "ü"]): some_value(chance, depth - 1)
        for _ in range(chance.randint(0, 3))
    }


def some_template(chance):
    return {
        "uri": "http://A.b/" + "".join(chance.choices([*WORDS, "?", "&q="], k=chance.randint(0, 5))),
        "method": chance.choice(["get", "post"]),
        "qs": chance.choice([None, {}, {"k": some_value(chance), "z z": some_value(chance)}, "a={{id}}&b"]),
        "headers": {"X-A": chance.choice(WORDS[:6]), "X-B": "Bearer {{{token}}}"},
        "data": some_value(chance),
        "json": True,
    }


@pytest.mark.parametrize("seed", range(300))
def test_every_character_of_a_request_is_accounted_for(seed):
    chance = random.Random(seed)
    inputs = {"id": chance.choice([7, "7"]), "text": chance.choice(["a<b", "x y", "12"]), "list": [1, "é"]}

    request = rendered(some_template(chance), inputs, inputSchema=SCHEMA)

    parts = {"/uri": request.url, "/body": request.body or ""}
    parts |= {f"/headers/{name}": value for name, value in request.headers.items()}
    assert {part: request.origins(part).text for part in parts} == parts
    assert [
        origin
        for part in parts
        for origin in request.origins(part)
        if origin.text and not origin.pointer and origin.kind is not Kind.DEFAULT
    ] == []
