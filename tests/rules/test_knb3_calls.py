import pytest

from kustomer_nb.template.helpers.dates import UNITS
from tests.rules.looking import a_request, an_action, closed_schema, look, places, quoted

INPUTS = closed_schema(name="string", date="string", randomId="string", lines="array")


def calling(*texts, output=None):
    data = dict(zip("abcdef", texts, strict=False))
    return an_action(
        inputSchema=INPUTS,
        inputTemplate=a_request(method="post", json=True, data=data),
        outputTemplate=output,
    )


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        pytest.param("KNB308", "a {{markdownToHtml name}}", ["{{markdownToHtml name}}"], id="a helper"),
        pytest.param(
            "KNB308", "/#fn:isValidPhoneNumber,name", ["/#fn:isValidPhoneNumber,name"], id="a function"
        ),
        pytest.param("KNB308", "{{#if (toJson name)}}{{/if}}", ["(toJson name)"], id="one within another"),
        pytest.param("KNB308", "{{escape}}", [], id="what may be a variable"),
        pytest.param("KNB309", "/#fn:tolower,name", ["/#fn:tolower,name"], id="an unknown function"),
        pytest.param("KNB309", "/#fn:parseInt,name", [], id="a known one"),
        pytest.param(
            "KNB310", "{{toLowr name}}{{shout x=1}}", ["{{toLowr name}}", "{{shout x=1}}"], id="helpers"
        ),
        pytest.param(
            "KNB310", "{{#each lines}}{{toLower this}}{{math 1 '+' 2}}{{/each}}", [], id="known helpers"
        ),
        pytest.param("KNB311", "{{date}} {{{date}}}", ["{{date}}", "{{{date}}}"], id="a variable"),
        pytest.param("KNB311", "{{#each lines}}{{date}}{{/each}}", ["{{date}}"], id="a variable of a loop"),
        pytest.param(
            "KNB311", "{{randomId}}", ["{{randomId}}"], id="an input like the helper without arguments"
        ),
        pytest.param("KNB311", "{{this.date}}{{date 'day' count=0}}", [], id="the way out, and the helper"),
    ],
)
def test_a_call_is_pointed_at_inside_its_string(code, text, expected):
    assert quoted(calling(text), code) == expected


def test_a_call_in_an_output_is_looked_at_too():
    assert len(places(calling(output={"a": ["/#fn:parseint,body.x", "{{shout body.x}}"]}), "KNB309")) == 1


def test_a_near_miss_is_suggested():
    (diagnostic,) = [
        diagnostic for diagnostic in look(calling("{{tolower name}}")) if diagnostic.code == "KNB310"
    ]

    assert (diagnostic.severity.value, diagnostic.fix) == ("warning", "did you mean `toLower`?")


def test_what_blocks_and_helpers_read_is_looked_up_in_the_right_place():
    text = (
        "{{#each lines}}{{sku}} {{../name}} {{@index}} {{@root.name}}{{/each}}"
        "{{#with name as |n|}}{{n}}{{/with}}{{toLower name}}{{math 1 '+' 2}}{{#if name}}{{name}}{{/if}}"
    )

    assert not look(calling(text)).errors


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("{{#each gone}}{{x}}{{/each}}", ["gone"], id="a loop"),
        pytest.param("{{#each lines}}{{../gone}}{{/each}}", ["../gone"], id="above a loop"),
        pytest.param("{{toLower gone}}", ["gone"], id="an argument"),
        pytest.param("{{date 'day' count=gone.x}}", ["gone.x"], id="a named argument"),
        pytest.param("/#fn:parseInt,gone.x", ["/#fn:parseInt,gone.x"], id="a function"),
    ],
)
def test_what_is_not_declared_is_found_in_blocks_and_calls(text, expected):
    assert [text.strip("{}") for text in quoted(calling(text), "KNB303")] == expected


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        pytest.param("{{toLower name}}", ["{{toLower name}}"], id="a helper of text"),
        pytest.param("{{#if name}}{{name}}{{/if}}", ["{{name}}"], id="a tag in a block"),
        pytest.param("{{math lines '+' 1}}{{date 'day' count=name}}", [], id="helpers that give plain text"),
        pytest.param("{{{toLower name}}}{{#each lines}}{{{this}}}{{/each}}", [], id="three braces"),
    ],
)
def test_only_what_prints_is_said_to_be_escaped(uri, expected):
    value = an_action(inputSchema=INPUTS, inputTemplate=a_request(uri=f"https://api.shop.com/{uri}"))

    assert quoted(value, "KNB304") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("{{#if name}}{{../name}}{{/if}}", ["{{../name}}"], id="if opens no context"),
        pytest.param(
            "{{#each lines}}{{../name}}{{../../name}}{{/each}}", ["{{../../name}}"], id="one too many"
        ),
        pytest.param("{{#lines}}{{../../name}}{{/lines}}", [], id="what only a run can tell"),
        pytest.param("{{#each lines}}{{toLower ../../name}}{{/each}}", ["../../name"], id="an argument"),
    ],
)
def test_what_leaves_the_whole_context_is_found(text, expected):
    assert quoted(calling(text), "KNB312") == expected


