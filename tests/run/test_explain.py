import httpx
import pytest

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


def run_of(body=BODY, *, template=TEMPLATE, schema=SCHEMA, **response):
    content = {"json": body} if "content" not in response else {}
    transport = httpx.MockTransport(lambda request: httpx.Response(200, **content, **response))
    return asking("http://a.b/", outputTemplate=template, outputSchema=schema).run(transport=transport)


def told(found):
    return [(one.name, one.pointer, one.words) for one in found]


@pytest.mark.parametrize(
    ("pointer", "cause", "words"),
    [
        pytest.param("/id", "outputSchema", 'converts it from 7 to "7"', id="converted"),
        pytest.param(
            "/extra",
            "outputSchema",
            "drops extra: it is not declared, and additionalProperties is false there",
            id="dropped",
        ),
        pytest.param(
            "/fixed",
            "outputSchema",
            "wants array, which it cannot become; it is kept as it is (assumed)",
            id="not converted",
        ),
        pytest.param(
            "/gone", "answer", "body.order has no `status`; did you mean `state`?", id="a name that is near"
        ),
        pytest.param(
            "/order/lines/3",
            "answer",
            "body.order.lines has no `3`; the array has 1 item",
            id="past the end",
        ),
        pytest.param(
            "/order/nope",
            "answer",
            "body.order has no `nope`; there is `id`, `state`, `lines`",
            id="no such key",
        ),
        pytest.param("/order/id/x", "answer", "body.order.id has no `x`; it is 7", id="below a number"),
        pytest.param(
            "/text", "answer", "body.order has no `stat`; did you mean `state`?", id="within a template"
        ),
        pytest.param(
            "/absent",
            "outputTemplate",
            "has no `absent`; there is `id`, `order`, `gone`, `text`, `fixed`, `extra`, `count`, `far`",
            id="no such key in the template",
        ),
    ],
)
def test_the_stage_that_lost_or_changed_it_is_named(pointer, cause, words):
    found = run_of().why(pointer).cause

    assert (found.name, found.words) == (cause, words)


@pytest.mark.parametrize(
    ("pointer", "cause", "words"),
    [
        pytest.param(
            "rows",
            "outputSchema",
            "changes what is in it: drops rows[].sku; converts rows[].id (2 places)",
            id="an array",
        ),
        pytest.param("rows.1", "outputSchema", "changes what is in it: converts rows[].id", id="an item"),
        pytest.param(
            "",
            "outputSchema",
            "changes what is in it: drops rows[].sku; converts rows[].id (2 places); cannot convert bad",
            id="the whole output",
        ),
        pytest.param(
            "pair",
            "outputTemplate",
            'put together there: {"a":"/#body.nope","b":1}; in it body.nope has no value',
            id="what is put together of something missing",
        ),
    ],
)
def test_what_was_lost_or_changed_within_a_place_is_told_of_it(pointer, cause, words):
    item = {"type": "object", "properties": {"id": {"type": "string"}}, "additionalProperties": False}
    schema = {"properties": {"rows": {"type": "array", "items": item}, "bad": {"type": "number"}}}
    template = {"rows": "/#body", "bad": "x", "pair": {"a": "/#body.nope", "b": 1}}

    found = run_of([{"id": 1, "sku": "x"}, {"id": 2}], template=template, schema=schema).why(pointer).cause

    assert (found.name, found.words) == (cause, words)


def test_the_way_back_names_every_stage():
    found = run_of().why("/order/state")

    assert told(found) == [
        ("output", "/order/state", 'is "paid"'),
        ("outputSchema", "/outputSchema", "passes it on unchanged"),
        ("outputTemplate", "/outputTemplate/order", 'writes "/#body.order"'),
        ("answer", "/body/order/state", 'body.order.state is "paid"'),
    ]
    assert found.cause is None
    assert repr(found) == "<Why: order.state, as it came>"


def test_a_path_may_be_written_as_authors_write_it():
    assert told(run_of().why("order.lines.0.sku")) == told(run_of().why("/order/lines/0/sku"))


def test_a_length_is_that_of_the_array():
    found = run_of().why("count")

    assert found[-1].words == "body.order.lines.length is 1"


def test_a_required_place_that_nothing_fills_is_said():
    found = run_of().why("absent")

    assert found[0].words == "it is not in the output"
    assert found[1].words == "gets nothing there and requires it, so nothing is passed on"


def test_what_lies_in_a_dropped_object_was_dropped_with_it():
    found = run_of(template={"extra": "/#body.order"}).why("/extra/id")

    assert found.cause.words.startswith("drops extra:")


@pytest.mark.parametrize(
    ("template", "pointer", "last"),
    [
        pytest.param(
            {"a": {"b": 1}}, "/a", ("outputTemplate", 'put together there: {"b":1}'), id="an object"
        ),
        pytest.param({"a": [2]}, "/a/0", ("outputTemplate", "written there as it is: 2"), id="a literal"),
        pytest.param(
            {"a": 1}, "/a/b", ("outputTemplate", "has 1 there, which has no `b`"), id="below a literal"
        ),
        pytest.param("/#body", "/note", ("answer", 'body.note is "x"'), id="the body as a whole"),
        pytest.param(
            "/#nope",
            "",
            ("answer", "there is no `nope`; body and response are"),
            id="neither body nor response",
        ),
        pytest.param("plain", "", ("outputTemplate", 'writes "plain"'), id="a text that reads nothing"),
        pytest.param(None, "/body/note", ("answer", 'body.note is "x"'), id="no outputTemplate"),
        pytest.param(
            "/#fn:parseInt,body.note", "", ("answer", 'body.note is "x"'), id="what a function is called with"
        ),
        pytest.param(
            "/#response", "/statusCode", ("answer", "response.statusCode is 200"), id="the response"
        ),
    ],
)
def test_the_way_ends_where_the_value_was_written(template, pointer, last):
    found = run_of(template=template, schema=None).why(pointer)

    assert (found[-1].name, found[-1].words) == last
    assert found[1].words == "there is none, so everything passes (assumed)"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"<p>", 'body is text, not JSON, so it has no `note`: "<p>"', id="text"),
        pytest.param(b"", "the answer has no body", id="nothing"),
        pytest.param(b"{}", "body has no `note`; it is empty", id="an empty object"),
    ],
)
def test_an_answer_that_cannot_have_it_is_said(content, words):
    found = run_of(template={"a": "/#body.note"}, content=content).why("a")

    assert found.cause.words == words


def test_without_an_answer_the_sample_is_where_it_came_from():
    action = asking("http://a.b/", sampleOutputContext={"a": 1}, outputSchema={"properties": {}})
    run = action.run(mode="sample")

    assert told(run.why("a"))[-1] == ("sampleOutputContext", "/sampleOutputContext/a", "holds 1")
    assert run.why("b").cause.words == "holds nothing there"


def test_it_is_a_sequence_of_its_stages():
    found = run_of().why("id")

    assert [one.name for one in found[1:]] == ["outputSchema", "outputTemplate", "answer"]
    assert repr(found) == '<Why: id, outputSchema converts it from 7 to "7">'


def test_a_place_that_is_no_text_is_refused():
    with pytest.raises(TypeError, match=r"a place of the output is text, as in 'body.status'"):
        run_of().why(5)
