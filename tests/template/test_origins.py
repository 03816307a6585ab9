import pytest

from kustomer_nb.template import Kind, Notes, Piece, Scope, Template
from kustomer_nb.template.js_semantics import SafeString
from kustomer_nb.template.traced_values import Fragment, TrackedValue

SETTINGS = {"token": "$shop.default.token", "unset": "$shop.default.unset"}
VALUES = {
    "token": "s3cret-token",
    "name": "Ann & Bob",
    "nothing": None,
    "order": {"id": 7, "lines": [{"sku": "a"}, {"sku": "b"}]},
    "_env": {"orgId": "o-1"},
}


def traced(template, values=None, notes=None, **options):
    scope = Scope(VALUES if values is None else values, SETTINGS)
    return Template.parse(template).origins(scope, notes=notes, **options)


def pieces(template, values=None, **options):
    text = traced(template, values, **options)
    return [(piece.text, piece.kind, piece.path) for piece in text.pieces]


HELPERS = {
    "up": lambda options, value: str(value).upper(),
    "wrap": lambda options, *args: f"<{options.fn(options.this)}>",
    "twice": lambda options, *args: options.fn(options.this) * 2,
    "pass": lambda options, *args: options.fn(options.this),
    "rows": lambda options, items: "".join(options.fn(item) for item in items),
    "reversed": lambda options, *args: options.fn(options.this)[::-1],
    "peek": lambda options: options.this["token"],
    "shout": lambda options: options.this["token"].upper(),
    "start": lambda options: options.data["root"]["token"][:4],
    "copied": lambda options: options.this.copy()["token"].upper() + {**options.this}["name"],
    "all": lambda options: "".join(str(value).title() for value in options.this.values()),
    "same": lambda options: options.fn(options.this, {**options.data}),
    "count": lambda options: len(options.hash["x"]),
    "safe": lambda options, value: SafeString(value),
    "set": lambda options: options.fn(options.this, {**options.data, "x": 1}, ["p"]),
}


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        pytest.param("a{{! b }}c", [("a", Kind.LITERAL, ""), ("c", Kind.LITERAL, "")], id="text"),
        pytest.param("{{{name}}}", [("Ann & Bob", Kind.INPUT, "name")], id="a variable"),
        pytest.param("{{_env.orgId}}", [("o-1", Kind.ENV, "_env.orgId")], id="the environment"),
        pytest.param("{{nothing}}", [("", Kind.NULL, "nothing")], id="null"),
        pytest.param("{{gone.x}}", [("", Kind.MISSING, "gone.x")], id="a missing variable"),
        pytest.param(
            "{{#each order.lines}}{{sku}};{{/each}}",
            [
                ("a", Kind.INPUT, "order.lines.0.sku"),
                (";", Kind.LITERAL, ""),
                ("b", Kind.INPUT, "order.lines.1.sku"),
                (";", Kind.LITERAL, ""),
            ],
            id="what a loop prints",
        ),
        pytest.param(
            "{{#each order.lines as |line at|}}{{at}}{{/each}}",
            [("0", Kind.INPUT, "at"), ("1", Kind.INPUT, "at")],
            id="the index of a loop",
        ),
        pytest.param("{{#with order}}{{id}}{{/with}}", [("7", Kind.INPUT, "order.id")], id="with"),
        pytest.param(
            "{{#order}}{{../name.length}}{{/order}}", [("9", Kind.INPUT, "../name.length")], id="a section"
        ),
        pytest.param("{{@root.order.id}}", [("7", Kind.INPUT, "order.id")], id="the root"),
        pytest.param("{{lookup order 'id'}}", [("7", Kind.INPUT, "order.id")], id="lookup"),
        pytest.param("{{up order.id}}", [("7", Kind.HELPER, "up order.id")], id="a helper"),
        pytest.param(
            "{{#wrap}}a{{order.id}}{{/wrap}}",
            [
                ("<", Kind.HELPER, "wrap"),
                ("a", Kind.LITERAL, ""),
                ("7", Kind.INPUT, "order.id"),
                (">", Kind.HELPER, "wrap"),
            ],
            id="a block within a helper's text",
        ),
        pytest.param(
            "{{#reversed}}a{{name}}{{/reversed}}",
            [("boB ;pma& nnAa", Kind.HELPER, "reversed")],
            id="a block that a helper changed",
        ),
        pytest.param(
            "{{#rows order.lines}}{{sku}}{{/rows}}",
            [("a", Kind.HELPER, "sku"), ("b", Kind.HELPER, "sku")],
            id="what a helper hands to its block",
        ),
        pytest.param(
            "{{#set as |p|}}{{p}}{{@x}}{{/set}}",
            [("p", Kind.HELPER, "p"), ("1", Kind.INPUT, "@x")],
            id="block parameters and data of a helper",
        ),
        pytest.param(
            "{{{order.id}}}{{{order.id}}}",
            [("", Kind.INPUT, "order.id"), ("14", Kind.INPUT, "order.id")],
            id="numbers that add up",
        ),
    ],
)
def test_each_piece_knows_where_it_came_from(template, expected):
    assert pieces(template, helpers=HELPERS) == expected


