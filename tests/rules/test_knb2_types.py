import pytest

from tests.rules.looking import a_request, an_action, an_app, look, places


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param([5, an_action()], ["error /0"], id="an action that is a number"),
        pytest.param(an_app(actions=[an_action(), "x"]), ["error /actions/1"], id="an action that is text"),
        pytest.param(an_action(name=5), ["error /name"], id="a name that is a number"),
        pytest.param(an_app(app=5, actions=[an_action()]), ["error /app"], id="an app that is a number"),
        pytest.param(
            an_action(appSettings={"a": "b"}), ["error /appSettings/a"], id="an app setting as text"
        ),
        pytest.param(an_app(settings=[]), ["error /settings"], id="settings that are an array"),
        pytest.param(
            an_action(inputTemplate=a_request(headers="accept: text/plain")),
            ["error /inputTemplate/headers"],
            id="headers that are text",
        ),
    ],
)
def test_a_value_of_the_wrong_type_is_one_finding(value, expected):
    assert places(value, "KNB202") == expected
    assert look(value).errors.codes == ["KNB202"]


def test_headers_that_are_a_reference_are_right():
    value = an_action(inputTemplate=a_request(headers="/#_env"))

    assert look(value).codes == []
