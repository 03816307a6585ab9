"""Parts of a request that have another type than npm request reads: reported by lint and by each run."""

import pytest

import kustomer_nb as knb
from kustomer_nb.errors import RequestError

SHOP = "https://api.shop.com/orders"


def an_app(template, **properties):
    action = {"name": "kustomer.app.shop.do", "description": "d", "type": "rest_api"}
    request = {"uri": SHOP, "method": "post", **template}
    schema = {"properties": {name: {} for name in properties}}
    return knb.load(
        {
            "app": "shop",
            "version": "1.0.0",
            "title": "Shop",
            "actions": [{**action, "inputTemplate": request, "inputSchema": schema}],
        }
    )


def case(template, name, /, **inputs):
    return pytest.param(template, inputs, id=name)


WRONG = [
    case({"headers": "accept: text/csv"}, "headers as a string"),
    case({"headers": ["accept: text/csv"]}, "headers as an array"),
    case({"headers": 5}, "headers as a number"),
    case({"method": ["post"]}, "a method in an array"),
    case({"uri": [SHOP]}, "a uri in an array"),
    case({"headers": "/#x"}, "headers that are a string in this run", x="accept: text/csv"),
    case({"headers": "/#x"}, "headers that are an array in this run", x=[{"name": "a", "value": "b"}]),
    case({"method": "/#x"}, "a method that is an array in this run", x=["post"]),
    case({"uri": "/#x"}, "a uri that is an object in this run", x={"href": SHOP}),
]


@pytest.mark.parametrize(("template", "inputs"), WRONG)
def test_a_part_that_cannot_be_sent_is_an_error_of_the_run(template, inputs):
    app = an_app(template, **inputs)

    (error,) = app.action().render(inputs).diagnostics.errors
    assert error.code == "KNB202"
    assert error.span is not None
    with pytest.raises(RequestError, match="KNB202"):
        app.action().run(inputs, mode="live")
    if not inputs:
        assert "KNB202" in app.lint().errors.codes


@pytest.mark.parametrize(
    ("template", "inputs"),
    [
        case({"qs": ["a", "b"]}, "qs as an array"),
        case({"qs": 5}, "qs as a number"),
        case({"qs": True}, "qs as true"),
        case({"qs": "/#x"}, "qs that is an array in this run", x=[{"name": "a", "value": "b"}]),
        case({"headers": "/#x"}, "headers that are a number in this run", x=5),
        case({"headers": "/#x"}, "headers that are true in this run", x=True),
    ],
)
def test_a_part_that_is_sent_otherwise_is_a_warning(template, inputs):
    app = an_app(template, **inputs)

    assert [str(item.severity) for item in app.action().render(inputs).diagnostics] == ["warning"]
    assert app.action().render(inputs).diagnostics.codes == ["KNB202"]
    if not inputs:
        assert app.lint().codes == ["KNB202"]


@pytest.mark.parametrize(
    ("template", "inputs"),
    [
        case({"headers": {}, "qs": {}}, "empty objects"),
        case({"headers": None, "qs": None}, "null"),
        case({"qs": False}, "qs that is false"),
        case({"qs": []}, "qs without items"),
        case({"headers": "/#x", "qs": "/#x"}, "objects in this run", x={"a": "b"}),
        case({"headers": "/#x", "qs": "/#x"}, "null in this run", x=None),
        case({"headers": "/#x"}, "an empty string in this run", x=""),
        case({"headers": {"a": ["1", "2"]}}, "an array of values of one header"),
        case({"method": "/#x"}, "a method in this run", x="get"),
    ],
)
def test_a_part_of_a_type_that_npm_reads_is_not_reported(template, inputs):
    app = an_app(template, **inputs)

    assert app.action().render(inputs).diagnostics.codes == []
    assert app.lint().codes == []


