import pytest

from .looking import LEFT_OUT, a_request, an_action, closed_schema, look, places

SCHEMA = closed_schema(x="string", order="object", flag="boolean")


def posting(**template):
    return an_action(inputTemplate=a_request(**{"method": "post", **template}), inputSchema=SCHEMA)


@pytest.mark.parametrize("json", [LEFT_OUT, None, False, 0, ""], ids=repr)
@pytest.mark.parametrize("data", [{}, [1], 5, False, "/#order"], ids=repr)
def test_data_that_is_no_text_needs_json(data, json):
    assert look(posting(data=data, json=json)).codes == ["KNB405"]


@pytest.mark.parametrize(
    ("data", "json"),
    [
        pytest.param({"a": 1}, True, id="json is true"),
        pytest.param({"a": 1}, "/#flag", id="json is known only in a run"),
        pytest.param({"a": 1}, {"a": 1}, id="json is the body itself"),
        pytest.param("a=1", False, id="data is text"),
        pytest.param("/#x", False, id="data is a text input"),
        pytest.param("/#x.y", False, id="the type of data is not known"),
        pytest.param(None, False, id="data is null"),
    ],
)
def test_data_that_may_be_sent_is_right(data, json):
    assert look(posting(data=data, json=json)).codes == []


@pytest.mark.parametrize("name", ["x y", "x:", "", "é", "{{{x}}}"], ids=repr)
def test_a_header_name_that_node_refuses_is_an_error(name):
    assert look(posting(headers={name: "1"})).codes == ["KNB406"]


@pytest.mark.parametrize("value", ["a\nb", "a\r", "Ω {{{x}}}"], ids=repr)
def test_a_header_value_that_node_refuses_is_an_error(value):
    found = look(posting(headers={"x-a": value, "accept": "é\t*/*"}))

    assert found.codes == ["KNB407"]
    assert found[0].pointer == "/inputTemplate/headers/x-a"


@pytest.mark.parametrize("headers", ["/#order", None, {"a": 5, "b": "/#x"}], ids=repr)
def test_headers_of_other_kinds_are_right(headers):
    assert look(posting(headers=headers)).codes == []


@pytest.mark.parametrize("template", [LEFT_OUT, None], ids=["left out", "null"])
def test_an_action_without_a_request_is_one_error(template):
    assert look(an_action(inputTemplate=template)).codes == ["KNB411"]


@pytest.mark.parametrize(
    ("method", "data", "expected"),
    [
        pytest.param("get", {}, ["warning /inputTemplate/data"], id="an empty object"),
        pytest.param("GET", {"a": 1}, ["warning /inputTemplate/data"], id="in upper case"),
        pytest.param("GET", None, [], id="null"),
        pytest.param("post", {"a": 1}, [], id="another method"),
        pytest.param(5, {"a": 1}, [], id="a method that is no text"),
    ],
)
def test_a_get_with_data_is_a_warning(method, data, expected):
    assert places(posting(method=method, data=data, json=True), "KNB412") == expected


@pytest.mark.parametrize(
    ("key", "fix"),
    [
        pytest.param("body", "did you mean `data`?", id="what other tools say"),
        pytest.param("BODY", "did you mean `data`?", id="in another case"),
        pytest.param("header", "did you mean `headers`?", id="a near miss"),
        pytest.param("timeout", "take it out.", id="nothing like it"),
    ],
)
def test_an_unknown_key_of_a_request_is_pointed_at(key, fix):
    found = look(posting(**{key: 1}))

    assert [(one.code, one.fix) for one in found] == [("KNB414", fix)]
    assert found.text[found[0].span.start : found[0].span.end] == f'"{key}"'
