from __future__ import annotations

import json
from pathlib import Path

import nbformat

from tests.canary.token import CORE, TOKEN
from tests.cli.conftest import Call
from tests.notebooks.project import write_notebook, write_project


def notebook(folder: Path, *sources: str, name: str = "a.ipynb") -> Path:
    return write_notebook(folder / name, [nbformat.v4.new_markdown_cell(source) for source in sources])


def test_writes_the_copy_and_says_what_it_is_without(tmp_path: Path, call: Call) -> None:
    path = notebook(write_project(tmp_path / "shop"), "# Orders", f"The token is {TOKEN}.")

    result = call("share", path)

    assert result.exit_code == 0
    assert "/cells/1/source: error KNB613 cell 2, line 1 contains the value of" in result.output
    assert "`canary.default.token`" in result.output
    assert "a.shared.ipynb" in result.output
    assert CORE not in result.output
    assert CORE not in (path.parent / "a.shared.ipynb").read_text(encoding="utf-8")


def test_output_names_the_copy(tmp_path: Path, call: Call) -> None:
    path = notebook(write_project(tmp_path / "shop"), "# Orders")

    assert call("share", path, "--output", tmp_path / "b.ipynb").exit_code == 0

    assert (tmp_path / "b.ipynb").exists()
    assert [file.name for file in path.parent.glob("*.ipynb")] == ["a.ipynb"]


def test_check_writes_nothing_and_exits_with_1_for_findings(tmp_path: Path, call: Call) -> None:
    folder = write_project(tmp_path / "shop")
    clean, secret = notebook(folder, "# Orders"), notebook(folder, TOKEN, name="b.ipynb")

    assert call("share", "--check", clean).exit_code == 0
    assert call("share", "--check", secret).exit_code == 1
    assert call("share", "--check", clean, secret).exit_code == 1
    assert sorted(file.name for file in folder.glob("*.ipynb")) == ["a.ipynb", "b.ipynb"]


def test_json_has_each_finding_with_its_code_and_place(tmp_path: Path, call: Call) -> None:
    path = notebook(write_project(tmp_path / "shop"), TOKEN)

    result = call("share", "--check", path, "--json")

    (row,) = json.loads(result.stdout)["data"]
    assert (row["path"], row["copy"], row["ok"]) == (str(path), None, False)
    assert [(found["code"], found["pointer"]) for found in row["findings"]] == [("KNB613", "/cells/0/source")]
    assert CORE not in result.stdout


def test_an_unreadable_notebook_does_not_stop_the_others(tmp_path: Path, call: Call) -> None:
    folder = write_project(tmp_path / "shop")
    path = notebook(folder, "# Orders")
    (folder / "b.ipynb").write_text("{", encoding="utf-8")

    result = call("share", folder / "b.ipynb", path)

    assert result.exit_code == 2
    assert "KNB163" in result.output
    assert (folder / "a.shared.ipynb").exists()


def test_one_copy_of_two_notebooks_is_a_usage_error(tmp_path: Path, call: Call) -> None:
    result = call("share", "a.ipynb", "b.ipynb", "--output", "c.ipynb")

    assert result.exit_code == 2
    assert "--output is the copy of one notebook" in result.output
