import json

import pytest

from kustomer_nb.definition import document_from_value, read_document
from kustomer_nb.rules import fix_document, lint_document
from kustomer_nb.template.mistakes import BRACES_AS_TEXT
from tests.rules.looking import (
    LEFT_OUT,
    SELECTION,
    a_request,
    an_action,
    an_app,
    closed_schema,
    look,
    places,
    quoted,
    sending,
)

TOKEN = {"token": {"key": "shop.default.token"}}


def test_every_template_that_cannot_be_read_is_pointed_at_inside_its_string():
    value = sending(closed_schema(a="string"), data={"x": "Hello {{a[0]}}", "y": ["{{{a}}}", "{{#a}}"]})

    assert quoted(value, "KNB301") == ["{{a[0]}}", "{{#a}}"]
    assert look(value).errors.codes == ["KNB301", "KNB301"]


def test_a_call_that_can_only_fail_is_pointed_at_too():
    value = sending(
        closed_schema(a="string"), data="{{#if a a}}{{/if}} {{#each a}}{{unless a}}{{/each}}{{#if}}{{/if}}"
    )

    assert quoted(value, "KNB301") == ["{{#if a a}}", "{{unless a}}", "{{#if}}"]


@pytest.mark.parametrize(
    "output", ["/#", {"body": ["/#fn:parseInt,/#body.total"]}], ids=["no path", "a function, deep inside"]
)
def test_a_reference_that_cannot_be_read_is_an_error_in_outputs_too(output):
    assert len(places(sending(output=output), "KNB302")) == 1


@pytest.mark.parametrize(
    ("schema", "severity", "message"),
    [
        pytest.param(
            closed_schema(orderId="number"), "error", "can never have a value", id="a closed schema"
        ),
        pytest.param({"properties": {"orderId": {}}}, "warning", "declared neither", id="an open schema"),
        pytest.param(LEFT_OUT, "warning", "declared neither", id="no schema"),
    ],
)
def test_an_undeclared_variable_is_an_error_where_it_can_never_be_supplied(schema, severity, message):
    diagnostics = look(sending(schema, data={"id": "/#item"}))

    assert [(diagnostic.code, diagnostic.severity.value) for diagnostic in diagnostics] == [
        ("KNB303", severity)
    ]
    assert message in diagnostics[0].message
    assert diagnostics[0].fix == "declare `item` in inputSchema."


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        pytest.param("orderid", "did you mean `orderId`?", id="an input"),
        pytest.param("tokn", "did you mean `token`?", id="an app setting"),
        pytest.param("_evn", "did you mean `_env`?", id="the environment"),
    ],
)
def test_an_undeclared_variable_is_told_its_near_miss(name, fix):
    diagnostics = look(sending(closed_schema(orderId="object"), TOKEN, data={"id": f"/#{name}.x"}))

    assert [(diagnostic.code, diagnostic.fix) for diagnostic in diagnostics] == [("KNB303", fix)]


def test_a_setting_that_is_declared_and_not_in_app_settings_is_named():
    action = sending(closed_schema(a="string"), data={"key": "{{{region}}}"})

    diagnostics = look(an_app(settings={"eu": {"region": {"type": "string"}}}, actions=[action]))

    assert 'add "region": {"key": "shop.eu.region"} to appSettings.' in [
        diagnostic.fix for diagnostic in diagnostics
    ]


def test_each_place_of_an_undeclared_variable_is_reported():
    value = sending(closed_schema(a="string"), uri="https://a.b/{{{x}}}/{{{x}}}", data="/#x")

    assert quoted(value, "KNB303") == ["{{{x}}}", "{{{x}}}", "/#x"]


@pytest.mark.parametrize("schema", [5, {"properties": []}], ids=["no object", "properties that are none"])
def test_variables_are_not_asked_for_where_the_schema_cannot_be_read(schema):
    assert places(sending(schema, data="/#x"), "KNB303") == []


@pytest.mark.parametrize(
    ("output", "fix"),
    [
        pytest.param("/#bdy.total", "did you mean `body`?", id="a near miss"),
        pytest.param("{{{total}}}", "did you mean `body.total`?", id="a key of the body"),
    ],
)
def test_an_output_that_reads_anything_but_the_response_is_a_warning(output, fix):
    diagnostics = look(sending(output={"total": output}))

    assert [(diagnostic.code, diagnostic.severity.value, diagnostic.fix) for diagnostic in diagnostics] == [
        ("KNB303", "warning", fix)
    ]


