"""What GitHub runs and asks: each command, path and version in `.github` is one that there is."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from kustomer_nb import __version__
from kustomer_nb.cli import VERBS

ROOT = Path(__file__).parents[1]
WORKFLOWS = {
    path.name: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / ".github/workflows").glob("*.yml"))
}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z][\w-]*):", MAKEFILE, re.MULTILINE))
# What Windows does not have.
_POSIX = re.compile(
    r"mkfifo|killpg|geteuid|SIGKILL|/dev/|setrlimit|AF_UNIX|os\.fork\b|pthread_kill"
    r"|import (?:fcntl|pwd|resource|pty)\b"
)


def steps(workflow: dict[Any, Any]) -> list[dict[str, Any]]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def commands() -> list[tuple[str, str]]:
    named = [(name, step) for name, workflow in WORKFLOWS.items() for step in steps(workflow)]
    return [(name, step["run"]) for name, step in named if "run" in step]


def portable_command() -> list[str]:
    (command,) = [command for _, command in commands() if command.startswith("python -m pytest")]
    return shlex.split(command)


def portable_files() -> list[Path]:
    paths = [ROOT / word for word in portable_command() if word.startswith("tests/")]
    return [file for path in paths for file in (path.rglob("*.py") if path.is_dir() else [path])]


@pytest.mark.parametrize(("name", "command"), commands())
def test_each_command_is_there(name: str, command: str) -> None:
    program, *arguments = shlex.split(command)

    match program:
        case "make" if arguments == ["docs"] and "docs" not in TARGETS:
            pytest.skip("the Makefile has no documentation to build yet")
        case "make":
            assert set(arguments) <= TARGETS
        case "python":
            assert arguments[0] == "-m"
            assert arguments[1] in ("pip", "pytest", "build", "twine")
        case "kustomer-nb":
            assert arguments[0] in VERBS
        case "git" | "test" | "grep":
            pass
        case _:
            assert os.access(ROOT / program, os.X_OK)


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_may_only_read_and_runs_what_is_pinned(name: str) -> None:
    workflow = WORKFLOWS[name]
    jobs = workflow["jobs"]

    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["concurrency"]["group"]
    assert all(job["timeout-minutes"] for job in jobs.values())
    assert all(("uses" in step) != ("run" in step) for step in steps(workflow))
    used = [step for step in steps(workflow) if "uses" in step]
    assert all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", step["uses"]) for step in used)
    checkouts = [step for step in used if step["uses"].startswith("actions/checkout@")]
    assert all(step["with"] == {"persist-credentials": False} for step in checkouts)
    # What is written into a command would be read by the shell.
    assert not [step for step in steps(workflow) if "${{" in step.get("run", "")]
    granted = {job: jobs[job]["permissions"] for job in jobs if "permissions" in jobs[job]}
    assert granted == ({"publish": {"id-token": "write"}} if name == "release.yml" else {})


def test_python_is_tested_from_the_oldest_to_the_newest_that_is_promised() -> None:
    jobs = WORKFLOWS["tests.yml"]["jobs"]
    promised = [
        line.rpartition(" ")[2] for line in PROJECT["classifiers"] if re.search(r"Python :: 3\.\d+$", line)
    ]

    assert jobs["everything"]["strategy"]["matrix"]["python"] == promised
    assert jobs["portable"]["strategy"]["matrix"]["python"] == [promised[0], promised[-1]]
    assert PROJECT["requires-python"] == f">={promised[0]}"


def test_what_macos_and_windows_run_is_there_and_needs_neither() -> None:
    words = portable_command()
    not_there = [word for word in words if word.startswith("tests/") and not (ROOT / word).exists()]
    not_portable = [
        file.relative_to(ROOT).as_posix()
        for file in portable_files()
        if file.name != Path(__file__).name and _POSIX.search(file.read_text(encoding="utf-8"))
    ]

    assert (not_there, not_portable) == ([], [])
    assert words[words.index("-m", 3) + 1] == "not browser and not node"
    assert len(portable_files()) > 60


def test_a_tag_publishes_its_own_version_alone() -> None:
    (check,) = [command for name, command in commands() if command.startswith("test ")]
    command = check.replace("python", shlex.quote(sys.executable))

    assert code_of(command, ROOT, f"v{__version__}") == 0
    assert code_of(command, ROOT, "v9.9.9") != 0
    assert code_of(command, ROOT, __version__) != 0


def test_a_tag_needs_a_dated_changelog(tmp_path: Path) -> None:
    (check,) = [command for name, command in commands() if command.startswith("grep ")]
    changelog = "# Changelog\n\n## Unreleased\n\n## 0.2.0 (unreleased)\n\n## 0.1.0 (2034-01-02)\n"
    (tmp_path / "CHANGELOG.md").write_text(changelog, encoding="utf-8")

    assert code_of(check, tmp_path, "v0.1.0") == 0
    assert code_of(check, tmp_path, "v0.2.0") == 1


def code_of(command: str, folder: Path, tag: str) -> int:
    environment = {"PATH": os.environ["PATH"], "GITHUB_REF_NAME": tag}
    return subprocess.run(["bash", "-e", "-c", command], cwd=folder, env=environment, check=False).returncode


def test_publishing_has_no_token_and_attests_what_it_publishes() -> None:
    publish = WORKFLOWS["release.yml"]["jobs"]["publish"]
    upload = publish["steps"][-1]

    assert (publish["needs"], publish["environment"]) == ("build", "pypi")
    assert upload["uses"].startswith("pypa/gh-action-pypi-publish@")
    assert upload["with"] == {"attestations": True}
    assert "secrets." not in (ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["bug", "platform", "proposal"])
def test_a_form_asks_for_what_can_be_answered(name: str) -> None:
    form = yaml.safe_load((ROOT / f".github/ISSUE_TEMPLATE/{name}.yml").read_text(encoding="utf-8"))
    fields = [item for item in form["body"] if item["type"] != "markdown"]

    assert form["name"]
    assert form["description"]
    assert len({field["id"] for field in fields}) == len(fields)
    assert all(field["attributes"]["label"] for field in fields)
    assert any(field.get("validations", {}).get("required") for field in fields)


def test_dependabot_looks_after_actions_and_packages() -> None:
    updates = yaml.safe_load((ROOT / ".github/dependabot.yml").read_text(encoding="utf-8"))["updates"]

    assert {update["package-ecosystem"] for update in updates} == {"github-actions", "pip"}
    assert all((ROOT / update["directory"].strip("/")).is_dir() for update in updates)


def test_the_changelog_begins_with_what_is_not_released_and_has_this_version() -> None:
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert headings[0] == "Unreleased"
    assert all(re.fullmatch(r"\d+\.\d+\.\d+ \(\d{4}-\d\d-\d\d\)", heading) for heading in headings[1:])
    assert headings[1].startswith(f"{__version__} (")
