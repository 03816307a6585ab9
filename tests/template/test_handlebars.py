import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kustomer_nb.template import Kind, Scope, Template, TemplateError

SETTINGS = {"token": "$shop.default.token"}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        pytest.param("{{a}}", "&lt;&amp;&gt;&quot;&#x27;&#x60;&#x3D;", id="two braces escape"),
        pytest.param("{{{a}}}{{&a}}", "<&>\"'`=<&>\"'`=", id="three braces and an ampersand do not"),
        pytest.param("[{{no}}{{nil}}]", "[]", id="missing and null are nothing"),
        pytest.param(
            "{{f}} {{zero}} {{one}} {{list}} {{o}}", "false 0 1 1,,x [object Object]", id="other values"
        ),
        pytest.param("{{o.x.y}} {{o/x/y}} {{o.[x].[y]}}", "7 7 7", id="paths"),
        pytest.param("{{list.[2]}} {{list.length}}", "x 3", id="indexes"),
        pytest.param("{{[a ]}} {{[b\\]\\\\]}}", "8 9", id="brackets"),
        pytest.param("{{ \ufeff\u2003one\n}}", "1", id="white space of JavaScript"),
        pytest.param("{{as}}", "10", id="a name that is a word elsewhere"),
        pytest.param("a } }} { b", "a } }} { b", id="braces that are text"),
    ],
)
def test_a_template_renders(template, text):
    context = {
        "a": "<&>\"'`=", "nil": None, "f": False, "zero": 0, "one": 1.0, "list": [1, None, "x"],
        "o": {"x": {"y": 7}}, "a ": 8, "b]\\": 9, "as": 10,
    }  # fmt: skip

    found = Template.parse(template).render(context)

    assert found == text


@pytest.mark.parametrize(
    ("template", "text"),
    [
        pytest.param("{{{a}}}{{{b}}}{{&a}}", "4", id="numbers at the head are added"),
        pytest.param("{{{t}}}{{{t}}}", "2", id="true counts as one"),
        pytest.param("{{{a}}}-{{{b}}}", "1-2", id="not across text"),
        pytest.param("x{{{a}}}{{{b}}}", "x12", id="not behind text"),
        pytest.param("{{{a}}}{{{s}}}{{{b}}}", "1x2", id="not across a string"),
        pytest.param("{{{no}}}{{{a}}}{{{b}}}", "12", id="not behind a missing one"),
        pytest.param("{{a}}{{{b}}}", "12", id="not when the first is escaped"),
        pytest.param("{{{a}}}{{b}}", "12", id="not when the second is escaped"),
        pytest.param("{{{big}}}{{{a}}}{{{a}}}", "9007199254740992", id="each sum is a double"),
    ],
)
def test_adjacent_numbers_add_up_as_in_handlebars(template, text):
    context = {"a": 1, "b": 2, "t": True, "s": "x", "big": 2**53}

    found = Template.parse(template).render(context)

    assert found == text


def test_without_escaping_two_braces_add_up_too():
    found = Template.parse("{{a}}{{{b}}}").render({"a": 1, "b": 2}, no_escape=True)

    assert found == "3"


def test_numbers_need_not_add_up():
    found = Template.parse("{{{a}}}{{{b}}}").render({"a": 1, "b": 2}, adds_numbers=False)

    assert found == "12"


def test_a_sum_with_a_setting_in_it_is_shown_as_the_setting():
    scope = Scope({"token": 1000, "a": 7}, SETTINGS)

    text = Template.parse("{{{token}}}{{{a}}}").origins(scope)

    assert (str(text), text.shown) == ("1007", "$shop.default.token")


def test_a_variable_without_a_value_is_said_and_strictly_refused():
    template = Template.parse("a\n{{b.c}}")

    with pytest.raises(TemplateError) as caught:
        template.render({"b": {}}, strict=True)

    (fault,) = caught.value.diagnostics
    assert str(fault) == "line 2, column 1: KNB301 `b.c` names nothing here. Fix: give it a value."
    assert (caught.value.line, caught.value.column) == (2, 1)


def test_a_strict_template_with_every_value_renders():
    found = Template.parse("{{a}}").render({"a": None}, strict=True)

    assert found == ""


def test_what_is_missing_is_named_with_its_place():
    missing = []

    Template.parse("{{[order id].x}}{{_env.y}}{{token}}").origins(
        Scope({"_env": {}}, SETTINGS), pointer="/uri", missing=missing
    )

    assert [(one.path, one.name, one.pointer, one.kind, one.span.column) for one in missing] == [
        ("[order id].x", "order id", "/uri", Kind.INPUT, 1),
        ("_env.y", "_env", "/uri", Kind.ENV, 17),
    ]


