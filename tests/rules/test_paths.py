import pytest

from .looking import LEFT_OUT, a_request, an_action, closed_schema, look, places, quoted

CLOSED = closed_schema(id="string", total="number")
OPEN = {key: item for key, item in CLOSED.items() if key != "additionalProperties"}
SETTING = {"token": {"key": "shop.default.token"}}


def reading(text, order=CLOSED, **keys):
    inputs = {"properties": {"order": order, "name": {"type": "string"}, "list": {"type": "array"}}}
    return an_action(
        inputSchema=inputs,
        inputTemplate=a_request(method="post", json=True, data={"a": text}),
        **keys,
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("/#order.totl", "/#order.totl", id="a reference"),
        pytest.param("a {{{order.totl}}}", "{{{order.totl}}}", id="a tag"),
        pytest.param("{{#if order.totl}}a{{/if}}", "order.totl", id="a condition"),
        pytest.param("{{#with order}}{{totl}}{{/with}}", "{{totl}}", id="in a block that names the rest"),
        pytest.param("/#fn:parseInt,order.totl", "/#fn:parseInt,order.totl", id="a function"),
        pytest.param("{{order.[totl]}}", "{{order.[totl]}}", id="a name in brackets"),
    ],
)
def test_a_name_that_a_closed_object_lacks_is_a_warning_with_its_near_miss(text, found):
    value = reading(text)

    assert quoted(value, "KNB316") == [found]
    assert [(one.code, one.severity.value, one.fix) for one in look(value)] == [
        ("KNB316", "warning", "did you mean `total`?")
    ]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        pytest.param(CLOSED, ["warning"], id="closed"),
        pytest.param(OPEN, ["hint"], id="open"),
        pytest.param({**CLOSED, "additionalProperties": True}, ["hint"], id="open in so many words"),
        pytest.param({**CLOSED, "additionalProperties": {"type": "string"}}, [], id="others described"),
        pytest.param({"type": "object"}, [], id="nothing declared"),
        pytest.param({"type": "object", "additionalProperties": False}, [], id="closed, nothing declared"),
        pytest.param({**CLOSED, "type": "string"}, [], id="no object"),
        pytest.param({**CLOSED, "type": ["object"]}, [], id="a type that cannot be told"),
        pytest.param(5, [], id="no schema"),
    ],
)
def test_how_sure_it_is_depends_on_the_schema(order, expected):
    found = [one.severity.value for one in look(reading("/#order.state", order)) if one.code == "KNB316"]

    assert found == expected


def test_the_first_name_that_is_missing_is_told_and_none_after_it():
    order = {"type": "object", "properties": {"line": CLOSED}, "additionalProperties": False}

    found = look(reading("{{{order.lin.totl}}} {{{order.line.totl}}}", order))

    assert [one.fix for one in found] == ["did you mean `line`?", "did you mean `total`?"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("/#order.total", id="a declared one"),
        pytest.param("/#order", id="the object"),
        pytest.param("/#name.length", id="within a text"),
        pytest.param("/#list.0.id", id="within an array"),
        pytest.param("{{#each order}}{{totl}}{{/each}}", id="in a loop"),
        pytest.param("{{#with order.total}}{{this}}{{/with}}", id="a context"),
    ],
)
def test_a_name_that_may_be_there_is_right(text):
    assert places(reading(text), "KNB316") == []


@pytest.mark.parametrize("text", ["/#order.totl[0]", "/#order.totl /#name", "/#order..id"])
def test_what_is_no_path_is_left_to_the_rules_of_references(text):
    assert places(reading(text), "KNB316") == []


def test_a_setting_of_that_name_may_be_what_is_read():
    value = reading("/#order.totl", appSettings={"order": {"key": "shop.default.order"}})

    assert places(value, "KNB316") == []


@pytest.mark.parametrize(
    ("output", "found"),
    [
        pytest.param({"a": "/#token"}, ["/#token"], id="a reference"),
        pytest.param({"a": ["for {{{token}}}"]}, ["{{{token}}}"], id="a tag, deep inside"),
        pytest.param({"a": "/#body.token"}, [], id="a name in the body"),
        pytest.param({"a": "/#other"}, [], id="no setting"),
        pytest.param(LEFT_OUT, [], id="no output template"),
    ],
)
def test_a_setting_in_an_output_is_a_warning(output, found):
    assert quoted(reading("/#name", outputTemplate=output, appSettings=SETTING), "KNB317") == found


def test_a_setting_named_like_the_body_is_not_what_an_output_reads():
    settings = {"body": {"key": "shop.default.body"}}

    assert look(reading("/#name", outputTemplate="/#body", appSettings=settings)).codes == []
