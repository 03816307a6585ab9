"""Every command on every page runs, in a project that has what the page speaks of.

What runs for ever, or installs something, or belongs to another program, is checked in another way.
"""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from kustomer_nb.cli import VERBS, main
from kustomer_nb.demo import Store
from tests.docs.project import commands, in_shell, write_empty_project, write_project
from tests.orders_service import orders_service

ROOT = Path(__file__).parents[2]
PAGES = {
    path.relative_to(ROOT).as_posix(): lines
    for path in [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
    if (lines := commands(path.read_text(encoding="utf-8")))
}
START = "docs/start/index.md"
# The edit that a page asks its reader for, and the command before which it is made.
EDITS = {START: (8, "github.json", '"body": "/#body"', '"body": "/#body.full_nam"')}
# Commands that exit with 1: they find something, the output is not the sample, or nothing was confirmed.
FINDS = re.compile(
    r"kustomer-nb (diff|hazards \S+ ?\w*$|run .*(--demo$|--demo --why|fault:|1001 --accept)|coverage --fail"
    r"|test --mode live|record notebooks/$)"
)
LASTING = {"demo", "lab", "lsp", "open"}
# Other programs, which are not installed here, or for which a machine has to be set up.
ELSEWHERE = {
    ".venv/bin/python -m pytest",
    "check-jsonschema --schemafile kustomer-action.schema.json actions/*.json",
    "jupyter labextension list",
    "npm install vscode-json-languageserver-bin",
    "python -m http.server --bind 127.0.0.1 --directory dist/lite",
    "python3 -m venv .venv",
}
# What a shell has that is not bash, or that is not Linux.
REWRITTEN = {
    'eval "$(kustomer-nb completion zsh)"': "kustomer-nb completion zsh",
    "kustomer-nb completion fish | source": "kustomer-nb completion fish",
}
OTHER_PACKAGES = {"jupyterlab-lsp", "nbval"}
REPOSITORY = {"name": "Hello-World", "full_name": "octocat/Hello-World", "private": False, "id": 1296269}


@pytest.fixture(scope="module")
def github() -> Iterator[str]:
    with orders_service() as service:
        service.document = REPOSITORY
        yield service.url


@pytest.fixture
def project(
    request: pytest.FixtureRequest, tmp_path: Path, store: Store, github: str, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """The project of a page, whose action has the name that the page calls it by."""
    page: str = request.getfixturevalue("page")
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("ECOMMSTORE_DEFAULT_AUTHTOKEN", store.token)
    monkeypatch.delenv("KUSTOMER_NB_HISTORY", raising=False)
    monkeypatch.setenv("KUSTOMER_NB_LIVE", "1")
    # A person reads the pages, not a CI job.
    monkeypatch.delenv("CI", raising=False)
    if page == START:
        write_empty_project(folder, github)
        return folder
    named = re.findall(r"shop\.json ([a-z]\w+)|--action (\w+)", "\n".join(PAGES[page]))
    write_project(folder, next(("".join(names) for names in named), "refundOrder"), store, github)
    for _ in "12":
        ran = CliRunner().invoke(main, ["run", "shop.json", "-i", "orderId=1001", "--mode", "sample"])
        assert ran.exit_code == 0, ran.output
    return folder


def is_checked_otherwise(command: str) -> bool:
    """Check a command that does not end, or that installs or builds something; False if it is to be run."""
    words = shlex.split(command)
    if "install" in words and "pip" in words:
        check_packages([word for word in words[words.index("install") + 1 :] if not word.startswith("-")])
    elif words[0] == "make":
        assert re.search(rf"^{words[1]}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    elif LASTING & set(words):
        verb = next(word for word in words if word in LASTING)
        check_options(verb, words[words.index(verb) + 1 :])
    elif words[1:2] == ["map"] and "--plan" not in words:
        # What is sent is confirmed by the number of rows of the reader.
        check_options("map", words[2:])
    else:
        return command in ELSEWHERE or words[0] == "curl"
    return True


def check_packages(requirements: list[str]) -> None:
    """Check that what is installed is this package with extras that it has, or one that is listed here."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    for requirement in requirements:
        name, _, named = requirement.rstrip("]").partition("[")
        assert name in {"kustomer-nb", ".", *OTHER_PACKAGES}
        assert set(named.split(",")) - {""} <= set(extras)


def check_options(verb: str, arguments: list[str]) -> None:
    """Check that a command takes these arguments, without running it."""
    command = main.get_command(click.Context(main), verb)
    assert verb in VERBS
    assert command is not None
    with command.make_context(verb, arguments, resilient_parsing=False):
        pass


@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_a_page_runs(page: str, project: Path, store: Store, tmp_path: Path) -> None:
    edit = EDITS.get(page)

    for number, line in enumerate(PAGES[page]):
        if edit is not None and number == edit[0]:
            path = project / edit[1]
            text = path.read_text(encoding="utf-8")
            assert edit[2] in text
            path.write_text(text.replace(edit[2], edit[3]), encoding="utf-8")
        if is_checked_otherwise(line):
            continue
        store.reset()
        code, output = run(line, project, tmp_path / "programs")
        is_failing = FINDS.match(line) or (edit is not None and number == edit[0])
        assert code == (1 if is_failing else 0), f"{line}\n{output}"


def run(line: str, project: Path, programs: Path) -> tuple[int, str]:
    """Return the exit code and the output of a command; only what is for a shell needs a process."""
    command = REWRITTEN.get(line, line).replace("pbcopy", "cat")
    words = shlex.split(command)
    if words[0] != "kustomer-nb" or re.search(r"[<>|]|\$\(", command):
        done = in_shell(command, project, programs)
        return done.returncode, done.stdout + done.stderr
    if words[1] == "new" and (project / words[2]).exists():
        # The other commands are about the file of that name.
        words[2] = f"new-{len(list(project.iterdir()))}.json"
    stdin = (project / "command.sh").read_text(encoding="utf-8") if "-" in words else ""
    result = CliRunner().invoke(main, words[1:], input=stdin, prog_name="kustomer-nb")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output
