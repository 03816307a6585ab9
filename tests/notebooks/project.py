"""A project with a secret, and notebooks that are run in a real kernel."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from tests.canary.token import TOKEN, VARIABLE

ROOT = Path(__file__).parents[2]
# Not a setting of the project, but a credential by its form; in parts, so that no scan of this file finds it.
GITHUB = "ghp_" + "8f3A9c51D7e24B60aa17K2m4"


def write_project(folder: Path) -> Path:
    """Write a definition with one secret, its value in .env, and return the folder."""
    action = {
        "name": "kustomer.app.canary.find",
        "description": "Find an order",
        "type": "rest_api",
        "appSettings": {"token": {"key": "canary.default.token"}},
        "inputSchema": {"properties": {"id": {"type": "number"}}, "required": ["id"]},
        "inputTemplate": {
            "uri": "https://api.canary.example/orders/{{{id}}}",
            "method": "get",
            "json": True,
            "headers": {"authorization": "Bearer {{{token}}}"},
        },
        "outputTemplate": {"body": "/#body"},
        "sampleOutputContext": {"body": {"id": 7}},
    }
    settings = {
        "token": {"type": "secret", "defaultValue": ""},
        "region": {"type": "text", "defaultValue": "Europe"},
        "size": {"type": "number", "defaultValue": 0},
    }
    app = {"app": "canary", "version": "1.0.0", "title": "Canary", "settings": {"default": settings}}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "canary.json").write_text(json.dumps({**app, "actions": [action]}, indent=2), encoding="utf-8")
    (folder / "kustomer-nb.toml").write_text("", encoding="utf-8")
    escaped = TOKEN.replace("\\", "\\\\").replace("'", "\\'")
    lines = [
        f"{VARIABLE}='{escaped}'",
        "CANARY_DEFAULT_REGION=Europe",
        "CANARY_DEFAULT_SIZE=1001",
        "DEBUG=true",
    ]
    (folder / ".env").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def write_notebook(path: Path, cells: Iterable[str | Any]) -> Path:
    """Write a notebook of code cells, given as text, and of other cells."""
    made = [nbformat.v4.new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    nbformat.write(nbformat.v4.new_notebook(cells=made), path)
    return path


def run_notebook(path: Path, **environment: str) -> Path:
    """Run a notebook in a real kernel, as JupyterLab saves it: with the state of its widgets, and times."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        allow_errors=True,
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute(env={**os.environ, "PYTHONPATH": str(ROOT), **environment})
    nbformat.write(notebook, path)
    return path


def outputs(path: Path) -> list[Any]:
    """Return the outputs of all cells of a notebook."""
    notebook = nbformat.read(path, as_version=4)
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]
