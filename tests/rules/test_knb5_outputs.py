import pytest

from tests.rules.looking import LEFT_OUT, a_request, an_action, an_app, closed_schema, look, places, quoted

TEMPLATE = {"order": {"total": "/#body.total", "state": "new"}, "body": "/#body"}


def giving(template, sample=LEFT_OUT, schema=LEFT_OUT):
    return an_action(outputTemplate=template, sampleOutputContext=sample, outputSchema=schema)


@pytest.mark.parametrize(
    ("template", "sample", "expected"),
    [
        pytest.param(TEMPLATE, {"data": 1, "body": {"any": 1}}, ["hint data"], id="a key"),
        pytest.param(TEMPLATE, {"order": {"totl": 1}}, ["warning order/totl"], id="a misspelt key within"),
        pytest.param(TEMPLATE, {"body": {"a": {"b": 1}}}, [], id="what a reference may hold"),
        pytest.param(TEMPLATE, "text", [], id="a sample that is no object"),
        pytest.param("/#body", {"a": 1}, [], id="an output that is a reference"),
        pytest.param(LEFT_OUT, {"a": 1}, [], id="no outputTemplate"),
    ],
)
def test_a_key_of_the_sample_that_is_never_emitted_is_reported(template, sample, expected):
    found = places(giving(template, sample), "KNB504")

    assert found == [path.replace(" ", " /sampleOutputContext/") for path in expected]


def test_a_key_of_the_sample_is_pointed_at_with_its_near_miss():
    value = giving(TEMPLATE, {"order": {"totl": 1}})

    assert quoted(value, "KNB504") == ['"totl"']
    assert [diagnostic.fix for diagnostic in look(value) if diagnostic.code == "KNB504"] == [
        "did you mean `total`?"
    ]


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


def asking(output, schema=LEFT_OUT, headers=LEFT_OUT, account=LEFT_OUT):
    return an_action(
        inputTemplate=a_request(headers=headers, json=True),
        outputTemplate=output,
        outputSchema=schema,
        appAccountName=account,
        appSettings={"token": {"key": "shop.default.token"}},
    )


WITH_TOKEN = {"accept": "text/plain", "x-key": "{{{token}}}"}


@pytest.mark.parametrize(
    "output",
    [
        "/#response",
        {"a": "/#response.request"},
        {"a": ["/#response.request.headers"]},
        {"a": "/#response.request.headers.x-key"},
    ],
    ids=repr,
)
def test_an_output_with_the_headers_of_the_request_is_a_warning(output):
    assert look(asking(output, headers=WITH_TOKEN)).codes == ["KNB506"]


@pytest.mark.parametrize(
    ("headers", "account", "message"),
    [
        pytest.param({"Authorization": "Basic x"}, LEFT_OUT, 'including "Authorization",', id="a known name"),
        pytest.param({"x": "/#token"}, LEFT_OUT, 'including "x",', id="a header that is a variable"),
        pytest.param("/#token", LEFT_OUT, "including any token in them,", id="headers that are a variable"),
        pytest.param(LEFT_OUT, "default", "including the token of the app account,", id="an app account"),
    ],
)
def test_what_may_be_a_token_is_named(headers, account, message):
    (diagnostic,) = look(asking({"r": "/#response"}, headers=headers, account=account))

    assert diagnostic.code == "KNB506"
    assert message in diagnostic.message


@pytest.mark.parametrize(
    ("output", "schema", "headers"),
    [
        pytest.param({"s": "/#response.statusCode"}, LEFT_OUT, WITH_TOKEN, id="other parts of the response"),
        pytest.param({"s": "{{response}}"}, LEFT_OUT, WITH_TOKEN, id="a template, which prints no object"),
        pytest.param({"r": "/#response"}, LEFT_OUT, {"accept": "text/plain"}, id="headers without a token"),
        pytest.param({"r": "/#response"}, LEFT_OUT, LEFT_OUT, id="no headers"),
        pytest.param(
            {"r": "/#response"},
            {"properties": {"r": closed_schema(statusCode="number")}},
            WITH_TOKEN,
            id="a schema that drops the request",
        ),
    ],
)
def test_an_output_without_a_token_is_right(output, schema, headers):
    assert look(asking(output, schema, headers)).codes == []


@pytest.mark.parametrize(
    "within",
    [{"type": "object"}, {"properties": {"request": {"properties": {"headers": {"type": "object"}}}}}],
    ids=["as a whole", "by name"],
)
def test_a_schema_that_keeps_the_headers_does_not_help(within):
    schema = {"properties": {"r": within}, "additionalProperties": False}

    assert look(asking({"r": "/#response"}, schema, WITH_TOKEN)).codes == ["KNB506"]


JSON = a_request(json=True)


def giving_sample(sample=LEFT_OUT, schema=LEFT_OUT, template="/#body", **keys):
    keys = {"inputTemplate": JSON, **keys}
    return an_action(outputTemplate=template, outputSchema=schema, sampleOutputContext=sample, **keys)


