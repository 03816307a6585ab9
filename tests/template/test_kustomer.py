"""Kustomer's helpers, functions and references: what its pages and real apps show, and the rest."""

import json
import logging
import re
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.template import (
    UNDEFINED,
    Kind,
    Notes,
    Rendering,
    Scope,
    TemplateError,
    render_value,
    trace_value,
)
from kustomer_nb.template.traced_values import real, shown

FILE = Path(__file__).parents[1] / "conformance" / "kustomer_examples.json"
ROWS = json.loads(FILE.read_text(encoding="utf-8"))
NOW = Rendering(now=lambda: datetime(2034, 1, 31, 12, 30, 15, 250_000, tzinfo=UTC), random=Random(7))
# What stands in <...> there, as a test of the text; an error where it is None.
PROSE = {
    "<current time as YYYY-MM-DDTHH:MM:SS.SSSZ>": r"2034-01-31T12:30:15\.250Z",
    "<now, ISO ms Z>": r"2034-01-31T12:30:15\.250Z",
    "<now minus 1 day>": r"2034-01-30T12:30:15\.250Z",
    "<now plus 24 hours>": r"2034-02-01T12:30:15\.250Z",
    "<10 random upper-case alphanumerics, like KGGCJG3FGP>": "[0-9A-Z]{10}",
    "<6 random upper-case alphanumerics, like 6O9L4M>": "[0-9A-Z]{6}",
    "<unknown default format; the app sends it as an ISO date attribute>": "2022-06-16T.*",
    "<wrong form: the path must be bare, not start with /#>": None,
    '<error: Missing helper: "nosuch">': None,
    "<parse error>": None,
}
NOT_KNOWN_HERE = {"inBusinessHours"}
SETTINGS = {"token": "$shop.default.token"}
VALUES = {"token": "s3cret", "unit": "weeks", "count": "7", "name": "ANN", "at": "2034-01-01", "order": {}}


def params(rows):
    return [pytest.param(row, id=f"{row['helper']} {row['template']}") for row in rows]


def is_prose(row):
    return isinstance(row["expected"], str) and row["expected"].startswith("<")


def gives(template, rendering=NOW, values=VALUES):
    """Return the shown value and the diagnostics, each with its pointer and column."""
    notes = Notes()
    tree = trace_value(template, Scope(values, SETTINGS), "/data", rendering=rendering, notes=notes)
    assert all(diagnostic.span is not None for diagnostic in notes.diagnostics)
    return shown(tree), [
        (diagnostic.code, diagnostic.pointer, diagnostic.span.column) for diagnostic in notes.diagnostics
    ]


@pytest.mark.parametrize(
    "row", params(row for row in ROWS if not is_prose(row) and row["helper"] not in NOT_KNOWN_HERE)
)
def test_an_example_gives_what_its_page_says(row):
    result = render_value(row["template"], row["context"], NOW)

    # A null stands there for a value that is left out.
    assert stringify(None if result is UNDEFINED else result) == stringify(row["expected"])
    assert real(trace_value(row["template"], Scope(row["context"]), rendering=NOW)) == result


@pytest.mark.parametrize("row", params(row for row in ROWS if is_prose(row)))
def test_an_example_gives_what_its_page_describes(row):
    pattern = PROSE[row["expected"]]

    if pattern is None:
        with pytest.raises(TemplateError):
            render_value(row["template"], row["context"], NOW)
    else:
        assert re.fullmatch(pattern, render_value(row["template"], row["context"], NOW))


def test_no_example_is_left_out():
    assert len(ROWS) == 66
    assert {row["expected"] for row in ROWS if is_prose(row)} == set(PROSE)


@pytest.mark.parametrize(
    ("template", "value", "findings"),
    [
        pytest.param(
            "x {{date unit count=1}}", "x ", [("KNB308", "/data", 3)], id="a unit that is not public"
        ),
        pytest.param("/#fn:parseint,count", UNDEFINED, [("KNB309", "/data", 1)], id="an unknown function"),
        pytest.param("/#fn:inBusinessHours", UNDEFINED, [("KNB308", "/data", 1)], id="a function of the org"),
        pytest.param("{{base64Encoding name}}", "", [("KNB308", "/data", 1)], id="a helper without a page"),
        pytest.param("{{#if (escape name)}}a{{/if}}", "", [("KNB308", "/data", 7)], id="one within another"),
        pytest.param("{{escape}}{{map}}", "", [], id="names that may as well be variables"),
        pytest.param("/#fn:ifExists,name,Known", "Known", [], id="a function and its argument"),
        pytest.param("/#fn:parseInt,count", 7, [], id="a function keeps its type"),
        pytest.param(["/#fn:ifExists,gone,Known", 1], [None, 1], [], id="a function that gives nothing"),
        pytest.param({"a": "/#fn:ifExists,gone,Known"}, {}, [], id="a member that is left out"),
    ],
)
def test_a_call_gives_a_value_and_what_is_not_known_of_it(template, value, findings):
    assert gives(template) == (value, findings)


