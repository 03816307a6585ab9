import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kustomer_nb.definition import ActionDefinition, AppDefinition, TypeMismatch
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.pointer import resolve

NAMES = [
    *("name", "description", "type", "appSettings", "appAccountName", "inputTemplate", "outputTemplate"),
    *("sampleOutputContext", "inputSchema", "outputSchema", "key", "uri", "method", "headers", "qs", "data"),
    *("json", "app", "version", "title", "settings", "default", "required", "input_template", "as_json"),
    *("model_config", "str", "dict[str,any]"),
]
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters())
JSON = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(NAMES) | st.text(st.characters()), inner, max_size=6)
    ),
    max_leaves=20,
)
OBJECTS = st.dictionaries(st.sampled_from(NAMES) | st.text(st.characters()), JSON, max_size=10)
MODELS = pytest.mark.parametrize(
    "model", [pytest.param(ActionDefinition, id="an action"), pytest.param(AppDefinition, id="an app")]
)


@MODELS
@settings(deadline=None)
@given(value=OBJECTS)
def test_a_model_never_rejects_and_leaves_the_value_alone(model, value):
    before = repr(value)

    definition, mismatches = model.read(value, "/actions/0")

    assert isinstance(definition, model)
    assert repr(value) == before
    for mismatch in mismatches:
        named = resolve({"actions": [value]}, mismatch.pointer)
        assert repr(named) == repr(mismatch.value)


@pytest.mark.parametrize(
    ("value", "mismatches"),
    [
        pytest.param({"name": 1}, [TypeMismatch("/name", "a string", 1)], id="a number for a name"),
        pytest.param(
            {"inputTemplate": []},
            [TypeMismatch("/inputTemplate", "an object", [])],
            id="an array for an inputTemplate",
        ),
        pytest.param(
            {"inputSchema": "x"}, [TypeMismatch("/inputSchema", "an object", "x")], id="text for a schema"
        ),
        pytest.param(
            {"inputTemplate": {"uri": 1, "headers": [1], "method": False}},
            [
                TypeMismatch("/inputTemplate/uri", "a string", 1),
                TypeMismatch("/inputTemplate/method", "a string", False),
                TypeMismatch("/inputTemplate/headers", "an object", [1]),
            ],
            id="several at once",
        ),
        pytest.param(
            {"appSettings": {"a/b": {"key": 5}, "c": 6, "d": {"key": "x"}}},
            [
                TypeMismatch("/appSettings/a~1b/key", "a string", 5),
                TypeMismatch("/appSettings/c", "an object", 6),
            ],
            id="within a map",
        ),
        pytest.param(
            {"\ud800": [{"\udc00": "\ud800"}], "name": 1},
            [TypeMismatch("/name", "a string", 1)],
            id="a lone surrogate in a key",
        ),
        pytest.param(
            {"appSettings": {"a": {"\ud800": 1, "key": 1}, "b": {"key": 2}}},
            [
                TypeMismatch("/appSettings/a/key", "a string", 1),
                TypeMismatch("/appSettings/b/key", "a string", 2),
            ],
            id="a lone surrogate in a key next to a mismatch",
        ),
        pytest.param(
            {"inputTemplate": {"headers": "/#headers", "json": "{{x}}"}}, [], id="a reference for headers"
        ),
        pytest.param(
            {"outputTemplate": 1, "sampleOutputContext": None}, [], id="anything where anything may stand"
        ),
    ],
)
def test_a_property_of_the_wrong_type_is_reported_with_its_pointer(value, mismatches):
    result = ActionDefinition.read(value).mismatches

    assert result == mismatches


def test_a_lone_surrogate_in_a_key_of_the_wrong_type_hides_no_mismatch_next_to_it():
    value = {"settings": {"default": {"type": "secret", "\ud800": None, "required": True}}}

    mismatches = AppDefinition.read(value).mismatches

    assert [mismatch.pointer for mismatch in mismatches] == [
        "/settings/default/type",
        "/settings/default/?",
        "/settings/default/required",
    ]


def test_a_property_of_the_wrong_type_is_unset_and_the_others_are_read():
    definition, _ = ActionDefinition.read(
        {"name": 1, "type": "rest_api", "inputTemplate": {"uri": 1, "qs": [2]}}
    )

    assert (definition.name, definition.type) == (None, "rest_api")
    assert (definition.input_template.uri, definition.input_template.qs) == (None, [2])


def test_unknown_keys_are_kept():
    value = {"notes": [1], "inputTemplate": {"uri": "x", "timeout": 5}}

    definition = ActionDefinition.read(value).model

    assert definition.model_dump(by_alias=True, exclude_unset=True) == value


def test_a_key_in_the_letters_of_python_is_an_unknown_key():
    value = {"input_template": {"uri": "x"}, "inputTemplate": {"as_json": True}}

    definition = ActionDefinition.read(value).model

    assert definition.input_template.uri is None
    assert definition.input_template.as_json is None


def test_the_setting_keys_are_those_that_are_given():
    settings = {"token": {"key": "shop.default.token"}, "empty": {"key": ""}, "none": {}}

    definition = ActionDefinition.read({"appSettings": settings}).model

    assert definition.setting_keys == {"token": "shop.default.token"}
    assert ActionDefinition.read({}).model.setting_keys == {}


@pytest.mark.parametrize(
    ("key", "type_name"),
    [
        pytest.param("shop.default.token", "secret", id="a declared one"),
        pytest.param("shop.default.nope", None, id="another name"),
        pytest.param("shop.nope.token", None, id="another category"),
        pytest.param("other.default.token", None, id="another app"),
        pytest.param("token", None, id="a name alone"),
    ],
)
def test_a_declared_setting_is_found_by_its_key(key, type_name):
    app, _ = AppDefinition.read({"app": "shop", "settings": {"default": {"token": {"type": "secret"}}}})

    setting = app.setting(key)

    assert (setting.type if setting else None) == type_name


def test_an_app_without_settings_declares_none():
    app, _ = AppDefinition.read({"app": "shop", "settings": 5})

    assert app.setting("shop.default.token") is None
    assert resolve(app.model_dump(), "/settings") is not UNDEFINED