@pytest.mark.parametrize(
    ("data", "inputs"),
    [
        case("note", "a string"),
        case('{"a": 1}', "JSON as a string"),
        case("{{{x}}}", "a template", x="a"),
        case("/#x", "a reference to a string", x="a"),
        case("a=1&b={{{x}}}", "form text", x="R&D"),
        case('{"a": "{{{x}}}"}', "JSON as a template, with a quote in the value", x='"'),
    ],
)
def test_a_string_that_is_sent_as_json_is_one_warning_of_the_run(data, inputs):
    request = an_app({"data": data, "json": True}, **inputs).action().render(inputs)

    (warning,) = request.diagnostics
    assert warning.code == "KNB417"
    assert request.body.startswith('"')


@pytest.mark.parametrize("media", ["application/x-www-form-urlencoded", "text/xml", "multipart/form-data"])
def test_a_string_that_is_sent_as_json_under_a_type_of_text_is_one_warning(media):
    app = an_app({"data": "a=1", "json": True, "headers": {"content-type": media}})

    for diagnostics in (app.lint(), app.action().render({}).diagnostics):
        assert [(item.code, item.fix[:11]) for item in diagnostics] == [("KNB417", "remove json")]


@pytest.mark.parametrize(
    ("template", "inputs"),
    [
        case({"data": {"note": "/#x"}, "json": True}, "an object", x="a"),
        case({"data": "/#x", "json": True}, "a reference to an object", x={"a": 1}),
        case({"data": "/#x", "json": True}, "a reference to a number", x=5),
        case({"data": "{{{x}}}"}, "a string without json", x="a"),
        case({"data": "{{{x}}}", "json": False}, "a string and json that is false", x="a"),
        case({"data": "/#x", "json": True}, "null", x=None),
        case({"data": ["a"], "json": True}, "an array of strings"),
    ],
)
def test_data_that_are_sent_as_they_are_meant_are_not_reported(template, inputs):
    assert an_app(template, **inputs).action().render(inputs).diagnostics.codes == []


@pytest.mark.parametrize("data", ["", {}, [], None])
def test_empty_data_beside_json_that_is_the_body_lose_nothing(data):
    app = an_app({"json": {"a": 1}, "data": data})

    assert app.action().render({}).diagnostics.codes == []
    assert "KNB424" not in app.lint().codes


@pytest.mark.parametrize(
    ("kind", "count"), [("object", 1), ("array", 1), ("boolean", 0), ("string", 0), ({}, 0)]
)
def test_lint_reports_data_beside_a_reference_that_is_declared_as_the_body(kind, count):
    app = an_app({"json": "/#x", "data": {"b": 2}}, x={"a": 1})
    app.edit("/actions/0/inputSchema/properties/x", {"type": kind} if kind else {})

    assert app.lint().codes.count("KNB424") == count


@pytest.mark.parametrize(
    ("template", "inputs"),
    [
        case({"json": {"a": 1}, "data": {"b": 2}}, "two objects"),
        case({"json": ["a"], "data": "b"}, "an array and a string"),
        case({"json": "/#x", "data": {"b": 2}}, "an object of this run", x={"a": 1}),
    ],
)
def test_data_beside_json_that_is_the_body_are_reported(template, inputs):
    app = an_app(template, **inputs)

    assert app.action().render(inputs).diagnostics.codes == ["KNB424"]
    if not inputs:
        assert app.lint().codes == ["KNB424"]


@pytest.mark.parametrize(
    "template",
    [
        pytest.param({"json": {"a": 1}}, id="json alone"),
        pytest.param({"json": {"a": 1}, "data": None}, id="data that are null"),
        pytest.param({"json": {"a": 1}, "data": {"a": 1}}, id="the same in both"),
        pytest.param({"json": True, "data": {"a": 1}}, id="json that is true"),
    ],
)
def test_one_body_is_not_reported(template):
    assert an_app(template).action().render({}).diagnostics.codes == []
    assert an_app(template).lint().codes == []
