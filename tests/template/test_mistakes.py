"""What an author meant by a tag that Handlebars cannot parse."""

import pytest

from kustomer_nb.template import Template, TemplateError


def fix_of(template):
    with pytest.raises(TemplateError) as caught:
        Template.parse(template)
    (diagnostic,) = caught.value.diagnostics
    return diagnostic.fix.removesuffix(".")


@pytest.mark.parametrize(
    ("template", "fix"),
    [
        pytest.param("{{a || b}}", "compute it in an earlier step, or with a helper", id="an operator"),
        pytest.param(
            "{{#if a == 1}}b{{/if}}", "compute it in an earlier step, or with a helper", id="equals"
        ),
        pytest.param("{{toLower(name)}}", "write toLower name, without parentheses", id="a call"),
        pytest.param("{{{a}}", "end it with }}}", id="a brace too few"),
        pytest.param("{{> part}}", "write the text of the partial here", id="a partial"),
    ],
)
def test_braces_of_a_tag_are_not_taken_for_text(template, fix):
    assert fix_of(template) == fix


@pytest.mark.parametrize(
    ("template", "fix"),
    [
        pytest.param("{{name.toLowerCase()}}", "write toLower name", id="a method with a helper like it"),
        pytest.param(
            "{{name.trim()}}", "compute it in an earlier step, or with a helper", id="any other method"
        ),
        pytest.param(
            "{{toLower(trim(name))}}",
            "write spaces between the helper and its arguments, as in toLower order.name",
            id="a call in a call",
        ),
        pytest.param('{{math(a, "+", b)}}', 'write math a "+" b, without parentheses', id="three arguments"),
        pytest.param("{{#if(a)}}b{{/if}}", "write #if a, without parentheses", id="a block"),
        pytest.param("{{a}}}}", "remove two, or put a space before braces that are text", id="two too many"),
        pytest.param("{{{{a}}", "write two or three braces on both sides", id="four braces before two"),
        pytest.param(
            "{{hosts.{{slot}}-manager}}",
            "compute the whole name in an earlier step, pass it as an input, and read the value with "
            "{{lookup hosts name}}",
            id="a part of a name",
        ),
        pytest.param(
            "{{Hello {{name}} there}}", "end the outer tag before the inner one begins", id="a text"
        ),
    ],
)
def test_the_fix_says_what_to_write(template, fix):
    assert fix_of(template) == fix
