from __future__ import annotations

import copy
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from kustomer_nb import compare
from kustomer_nb.reporting import text
from tests.cli.conftest import Call
from tests.cli.test_terminal import kustomer_nb, printed

TOKEN = "sk_live_51H8xY2eZvKYlo2C"
OLD: dict[str, Any] = {
    "app": "shop",
    "version": "1.4.2",
    "title": "Shop",
    "actions": [
        {
            "name": "kustomer.app.shop.findOrder",
            "type": "rest_api",
            "inputTemplate": {"uri": "https://api.shop.com/orders/{{{id}}}", "method": "get", "json": True},
            "inputSchema": {"properties": {"id": {"type": "string"}}},
            "outputTemplate": {"status": "/#body.status"},
        }
    ],
}
ADDED = {"properties": {"id": {"type": "string"}, "region": {"type": "string"}}, "required": ["region"]}


def breaking() -> dict[str, Any]:
    new = copy.deepcopy(OLD)
    new["actions"][0]["inputSchema"] = ADDED
    return new


def write(path: Path, value: Any) -> Path:
    path.write_text(json.dumps(value, indent=2), encoding="utf-8")
    return path


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return write(tmp_path / "old.json", OLD)


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")
    done = subprocess.run(
        ["git", *identity, "-C", str(folder), *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a definition in a folder, committed on the branch `main`; changed since."""
    folder = tmp_path / "a repository" / "apps"
    folder.mkdir(parents=True)
    git(folder.parent, "init", "-q", "-b", "main")
    write(folder / "shop.json", OLD)
    git(folder.parent, "add", ".")
    git(folder.parent, "commit", "-qm", "First")
    git(folder.parent, "tag", "v1.4.2")
    write(folder / "shop.json", breaking())
    return folder


def test_a_breaking_change_is_an_error_with_its_place_and_the_version(
    call: Call, old: Path, tmp_path: Path
) -> None:
    new = write(tmp_path / "new.json", breaking())

    done = call("compare", old, new)

    assert done.exit_code == 1
    assert done.stdout == (
        f"{new}:19:21: error input-required-added findOrder: the input `region` is new and required: a run "
        "without it is rejected.\n"
        "    Fix: make it optional, or release a major version.\n"
        f"{new}: 1 error\n"
        "Version to write: 2.0.0 (major, after 1.4.2).\n"
    )


def test_without_a_breaking_change_the_exit_code_is_0(call: Call, old: Path, tmp_path: Path) -> None:
    new = write(tmp_path / "new.json", {**OLD, "title": "The Shop", "version": "1.4.3"})

    done = call("compare", old, new)

    assert done.exit_code == 0
    assert done.stdout.splitlines()[-1] == "Version 1.4.3 is enough (patch, after 1.4.2)."


def test_the_same_definition_in_another_layout_has_no_changes(call: Call, old: Path, tmp_path: Path) -> None:
    new = tmp_path / "new.json"
    new.write_text(f"// a comment\n{json.dumps(OLD)}", encoding="utf-8")

    done = call("compare", old, new)

    assert (done.exit_code, done.stdout) == (0, f"{new}: no changes\n")


def test_json_has_the_changes_and_both_names(call: Call, old: Path) -> None:
    done = call("compare", old, "-", "--json", stdin=json.dumps(breaking()))

    envelope = json.loads(done.stdout)
    assert done.exit_code == 1
    assert envelope["meta"]["old"] == str(old)
    assert envelope["meta"]["new"] == "<stdin>"
    assert envelope["data"]["version"] == "2.0.0"
    assert envelope["data"]["changes"][0]["kind"] == "input-required-added"


def test_github_gets_annotations(call: Call, old: Path, tmp_path: Path) -> None:
    new = write(tmp_path / "new.json", breaking())

    done = call("compare", old, new, "--format", "github")

    assert done.exit_code == 1
    assert done.stdout.startswith(f"::error file={new},line=19,col=21,title=input-required-added::")


@pytest.mark.parametrize("revision", ["main", "HEAD", "v1.4.2", "HEAD@{0}"])
@pytest.mark.parametrize("branch", ["main", "feature"])
def test_a_file_is_compared_with_a_revision_of_git(
    revision: str, branch: str, call: Call, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(repository, "checkout", "-q", "-B", branch)
    before = git(repository, "status", "--porcelain")
    monkeypatch.chdir(repository)

    done = call("compare", "shop.json", "--against", revision)

    assert done.exit_code == 1
    assert done.stdout.startswith("shop.json:19:21: error input-required-added findOrder:")
    assert git(repository, "status", "--porcelain") == before


def test_a_committed_file_has_no_changes_since(call: Call, repository: Path) -> None:
    git(repository, "checkout", "-q", "--", ".")

    done = call("compare", repository / "shop.json", "--against", "main", "--json")

    assert done.exit_code == 0
    assert json.loads(done.stdout)["data"]["changes"] == []
    assert json.loads(done.stdout)["meta"]["old"] == f"main:{repository / 'shop.json'}"


def test_a_hook_of_git_compares_with_the_repository_of_the_file(
    call: Call, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.chdir(repository.parent)

    assert call("compare", "apps/shop.json", "--against", "HEAD").exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(
            ["shop.json", "--against", "mian"], 'there is no revision "mian"', id="no such revision"
        ),
        pytest.param(["shop.json", "--against", "--output=x"], "is not a revision", id="an option of git"),
        pytest.param(["shop.json", "--against", ""], "is not a revision", id="no name"),
        pytest.param(["new.json", "--against", "main"], 'does not exist in "main"', id="a new file"),
    ],
)
def test_a_revision_that_cannot_be_read_is_a_usage_error(
    arguments: list[str], message: str, call: Call, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(repository / "new.json", OLD)
    monkeypatch.chdir(repository)

    done = call("compare", *arguments)

    assert done.exit_code == 2
    assert message in done.stderr
    assert "Fix: " in done.stderr


def test_a_file_in_no_repository_has_no_revisions(
    call: Call, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A repository around the temporary folder would be found.
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(old.parent.parent))

    done = call("compare", old, "--against", "main")

    assert done.exit_code == 2
    assert "is in no git repository" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["old.json"], "name two files", id="one file"),
        pytest.param(["old.json", "old.json", "old.json"], "name two files", id="three files"),
        pytest.param(
            ["old.json", "old.json", "--against", "main"], "name one file", id="two files and a revision"
        ),
        pytest.param(["-", "--against", "main"], "- is stdin", id="stdin and a revision"),
        pytest.param(["-", "-"], "only one of OLD and NEW", id="stdin twice"),
        pytest.param(["old.json", "package.json"], "KNB129", id="no definition"),
        pytest.param(["missing.json", "old.json"], "KNB130", id="a missing file"),
    ],
)
def test_other_arguments_are_usage_errors(
    arguments: list[str], message: str, call: Call, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(old.parent / "package.json", {"name": "shop", "version": "1.0.0", "dependencies": {}})
    monkeypatch.chdir(old.parent)

    done = call("compare", *arguments)

    assert done.exit_code == 2
    assert message in done.stderr


def test_no_form_shows_a_token(call: Call, old: Path, tmp_path: Path) -> None:
    new = breaking()
    action = new["actions"][0]
    action["inputTemplate"]["uri"] = f"https://user:{TOKEN}@api.shop-two.com/{TOKEN}/{{{{{{id}}}}}}"
    action["inputTemplate"]["headers"] = {"x-api-key": TOKEN}
    action["outputTemplate"] = {"status": "/#body.status", "key": TOKEN}
    action["sampleOutputContext"] = {"key": TOKEN}
    action["inputSchema"]["properties"]["region"]["enum"] = [TOKEN]
    path = write(tmp_path / "new.json", new)

    for form in ("text", "json", "github"):
        for sides in ((old, path), (path, old)):
            done = call("compare", *sides, "--format", form)
            assert "51H8xY2eZvKYlo2C" not in done.output


def test_lines_are_wrapped_to_80_columns(old: Path, tmp_path: Path) -> None:
    comparison = compare(old, write(tmp_path / "new.json", breaking()))

    lines = text(comparison, width=80, path="new.json").split("\n")

    assert max(map(len, lines)) <= 80
    assert lines[0].startswith("new.json:19:21: error input-required-added findOrder: the input")
    assert lines[-1] == "Version to write: 2.0.0 (major, after 1.4.2)."


def test_hostile_names_are_no_control_of_a_terminal(tmp_path: Path) -> None:
    hostile = "a\x1b[31m\u202eb\nc"
    new = copy.deepcopy(OLD)
    new["actions"][0]["name"] = f"kustomer.app.shop.{hostile}"
    new["actions"][0]["inputSchema"] = {"properties": {hostile: {}}, "required": [hostile]}
    new["actions"][0]["outputTemplate"] = {hostile: hostile}
    write(tmp_path / "old.json", OLD)
    write(tmp_path / "new.json", new)

    for arguments in (["old.json", "new.json"], ["new.json", "old.json"], ["old.json", "new.json", "--json"]):
        assert printed(kustomer_nb("compare", *arguments, folder=tmp_path))


def test_branches_and_tags_are_completed(repository: Path) -> None:
    done = kustomer_nb(
        folder=repository,
        _KUSTOMER_NB_COMPLETE="bash_complete",
        COMP_WORDS="kustomer-nb compare shop.json --against ",
        COMP_CWORD="4",
    )

    assert {"plain,main", "plain,v1.4.2"} <= set(done.stdout.decode().split())