def test_an_output_may_read_response_body_and_environment():
    output = ["/#response.statusCode", "{{body.a}}", "/#_env.orgId"]

    assert look(sending(settings=TOKEN, output=output)).codes == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Order /#order.id.", "/#order.id", id="after text"),
        pytest.param(" /#order", "/#order", id="after a space"),
        pytest.param("/#order /#size", "/#size", id="after another"),
        pytest.param("https://a.b/x/#order", "/#order", id="a variable after an address"),
        pytest.param("n /#fn:parseInt,order", "/#fn:parseInt,order", id="a function"),
    ],
)
def test_a_reference_within_a_longer_string_is_a_warning_alone(text, expected):
    value = sending(closed_schema(order="string"), data={"note": text})

    assert quoted(value, "KNB305") == [expected]
    assert look(value).codes == ["KNB305"]


@pytest.mark.parametrize("text", ["https://a.b/c/#section", "a/# b", "#x", "/#order"])
def test_what_only_looks_like_a_reference_is_not_reported(text):
    value = sending(closed_schema(order="string"), data={"note": text})

    assert look(value).codes == []


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        pytest.param("Order /#order.id.", "Order {{{order.id}}}.", id="the end of a sentence"),
        pytest.param("Order /#order.lines.0, open", "Order {{{order.lines.[0]}}}, open", id="a number last"),
        pytest.param("Order /#order.lines[0].id", "Order {{{order.lines.[0].id}}}", id="an index"),
        pytest.param("Order /#order.@paid!", "Order {{{order.[@paid]}}}!", id="an at sign"),
        pytest.param("Order /#order-id - new", "Order {{{order-id}}} - new", id="a dash in a name"),
    ],
)
def test_the_fix_of_a_reference_within_a_string_keeps_its_path_and_the_text_around_it(text, fixed):
    inputs = {"properties": {"order": {"type": "object"}, "order-id": {"type": "string"}}}
    document = document_from_value(sending(inputs, data={"note": text}))

    after, _ = fix_document(document, unsafe=True)

    assert after.value["inputTemplate"]["data"] == {"note": fixed}
    assert lint_document(after, SELECTION).codes == []


def test_a_function_within_a_string_has_no_tag_to_write_instead():
    value = sending(closed_schema(order="string"), data={"note": "n /#fn:parseInt,order"})

    (diagnostic,) = look(value)

    assert diagnostic.fix == "make it the whole string: no tag calls it like this."
    assert diagnostic.edits == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param('{{"id": 5}}', "KNB310", id="an object"),
        pytest.param("{{'a' 'b'}}", "KNB310", id="strings"),
        pytest.param("{{5 6}}", "KNB310", id="numbers"),
        pytest.param("{{100}}", "KNB303", id="a number"),
    ],
)
def test_braces_around_a_literal_are_text(text, code):
    (diagnostic,) = look(sending(closed_schema(order="string"), data={"note": text}))

    assert (diagnostic.code, diagnostic.fix) == (code, f"{BRACES_AS_TEXT}.")


def test_a_reference_within_an_output_is_a_warning():
    assert places(sending(output={"said": "Status /#response.statusCode"}), "KNB305") == [
        "warning /outputTemplate/said"
    ]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        pytest.param("{{{size}}}", "size", id="not escaped"),
        pytest.param("{{size}}", "size", id="escaped"),
        pytest.param("{{order.list}}", "order.list", id="within an object"),
        pytest.param("{{paid}}", "paid", id="a boolean"),
    ],
)
def test_a_type_that_a_template_loses_is_a_hint_with_the_reference(text, path):
    schema = closed_schema(size="number", paid="boolean", order="object")
    schema["properties"]["order"]["properties"] = {"list": {"type": "array"}}

    diagnostics = look(sending(schema, data={"a": [text]}))

    assert [(diagnostic.code, diagnostic.severity.value) for diagnostic in diagnostics] == [
        ("KNB306", "hint")
    ]
    assert diagnostics[0].fix == f'write "/#{path}", which keeps the type.'


