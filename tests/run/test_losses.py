import httpx
import pytest

from kustomer_nb import Platform
from tests.samples import asking

CLOSED = {"type": "object", "properties": {"id": {"type": "string"}}, "additionalProperties": False}


def answering(body):
    return httpx.MockTransport(lambda request: httpx.Response(200, json=body))


def run_of(body, **properties):
    return asking("http://a.b/", **properties).run(transport=answering(body))


def test_places_within_an_array_are_one_loss():
    rows = [{"id": at, "price": 1} for at in range(3)]
    schema = {"properties": {"items": {"type": "array", "items": CLOSED}}, "additionalProperties": False}

    run = run_of({"items": rows, "debug": 1}, outputTemplate="/#body", outputSchema=schema)

    assert run.losses == (
        'outputSchema converted items[].id in 3 places, the first from 0 to "0"',
        "outputSchema dropped 2 keys: items[].price (3 places), debug",
    )


def test_keys_that_are_numbers_are_no_places_of_an_array():
    run = run_of(
        {"7": 1, "8": 2}, outputTemplate={"by": "/#body"}, outputSchema={"properties": {"by": CLOSED}}
    )

    assert run.losses == ("outputSchema dropped 2 keys: by.7, by.8",)


def test_many_keys_are_counted_and_the_first_named():
    body = {f"k{at}": at for at in range(20)}

    run = run_of(body, outputTemplate="/#body", outputSchema=CLOSED)

    assert run.losses == ("outputSchema dropped 20 keys: k0, k1, k2, k3, k4, k5, k6, k7 and 12 more",)


def test_what_is_missing_is_said_once_however_often_it_is_read():
    template = ["{{body.a}} {{body.a}}", "/#body.a"]

    run = run_of({}, outputTemplate=template)

    assert run.losses == ("outputTemplate reads body.a, which has no value",)


def test_a_long_value_is_cut():
    run = run_of(
        {"id": True}, outputTemplate={"id": "x" * 99}, outputSchema={"properties": {"id": {"type": "number"}}}
    )

    assert run.losses == ("outputSchema wants id to be number; it is kept as it is",)


@pytest.mark.parametrize(
    ("platform", "output"),
    [
        pytest.param(Platform(), {"a": 1}, id="assumed"),
        pytest.param(Platform(absent_output_schema_keeps_all=False), {}, id="known better"),
    ],
)
def test_what_becomes_of_an_output_without_a_schema_is_the_platforms_choice(platform, output):
    action = asking("http://a.b/", outputTemplate={"a": 1})

    run = action.run(transport=answering({}), platform=platform)

    assert run.output == output


@pytest.mark.parametrize(
    ("platform", "codes"),
    [
        pytest.param(Platform(), [], id="assumed"),
        pytest.param(Platform(absent_input_schema_takes_all=False), ["KNB703"], id="known better"),
    ],
)
def test_which_inputs_are_taken_without_a_schema_is_the_platforms_choice(platform, codes):
    action = asking("http://a.b/")

    prepared = action.prepare({"a": 1}, action.context(platform=platform))

    assert prepared.input_errors.codes == codes


def test_the_output_without_a_template_is_the_platforms_choice():
    platform = Platform(default_output_template={"status": "/#response.statusCode"})

    run = asking("http://a.b/").run(transport=answering({}), platform=platform)

    assert run.output == {"status": 200}


def test_the_table_of_conversions_is_the_platforms_choice():
    yes = {"properties": {"b": {"type": "boolean"}, "n": {"type": "number"}}}
    platform = Platform(conversions={"boolean": lambda value: value == "yes"})
    action = asking("http://a.b/", inputSchema=yes, outputSchema=yes, outputTemplate={"b": "no", "n": "1"})

    run = action.run({"b": "yes", "n": "2"}, transport=answering({}), platform=platform)

    assert (run.inputs, run.output) == ({"b": True, "n": 2}, {"b": False, "n": 1})


def test_an_answer_over_the_limit_stays_text():
    run = asking("http://a.b/").run(transport=answering({"a": 1}), parse_limit=3)

    assert run.output["body"] == '{"a":1}'
    assert run.diagnostics.codes == ["KNB714"]