def test_a_piece_has_its_location_and_its_text_before_escaping():
    (_, piece) = traced("a {{ name }}", pointer="/data").pieces

    assert (piece.text, piece.raw, piece.changed) == ("Ann &amp; Bob", "Ann & Bob", 4)
    assert (piece.span.start, piece.span.end, piece.pointer) == (2, 12, "/data")


@pytest.mark.parametrize(
    ("template", "shown_text"),
    [
        pytest.param("{{token}}", "$shop.default.token", id="a setting"),
        pytest.param("{{unset}}", "$shop.default.unset", id="a setting without a value"),
        pytest.param("{{up token}}", "$shop.default.token", id="a helper of a setting"),
        pytest.param("{{up (up token)}}", "$shop.default.token", id="a helper of a helper of a setting"),
        pytest.param("{{count x=token}}", "$shop.default.token", id="a setting as key and value"),
        pytest.param("{{token.length}}", "$shop.default.token", id="the length of a setting"),
        pytest.param("{{#with token}}[{{this}}]{{/with}}", "[$shop.default.token]", id="with a setting"),
        pytest.param("{{#with token as |t|}}{{t}}{{/with}}", "$shop.default.token", id="a block parameter"),
        pytest.param("{{lookup this 'token'}}", "$shop.default.token", id="lookup"),
        pytest.param("{{#token}}{{.}}{{/token}}", "$shop.default.token", id="a section"),
        pytest.param("{{#with token}}{{up .}}{{/with}}", "$shop.default.token", id="a helper in a block"),
        pytest.param("{{#wrap}}{{token}}{{/wrap}}", "$shop.default.token", id="a block in a helper's text"),
        pytest.param("{{#pass}}a{{token}}{{/pass}}", "a$shop.default.token", id="a block a helper hands on"),
        pytest.param("{{#twice}}{{token}}{{/twice}}", "$shop.default.token", id="a block a helper repeats"),
        pytest.param("{{peek}}", "$shop.default.token", id="a helper that reads a setting by itself"),
        pytest.param("{{shout}}", "$shop.default.token", id="a helper that changes what it reads"),
        pytest.param("{{start}}", "$shop.default.token", id="a helper that cuts what it reads of the root"),
        pytest.param("{{copied}}", "$shop.default.token", id="a helper that copies everything"),
        pytest.param("{{all}}", "$shop.default.token", id="a helper that reads everything"),
        pytest.param(
            "{{#same}}{{token}}{{@root.name}}{{/same}}", "$shop.default.tokenAnn &amp; Bob", id="fn"
        ),
        pytest.param("{{up this}}", "$shop.default.token$shop.default.unset", id="a helper of everything"),
        pytest.param("{{{safe token}}}", "$shop.default.token", id="a safe string of a setting"),
    ],
)
def test_what_is_made_from_a_setting_is_masked_as_a_whole(template, shown_text):
    text = traced(template, helpers=HELPERS)

    assert text.shown == shown_text
    assert text.real == Template.parse(template).render(VALUES, helpers=HELPERS)


def test_the_keys_of_a_setting_are_masked():
    values = {"token": {"key-1": {"x": 1}}}

    text = traced("{{#each token}}{{@key}}{{x}}{{/each}}", values)

    assert text.shown == "$shop.default.token$shop.default.token"


def test_a_setting_in_the_log_is_masked(caplog):
    with caplog.at_level("INFO", "kustomer_nb.template"):
        traced("{{log token name}}")

    assert [record.message for record in caplog.records] == ["$shop.default.token Ann & Bob"]


def test_a_missing_value_is_recorded_with_its_location_and_variable():
    notes = Notes()

    traced("{{gone.x}}{{#each order.lines}}{{note}}{{/each}}{{nothing.x}}", notes=notes, pointer="/uri")

    assert [
        (reference.path, reference.name, reference.pointer, reference.span.column)
        for reference in notes.missing
    ] == [
        ("gone.x", "gone", "/uri", 3),
        ("note", "order", "/uri", 34),
    ]


