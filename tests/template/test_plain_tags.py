"""Templates of text and variables alone: traced quickly, and exactly as the general walk traces them."""

import pytest

from kustomer_nb.template import UNDEFINED, Kind, Notes, SafeString, Scope, Template, TemplateError
from kustomer_nb.template.ast import LineIndex
from kustomer_nb.template.parser import parse
from kustomer_nb.template.plain_tags import find_plain_tags
from tests.template.test_conformance import CASES, options
from tests.template.test_kustomer import ROWS

TEMPLATES = [(case["template"], case["context"], options(case)) for case in CASES]
TEMPLATES += [(row["template"], row["context"], {}) for row in ROWS if not row["template"].startswith("/#")]


def plain(text):
    return find_plain_tags(text, parse(text), LineIndex(text))


def traced(template, scope, **keywords):
    """Return everything that tracing tells: the pieces with all their fields, and the notes or the error."""
    notes = Notes()
    try:
        pieces = template.origins(scope, pointer="/data", notes=notes, **keywords).pieces
    except TemplateError as error:
        return error.diagnostics, notes
    return pieces, notes


def general(text, scope, **keywords):
    template = Template(text, parse(text))
    template._plain_tags = False
    return traced(template, scope, **keywords)


def parsed(text):
    try:
        return Template(text, parse(text))
    except TemplateError:
        return None


def scopes(context):
    yield Scope(context)
    if isinstance(context, dict):
        yield Scope(context, {name: f"$shop.default.{name}" for name in list(context)[:1]})
        yield Scope({"_env": context, **context})


def test_every_conformance_case_is_traced_as_the_general_walk_traces_it():
    different = [
        text
        for text, context, keywords in TEMPLATES
        if (template := parsed(text)) is not None
        for scope in scopes(context)
        if traced(template, scope, **keywords) != general(text, scope, **keywords)
    ]

    assert different == []


def test_many_of_the_conformance_cases_are_plain():
    templates = [template for text, _, _ in TEMPLATES if (template := parsed(text)) is not None]

    assert sum(plain(template.text) is not None for template in templates) > 200


@pytest.mark.parametrize("value", ["a<b", 7, 1.5, True, None, UNDEFINED, [1, None], {}, SafeString("<b>")])
@pytest.mark.parametrize(
    "text", ["{{x}}", "{{{x}}}", "a {{x}} b {{{this.x}}}", "{{o.x}}{{{o.x}}}", "{{_env.x}}\n  {{[x]}}"]
)
def test_every_kind_of_value_is_traced_as_the_general_walk_traces_it(text, value):
    values = {"x": value, "o": {"x": value}, "_env": {"x": value}}

    for scope in (Scope(values), Scope(values, {"x": "$shop.default.x", "o": "$shop.default.o"})):
        assert traced(Template(text, parse(text)), scope) == general(text, scope)


@pytest.mark.parametrize(
    "text",
    [
        "{{{a}}}{{{b}}}",
        "{{#if a}}{{/if}}",
        "{{@root.a}}",
        "{{../a}}",
        "{{this}}",
        "{{lower a}}",
        "{{if}}",
        "{{lookup}}",
    ],
)
def test_what_is_not_only_text_and_variables_is_left_to_the_general_walk(text):
    assert plain(text) is None


def test_pieces_at_another_place_have_its_pointer():
    tags = plain("a {{b}}")

    for pointer in ("/uri", "/data", "/uri"):
        pieces = tags.at(pointer).trace(Scope({"b": 1}), Notes()).pieces

        assert [piece.pointer for piece in pieces] == [pointer, pointer]


def test_a_text_that_is_too_long_is_left_to_the_general_walk():
    notes = Notes()

    text = plain("{{a}}{{b}}").trace(Scope({"a": "x" * 9_999_999, "b": "xx" * 9_999_999}), notes)

    assert text is None
    assert notes == Notes()


def test_a_variable_without_a_value_is_missing():
    notes = Notes()

    (piece,) = plain("{{a}}").at("/uri").trace(Scope({}), notes).pieces

    assert piece.kind is Kind.MISSING
    assert [(missing.path, missing.pointer) for missing in notes.missing] == [("a", "/uri")]
