"""Templates beside the real handlebars.js: what they give, what they refuse, and where things stand."""

import os
import re

import pytest

from kustomer_nb.template import Scope, Template, TemplateError
from kustomer_nb.template.ast import Block, Call, Comment, Mustache
from tests.oracle.grammar import Grammar
from tests.template.javascript_helpers import HELPERS

pytestmark = pytest.mark.node
SEED = int(os.environ.get("KUSTOMER_NB_FUZZ_SEED", "20210420"))
CASES = int(os.environ.get("KUSTOMER_NB_FUZZ", "2000"))
BATCH = 1000
LINE_END = re.compile(r"\r\n?|\n")
SETTINGS = {"name": "$shop.default.name", "items": "$shop.default.items"}


def batches():
    grammar = Grammar(SEED)
    for start in range(0, CASES, BATCH):
        yield [grammar.case() for _ in range(min(BATCH, CASES - start))]


def rendered(case):
    helpers = {name: HELPERS[name] for name in case["helpers"]}
    try:
        return Template.parse(case["template"]).render(
            case["context"], helpers=helpers, strict=case["strict"], no_escape=case["noEscape"]
        )
    except TemplateError:
        return None


def traced(case):
    helpers = {name: HELPERS[name] for name in case["helpers"]}
    try:
        template = Template.parse(case["template"])
        scope = Scope(case["context"], SETTINGS)
        return template.origins(scope, helpers=helpers, no_escape=case["noEscape"]).real
    except TemplateError:
        return None


def placed(nodes, text):
    """Yield each node as the oracle does, its place counted as JavaScript counts."""
    for node in nodes:
        name = NAMES.get(type(node))
        if isinstance(node, Call) and not node.is_sexpr:
            name = None
        if name is not None:
            yield [name, *place(text, node.start), *place(text, node.end)]
        yield from placed(children(node), text)


NAMES = {
    Mustache: "MustacheStatement",
    Block: "BlockStatement",
    Comment: "CommentStatement",
    Call: "SubExpression",
}


def children(node):
    if isinstance(node, Call):
        return [*node.params, *(value for _, value in node.pairs)]
    found = [node.call] if isinstance(node, (Mustache, Block)) else []
    if isinstance(node, Block):
        for program in (node.program, node.inverse):
            found += program.body if program else ()
    return found


def place(text, offset):
    lines = LINE_END.split(text[:offset])
    return len(lines), len(lines[-1].encode("utf-16-le")) // 2


def our_places(template):
    try:
        return list(placed(Template.parse(template).tree.body, template))
    except TemplateError:
        return None


def test_every_template_renders_or_fails_as_in_handlebars(oracle):
    different = []

    for batch in batches():
        answers = oracle.ask("handlebars", batch)
        pairs = zip(batch, answers, strict=True)
        different += [(case, answer) for case, answer in pairs if rendered(case) != answer.get("text")]

    assert different[:3] == []


def test_every_template_renders_the_same_with_origins():
    cases = [case for batch in batches() for case in batch if not case["strict"]]

    different = [case for case in cases if traced(case) != rendered(case)]

    assert different[:3] == []


def test_every_tag_stands_where_handlebars_says(oracle):
    different = []

    for batch in batches():
        templates = [case["template"] for case in batch]
        answers = oracle.ask("places", templates)
        pairs = zip(templates, answers, strict=True)
        different += [(text, found) for text, found in pairs if our_places(text) != found.get("places")]

    assert different[:3] == []


def test_most_random_templates_render_and_some_do_not():
    cases = next(batches())

    share = sum(rendered(case) is not None for case in cases) / len(cases)

    assert 0.6 < share < 0.95


@pytest.mark.parametrize(
    "template",
    [
        pytest.param("{{a.12}}", id="a number as the last name"),
        pytest.param("{{a.true}}", id="a literal as the last name"),
        pytest.param("{{a.this}}", id="this after the first name"),
        pytest.param("{{else}}", id="else"),
        pytest.param("{{elseé}}", id="a name that begins with else and a letter beyond ASCII"),
        pytest.param("{{else-if}}", id="a name that begins with else and a dash"),
        pytest.param("{{a}}}", id="three closing braces after two"),
        pytest.param('{"a": {{{a}}}}', id="four closing braces after three"),
        pytest.param("{{a", id="a tag without an end"),
        pytest.param("{{}}", id="no name"),
        pytest.param("{{ &a}}", id="white space before the ampersand"),
        pytest.param("{{{&a}}}", id="an ampersand in three braces"),
        pytest.param("{{a.@b}}", id="a name with an at sign"),
        pytest.param("{{items[0].name}}", id="an index in the style of JavaScript"),
        pytest.param("{{#if a}}b", id="a block without an end"),
        pytest.param("{{#if a}}b{{/each}}", id="a block with the end of another"),
        pytest.param("{{#if a}}{{else}}{{else}}{{/if}}", id="two elses"),
        pytest.param("{{#a as |[x]|}}{{/a}}", id="a block parameter in brackets"),
        pytest.param("{{{{a}}}}b", id="a raw block without an end"),
        pytest.param("{{!-- a }}", id="a comment without an end"),
        pytest.param("a\0", id="a NUL character"),
    ],
)
def test_what_handlebars_refuses_is_refused(oracle, template):
    (answer,) = oracle.ask("places", [template])

    with pytest.raises(TemplateError):
        Template.parse(template)

    assert "error" in answer
