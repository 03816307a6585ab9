import pytest

from tests.rules.looking import LEFT_OUT, a_request, an_action, closed_schema, look, places, quoted

TEMPLATE = {"order": {"total": "/#body.total", "state": "new"}, "body": "/#body"}


def giving(template, sample=LEFT_OUT, schema=LEFT_OUT):
    return an_action(outputTemplate=template, sampleOutputContext=sample, outputSchema=schema)


def test_a_key_that_the_schema_drops_is_pointed_at_with_its_near_miss():
    value = giving({"bdy": "/#body"}, schema=closed_schema(body="object"))

    assert quoted(value, "KNB505") == ['"bdy"']
    assert [diagnostic.fix for diagnostic in look(value) if diagnostic.code == "KNB505"] == [
        "did you mean `body`?"
    ]


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        pytest.param(closed_schema(order="object"), ["body"], id="not named"),
        pytest.param({"additionalProperties": False}, ["order", "body"], id="nothing named"),
        pytest.param(
            {"properties": {"order": closed_schema(total="number")}}, ["order/state"], id="not named within"
        ),
        pytest.param(closed_schema(order="object", body="object"), [], id="all named"),
        pytest.param({"properties": {"order": {}}}, [], id="others allowed"),
        pytest.param({"additionalProperties": closed_schema(total="number")}, ["order/state"], id="others"),
    ],
)
def test_what_the_schema_drops_of_an_output_is_a_warning(schema, expected):
    found = places(giving(TEMPLATE, schema=schema), "KNB505")

    assert found == [f"warning /outputTemplate/{path}" for path in expected]


JSON = a_request(json=True)


def giving_sample(sample=LEFT_OUT, schema=LEFT_OUT, template="/#body", **keys):
    keys = {"inputTemplate": JSON, **keys}
    return an_action(outputTemplate=template, outputSchema=schema, sampleOutputContext=sample, **keys)


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        pytest.param("/#body.order.id", ["/#body.order.id"], id="a reference"),
        pytest.param({"a": ["no {{body.id}}"]}, ["{{body.id}}"], id="a tag"),
        pytest.param("/#response.body.id", ["/#response.body.id"], id="the body of the response"),
        pytest.param("{{#with body}}{{id}}{{/with}}", ["{{id}}"], id="a block that names the body"),
        pytest.param("{{#with body.a}}{{id}}{{/with}}", ["body.a"], id="a block that names more"),
        pytest.param("/#fn:parseInt,body.n", ["/#fn:parseInt,body.n"], id="a function"),
        pytest.param("/#body", [], id="the body"),
        pytest.param("/#body.length", [], id="its length"),
        pytest.param("/#response.statusCode", [], id="the status"),
        pytest.param("/#response.body", [], id="the body, by the response"),
    ],
)
def test_a_path_within_a_body_of_text_is_an_error(output, expected):
    assert quoted(giving_sample(template=output, inputTemplate=a_request()), "KNB509") == expected


@pytest.mark.parametrize(
    ("json", "expected"),
    [
        pytest.param(LEFT_OUT, 1, id="left out"),
        pytest.param(False, 1, id="false"),
        pytest.param(None, 1, id="null"),
        pytest.param(True, 0, id="true"),
        pytest.param("/#x", 0, id="known only in a run"),
        pytest.param({"a": 1}, 0, id="a body, which parses the answer too"),
    ],
)
def test_a_body_is_text_where_json_is_off(json, expected):
    value = giving_sample(template="/#body.id", inputTemplate=a_request(json=json))

    assert len(places(value, "KNB509")) == expected


def test_an_action_without_a_request_has_no_body_to_tell_of():
    assert places(giving_sample(template="/#body.id", inputTemplate=LEFT_OUT), "KNB509") == []


