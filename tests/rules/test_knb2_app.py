import pytest

from tests.rules.looking import LEFT_OUT, an_action, an_app, look, places

WORKFLOW = {"name": "poll", "description": "Poll", "steps": [{"id": "a"}], "trigger": {"id": "1"}}


@pytest.mark.parametrize(
    ("actions", "message"),
    [
        pytest.param(None, "null", id="null"),
        pytest.param({"find": an_action(name=5)}, "an object", id="an object, whose faults are not listed"),
        pytest.param("find", '"find"', id="text"),
        pytest.param(5, "5", id="a number"),
    ],
)
def test_actions_that_are_no_array_are_one_finding(actions, message):
    diagnostics = look(an_app(actions=actions))

    assert diagnostics.codes == ["KNB201"]
    assert diagnostics[0].message == f"actions is {message}, not an array."


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
        pytest.param("a/b~c", "remove it.", id="nothing like it, escaped in its pointer"),
        pytest.param("", "remove it.", id="an empty key"),
    ],
)
def test_an_unknown_key_of_the_app_is_pointed_at_with_its_near_miss(key, fix):
    diagnostics = look(an_app(**{key: 1}))

    assert diagnostics.codes == ["KNB212"]
    assert diagnostics[0].fix == fix
    assert diagnostics.text[diagnostics[0].span.start : diagnostics[0].span.end] == f'"{key}"'


@pytest.mark.parametrize("version", ["0.0.1", "10.20.30", "1.0.0-rc.1+build.5", "1.0.0-0a"])
def test_a_semantic_version_is_right(version):
    assert places(an_app(version=version), "KNB213") == []


@pytest.mark.parametrize("version", ["1", "1.0", "v1.0.0", "1.0.0.0", "01.0.0", "1.0.0-", "1.0.0 ", "latest"])
def test_another_version_is_not(version):
    assert places(an_app(version=version), "KNB213") == ["error /version"]


def test_an_exported_workflow_is_one_finding():
    diagnostics = look({**WORKFLOW, "settings": 5})

    assert diagnostics.codes == ["KNB217"]
    assert "workflow" in diagnostics[0].message


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


ORGANISATION = "61a7f0c2b4d5e6f708192a3b"


def named(name, app="shop"):
    return an_app(app=app, actions=[an_action(name=name)])


@pytest.mark.parametrize("absent", [LEFT_OUT, None, ""], ids=["left out", "null", "empty"])
def test_a_missing_name_is_told_with_the_prefix_it_must_have(absent):
    diagnostics = look(named(absent))

    assert diagnostics.codes == ["KNB204"]
    assert diagnostics[0].fix == 'add "name": "kustomer.app.shop.…".'


def test_each_foreign_character_of_a_name_is_quoted_once():
    diagnostics = look(named("kustomer.app.shop.find öl & öl"))

    assert diagnostics.codes == ["KNB205"]
    assert 'contains " ", "ö", "&",' in diagnostics[0].message
    assert diagnostics[0].fix == "write kustomer.app.shop.find--l----l."


@pytest.mark.parametrize(("length", "expected"), [(128, []), (129, ["error /actions/0/name"])])
def test_a_name_may_be_128_characters_long(length, expected):
    value = named("kustomer.app.shop.".ljust(length, "x"))

    assert places(value, "KNB206") == expected


@pytest.mark.parametrize(
    ("name", "app"),
    [
        pytest.param("kustomer.app.shop.find", "shop", id="its app's"),
        pytest.param(f"kustomer.app.shop_{ORGANISATION}.find", "shop", id="with the organisation"),
        pytest.param("kustomer.app.shop.find", f"shop_{ORGANISATION}", id="without that of the app"),
        pytest.param("kustomer.app.shop_app.find", "Shop_App", id="in lower case"),
        pytest.param("kustomer.app.my.shop.find", "my.shop", id="of an app with a dot"),
        pytest.param("kustomer.app.market.find", LEFT_OUT, id="of an app that is not told"),
    ],
)
def test_the_prefix_of_a_name_is_right(name, app):
    assert places(named(name, app), "KNB207") == []


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        pytest.param("find", "write kustomer.app.shop.find.", id="no prefix"),
        pytest.param("kustomer.find", "write kustomer.app.shop.kustomer.find.", id="half a prefix"),
        pytest.param("kustomer.app.market.find", "did you mean `kustomer.app.shop.find`?", id="another app"),
        pytest.param("kustomer.app.shop_eu.find", "did you mean `kustomer.app.shop.find`?", id="longer"),
    ],
)
def test_another_prefix_is_a_warning_with_the_right_name(name, fix):
    diagnostics = look(named(name))

    assert diagnostics.codes == diagnostics.warnings.codes == ["KNB207"]
    assert diagnostics[0].fix == fix


