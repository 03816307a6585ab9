from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from kustomer_nb import Platform
from kustomer_nb.errors import TransportError
from kustomer_nb.platform import Assumption
from kustomer_nb.response import Response
from kustomer_nb.template import render_value
from kustomer_nb.template.helpers import FUNCTIONS, HELPERS
from kustomer_nb.transport import FAULTS, fault_transport, send, wait
from tests.transport.wires import a_wire

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)

    assert not [link for link in links if not (page.parent / link).exists()]


def test_every_assumption_is_on_the_page_as_it_stands() -> None:
    page = (ROOT / "docs/platform.md").read_text(encoding="utf-8")

    def written(one: Assumption) -> str:
        return f"| `{one.name}` | `{one.value}` | {one.evidence} | {one.why} |"

    assumed = [
        replace(one, value=dict(one.value)) if isinstance(one.value, Mapping) else one
        for one in Platform().assumptions()
    ]

    assert not [one.name for one in assumed if written(one) not in page]


TEMPLATES = (ROOT / "docs/templates.md").read_text(encoding="utf-8")
SURPRISING = re.findall(r"^\| `(.+)` \| `(\{.*\})` \| `(.*)` \|$", TEMPLATES, re.MULTILINE)


@pytest.mark.parametrize(("template", "data", "text"), SURPRISING)
def test_what_surprises_is_so(template: str, data: str, text: str) -> None:
    assert render_value(template, json.loads(data)) == text


def test_every_helper_and_function_is_on_the_page() -> None:
    helpers, functions = TEMPLATES.split("| Helper |")[1].split("| Function |")

    assert len(SURPRISING) == 11
    assert re.findall(r"^\| `(\w+)`", helpers, re.MULTILINE) == sorted(HELPERS)
    assert re.findall(r"^\| `(\w+)`", functions, re.MULTILINE) == sorted(FUNCTIONS)


def test_every_fault_is_on_the_page_with_what_comes_of_it() -> None:
    page = (ROOT / "docs/network.md").read_text(encoding="utf-8")

    def outcome(name: str) -> str:
        wire = a_wire("http://of-nobody.test/")
        try:
            answer = wait(send(wire, timeout=60, transport=fault_transport(name)))
        except TransportError as error:
            return error.diagnostics[0].code
        read = Response.of(answer.status_code, answer.headers, answer.content, parses_json=True)
        return ", ".join([str(answer.status_code), *(one.code for one in read.notes)])

    rows = re.findall(r"^\| `(\w+)` \| (.+) \| (.+) \|$", page.partition("## Faults")[2], re.MULTILINE)

    assert rows == [(one.name, one.description, outcome(one.name)) for one in FAULTS.values()]


def test_binder_installs_what_the_notebooks_need() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]

    (asked,) = (ROOT / "binder/requirements.txt").read_text().split()

    assert asked == ".[lab,demo]"
    assert (ROOT / "binder/runtime.txt").read_text().split() == ["python-3.11"]
    assert {"lab", "demo"} <= extras.keys()


def test_the_notebook_keeps_nothing_that_changes_from_run_to_run() -> None:
    text = (ROOT / "notebooks/01-first-action.ipynb").read_text(encoding="utf-8")

    assert '"widgets"' not in text
    assert "iopub" not in text
    assert "ZGVtbw==" not in text, "the demo store's token"
