from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from kustomer_nb import Platform, widgets
from kustomer_nb.errors import TransportError
from kustomer_nb.platform import Assumption
from kustomer_nb.response import Response
from kustomer_nb.template import render_value
from kustomer_nb.template.helpers import FUNCTIONS, HELPERS
from kustomer_nb.transport import FAULTS, fault_transport, send, wait
from tests.transport.wires import a_wire

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)

    assert not [link for link in links if not (page.parent / link).exists()]


def test_readme_fits_on_a_screen() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 80


def heading_anchors(page: Path) -> set[str]:
    """Return the anchors of a page as GitHub makes them."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_with_an_anchor_leads_to_a_heading(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    links = re.findall(r"\]\((?!https?:)([^)#]*)#([^)]+)\)", text)

    assert not [
        f"{target}#{anchor}"
        for target, anchor in links
        if anchor not in heading_anchors(page.parent / target if target else page)
    ]


def test_the_page_on_the_platform_lists_every_assumption() -> None:
    page = (ROOT / "docs/behaviour/platform.md").read_text(encoding="utf-8")

    def row(assumption: Assumption) -> str:
        value = dict(assumption.value) if isinstance(assumption.value, Mapping) else assumption.value
        return f"| `{assumption.name}` | `{value}` | {assumption.evidence} | {assumption.why} |"

    missing = [assumption.name for assumption in Platform().assumptions() if row(assumption) not in page]

    assert not missing


def test_every_leaf_is_on_the_page_on_the_workbench() -> None:
    page = (ROOT / "docs/reference/workbench.md").read_text(encoding="utf-8")

    missing = [name for name in widgets.__all__ if name != "workbench" and f"knb.{name}" not in page]

    assert missing == ["Workbench"]


@pytest.mark.parametrize("page", ["reference/workbench.md", "reference/form.md"])
def test_what_a_page_of_the_docs_says_to_click_is_in_the_page(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "kustomer_nb/widgets").rglob("*.js")]
    titles = set(re.findall(r'["`>]([A-Z][^"`<\n]*?)(?: \(\$\{.*?\}\))?…?["`<]', "\n".join(sources)))

    named = re.findall(r"(?<!\*)\*([A-Z][^*\n]+?)…?\*(?!\*)", text)

    assert named
    assert [name for name in named if name not in titles] == []


TEMPLATES = (ROOT / "docs/behaviour/templates.md").read_text(encoding="utf-8")
SURPRISING_RESULTS = re.findall(r"^\| `(.+)` \| `(\{.*\})` \| `(.*)` \|$", TEMPLATES, re.MULTILINE)


@pytest.mark.parametrize(("template", "data", "text"), SURPRISING_RESULTS)
def test_surprising_results_are_as_documented(template: str, data: str, text: str) -> None:
    assert render_value(template, json.loads(data)) == text


def test_every_helper_and_function_is_on_the_page() -> None:
    helpers, functions = TEMPLATES.split("| Helper |")[1].split("| Function |")

    assert len(SURPRISING_RESULTS) == 11
    assert re.findall(r"^\| `(\w+)`", helpers, re.MULTILINE) == sorted(HELPERS)
    assert re.findall(r"^\| `(\w+)`", functions, re.MULTILINE) == sorted(FUNCTIONS)


def test_the_page_on_the_network_lists_every_simulated_failure_with_its_result() -> None:
    page = (ROOT / "docs/behaviour/network.md").read_text(encoding="utf-8")

    def outcome(name: str) -> str:
        wire = a_wire("http://of-nobody.test/")
        try:
            raw = wait(send(wire, timeout=60, transport=fault_transport(name)))
        except TransportError as error:
            return error.diagnostics[0].code
        response = Response.from_bytes(raw.status_code, raw.headers, raw.content, parses_json=True)
        return ", ".join([str(raw.status_code), *(note.code for note in response.notes)])

    table = page.partition("## Simulated failures")[2]
    rows = re.findall(r"^\| `(\w+)` \| (.+) \| (.+) \|$", table, re.MULTILINE)

    assert rows == [(fault.name, fault.description, outcome(fault.name)) for fault in FAULTS.values()]


def test_binder_installs_what_the_notebooks_need() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]

    (requirement,) = (ROOT / "binder/requirements.txt").read_text().split()

    assert requirement == ".[lab,demo]"
    assert (ROOT / "binder/runtime.txt").read_text().split() == ["python-3.11"]
    assert {"lab", "demo"} <= extras.keys()


@pytest.mark.parametrize("notebook", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
def test_notebooks_contain_nothing_that_changes_between_runs(notebook: Path) -> None:
    text = notebook.read_text(encoding="utf-8")

    assert '"widgets"' not in text
    assert "iopub" not in text
    assert "ZGVtbw==" not in text, "the demo store's token"
