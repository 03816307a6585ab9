import httpx
import pytest

from kustomer_nb.run.stages import losses_by_pointer
from tests.samples import asking

BODY = {"order": {"id": 7, "state": "paid", "lines": [{"sku": "a"}]}, "note": "x"}
TEMPLATE = {
    "id": "/#body.order.id",
    "order": "/#body.order",
    "gone": "/#body.order.status",
    "text": "{{body.note}} of {{body.order.stat}}",
    "fixed": 1,
    "extra": "/#body.note",
    "count": "/#body.order.lines.length",
    "far": "/#body.nope.deep",
    "called": "/#fn:parseInt,body.note",
}
SCHEMA = {
    "properties": {
        "id": {"type": "string"},
        "order": {"type": "object"},
        "gone": {"type": "string"},
        "text": {"type": "string"},
        "fixed": {"type": "array"},
        "count": {"type": "number"},
        "absent": {"type": "string"},
    },
    "required": ["absent"],
    "additionalProperties": False,
}


def run(body=BODY, *, template=TEMPLATE, schema=SCHEMA, **response):
    content = {"json": body} if "content" not in response else {}
    transport = httpx.MockTransport(lambda request: httpx.Response(200, **content, **response))
    return asking("http://a.b/", outputTemplate=template, outputSchema=schema).run(transport=transport)


def facts(stages):
    return [(stage.name, stage.pointer, stage.words) for stage in stages]


@pytest.mark.parametrize(
    ("pointer", "cause", "words"),
    [
        pytest.param("/id", "outputSchema", 'converts it from 7 to "7"', id="converted"),
        pytest.param(
            "/extra",
            "outputSchema",
            "drops `extra`: it is not declared and additionalProperties is false",
            id="dropped",
        ),
        pytest.param(
            "/fixed",
            "outputSchema",
            "expects an array, got number - passed through unchanged (assumed)",
            id="not converted",
        ),
        pytest.param(
            "/gone", "response", "`body.order` has no `status`; did you mean `state`?", id="a near miss"
        ),
        pytest.param(
            "/order/lines/3",
            "response",
            "`body.order.lines` has no `3`; the array has 1 item",
            id="past the end",
        ),
        pytest.param(
            "/order/nope",
            "response",
            "`body.order` has no `nope`; available: `id`, `state`, `lines`",
            id="no such key",
        ),
        pytest.param("/order/id/x", "response", "`body.order.id` has no `x`; it is 7", id="below a number"),
        pytest.param(
            "/text", "response", "`body.order` has no `stat`; did you mean `state`?", id="within a template"
        ),
        pytest.param(
            "/absent",
            "outputTemplate",
            "has no `absent`; available: `id`, `order`, `gone`, `text`, `fixed`, `extra`, `count`, `far`",
            id="no such key in the template",
        ),
    ],
)
def test_the_stage_that_lost_or_changed_it_is_named(pointer, cause, words):
    cause_stage = run().why(pointer).cause

    assert (cause_stage.name, cause_stage.words) == (cause, words)


@pytest.mark.parametrize(
    ("pointer", "cause", "words"),
    [
        pytest.param(
            "rows",
            "outputSchema",
            "changes values inside it: drops `rows[].sku`; converts `rows[].id` (2 values)",
            id="an array",
        ),
        pytest.param("rows.1", "outputSchema", "changes values inside it: converts `rows[].id`", id="item"),
        pytest.param(
            "",
            "outputSchema",
            "changes values inside it: drops `rows[].sku`; converts `rows[].id` (2 values); "
            "cannot convert `bad`",
            id="the whole output",
        ),
        pytest.param(
            "pair",
            "outputTemplate",
            'builds {"a":"/#body.nope","b":1}; `body.nope` has no value',
            id="built from something missing",
        ),
    ],
)
def test_what_was_lost_or_changed_inside_a_value_is_reported_for_it(pointer, cause, words):
    item = {"type": "object", "properties": {"id": {"type": "string"}}, "additionalProperties": False}
    schema = {"properties": {"rows": {"type": "array", "items": item}, "bad": {"type": "number"}}}
    template = {"rows": "/#body", "bad": "x", "pair": {"a": "/#body.nope", "b": 1}}

    cause_stage = run([{"id": 1, "sku": "x"}, {"id": 2}], template=template, schema=schema).why(pointer).cause

    assert (cause_stage.name, cause_stage.words) == (cause, words)


def test_every_stage_is_listed_from_the_output_to_the_response():
    stages = run().why("/order/state")

    assert facts(stages) == [
        ("output", "/order/state", 'is "paid"'),
        ("outputSchema", "/outputSchema", "passes it through unchanged"),
        ("outputTemplate", "/outputTemplate/order", 'is "/#body.order"'),
        ("response", "/body/order/state", '`body.order.state` is "paid"'),
    ]
    assert stages.cause is None
    assert repr(stages) == "<Why: order.state, unchanged>"


