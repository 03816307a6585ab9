"""The context of an executed step, in the shape that one of 2021 was published in."""

import json

import httpx
import pytest

from kustomer_nb import load
from tests.samples import FIXTURES, an_action

CONTEXT = json.loads((FIXTURES / "step-context.json").read_text(encoding="utf-8"))
TEMPLATE = {"uri": "/#uri", "method": "/#method", "headers": "/#headers", "data": "/#data", "json": True}
NOTE = {"id": "/#body.data.id", "body": "/#body.data.attributes.body"}


def recorded(request):
    answer = CONTEXT["run"]["response"]
    content = json.dumps(answer["body"], separators=(",", ":")).encode()
    return httpx.Response(answer["statusCode"], headers=list(answer["headers"].items()), content=content)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        pytest.param(None, CONTEXT["run"], id="response and body"),
        pytest.param(NOTE, CONTEXT["output"], id="the output of the action"),
    ],
)
def test_the_context_of_a_step_is_made_key_for_key(template, expected):
    action = load(an_action(inputTemplate=TEMPLATE, outputTemplate=template)).action()

    run = action.run(CONTEXT["input"], transport=httpx.MockTransport(recorded), confirm="notes:8443")

    assert json.dumps(run.output) == json.dumps(expected)
