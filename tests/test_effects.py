import json

import pytest

from kustomer_nb import lint, loads, reporting
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity
from kustomer_nb.effects import by_effect
from tests.rules.looking import a_request, an_action, an_app, closed_schema


def finding(code, severity, pointer=""):
    return Diagnostic(code, severity, pointer, "what is wrong.")


CHANGES = finding("KNB404", Severity.WARNING, "/a")
BLOCKS = finding("KNB303", Severity.ERROR, "/b")
MAY = finding("KNB611", Severity.WARNING, "/c")
HINT = finding("KNB219", Severity.HINT, "/d")


@pytest.mark.parametrize(
    "diagnostics", [[HINT, MAY, BLOCKS, CHANGES], [BLOCKS, HINT, CHANGES, MAY], [MAY, CHANGES, HINT, BLOCKS]]
)
def test_what_changes_a_request_comes_first_then_what_blocks_what_may_change_and_hints(diagnostics):
    shown = [finding.pointer for finding in by_effect(Diagnostics(diagnostics))]

    assert shown == ["/a", "/b", "/c", "/d"]


def test_problems_of_one_effect_keep_the_order_of_the_text():
    warnings = [finding("KNB404", Severity.WARNING, f"/{at}") for at in range(5)]

    assert list(by_effect(Diagnostics([*warnings[:3], HINT, *warnings[3:]]))) == [*warnings, HINT]


def test_every_form_of_a_list_has_the_same_order():
    action = an_action(
        name="find order",
        inputSchema=closed_schema(id="string"),
        inputTemplate=a_request(uri="https://a.b/{{id}}", qs="a=1"),
    )
    diagnostics = lint(loads(json.dumps(an_app(actions=[action]))))
    expected = ["KNB404", "KNB205", "KNB304"]

    def shown(text):
        return sorted((code for code in expected if code in text), key=text.index)

    assert [row["code"] for row in reporting.as_json(diagnostics) if row["code"] in expected] == expected
    for text in (
        reporting.text(diagnostics),
        diagnostics._repr_html_(),
        "\n".join(reporting.as_github(diagnostics, "a.json")),
    ):
        assert shown(text) == expected
