from __future__ import annotations

import json
from typing import Any

import pytest

import kustomer_nb as knb
from kustomer_nb.errors import EditError
from tests.work import count_calls

LINE = {"type": "object", "properties": {"sku": {"type": "string"}, "id": {}}, "required": ["sku"]}
SCHEMA = {
    "properties": {
        "id": {"type": "string"},
        "note": {},
        "flag": {"type": "boolean"},
        "lines": {"type": "array", "items": LINE},
        "order id": {},
    }
}


def app_of(template: Any, **more: Any) -> knb.App:
    return knb.loads(
        json.dumps({"type": "rest_api", "inputSchema": SCHEMA, "inputTemplate": template, **more}, indent=2)
    )


def renamed(template: str, old: str = "id", new: str = "key", **more: Any) -> Any:
    app = app_of({"uri": template}, **more)
    app.action().rename_input(old, new)
    return app.action().value["inputTemplate"]["uri"]


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{id}}{{{id}}}{{&id}}{{~ id ~}}", "{{key}}{{{key}}}{{&key}}{{~ key ~}}"),
        ("{{#if id}}{{id}}{{else}}{{id.x}}{{/if}}", "{{#if key}}{{key}}{{else}}{{key.x}}{{/if}}"),
        ("{{#id}}x{{/id}}{{^id}}y{{/id}}", "{{#key}}x{{/key}}{{^key}}y{{/key}}"),
        ("{{#each id}}{{this.x}}{{/each}}", "{{#each key}}{{this.x}}{{/each}}"),
        ("{{#with id as |o|}}{{o.id}}{{/with}}", "{{#with key as |o|}}{{o.id}}{{/with}}"),
        (
            "{{[id]}}{{id.a.b}}{{id/a}}{{this.id}}{{./id}}",
            "{{[key]}}{{key.a.b}}{{key/a}}{{this.key}}{{./key}}",
        ),
        (
            "{{#each lines}}{{id}}{{../id}}{{@root.id}}{{/each}}",
            "{{#each lines}}{{id}}{{../key}}{{@root.key}}{{/each}}",
        ),
        (
            "{{#flag}}{{id}}{{/flag}}{{#lines}}{{id}}{{/lines}}",
            "{{#flag}}{{key}}{{/flag}}{{#lines}}{{id}}{{/lines}}",
        ),
        (
            "{{#each lines as |id|}}{{id}}{{id.sku}}{{/each}}",
            "{{#each lines as |id|}}{{id}}{{id.sku}}{{/each}}",
        ),
        (
            "{{toLower id}}{{math (toLower id) '+' id}}{{f id=id}}",
            "{{toLower key}}{{math (toLower key) '+' key}}{{f id=key}}",
        ),
        (
            "{{lookup @root 'id'}}{{lookup this \"id\"}}{{lookup note 'id'}}",
            "{{lookup @root 'key'}}{{lookup this \"key\"}}{{lookup note 'id'}}",
        ),
        (
            "{{'id'}} id {{! id }} \\{{id}} {{note.id}} {{idx}} {{x-id}} é/#id",
            "{{'key'}} id {{! id }} \\{{id}} {{note.id}} {{idx}} {{x-id}} é/#id",
        ),
        ("{{{{id}}}}{{id}}{{{{/id}}}}", "{{{{key}}}}{{id}}{{{{/key}}}}"),
        ("{{#each this}}{{id}}{{/each}}{{lookup . 'id'}}", "{{#each this}}{{id}}{{/each}}{{lookup . 'key'}}"),
        (
            "{{#if (toLower id)}}{{#with (lookup id 'id')}}{{id}}{{/with}}{{/if}}",
            "{{#if (toLower key)}}{{#with (lookup key 'id')}}{{id}}{{/with}}{{/if}}",
        ),
        ("/#id", "/#key"),
        ("/#id.a[0]", "/#key.a[0]"),
        ("/#id[0].id", "/#key[0].id"),
        ("/#note.id", "/#note.id"),
        ("/#fn:parseInt,id", "/#fn:parseInt,key"),
        ("/#fn:ifExists,id.x,id", "/#fn:ifExists,key.x,id"),
        ("/#fn:id,note,id", "/#fn:id,note,id"),
        ('é "{{id}}" \\ 😀 {{id}}\n{{id}}', 'é "{{key}}" \\ 😀 {{key}}\n{{key}}'),
    ],
)
def test_renames_what_reads_the_input_and_nothing_else(template: str, expected: str) -> None:
    assert renamed(template) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        (
            "{{#each lines}}{{sku}}{{this.sku}}{{../sku}}{{/each}}{{sku}}",
            "{{#each lines}}{{key}}{{this.key}}{{../sku}}{{/each}}{{sku}}",
        ),
        (
            "{{lines.[0].sku}}{{lines.0.sku}}{{lines.length}}",
            "{{lines.[0].key}}{{lines.0.key}}{{lines.length}}",
        ),
        (
            "{{#each lines as |l|}}{{l.sku}}{{#each ../lines}}{{sku}}{{../sku}}{{/each}}{{/each}}",
            "{{#each lines as |l|}}{{l.key}}{{#each ../lines}}{{key}}{{../key}}{{/each}}{{/each}}",
        ),
        (
            "{{#lines}}{{sku}}{{/lines}}{{#with lines.[0]}}{{sku}}{{/with}}",
            "{{#lines}}{{key}}{{/lines}}{{#with lines.[0]}}{{key}}{{/with}}",
        ),
        ("/#lines[0].sku", "/#lines[0].key"),
        ("/#lines.3.sku", "/#lines.3.key"),
        ("/#lines.sku", "/#lines.sku"),
    ],
)
def test_renames_a_property_within_an_input(template: str, expected: str) -> None:
    assert renamed(template, "lines[].sku") == expected


