import pytest

from kustomer_nb.template.helpers.dates import UNITS

from .looking import a_request, an_action, closed_schema, look, places, quoted

INPUTS = closed_schema(at="string", count="number", unit="string")


def calling(text):
    template = a_request(method="post", json=True, data={"a": text})
    return an_action(inputSchema=INPUTS, inputTemplate=template)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("a {{date 'weeks' count=1}}", "{{date 'weeks' count=1}}", id="an unknown unit"),
        pytest.param("{{date 'weeks' count=count}}", "{{date 'weeks' count=count}}", id="beside a variable"),
        pytest.param("{{date 'day' count=1.5}}", "{{date 'day' count=1.5}}", id="half a day"),
        pytest.param("{{date 'day'}}", "{{date 'day'}}", id="no count"),
        pytest.param("{{date count=0}}", "{{date count=0}}", id="no unit"),
        pytest.param(
            "{{dateDiff 'days' from=at to=at}}", "{{dateDiff 'days' from=at to=at}}", id="a unit of others"
        ),
        pytest.param(
            "{{dateFormat at format=5}}", "{{dateFormat at format=5}}", id="a format that is no text"
        ),
        pytest.param("{{math count '^' 2}}", "{{math count '^' 2}}", id="an unknown operator"),
        pytest.param("{{{randomId size='many'}}}", "{{{randomId size='many'}}}", id="a size that is none"),
        pytest.param("{{#if (math count 'x' 2)}}{{/if}}", "(math count 'x' 2)", id="within another call"),
        pytest.param("/#fn:ifExists,at,yes,no", "/#fn:ifExists,at,yes,no", id="a text too many"),
        pytest.param("/#fn:parseInt,at,10", "/#fn:parseInt,at,10", id="an argument that is not public"),
    ],
)
def test_what_a_helper_refuses_is_a_warning_at_the_call(text, found):
    value = calling(text)

    assert quoted(value, "KNB318") == [found]
    assert [(one.code, one.severity.value) for one in look(value)] == [("KNB318", "warning")]


@pytest.mark.parametrize(
    "text",
    [
        *(f"{{{{date '{unit}' count=-1}}}}" for unit in UNITS),
        "{{date unit count=1}}",
        "{{date 'days' count=count}}",
        "{{dateDiff 'milliseconds' from=at to='2034-01-01T00:00:00Z'}}",
        "{{dateFormat at format='LL'}}",
        "{{dateFormat at}}",
        "{{dateFormat at format=unit}}",
        "{{math count '%' 2}}",
        "{{math count unit 2}}",
        "{{{randomId size=6}}}",
        "{{{randomId size=count}}}",
        "{{{toLower 'ABC'}}}",
        "/#fn:dateFormat,at,MMMM D, YYYY",
        "/#fn:dateFormat,at",
        "/#fn:ifExists,at,yes",
        "/#fn:parseFloat,at",
    ],
)
def test_what_a_helper_takes_or_may_take_is_right(text):
    assert places(calling(text), "KNB318") == []


@pytest.mark.parametrize("text", ["{{shout 'a'}}", "{{markdownToHtml 'a'}}", "/#fn:isValidPhoneNumber,at,US"])
def test_a_helper_that_is_not_known_is_left_to_the_rules_of_calls(text):
    assert places(calling(text), "KNB318") == []


def test_the_way_out_is_the_helpers_own():
    (found,) = look(calling("{{date 'weeks' count=1}}"))

    assert found.fix == "use year, day, hour, minute."


def test_an_output_is_looked_at_too():
    value = an_action(outputTemplate={"a": "{{math response.statusCode '^' 2}}"})

    assert look(value).codes == ["KNB318"]
