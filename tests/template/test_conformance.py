"""The shared cases of handlebars.js 4.7: the text of each, or that it is an error."""

import json
from pathlib import Path

import pytest

from kustomer_nb.template import Scope, Template, TemplateError
from tests.template.javascript_helpers import HELPERS

FILE = Path(__file__).parents[1] / "conformance" / "handlebars.json"
CASES = json.loads(FILE.read_text(encoding="utf-8"))


def case_id(case):
    return f"{case['group']}: {case['template']}"


def options(case):
    case_options = case.get("options", {})
    return {
        "helpers": {name: HELPERS[name] for name in case.get("helpers", [])},
        "no_escape": case_options.get("noEscape", False),
    }


def test_no_case_is_left_out():
    assert len(CASES) == 1095


@pytest.mark.parametrize("case", [pytest.param(case, id=case_id(case)) for case in CASES])
def test_a_template_gives_what_handlebars_gives(case):
    strict = case.get("options", {}).get("strict", False)

    try:
        result = Template.parse(case["template"]).render(case["context"], strict=strict, **options(case))
    except TemplateError:
        result = None

    assert result == case.get("expected")


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=case_id(case)) for case in CASES if "expected" in case]
)
def test_origins_give_the_same_text(case):
    template = Template.parse(case["template"])

    result = template.origins(Scope(case["context"]), **options(case))

    assert str(result) == case["expected"]