def test_the_work_of_a_rename_grows_with_the_uses_and_no_faster() -> None:
    def work(count: int) -> int:
        # The escapes of the file have to be followed to find each place.
        action = app_of(
            {"uri": '\\ "é" {{id}}' * count, "data": ["/#id", "{{#each lines}}{{../id}}{{/each}}"] * count}
        ).action()
        return count_calls(lambda: action.plan_rename("id", "key"))

    work(10)

    assert work(400) < 4.6 * work(100)


def test_a_pointer_names_an_input_or_a_setting_as_well() -> None:
    app = app_of(
        {"uri": "{{#each lines}}{{id}}{{/each}}{{id}}{{token}}"}, appSettings={"token": {"key": "a.b.c"}}
    )
    action = app.action()
    inner, setting = "/inputSchema/properties/lines/items/properties/id", "/appSettings/token"

    assert inner in [place.pointer for place in action.plan_rename(inner, "key")]
    assert setting in [place.pointer for place in action.plan_rename(setting, "key")]
    action.rename_input(inner, "key")
    action.rename_setting(setting, "secret")

    assert action.value["inputTemplate"]["uri"] == "{{#each lines}}{{key}}{{/each}}{{id}}{{secret}}"
    action.remove_input("/inputSchema/properties/lines/items/properties/key")
    assert list(action.value["inputSchema"]["properties"]["lines"]["items"]["properties"]) == ["sku"]


def test_an_outer_name_is_renamed_on_the_way_to_an_inner_one() -> None:
    assert renamed("{{#each lines}}{{sku}}{{/each}}{{lines.[0].sku}}", "lines", "rows") == (
        "{{#each rows}}{{sku}}{{/each}}{{rows.[0].sku}}"
    )
    assert renamed("{{[order id]}}{{{[order id].x}}}", "order id", "orderId") == "{{orderId}}{{{orderId.x}}}"


def test_renames_in_every_part_of_the_schema_and_in_keys_of_the_template() -> None:
    schema = {
        "properties": {"id": {"default": {"id": 1}}, "b": {}},
        "required": ["b", "id"],
        "dependencies": {"id": ["b"], "b": ["id"]},
        "anyOf": [{"required": ["id"]}, {"properties": {"id": {"minLength": 1}}}],
        "default": {"id": 7, "b": {"id": 1}},
        "examples": [{"id": 7}],
    }
    app = knb.loads(json.dumps({"inputSchema": schema, "inputTemplate": {"data": {"id": "id", "{{id}}": 1}}}))

    app.action().rename_input("id", "key")

    assert app.action().value == {
        "inputSchema": {
            "properties": {"key": {"default": {"id": 1}}, "b": {}},
            "required": ["b", "key"],
            "dependencies": {"key": ["b"], "b": ["key"]},
            "anyOf": [{"required": ["key"]}, {"properties": {"key": {"minLength": 1}}}],
            "default": {"key": 7, "b": {"id": 1}},
            "examples": [{"key": 7}],
        },
        "inputTemplate": {"data": {"id": "id", "{{key}}": 1}},
    }


def test_an_output_and_a_sample_keep_their_names() -> None:
    more = {"outputTemplate": {"id": "/#id", "x": "{{id}}"}, "sampleOutputContext": {"id": 1}}
    app = app_of({"uri": "{{id}}"}, **more)

    app.action().rename_input("id", "key")

    assert {key: app.action().value[key] for key in more} == more


def test_a_setting_of_the_same_name_keeps_the_templates() -> None:
    # Platform.setting_beats_input: the templates read the setting.
    settings = {"id": {"key": "shop.default.id"}}

    assert renamed("{{id}}", appSettings=settings) == "{{id}}"


