"""Every row of tests/conformance/handlebars.json, whose answers are those of npm handlebars 4.7.10."""

import json
from collections import Counter
from pathlib import Path

from kustomer_nb.template import Template, TemplateError

ROWS = json.loads((Path(__file__).parents[1] / "conformance" / "handlebars.json").read_text(encoding="utf-8"))


def outcome(row):
    options = row.get("options") or {}
    try:
        template = Template.parse(row["template"])
        found = template.render(row["context"], no_escape="noEscape" in options, strict="strict" in options)
    except TemplateError:
        return "refused as in handlebars" if row.get("error") else "not supported yet"
    return (
        "rendered as in handlebars"
        if found == row.get("expected")
        else f"{row['template']!r} gives {found!r}"
    )


# A wider engine moves rows from the last kind to the first; none may move back.
def test_each_row_without_helpers_and_options_renders_as_expected_or_is_refused():
    rows = [row for row in ROWS if not row.get("helpers") and not row.get("options")]

    outcomes = Counter(map(outcome, rows))

    assert outcomes == {
        "rendered as in handlebars": 294,
        "refused as in handlebars": 107,
        "not supported yet": 452,
    }


def test_each_row_with_options_and_no_helpers_renders_as_expected_or_is_refused():
    rows = [row for row in ROWS if not row.get("helpers") and row.get("options")]

    outcomes = Counter(map(outcome, rows))

    assert outcomes == {
        "rendered as in handlebars": 14,
        "refused as in handlebars": 8,
        "not supported yet": 9,
    }
