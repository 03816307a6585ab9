import httpx
import pytest

from kustomer_nb import load
from kustomer_nb.errors import InputError
from tests.samples import an_action, asking

SCHEMA = {
    "properties": {"id": {"type": "number"}, "note": {"type": "string"}, "whole": {"type": "object"}},
    "required": ["id"],
    "additionalProperties": False,
}
STEPS = {"find": {"body": {"id": "7", "tags": ["a"]}, "response": {"statusCode": 200}}, "1": {"name": "Ann"}}


def action():
    template = {"uri": "http://a.b/{{id}}", "method": "post", "json": True, "data": {"note": "/#note"}}
    return load(an_action(inputTemplate=template, inputSchema=SCHEMA)).action()


def test_an_input_reads_the_output_of_an_earlier_step_and_is_converted():
    prepared = action().prepare({"id": "/#steps.find.body.id"}, action().context(steps=STEPS))

    assert (prepared.inputs, prepared.request.url) == ({"id": 7}, "http://a.b/7")


def test_a_number_that_is_rounded_is_a_warning_with_steps_too():
    request = action().render({"id": 12345678901234567890}, steps=STEPS)

    assert request.url == "http://a.b/12345678901234567000"
    assert request.diagnostics.codes == ["KNB726"]


def test_a_template_gives_text():
    request = action().render({"id": 1, "note": "by {{steps.1.name}}"}, steps=STEPS)

    assert request.body == '{"note":"by Ann"}'


def test_a_reference_that_names_nothing_is_left_out_and_told():
    request = action().render({"id": 1, "note": "/#steps.find.body.note"}, steps=STEPS)

    assert request.body == "{}"
    assert next((miss.path, miss.pointer) for miss in request.missing) == (
        "steps.find.body.note",
        "/inputs/note",
    )


def test_a_required_input_that_a_step_does_not_give_is_refused():
    with pytest.raises(InputError) as caught:
        action().render({"id": "/#steps.nope.id"}, steps=STEPS)

    assert str(caught.value) == (
        "/id: KNB701 the required input `id` is missing: `/#steps.nope.id` has no value. "
        "Fix: check the output of that step."
    )


def test_a_template_at_fault_is_said_with_its_input():
    with pytest.raises(InputError, match="/inputs/note: KNB301"):
        action().render({"id": 1, "note": "{{#if}}"}, steps=STEPS)


def test_a_run_is_taken_for_its_output():
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json={"id": 9}))
    find = asking("http://a.b/").run(transport=transport)

    request = action().render({"id": "/#steps.find.body.id"}, steps={"find": find})

    assert request.url == "http://a.b/9"


def test_without_steps_an_input_is_taken_as_it_is():
    request = action().render({"id": 1, "note": "/#steps.find.body.id"})

    assert request.body == '{"note":"/#steps.find.body.id"}'


def test_what_a_step_lacks_is_among_the_losses_of_a_run():
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json={}))

    run = action().run({"id": 1, "note": "/#steps.find.x"}, steps=STEPS, transport=transport, confirm="a.b")

    assert run.losses[0] == "`steps.find.x` is used by the inputs but has no value"
