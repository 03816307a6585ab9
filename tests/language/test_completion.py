"""Completion at the caret, which ``|`` marks."""

from __future__ import annotations

import json

import pytest

from kustomer_nb.definition import read_document
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.language import Completions, LastRun, complete
from kustomer_nb.template.builtins import BUILTINS
from kustomer_nb.template.helpers import FUNCTIONS, HELPERS
from kustomer_nb.template.helpers.signatures import FUNCTION_SIGNATURES, HELPER_SIGNATURES
from tests.work import count_calls, growth

SHOP = """{
  "app": "shop",
  "settings": {"default": {"token": {"type": "secret"}, "host": {"type": "string"}}},
  "actions": [{
    "name": "kustomer.app.shop.find",
    "type": "rest_api",
    "appSettings": {"token": {"key": "shop.default.token"}},
    "inputSchema": {
      "properties": {
        "orderId": {"type": "number", "description": "on the receipt"},
        "order": {"type": "object", "properties": {"id": {}, "line items": {}}},
        "lines": {"type": "array", "items": {"properties": {"sku": {"type": "string"}, "qty": {}}}}
      },
      "required": ["orderId"]
    },
    "inputTemplate": {
      INPUT
    },
    "outputTemplate": {"name": "/#body.customer.name", "id": "/#body.id"OUTPUT},
    "sampleOutputContext": {"name": "Ann", "id": 7}
  }]
}"""


def at_caret(marked: str, body: object = UNDEFINED) -> tuple[str, Completions]:
    offset = marked.index("¦")
    text = marked.replace("¦", "")
    completions = complete(text, offset, last_run=lambda name: LastRun(body=body))
    return text[completions.start : completions.end], completions


def labels(marked: str, body: object = UNDEFINED) -> list[str]:
    return [item.label for item in at_caret(marked, body)[1].items]


def in_request(part: str) -> str:
    return SHOP.replace("INPUT", part).replace("OUTPUT", "")


