"""What an author wrote that is not rendered, is invisible, or is a word of another language."""

import pytest

import kustomer_nb as knb

SHOP = "https://api.shop.com/orders"


def an_app(template, **properties):
    action = {"name": "kustomer.app.shop.do", "description": "d", "type": "rest_api"}
    request = {"uri": SHOP, "method": "post", **template}
    schema = {"properties": {name: {} for name in properties}}
    return knb.load(
        {
            "app": "shop",
            "version": "1.0.0",
            "title": "Shop",
            "actions": [{**action, "inputTemplate": request, "inputSchema": schema}],
        }
    )


def codes(app, code, **inputs):
    """Return how often lint and a run report a code."""
    linted, rendered = app.lint(), app.action().render(inputs).diagnostics
    return [[item.code for item in found].count(code) for found in (linted, rendered)]


@pytest.mark.parametrize(
    "template",
    [
        pytest.param({"data": {"{{{k}}}": 1}, "json": True}, id="in data"),
        pytest.param({"data": {"a": [{"x-{{k}}": 1}]}, "json": True}, id="within data"),
        pytest.param({"data": {"/#k": 1}, "json": True}, id="a reference"),
        pytest.param({"qs": {"filter[{{{k}}}]": "a"}}, id="in qs"),
        pytest.param({"json": {"{{{k}}}": 1}}, id="in json"),
    ],
)
def test_a_template_in_a_key_is_reported(template):
    assert codes(an_app(template, k=1), "KNB425", k="a") == [1, 1]


@pytest.mark.parametrize(
    "template",
    [
        pytest.param({"data": {"a": "{{{k}}}"}, "json": True}, id="a value"),
        pytest.param({"data": {"{a}": 1, "{{": 2, "a}}": 3}, "json": True}, id="braces that are no tag"),
        pytest.param({"data": {"/orders": 1, "#": 2}, "json": True}, id="a path"),
        pytest.param({"data": {r"\{{k}}": 1}, "json": True}, id="an escaped tag"),
        pytest.param({"data": {"a": '{"{{{k}}}": 1}'}, "json": True}, id="a key of JSON text"),
    ],
)
def test_a_key_without_a_template_is_not_reported(template):
    assert codes(an_app(template, k=1), "KNB425", k="a") == [0, 0]


def test_a_template_in_a_key_of_an_output_is_reported_by_lint():
    app = an_app({})
    app.edit("/actions/0/outputTemplate", {"{{body.name}}": "/#body.id"})

    assert "KNB425" in app.lint().codes


@pytest.mark.parametrize(
    "template",
    [
        pytest.param({"qs": {"a": "open\u200b"}}, id="a space without width"),
        pytest.param({"qs": {"a": ["\ufeffopen"]}}, id="a byte order mark"),
        pytest.param({"qs": {"a\u00ad": "open"}}, id="a soft hyphen in a name"),
        pytest.param({"qs": {"a": "{{{k}}}\u2060"}}, id="a joiner beside a tag"),
        pytest.param({"qs": {"a": "open\u3164"}}, id="a filler of Hangul"),
        pytest.param({"qs": {"a": "open\u2800"}}, id="a blank of Braille"),
        pytest.param({"qs": {"a": "open\U000e0041"}}, id="a tag"),
        pytest.param({"data": {"in": [{"a\u200b": 1}]}, "json": True}, id="a key of data"),
        pytest.param({"json": {"\ufeffa": 1}}, id="a key of json"),
        pytest.param(
            {"headers": {"authorization": "Bearer\u00a0{{{k}}}"}}, id="a no-break space in a header"
        ),
        pytest.param({"headers": {"x-a": "soft\u00adly"}}, id="a soft hyphen in a header"),
    ],
)
def test_an_invisible_character_in_the_query_is_reported(template):
    assert codes(an_app(template, k=1), "KNB426", k="a") == [1, 1]


@pytest.mark.parametrize(
    "template",
    [
        pytest.param({"qs": {"a": "👨\u200d👩"}}, id="the joiner of an emoji"),
        pytest.param({"qs": {"a": "نمی\u200cخواهم"}}, id="the joiner of Persian"),
        pytest.param({"qs": {"a": "a\u00a0b"}}, id="a space"),
        pytest.param({"qs": {"a": r"\u200b"}}, id="an escape as text"),
        pytest.param({"data": {"a": "x\u200b"}, "json": True}, id="in a text"),
        pytest.param({"qs": {"a": "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e007f"}}, id="a flag"),
        pytest.param({"qs": {"a": "\u2801\u2800\u2803"}}, id="a text in Braille"),
        pytest.param({"qs": {"a": "가나다"}}, id="Hangul"),
        pytest.param({"headers": {"x-a": "café ÿ"}}, id="Latin-1 in a header"),
        pytest.param({"data": {"é\u00a0€": "a\u00a0b"}, "json": True}, id="a no-break space in data"),
    ],
)
def test_another_character_in_the_query_is_not_reported(template):
    assert codes(an_app(template), "KNB426") == [0, 0]


def test_an_invisible_character_in_a_url_is_to_be_removed():
    app = an_app({"uri": f"{SHOP}\u200b"})

    for diagnostics in (app.lint(), app.action().render({}).diagnostics):
        assert [(item.code, item.fix.startswith("remove it")) for item in diagnostics] == [("KNB403", True)]


