"""Which values are hazards: each cause has an action that shows it, and a twin that does not."""

from __future__ import annotations

import json
from typing import Any

import pytest

import kustomer_nb as knb
from kustomer_nb.probing import HazardKind, Hazards

TEXT, NUMBER, FLAG = {"type": "string"}, {"type": "number"}, {"type": "boolean"}
URL = "https://api.shop.com/orders"


def action(template: dict[str, Any], properties: dict[str, Any], *required: str, **keys: Any) -> knb.Action:
    schema = {"properties": properties, "required": list(required)}
    base = {"uri": URL, "method": "post"}
    return knb.load({"inputTemplate": {**base, **template}, "inputSchema": schema, **keys}).action()


def names(hazards: Hazards, kind: HazardKind) -> set[str]:
    return {value.name for hazard in hazards if hazard.kind is kind for value in hazard.values}


def in_json(value: Any) -> dict[str, Any]:
    return {"json": True, "data": {"value": value}}


def as_text(data: str, media: str = "application/json") -> dict[str, Any]:
    return {"headers": {"content-type": media}, "data": data}


# The kind, its template with its inputs, the values that show it, and a template in which none does.
PAIRS = [
    pytest.param(
        HazardKind.ESCAPED,
        (in_json("{{note}}"), {"note": TEXT}),
        {"double quotes", "an apostrophe", "&", "=", "angle brackets"},
        (in_json("{{{note}}}"), {"note": TEXT}),
        id="escaped in JSON",
    ),
    pytest.param(
        HazardKind.ESCAPED,
        ({"uri": f"{URL}?note={{{{note}}}}"}, {"note": TEXT}),
        {"double quotes", "an apostrophe", "&", "=", "angle brackets"},
        ({"qs": {"note": "/#note"}}, {"note": TEXT}),
        id="escaped in a query",
    ),
    pytest.param(
        HazardKind.ESCAPED,
        (in_json("{{toLower note}}"), {"note": TEXT}),
        {"double quotes", "&"},
        (in_json("{{{toLower note}}}"), {"note": TEXT}),
        id="escaped after a helper",
    ),
    pytest.param(
        HazardKind.ESCAPED,
        (in_json("{{size}}"), {"size": {"type": "string", "enum": ["S & M", "L"]}}),
        {"the choice 'S & M'"},
        (in_json("{{size}}"), {"size": {"type": "string", "enum": ["M", "L"]}}),
        id="an escaped choice",
    ),
    pytest.param(
        HazardKind.HOST_CHANGED,
        ({"uri": "https://{{{shop}}}.shop.com/x"}, {"shop": TEXT}),
        {"../", "/", "?"},
        ({"uri": "https://{{{shop}}}.shop.com/x"}, {"shop": {**TEXT, "pattern": "^[a-z0-9-]+$"}}),
        id="host",
    ),
    pytest.param(
        HazardKind.PATH_CHANGED,
        ({"uri": f"{URL}/{{{{{{id}}}}}}"}, {"id": TEXT}),
        {"../", "/", "a backslash"},
        ({"uri": f"{URL}/{{{{{{id}}}}}}"}, {"id": NUMBER}),
        id="path",
    ),
    pytest.param(
        HazardKind.PATH_GAP,
        ({"uri": f"{URL}/{{{{{{id}}}}}}", "method": "delete"}, {"id": TEXT}),
        {"an empty string", "null", "absent"},
        ({"uri": f"{URL}{{{{#if id}}}}/{{{{{{id}}}}}}{{{{/if}}}}"}, {"id": TEXT}),
        id="a gap in the path",
    ),
    pytest.param(
        HazardKind.QUERY_CHANGED,
        ({"uri": f"{URL}?note={{{{{{note}}}}}}&page=2"}, {"note": TEXT}),
        {"&", "#"},
        ({"uri": f"{URL}?page=2", "qs": {"note": "/#note"}}, {"note": TEXT}),
        id="query",
    ),
    pytest.param(
        HazardKind.BODY_CHANGED,
        (as_text("note={{{note}}}", "application/x-www-form-urlencoded"), {"note": TEXT}),
        {"&"},
        (as_text("note={{{note}}}", "application/x-www-form-urlencoded"), {"note": NUMBER}),
        id="form",
    ),
    pytest.param(
        HazardKind.BODY_INVALID,
        (as_text('{"note":"{{{note}}}"}'), {"note": TEXT}),
        {"double quotes", "a line break"},
        (in_json("/#note"), {"note": TEXT}),
        id="JSON as text",
    ),
    pytest.param(
        HazardKind.BODY_INVALID,
        (as_text('{"qty":{{qty}} }'), {"qty": NUMBER}),
        {"absent"},
        (as_text('{ {{#if qty}}"qty":{{qty}}{{/if}} }'), {"qty": NUMBER}),
        id="JSON without a value",
    ),
    pytest.param(
        HazardKind.BODY_INVALID,
        (as_text("<a>{{{note}}}</a>", "text/xml"), {"note": TEXT}),
        {"&", "angle brackets"},
        (as_text("<a>{{note}}</a>", "text/xml"), {"note": TEXT}),
        id="XML",
    ),
    pytest.param(
        HazardKind.ALTERED,
        ({"uri": f"{URL}?mail={{{{{{mail}}}}}}"}, {"mail": TEXT}),
        {"+", "%", "#"},
        ({"qs": {"mail": "/#mail"}}, {"mail": {**TEXT, "maxLength": 20, "pattern": "[+%#]"}}),
        id="a plus",
    ),
    pytest.param(
        HazardKind.ROUNDED,
        (in_json("/#id"), {"id": NUMBER}),
        {"2^53+1"},
        (in_json("/#id"), {"id": {**NUMBER, "maximum": 1_000_000}}),
        id="rounded",
    ),
    pytest.param(
        HazardKind.CONVERTED,
        (in_json("/#qty"), {"qty": NUMBER}),
        {"null", "leading zeros"},
        (in_json("/#qty"), {"qty": {"type": ["number", "string", "null"]}}),
        id="converted",
    ),
    pytest.param(
        HazardKind.CONVERTED,
        (in_json("/#notify"), {"notify": FLAG}),
        {"null"},
        (in_json("/#notify"), {"notify": {"type": ["boolean", "null"]}}),
        id="null for a boolean",
    ),
    pytest.param(
        HazardKind.LOST,
        (in_json("{{#if qty}}{{qty}}{{/if}}"), {"qty": NUMBER}),
        {"0"},
        (in_json("{{qty}}"), {"qty": NUMBER}),
        id="zero in a block",
    ),
    pytest.param(
        HazardKind.LOST,
        ({"uri": f"{URL}?a=1{{{{#if gift}}}}&gift={{{{gift}}}}{{{{/if}}}}"}, {"gift": FLAG}),
        {"false"},
        ({"uri": f"{URL}?a=1{{{{#if gift}}}}&gift=yes{{{{/if}}}}"}, {"gift": FLAG}),
        id="false in a block",
    ),
    pytest.param(
        HazardKind.REFUSED,
        ({"headers": {"x-note": "{{{note}}}"}}, {"note": TEXT}),
        {"a line break", "an emoji"},
        ({"headers": {"x-note": "{{{note}}}"}}, {"note": FLAG}),
        id="a header with a line break",
    ),
    pytest.param(
        HazardKind.TEXT_CHANGED,
        (in_json('query { order(id: "{{{id}}}") { id } }'), {"id": TEXT}),
        set(),
        (in_json("{{{id}}}"), {"id": TEXT}),
        id="plain text with braces",
    ),
    pytest.param(
        HazardKind.TEXT_CHANGED,
        ({"json": True, "data": {"query": 'query { order(id: "{{{id}}}") { id } }'}}, {"id": TEXT}),
        {"double quotes", "a line break", "a backslash"},
        (
            {
                "json": True,
                "data": {
                    "query": "query ($id: ID!) { order(id: $id) { id } }",
                    "variables": {"id": "/#id"},
                },
            },
            {"id": TEXT},
        ),
        id="GraphQL",
    ),
    pytest.param(
        HazardKind.TEXT_CHANGED,
        ({"headers": {"cookie": "a={{{a}}}; b=2"}}, {"a": TEXT}),
        {";"},
        ({"headers": {"cookie": "a={{{a}}}; b=2"}}, {"a": NUMBER}),
        id="a cookie",
    ),
    pytest.param(
        HazardKind.OBJECT_PRINTED,
        (in_json("{{order}}"), {"order": {"type": "object", "properties": {"id": TEXT}}}),
        {"any object"},
        (in_json("/#order"), {"order": {"type": "object", "properties": {"id": TEXT}}}),
        id="an object as text",
    ),
    pytest.param(
        HazardKind.SENT_EMPTY,
        (in_json("{{{note}}}"), {"note": TEXT}),
        {"null", "absent"},
        (in_json("/#note"), {"note": {"type": ["string", "null"]}}),
        id="sent empty",
    ),
    pytest.param(
        HazardKind.LONG,
        ({"qs": {"note": "/#note"}}, {"note": TEXT}),
        {"10 kB"},
        ({"qs": {"note": "/#note"}}, {"note": {**TEXT, "maxLength": 200}}),
        id="long",
    ),
]


