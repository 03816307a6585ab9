"""The hooks that other repositories take from this one, run as pre-commit runs them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.case_files import a_project, edit_definition, write_case

ROOT = Path(__file__).parents[1]
HOOKS: dict[str, dict[str, Any]] = {
    hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Return a repository without a commit, with what is about to be its first one."""
    project = a_project(tmp_path)
    (project / ".git").rmdir()
    write_case(project)
    (project / "package.json").write_text('{"name": "shop"}', encoding="utf-8")
    git(project, "init", "-q")
    git(project, "add", "-A")
    return project


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True)


def run(hook: str, folder: Path) -> subprocess.CompletedProcess[str]:
    assert HOOKS[hook]["pass_filenames"] is False
    program, *arguments = HOOKS[hook]["entry"].split()
    assert program == "kustomer-nb"
    command = [sys.executable, "-m", "kustomer_nb", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_passes_before_the_first_commit_and_after_it(hook: str, repository: Path) -> None:
    first = run(hook, repository)
    git(repository, "commit", "-qm", "first")
    second = run(hook, repository)

    assert (first.returncode, second.returncode) == (0, 0), first.stdout + first.stderr


def test_lint_fails_with_an_error_of_a_definition(repository: Path) -> None:
    edit_definition(repository, "{{{orderId}}}", "{{{orderID}}}")

    done = run("kustomer-nb-lint", repository)

    assert done.returncode == 1
    assert "orderID" in done.stdout


def test_the_cases_fail_with_a_changed_definition(repository: Path) -> None:
    git(repository, "commit", "-qm", "first")
    edit_definition(repository, "Bearer ", "Basic ")
    git(repository, "add", "-A")

    done = run("kustomer-nb-test", repository)

    assert done.returncode == 1
    assert "/headers/authorization" in done.stdout


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_runs_for_what_it_reads_and_for_nothing_else(hook: str) -> None:
    names = ["shop.json", "src/shop.mjs", "shop.ts", "cases/find/a.case.json"]
    others = ["notes.md", "shop.py", "a.json.bak"]

    assert [name for name in [*names, *others] if re.search(HOOKS[hook]["files"], name)] == names


def test_the_example_in_the_docs_names_these_hooks() -> None:
    text = (ROOT / "docs/reference/testing.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```yaml\n(repos:\n  - repo: ADDRESS.*?)```", text, re.DOTALL)
    (source,) = yaml.safe_load(block)["repos"]

    assert [hook["id"] for hook in source["hooks"]] == list(HOOKS)
