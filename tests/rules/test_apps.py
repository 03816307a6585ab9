import pytest

from .looking import LEFT_OUT, a_request, an_action, an_app, look, places

WORKFLOW = {"name": "poll", "description": "Poll", "steps": [{"id": "a"}], "trigger": {"id": "1"}}


@pytest.mark.parametrize(
    ("actions", "said"),
    [
        pytest.param(None, "null", id="null"),
        pytest.param({"find": an_action(name=5)}, "an object", id="an object, whose faults are not listed"),
        pytest.param("find", "'find'", id="text"),
        pytest.param(5, "5", id="a number"),
    ],
)
def test_actions_that_are_no_array_are_one_finding(actions, said):
    found = look(an_app(actions=actions))

    assert found.codes == ["KNB201"]
    assert found[0].message == f"actions is {said}, not an array."


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


@pytest.mark.parametrize("absent", [LEFT_OUT, None, ""], ids=["left out", "null", "empty"])
def test_every_required_key_that_is_missing_is_named(absent):
    value = an_app(app=absent, version=absent, title=absent, actions=[])

    assert sorted(places(value, "KNB211")) == ["error /app", "error /title", "error /version"]


@pytest.mark.parametrize("value", [an_action(), [an_action()], []], ids=["an action", "a list", "nothing"])
def test_actions_alone_need_no_app(value):
    assert look(value).codes == []


@pytest.mark.parametrize(
    ("key", "fix"),
    [
        pytest.param("Settings", "did you mean `settings`?", id="another case"),
        pytest.param("comands", "did you mean `commands`?", id="a letter short"),
        pytest.param("a/b~c", "take it out.", id="nothing like it, escaped in its pointer"),
        pytest.param("", "take it out.", id="an empty key"),
    ],
)
def test_an_unknown_key_of_the_app_is_pointed_at_with_its_near_miss(key, fix):
    found = look(an_app(**{key: 1}))

    assert found.codes == ["KNB212"]
    assert found[0].fix == fix
    assert found.text[found[0].span.start : found[0].span.end] == f'"{key}"'


@pytest.mark.parametrize("version", ["0.0.1", "10.20.30", "1.0.0-rc.1+build.5", "1.0.0-0a"])
def test_a_semantic_version_is_right(version):
    assert places(an_app(version=version), "KNB213") == []


@pytest.mark.parametrize("version", ["1", "1.0", "v1.0.0", "1.0.0.0", "01.0.0", "1.0.0-", "1.0.0 ", "latest"])
def test_another_version_is_not(version):
    assert places(an_app(version=version), "KNB213") == ["error /version"]


def test_an_exported_workflow_is_one_finding():
    found = look({**WORKFLOW, "settings": 5})

    assert found.codes == ["KNB217"]
    assert "workflow" in found[0].message


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({**WORKFLOW, "app": "shop"}, id="with an app"),
        pytest.param({**WORKFLOW, "actions": []}, id="with actions"),
        pytest.param({**WORKFLOW, "steps": "none"}, id="with steps that are no list"),
        pytest.param({"name": "poll", "steps": []}, id="without a trigger"),
        pytest.param([WORKFLOW], id="within a list"),
    ],
)
def test_what_only_looks_like_a_workflow_is_looked_at_as_an_app(value):
    codes = look(value).codes

    assert "KNB217" not in codes
    assert codes