@pytest.mark.parametrize(
    "text", ["{{{name}}}", "{{size}} items", "{{size}}{{size}}", "/#size", "{{{token}}}"]
)
def test_a_template_that_is_meant_as_text_is_not_reported(text):
    value = sending(closed_schema(size="number", name="string"), TOKEN, data={"a": text})

    assert look(value).codes == []


def test_a_place_inside_a_string_with_escapes_is_found():
    value = sending(closed_schema(a="string"), data="\t{{{x}}}")

    assert quoted(value, "KNB303") == ["{{{x}}}"]


def test_a_place_inside_a_string_has_the_line_and_column_of_its_text():
    text = json.dumps(sending(closed_schema(a="string"), uri="https://a.b/{{{x}}}"), indent=1)

    (diagnostic,) = lint_document(read_document(text), SELECTION)

    assert text.splitlines()[diagnostic.span.line - 1][diagnostic.span.column - 1 :].startswith("{{{x}}}")


CLOSED = closed_schema(id="string", total="number")
OPEN = {key: item for key, item in CLOSED.items() if key != "additionalProperties"}
SETTING = {"token": {"key": "shop.default.token"}}


def reading(text, order=CLOSED, **keys):
    inputs = {"properties": {"order": order, "name": {"type": "string"}, "list": {"type": "array"}}}
    return an_action(
        inputSchema=inputs,
        inputTemplate=a_request(method="post", json=True, data={"a": text}),
        **keys,
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("/#order.totl", "/#order.totl", id="a reference"),
        pytest.param("a {{{order.totl}}}", "{{{order.totl}}}", id="a tag"),
        pytest.param("{{#if order.totl}}a{{/if}}", "order.totl", id="a condition"),
        pytest.param("{{#with order}}{{totl}}{{/with}}", "{{totl}}", id="in a block that names the rest"),
        pytest.param("/#fn:parseInt,order.totl", "/#fn:parseInt,order.totl", id="a function"),
        pytest.param("{{order.[totl]}}", "{{order.[totl]}}", id="a name in brackets"),
    ],
)
def test_a_name_that_a_closed_object_lacks_is_a_warning_with_its_near_miss(text, expected):
    value = reading(text)

    assert quoted(value, "KNB316") == [expected]
    assert [(diagnostic.code, diagnostic.severity.value, diagnostic.fix) for diagnostic in look(value)] == [
        ("KNB316", "warning", "did you mean `total`?")
    ]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        pytest.param(CLOSED, ["warning"], id="closed"),
        pytest.param(OPEN, ["hint"], id="open"),
        pytest.param({**CLOSED, "additionalProperties": True}, ["hint"], id="open in so many words"),
        pytest.param({**CLOSED, "additionalProperties": {"type": "string"}}, [], id="others described"),
        pytest.param({"type": "object"}, [], id="nothing declared"),
        pytest.param({"type": "object", "additionalProperties": False}, [], id="closed, nothing declared"),
        pytest.param({**CLOSED, "type": "string"}, [], id="no object"),
        pytest.param({**CLOSED, "type": ["object"]}, [], id="a type that cannot be told"),
        pytest.param(5, [], id="no schema"),
    ],
)
def test_how_sure_it_is_depends_on_the_schema(order, expected):
    severities = [
        diagnostic.severity.value
        for diagnostic in look(reading("/#order.state", order))
        if diagnostic.code == "KNB316"
    ]

    assert severities == expected


def test_the_first_name_that_is_missing_is_told_and_none_after_it():
    order = {"type": "object", "properties": {"line": CLOSED}, "additionalProperties": False}

    diagnostics = look(reading("{{{order.lin.totl}}} {{{order.line.totl}}}", order))

    assert [diagnostic.fix for diagnostic in diagnostics] == ["did you mean `line`?", "did you mean `total`?"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("/#order.total", id="a declared one"),
        pytest.param("/#order", id="the object"),
        pytest.param("/#name.length", id="within a text"),
        pytest.param("/#list.0.id", id="within an array"),
        pytest.param("{{#each order}}{{totl}}{{/each}}", id="in a loop"),
        pytest.param("{{#with order.total}}{{this}}{{/with}}", id="a context"),
    ],
)
def test_a_name_that_may_be_there_is_right(text):
    assert places(reading(text), "KNB316") == []


