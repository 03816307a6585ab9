"""Whatever the template and the data: text or a TemplateError, and the same with origins."""

from hypothesis import given, settings
from hypothesis import strategies as st

from kustomer_nb.template import Notes, Scope, Template, TemplateError
from tests.oracle.grammar import Grammar
from tests.template.javascript_helpers import HELPERS

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)
CONTEXTS = st.dictionaries(st.sampled_from(["a", "b", "c", "this", "length"]), VALUES, max_size=4)
PARTS = [
    "{{", "}}", "{{{", "}}}", "{{#", "{{/", "{{^", "{{else}}", "{{else if a}}", "{{!", "--", "~", "\\",
    "a", "b", "c", "#if", "#each", "/if}}", "/each}}", "#with", "{{#each a}}", "{{/each}}", "{{#if b}}",
    "{{/if}}", "{{#a}}", "{{/a}}", "{{#with c as |x|}}", "{{/with}}", "{{a}}", "{{{a.b}}}",
    "{{lookup a b}}", "{{#each a as |x y|}}", "{{x}}", "{{{{", "}}}}", ".", "../", "@root", "@index",
    "this", " ", "\n", "[", "]", "(", ")", "|", "as", "=", '"', "'", "1", "\0", "é", "😀", "null",
    "{{@key}}", "{{../a}}", "{{{c}}}", "\u2028",
]  # fmt: skip
TEMPLATES = st.lists(st.sampled_from(PARTS), max_size=14).map("".join)


def outcome(render):
    try:
        return render()
    except TemplateError as error:
        return [(diagnostic.code, diagnostic.message) for diagnostic in error.diagnostics]


@settings(max_examples=500, deadline=None)
@given(TEMPLATES, CONTEXTS, st.booleans(), st.booleans(), st.booleans())
def test_rendering_raises_nothing_but_template_errors(template, context, strict, no_escape, adds_numbers):
    options = {"no_escape": no_escape, "adds_numbers": adds_numbers}

    plain = outcome(lambda: Template.parse(template).render(context, **options))
    traced = outcome(lambda: str(Template.parse(template).origins(Scope(context), **options)))
    outcome(lambda: Template.parse(template).render(context, strict=strict))

    assert plain == traced


@given(st.text())
def test_any_text_is_parsed_or_refused(text):
    outcome(lambda: Template.parse(text).references)


@given(st.text(alphabet=st.characters(blacklist_characters="{\0")))
def test_text_without_tags_is_kept(text):
    assert Template.parse(text).render({}) == text


def test_no_random_template_shows_a_setting():
    grammar = Grammar(7)
    marker = "s3cret-marker"
    shown_too_much = []

    for _ in range(1500):
        case = grammar.case()
        values = case["context"] if isinstance(case["context"], dict) else {}
        values = {**values, "name": marker, "o": {**values, marker: [1], "x": marker}}
        notes = Notes()
        scope = Scope(values, {"name": "$shop.default.name", "o": "$shop.default.o"})
        helpers = {name: HELPERS[name] for name in case["helpers"]}
        try:
            text = Template.parse(case["template"]).origins(scope, notes=notes, helpers=helpers)
        except TemplateError as error:
            message = str(error)
        else:
            message = f"{text.shown} {[piece.path for piece in text.pieces]} {notes}"
        # What stands in the template itself is no secret.
        if marker in message.lower():
            shown_too_much.append(case)

    assert shown_too_much[:1] == []