def in_output(part: str) -> str:
    return SHOP.replace("INPUT", '"uri": "x"').replace("OUTPUT", f", {part}")


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        pytest.param('"uri": "/{{¦"', ["orderId", "order", "lines", "token", "_env", "#if"], id="a tag"),
        pytest.param('"uri": "/{{{or¦}}}"', ["orderId", "order"], id="a name within braces"),
        pytest.param('"uri": "/{{order.¦', ["id", "line items"], id="a path in a string without an end"),
        pytest.param('"uri": "{{#¦"', ["if", "unless", "each", "with", "orderId"], id="a block"),
        pytest.param('"uri": "{{#each l¦"', ["lines"], id="the array of a loop"),
        pytest.param('"uri": "{{#each lines}}{{¦', ["sku", "qty", "this", "@index"], id="in a loop"),
        pytest.param('"uri": "{{#each lines as |x|}}{{x.¦', ["sku", "qty"], id="a block parameter"),
        pytest.param('"uri": "{{#lines}}{{s¦', ["sku"], id="in a section of an array"),
        pytest.param('"uri": "{{#each lines}}{{../o¦', ["orderId", "order"], id="the context around a loop"),
        pytest.param('"uri": "{{#each lines}}{{/each}}{{l¦', ["lines", "lookup", "log"], id="after a loop"),
        pytest.param('"uri": "{{#with order}}{{else}}{{ord¦', ["orderId", "order"], id="in an else"),
        pytest.param('"uri": "{{@root.ord¦', ["orderId", "order"], id="from the root"),
        pytest.param('"uri": "{{#if order}}{{/¦', ["if"], id="the end of a block"),
        pytest.param('"uri": "{{_env.¦', ["orgId", "workflowId", "appVersion"], id="the environment"),
        pytest.param('"uri": "{{date \'¦', ["years", "days", "hours", "minutes"], id="the text of a helper"),
        pytest.param('"uri": "{{date \'days\' c¦', ["count="], id="an argument of a helper"),
        pytest.param('"uri": "{{date \'days\' count=1 c¦', [], id="an argument that is there"),
        pytest.param('"uri": "{{dateFormat order.¦', ["id", "line items"], id="a path as an argument"),
        pytest.param('"uri": "{{toUpper (dateF¦', ["dateFormat"], id="a subexpression"),
        pytest.param(
            '"data": {"a": "/#¦"}', ["orderId", "order", "lines", "token", "_env"], id="a reference"
        ),
        pytest.param('"data": {"a": "/#lines.0.¦"}', ["sku", "qty"], id="a path of a reference"),
        pytest.param('"data": {"a": "/#fn:parse¦"}', ["parseFloat", "parseInt"], id="a function"),
        pytest.param('"data": {"a": "/#fn:parseInt,ord¦"}', ["orderId", "order"], id="its path"),
        pytest.param('"data": {"a": "/#fn:dateFormat,orderId,L¦"}', ["LL"], id="its text"),
        pytest.param('"uri": "text ¦"', [], id="text"),
        pytest.param('"uri": "{{! ¦ }}"', [], id="a comment"),
        pytest.param('"uri": "\\\\{{¦"', [], id="an escaped tag"),
        pytest.param('"data": {"x¦": 1}', [], id="a key of the author's own"),
        pytest.param('"uri": "x", "me¦"', ["method"], id="a key without its colon"),
        pytest.param('"uri": "x", "method": ¦', ["get", "post", "put", "patch", "delete"], id="a method"),
        pytest.param('"method": "P¦"', ["post", "put", "patch"], id="a method that begins"),
        pytest.param('"json": ¦', ["true", "false"], id="a boolean"),
    ],
)
def test_offers_what_a_request_can_have_at_the_caret(part: str, expected: list[str]) -> None:
    assert labels(in_request(part))[: len(expected) or 1] == expected


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        pytest.param('"z": "/#¦"', ["body", "response"], id="a reference"),
        pytest.param('"z": "/#body.¦"', ["customer", "id"], id="the body that gives the sample"),
        pytest.param('"z": "/#body.customer.¦"', ["name"], id="within it"),
        pytest.param('"z": "/#response.s¦"', ["statusCode"], id="the response"),
        pytest.param('"z": "{{body.customer.¦', ["name"], id="a tag in a string without an end"),
    ],
)
def test_offers_what_an_output_can_read(part: str, expected: list[str]) -> None:
    assert labels(in_output(part)) == expected


def test_offers_no_empty_name_for_the_path_that_is_typed() -> None:
    text = SHOP.replace("INPUT", '"uri": "x"').replace("OUTPUT", "").replace('"/#body.id"', '"/#body.¦"')

    assert labels(text) == ["customer"]


def test_offers_the_paths_of_the_last_response_without_its_values() -> None:
    body = {"token": "s3cret-value", "lines": [{"sku": "A-1"}]}

    _, completions = at_caret(in_output('"z": "/#body.¦"'), body)

    assert [(item.label, item.kind, item.detail) for item in completions.items] == [
        ("token", "body", "string"),
        ("lines", "body", "array of 1"),
    ]
    assert "s3cret" not in repr(completions)
    assert labels(in_output('"z": "/#body.lines.0.¦"'), body) == ["sku"]


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        pytest.param('{"app": "x", ve¦', ["version"], id="an app, a word"),
        pytest.param('{"type": "rest_api", "inputT¦"}', ["inputTemplate"], id="an action alone"),
        pytest.param('[{"name": "a", "type": "rest_api", "outputS¦"}]', ["outputSchema"], id="an array"),
        pytest.param('module.exports = {type: "rest_api", appS¦}', ["appSettings"], id="a module"),
        pytest.param('{"actions": [{"ty¦": 1, "name": 2}]}', ["type"], id="before other keys"),
        pytest.param('{"actions": [{"type": "¦"}]}', ["rest_api"], id="a value of a list"),
        pytest.param('{"settings": {"default": {"t": {"type": "s¦', ["string", "secret"], id="a setting"),
        pytest.param('{"inputSchema": {"properties": {"a": {"type": "n¦"}}}}', ["number"], id="a type"),
        pytest.param(
            '{"inputSchema": {"properties": {"a": {}, "b": {}}, "required": ["a", "¦"]}}',
            ["b"],
            id="required",
        ),
        pytest.param(
            '{"inputSchema": {"properties": {"¦": 1}}, "inputTemplate": {"uri": "{{x}}{{z.y}}"}}',
            ["x", "z"],
            id="what templates read and nothing declares",
        ),
        pytest.param(
            '{"app": "s", "settings": {"d": {"t": {}}}, "actions": [{"appSettings": {"v": {"key": "¦"}}}]}',
            ["s.d.t"],
            id="the key of a setting",
        ),
        pytest.param('{"app": "x", "version"¦: 1}', [], id="between a key and its colon"),
        pytest.param('{"app": "x" ¦}', [], id="after a value without a comma"),
        pytest.param('{"actions": [{"type": "rest_api"¦}]}', [], id="after a string"),
        pytest.param('{"inputSchema": {"required": [], "additionalProperties": tr¦}}', ["true"], id="a word"),
        pytest.param('{"actions": [{"inputTemplate": {"uri": "x"\n m¦}}]}', ["method"], id="a new line"),
        pytest.param('{"actions": [{"inputTemplate": {"uri": "x", "m¦"}}]}', ["method"], id="closed quotes"),
        pytest.param("// ¦", [], id="a comment"),
        pytest.param("¦", [], id="an empty text"),
    ],
)
def test_offers_keys_and_values_of_the_place(marked: str, expected: list[str]) -> None:
    assert labels(marked) == expected


