"""A token typed into the workbench in a real browser is in no file that JupyterLab or the package wrote."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.bench_page import a_notebook, show, status, tab
from tests.browser.lab import ROOT, RUN, Lab, open_notebook, save
from tests.canary.parrot import parrot
from tests.canary.project import write_project
from tests.canary.token import TOKEN, traces

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
FIRST = f"""\
import logging, os, sys
logging.basicConfig(filename='kernel.log', level=logging.DEBUG)
os.environ['KUSTOMER_NB_HISTORY'] = 'on'
sys.path.insert(0, {str(ROOT)!r})
import kustomer_nb as knb"""
OPENLY = "\nfrom tests.canary import work\nwork.shown_openly()"
CELLS = (
    "bench = knb.workbench('canary.json', inputs={'id': 7})\nbench",
    "bench.result",
    "knb.load('canary.json').history()",
    "%xmode Verbose",
    "bench.action.run({'id': 'x'}, settings=bench.settings._session.context.settings)",
)


def a_session(page: Page, lab: Lab, folder: Path, *, is_shown: bool) -> None:
    """Type the token, run with it, fail with it, save all that can be saved, and make a page of it."""
    name = f"{folder.name}/canary.ipynb"
    with parrot() as address:
        write_project(folder, address)
        # Nobody but the person knows the token.
        (folder / ".env").unlink()
        (folder / "kustomer-nb.toml").write_text('mode = "record"\n', encoding="utf-8")
        a_notebook(lab, name, FIRST + OPENLY * is_shown, *CELLS)
        lab.keep_widget_state(page)
        open_notebook(page, lab, name)
        page.evaluate(RUN, {"from": 0, "to": 2})
        show(page)
        page.locator(".knb-place-settings .knb-chip").click()
        page.get_by_role("textbox", name="Value of ").fill(TOKEN)
        page.keyboard.press("Enter")
        expect(page.locator(".knb-place-settings .knb-chip")).to_contain_text("1 setting")
        page.locator(".knb-run").click()
        page.keyboard.press("Enter")
        expect(status(page)).to_contain_text("200 OK")
        tab(page, "Response").click()
        expect(page.locator(".knb-place-response")).to_contain_text("as a key")
        page.evaluate(RUN, {"from": 2, "to": None})
        save(page)
    convert = [sys.executable, "-m", "nbconvert", "--to", "html", "canary.ipynb"]
    subprocess.run(convert, check=True, capture_output=True, cwd=folder)


def test_a_token_that_was_typed_is_in_no_file(page: Page, lab: Lab) -> None:
    folder = lab.folder / "hidden"

    a_session(page, lab, folder, is_shown=False)

    assert traces(lab.folder.parent) == []
    notebook = json.loads((folder / "canary.ipynb").read_text(encoding="utf-8"))
    assert "widgets" in notebook["metadata"], "the widget state was to be saved in this test"
    assert "KNB702" in json.dumps(notebook["cells"][-1]["outputs"])
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*")}
    assert {
        "canary.html", "canary.cassette.json", ".kustomer-nb/history.jsonl", "kernel.log",
        ".ipynb_checkpoints/canary-checkpoint.ipynb",
    } <= names  # fmt: skip


def test_with_nothing_hidden_the_same_search_finds_it(page: Page, lab: Lab) -> None:
    folder = lab.folder / "shown"

    a_session(page, lab, folder, is_shown=True)

    files = {trace.partition(": ")[0] for trace in traces(folder)}
    assert {"canary.ipynb", "canary.html", "canary.cassette.json", ".kustomer-nb/history.jsonl"} <= files
