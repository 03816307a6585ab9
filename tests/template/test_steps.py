"""The bound of a template in steps: what is below it is what Node renders, what is above it is a finding."""

from __future__ import annotations

import hashlib
import json
import subprocess
from typing import Any

import pytest

import kustomer_nb as knb
from kustomer_nb.definition import ActionDefinition
from kustomer_nb.errors import TemplateError
from kustomer_nb.output import map_output
from kustomer_nb.template import Template
from kustomer_nb.template.runtime import TRACED_WORK
from tests.oracle.conftest import HERE
from tests.samples import ECOMMSTORE
from tests.work import count_calls

MOST_CALLS = 60

TWO = "{{#each a}}{{#each ../a}}{{this}}{{@index}},{{/each}}{{/each}}"
CONDITION = "{{#if this}}x{{else}}{{@key}}{{/if}}"
THREE = "{{#each a}}{{#each ../a}}{{#each ../../a}}" + CONDITION + "{{/each}}{{/each}}{{/each}}"
NODE = """
const { compile } = require(process.argv[1]), { createHash } = require("node:crypto");
const texts = JSON.parse(process.argv[2]).map(([template, a]) => compile(template)({ a }));
console.log(JSON.stringify(texts.map((text) => createHash("sha1").update(text).digest("hex"))));
"""


def app_of(template: str) -> knb.App:
    action = {"name": "kustomer.app.shop.do", "type": "rest_api"}
    request = {"uri": "https://api.x.com/o", "method": "post", "json": True, "data": {"text": template}}
    return knb.load({**action, "inputTemplate": request, "inputSchema": {"properties": {"a": {}}}})


@pytest.mark.uncounted
@pytest.mark.node
def test_nested_loops_below_the_bound_render_what_node_renders(node):
    cases: list[tuple[str, list[Any]]] = [(TWO, list(range(700))), (THREE, list(range(70)))]
    command = [node, "-e", NODE, str(HERE / "node_modules" / "handlebars"), json.dumps(cases)]
    answers = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)

    texts = [Template.parse(template).render({"a": items}) for template, items in cases]

    assert [hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest() for text in texts] == answers


@pytest.mark.parametrize("template", [TWO, THREE, "{{#a}}{{#../a}}{{#../../a}}x{{/../../a}}{{/../a}}{{/a}}"])
def test_nested_loops_above_the_bound_are_a_finding_that_names_the_platform(template):
    platform = knb.Platform(template_steps=1000)

    request = app_of(template).action().render({"a": list(range(40))}, platform=platform)

    (error,) = [diagnostic for diagnostic in request.diagnostics if diagnostic.code == "KNB307"]
    assert "takes more than 1,000 steps; Node has no limit and would go on" in error.message
    assert "template_steps" in error.fix


@pytest.mark.parametrize(("steps", "is_rendered"), [(None, True), (10**6, True), (100, False)])
def test_the_bound_is_that_of_the_platform(steps, is_rendered):
    options = {} if steps is None else {"platform": knb.Platform(template_steps=steps)}

    request = app_of(TWO).action().render({"a": list(range(40))}, **options)

    assert ("KNB307" not in request.diagnostics.codes) is is_rendered


def test_plain_rendering_and_rendering_with_origins_stop_at_the_same_step():
    def is_stopped(work: Any, steps: int) -> bool:
        try:
            work({"a": list(range(6))}, steps=steps)
        except TemplateError:
            return True
        return False

    template = Template.parse(THREE)
    bounds = range(300, 3000, 50)

    assert [is_stopped(template.render, steps) for steps in bounds] == [
        is_stopped(template.origins, steps) for steps in bounds
    ]


@pytest.mark.uncounted
def test_five_million_steps_are_the_default():
    assert knb.Platform().template_steps == 5_000_000
    with pytest.raises(TemplateError, match="5,000,000 steps"):
        Template.parse("{{#each a}}{{#each ../a}}{{#each ../../a}}{{/each}}{{/each}}{{/each}}").render(
            {"a": ["x"] * 1500}
        )


