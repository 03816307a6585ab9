import pytest

from .looking import LEFT_OUT, a_request, an_action, closed_schema, look, places, quoted

TEMPLATE = {"order": {"total": "/#body.total", "state": "new"}, "body": "/#body"}


def giving(template, sample=LEFT_OUT, schema=LEFT_OUT):
    return an_action(outputTemplate=template, sampleOutputContext=sample, outputSchema=schema)


@pytest.mark.parametrize(
    ("template", "sample", "expected"),
    [
        pytest.param(TEMPLATE, {"data": 1, "body": {"any": 1}}, ["data"], id="a key"),
        pytest.param(TEMPLATE, {"order": {"totl": 1}}, ["order/totl"], id="a key within"),
        pytest.param(TEMPLATE, {"body": {"a": {"b": 1}}}, [], id="what a reference may hold"),
        pytest.param(TEMPLATE, "text", [], id="a sample that is no object"),
        pytest.param("/#body", {"a": 1}, [], id="an output that is a reference"),
        pytest.param(LEFT_OUT, {"a": 1}, [], id="no outputTemplate"),
    ],
)
def test_a_key_of_the_sample_that_is_never_emitted_is_a_warning(template, sample, expected):
    found = places(giving(template, sample), "KNB504")

    assert found == [f"warning /sampleOutputContext/{path}" for path in expected]


def test_a_key_of_the_sample_is_pointed_at_with_its_near_miss():
    value = giving(TEMPLATE, {"order": {"totl": 1}})

    assert quoted(value, "KNB504") == ['"totl"']
    assert [one.fix for one in look(value) if one.code == "KNB504"] == ["did you mean `total`?"]


def test_a_key_that_the_schema_drops_is_pointed_at_with_its_near_miss():
    value = giving({"bdy": "/#body"}, schema=closed_schema(body="object"))

    assert quoted(value, "KNB505") == ['"bdy"']
    assert [one.fix for one in look(value) if one.code == "KNB505"] == ["did you mean `body`?"]


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
    ("headers", "account", "said"),
    [
        pytest.param({"Authorization": "Basic x"}, LEFT_OUT, "'Authorization' included", id="a known name"),
        pytest.param({"x": "/#token"}, LEFT_OUT, "'x' included", id="a header that is a variable"),
        pytest.param("/#token", LEFT_OUT, "whatever they hold included", id="headers that are a variable"),
        pytest.param(LEFT_OUT, "default", "the token of the app account included", id="an app account"),
    ],
)
def test_what_may_be_a_token_is_named(headers, account, said):
    (found,) = look(asking({"r": "/#response"}, headers=headers, account=account))

    assert found.code == "KNB506"
    assert said in found.message


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