@pytest.mark.parametrize(("kind", "template", "values", "twin"), PAIRS)
def test_each_cause_has_its_values_and_a_twin_without_any(
    kind: HazardKind,
    template: tuple[dict[str, Any], dict[str, Any]],
    values: set[str],
    twin: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    assert names(knb.hazards(action(*template)), kind) >= values
    assert not names(knb.hazards(action(*twin)), kind)


def test_every_kind_is_shown_by_a_pair_or_cannot_be_told_from_another() -> None:
    kinds = {pair.values[0] for pair in PAIRS}

    # The names of headers are no templates, and only outputs are dropped: see test_outputs.py.
    assert {*HazardKind} - kinds == {HazardKind.HEADER_CHANGED, HazardKind.DROPPED}


def test_a_user_in_the_url_is_a_change_of_the_host() -> None:
    hazards = knb.hazards(action({"uri": "https://{{{shop}}}.shop.com/x"}, {"shop": TEXT}))

    assert "+" in names(hazards, HazardKind.HOST_CHANGED)


@pytest.mark.parametrize(
    "template",
    [
        pytest.param(in_json("/#value"), id="a reference"),
        pytest.param({"qs": {"value": "/#value"}}, id="qs"),
        pytest.param(in_json({"deep": ["/#value", "x"]}), id="a reference in an array"),
    ],
)
def test_what_arrives_as_it_is_is_no_hazard(template: dict[str, Any]) -> None:
    limited = {"type": ["string", "null"], "maxLength": 100, "pattern": "^[^\ud83d]*$"}

    assert not knb.hazards(action(template, {"value": limited})).at_least(knb.Severity.WARNING)


def test_rows_are_grouped_by_cause_and_input() -> None:
    hazards = knb.hazards(action(in_json({"a": "{{a}}", "b": "{{b}}"}), {"a": TEXT, "b": TEXT}))

    escaped = [(hazard.kind, hazard.input) for hazard in hazards if hazard.kind is HazardKind.ESCAPED]
    assert escaped == [(HazardKind.ESCAPED, "a"), (HazardKind.ESCAPED, "b")]
    assert len({(hazard.kind, hazard.input) for hazard in hazards}) == len(hazards)


def test_a_value_within_an_array_of_objects_is_tried() -> None:
    items = {"type": "object", "properties": {"sku": TEXT}}
    data = '{"lines":[{{#each lines}}{"sku":"{{{sku}}}"}{{#unless @last}},{{/unless}}{{/each}}]}'

    hazards = knb.hazards(action(as_text(data), {"lines": {"type": "array", "items": items}}))

    (invalid,) = [hazard for hazard in hazards if hazard.kind is HazardKind.BODY_INVALID]
    assert invalid.input == "lines[].sku"
    assert invalid.inputs["lines"][0]["sku"] == invalid.values[0].value


def test_inputs_that_no_schema_declares_are_tried() -> None:
    app = knb.load({"inputTemplate": {"uri": f"{URL}?q={{{{{{q}}}}}}", "method": "get"}})

    assert "&" in names(knb.hazards(app.action()), HazardKind.QUERY_CHANGED)


@pytest.mark.parametrize("tag", ["/#any", "{{{any}}}"])
def test_a_value_without_a_type_may_keep_its_own(tag: str) -> None:
    hazards = knb.hazards(action(in_json(tag), {"any": {}}))

    assert not {value.name for hazard in hazards for value in hazard.values} & {"0", "a fraction", "false"}


@pytest.mark.parametrize(("name", "severity"), [("orderId", "warning"), ("amount", "hint")])
def test_digits_count_in_an_identifier(name: str, severity: str) -> None:
    hazards = knb.hazards(action(in_json(f"/#{name}"), {name: NUMBER}))

    (rounded,) = [hazard for hazard in hazards if hazard.kind is HazardKind.ROUNDED]
    assert rounded.severity.value == severity


def test_a_choice_that_decides_the_method_is_tried_with_its_choices() -> None:
    method = {"type": "string", "enum": ["get", "delete"]}
    probed = action({"method": "{{m}}", "uri": f"{URL}/{{{{{{id}}}}}}"}, {"m": method, "id": TEXT})

    assert names(knb.hazards(probed), HazardKind.PATH_CHANGED) >= {"../", "/"}


def test_an_example_of_the_author_makes_the_request() -> None:
    base = {**TEXT, "examples": ["https://eu"]}
    probed = action({"uri": " {{{base}}}.shop.com/{{{id}}}"}, {"base": base, "id": TEXT})

    assert "id" in {hazard.input for hazard in knb.hazards(probed)}


def test_what_a_closed_schema_does_not_declare_is_not_tried() -> None:
    schema = {"properties": {"a": TEXT}, "additionalProperties": False}
    template = {"uri": f"{URL}?a={{{{{{a}}}}}}&b={{{{{{b}}}}}}", "method": "get"}
    app = knb.load({"inputTemplate": template, "inputSchema": schema, "appSettings": {"b": {"key": "s.d.b"}}})

    assert {hazard.input for hazard in knb.hazards(app.action())} == {"a"}


def test_dots_change_the_path_also_where_the_number_of_segments_stays() -> None:
    hazards = knb.hazards(action({"uri": "https://api.shop.com/{{{id}}}"}, {"id": TEXT}))

    assert "../" in names(hazards, HazardKind.PATH_CHANGED)


def test_a_value_that_the_schema_rejects_is_no_hazard() -> None:
    hazards = knb.hazards(action({"uri": f"{URL}/{{{{{{id}}}}}}", "method": "delete"}, {"id": TEXT}, "id"))

    # It is required, so that no value is rejected, and null becomes an empty string.
    assert names(hazards, HazardKind.PATH_GAP) == {"an empty string", "null"}


def test_the_location_is_the_tag_in_the_file() -> None:
    text = '{"inputTemplate": {"uri": "https://a.b/{{{id}}}",\n "method": "get"}}'

    hazard = knb.hazards(knb.loads(text).action())[0]

    assert (hazard.pointer, hazard.span and (hazard.span.line, hazard.span.column)) == (
        "/inputTemplate/uri",
        (1, 40),
    )


def test_an_action_without_a_request_says_why() -> None:
    with pytest.raises(knb.RequestError, match="KNB402"):
        knb.hazards(action({"uri": "{{{id}}}.shop.com"}, {"id": NUMBER}))


def test_inputs_of_the_caller_make_the_others_ordinary() -> None:
    template = {"uri": "{{{scheme}}}://api.shop.com/{{{id}}}"}
    probed = action(template, {"scheme": {**TEXT, "enum": ["https"]}, "id": TEXT})

    assert names(knb.hazards(probed, {"scheme": "https"}), HazardKind.PATH_CHANGED)


def test_no_setting_has_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_DEFAULT_TOKEN", "s3cret-of-the-shop")
    monkeypatch.setenv("KUSTOMER_SETTING_SHOP_DEFAULT_TOKEN", "s3cret-of-the-shop")
    settings = {"token": {"key": "shop.default.token"}}
    template = {"uri": f"{URL}/{{{{{{id}}}}}}", "headers": {"authorization": "Bearer {{{token}}}"}}

    hazards = knb.hazards(action(template, {"id": TEXT}, appSettings=settings))

    assert "s3cret" not in json.dumps(hazards.to_json()) + repr(hazards) + hazards._repr_html_()


def test_a_token_that_the_author_wrote_is_masked() -> None:
    token = "sk_live_51H8xY2eZvKYlo2CqTmR4w"
    template = {"uri": f"https://api.shop.com/{token}/{{{{{{id}}}}}}", "method": "get"}

    hazards = knb.hazards(action(template, {"id": TEXT}))

    assert names(hazards, HazardKind.PATH_CHANGED)
    assert token not in json.dumps(hazards.to_json()) + hazards._repr_html_()


def test_the_number_of_requests_is_bounded() -> None:
    properties = {f"field{index}": TEXT for index in range(100)}

    hazards = knb.hazards(action(in_json("/#field0"), properties))

    assert hazards.tried < 64 * 30
    assert hazards.untried == tuple(list(properties)[64:])
    assert "field99" in hazards.untried_line


def test_a_level_selects_what_is_as_bad_or_worse() -> None:
    hazards = knb.hazards(action({"uri": f"{URL}/{{{{{{id}}}}}}"}, {"id": TEXT}))

    assert {hazard.severity for hazard in hazards.at_least(knb.Severity.ERROR)} == {knb.Severity.ERROR}
    assert len(hazards.at_least(knb.Severity.HINT)) == len(hazards)
