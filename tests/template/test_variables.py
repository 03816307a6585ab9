import pytest

from kustomer_nb.template import Template, references


def read(template):
    return [(one.path, one.segments, one.is_local) for one in Template.parse(template).references]


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
def test_the_variables_a_template_reads_are_told_from_what_blocks_give(template, expected):
    assert read(template) == expected


def test_the_span_is_the_tag_of_a_variable_and_else_the_path():
    found = Template.parse("{{a}} {{h b}}").references

    assert [(one.span.start, one.span.end, one.escapes) for one in found] == [(0, 5, True), (10, 11, False)]


def test_references_of_a_value_leave_out_what_blocks_give_and_helpers():
    value = {"a": "{{#each l}}{{x}}{{/each}}{{{randomId}}}", "b": "/#y.z"}

    assert [(one.path, one.pointer, one.form) for one in references(value)] == [
        ("l", "/a", "argument"),
        ("y.z", "/b", "reference"),
    ]


def test_the_helpers_a_template_calls_are_told():
    template = Template.parse("{{#if (h a)}}{{i b}}{{c}}{{lookup a b}}{{a.b c=1}}{{/if}}{{#k d}}{{/k}}")

    assert [(one.name, one.span.start) for one in template.helper_calls] == [
        ("h", 6), ("i", 13), ("a.b", 39), ("k", 57),
    ]  # fmt: skip


def test_nodes_are_text_and_what_tags_and_blocks_say():
    nodes = Template.parse("a{{b}}{{! c }}{{#if d}}e{{/if}}{{{ f.g }}}").nodes

    assert [one if isinstance(one, str) else one.path for one in nodes][0:2] == ["a", "b"]
    assert [one.segments for one in nodes if not isinstance(one, str)] == [("b",), (), ("f", "g")]
