import pytest

from tests.rules.looking import a_request, an_action, closed_schema, places

INPUTS = closed_schema(flag="string", count="number", open="boolean", devices="array", device="string")


def posting(**keys):
    return an_action(
        inputSchema=INPUTS, inputTemplate=a_request(method="post", **{"data": {"a": 1}, "json": True, **keys})
    )


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param({"json": True}, id="true"),
        pytest.param({"json": False, "data": "a"}, id="false"),
        pytest.param({"json": None, "data": "a"}, id="null"),
        pytest.param({"json": {"a": 1}, "data": None}, id="an object, which is the body"),
        pytest.param({"json": [1], "data": None}, id="an array, which is the body"),
        pytest.param({"json": "/#open"}, id="an input that is a boolean"),
        pytest.param({"json": "/#fn:parseBool,flag", "data": "a"}, id="a function, which may give a boolean"),
        pytest.param({"json": 0, "data": "a"}, id="0, which has the effect of false"),
    ],
)
def test_json_that_is_or_may_be_a_boolean_is_right(keys):
    assert places(posting(**keys), "KNB420") == []


@pytest.mark.parametrize(
    ("qs", "path"),
    [
        pytest.param({"device[]": "/#devices"}, "device[]", id="an input that is an array"),
        pytest.param({"device[]": ["a", "{{{device}}}"]}, "device[]", id="an array in the definition"),
        pytest.param({"filter": {"ids[]": "/#devices"}}, "filter/ids[]", id="within another parameter"),
        pytest.param({"a": 1, "b[c][]": []}, "b[c][]", id="a name with other brackets too"),
    ],
)
def test_an_array_under_a_name_with_brackets_is_a_warning(qs, path):
    assert places(posting(qs=qs), "KNB423") == [f"warning /inputTemplate/qs/{path}"]


@pytest.mark.parametrize(
    "qs",
    [
        pytest.param({"device": "/#devices"}, id="a name without brackets"),
        pytest.param({"device[]": "/#device"}, id="one value, sent under that name"),
        pytest.param({"device[]": "{{{device}}}"}, id="a template, which is a string"),
        pytest.param({"device[0]": "/#device"}, id="an index of its own"),
        pytest.param({"device[][id]": {"a": "b"}}, id="brackets within the name"),
    ],
)
def test_other_parameters_with_brackets_are_right(qs):
    assert places(posting(qs=qs), "KNB423") == []
