import pytest

from tests.rules.looking import LEFT_OUT, a_request, an_action, an_app, closed_schema, look, places

WITH_TOKEN = {"accept": "text/plain", "x-key": "{{{token}}}"}
SECRET = {"default": {"token": {"type": "secret", "defaultValue": ""}}}


def asking(output, schema=LEFT_OUT, headers=LEFT_OUT, account=LEFT_OUT):
    return an_action(
        inputTemplate=a_request(headers=headers, json=True),
        outputTemplate=output,
        outputSchema=schema,
        appAccountName=account,
        appSettings={"token": {"key": "shop.default.token"}},
    )


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