def test_an_action_alone_is_asked_for_a_prefix_too():
    diagnostics = look(an_action(name="find"))

    assert diagnostics[0].fix == "write kustomer.app.<app>.find."


@pytest.mark.parametrize(("length", "expected"), [(4096, []), (4097, ["error /description"])])
def test_a_description_may_be_4096_characters_long(length, expected):
    assert places(an_action(description="x" * length), "KNB208") == expected


@pytest.mark.parametrize(
    ("kind", "message", "fix"),
    [
        pytest.param(LEFT_OUT, "has no type", 'write "type": "rest_api".', id="missing"),
        pytest.param(None, "has no type", 'write "type": "rest_api".', id="null"),
        pytest.param("kode", "exist only inside Kustomer", 'write "type": "rest_api".', id="of Kustomer"),
        pytest.param("restApi", '"restApi" is not a type', "did you mean `rest_api`?", id="a near miss"),
        pytest.param("soap", '"soap" is not a type', 'write "type": "rest_api".', id="another"),
    ],
)
def test_a_type_that_is_not_rest_api_is_an_error(kind, message, fix):
    diagnostics = look(an_action(type=kind))

    assert diagnostics.codes == ["KNB209"]
    assert message in diagnostics[0].message
    assert diagnostics[0].fix == fix


def test_an_action_inside_kustomer_is_not_asked_for_a_request():
    diagnostics = look(an_action(type="regex_match", inputTemplate={"testString": "{{", "regex": ".*"}))

    assert diagnostics.codes == ["KNB209"]


@pytest.mark.parametrize(
    "second",
    ["kustomer.app.shop.find", "find", f"kustomer.app.shop_{ORGANISATION}.find"],
    ids=["the same", "without the prefix", "with the organisation"],
)
def test_a_name_given_twice_is_reported_where_it_comes_again(second):
    value = an_app(actions=[an_action(), an_action(name="kustomer.app.shop.x"), an_action(name=second)])

    assert places(value, "KNB210") == ["error /actions/2/name"]


def test_names_of_two_apps_are_two():
    value = [an_action(name="kustomer.app.shop.find"), an_action(name="kustomer.app.market.find")]

    assert places(value, "KNB210") == []


def test_actions_without_a_name_are_not_twice_the_same():
    value = [an_action(name=LEFT_OUT), an_action(name=LEFT_OUT)]

    assert look(value).codes == ["KNB204", "KNB204"]


@pytest.mark.parametrize(
    ("key", "severity", "fix"),
    [
        pytest.param("inputschema", "warning", "did you mean `inputSchema`?", id="a near miss"),
        pytest.param("icon", "hint", "remove it.", id="nothing like it"),
    ],
)
def test_an_unknown_key_of_an_action_is_pointed_at(key, severity, fix):
    diagnostics = look(an_action(**{key: {}}))

    assert [(diagnostic.code, diagnostic.severity.value, diagnostic.fix) for diagnostic in diagnostics] == [
        ("KNB216", severity, fix)
    ]
    assert diagnostics.text[diagnostics[0].span.start : diagnostics[0].span.end] == f'"{key}"'


@pytest.mark.parametrize("absent", [LEFT_OUT, None, ""], ids=["left out", "null", "empty"])
def test_a_missing_description_is_a_hint(absent):
    assert places(an_action(description=absent), "KNB219") == ["hint /description"]
