import pytest

from .looking import a_request, an_action, closed_schema, look, quoted

INPUTS = closed_schema(order="object", lines="array")


def sending(*texts, output=None):
    data = dict(zip("abcdef", texts, strict=False))
    template = a_request(method="post", json=True, data=data)
    return an_action(inputSchema=INPUTS, inputTemplate=template, outputTemplate=output)


@pytest.mark.parametrize(
    ("code", "text", "found", "fix"),
    [
        pytest.param("KNB313", "a {{order.@paid}}", "{{order.@paid}}", "write order.[@paid].", id="an @name"),
        pytest.param(
            "KNB313",
            "{{{order['@paid']}}}",
            "{{{order['@paid']}}}",
            "write order.[@paid].",
            id="an @name in quotes",
        ),
        pytest.param(
            "KNB314",
            "{{#if lines.0}}b{{/if}}",
            "{{#if lines.0}}",
            "write lines.[0], in square brackets.",
            id="a number last",
        ),
        pytest.param(
            "KNB315",
            '{"a":{{lines.length}}}',
            "{{lines.length}}}",
            "take one away, open with three too, or put a space before a brace that is text.",
            id="a brace of text after a tag",
        ),
        pytest.param("KNB315", "{{{lines}}", "{{{lines}}", "end it with }}}.", id="a brace too few"),
    ],
)
def test_what_authors_write_again_and_again_is_told_once_by_its_own_code(code, text, found, fix):
    value = sending(text)

    assert quoted(value, code) == [found]
    assert [(one.code, one.severity.value, one.fix) for one in look(value)] == [(code, "error", fix)]


@pytest.mark.parametrize("code", ["KNB313", "KNB314", "KNB315"])
def test_an_output_is_looked_at_too(code):
    texts = {"KNB313": "{{body.@a}}", "KNB314": "{{body.0}}", "KNB315": "{{body}}}"}

    assert look(sending(output=[texts[code]])).codes == [code]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{{order.[@paid]}}{{lines.[0]}}", id="the ways out"),
        pytest.param("{{lines.0.id}}", id="a number within a path"),
        pytest.param("/#lines.0", id="a number last in a reference"),
        pytest.param("/#order.@paid", id="an @name in a reference"),
        pytest.param("{{#each lines}}{{@index}}{{@key}}{{/each}}", id="variables of a loop"),
        pytest.param('{"a":{{lines.length}} }', id="a space before a brace of text"),
    ],
)
def test_what_handlebars_reads_is_right(text):
    assert look(sending(text)).errors.codes == []