def test_does_not_offer_a_key_that_the_object_has_before_or_after() -> None:
    offered = labels(in_request('"uri": "x", ¦, "qs": {}'))

    assert offered == ["method", "headers", "data", "json"]


@pytest.mark.parametrize(
    ("marked", "replaced", "inserted"),
    [
        ('{"app": "x", ve¦', "ve", '"version": '),
        ('{"app": "x", "ve¦"', '"ve"', '"version": '),
        ('{"app": "x", "ve¦": 1}', '"ve"', '"version"'),
        ('{"actions": [{"inputTemplate": {"method": "g¦"}}]}', '"g"', '"get"'),
        (in_request('"uri": "{{or¦derI}}"'), "orderI", "orderId"),
        (in_request('"uri": "{{order.li¦}}"'), "li", "[line items]"),
        (in_request('"data": "/#fn:parseF¦,order"'), "parseF", "parseFloat"),
        (in_request('"data": "/#fn:parseF¦"'), "parseF", "parseFloat,"),
    ],
)
def test_replaces_the_word_at_the_caret(marked: str, replaced: str, inserted: str) -> None:
    word, completions = at_caret(marked)

    assert (word, completions.items[0].insert) == (replaced, inserted)


def test_what_is_typed_need_not_be_closed_for_what_follows_to_be_read() -> None:
    marked = '{"inputTemplate": {"uri": "/{{¦},\n "inputSchema": {"properties": {"id": {}}}}'

    assert labels(marked)[0] == "id"


def test_a_text_that_cannot_be_read_takes_the_last_version_that_could() -> None:
    known = read_document('{"inputSchema": {"properties": {"id": {}}}, "inputTemplate": {"uri": ""}}')
    text = '{"inputTemplate": {"uri": "/{{", "data": ' + "[" * 600 + "]" * 600

    assert complete(text, 30, known=known).items[0].label == "id"
    assert complete(text, 30).items[0].label == "_env"


@pytest.mark.parametrize(
    "marked", [in_request('"uri": "/{{or¦}}", "data": "/#order"'), in_output('"z": "{{b¦"')]
)
def test_answers_at_every_offset_of_a_text_and_of_each_beginning_of_it(marked: str) -> None:
    text = marked.replace("¦", "")

    for offset in range(0, len(text) + 1, 3):
        for source in (text, text[:offset]):
            completions = complete(source, offset)
            assert 0 <= completions.start <= completions.end <= len(source)
            assert completions.start <= offset <= completions.end


