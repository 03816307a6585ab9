import pytest

from .looking import LEFT_OUT, an_action, an_app, look, places

ORGANISATION = "61a7f0c2b4d5e6f708192a3b"


def named(name, app="shop"):
    return an_app(app=app, actions=[an_action(name=name)])


@pytest.mark.parametrize("absent", [LEFT_OUT, None, ""], ids=["left out", "null", "empty"])
def test_a_missing_name_is_told_with_the_prefix_it_must_have(absent):
    found = look(named(absent))

    assert found.codes == ["KNB204"]
    assert found[0].fix == 'add "name": "kustomer.app.shop.…".'


def test_each_foreign_character_of_a_name_is_quoted_once():
    found = look(named("kustomer.app.shop.find öl & öl"))

    assert found.codes == ["KNB205"]
    assert "holds ' ', 'ö', '&'," in found[0].message
    assert found[0].fix == "write kustomer.app.shop.find--l----l."


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
    found = look(named(name))

    assert found.codes == found.warnings.codes == ["KNB207"]
    assert found[0].fix == fix


def test_an_action_alone_is_asked_for_a_prefix_too():
    found = look(an_action(name="find"))

    assert found[0].fix == "write kustomer.app.<app>.find."


@pytest.mark.parametrize(("length", "expected"), [(4096, []), (4097, ["error /description"])])
def test_a_description_may_be_4096_characters_long(length, expected):
    assert places(an_action(description="x" * length), "KNB208") == expected


@pytest.mark.parametrize(
    ("kind", "message", "fix"),
    [
        pytest.param(LEFT_OUT, "has no type", 'write "type": "rest_api".', id="missing"),
        pytest.param(None, "has no type", 'write "type": "rest_api".', id="null"),
        pytest.param("kode", "exist only inside Kustomer", 'write "type": "rest_api".', id="of Kustomer"),
        pytest.param("restApi", "'restApi' is no type", "did you mean `rest_api`?", id="a near miss"),
        pytest.param("soap", "'soap' is no type", 'write "type": "rest_api".', id="another"),
    ],
)
def test_a_type_that_is_not_rest_api_is_an_error(kind, message, fix):
    found = look(an_action(type=kind))

    assert found.codes == ["KNB209"]
    assert message in found[0].message
    assert found[0].fix == fix


def test_an_action_inside_kustomer_is_not_asked_for_a_request():
    found = look(an_action(type="regex_match", inputTemplate={"testString": "{{", "regex": ".*"}))

    assert found.codes == ["KNB209"]


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
        pytest.param("icon", "hint", "take it out.", id="nothing like it"),
    ],
)
def test_an_unknown_key_of_an_action_is_pointed_at(key, severity, fix):
    found = look(an_action(**{key: {}}))

    assert [(one.code, one.severity.value, one.fix) for one in found] == [("KNB216", severity, fix)]
    assert found.text[found[0].span.start : found[0].span.end] == f'"{key}"'


@pytest.mark.parametrize("absent", [LEFT_OUT, None, ""], ids=["left out", "null", "empty"])
def test_a_missing_description_is_a_hint(absent):
    assert places(an_action(description=absent), "KNB219") == ["hint /description"]