def test_another_character_in_a_url_is_to_be_encoded():
    (error,) = an_app({"uri": f"{SHOP}/“a”"}).action().render({}).diagnostics

    assert (error.code, error.fix) == ("KNB403", "pass it in qs, which is encoded, or encode it.")


@pytest.mark.parametrize(
    ("written", "fix"),
    [
        pytest.param("{{#if True}}a{{/if}}", "write `true`.", id="True"),
        pytest.param("{{#unless False}}a{{/unless}}", "write `false`.", id="False"),
        pytest.param("{{#if k}}a{{else if TRUE}}b{{/if}}", "write `true`.", id="in an else"),
        pytest.param("{{#if (lookup k None)}}a{{/if}}", "write `null`.", id="an argument of a helper"),
    ],
)
def test_a_word_of_another_language_in_a_condition_is_reported(written, fix):
    app = an_app({"data": {"a": written}, "json": True}, k=1)

    for diagnostics in (app.lint(), app.action().render({"k": ""}).diagnostics):
        (finding,) = [item for item in diagnostics if item.code == "KNB303"]
        assert (finding.fix, finding.severity.value) == (fix, "warning")


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("{{#if true}}a{{/if}}", id="true"),
        pytest.param("{{#if k}}True{{/if}}", id="text"),
        pytest.param("{{#if 'None'}}a{{/if}}", id="a string"),
        pytest.param("{{#if k.True}}a{{/if}}", id="a member"),
        pytest.param("{{#if None}}a{{/if}}", id="an input of that name"),
        pytest.param("{{#if Truest}}a{{/if}}", id="a longer name"),
    ],
)
def test_a_word_that_is_read_as_it_is_meant_is_not_reported(written):
    app = an_app({"data": {"a": written}, "json": True}, k=1, Truest=1)
    app.edit("/actions/0/inputSchema/properties/None", {"type": "boolean"})

    assert codes(app, "KNB303", k="a") == [0, 0]


@pytest.mark.parametrize(
    ("written", "code", "fix"),
    [
        pytest.param("{{{toLower “k”}}}", "KNB705", "write straight quotes: 'k'.", id="double quotes"),
        pytest.param("{{{toLower ‘k’}}}", "KNB705", "write straight quotes: 'k'.", id="single quotes"),
        pytest.param("{{{toLower 'k’}}}", "KNB301", "write straight quotes, as in 'text'.", id="one of two"),
        pytest.param("{{{True}}}", "KNB705", "write `true`.", id="a word that is printed"),
    ],
)
def test_typographic_quotes_in_a_tag_are_to_be_straight(written, code, fix):
    app = an_app({"data": {"a": written}, "json": True}, k=1)

    assert [(item.code, item.fix) for item in app.action().render({"k": "a"}).diagnostics.errors] == [
        (code, fix)
    ]
    assert fix in [item.fix for item in app.lint()]


@pytest.mark.parametrize(
    "written", ["{{{toLower 'it’s'}}}", "“{{{k}}}”", "{{{k}}} ‘x’", '{{{toLower "“k”"}}}']
)
def test_typographic_quotes_in_text_are_not_reported(written):
    app = an_app({"data": {"a": written}, "json": True}, k=1)

    assert app.action().render({"k": "a"}).diagnostics.codes == []
    assert app.lint().errors.codes == []


@pytest.mark.parametrize(
    ("template", "inputs", "severity"),
    [
        pytest.param({"qs": {"a": "/#k"}}, {"k": None}, "warning", id="an input in qs"),
        pytest.param({"qs": {"a": "/#k.b"}}, {"k": {"b": None}}, "warning", id="a member in qs"),
        pytest.param({"qs": {"a": ["/#k"]}}, {"k": None}, "warning", id="an item in qs"),
        pytest.param({"qs": {"a": "/#k"}}, {"k": {"b": [None]}}, "warning", id="within an input in qs"),
        pytest.param({"qs": {"a": None}}, {}, "hint", id="null in qs"),
        pytest.param({"headers": {"x-a": "/#k"}}, {"k": None}, "warning", id="an input in a header"),
        pytest.param({"headers": {"x-a": None}}, {}, "warning", id="null in a header"),
    ],
)
def test_null_that_is_sent_as_something_else_is_reported(template, inputs, severity):
    (finding,) = an_app(template, k=1).action().render(inputs).diagnostics

    assert (finding.code, finding.severity.value) == ("KNB706", severity)
    assert "is null, " in finding.message


@pytest.mark.parametrize(
    ("template", "inputs"),
    [
        pytest.param({"qs": {"a": "/#k"}}, {}, id="no value"),
        pytest.param({"qs": {"a": "/#k"}}, {"k": ""}, id="an empty string"),
        pytest.param({"qs": {"a": "/#k"}}, {"k": 0}, id="zero"),
        pytest.param({"qs": {"a": "{{{k}}}"}}, {"k": None}, id="null in a template, which prints nothing"),
        pytest.param({"data": {"a": "/#k"}, "json": True}, {"k": None}, id="null in JSON"),
        pytest.param({"headers": {"x-a": "/#k"}}, {}, id="no value in a header"),
        pytest.param({"headers": {"x-a": "null"}}, {}, id="the text null"),
        pytest.param({"qs": None, "headers": None}, {}, id="no qs"),
    ],
)
def test_null_that_is_sent_as_it_is_is_not_reported(template, inputs):
    assert an_app(template, k=1).action().render(inputs).diagnostics.codes == []
