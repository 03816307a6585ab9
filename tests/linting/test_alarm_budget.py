"""Which warnings lint gives on what people really write; each was judged by hand to be right.

A warning that is not in ``JUDGED`` has to be judged: a right one goes into the table, a wrong one is a fault
of its rule. A rule is a warning only while at least 95 % of its findings are right, and a hint otherwise.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from statistics import median
from typing import Any

import pytest

import kustomer_nb as knb
from kustomer_nb.definition import document_from_value
from kustomer_nb.diagnostics import Severity
from kustomer_nb.rules import lint_document
from tests.conftest import FIXTURES
from tests.rules.looking import a_request, an_action

EXAMPLES = Path(__file__).parents[1] / "conformance" / "kustomer_examples.json"
CASES = json.loads((FIXTURES / "field_cases.json").read_text(encoding="utf-8"))
# By case: what is wrong with the action, as the essence of the case says.
JUDGED = {
    "A18": ["KNB611"],  # any host gets the token
    "A21": ["KNB506"],  # the token ends up in the output
    "A22": ["KNB207", "KNB404", "KNB412", "KNB413"],  # another app's name; a string as qs; a GET with a body
    "B01": ["KNB417"],  # JSON text is encoded twice
    "B11": ["KNB423"],  # device[][0]=
    "B24": ["KNB422"],  # a form type over JSON
    "B27": ["KNB150"],  # an integer over 2^53 is sent rounded
    "B50": ["KNB412"],  # a GET with a body
    "C01": ["KNB414"],  # form is ignored
    "C03": ["KNB421"],  # Basic without base64
    "C04": ["KNB308"],  # the helper's name is a guess
    "C05": ["KNB602", "KNB602"],  # user and password of the URL, of which a response has a copy
    "C06": ["KNB414"],  # formData is ignored
    "C12": ["KNB420"],  # json as a string
}


def warnings_of(case: dict[str, Any], folder: Path) -> list[str]:
    source: Any = case.get("definition")
    if source is None:
        source = folder / f"shop{case.get('suffix', '.json')}"
        source.write_text(case["text"], encoding="utf-8")
    return sorted(knb.load(source).lint().warnings.codes)


LINTED = [case for case in CASES if "definition" in case or "text" in case]


@pytest.mark.parametrize("case", LINTED, ids=lambda case: str(case["id"]))
def test_the_warnings_of_a_case_are_those_judged_right(case: dict[str, Any], tmp_path: Path) -> None:
    assert warnings_of(case, tmp_path) == JUDGED.get(case["id"], [])


def test_the_median_action_has_at_most_one_warning(tmp_path: Path) -> None:
    counts = [len(warnings_of(case, tmp_path)) for case in LINTED]

    assert median(counts) <= 1
    assert len(counts) > 50


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # The page's own action, as it is printed: its qs is a string.
        pytest.param("refund-order.verbatim.txt", {"KNB404": 1}, id="the example of the documentation"),
        pytest.param("ecommstore.json", {}, id="the same app, corrected"),
    ],
)
def test_a_real_app_has_few_warnings(name: str, expected: dict[str, int]) -> None:
    assert Counter(knb.load(FIXTURES / name).lint().warnings.codes) == expected


def test_the_examples_of_kustomer_get_a_warning_where_they_show_what_does_not_work() -> None:
    examples = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    found = Counter[str]()
    for example in examples:
        names = {name: {} for name in example["context"]}
        action = an_action(
            inputTemplate=a_request(method="post", json=True, data={"value": example["template"]}),
            inputSchema={"type": "object", "properties": names},
        )
        diagnostics = lint_document(document_from_value(action))
        found.update(finding.code for finding in diagnostics if finding.severity is Severity.WARNING)

    assert len(examples) > 60
    # An organization's schedule, a reference within a longer string, an unknown variable, an unknown helper.
    assert found == {"KNB308": 1, "KNB305": 1, "KNB303": 1, "KNB310": 1}
