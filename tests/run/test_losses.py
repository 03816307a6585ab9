import httpx
import pytest

from kustomer_nb import Platform
from tests.samples import asking

CLOSED = {"type": "object", "properties": {"id": {"type": "string"}}, "additionalProperties": False}


def answering(body):
    return httpx.MockTransport(lambda request: httpx.Response(200, json=body))


def run_on(body, **properties):
    return asking("http://a.b/", **properties).run(transport=answering(body))


def test_items_of_an_array_share_one_loss():
    rows = [{"id": at, "price": 1} for at in range(3)]
    schema = {"properties": {"items": {"type": "array", "items": CLOSED}}, "additionalProperties": False}

    run = run_on({"items": rows, "debug": 1}, outputTemplate="/#body", outputSchema=schema)

    assert run.losses == (
        'outputSchema converted 3 values at `items[].id`, the first from 0 to "0"',
        "outputSchema dropped 2 keys: `items[].price` (3 values), `debug`",
    )


def test_numeric_keys_of_an_object_are_not_array_indexes():
    run = run_on(
        {"7": 1, "8": 2}, outputTemplate={"by": "/#body"}, outputSchema={"properties": {"by": CLOSED}}
    )

    assert run.losses == ("outputSchema dropped 2 keys: `by.7`, `by.8`",)


def test_of_many_keys_the_first_are_listed_and_all_counted():
    body = {f"k{at}": at for at in range(20)}

    run = run_on(body, outputTemplate="/#body", outputSchema=CLOSED)

    names = "`k0`, `k1`, `k2`, `k3`, `k4`, `k5`, `k6`, `k7` and 12 more"
    assert run.losses == (f"outputSchema dropped 20 keys: {names}",)


def test_a_missing_path_is_one_loss_however_often_it_is_read():
    template = ["{{body.a}} {{body.a}}", "/#body.a"]

    run = run_on({}, outputTemplate=template)

    assert run.losses == ("`body.a` is used by outputTemplate but has no value",)


FOUR = {"a": "/#body.a", "b": "{{body.b}}", "c": "/#body.c.d", "code": "/#response.statusCode"}


@pytest.mark.parametrize(
    ("response", "loss"),
    [
        pytest.param(
            httpx.Response(404, json={"error": "gone"}),
            "the response has the status 404",
            id="a client error",
        ),
        pytest.param(
            httpx.Response(503, json="later"), "the response has the status 503", id="a server error"
        ),
        pytest.param(httpx.Response(200, text=""), "the body of the response is empty", id="no body"),
        pytest.param(httpx.Response(204), "the body of the response is empty", id="no content"),
    ],
)
def test_a_response_that_lacks_everything_is_one_loss(response, loss):
    required = {"properties": {"a": {}, "b": {}, "c": {}}, "required": ["a", "c"]}
    action = asking("http://a.b/", outputTemplate=FOUR, outputSchema=required)

    run = action.run(transport=httpx.MockTransport(lambda request: response))

    assert run.losses == (f"outputTemplate reads 3 values, but {loss}: the first is `body.a`",)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        pytest.param(200, {"x": 1}, id="a success without the values"),
        pytest.param(404, {"b": 1, "c": {"d": 1}}, id="an error that lacks one"),
    ],
)
def test_values_that_a_response_could_have_are_listed_one_by_one(status, body):
    response = httpx.Response(status, json=body)
    action = asking("http://a.b/", outputTemplate=FOUR)

    run = action.run(transport=httpx.MockTransport(lambda request: response))

    assert "`body.a` is used by outputTemplate but has no value" in run.losses


OPTIONAL = {
    "properties": {
        "note": {"type": "string"},
        "order": {"type": "object", "properties": {"id": {}, "at": {}}},
    }
}


@pytest.mark.parametrize(
    ("data", "inputs", "losses"),
    [
        pytest.param({"a": "/#note"}, {}, (), id="an optional input that is not set"),
        pytest.param({"a": "Note: {{note}}"}, {}, (), id="in a template"),
        pytest.param({"a": "/#order.id"}, {}, (), id="a member of one"),
        pytest.param({"a": "/#note"}, {"note": ""}, (), id="an empty one"),
        pytest.param(
            {"a": "/#order.nr"},
            {"order": {"id": 1}},
            ("`order.nr` is used by inputTemplate but was not set",),
            id="a member that an object lacks",
        ),
    ],
)
def test_an_optional_input_that_is_not_set_is_no_loss(data, inputs, losses):
    action = asking("http://a.b/", template={"data": data}, inputSchema=OPTIONAL, outputTemplate={})

    run = action.run(inputs, transport=answering({}))

    assert run.losses == losses
    # The references themselves are still listed.
    assert bool(run.missing) is (inputs != {"note": ""})


