import pytest

from tests.rules.looking import LEFT_OUT, a_request, an_action, an_app, closed_schema, look, places, quoted

TEMPLATE = {"order": {"total": "/#body.total", "state": "new"}, "body": "/#body"}
JSON = a_request(json=True)


def giving(template, sample=LEFT_OUT, schema=LEFT_OUT):
    return an_action(outputTemplate=template, sampleOutputContext=sample, outputSchema=schema)


def giving_sample(sample=LEFT_OUT, schema=LEFT_OUT, template="/#body", **keys):
    keys = {"inputTemplate": JSON, **keys}
    return an_action(outputTemplate=template, outputSchema=schema, sampleOutputContext=sample, **keys)


def in_app(template, sample=LEFT_OUT, **keys):
    return an_app(
        actions=[an_action(inputTemplate=JSON, outputTemplate=template, sampleOutputContext=sample, **keys)]
    )


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