@pytest.mark.parametrize("text", ["/#order.totl[0]", "/#order.totl /#name", "/#order..id"])
def test_what_is_no_path_is_left_to_the_rules_of_references(text):
    assert places(reading(text), "KNB316") == []


def test_a_setting_of_that_name_may_be_what_is_read():
    value = reading("/#order.totl", appSettings={"order": {"key": "shop.default.order"}})

    assert places(value, "KNB316") == []


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        pytest.param({"a": "/#token"}, ["/#token"], id="a reference"),
        pytest.param({"a": ["for {{{token}}}"]}, ["{{{token}}}"], id="a tag, deep inside"),
        pytest.param({"a": "/#body.token"}, [], id="a name in the body"),
        pytest.param({"a": "/#other"}, [], id="no setting"),
        pytest.param(LEFT_OUT, [], id="no output template"),
    ],
)
def test_a_setting_in_an_output_is_a_warning(output, expected):
    assert quoted(reading("/#name", outputTemplate=output, appSettings=SETTING), "KNB317") == expected


def test_a_setting_named_like_the_body_is_not_what_an_output_reads():
    settings = {"body": {"key": "shop.default.body"}}

    assert look(reading("/#name", outputTemplate="/#body", appSettings=settings)).codes == []


INPUTS = closed_schema(order="object", lines="array")


def sending_texts(*texts, output=None):
    data = dict(zip("abcdef", texts, strict=False))
    template = a_request(method="post", json=True, data=data)
    return an_action(inputSchema=INPUTS, inputTemplate=template, outputTemplate=output)


@pytest.mark.parametrize(
    ("code", "text", "expected", "fix"),
    [
        pytest.param("KNB313", "a {{order.@paid}}", "{{order.@paid}}", "write order.[@paid].", id="an @name"),
        pytest.param(
            "KNB313",
            "{{{order['@paid']}}}",
            "{{{order['@paid']}}}",
            "write order.[@paid].",
            id="an @name in quotes",
        ),
        pytest.param(
            "KNB314",
            "{{#if lines.0}}b{{/if}}",
            "{{#if lines.0}}",
            "write lines.[0], in square brackets.",
            id="a number last",
        ),
        pytest.param(
            "KNB315",
            '{"a":{{lines.length}}}',
            "{{lines.length}}}",
            "remove one, open with three braces too, or put a space before braces that are text.",
            id="a brace of text after a tag",
        ),
        pytest.param("KNB315", "{{{lines}}", "{{{lines}}", "end it with }}}.", id="a brace too few"),
    ],
)
def test_what_authors_write_again_and_again_is_told_once_by_its_own_code(code, text, expected, fix):
    value = sending_texts(text)

    assert quoted(value, code) == [expected]
    assert [(diagnostic.code, diagnostic.severity.value, diagnostic.fix) for diagnostic in look(value)] == [
        (code, "error", fix)
    ]


@pytest.mark.parametrize("code", ["KNB313", "KNB314", "KNB315"])
def test_an_output_is_looked_at_too(code):
    texts = {"KNB313": "{{body.@a}}", "KNB314": "{{body.0}}", "KNB315": "{{body}}}"}

    assert look(sending_texts(output=[texts[code]])).codes == [code]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{{order.[@paid]}}{{lines.[0]}}", id="the ways out"),
        pytest.param("{{lines.0.id}}", id="a number within a path"),
        pytest.param("/#lines.0", id="a number last in a reference"),
        pytest.param("/#order.@paid", id="an @name in a reference"),
        pytest.param("{{#each lines}}{{@index}}{{@key}}{{/each}}", id="variables of a loop"),
        pytest.param('{"a":{{lines.length}} }', id="a space before a brace of text"),
    ],
)
def test_what_handlebars_reads_is_right(text):
    assert look(sending_texts(text)).errors.codes == []


def test_embedded_references_of_one_string_are_reported_up_to_a_bound():
    value = sending(data=" /#steps.a" * 5000)

    assert len(places(value, "KNB305")) == 200
    assert len(places(sending(data=" /#steps.a" * 199), "KNB305")) == 199