HOSTILE = {
    "nothing": "{{#each a}}{{#each ../a}}{{/each}}{{/each}}",
    "text": "{{#each a}}{{#each ../a}}{{this}}{{@index}}{{/each}}{{/each}}",
    "three loops": THREE,
    "conditions": "{{#each a}}{{#each ../a}}{{#if this}}{{#if @index}}x{{/if}}{{/if}}{{/each}}{{/each}}",
    "contexts": "{{#each a}}{{#each ../a}}{{#with this}}{{#with this}}a{{/with}}{{/with}}{{/each}}{{/each}}",
    "lookups": "{{#each a}}{{#each ../a}}{{lookup ../../a 3}}{{lookup @root.a @index}}{{/each}}{{/each}}",
    "helpers": "{{#each a}}{{#each ../a}}{{math this '+' @index}}{{/each}}{{/each}}",
    "dates": "{{#each a}}{{#each ../a}}{{dateFormat '2020-01-01T00:00:00Z' format='LLLL'}}{{/each}}{{/each}}",
}


@pytest.mark.parametrize("template", HOSTILE.values(), ids=HOSTILE)
def test_the_work_of_a_step_in_a_preview_is_bounded(template):
    action, steps = app_of(template).action(), 1000

    def preview() -> None:
        request = action.render({"a": list(range(100))}, platform=knb.Platform(template_steps=steps))
        assert "KNB307" in request.diagnostics.codes

    # The first preview imports modules and compiles the template.
    preview()
    calls = count_calls(preview)

    # 200,000 steps of 60 calls, of less than a tenth of a microsecond each, take less than 3 seconds.
    assert calls < MOST_CALLS * steps


@pytest.mark.uncounted
def test_a_preview_takes_fewer_steps_than_plain_rendering():
    request = app_of(TWO).action().render({"a": list(range(400))})

    (error,) = [diagnostic for diagnostic in request.diagnostics if diagnostic.code == "KNB307"]
    assert "takes more than 200,000 steps; Node has no limit" in error.message
    assert len(Template.parse(TWO).render({"a": list(range(400))})) > 400 * 400


@pytest.mark.uncounted
def test_the_steps_of_all_templates_of_a_request_count_together():
    template = "{{#each a}}{{#each ../a}}x{{/each}}{{/each}}"
    app = app_of(template)
    one = app.action().render({"a": list(range(150))})
    app.edit("/inputTemplate/data/more", [template] * 3)

    request = app.action().render({"a": list(range(150))})

    assert one.diagnostics.codes == []
    errors = [diagnostic for diagnostic in request.diagnostics if diagnostic.code == "KNB307"]
    assert "takes more than 200,000 steps with the templates before it" in errors[0].message


@pytest.mark.uncounted
def test_a_request_may_take_the_steps_that_its_platform_allows():
    request = (
        app_of(TWO).action().render({"a": list(range(300))}, platform=knb.Platform(template_steps=10**6))
    )

    assert "KNB307" not in request.diagnostics.codes


def test_the_demo_store_takes_a_thousandth_of_the_steps():
    action = knb.load(ECOMMSTORE).action()

    request = action.render(
        {"orderId": 7, "amount": 5}, platform=knb.Platform(template_steps=TRACED_WORK // 1000)
    )

    assert "KNB307" not in request.diagnostics.codes


@pytest.mark.uncounted
def test_an_output_of_a_large_response_does_not_stop_where_a_preview_does():
    template = {"ids": "{{#each body.items}}{{id}}-{{id}}{{#unless @last}},{{/unless}}{{/each}}"}
    definition = ActionDefinition.read({"outputTemplate": template}).model
    items = [{"id": number} for number in range(60_000)]

    output = map_output(definition, {"statusCode": 200, "body": {"items": items}})

    assert output.projected.value["ids"].endswith(",59999-59999")
