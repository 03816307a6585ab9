"""The bound of a template in steps: what is below it is what Node renders, what is above it is a finding."""

from __future__ import annotations

import hashlib
import json
import subprocess
from typing import Any

import pytest

import kustomer_nb as knb
from kustomer_nb.errors import TemplateError
from kustomer_nb.template import Template
from tests.oracle.conftest import HERE

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


def test_five_million_steps_are_the_default():
    assert knb.Platform().template_steps == 5_000_000
    with pytest.raises(TemplateError, match="5,000,000 steps"):
        Template.parse("{{#each a}}{{#each ../a}}{{#each ../../a}}{{/each}}{{/each}}{{/each}}").render(
            {"a": ["x"] * 1500}
        )
