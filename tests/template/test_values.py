import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kustomer_nb.jsontext.javascript import as_doubles
from kustomer_nb.template import (
    UNDEFINED,
    Kind,
    Notes,
    Rendering,
    Scope,
    TemplateError,
    Text,
    Traced,
    references,
    render_value,
    trace_value,
)
from kustomer_nb.template.traced_values import as_text, real, shown

LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False)
JSON = st.recursive(
    LEAVES | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
CONTEXT = {"body": {"id": 7, "list": [1, {"x": None}], "none": None, "a.b": 1}, "token": "s3cret"}


def same(left, right):
    """Tell 1 from True and 1.0, and -0 from 0."""
    return repr(left) == repr(right)


@settings(deadline=None)
@given(JSON)
def test_a_reference_gives_the_value_itself(value):
    result = render_value({"x": "/#x"}, {"x": value})

    assert same(result, {"x": value})


@settings(deadline=None)
@given(st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12))
def test_a_value_without_strings_is_itself(value):
    result = render_value(value, {})

    assert same(result, as_doubles(value))


@settings(deadline=None)
@given(st.text())
def test_any_string_renders_or_is_a_template_error(text):
    try:
        result = render_value([text], CONTEXT)
    except TemplateError as error:
        result = error.diagnostics.codes

    assert len(result) == 1


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("/#body.list.0", 1, id="an item"),
        pytest.param("/#body.list.length", 2, id="the length of an array"),
        pytest.param("/#body.list.1.x", None, id="a null"),
        pytest.param("/#body.none.x", UNDEFINED, id="a name of null"),
        pytest.param("/#nope", UNDEFINED, id="a name of nothing"),
        pytest.param("Order /#body.id", "Order /#body.id", id="a reference within a string"),
        pytest.param(" /#body.id", " /#body.id", id="a reference behind a space"),
        pytest.param("{{body.id}}", "7", id="a template, which gives a string"),
        pytest.param({"a": "/#nope", "b": 1}, {"b": 1}, id="a missing member is left out"),
        pytest.param(["/#nope", 1], [None, 1], id="a missing item is null"),
        pytest.param({"{{body.id}}": 1}, {"{{body.id}}": 1}, id="a key is no template"),
        pytest.param({"a": [True, 1.5, None]}, {"a": [True, 1.5, None]}, id="literals"),
    ],
)
def test_a_value_renders(value, expected):
    result = render_value(value, CONTEXT)

    assert same(result, expected)


def test_escaping_can_be_left_out():
    result = render_value(["{{x}}"], {"x": "a=b"}, Rendering(no_escape=True))

    assert result == ["a=b"]


def test_numbers_need_not_add_up():
    result = render_value(["{{{x}}}{{{x}}}"], {"x": 1}, Rendering(adds_numbers=False))

    assert result == ["11"]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        pytest.param("/#fn:", "KNB302 `/#fn:` does not name a function.", id="no function"),
        pytest.param(
            "/#fn: parseInt,/#x,y",
            "KNB302 `/#fn: parseInt,/#x,y` has a space or /# in its name or path. "
            "Fix: write /#fn:parseInt,x,y.",
            id="a function with a space and a path with /#",
        ),
        pytest.param("/#", "KNB302 `/#` does not name a path.", id="a reference to nothing"),
        pytest.param(
            "{{#if a}}",
            "KNB301 `{{#if a}}` opens a block that is never closed.",
            id="a template that cannot be parsed",
        ),
    ],
)
def test_reports_a_syntax_error_with_its_pointer(value, message):
    tree = {"a/b": [0, value]}

    with pytest.raises(TemplateError) as caught:
        render_value(tree, {})
    with pytest.raises(TemplateError) as listed:
        list(references(tree))

    assert f"line 1, column 1 /a~1b/1: {message}" in str(caught.value)
    assert caught.value.diagnostics == listed.value.diagnostics


def test_references_have_their_location_and_form():
    tree = {"a": "/#x.0", "b": ["{{y}}{{{[z z]}}}", 7, None]}

    result = [
        (reference.path, reference.segments, reference.pointer, reference.form, reference.span.start)
        for reference in references(tree)
    ]

    assert result == [
        ("x.0", ("x", "0"), "/a", "reference", 0),
        ("y", ("y",), "/b/0", "escaped", 0),
        ("[z z]", ("z z",), "/b/0", "raw", 5),
    ]


def test_what_is_missing_is_listed_but_no_setting():
    notes = Notes()
    scope = Scope({"body": {}}, {"token": "$shop.default.token"})

    trace_value({"a": "/#body.id", "b": "{{x}}", "c": "/#token"}, scope, notes=notes)

    assert [
        (reference.path, reference.name, reference.pointer, reference.kind) for reference in notes.missing
    ] == [
        ("body.id", "body", "/a", Kind.INPUT),
        ("x", "x", "/b", Kind.INPUT),
    ]


def test_a_setting_is_real_in_one_tree_and_a_label_in_the_other():
    scope = Scope(CONTEXT, {"token": "$shop.default.token"})

    tree = trace_value({"a": "/#token", "b": ["Bearer {{token}}", "/#body.id"]}, scope)

    assert real(tree) == {"a": "s3cret", "b": ["Bearer s3cret", 7]}
    assert shown(tree) == {"a": "$shop.default.token", "b": ["Bearer $shop.default.token", 7]}


def test_a_setting_without_a_value_keeps_its_label():
    scope = Scope({}, {"token": "$shop.default.token"})

    tree = trace_value({"a": "/#token", "b": "{{token}}"}, scope)

    assert shown(tree) == {"a": "$shop.default.token", "b": "$shop.default.token"}


@pytest.mark.parametrize(
    ("tree", "text"),
    [
        pytest.param(Text.of("a"), "a", id="a text"),
        pytest.param(Traced([1, None], Text.of("x").pieces[0]), "1,", id="a traced array"),
        pytest.param({"a": 1}, "[object Object]", id="an object"),
        pytest.param(1.0, "1", id="a number"),
    ],
)
def test_a_leaf_becomes_the_text_of_javascript(tree, text):
    result = as_text(tree)

    assert str(result) == text


def test_a_setting_without_a_value_is_left_out_of_the_real_value():
    scope = Scope({}, {"token": "$shop.default.token"})

    tree = trace_value([{"a": "/#token"}, "/#token"], scope)

    assert real(tree) == [{}, None] == render_value([{"a": "/#token"}, "/#token"], {})
