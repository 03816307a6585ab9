"""The fix of each template that Handlebars refuses: handlebars.js accepts it, and renders what was meant."""

import pytest

from kustomer_nb.template import Template, TemplateError
from kustomer_nb.template.mistakes import BRACES_AS_TEXT

pytestmark = pytest.mark.node
CONTEXT = {
    "hosts": {"a": {"name": "x", "ip": "1"}},
    "slot": "a",
    "field": "name",
    "paid": True,
    "order": {"name": "Ann", "lines": [{"sku": "S"}], "first name": "A", "@done": 1, "this": {"id": 7}},
}


def fix_of(template):
    with pytest.raises(TemplateError) as caught:
        Template.parse(template)
    (diagnostic,) = caught.value.diagnostics
    return diagnostic.fix.removesuffix(".")


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        pytest.param(
            "{{hosts.{{slot}}.name}}", "{{lookup (lookup hosts slot) 'name'}}", id="a name and its value"
        ),
        pytest.param("{{{order.{{field}}}}}", "{{{lookup order field}}}", id="three braces around two"),
        pytest.param("{{#if {{paid}}}}y{{/if}}", "{{#if paid}}", id="a condition"),
        pytest.param(
            "{{#with hosts.{{slot}}}}{{ip}}{{/with}}", "{{#with (lookup hosts slot)}}", id="a block"
        ),
        pytest.param("{{order.lines[0].sku}}", "{{order.lines.[0].sku}}", id="an index and a name after it"),
        pytest.param("{{order['first name']}}", "{{order.[first name]}}", id="a key in quotes"),
        pytest.param("{{hosts[slot].ip}}", "{{lookup (lookup hosts slot) 'ip'}}", id="a variable as key"),
        pytest.param("{{order.lines.0}}", "{{order.lines.[0]}}", id="a number last"),
        pytest.param("{{order.@done}}", "{{order.[@done]}}", id="an at sign"),
        pytest.param("{{order.this.id}}", "{{order.[this].id}}", id="this within a path"),
        pytest.param("{{order.lines/../name}}", "{{order.name}}", id="a step up within a path"),
    ],
)
def test_the_fix_is_what_handlebars_accepts(oracle, wrong, right):
    fix = fix_of(wrong)
    assert right.strip("{}") in fix

    end = wrong[wrong.index("}}") + 2 :].lstrip("}") if wrong.startswith("{{#") else ""
    refused, rendered = oracle.ask(
        "handlebars",
        [{"template": template, "context": CONTEXT} for template in (wrong, right + end)],
    )
    assert "error" in refused
    assert rendered["text"] == Template.parse(right + end).render(CONTEXT) != ""


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("int[][]{{100, 150}, {200, 35}};", id="an array of arrays"),
        pytest.param("x = {{\\bf a}}", id="LaTeX"),
        pytest.param("if (a) {{ b", id="an opening brace alone"),
        pytest.param("new int[]{{}}", id="nothing within"),
        pytest.param("f(){{ return 1; }}", id="a statement"),
        pytest.param("{{'a', 'b'}}", id="a list of strings"),
        pytest.param("{{1; 2}}", id="a list of numbers"),
    ],
)
def test_braces_of_a_text_are_written_with_a_backslash(oracle, text):
    assert BRACES_AS_TEXT in fix_of(text)

    (rendered,) = oracle.ask("handlebars", [{"template": text.replace("{{", "\\{{"), "context": {}}])
    assert rendered == {"text": text}
