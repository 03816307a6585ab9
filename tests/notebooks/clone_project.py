"""The project of a team: four apps in four layouts, and twelve notebooks that test them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat

from tests.notebooks.project import ROOT

TOKEN = "team-" + "7f3A9c51D7e24B60"
APPS = ("orders", "refunds", "customers", "shipping")
# Where each app is written: JSON, a module, JSON with comments and CRLF, and a file for each action.
DEFINITIONS = {
    "orders": ("orders.json", "orders.json", "orders.json"),
    "refunds": ("refunds.js", "refunds.js", "refunds.js"),
    "customers": ("customers.json5", "customers.json5", "customers.json5"),
    "shipping": ("shipping/find.json", "shipping/create.json", "shipping/cancel.json"),
}
ACTIONS = ("find", "create", "cancel")


def action_of(app: str, name: str) -> dict[str, Any]:
    """Return an action of an app: one that reads, one that sends a body, one that changes a state."""
    method = {"find": "get", "create": "post", "cancel": "delete"}[name]
    template: dict[str, Any] = {
        "uri": f"https://api.team.example/{app}/{{{{{{id}}}}}}",
        "method": method,
        "json": True,
        "headers": {"authorization": "Bearer {{{token}}}", "x-team": app},
        "qs": {"lang": "/#lang"},
    }
    if name == "create":
        template["data"] = {"id": "/#id", "note": "made by {{lang}}", "lines": [{"sku": "A1", "qty": 2}]}
    return {
        "name": f"kustomer.app.{app}.{name}",
        "description": f"{name.capitalize()} one of the {app}",
        "type": "rest_api",
        "appSettings": {"token": {"key": f"{app}.default.token"}},
        "inputSchema": {
            "properties": {"id": {"type": "number"}, "lang": {"type": "string", "default": "de"}},
            "required": ["id"],
        },
        "inputTemplate": template,
        "outputTemplate": {"status": "/#body.status", "items": "/#body.items", "total": "/#body.total"},
        "outputSchema": {
            "properties": {
                "status": {"type": "string"},
                "items": {"type": "array"},
                "total": {"type": "number"},
            }
        },
        "sampleOutputContext": {"status": "OPEN", "items": [], "total": 0},
    }


def app_of(app: str) -> dict[str, Any]:
    """Return an app with three actions."""
    settings = {"default": {"token": {"type": "secret", "defaultValue": ""}}}
    head = {"app": app, "version": "1.0.0", "title": app.capitalize(), "settings": settings}
    return {**head, "actions": [action_of(app, name) for name in ACTIONS]}


def write_team(folder: Path, origin: str) -> Path:
    """Write the definitions, the settings, and .env, which git ignores; return the folder."""
    (folder / "shipping").mkdir(parents=True)
    (folder / "notebooks").mkdir()

    def write(name: str, text: str) -> None:
        (folder / name).write_text(text, encoding="utf-8", newline="")

    write("orders.json", json.dumps(app_of("orders"), indent=2) + "\n")
    write(
        "refunds.js",
        f"// The refunds of the shop.\nexport default {json.dumps(app_of('refunds'), indent=2)};\n",
    )
    customers = "// Customers, as the CRM has them.\n" + json.dumps(app_of("customers"), indent=4) + "\n"
    write("customers.json5", customers.replace("\n", "\r\n"))
    for name in ACTIONS:
        write(f"shipping/{name}.json", json.dumps(action_of("shipping", name), indent=2) + "\n")
    # The host is another one only while the team records against its own service.
    write("kustomer-nb.toml", f'[profiles.local.hosts]\n"https://api.team.example" = "{origin}"\n')
    write(".gitignore", ".env\n.kustomer-nb/\n.ipynb_checkpoints/\n__pycache__/\n.pytest_cache/\n")
    write(".gitattributes", "* -text\n")
    write(".env", "".join(f"{app.upper()}_DEFAULT_TOKEN={TOKEN}\n" for app in APPS))
    return folder


def write_notebooks(folder: Path, *, most: int = 12) -> list[Path]:
    """Write a notebook for each action of each app, or ``most`` of them, of as many apps as that takes."""
    paths = []
    for name_at, name in enumerate(ACTIONS):
        for app in reversed(APPS):
            if len(paths) < most:
                path = folder / "notebooks" / f"{app}-{name}.ipynb"
                cells = _cells(DEFINITIONS[app][name_at], name)
                nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
                paths.append(path)
    return paths


def _cells(definition: str, action: str) -> list[Any]:
    code = (
        f"import kustomer_nb as knb\n\n{action} = knb.load('../{definition}').action('{action}')",
        f"{action}.lint()",
        f"run = {action}.run({{'id': 7}})\nrun",
        "run.output['items'][0]['sku'], run.response.status_code",
        f"english = {action}.run({{'id': 8, 'lang': 'en'}})\nknb.diff(run.output, english.output)",
    )
    title = nbformat.v4.new_markdown_cell(
        f"# {action.capitalize()}: what a run sends and returns", id="title"
    )
    return [
        title,
        *(nbformat.v4.new_code_cell(text, id=f"step-{at}") for at, text in enumerate(code, start=1)),
    ]


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a person at a terminal: no test, no CI, and no mode that is chosen."""
    left_out = ("CI", "PYTEST_", "KUSTOMER_NB_", "GIT_")
    own = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    return {**own, "PYTHONPATH": str(ROOT), **more}


def kustomer_nb(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a folder."""
    command = [sys.executable, "-m", "kustomer_nb", *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment(), capture_output=True, text=True, encoding="utf-8", check=False
    )


def git(folder: Path, *arguments: str) -> str:
    """Run git in a folder, and return what it prints."""
    identity = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")
    command = ["git", *identity, "-c", "core.quotepath=off", "-c", "init.defaultBranch=main", *arguments]
    done = subprocess.run(
        command, cwd=folder, env=environment(), capture_output=True, text=True, encoding="utf-8", check=True
    )
    return done.stdout
