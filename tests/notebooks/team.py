"""The team's notebook: what it runs, and how it is recorded and compared."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

DEFINITION = Path(__file__).with_name("team.json")
ORIGIN = "https://api.teamshop.com"
SETTINGS = {"teamshop.default.token": "team-token-not-a-secret", "teamshop.default.region": "eu"}
# For each action: all inputs, and only those that it requires.
INPUTS: dict[str, list[dict[str, Any]]] = {
    "findOrder": [{"orderId": 7, "include": "items"}, {"orderId": "8"}],
    "createNote": [{"orderId": 7, "text": "Call back", "tags": ["a", "b"]}, {"orderId": 7, "text": "Late"}],
    "updateCustomer": [
        {"customerId": "c-9", "name": "Ada & Co", "city": "Köln", "vip": "true"},
        {"customerId": "c-9", "name": "Ada"},
    ],
    "removeTag": [{"customerId": "c-9", "tag": "old"}],
    "searchOrders": [{"query": "shoes", "newest": True}, {"query": "boots"}],
}
# What the platform would reject: nothing, a name that is not declared, and for each input a list.
REJECTED = """codes = {}
for action in app.actions:
    names = list(action.definition.input_schema["properties"])
    for bad in ({}, {"nonsense": 1}, *({name: {"a": 1}} for name in names)):
        try:
            action.run({**bad}, mode="sample")
        except knb.InputError as error:
            codes[f"{action.name} {bad}"] = [*error.diagnostics.codes]
codes"""


def sources(file: str = DEFINITION.name, inputs: Mapping[str, list[dict[str, Any]]] = INPUTS) -> list[str]:
    """Return the cells: the app, its problems, each action with its inputs, and what is rejected."""
    cells = [f'import kustomer_nb as knb\n\napp = knb.load("{file}")\napp', "app.lint()"]
    for action, inputs_of in inputs.items():
        cells += [f'app.action("{action}").run({inputs!r})' for inputs in inputs_of]
    return [*cells, REJECTED]


def write_notebook(path: Path, cells: list[str]) -> None:
    """Write a notebook without outputs."""
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source, id=f"cell-{at:02}") for at, source in enumerate(cells)],
        metadata=kernel,
    )
    nbformat.write(notebook, path)


def execute(path: Path, env: dict[str, str]) -> NotebookNode:
    """Run a notebook in its folder with variables of its own, and save it with its outputs."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        record_timing=False,
        store_widget_state=False,
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute(env=env)
    nbformat.write(notebook, path)
    return notebook