def test_diagnostics_of_a_plain_value_are_logged(caplog):
    with caplog.at_level(logging.WARNING, "kustomer_nb.template"):
        result = render_value("/#fn:inBusinessHours", {})

    assert result is UNDEFINED
    assert "KNB308" in caplog.text


@pytest.mark.parametrize(
    "template",
    [
        pytest.param("{{date token count=1}}", id="a helper"),
        pytest.param(
            "{{#each this}}{{@root.order.x}}{{date ../token count=1}}{{/each}}", id="one in a block"
        ),
        pytest.param("/#fn:dateFormat,token,LL", id="a function"),
        pytest.param("/#fn:parseInt,token", id="a function of text"),
        pytest.param("{{math token '+' 1}}", id="a sum"),
    ],
)
def test_no_finding_and_no_value_shows_a_setting(template):
    notes = Notes()

    tree = trace_value(template, Scope(VALUES, SETTINGS), rendering=NOW, notes=notes)

    assert "s3cret" not in f"{shown(tree)} {notes} {tree!r}"


def test_a_function_of_a_setting_is_masked_whole():
    tree = trace_value(["/#fn:isValidEmailAddress,token"], Scope(VALUES, SETTINGS))

    assert real(tree) == [False]
    assert shown(tree) == ["$shop.default.token"]


def test_a_value_of_a_function_knows_where_it_came_from():
    (traced,) = trace_value(["/#fn:parseInt,count"], Scope(VALUES), "/qs")

    piece = traced.piece
    assert (piece.kind, piece.path, piece.pointer) == (Kind.HELPER, "count", "/qs/0")


def test_what_a_function_reads_and_is_not_there_is_missing_but_not_for_the_one_that_asks():
    notes = Notes()

    trace_value(
        ["/#fn:parseInt,gone", "/#fn:ifExists,gone,x", "/#fn:inBusinessHours"], Scope({}), notes=notes
    )

    assert [(reference.path, reference.pointer, reference.span.column) for reference in notes.missing] == [
        ("gone", "/0", 1)
    ]


OWN = {
    "shout": lambda options, value: value.upper() + "!",
    "inBusinessHours": lambda call, value, *args: [value, *args],
    "toLower": lambda options, value: "mine",
    "boom": lambda options, *args: 1 / 0,
}


@pytest.mark.parametrize(
    ("template", "value"),
    [
        pytest.param("{{shout unit}}", "WEEKS!", id="a helper"),
        pytest.param("/#fn:inBusinessHours,at,x", ["2034-01-01", "x"], id="a function"),
        pytest.param("{{toLower unit}}", "mine", id="one of Kustomer's own name"),
    ],
)
def test_your_own_helpers_take_precedence(template, value):
    assert gives(template, Rendering(helpers=OWN)) == (value, [])
    assert render_value(template, VALUES, Rendering(helpers=OWN)) == value


@pytest.mark.parametrize("template", ["{{boom token}}", "/#fn:boom,token"])
@pytest.mark.parametrize(
    "resolve", [render_value, lambda *args: trace_value(*args[:1], Scope(args[1]), rendering=args[2])]
)
def test_a_failing_helper_is_reported_by_the_type_of_its_error(template, resolve):
    with pytest.raises(TemplateError) as caught:
        resolve({"a": template}, VALUES, Rendering(helpers=OWN))

    (diagnostic,) = caught.value.diagnostics
    assert (diagnostic.code, diagnostic.pointer, diagnostic.span.column) == ("KNB301", "/a", 1)
    assert "ZeroDivisionError" in diagnostic.message
    assert "s3cret" not in str(caught.value)


def test_the_same_seed_gives_the_same_text():
    first, second = (
        render_value("{{randomId}}{{randomId size=3}}", {}, Rendering(random=Random(1))) for _ in range(2)
    )

    assert first == second
    assert render_value("{{randomId}}", {}) != render_value("{{randomId}}", {})


@pytest.mark.parametrize(
    "resolve", [lambda value: render_value(value, {}), lambda value: trace_value(value, Scope({}))]
)
def test_an_endlessly_nested_value_is_rejected(resolve):
    value = []
    value.append(value)

    with pytest.raises(TemplateError) as caught:
        resolve(value)

    assert caught.value.diagnostics.codes == ["KNB307"]