def test_every_piece_has_its_origin():
    scope = Scope({"token": "a=b", "id": 7, "_env": {"orgId": "o"}}, SETTINGS)

    text = Template.parse("x{{token}}{{id}}{{_env.orgId}}{{no}}").origins(scope, pointer="/uri")

    assert [(one.shown, one.kind, one.path, one.raw) for one in text.pieces] == [
        ("x", Kind.LITERAL, "", None),
        ("$shop.default.token", Kind.SETTING, "token", "a=b"),
        ("7", Kind.INPUT, "id", None),
        ("o", Kind.ENV, "_env.orgId", None),
        ("", Kind.MISSING, "no", None),
    ]
    assert {one.pointer for one in text.pieces} == {"/uri"}


def test_the_references_are_the_variables_in_order():
    found = Template.parse("a{{b.c}}{{{d}}}").references

    assert [(one.segments, one.escapes, one.span.start) for one in found] == [
        (("b", "c"), True, 1),
        (("d",), False, 8),
    ]


@pytest.mark.parametrize(
    ("template", "message", "fix"),
    [
        pytest.param("{{}}", "`{{}}` holds no name.", "write the name of a variable", id="no name"),
        pytest.param("{{a", "`{{a` is a tag that is never closed.", "end it with }}.", id="no end"),
        pytest.param(
            "{{{a}}", "`{{{a}}` is a tag that is never closed.", "end it with }}}.", id="too short an end"
        ),
        pytest.param(
            "{{a}}}", "is 3 closing braces after 2 opening ones.", "put a space", id="too long an end"
        ),
        pytest.param(
            "{{{a}}}}",
            "is 4 closing braces after 3 opening ones.",
            "put a space",
            id="four braces at the end",
        ),
        pytest.param("{{{{a}}}}", "`{{{{` is 4 opening braces.", "write {{ or {{{.", id="four braces"),
        pytest.param("\\{{a}}", "is an escaped tag.", "leave the backslash out.", id="a backslash"),
        pytest.param("{{a.@b}}", "holds a name with @", "write that name in brackets", id="an at sign"),
        pytest.param("{{#if a}}", "is a block", "use plain variables.", id="the start of a block"),
        pytest.param("{{/if}}", "is a block", "use plain variables.", id="the end of a block"),
        pytest.param("{{^}}", "is a block", "use plain variables.", id="an inverse block"),
        pytest.param("{{> a}}", "is a partial", "write its text in place.", id="a partial"),
        pytest.param("{{! a}}", "is a comment", "leave it out.", id="a comment"),
        pytest.param(
            "{{date 'day'}}", "calls a helper", "use plain variables.", id="a helper with arguments"
        ),
        pytest.param(
            "{{randomId}}", "`randomId` is not a plain variable", "use a variable.", id="a helper alone"
        ),
        pytest.param(
            "{{[randomId]}}", "is not a plain variable", "use a variable.", id="a helper in brackets"
        ),
        pytest.param("{{this}}", "is not a plain variable", "use a variable.", id="this"),
        pytest.param("{{else}}", "is not a plain variable", "use a variable.", id="else"),
        pytest.param("{{7}}", "is not a plain variable", "use a variable.", id="a number"),
        pytest.param("{{a.[]}}", "is not a plain variable", "use a variable.", id="empty brackets"),
        pytest.param("{{[a\nb]}}", "is not a plain variable", "use a variable.", id="a line end in brackets"),
        pytest.param(
            "{{a.7}}", "`a.7` ends in a number or a literal", "write [7] in square brackets.", id="an index"
        ),
        pytest.param(
            "{{a.this}}", "holds `this` after its first name.", "write [this].", id="this at the end"
        ),
        pytest.param(
            "{{a[0].b}}",
            "is no path Handlebars can read.",
            "write names with dots",
            id="an index of JavaScript",
        ),
        pytest.param("\0", "is a NUL character", "leave it out.", id="a NUL character"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_way_out(template, message, fix):
    with pytest.raises(TemplateError) as caught:
        Template.parse(f"a\nb{template}")

    (fault,) = caught.value.diagnostics
    assert (fault.code, fault.span.line, fault.span.column) == ("KNB301", 2, 2)
    assert message in fault.message
    assert fault.fix.startswith(fix)


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("{}[]\\.&#/@ab1 \n\"'\0é=!>^~|()"), max_size=30))
def test_rendering_raises_nothing_but_template_errors(text):
    try:
        found = Template.parse(text).render({"a": {"b": 1}, "b": "<"})
    except TemplateError as error:
        found = str(error)

    assert isinstance(found, str)


@settings(deadline=None)
@given(st.text(st.characters(blacklist_characters="\0")).filter(lambda text: "{{" not in text))
def test_text_without_a_tag_is_kept(text):
    found = Template.parse(text).render({})

    assert found == text
