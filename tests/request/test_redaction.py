import pytest

from kustomer_nb.definition import AppDefinition
from kustomer_nb.request import request_secrets
from kustomer_nb.template import Rendering

LABEL = "$shop.default.token"


@pytest.mark.parametrize(
    ("template", "derived"),
    [
        pytest.param({"headers": {"x-key": "{{up token}}"}}, ["S3CR3T-VALUE"], id="made by a helper"),
        pytest.param({"uri": "http://a.b/{{cut token}}"}, ["3cr3t-value"], id="a part, in the URL"),
        pytest.param({"uri": "http://a.b/{{{token}}}"}, [], id="the value itself"),
        pytest.param({"headers": {"x-key": "{{first token}}"}}, [], id="too short to redact"),
        pytest.param({"headers": {"x-key": "{{up name}}"}}, [], id="made of an input"),
    ],
)
def test_what_helpers_made_of_a_secret_is_a_secret_too(build, template, derived):
    helpers = {
        "up": lambda options, text: text.upper(),
        "cut": lambda options, text: text[1:],
        "first": lambda options, text: text[:3],
    }
    request = build(
        template, {"name": "an-input-of-ann"}, token="s3cr3t-value", rendering=Rendering(helpers=helpers)
    )

    values = request_secrets(AppDefinition(), request)

    assert [
        value.reveal() for label, value in values.items() if label.startswith(f"{LABEL} (derived")
    ] == derived