@pytest.mark.parametrize(
    ("template", "missing"),
    [
        pytest.param(
            "{{#if gone}}a{{/if}}{{#unless gone}}b{{/unless}}{{#gone}}c{{/gone}}", [], id="conditions"
        ),
        pytest.param("{{#each gone}}a{{else}}b{{/each}}", [], id="a loop that has an else"),
        pytest.param("{{#each gone}}a{{/each}}", ["gone"], id="a loop that has none"),
        pytest.param("{{up gone}}", ["gone"], id="what a helper is given"),
        pytest.param("{{unset}}{{up unset}}", [], id="a setting, which is reported separately"),
        pytest.param("{{@index}}", ["@index"], id="the index outside of a loop"),
    ],
)
def test_only_what_should_have_a_value_is_recorded_as_missing(template, missing):
    notes = Notes()

    traced(template, notes=notes, helpers=HELPERS)

    assert [reference.path for reference in notes.missing] == missing


MARKER = "s3cret-marker"
CANARY = {
    "token": MARKER,
    "m": {"k": 1, MARKER: {"x": "a&b"}},
    "l": [1, 2],
    "name": "Ann",
    "_env": {"orgId": "o"},
}


@pytest.mark.parametrize(
    "template",
    [
        "{{lookup this token}}",
        "{{lookup m token}}",
        "{{#with (lookup m token)}}{{x}}{{y}}{{/with}}",
        "{{#with m}}{{lookup this ../token}}{{/with}}",
        "{{lookup (lookup m token) 'gone'}}",
        "{{#each m}}{{lookup ../m ../token}}{{/each}}",
        "{{lookup l token}}{{lookup token 0}}",
        "{{#with token as |t|}}{{lookup ../m t}}{{/with}}",
        "{{up (lookup this token)}}",
    ],
)
def test_a_secret_key_is_never_shown(template):
    notes = Notes()

    text = Template.parse(template).origins(Scope(CANARY, SETTINGS), notes=notes, helpers=HELPERS)

    paths = [piece.path for piece in text.pieces]
    assert MARKER not in f"{text.shown} {paths} {notes!r}"
    assert text.real == Template.parse(template).render(CANARY, helpers=HELPERS)


@pytest.mark.parametrize(
    ("template", "reads"),
    [
        pytest.param("{{#if token}}a{{/if}}", ["token"], id="a condition"),
        pytest.param("{{#unless token}}a{{/unless}}", ["token"], id="an inverted condition"),
        pytest.param("{{#each token}}a{{else}}b{{/each}}", ["token"], id="a loop"),
        pytest.param("{{#with token}}a{{/with}}", ["token"], id="with"),
        pytest.param("{{#token}}a{{/token}}{{^token}}b{{/token}}", ["token", "token"], id="sections"),
        pytest.param("{{count x=token}}", ["token"], id="an argument"),
        pytest.param("{{#if (up token)}}a{{/if}}", ["token"], id="an argument within"),
        pytest.param(
            "{{#each order.lines}}{{#if @root.token}}a{{/if}}{{/each}}", ["token"], id="in a loop, once"
        ),
        pytest.param("{{token}} {{_env.orgId}}", ["token", "_env.orgId"], id="what is printed"),
        pytest.param("{{name}}{{_env.gone}}", [], id="nothing"),
    ],
)
def test_reads_of_settings_and_environment_are_recorded_printed_or_not(template, reads):
    notes = Notes()

    traced(template, notes=notes, helpers=HELPERS)

    assert [piece.path for piece in notes.reads] == reads


def test_a_path_without_a_variable_is_recorded_without_one():
    notes = Notes()

    traced("{{../name}}{{@index}}{{lookup order 'gone'}}{{lookup order name}}", notes=notes)

    assert [(reference.path, reference.name) for reference in notes.missing] == [
        ("../name", ""),
        ("@index", ""),
        ("order.gone", "order"),
        ("lookup order name", "order"),
    ]


def test_each_location_is_recorded_once_however_often_it_is_rendered():
    notes = Notes()
    values = {"l": list(range(50))}

    traced("{{#each l}}{{../gone}}{{@root.gone}}{{/each}}", values, notes=notes)

    assert [reference.path for reference in notes.missing] == ["../gone", "@root.gone"]


def test_literal_text_has_its_location_in_the_template():
    template = "  {{~#if name}}\n  ab {{~name}}  c\n{{/if}}\n d"

    text = traced(template)

    located = [
        (piece.text, template[piece.span.start : piece.span.end]) for piece in text.pieces if not piece.path
    ]
    assert located == [(text, text) for text in ("  ab", "  c\n", " d")]


def test_loops_over_keys_that_are_not_strings():
    assert pieces("{{#each order}}{{@key}}{{this}}{{/each}}", {"order": {1: "a"}})[0][0] == "1"


def test_reprs_do_not_contain_the_value_of_a_setting():
    token = Piece("s3cret", Kind.SETTING, "token", "$shop.default.token")

    reprs = f"{TrackedValue('s3cret', ('token',))!r} {Fragment('s3cret', (token,))!r}"

    assert reprs == "<TrackedValue: helper> <Fragment: $shop.default.token>"
