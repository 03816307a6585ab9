"""Templates beside the real handlebars.js."""

import random

import pytest

from kustomer_nb.template import Template, TemplateError

pytestmark = pytest.mark.node
SEED = 20210420
CASES = 3000
NAMES = ["a", "b", "order id", "c-d", "@x", "10", "as", "é", "length", "0", "]", "true"]
# No object here has a toString of its own: JavaScript could not make text of it.
BARE = ["a", "b", "c-d", "as", "é", "length", "toString"]
LEAVES = [
    None, True, False, 0, 1, 2, -0.0, 1.5, 1e21, 0.1, 2**53, 1e-7, "", "x", "12", "=&<>\"'`", "😀", [], {},
]  # fmt: skip
TEXTS = ["", "", "", " ", "x", "\n", "}", "{ ", "&amp;", "=", "é😀", "}}", "\\n", "a\\ "]


def contexts(chance):
    def value(depth):
        kind = chance.random()
        if depth == 0 or kind < 0.4:
            return chance.choice(LEAVES)
        if kind < 0.6:
            return [value(depth - 1) for _ in range(chance.randint(0, 3))]
        return {name: value(depth - 1) for name in chance.sample(NAMES, k=5)}

    return {name: value(3) for name in chance.sample(NAMES, k=9)}


def segment(chance):
    if chance.random() < 0.6:
        return chance.choice(BARE)
    return "[" + chance.choice(NAMES).replace("\\", "\\\\").replace("]", "\\]") + "]"


def tag(chance):
    path = segment(chance)
    for _ in range(chance.choice([0, 0, 1, 1, 2])):
        path += chance.choice("../") + segment(chance)
    space = chance.choice(["", "", " ", "\n", "\u2003", "\ufeff"])
    opening, closing = chance.choice([("{{", "}}"), ("{{{", "}}}"), ("{{&", "}}")])
    return f"{opening}{space}{path}{space}{closing}"


def template(chance):
    tags = "".join(tag(chance) + chance.choice(TEXTS) for _ in range(chance.randint(1, 4)))
    return chance.choice(TEXTS) + tags


def cases():
    chance = random.Random(SEED)
    for _ in range(CASES):
        yield {"template": template(chance), "context": contexts(chance), "noEscape": chance.random() < 0.2}


def ours(case):
    try:
        parsed = Template.parse(case["template"])
    except TemplateError:
        return None
    return parsed.render(case["context"], no_escape=case["noEscape"])


def test_every_template_of_plain_variables_renders_as_in_handlebars(oracle):
    given = list(cases())

    rendered = [(case, ours(case)) for case in given]

    answers = oracle.ask("handlebars", given)
    compared = [(case, found, answer) for (case, found), answer in zip(rendered, answers, strict=True)]
    assert [one for one in compared if one[1] is not None and one[1] != one[2].get("text")] == []
    # What is refused here, handlebars refuses too: a tag followed by one more brace, and the like.
    assert [one for one in compared if one[1] is None and "text" in one[2]] == []
    assert sum(found is not None for _, found, _ in compared) > 2000


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
        pytest.param("{{a.}}", id="a path that ends in a dot"),
        pytest.param("{{a..b}}", id="two dots in a row"),
        pytest.param("{{items[0].name}}", id="an index in the style of JavaScript"),
        pytest.param("a\0", id="a NUL character"),
    ],
)
def test_what_handlebars_refuses_is_refused(oracle, template):
    (answer,) = oracle.ask("handlebars", [{"template": template, "context": {"a": {"12": 1}}}])

    with pytest.raises(TemplateError):
        Template.parse(template)

    assert "error" in answer


@pytest.mark.parametrize(
    ("template", "text"),
    [
        pytest.param("{{12}}", "7", id="a number"),
        pytest.param("{{true}}", "8", id="a literal"),
        pytest.param("{{this.a}}", "1", id="this"),
        pytest.param("{{a .b}}", "", id="white space within a path"),
        pytest.param("{{~a~}}", "1", id="white space control"),
        pytest.param("{{[log]}}", "", id="the name of a helper in brackets"),
        pytest.param("{{[x\ny]}}", "9", id="a line end in brackets, which stay part of the name"),
        pytest.param("\\{{a}}", "{{a}}", id="an escaped tag"),
        pytest.param("{{!-- a --}}", "", id="a comment"),
        pytest.param("{{#if a}}b{{/if}}", "b", id="a block"),
    ],
)
def test_what_handlebars_knows_and_the_engine_does_not_yet_is_refused(oracle, template, text):
    context = {"a": 1, "12": 7, "true": 8, "[x\ny]": 9, "log": 5}
    (answer,) = oracle.ask("handlebars", [{"template": template, "context": context}])

    with pytest.raises(TemplateError):
        Template.parse(template)

    assert answer == {"text": text}
