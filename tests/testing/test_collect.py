"""Cases are found below folders, by patterns and names, and by what changed since a revision."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from kustomer_nb.errors import LoadError
from kustomer_nb.testing.collect import collect
from kustomer_nb.testing.definitions import find_definition
from tests.case_files import a_project, write_case

ACTIONS = ("orders.find", "orders.refund", "orders.cancel")


def action(name: str, **changes: Any) -> dict[str, Any]:
    template = {"uri": f"https://a.b/{name}", "method": "GET"}
    return {"name": f"kustomer.app.shop.{name}", "type": "rest_api", "inputTemplate": template, **changes}


def write(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2), encoding="utf-8")


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    project = tmp_path / "my shop"
    actions = [action(name, sampleOutputContext={"id": 7}) for name in ACTIONS]
    write(project / "shop.json", {"app": "shop", "version": "1.0.0", "actions": actions})
    for name in ACTIONS[:2]:
        case = {"name": "a case", "action": name, "expected": {"id": 7}}
        write(project / f"cases/{name}/a-case.case.json", case)
    write(project / "node_modules/x/a.case.json", {})
    write(project / ".cache/a.case.json", {})
    git(project.parent, "init", "-q", "-b", "main", str(project))
    git(project, "add", "-A")
    git(project, "commit", "-qm", "first")
    return project


def ids(*paths: str | Path, **options: Any) -> list[str]:
    return [case.id for case in collect(paths, **options).cases]


def test_looks_for_a_definition_once_for_the_cases_of_a_folder(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_for = []
    monkeypatch.setattr(
        "kustomer_nb.testing.collect.find_definition",
        lambda case, action: looked_for.append((case.parent.name, action)) or find_definition(case, action),
    )
    for number in range(20):
        case = {"name": f"case {number}", "action": "orders.find", "expected": {"id": 7}}
        write(project / f"cases/orders.find/{number}.case.json", case)

    cases = collect([project]).cases

    assert len(cases) == 22
    assert {case.app_path for case in cases} == {project / "shop.json"}
    assert looked_for == [("orders.find", "orders.find"), ("orders.refund", "orders.refund")]


def test_finds_cases_in_folders_by_patterns_and_by_name(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    both = ["orders.find/a case", "orders.refund/a case"]

    assert ids(".") == ids(project) == ids("cases/*") == ids("**/*.case.json") == both
    assert ids("cases/orders.find/a-case.case.json") == both[:1]
    for name in ("refund", "orders.refund", "kustomer.app.shop.orders.refund"):
        assert ids(".", actions=[name]) == both[1:]
    assert ids(".", actions=["fund"]) == []


def test_tells_what_has_no_cases(project: Path) -> None:
    (project / "empty").mkdir()
    problems = collect([project / "empty", project / "missing"]).problems

    assert [problem.severity.value for problem in problems] == ["warning", "error"]


def test_tells_two_cases_of_one_name(project: Path) -> None:
    text = (project / "cases/orders.find/a-case.case.json").read_text(encoding="utf-8")
    (project / "cases/orders.find/b.case.json").write_text(text, encoding="utf-8")

    (problem,) = collect([project]).problems
    assert "rename" in problem.fix


def test_since_a_revision_only_what_changed(project: Path) -> None:
    assert ids(project, since="HEAD") == []

    app = json.loads((project / "shop.json").read_text(encoding="utf-8"))
    app["actions"][1]["inputTemplate"]["method"] = "POST"
    app["actions"][2]["inputTemplate"]["method"] = "POST"
    write(project / "shop.json", app)

    collected = collect([project], since="HEAD")
    assert [case.id for case in collected.cases] == ["orders.refund/a case"]
    assert collected.untested == ("kustomer.app.shop.orders.cancel",)


def test_since_a_revision_a_changed_or_new_file_counts(project: Path) -> None:
    write(project / "cases/new.case.json", {"name": "new", "action": "orders.cancel", "expected": {"id": 7}})
    path = project / "cases/orders.find/a-case.case.json"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")

    assert ids(project, since="main") == ["orders.cancel/new", "orders.find/a case"]


def test_before_the_first_commit_everything_changed_since_head(tmp_path: Path) -> None:
    project = a_project(tmp_path)
    (project / ".git").rmdir()
    write_case(project)
    git(project, "init", "-q")
    git(project, "add", "-A")

    assert [case.name for case in collect([project], since="HEAD").cases] == ["refund of a paid order"]


def test_since_a_revision_a_change_of_the_app_is_one_of_all_its_actions(project: Path) -> None:
    app = json.loads((project / "shop.json").read_text(encoding="utf-8"))
    write(project / "shop.json", {**app, "settings": {"default": {"url": {"type": "string"}}}})

    assert len(ids(project, since="HEAD")) == 2


def test_since_what_is_no_revision_is_refused(project: Path) -> None:
    with pytest.raises(LoadError, match="KNB157"):
        collect([project], since="no-such-branch")


def test_a_file_that_is_named_twice_gives_its_cases_once(tmp_path: Path) -> None:
    path = write_case(a_project(tmp_path))

    collected = collect([path, tmp_path, str(tmp_path / "cases/*"), path])

    assert len(collected.cases) == 1
    assert not collected.problems


def test_a_definition_stands_for_the_cases_that_test_it(project: Path) -> None:
    other = {"app": "other", "version": "1.0.0", "actions": [action("orders.other")]}
    write(project / "other.json", other)
    write(project / "cases/other/a.case.json", {"name": "o", "action": "orders.other", "expected": None})

    assert len(ids(project / "shop.json")) == 2
    assert ids(project / "other.json") == ["orders.other/o"]
    write(project / "third.json", other)
    assert collect([project / "third.json"]).problems.codes == ["KNB160"]


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        ("orders.fnid", 'did you mean "orders.find"?'),
        ("pay", 'use one of these: "orders.find", "orders.refund".'),
    ],
)
def test_an_action_that_no_case_has_is_an_error_with_those_that_have_one(
    project: Path, name: str, fix: str
) -> None:
    collected = collect([project], actions=[name])

    (problem,) = collected.problems.errors
    assert (collected.cases, problem.code, problem.fix) == ((), "KNB160", fix)
    assert name in problem.message


def test_an_action_with_a_case_that_did_not_change_is_no_slip(project: Path) -> None:
    collected = collect([project], actions=["orders.find"], since="main")

    assert (collected.cases, list(collected.problems)) == ((), [])
