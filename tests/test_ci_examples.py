"""The files for CI in docs/reference/testing.md: each command runs, in a project with a case."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import nbformat
import pytest
import yaml

from tests.orders_service import OrdersService, orders_service

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"^```yaml\n# (\S+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
FILES = {
    name: yaml.safe_load(text)
    for name, text in BLOCK.findall((ROOT / "docs/reference/testing.md").read_text(encoding="utf-8"))
}
ACTIONS, DRIFT = ".github/workflows/actions.yml", ".github/workflows/drift.yml"
GITLAB, PRE_COMMIT = ".gitlab-ci.yml", ".pre-commit-config.yaml"
INSTALL = 'python -m pip install "kustomer-nb[ci]"'


@pytest.fixture
def service() -> Iterator[OrdersService]:
    with orders_service() as running:
        yield running


@pytest.fixture
def repository(tmp_path: Path, service: OrdersService) -> Path:
    """A clone as a CI server has it, with a notebook, a case, and a branch of the remote to compare with."""
    origin = tmp_path / "origin"
    origin.mkdir()
    service.project(origin)
    shutil.rmtree(origin / ".git")
    (origin / "orders.json").rename(origin / "shop.json")
    (origin / "notebooks").mkdir()
    nbformat.write(a_notebook(), origin / "notebooks/orders.ipynb")
    git(origin, "init", "-q", "-b", "main")
    git(origin, "add", ".")
    git(origin, "commit", "-qm", "First")
    git(tmp_path, "clone", "-q", str(origin), "clone")
    return tmp_path / "clone"


def a_notebook() -> nbformat.NotebookNode:
    code = "import kustomer_nb as knb\nknb.load('../shop.json').action().render({'id': 7}).url"
    cell = nbformat.v4.new_code_cell(code, execution_count=1)
    data = {"text/plain": "'https://api.orders.example/orders/7'"}
    cell.outputs = [nbformat.v4.new_output("execute_result", data, execution_count=1)]
    notebook = nbformat.v4.new_notebook(cells=[cell])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return notebook


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True)


def shell(folder: Path, command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a job does: in a shell that finds kustomer-nb and pytest, with few variables."""
    programs = folder.parent / "programs"
    programs.mkdir(exist_ok=True)
    for name, module in (("kustomer-nb", "kustomer_nb"), ("pytest", "pytest")):
        program = programs / name
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m {module} "$@"\n', encoding="utf-8")
        program.chmod(0o755)
    environment = {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join(sys.path),
        "HOME": str(folder.parent),
        "CI": "true",
    }
    return subprocess.run(
        ["bash", "-eo", "pipefail", "-c", command],
        cwd=folder,
        env=environment | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def run_all(folder: Path, commands: list[str], **variables: str) -> None:
    """Run the commands of a job, except for the one that installs from a package index."""
    assert commands.count(INSTALL) == 1
    for command in commands:
        if command != INSTALL:
            done = shell(folder, command, **variables)
            assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


def steps(workflow: dict[Any, Any]) -> list[dict[str, Any]]:
    (job,) = workflow["jobs"].values()
    return list(job["steps"])


def test_what_the_jobs_install_is_an_extra_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    packages = {re.split(r"[<>=]", item)[0] for item in project["optional-dependencies"]["ci"]}

    assert packages == {"nbval", "pytest"}
    assert set(FILES) == {ACTIONS, DRIFT, GITLAB, PRE_COMMIT}


def test_a_workflow_of_github_passes_and_leaves_its_reports(repository: Path, service: OrdersService) -> None:
    workflow = FILES[ACTIONS]
    # YAML reads the key `on` as true.
    assert set(workflow) == {"name", True, "permissions", "jobs"}
    assert all(("uses" in step) != ("run" in step) for step in steps(workflow))
    commands = [
        step["run"].replace("${{ github.base_ref }}", "main") for step in steps(workflow) if "run" in step
    ]

    run_all(repository, commands, GITHUB_ACTIONS="true")

    (upload,) = [step for step in steps(workflow) if "upload-artifact" in step.get("uses", "")]
    reports = repository / upload["with"]["path"]
    assert {path.name for path in reports.iterdir()} == {"cases.xml", "cases.html"}
    assert service.paths == []


def test_a_job_of_gitlab_passes_and_leaves_the_report_that_it_names(
    repository: Path, service: OrdersService
) -> None:
    job = FILES[GITLAB]["actions"]
    variables = {**job["variables"], "CI_DEFAULT_BRANCH": "main", "GITLAB_CI": "true"}

    run_all(repository, [*job["before_script"], *job["script"]], **variables)

    report = ET.parse(repository / job["artifacts"]["reports"]["junit"]).getroot()
    assert (report.get("tests"), report.get("failures")) == ("1", "0")
    assert service.paths == []


@pytest.mark.parametrize(("name", "job"), [(ACTIONS, "test"), (GITLAB, "actions")])
def test_a_job_fails_with_the_definition(repository: Path, name: str, job: str) -> None:
    path = repository / "shop.json"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("response.body.status", "response.body.id"), encoding="utf-8")
    commands = (
        [step.get("run", "") for step in steps(FILES[name])]
        if name == ACTIONS
        else FILES[name][job]["script"]
    )
    (command,) = [command for command in commands if command.startswith("kustomer-nb test")]

    done = shell(repository, command)

    assert done.returncode == 1
    assert '/state (output): changed from "paid"' in done.stdout
    assert (repository / "reports/cases.xml").exists()


def test_the_hooks_of_pre_commit_pass_and_fail_with_what_is_committed(repository: Path) -> None:
    (source,) = FILES[PRE_COMMIT]["repos"]
    lint, cases = source["hooks"]
    assert source["repo"] == "local"
    staged = ["shop.json", "cases/find/a-paid-order.case.json", "notes.md"]
    named = [path for path in staged if re.search(lint["files"], path)]
    path = repository / "shop.json"

    assert named == ["shop.json"]
    assert [bool(re.search(cases["files"], name)) for name in staged] == [True, True, False]
    assert shell(repository, f"{lint['entry']} {' '.join(named)}", CI="").returncode == 0
    assert shell(repository, cases["entry"], CI="").returncode == 0
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("response.body.status", "response.body.id"), encoding="utf-8")
    git(repository, "add", "shop.json")

    done = shell(repository, cases["entry"], CI="")

    assert done.returncode == 1
    assert "/state (output)" in done.stdout


def test_the_nightly_job_asks_the_service_and_tells_that_it_changed(
    repository: Path, service: OrdersService
) -> None:
    workflow = FILES[DRIFT]
    (job,) = workflow["jobs"].values()
    commands = [step["run"] for step in job["steps"] if "run" in step]
    assert job["env"]["KUSTOMER_NB_LIVE"] == "1"

    run_all(repository, commands, KUSTOMER_NB_LIVE="1")
    service.document = {**service.document, "status": "open"}
    done = shell(repository, commands[-1], KUSTOMER_NB_LIVE="1")

    assert service.paths == ["/orders/7", "/orders/7"]
    assert done.returncode == 1
    assert "The service changed in 1 case. Your definition did not change." in done.stdout