@pytest.mark.parametrize("part", ['"uri": "/{{ord¦}}"', '"uri": "/{{ord¦', '"data": {"a": "/#¦"}, '])
def test_the_work_grows_with_the_text_and_no_faster(part: str) -> None:
    # 3,000 lines against 750.
    def work(actions: int) -> int:
        action = SHOP.partition('"actions": [')[2].removesuffix("]\n}").replace("OUTPUT", "")
        listed = [action.replace("INPUT", '"uri": "/{{orderId}}"')] * actions
        listed[actions // 2] = action.replace("INPUT", part)
        marked = f'{{"app": "shop", "actions": [{", ".join(listed)}]}}'
        text, offset = marked.replace("¦", ""), marked.index("¦")
        return count_calls(lambda: complete(text, offset))

    work(4)

    assert work(160) < 4.6 * work(40)


@pytest.mark.parametrize(
    "block", ["{{#each a}}", "{{#a}}", "{{#each a as |x y|}}", "{{#if a}}", "{{", "\\", "a. "]
)
def test_the_work_grows_with_a_string_and_no_faster(block: str) -> None:
    schema = '"inputSchema": {"properties": {"a": {"type": "array", "items": {}}}}'

    def work(count: int) -> None:
        text = f'{{{schema}, "inputTemplate": {{"uri": "{block * count}{{{{'
        complete(text, len(text))

    assert growth(work, 300) < 4.6


def test_each_helper_and_function_has_a_signature() -> None:
    assert set(HELPER_SIGNATURES) == {*HELPERS, *BUILTINS}
    assert set(FUNCTION_SIGNATURES) == set(FUNCTIONS)
    for name, signature in {**HELPER_SIGNATURES, **FUNCTION_SIGNATURES}.items():
        assert name in signature.form
        assert not set(signature.hash) & set(signature.texts)


NAMES = ["id", "a b", 'q"uote', "it's", "back\\slash", "x\nnl", "tick`", "a${b}", "\u00e9\U0001f600", "u\x01"]


@pytest.mark.parametrize("quote", ['"', "'", "`"])
def test_what_is_inserted_into_the_text_is_what_the_string_reads(quote: str) -> None:
    properties = json.dumps({name: {} for name in NAMES})
    text = f"{{inputSchema: {{properties: {properties}}}, inputTemplate: {{uri: {quote}/{{{{{quote}}}}}"
    offset = text.index("/{{") + 3

    raw = complete(text, offset)
    source = raw.as_source()

    labels = [item.label for item in source.items if item.kind == "input"]
    assert labels == NAMES
    for item, read in zip(source.items, raw.items, strict=True):
        completed = f"{text[: source.start]}{item.insert}}}}}{text[source.end :]}"
        document = read_document(completed)
        assert document.value["inputTemplate"] == {"uri": f"/{{{{{read.insert}}}}}"}


def test_a_path_of_the_response_is_escaped_too() -> None:
    text = '{"inputTemplate": {"uri": "x"}, "outputTemplate": {"k": "/#body."}}'
    offset = text.index("/#body.") + 7

    body = {'a"b': 1, "c\\d": 2, "x\ny": 3}
    completions = complete(text, offset, last_run=lambda name: LastRun(body=body)).as_source()

    for item in completions.items:
        value = json.loads(f"{text[: completions.start]}{item.insert}{text[completions.end :]}")
        assert value["outputTemplate"]["k"] == f"/#body.{item.label}"
    assert len(completions.items) == 3


def test_keys_and_listed_values_are_source_already() -> None:
    text = '{"inputTemplate": {"'

    completions = complete(text, len(text))

    assert completions.items
    assert completions.as_source() == completions


SCHEMA_KEYS = ["type", "properties", "required", "items", "description", "default", "enum", "format"]
NUMBER_KEYS = ["minimum", "maximum", "minLength", "maxLength", "pattern"]


@pytest.mark.parametrize("schema", ["inputSchema", "outputSchema"])
@pytest.mark.parametrize(
    "part",
    [
        pytest.param("{¦}", id="the schema"),
        pytest.param('{"properties": {"x": {¦}}}', id="a property"),
        pytest.param('{"properties": {"x": {"type": "array", "items": {¦}}}}', id="an item"),
        pytest.param('{"properties": {"x": {"properties": {"y": {¦}}}}}', id="a property within one"),
        pytest.param('{"additionalProperties": {¦}}', id="any other property"),
    ],
)
def test_every_schema_offers_the_keys_of_a_schema(schema: str, part: str) -> None:
    offered = labels(f'{{"actions": [{{"{schema}": {part}}}]}}')

    assert {*SCHEMA_KEYS, *NUMBER_KEYS} - set(offered) <= {"type", "items"} - set(offered)
    assert ("type" in offered) is ('"type"' not in part or "items" in part)


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        pytest.param('"inputTemplate": {"json": ¦}', ["true", "false"], id="json"),
        pytest.param('"inputTemplate": {"method": p¦}', ["post", "put", "patch"], id="a method"),
        pytest.param('"inputSchema": {"required": [¦], "properties": {"x": {}}}', ["x"], id="required"),
        pytest.param(
            '"inputSchema": {"properties": {"x": {"format": "dat¦"}}}', ["date-time", "date"], id="f"
        ),
        pytest.param(
            '"inputSchema": {"properties": {"x": {"type": "boolean", "default": ¦}}}',
            ["true", "false"],
            id="the default of a boolean",
        ),
        pytest.param('"inputSchema": {"properties": {"x": {"default": ¦}}}', [], id="any default"),
        pytest.param('"inputSchema": {"properties": {"x": { // ¦\n}}}', [], id="a comment"),
        pytest.param('/* "inputTemplate": {¦} */', [], id="a longer comment"),
        pytest.param('"appSettings": {"token": {¦}}', ["key"], id="an app setting"),
    ],
)
def test_known_values_are_offered_where_they_belong(part: str, expected: list[str]) -> None:
    offered = labels(f'{{"actions": [{{"name": "a", {part}}}]}}')

    assert [label for label in offered if label.lower() == label] == expected


