import pytest

from .looking import LEFT_OUT, a_request, an_action, closed_schema, look, places, quoted

JSON = a_request(json=True)


def giving(sample=LEFT_OUT, schema=LEFT_OUT, template="/#body", **keys):
    keys = {"inputTemplate": JSON, **keys}
    return an_action(outputTemplate=template, outputSchema=schema, sampleOutputContext=sample, **keys)


@pytest.mark.parametrize(
    ("sample", "types", "said"),
    [
        pytest.param(
            {"a": "5"}, {"a": "number"}, "a string here, and outputSchema makes it a number", id="text"
        ),
        pytest.param(
            {"a": 5}, {"a": "string"}, "a number here, and outputSchema makes it a string", id="number"
        ),
        pytest.param(
            {"a": None}, {"a": "string"}, "null here, and outputSchema makes it a string", id="null"
        ),
        pytest.param(
            {"a": "x"}, {"a": "number"}, "a string here, and outputSchema wants a number", id="no way"
        ),
        pytest.param(
            {"a": []}, {"a": "object"}, "an array here, and outputSchema wants an object", id="an array"
        ),
        pytest.param({"a": 2**60 + 1}, {"a": "number"}, "makes it another number", id="a number too large"),
    ],
)
def test_a_sample_of_another_type_is_a_warning_that_does_not_quote_it(sample, types, said):
    found = look(giving(sample, closed_schema(**types)))

    assert [(one.code, one.pointer) for one in found] == [("KNB507", "/sampleOutputContext/a")]
    assert said in found[0].message


@pytest.mark.parametrize(
    ("sample", "schema"),
    [
        pytest.param({"a": 5, "b": "x"}, closed_schema(a="number", b="string"), id="the same types"),
        pytest.param({"a": 5}, {"properties": {"a": {"type": "money"}}}, id="a type that is not known"),
        pytest.param({"a": 5}, 5, id="no schema"),
        pytest.param(None, closed_schema(a="number"), id="no sample"),
        pytest.param({"a": [{"b": 1}]}, {"properties": {"a": {"type": "array"}}}, id="items not described"),
    ],
)
def test_a_sample_of_the_declared_types_is_right(sample, schema):
    found = look(giving(sample, schema))

    assert {"KNB507", "KNB508"}.isdisjoint(found.codes)


def test_a_sample_that_is_no_object_at_all_is_told():
    assert places(giving("x", closed_schema(a="string")), "KNB507") == ["warning /sampleOutputContext"]


def test_what_is_wrong_deep_inside_is_pointed_at():
    schema = {"properties": {"a": {"type": "array", "items": closed_schema(b="number")}}}
    value = giving({"a": [{"b": 1}, {"b": "2", "c": 3}]}, schema)

    assert quoted(value, "KNB507") == ['"2"']
    assert quoted(value, "KNB508") == ['"c"']


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        pytest.param("/#body", ["order/tax"], id="a reference"),
        pytest.param(LEFT_OUT, ["order/tax"], id="no template"),
        pytest.param({"order": "/#body"}, ["order/tax"], id="a reference within"),
        pytest.param({"order": {"total": "/#body.a"}}, [], id="not emitted, which KNB504 says"),
        pytest.param(
            {"order": {"total": "/#body.a", "tax": "/#body.b"}}, [], id="emitted, which KNB505 says"
        ),
        pytest.param({}, [], id="nothing emitted"),
    ],
)
def test_what_the_schema_drops_of_a_sample_is_told_once(template, expected):
    schema = {"properties": {"order": closed_schema(total="number")}}

    found = look(giving({"order": {"total": 5, "tax": 1}}, schema, template))

    pointers = [one.pointer for one in found if one.code == "KNB508"]
    assert pointers == [f"/sampleOutputContext/{path}" for path in expected]
    assert [one.code for one in found if one.pointer.endswith("/tax")] in (
        ["KNB508"],
        ["KNB504"],
        ["KNB505"],
        [],
    )


def test_a_dropped_key_is_told_its_near_miss():
    found = look(giving({"totl": 5}, closed_schema(total="number")))

    assert [(one.code, one.fix) for one in found] == [("KNB508", "did you mean `total`?")]


@pytest.mark.parametrize(
    ("output", "found"),
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
def test_a_path_within_a_body_of_text_is_an_error(output, found):
    assert quoted(giving(template=output, inputTemplate=a_request()), "KNB509") == found


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
    value = giving(template="/#body.id", inputTemplate=a_request(json=json))

    assert len(places(value, "KNB509")) == expected


def test_an_action_without_a_request_has_no_body_to_tell_of():
    assert places(giving(template="/#body.id", inputTemplate=LEFT_OUT), "KNB509") == []


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
    found = places(giving(schema=schema, template=template), "KNB510")

    assert found == [f"warning /outputSchema/{path}" for path in expected]


def test_what_is_never_emitted_is_pointed_at_with_its_near_miss():
    value = giving(schema={"properties": {"total": {}}}, template={"totl": "/#body.total"})

    assert quoted(value, "KNB510") == ['"total"']
    assert [(one.code, one.fix) for one in look(value)] == [("KNB510", "did you mean `totl`?")]


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

    assert look(giving(sample, schema, template)).errors.codes == []
