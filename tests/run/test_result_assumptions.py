import httpx
import pytest

from kustomer_nb import Platform
from tests.samples import asking

CLOSED = {"type": "object", "properties": {"n": {"type": "number"}}, "additionalProperties": False}
KNOWN = {"outputTemplate": "/#body", "outputSchema": CLOSED, "inputSchema": CLOSED}


def run_on(body, inputs=None, *, headers=None, platform=None, **properties):
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json=body, headers=headers))
    return asking("http://a.b/", **properties).run(inputs or {}, transport=transport, platform=platform)


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        pytest.param({"body": {"n": 1}, **KNOWN}, [], id="nothing"),
        pytest.param({"body": {"n": "1"}, **KNOWN}, ["conversions"], id="an output converted"),
        pytest.param({"body": {"n": []}, **KNOWN}, ["conversions"], id="an output not converted"),
        pytest.param({"body": {}, "inputs": {"n": "1"}, **KNOWN}, ["conversions"], id="an input converted"),
        pytest.param(
            {"body": {}, "inputs": {"n": 1}, **KNOWN, "inputSchema": None},
            ["absent_input_schema_takes_all"],
            id="no inputSchema",
        ),
        pytest.param(
            {"body": {}},
            ["absent_output_schema_keeps_all", "default_output_template"],
            id="neither outputTemplate nor outputSchema",
        ),
        pytest.param(
            {"body": {"o": {"x": 1}}, **KNOWN, "outputSchema": {"properties": {"o": CLOSED}}},
            ["output_schema_at_every_depth"],
            id="a nested key dropped",
        ),
        pytest.param({"body": {"x": 1}, **KNOWN}, [], id="a key dropped at the top"),
        pytest.param(
            {"body": {}, **KNOWN, "template": {"qs": "a=1"}}, ["string_qs_is_query"], id="a string qs"
        ),
        pytest.param(
            {
                "body": {},
                "inputs": {"n": 1},
                **KNOWN,
                "appSettings": {"n": {"key": "shop.default.n"}},
            },
            ["setting_beats_input"],
            id="an input and a setting with the same name",
        ),
        pytest.param(
            {"body": "a&b", **KNOWN, "outputTemplate": {"n": "{{body}}"}, "outputSchema": {"properties": {}}},
            ["escape_html"],
            id="escaped",
        ),
    ],
)
def test_a_run_lists_the_assumptions_that_affect_it(arguments, names):
    run = run_on(**arguments)

    assert [assumption.name for assumption in run.assumed] == names


def test_an_assumption_has_the_value_in_use():
    platform = Platform(default_output_template={"a": 1})

    (_, assumption) = run_on({}, platform=platform).assumed

    assert (assumption.value, str(assumption.evidence)) == ({"a": 1}, "observed")