def test_an_undeclared_context_is_told_once():
    assert quoted(calling("{{#with custmer}}{{nme}} {{x}}{{/with}}"), "KNB303") == ["custmer"]


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        pytest.param("{{#if name}}a{{elif date}}b{{/if}}", "write {{else if …}}.", id="elif"),
        pytest.param(
            "{{name. }}", "`name` is a variable: remove the dot, space or comma after it.", id="a stray dot"
        ),
    ],
)
def test_a_call_that_was_meant_as_something_else_is_told_so(text, fix):
    (diagnostic,) = [diagnostic for diagnostic in look(calling(text)) if diagnostic.code == "KNB310"]

    assert diagnostic.fix == fix


def test_a_name_in_brackets_calls_a_helper_too():
    assert quoted(calling("{{[date]}}"), "KNB311") == ["{{[date]}}"]


@pytest.mark.parametrize(
    "text", ["/#lines[0].sku", "/#lines..sku", "/# fn:parseInt,name", "/#{{name}}", "/#../id"]
)
def test_a_reference_written_in_another_way_is_said_to_name_nothing(text):
    diagnostics = look(calling(text))

    assert [(diagnostic.code, diagnostic.severity.value) for diagnostic in diagnostics.errors] == [
        ("KNB302", "error")
    ]


def test_what_cannot_be_read_is_not_called_embedded_too():
    assert "KNB305" not in look(calling("/#fn:parseInt,/#name")).codes


ARGUMENT_INPUTS = closed_schema(at="string", count="number", unit="string")


def calling_with(text):
    template = a_request(method="post", json=True, data={"a": text})
    return an_action(inputSchema=ARGUMENT_INPUTS, inputTemplate=template)


@pytest.mark.parametrize(
    ("text", "expected"),
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
def test_what_a_helper_refuses_is_a_warning_at_the_call(text, expected):
    value = calling_with(text)

    assert quoted(value, "KNB318") == [expected]
    assert [(diagnostic.code, diagnostic.severity.value) for diagnostic in look(value)] == [
        ("KNB318", "warning")
    ]


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
    assert places(calling_with(text), "KNB318") == []


@pytest.mark.parametrize("text", ["{{shout 'a'}}", "{{markdownToHtml 'a'}}", "/#fn:isValidPhoneNumber,at,US"])
def test_a_helper_that_is_not_known_is_left_to_the_rules_of_calls(text):
    assert places(calling_with(text), "KNB318") == []


def test_the_way_out_is_the_helpers_own():
    (diagnostic,) = look(calling_with("{{date 'weeks' count=1}}"))

    assert diagnostic.fix == "use year, day, hour, minute."


def test_an_output_is_looked_at_too():
    value = an_action(outputTemplate={"a": "{{math response.statusCode '^' 2}}"})

    assert look(value).codes == ["KNB318"]


@pytest.mark.parametrize("name", ["paid", "order.paid"])
def test_a_ternary_is_told_the_block_that_does_it(name):
    schema = {"properties": {key: {} for key in ("paid", "order", "a", "b")}, "additionalProperties": False}
    value = an_action(inputTemplate=a_request(qs={"q": f"{{{{{{{name} ? a : b}}}}}}"}), inputSchema=schema)

    assert [(finding.code, finding.fix) for finding in look(value)] == [
        ("KNB310", f"write {{{{#if {name}}}}}…{{{{else}}}}…{{{{/if}}}}.")
    ]
