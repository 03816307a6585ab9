import pytest

from kustomer_nb.template import Template, references


def read(template):
    return [
        (variable.path, variable.segments, variable.is_local)
        for variable in Template.parse(template).references
    ]


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        pytest.param("{{a.b}} {{{c}}}", [("a.b", ("a", "b"), False), ("c", ("c",), False)], id="tags"),
        pytest.param("{{[a b].c}}", [("[a b].c", ("a b", "c"), False)], id="a name in brackets"),
        pytest.param("{{this}} {{.}} {{@index}}", [], id="what is no variable"),
        pytest.param("{{@root.a}}", [("@root.a", ("a",), False)], id="the root"),
        pytest.param("{{h a b=c}}", [("a", ("a",), False), ("c", ("c",), False)], id="arguments"),
        pytest.param("{{h (i a) 'x' 1}}", [("a", ("a",), False)], id="arguments of a sub-expression"),
        pytest.param("{{#if a}}{{b}}{{else}}{{c}}{{/if}}", [(n, (n,), False) for n in "abc"], id="if"),
        pytest.param(
            "{{#each a}}{{b}}{{../c}}{{else}}{{d}}{{/each}}",
            [("a", ("a",), False), ("b", ("b",), True), ("../c", ("c",), False), ("d", ("d",), False)],
            id="each",
        ),
        pytest.param(
            "{{#each a as |x|}}{{x.y}}{{/each}}",
            [("a", ("a",), False), ("x.y", ("x", "y"), True)],
            id="a block parameter of a loop",
        ),
        pytest.param(
            "{{#with a as |x|}}{{x.y}}{{b}}{{../c}}{{/with}}",
            [
                ("a", ("a",), False),
                ("x.y", ("a", "y"), False),
                ("b", ("a", "b"), False),
                ("../c", ("c",), False),
            ],
            id="with",
        ),
        pytest.param(
            "{{#with (h a)}}{{b}}{{/with}}", [("a", ("a",), False), ("b", ("b",), True)], id="with a helper"
        ),
        pytest.param(
            "{{#each a}}{{#with @key}}{{b}}{{/with}}{{/each}}",
            [("a", ("a",), False), ("b", ("b",), True)],
            id="with data",
        ),
        pytest.param(
            "{{#a}}{{b}}{{../c}}{{/a}}",
            [("a", ("a",), False), ("b", ("b",), True), ("../c", ("c",), True)],
            id="a section",
        ),
        pytest.param(
            "{{^a}}{{b}}{{/a}}", [("a", ("a",), False), ("b", ("b",), False)], id="an inverted section"
        ),
        pytest.param(
            "{{#h a}}{{@root.b}}{{c}}{{/h}}",
            [("a", ("a",), False), ("@root.b", ("b",), False), ("c", ("c",), True)],
            id="a helper's block",
        ),
        pytest.param("{{../a}}", [("../a", ("a",), True)], id="above the root"),
    ],
)
def test_variables_are_distinguished_from_what_blocks_define(template, expected):
    assert read(template) == expected


def test_the_span_is_the_tag_of_a_variable_and_else_the_path():
    variables = Template.parse("{{a}} {{h b}}").references

    assert [(variable.span.start, variable.span.end, variable.escapes) for variable in variables] == [
        (0, 5, True),
        (10, 11, False),
    ]


def test_references_leave_out_helpers_and_what_blocks_define():
    value = {"a": "{{#each l}}{{x}}{{/each}}{{{randomId}}}", "b": "/#y.z"}

    assert [(reference.path, reference.pointer, reference.form) for reference in references(value)] == [
        ("l", "/a", "argument"),
        ("y.z", "/b", "reference"),
    ]


def test_lists_the_helpers_that_a_template_calls():
    template = Template.parse("{{#if (h a)}}{{i b}}{{c}}{{lookup a b}}{{a.b c=1}}{{/if}}{{#k d}}{{/k}}")

    assert [(call.name, call.span.start) for call in template.helper_calls] == [
        ("h", 6), ("i", 13), ("a.b", 39), ("k", 57),
    ]  # fmt: skip


def test_nodes_are_text_and_the_content_of_tags_and_blocks():
    nodes = Template.parse("a{{b}}{{! c }}{{#if d}}e{{/if}}{{{ f.g }}}").nodes

    assert [node if isinstance(node, str) else node.path for node in nodes][0:2] == ["a", "b"]
    assert [node.segments for node in nodes if not isinstance(node, str)] == [("b",), (), ("f", "g")]
