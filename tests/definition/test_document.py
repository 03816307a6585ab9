import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kustomer_nb.definition import TypeMismatch, document_from_value, read_document
from kustomer_nb.diagnostics import Severity, Span
from kustomer_nb.errors import LoadError

ACTION = {"name": "a", "inputTemplate": {"uri": "http://a.b"}}
APP = {"app": "shop", "title": 5, "notes": True, "actions": [ACTION, 7, {"name": 8}]}


@pytest.mark.parametrize(
    ("value", "is_app", "pointers"),
    [
        pytest.param(APP, True, ["/actions/0", "/actions/2"], id="a whole app"),
        pytest.param(ACTION, False, [""], id="a bare action"),
        pytest.param({"type": "rest_api"}, False, [""], id="a bare action of a type alone"),
        pytest.param({"sampleOutputContext": 1}, False, [""], id="a bare action of a sample alone"),
        pytest.param([ACTION, ACTION], False, ["/0", "/1"], id="a list of actions"),
        pytest.param({"app": "shop", "inputTemplate": {}}, True, [], id="an app with a key of an action"),
        pytest.param({"actions": [ACTION], "type": "x"}, True, ["/actions/0"], id="an app with a type"),
        pytest.param({"actions": ACTION}, True, ["/actions"], id="one action in the place of the list"),
        pytest.param({"actions": "x"}, True, [], id="actions that are text"),
        pytest.param({"name": "x"}, True, [], id="a name alone"),
        pytest.param({}, True, [], id="an empty object"),
        pytest.param([], False, [], id="an empty list"),
    ],
)
def test_the_actions_are_found(value, is_app, pointers):
    document = document_from_value(value)

    assert document.is_app is is_app
    assert [action.pointer for action in document.actions] == pointers


@pytest.mark.parametrize(
    ("value", "mismatches"),
    [
        pytest.param(
            APP,
            [
                TypeMismatch("/title", "a string", 5),
                TypeMismatch("/actions/1", "an object", 7),
                TypeMismatch("/actions/2/name", "a string", 8),
            ],
            id="in an app",
        ),
        pytest.param(
            {"actions": None}, [TypeMismatch("/actions", "an object", None)], id="actions that are null"
        ),
        pytest.param(["x"], [TypeMismatch("/0", "an object", "x")], id="in a list"),
        pytest.param({"type": 5}, [TypeMismatch("/type", "a string", 5)], id="in a bare action"),
        pytest.param([], [], id="nowhere"),
    ],
)
def test_the_type_mismatches_of_app_and_actions_have_pointers(value, mismatches):
    result = document_from_value(value).type_mismatches

    assert result == mismatches


def test_an_action_keeps_the_value_of_the_author():
    (action,) = document_from_value(ACTION).actions

    assert action.value == ACTION
    assert action.definition.name == "a"


def test_the_app_has_its_own_properties_and_not_the_actions():
    app = document_from_value(APP).app

    assert (app.app, app.title, app.notes) == ("shop", None, True)
    assert not hasattr(app, "actions")


def test_actions_without_an_app_have_an_empty_one():
    app = document_from_value([ACTION]).app

    assert app.app is None


@pytest.mark.parametrize(
    ("pointer", "text"),
    [
        pytest.param("/actions/0/name", '"é"', id="a value"),
        pytest.param("/actions/0/nope/x", '{"name": "é"}', id="nothing: the nearest value around it"),
        pytest.param("/nope", '{\n "actions": [{"name": "é"}]}', id="nothing at the top: the whole"),
        pytest.param("", '{\n "actions": [{"name": "é"}]}', id="the whole"),
    ],
)
def test_a_span_is_that_of_the_value(pointer, text):
    document = read_document('{\n "actions": [{"name": "é"}]}')

    span = document.span(pointer)

    assert document.text[span.start : span.end] == text


def test_a_diagnostic_has_its_span_in_the_text():
    document = read_document('{\n "app": "shop"}')

    diagnostic = document.diagnostic("KNB201", Severity.ERROR, "/app", "is odd.", "fix it.")

    assert str(diagnostic) == "line 2, column 9 /app: KNB201 is odd. Fix: fix it."


@pytest.mark.parametrize(
    ("text", "what"),
    [
        pytest.param('"x"', '"x"', id="a string"),
        pytest.param("7", "7", id="a number"),
        pytest.param("null", "null", id="null"),
        pytest.param(json.dumps("y" * 99), '"' + "y" * 39, id="a long string, cut"),
    ],
)
def test_what_is_not_a_definition_is_rejected(text, what):
    with pytest.raises(LoadError) as caught:
        read_document(text)

    (fault,) = caught.value.diagnostics
    assert (fault.code, fault.message) == ("KNB101", f"an app definition is an object, and this is {what}.")
    assert (fault.span.start, fault.span.end) == (0, len(text))


@settings(deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=10,
    ).filter(lambda value: isinstance(value, (dict, list)))
)
def test_a_value_is_the_document_of_its_own_text(value):
    document = document_from_value(value)

    assert document.value == value
    assert read_document(document.text).value == value
    assert len(document.reading.diagnostics) == 0


@pytest.mark.parametrize(
    ("source", "part"),
    [
        pytest.param(r'"a {{b}}"', "{{b}}", id="as it is"),
        pytest.param(r'"\"x\"\n\t{{b}}\n"', "{{b}}", id="escapes"),
        pytest.param(r'"\u00e9\ud83d\ude00{{b}}"', "{{b}}", id="escapes by number"),
        pytest.param(r'"é😀{{b \"c\"}}"', r"{{b \"c\"}}", id="escapes within"),
        pytest.param('"x\\q{{b}}"', "{{b}}", id="a wrong escape"),
    ],
)
def test_a_part_of_a_string_has_its_span_whatever_is_escaped_before_it(source: str, part: str) -> None:
    document = read_document(f'[{{"name": {source}}}]')
    value = document.value[0]["name"]
    start, end = value.index("{{"), value.index("}}") + 2

    span = document.span_within("/0/name", value, Span.from_offsets(value, start, end))

    assert span is not None
    assert document.text[span.start : span.end] == part
