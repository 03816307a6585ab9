"""The last test results of folders: what is outside the folder of the server is not read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kustomer_nb.server.results import last_results

OUTCOME = {"file": "a.case.json", "name": "pay/paid", "outcome": "passed"}


def a_project(root: Path, **changes: object) -> Path:
    """Write the results of a run into the root of a project."""
    private = root / ".kustomer-nb"
    private.mkdir(parents=True)
    (root / "kustomer-nb.toml").write_text("")
    run = {"version": 1, "at": "2026-11-30T12:00:00+00:00", "counts": {"passed": 1}, "results": [OUTCOME]}
    (private / "tests.json").write_text(json.dumps({**run, **changes}))
    return root


def test_a_project_is_read_once_for_all_its_folders(tmp_path: Path) -> None:
    a_project(tmp_path / "shop")
    (tmp_path / "shop/actions").mkdir()

    (run,) = last_results(tmp_path, ["shop", "/shop/actions/", "shop/../shop"])

    assert (run["folder"], run["counts"], run["results"][0]["path"]) == (
        "shop",
        {"passed": 1},
        "shop/a.case.json",
    )


def test_what_is_outside_is_not_read(tmp_path: Path) -> None:
    outside = a_project(tmp_path / "outside")
    top = outside / "served"
    top.mkdir()
    (top / "link").symlink_to(outside)

    # The root of the project that the server is in is outside too.
    folders = ["", "..", "../../outside", str(outside), "link", "link/served", "\0", "x" * 5000]

    assert last_results(top, folders) == []


def test_a_link_in_place_of_the_file_is_not_read(tmp_path: Path) -> None:
    a_project(tmp_path / "outside")
    root = tmp_path / "served"
    (root / ".kustomer-nb").mkdir(parents=True)
    (root / ".kustomer-nb/tests.json").symlink_to(tmp_path / "outside/.kustomer-nb/tests.json")
    linked = tmp_path / "served/linked"
    linked.mkdir()
    (linked / "kustomer-nb.toml").write_text("")
    (linked / ".kustomer-nb").symlink_to(tmp_path / "outside/.kustomer-nb")

    assert last_results(root, ["", "linked"]) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 2},
        {"at": "soon"},
        {"counts": 7},
        {"counts": {"unknown": 1}},
        {"counts": {"passed": float("inf")}},
        {"results": [7]},
        {"results": [{**OUTCOME, "outcome": "unknown"}]},
        {"results": [{**OUTCOME, "name": "x" * 2**20}]},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_file_of_another_form_is_passed_over(tmp_path: Path, changes: dict[str, object]) -> None:
    assert last_results(a_project(tmp_path / "valid"), [""])
    assert last_results(a_project(tmp_path / "changed", **changes), [""]) == []