@pytest.mark.parametrize(
    ("marked", "insert"),
    [
        pytest.param('{"inputSchema": {"properties": {"x": {"ty¦"}}}}', '"type": ', id="JSON"),
        pytest.param('{"inputSchema": {"properties": {"x": {ty¦}}}}', '"type": ', id="a word in JSON"),
        pytest.param("{\"inputSchema\": {'ty¦'}}", '"type": ', id="a single quote in JSON"),
        pytest.param("{inputSchema: {properties: {x: {ty¦}}}}", "type: ", id="names"),
        pytest.param("{'inputSchema': {'properties': {'x': {¦}}}}", "'type': ", id="single quotes"),
        pytest.param("{inputSchema: {properties: {x: {'ty¦'}}}}", "'type': ", id="a quote among names"),
        pytest.param("{inputSchema: {'properties': {'a': {}, b: {ty¦}}}}", "type: ", id="mixed"),
        pytest.param("{inputSchema: {properties: {x: {ty¦: 'a'}}}}", "type", id="with its colon"),
        pytest.param("{name: 'a', inputSchema: {type: ¦}}", "'string'", id="a value in single quotes"),
        pytest.param('{name: "a", inputSchema: {type: ¦}}', '"string"', id="a value in double quotes"),
        pytest.param("{inputSchema: {type: '¦'}}", "'string'", id="a quote that is typed"),
    ],
)
def test_what_is_inserted_is_quoted_as_the_author_does(marked: str, insert: str) -> None:
    assert at_caret(marked)[1].items[0].insert == insert


@pytest.mark.parametrize(
    "marked",
    [
        "const a = {name: 'x', inputSchema: {ty¦}};\nmodule.exports = {app: 'shop', actions: [a]};",
        "const s = {ty¦};\nmodule.exports = {app: 'shop', actions: [{name: 'x', inputSchema: s}]};",
        "export default [{inputSchema: {ty¦}}];",
        "export default {app: 'shop', actions: [{inputSchema: {properties: {x: {ty¦}}}}]};",
    ],
    ids=["an action", "a schema", "an array", "an app"],
)
def test_a_constant_of_a_module_is_completed_as_what_it_is_used_for(marked: str) -> None:
    assert [(item.label, item.insert) for item in at_caret(marked)[1].items] == [("type", "type: ")]


def test_a_constant_that_nothing_uses_has_no_completions() -> None:
    assert labels("const a = {b: {c: '¦'}};\nmodule.exports = {app: 'shop', actions: [{name: 'x'}]};") == []