@pytest.mark.parametrize(
    ("template", "schema", "expected"),
    [
        pytest.param({"a": 1}, closed_schema(a="number", b="number"), ["properties/b"], id="a property"),
        pytest.param({"a": 1}, {"required": ["a", "b"]}, ["required/1"], id="required alone"),
        pytest.param(
            {"a": 1},
            {**closed_schema(a="number", b="number"), "required": ["b"]},
            ["properties/b"],
            id="both",
        ),
        pytest.param(
            {"a": {"c": 1}},
            {"properties": {"a": closed_schema(b="number", c="number")}},
            ["properties/a/properties/b"],
            id="within",
        ),
        pytest.param({"a": "/#body"}, {"properties": {"a": closed_schema(b="number")}}, [], id="a reference"),
        pytest.param("/#body", closed_schema(b="number"), [], id="a reference as a whole"),
        pytest.param(LEFT_OUT, closed_schema(b="number"), [], id="no template"),
        pytest.param(
            {"a": [{}]}, {"properties": {"a": {"items": closed_schema(b="number")}}}, [], id="items"
        ),
        pytest.param({"a": 1}, {"properties": [], "required": "b"}, [], id="what cannot be read"),
    ],
)
def test_what_the_schema_names_and_the_template_never_emits_is_a_warning(template, schema, expected):
    found = places(giving_sample(schema=schema, template=template), "KNB510")

    assert found == [f"warning /outputSchema/{path}" for path in expected]


CLOSED = {"additionalProperties": False}


@pytest.mark.parametrize(
    ("template", "schema"),
    [
        ({"totl": "/#body.totl"}, {"properties": {"total": {}}}),
        ({"order_id": 1, "x": 2}, {"properties": {"orderId": {}, "x": {}}}),
        ({"a": {"Name": 1}}, {"properties": {"a": {"properties": {"name": {}}, **CLOSED}}}),
    ],
)
def test_one_misspelt_name_is_one_finding(template, schema):
    value = giving_sample(schema={**schema, **CLOSED}, template=template)

    (diagnostic,) = [item for item in look(value) if item.code in ("KNB505", "KNB510")]
    assert diagnostic.code == "KNB505"
    assert diagnostic.fix.startswith("did you mean `")


@pytest.mark.parametrize(
    ("template", "schema", "expected"),
    [
        ({"amount": 1}, {"properties": {"total": {}}}, ["KNB505", "KNB510"]),
        ({"totl": 1}, {"properties": {"total": {}, "state": {}}}, ["KNB505", "KNB510"]),
        ({"totl": 1, "total": 2}, {"properties": {"total": {}}}, ["KNB505"]),
    ],
)
def test_other_names_keep_their_findings(template, schema, expected):
    value = giving_sample(schema={**schema, **CLOSED}, template=template)

    assert sorted(item.code for item in look(value) if item.code in ("KNB505", "KNB510")) == expected


def test_a_property_that_is_emitted_already_is_not_suggested():
    schema = {"properties": {"order": {}}, **CLOSED}
    value = giving_sample(schema=schema, template={"order": "/#body.order", "orders": "/#body.orders"})

    (diagnostic,) = [item for item in look(value) if item.code == "KNB505"]
    assert diagnostic.fix == 'declare "orders" in outputSchema.'


def test_what_is_never_emitted_is_pointed_at_with_its_near_miss():
    value = giving_sample(schema={"properties": {"total": {}}}, template={"totl": "/#body.total"})

    assert quoted(value, "KNB510") == ['"total"']
    assert [(diagnostic.code, diagnostic.fix) for diagnostic in look(value)] == [
        ("KNB510", "did you mean `totl`?")
    ]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        pytest.param({"inputSchema": {"type": "array"}}, ["inputSchema"], id="inputs"),
        pytest.param({"inputSchema": {"type": ["string"]}}, ["inputSchema"], id="inputs, as a list"),
        pytest.param({"inputSchema": {"type": ["object", "string"]}}, [], id="an object among others"),
        pytest.param({"inputSchema": {}}, [], id="no type"),
        pytest.param({"inputSchema": {"type": "objct"}}, [], id="no type of the platform"),
        pytest.param({"inputSchema": {"type": []}}, [], id="an empty list"),
        pytest.param(
            {"outputSchema": {"type": "array"}, "outputTemplate": {}}, ["outputSchema"], id="an output"
        ),
        pytest.param({"outputSchema": {"type": "array"}}, ["outputSchema"], id="the output there is without"),
        pytest.param(
            {"outputSchema": {"type": "array"}, "outputTemplate": "/#body"}, [], id="a body that may be one"
        ),
    ],
)
def test_a_root_that_no_value_can_have_is_a_warning(keys, expected):
    assert places(an_action(**keys), "KNB511") == [f"warning /{key}/type" for key in expected]


def test_a_sample_and_schema_nested_deep_are_looked_at():
    sample, schema, template = 5, {"type": "string"}, "/#body"
    for _ in range(200):
        sample, schema, template = {"a": sample}, {"properties": {"a": schema}}, {"a": template}

    assert look(giving_sample(sample, schema, template)).errors.codes == []