@pytest.mark.parametrize(
    ("sample", "types", "message"),
    [
        pytest.param(
            {"a": "5"}, {"a": "number"}, "a string here, but outputSchema converts it to a number", id="text"
        ),
        pytest.param(
            {"a": 5}, {"a": "string"}, "a number here, but outputSchema converts it to a string", id="number"
        ),
        pytest.param(
            {"a": None}, {"a": "string"}, "null here, but outputSchema converts it to a string", id="null"
        ),
        pytest.param(
            {"a": "x"}, {"a": "number"}, "a string here, but outputSchema expects a number", id="no way"
        ),
        pytest.param(
            {"a": []}, {"a": "object"}, "an array here, but outputSchema expects an object", id="an array"
        ),
    ],
)
def test_a_sample_of_another_type_is_a_warning_that_does_not_quote_it(sample, types, message):
    diagnostics = look(giving_sample(sample, closed_schema(**types)))

    assert [(diagnostic.code, diagnostic.pointer) for diagnostic in diagnostics] == [
        ("KNB507", "/sampleOutputContext/a")
    ]
    assert message in diagnostics[0].message


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
    diagnostics = look(giving_sample(sample, schema))

    assert {"KNB507", "KNB508"}.isdisjoint(diagnostics.codes)


def test_a_sample_that_is_no_object_at_all_is_told():
    assert places(giving_sample("x", closed_schema(a="string")), "KNB507") == ["warning /sampleOutputContext"]


def test_what_is_wrong_deep_inside_is_pointed_at():
    schema = {"properties": {"a": {"type": "array", "items": closed_schema(b="number")}}}
    value = giving_sample({"a": [{"b": 1}, {"b": "2", "c": 3}]}, schema)

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

    diagnostics = look(giving_sample({"order": {"total": 5, "tax": 1}}, schema, template))

    pointers = [diagnostic.pointer for diagnostic in diagnostics if diagnostic.code == "KNB508"]
    assert pointers == [f"/sampleOutputContext/{path}" for path in expected]
    assert [diagnostic.code for diagnostic in diagnostics if diagnostic.pointer.endswith("/tax")] in (
        ["KNB508"],
        ["KNB504"],
        ["KNB505"],
        [],
    )


def test_a_dropped_key_is_told_its_near_miss():
    diagnostics = look(giving_sample({"totl": 5}, closed_schema(total="number")))

    assert [(diagnostic.code, diagnostic.fix) for diagnostic in diagnostics] == [
        ("KNB508", "did you mean `total`?")
    ]


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


def in_app(template, sample=LEFT_OUT, **keys):
    return an_app(
        actions=[an_action(inputTemplate=JSON, outputTemplate=template, sampleOutputContext=sample, **keys)]
    )


@pytest.mark.parametrize("template", [{"body": "/#body"}, "/#body", {"a": {"b": "{{{body}}}"}}], ids=repr)
def test_an_app_whose_action_emits_without_a_sample_gets_a_hint(template):
    assert places(in_app(template), "KNB512") == ["hint /actions/0/sampleOutputContext"]


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(in_app({"body": "/#body"}, {"body": {}}), id="a sample"),
        pytest.param(in_app({"body": "/#body"}, {}), id="an empty sample"),
        pytest.param(in_app({}), id="nothing to emit"),
        pytest.param(in_app({"a": "b"}, type="kode"), id="an action inside Kustomer"),
        pytest.param(
            an_action(inputTemplate=JSON, outputTemplate={"body": "/#body"}), id="an action by itself"
        ),
    ],
)
def test_an_action_with_a_sample_or_without_need_of_one_is_right(value):
    assert places(value, "KNB512") == []


SECRET = {"default": {"token": {"type": "secret", "defaultValue": ""}}}


@pytest.mark.parametrize(
    ("headers", "settings", "severity"),
    [
        pytest.param({"x": "{{{token}}}"}, SECRET, "warning", id="a secret under any name"),
        pytest.param({"authorization": "Bearer abcdefgh"}, SECRET, "warning", id="a fixed token"),
        pytest.param(
            {"authorization": "Bearer {{{token}}}"}, LEFT_OUT, "hint", id="a setting that is not declared"
        ),
        pytest.param({"x-api-key": "{{{key}}}"}, SECRET, "hint", id="an input under the name of a token"),
    ],
)
def test_a_token_in_the_output_is_a_warning_if_it_surely_is_one(headers, settings, severity):
    action = an_action(
        inputSchema=closed_schema(key="string"),
        inputTemplate=a_request(headers=headers, json=True),
        outputTemplate={"r": "/#response"},
        sampleOutputContext={"r": {}},
        appSettings={"token": {"key": "shop.default.token"}},
    )

    assert places(an_app(settings=settings, actions=[action]), "KNB506") == [
        f"{severity} /actions/0/outputTemplate/r"
    ]


def test_an_input_in_a_header_is_not_a_token():
    assert look(asking({"r": "/#response"}, headers={"x-order": "{{{_env.orgId}}}"})).codes == []
