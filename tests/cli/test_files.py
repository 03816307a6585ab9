from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

import kustomer_nb as knb
from kustomer_nb import definition_schema
from kustomer_nb.definition import TEST_CASES
from kustomer_nb.storage.case import CASE_SUFFIX
from tests.cli.conftest import Call
from tests.samples import ECOMMSTORE, FIXTURES

VERBATIM = FIXTURES / "refund-order.verbatim.txt"
# Each of them as loose as a safe fix would not leave it.
OTHERS = {
    "shop.cassette.json": "{'version': 1, 'exchanges': [],}",
    "kustomer-action.schema.json": json.dumps(definition_schema()),
    "package.json": "{'name': 'x', 'version': '1', 'scripts': {},}",
    "tsconfig.json": "{\n  // ours\n  'compilerOptions': {},\n}",
    "data.json": "{'orders': [1, 2,],}",
    "list.json5": "[1, 2,]",
    "text.json": '"text"',
    "page.json": "<html></html>",
    "empty.json": "",
    "fetch.mjs": "export default {name: 'f', url: 'https://x.com', httpMethod: 'get'};",
    "tool.ts": "export const f = (a: string) => ({ b: a });",
    "video.ts": "\0\ufffd",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with definitions, what is kept next to them, and folders that are passed over."""
    (tmp_path / "shop.json").write_bytes(ECOMMSTORE.read_bytes())
    (tmp_path / "apps" / "deep").mkdir(parents=True)
    (tmp_path / "apps" / "deep" / "shop.mjs").write_text(f"export default {ECOMMSTORE.read_text('utf-8')};")
    for name, text in OTHERS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    for name in ("node_modules", ".git", ".kustomer-nb"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "shop.json").write_text("{app: 'shop'}", encoding="utf-8")
    return tmp_path


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_of_a_folder_definitions_are_checked_and_the_rest_is_counted(call: Call, folder: Path) -> None:
    done = call("lint", folder)

    assert done.exit_code == 0
    assert done.stdout.count("no problems") == 1
    assert [
        line for line in done.stdout.splitlines() if line.startswith(str(folder)) and ":1:1:" not in line
    ] == [
        f"{folder / 'shop.json'}: no problems",
        f"{folder / 'apps' / 'deep' / 'shop.mjs'}: 1 hint",
    ]
    assert done.stderr == f"Skipped {len(OTHERS)} files that are not definitions.\n"


def test_json_names_what_was_checked_and_counts_the_rest(call: Call, folder: Path) -> None:
    done = call("lint", "--json", folder, folder / "shop.json")

    printed = json.loads(done.stdout)
    assert list(printed) == ["schema_version", "data", "meta"]
    assert printed["meta"]["skipped"] == len(OTHERS)
    assert printed["meta"]["paths"] == [
        str(folder / "shop.json"),
        str(folder / "apps" / "deep" / "shop.mjs"),
    ]


@pytest.mark.parametrize("verb", ["lint", "fix"])
@pytest.mark.parametrize("name", ["shop.cassette.json", "kustomer-action.schema.json", "package.json"])
def test_a_file_that_is_named_and_is_no_definition_is_a_usage_error(
    call: Call, folder: Path, verb: str, name: str
) -> None:
    done = call(verb, folder / name, folder / "shop.json")

    assert done.exit_code == 2
    assert "KNB129" in done.output
    assert str(folder / "shop.json") in done.stdout


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("shop.cassette.json", "a cassette of recorded responses"),
        ("kustomer-action.schema.json", "a JSON Schema"),
        ("package.json", "package.json"),
        ("data.json", "none of their keys"),
    ],
)
def test_the_message_tells_what_a_file_looks_like(call: Call, folder: Path, name: str, words: str) -> None:
    done = call("lint", "--json", folder / name)

    (row,) = json.loads(done.stdout)["data"]
    assert done.exit_code == 2
    assert (row["code"], row["path"]) == ("KNB129", str(folder / name))
    assert words in row["message"]


@pytest.mark.parametrize("verb", ["lint", "fix"])
def test_a_run_without_a_definition_is_a_usage_error(call: Call, folder: Path, verb: str) -> None:
    (folder / "shop.json").unlink()
    (folder / "apps" / "deep" / "shop.mjs").unlink()

    done = call(verb, folder)

    assert (done.exit_code, done.stdout) == (2, "")
    assert "KNB148" in done.stderr


def test_an_empty_folder_has_no_definition(call: Call, tmp_path: Path) -> None:
    done = call("lint", "--json", tmp_path)

    assert done.exit_code == 2
    assert json.loads(done.stdout)["data"] == []


@pytest.mark.parametrize("as_folder", [True, False], ids=["in a folder", "named"])
def test_no_fix_writes_a_file_that_is_no_definition(call: Call, folder: Path, as_folder: bool) -> None:
    before = contents(folder)
    paths = [folder] if as_folder else [folder / name for name in OTHERS]

    call("fix", "--unsafe", "--yes", *paths)

    after = contents(folder)
    assert [path.name for path in before if after[path] != before[path]] == []


def test_a_fix_of_a_folder_writes_its_definitions_alone(call: Call, folder: Path) -> None:
    (folder / "shop.json").write_text("{app: 'shop', version: '1.0.0', title: 'Shop', actions: []}")
    before = contents(folder)

    done = call("fix", "--yes", folder)

    after = contents(folder)
    assert done.exit_code == 0
    assert [path.name for path in before if after[path] != before[path]] == ["shop.json"]
    assert done.stderr == f"Skipped {len(OTHERS)} files that are not definitions.\n"


def test_a_fix_goes_on_after_a_file_that_is_none(call: Call, folder: Path) -> None:
    (folder / "shop.json").write_text("{app: 'shop', version: '1.0.0', title: 'Shop', actions: []}")

    done = call("fix", "--yes", folder / "package.json", folder / "nowhere.json", folder / "shop.json")

    assert done.exit_code == 2
    assert "KNB130" in done.stderr
    assert json.loads((folder / "shop.json").read_text())["app"] == "shop"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{"inputSchema": {}, "scripts": {}, "name": "x"}', id="like package.json"),
        pytest.param('{"exchanges": [], "version": 1, "actions": []}', id="like a cassette"),
        pytest.param('{"$schema": "https://json-schema.org/x", "inputTemplate": {}}', id="like a schema"),
        pytest.param("app: 'shop', actions: [{name: 'x'}]", id="a definition that cannot be read"),
        pytest.param('{"app": "shop", "actions": [{', id="a definition that is broken"),
    ],
)
def test_a_file_with_a_key_of_a_definition_is_always_looked_at(call: Call, tmp_path: Path, text: str) -> None:
    (tmp_path / "x.json").write_text(text)
    (tmp_path / "shop.json").write_bytes(ECOMMSTORE.read_bytes())

    done = call("lint", tmp_path)

    assert "Skipped" not in done.stderr
    assert str(tmp_path / "x.json") in done.stdout
    assert done.exit_code == 1


def test_links_within_a_folder_are_passed_over(call: Call, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "shop.json").write_bytes(ECOMMSTORE.read_bytes())
    (tmp_path / "real" / "again.json").symlink_to(tmp_path / "real" / "shop.json")
    (tmp_path / "real" / "round").symlink_to(tmp_path)

    done = call("lint", tmp_path)

    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == f"{tmp_path / 'real' / 'shop.json'}: no problems\n"


def test_a_broken_file_that_is_named_stays_a_finding(call: Call, folder: Path) -> None:
    done = call("lint", VERBATIM, folder / "shop.json")

    assert done.exit_code == 1


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository of git that ignores a folder and a file."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    for name in ("kept", "dist", "dist/kept"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "shop.json").write_bytes(ECOMMSTORE.read_bytes())
    (tmp_path / "kept" / "other file.json").write_bytes(ECOMMSTORE.read_bytes())
    (tmp_path / ".gitignore").write_text("dist/\nother file.json\n!kept/é.json\n")
    (tmp_path / "kept" / "é.json").write_bytes(ECOMMSTORE.read_bytes())
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    return tmp_path


def linted(call: Call, *paths: Path) -> list[str]:
    names: list[str] = json.loads(call("lint", "--json", *paths).stdout)["meta"]["paths"]
    return names


def test_what_git_ignores_is_passed_over(call: Call, repository: Path) -> None:
    kept = [str(repository / "kept" / name) for name in ("shop.json", "é.json")]

    assert linted(call, repository) == kept
    assert linted(call, repository / "kept") == kept


def test_a_hook_of_another_repository_does_not_decide_what_is_ignored(
    call: Call, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = call("lint", repository).stdout
    subprocess.run(["git", "init", "-q", str(tmp_path / "other")], check=True)
    # As git sets them where it runs a hook.
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other/.git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path / "other"))

    assert call("lint", repository).stdout == before


def test_what_is_named_is_checked_though_git_ignores_it(call: Call, repository: Path) -> None:
    names = [repository / "dist" / "shop.json", repository / "dist" / "kept" / "shop.json"]

    assert linted(call, names[0]) == [str(names[0])]
    assert sorted(linted(call, repository / "dist")) == sorted(map(str, names))


def test_a_file_that_git_tracks_is_checked_though_a_pattern_matches(call: Call, repository: Path) -> None:
    subprocess.run(["git", "-C", str(repository), "add", "-f", "dist/shop.json"], check=True)

    assert str(repository / "dist" / "shop.json") in linted(call, repository)


def test_a_relative_folder_is_walked_alike(
    call: Call, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository)

    assert linted(call, Path()) == ["kept/shop.json", "kept/é.json"]


def test_nothing_that_the_repository_configures_is_run(call: Call, repository: Path) -> None:
    program = repository / "monitor.sh"
    program.write_text(f"#!/bin/sh\ntouch {repository}/run\n")
    program.chmod(0o755)
    subprocess.run(["git", "-C", str(repository), "add", "kept"], check=True)
    subprocess.run(["git", "-C", str(repository), "config", "core.fsmonitor", str(program)], check=True)

    linted(call, repository)

    assert not (repository / "run").exists()


def test_without_git_everything_is_checked(
    call: Call, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")

    assert len(linted(call, repository)) == 5


def test_a_folder_outside_a_repository_starts_no_process(
    call: Call, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / ".git").rename(folder / ".other")
    monkeypatch.setattr("subprocess.run", None)

    assert call("lint", folder).exit_code == 0


def test_test_cases_are_no_definitions(call: Call, tmp_path: Path) -> None:
    (tmp_path / "shop.json").write_bytes(ECOMMSTORE.read_bytes())
    app = knb.load(tmp_path / "shop.json")
    app.action().run({"orderId": 1}, mode="sample").save_case("an order")

    done = call("lint", tmp_path, "--json")

    assert [file["path"] for file in json.loads(done.stdout)["data"]] in ([], [str(tmp_path / "shop.json")])
    assert "an-order" not in done.stdout
    assert TEST_CASES == CASE_SUFFIX