def test_a_value_of_another_type_is_a_loss():
    run = run_on(
        {"id": True}, outputTemplate={"id": "x" * 99}, outputSchema={"properties": {"id": {"type": "number"}}}
    )

    assert run.losses == ("outputSchema expects `id` to be a number, got string - passed through unchanged",)


@pytest.mark.parametrize(
    ("platform", "output"),
    [
        pytest.param(Platform(), {"a": 1}, id="assumed"),
        pytest.param(Platform(absent_output_schema_keeps_all=False), {}, id="overridden"),
    ],
)
def test_platform_decides_about_an_output_without_a_schema(platform, output):
    action = asking("http://a.b/", outputTemplate={"a": 1})

    run = action.run(transport=answering({}), platform=platform)

    assert run.output == output


@pytest.mark.parametrize(
    ("platform", "codes"),
    [
        pytest.param(Platform(), [], id="assumed"),
        pytest.param(Platform(absent_input_schema_takes_all=False), ["KNB703"], id="overridden"),
    ],
)
def test_platform_decides_which_inputs_pass_without_a_schema(platform, codes):
    action = asking("http://a.b/")

    prepared = action.prepare({"a": 1}, action.context(platform=platform))

    assert prepared.input_errors.codes == codes


def test_platform_decides_about_the_output_without_a_template():
    platform = Platform(default_output_template={"status": "/#response.statusCode"})

    run = asking("http://a.b/").run(transport=answering({}), platform=platform)

    assert run.output == {"status": 200}


def test_platform_can_replace_conversions():
    schema = {"properties": {"b": {"type": "boolean"}, "n": {"type": "number"}}}
    platform = Platform(conversions={"boolean": lambda value: value == "yes"})
    template = {"b": "no", "n": "1"}
    action = asking("http://a.b/", inputSchema=schema, outputSchema=schema, outputTemplate=template)

    run = action.run({"b": "yes", "n": "2"}, transport=answering({}), platform=platform)

    assert (run.inputs, run.output) == ({"b": True, "n": 2}, {"b": False, "n": 1})


def test_a_response_over_the_limit_is_not_parsed():
    run = asking("http://a.b/").run(transport=answering({"a": 1}), parse_limit=3)

    assert run.output["body"] == '{"a":1}'
    assert run.diagnostics.codes == ["KNB714"]


def with_page(action, status=200, **more):
    response = httpx.Response(status, **(more or {"html": "<p>Log in</p>"}))
    return action.run(transport=httpx.MockTransport(lambda request: response))


@pytest.mark.parametrize("status", [200, 403, 429, 502])
@pytest.mark.parametrize(
    "keys",
    [
        pytest.param({"outputSchema": {"properties": {"body": {"type": "object"}}}}, id="the body itself"),
        pytest.param({"outputSchema": {"properties": {"body": {"type": "array"}}}}, id="an array"),
        pytest.param({"outputTemplate": {"a": "/#body.a"}}, id="a member of the body"),
        pytest.param(
            {
                "outputTemplate": {"a": "/#response.body.a", "b": "{{body.b.c}}"},
                "outputSchema": {"properties": {"a": {"type": "number"}}, "required": ["a"]},
            },
            id="members of both",
        ),
    ],
)
def test_what_a_page_in_place_of_json_lacks_is_one_finding(status, keys):
    run = with_page(asking("http://a.b/", template={"json": True}, **keys), status)

    assert run.diagnostics.codes == ["KNB710"]
    assert run.losses == ()


def test_what_a_page_does_not_lack_is_a_loss_of_its_own():
    keys = {
        "outputTemplate": {"a": "/#response.headers.x-a", "n": "five", "b": "/#body.b"},
        "outputSchema": {"properties": {"n": {"type": "number"}}},
    }

    run = with_page(asking("http://a.b/", template={"json": True}, **keys))

    assert run.losses == (
        "`response.headers.x-a` is used by outputTemplate but has no value",
        "outputSchema expects `n` to be a number, got string - passed through unchanged",
    )


def test_text_that_is_read_as_text_is_a_loss_of_the_schema():
    keys = {"outputSchema": {"properties": {"body": {"type": "object"}}}}

    run = with_page(asking("http://a.b/", template={"json": False}, **keys))

    assert run.diagnostics.codes == []
    assert run.losses == (
        "outputSchema expects `body` to be an object, got string - passed through unchanged",
    )


def test_a_compressed_body_is_one_finding():
    keys = {"outputSchema": {"properties": {"body": {"type": "object"}}}}
    body = {"content": b"\x1f\x8b\x08\x00\xff", "headers": {"content-encoding": "zstd2"}}

    run = with_page(asking("http://a.b/", template={"json": True}, **keys), **body)

    assert (run.diagnostics.codes, run.losses) == (["KNB711"], ())
