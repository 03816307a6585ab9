"""What the pytest plugin leaves out of a comparison by nbval: HTML of our outputs, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.notebooks.team import execute, write_notebook
from tests.notebooks.test_comparison import environment, run_nbval

CELLS = [
    "import kustomer_nb as knb\nfrom IPython.display import HTML, display",
    "print('a')\ndisplay(knb.diff(1, 2))\nprint('b')\nknb.diff({'a': 1}, {'a': 2})",
    "HTML('<b>kustomer_nb</b>')",
    "{'text': 'kustomer_nb 1 Diff'}",
    "knb.diff(1, 2)",
    "knb.diff({'a': 1}, {'a': 2})",
    "display(knb.diff(1, 2), knb.diff(3, 4))",
]


def edit(name: str, text: str) -> Any:
    def change(outputs: list[Any]) -> None:
        (output,) = [output for output in outputs if "data" in output][-1:]
        output["data"][name] = text

    return change


def without_facts(outputs: list[Any]) -> None:
    """Leave what an earlier version recorded."""
    outputs[0]["data"] = {"text/plain": "<Diff: 1 changed>", "text/html": "<p>1 changed</p>"}


def with_another_value(outputs: list[Any]) -> None:
    outputs[0]["data"]["text/plain"] = outputs[0]["data"]["text/plain"].replace("-> 2", "-> 3")
    facts = outputs[0]["data"]["application/vnd.kustomer.diff+json"]
    facts["differences"][0]["actual"] = 3


def lost(outputs: list[Any]) -> None:
    outputs.pop()


@pytest.mark.timeout(300)
def test_html_of_our_outputs_is_left_out_and_nothing_else(tmp_path: Path) -> None:
    write_notebook(tmp_path / "team.ipynb", CELLS)
    notebook = execute(tmp_path / "team.ipynb", environment("sample"))
    changes = {
        1: edit("text/html", "<p>another</p>"),
        2: edit("text/html", "<b>another</b>"),
        3: edit("text/plain", "{'text': 'another'}"),
        4: without_facts,
        5: with_another_value,
        6: lost,
    }
    for at, change in changes.items():
        change(notebook.cells[at].outputs)
    nbformat.write(notebook, tmp_path / "team.ipynb")

    _, output = run_nbval(tmp_path, environment("sample"))

    # Not the first of the changed ones, whose HTML is ours.
    assert "5 failed, 2 passed" in output
    assert "mismatch 'text/html'" in output
    assert "mismatch 'text/plain'" in output
    assert (
        "cell 4: Diff changed since it was recorded.\n  an earlier version of kustomer-nb recorded it"
        in output
    )
    assert (
        "cell 5: Diff changed since it was recorded.\n  /differences/0/actual: changed from 3 to 2\n"
        in output
    )
    assert 'dissimilar number of outputs for key "text/plain"' in output
