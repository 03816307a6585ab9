"""The project that the pages speak of: a definition, its cases, notebooks and an earlier version."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat

from kustomer_nb import demo
from kustomer_nb.demo import Store

AUTHORED, GITHUB = "https://api.ecommstore.com", "https://api.github.com"
CURL = (
    "curl {url} -H 'Accept: application/vnd.github+json' -H 'User-Agent: my-app' "
    "-H 'Authorization: Bearer sk_live_4eC39HqLyjWDarjtT1zdp7dc'\n"
)
PROFILE = '\n[profiles.sandbox]\nlabel = "sandbox"\n'


def write_project(folder: Path, action: str, store: Store, github: str) -> None:
    """Write the project, with one action of that name, and commit it on ``main``.

    Requests go to the demo store, or to ``github``, which is a service on this machine, too.
    """
    definition = json.loads(demo.definition_text().replace("refundOrder", action))
    _write(folder / "shop.json", definition)
    hosts = f'[hosts]\n"{AUTHORED}" = "{store.url}"\n"{GITHUB}" = "{github}"\n'
    (folder / "kustomer-nb.toml").write_text(hosts + PROFILE, encoding="utf-8")
    (folder / ".gitignore").write_text(".kustomer-nb/\n", encoding="utf-8")
    (folder / "orders.csv").write_text("order_no\n1001\n1002\n", encoding="utf-8")
    url = f"{AUTHORED}/orders/1001?limit=5"
    (folder / "command.sh").write_text(CURL.format(url=url), encoding="utf-8")
    for name in ("paid", "refunded", "sample", "output"):
        _write(folder / f"{name}.json", {"status": name, "updatedAt": name})
    _write(folder / "steps.json", {"find": {"statusCode": 200, "body": {"id": 1001}}})
    _write(folder / "old.json", definition)
    _write(folder / "new.json", definition | {"title": "Shop"})
    _write(folder / "actions/find.json", definition["actions"][0])
    _write(folder / "cases/refund/refund.case.json", _case(action))
    (folder / "notebooks").mkdir()
    for path in ("shop.ipynb", "notebooks/find.ipynb"):
        nbformat.write(_notebook(), folder / path)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "First")


def write_empty_project(folder: Path, github: str) -> None:
    """Write what a reader of the first page has: the curl command, which leads to ``github`` here."""
    url = f"{GITHUB}/repos/octocat/Hello-World"
    command = CURL.partition(" -H 'Authorization")[0].format(url=url)
    (folder / "command.sh").write_text(command, encoding="utf-8")
    (folder / "kustomer-nb.toml").write_text(f'[hosts]\n"{GITHUB}" = "{github}"\n', encoding="utf-8")


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True)


def in_shell(command: str, folder: Path, programs: Path) -> subprocess.CompletedProcess[str]:
    """Run a command in bash, which finds ``kustomer-nb`` and ``pytest``."""
    programs.mkdir(exist_ok=True)
    for name, module in (("kustomer-nb", "kustomer_nb"), ("pytest", "pytest")):
        program = programs / name
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m {module} "$@"\n', encoding="utf-8")
        program.chmod(0o755)
    variables = {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV_"))}
    return subprocess.run(
        ["bash", "-eo", "pipefail", "-c", command],
        cwd=folder,
        env=outside | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def commands(page: str) -> list[str]:
    """Return the commands of a page: the lines of its console blocks, or those with a prompt.

    Example:
        >>> commands("```console\\n$ ls  # all\\na.txt\\n```\\n```sh\\ncurl a \\\\\\n  -v\\n```\\n")
        ['ls', 'curl a   -v']
    """
    lines = []
    for block in re.findall(r"^```(?:console|sh|bash)\n(.*?)^```", page, re.MULTILINE | re.DOTALL):
        joined = block.replace("\\\n", "").splitlines()
        prompted = [line.removeprefix("$ ") for line in joined if line.startswith("$ ")]
        lines += prompted or joined
    return [re.sub(r"\s+# .*$", "", line) for line in lines]


def _write(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")


def _case(action: str) -> dict[str, Any]:
    response = {"headers": {"content-type": "application/json"}, "body": {"status": "REFUNDED"}}
    return {
        "name": "refund",
        "action": action,
        "app": "../../shop.json",
        "inputs": {"orderId": 1001},
        "exchange": {
            "request": {"method": "POST", "url": f"{AUTHORED}/orders/1001"},
            "response": response,
        },
        "expected": {"statusCode": 200, "body": {"status": "REFUNDED"}},
    }


def _notebook() -> nbformat.NotebookNode:
    cell = nbformat.v4.new_code_cell("1 + 1", execution_count=1)
    cell.outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "2"}, execution_count=1)]
    notebook = nbformat.v4.new_notebook(cells=[cell])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return notebook