def test_a_path_may_be_written_as_in_a_template():
    assert facts(run().why("order.lines.0.sku")) == facts(run().why("/order/lines/0/sku"))


def test_a_length_is_that_of_the_array():
    stages = run().why("count")

    assert stages[-1].words == "`body.order.lines.length` is 1"


def test_a_required_value_that_is_missing_is_reported():
    stages = run().why("absent")

    assert stages[0].words == "has no value at this path"
    assert stages[1].words == "requires a value, but receives none"


def test_a_member_of_a_dropped_object_was_dropped_with_it():
    stages = run(template={"extra": "/#body.order"}).why("/extra/id")

    assert stages.cause.words.startswith("drops `extra`:")


@pytest.mark.parametrize(
    ("template", "pointer", "last"),
    [
        pytest.param({"a": {"b": 1}}, "/a", ("outputTemplate", 'builds {"b":1}'), id="an object"),
        pytest.param({"a": [2]}, "/a/0", ("outputTemplate", "is the static value 2"), id="a literal"),
        pytest.param(
            {"a": 1}, "/a/b", ("outputTemplate", "is 1 here, which has no `b`"), id="below a literal"
        ),
        pytest.param("/#body", "/note", ("response", '`body.note` is "x"'), id="the body as a whole"),
        pytest.param(
            "/#nope",
            "",
            ("response", "has no `nope`; available: `body` and `response`"),
            id="neither body nor response",
        ),
        pytest.param("plain", "", ("outputTemplate", 'is "plain"'), id="a string that reads nothing"),
        pytest.param(None, "/body/note", ("response", '`body.note` is "x"'), id="no outputTemplate"),
        pytest.param(
            "/#fn:parseInt,body.note", "", ("response", '`body.note` is "x"'), id="the argument of a function"
        ),
        pytest.param(
            "/#response", "/statusCode", ("response", "`response.statusCode` is 200"), id="the response"
        ),
    ],
)
def test_the_last_stage_is_where_the_value_comes_from(template, pointer, last):
    stages = run(template=template, schema=None).why(pointer)

    assert (stages[-1].name, stages[-1].words) == last
    assert stages[1].words == "is not defined, so every value passes through (assumed)"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"<p>", '`body` is a string, not JSON, so it has no `note`: "<p>"', id="text"),
        pytest.param(b"", "has no body", id="nothing"),
        pytest.param(b"{}", "`body` has no `note`; it is empty", id="an empty object"),
    ],
)
def test_a_response_that_cannot_have_the_value_is_reported(content, words):
    stages = run(template={"a": "/#body.note"}, content=content).why("a")

    assert stages.cause.words == words


def test_without_a_response_the_value_comes_from_the_sample():
    action = asking("http://a.b/", sampleOutputContext={"a": 1}, outputSchema={"properties": {}})
    sample_run = action.run(mode="sample")

    assert facts(sample_run.why("a"))[-1] == ("sampleOutputContext", "/sampleOutputContext/a", "is 1")
    assert sample_run.why("b").cause.words == "has no value at this path"


def test_a_why_is_a_sequence_of_its_stages():
    stages = run().why("id")

    assert [stage.name for stage in stages[1:]] == ["outputSchema", "outputTemplate", "response"]
    assert repr(stages) == '<Why: id, outputSchema converts it from 7 to "7">'


def test_a_pointer_that_is_not_a_string_is_refused():
    with pytest.raises(TypeError, match=r"pointer must be a string such as 'body.status'"):
        run().why(5)


BRACKETS = {
    "sku": "/#body.order.lines[0].sku",
    "key": '/#body["note"]',
    "dotted": "/#body.order.lines.0.sku",
    "tag": "{{body.order.lines.[0].nope}}",
}


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("sku", "`body.order.lines[0].sku` is not a valid path (KNB302): write `body.order.lines.0.sku`"),
        ("key", '`body["note"]` is not a valid path (KNB302): write `body.note`'),
    ],
)
def test_brackets_in_a_reference_are_named_and_not_the_response(key, words):
    result = run(template=BRACKETS, schema=None)

    assert result.why(key).cause.words == f"reads nothing: {words}"
    assert f"outputTemplate reads nothing: {words}" in result.losses
    (loss,) = losses_by_pointer(result)[f"/{key}"]
    assert loss["words"] == words


def test_brackets_of_a_tag_are_valid():
    result = run(template=BRACKETS, schema=None)

    assert result.why("dotted").cause is None
    assert result.why("tag").cause.words == "`body.order.lines.0` has no `nope`; available: `sku`"
    assert losses_by_pointer(result)["/tag"][0]["words"].endswith("is not in this response")