def test_renames_a_setting_wherever_it_is_read() -> None:
    app = app_of({"uri": "{{token}} token"}, appSettings={"token": {"key": "shop.default.token"}})
    text = app.text

    app.action().rename_setting("token", "secret")

    assert app.action().value["appSettings"] == {"secret": {"key": "shop.default.token"}}
    assert app.action().value["inputTemplate"]["uri"] == "{{secret}} token"
    app.undo()
    assert app.text == text


@pytest.mark.parametrize(
    ("new", "template", "expected"),
    [
        ("note", "{{id}}", 'KNB158 "note" is already the name of an input.'),
        ("token", "{{id}}", 'KNB158 "token" is already the name of an app setting'),
        ("_env", "{{id}}", 'KNB158 "_env" is already'),
        ("order no", "{{id}}", "{{[order no]}}"),
        ("a.b", "/#id", "such as aB"),
        ("7", "{{id}}", "KNB158"),
        ("", "{{id}}", "KNB158"),
        ("date", "{{id}}", "{{this.date}}"),
        ("if", "{{id}}", "{{this.if}}"),
        ("key", "{{id}} {{key}}", "KNB158 a template reads `key` already"),
        ("key", "{{#if id as |key|}}{{id}}{{/if}}", "KNB158 a block in this template gives the name `key`"),
        ("key", "{{#if id}}", "KNB145 this template mentions `id`, but cannot be read."),
    ],
)
def test_refuses_a_name_that_would_not_mean_the_input_everywhere(
    new: str, template: str, expected: str
) -> None:
    app = app_of({"uri": template}, appSettings={"token": {"key": "shop.default.token"}})
    text = app.text

    for verb in (app.action().rename_input, app.action().plan_rename):
        with pytest.raises(EditError) as error:
            verb("id", new)
        assert expected in str(error.value)
    assert app.text == text


def test_a_broken_template_that_does_not_mention_the_name_is_no_obstacle() -> None:
    assert renamed("{{#if note}}") == "{{#if note}}"


@pytest.mark.parametrize(
    ("old", "fix"), [("nte", "did you mean `note`"), ("lines[].sk", "lines[].sku"), ("zzz", "use one of id")]
)
def test_an_input_that_does_not_exist_is_named(old: str, fix: str) -> None:
    with pytest.raises(EditError, match="KNB140") as error:
        app_of({}).action().rename_input(old, "key")

    assert fix in str(error.value)


def test_what_code_puts_together_is_not_renamed() -> None:
    schema = "inputSchema: {properties: {id: {}}}"
    text = f'const base = "x";\nexport default {{{schema}, inputTemplate: {{uri: base + "/{{{{id}}}}"}}}}'
    app = knb.loads(text)

    with pytest.raises(EditError, match="KNB145"):
        app.action().rename_input("id", "key")

    assert app.text == text


def test_keeps_the_quotes_of_the_author() -> None:
    schema = "{properties: {id: {}, 'lines': {}}, required: ['id']}"
    template = "{uri: '/{{id}}', qs: {x: `/#id`}}"
    text = f"module.exports = {{inputSchema: {schema}, inputTemplate: {template}}}"
    app = knb.loads(text)

    app.action().rename_input("id", "key")

    for before, after in (("id:", "key:"), ("'id'", "'key'"), ("{{id}}", "{{key}}"), ("/#id", "/#key")):
        text = text.replace(before, after)
    assert app.text == text


def test_a_plan_lists_each_place_with_its_line_and_masks_tokens() -> None:
    token = "sk_live_51H8xY2eZvKYlo2C"
    app = app_of({"uri": "/{{id}}", "headers": {"x-api-key": f"{token}{{{{id}}}}"}})

    places = app.action().plan_rename("id", "key")

    assert [(place.pointer, place.is_key) for place in places] == [
        ("/inputSchema/properties/id", True),
        ("/inputTemplate/uri", False),
        ("/inputTemplate/headers/x-api-key", False),
    ]
    assert [app.text.splitlines()[place.line - 1][place.column - 1 :][:2] for place in places] == [
        '"i',
        "id",
        "id",
    ]
    assert (places[1].before, places[1].after) == ('"uri": "/{{id}}",', '"uri": "/{{key}}",')
    assert token not in repr(places)


def test_a_plan_of_a_long_line_shows_the_part_around_the_place() -> None:
    app = knb.loads(
        json.dumps({"inputSchema": SCHEMA, "inputTemplate": {"data": "x" * 500 + "{{id}}" + "y" * 500}})
    )

    place = app.action().plan_rename("id", "key")[-1]

    assert "{{key}}" in place.after
    assert len(place.after) < 130
