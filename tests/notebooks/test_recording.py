from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from kustomer_nb.codes import Code
from kustomer_nb.errors import GuardError, LoadError, NameNotFoundError
from kustomer_nb.notebooks.recording import record
from tests.cli.conftest import Call, call, own_signals  # noqa: F401 - fixtures
from tests.notebooks.orders_service import OrderService, order_service
from tests.notebooks.project import ROOT, outputs, write_notebook, write_project

LOAD = "import kustomer_nb as knb\nfind = knb.load('canary.json').action('find')"
RUN = "run = find.run({'id': 7})\nrun"


@pytest.fixture
def service() -> Iterator[OrderService]:
    with order_service() as running:
        yield running


@pytest.fixture
def project(tmp_path: Path, service: OrderService) -> Path:
    folder = write_project(tmp_path / "my shöp")
    hosts = f'[hosts]\n"https://api.canary.example" = "{service.origin}"\n'
    (folder / "kustomer-nb.toml").write_text(
        f'{hosts}\n[profiles.careful]\nguard = "confirm"\n', encoding="utf-8"
    )
    return folder


def replayed(path: Path) -> subprocess.CompletedProcess[str]:
    """Run a notebook as nbval does, without the service."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "KUSTOMER_NB_MODE": "replay",
        "KUSTOMER_NB_LIVE": "",
    }
    command = [sys.executable, "-m", "pytest", "--nbval", "-q", "-p", "no:cacheprovider", path.name]
    return subprocess.run(
        command, cwd=path.parent, env=environment, capture_output=True, text=True, check=False
    )


def test_a_notebook_is_run_live_and_its_exchanges_recorded(project: Path, service: OrderService) -> None:
    path = write_notebook(project / "find.ipynb", [LOAD, RUN, "run.output['body']['status']"])

    result = record(path)

    assert (result.ok, result.changed) == (True, (1, 2))
    assert service.requests == ["GET /orders/7"]
    cassette = json.loads((project / "canary.cassette.json").read_text(encoding="utf-8"))
    assert len(cassette["exchanges"]) == 1
    assert outputs(path)[-1].data["text/plain"] == "'PAID'"
    done = replayed(path)
    assert done.returncode == 0, done.stdout
    assert service.requests == ["GET /orders/7"]


def test_an_unchanged_notebook_is_equal_to_the_byte(project: Path) -> None:
    cells = [
        LOAD, RUN, "run.response", "run.request", "find.app.history()", "object()", "print(object())",
        "knb.workbench(find.app, 'find', mode='sample')", "import ipywidgets\nipywidgets.IntSlider(3)",
    ]  # fmt: skip
    path = write_notebook(project / "find.ipynb", cells)
    record(path)
    before = path.read_bytes()

    result = record(path)

    assert (result.ok, result.changed) == (True, ())
    assert path.read_bytes() == before


def test_it_has_no_times_and_no_widget(project: Path) -> None:
    path = write_notebook(
        project / "find.ipynb", [LOAD, RUN, "knb.workbench(find.app, 'find', mode='sample')"]
    )

    record(path)

    text = path.read_text(encoding="utf-8")
    assert " ms" not in text
    assert "widget-view" not in text
    assert "iopub" not in text
    assert "widgets" not in json.loads(text)["metadata"]


def test_only_the_cell_that_changed_differs(project: Path, service: OrderService) -> None:
    path = write_notebook(
        project / "find.ipynb", [LOAD, RUN, "object()", "run.output['body']['status']", "1 + 1"]
    )
    record(path)
    before = nbformat.read(path, as_version=4)
    service.status = "REFUNDED"

    result = record(path)

    after = nbformat.read(path, as_version=4)
    assert result.changed[-1] == 3
    assert set(result.changed) <= {1, 3}
    assert [cell for index, cell in enumerate(after.cells) if index not in result.changed] == [
        cell for index, cell in enumerate(before.cells) if index not in result.changed
    ]


def test_an_inserted_cell_changes_no_other(project: Path) -> None:
    path = write_notebook(project / "find.ipynb", [LOAD, RUN, "1 + 1"])
    record(path)
    notebook = nbformat.read(path, as_version=4)
    before = list(notebook.cells)
    notebook.cells.insert(1, nbformat.v4.new_code_cell("'new'", id="new"))
    nbformat.write(notebook, path)

    result = record(path)

    after = nbformat.read(path, as_version=4)
    assert result.changed == (1,)
    assert [cell for cell in after.cells if cell.id != "new"] == before


def test_a_failing_cell_is_named_with_its_line_and_nothing_is_written(project: Path) -> None:
    path = write_notebook(project / "find.ipynb", [LOAD, "ids = [7]\n\nfind.run({'id': ids[1]})"])
    before = path.read_bytes()

    result = record(path)

    (problem,) = result.problems
    assert problem.code == Code.NOTEBOOK_NOT_RECORDED
    assert problem.pointer == "/cells/1"
    assert problem.message == "cell 2, line 3 failed: IndexError: list index out of range"
    assert path.read_bytes() == before


def test_the_failure_shows_neither_a_secret_nor_the_folder(project: Path) -> None:
    from tests.canary.token import CORE

    code = "import os, dotenv\nraise ValueError(str(dotenv.dotenv_values()) + os.getcwd())"
    path = write_notebook(project / "find.ipynb", [code])

    (problem,) = record(path).problems

    assert CORE not in problem.message
    assert str(project) not in problem.message


def test_a_guard_holds_until_its_name_is_given(project: Path, service: OrderService) -> None:
    definition = (project / "canary.json").read_text(encoding="utf-8").replace('"get"', '"post"')
    (project / "canary.json").write_text(definition, encoding="utf-8")
    path = write_notebook(project / "find.ipynb", [LOAD, RUN])

    refused = record(path, profile="careful")
    assert [Code.NOT_CONFIRMED in problem.message for problem in refused.problems] == [True]
    assert service.requests == []

    wrong = record(path, profile="careful", confirm="other")
    assert not wrong.ok
    assert service.requests == []

    assert record(path, profile="careful", confirm="careful").ok
    assert service.requests == ["POST /orders/7"]


def test_an_expected_error_and_a_skipped_cell_are_as_nbval_has_them(project: Path) -> None:
    cells = ["# NBVAL_RAISES_EXCEPTION\n1 / 0", "# NBVAL_SKIP\nraise SystemError", "'last'"]
    path = write_notebook(project / "find.ipynb", cells)

    result = record(path)

    assert result.ok
    assert [output.output_type for output in outputs(path)] == ["error", "execute_result"]
    assert all("tags" not in cell.metadata for cell in nbformat.read(path, as_version=4).cells)


def test_a_kernel_that_ends_is_reported(project: Path) -> None:
    path = write_notebook(project / "find.ipynb", ["1", "import os; os._exit(3)"])
    before = path.read_bytes()

    result = record(path)

    assert [problem.code for problem in result.problems] == [Code.NOTEBOOK_NOT_RECORDED]
    assert "kernel" in result.problems[0].message
    assert path.read_bytes() == before


def test_an_unknown_profile_or_notebook_is_refused_before_anything_runs(project: Path) -> None:
    path = write_notebook(project / "find.ipynb", ["open('ran', 'w')"])

    with pytest.raises(NameNotFoundError):
        record(path, profile="carefull")
    with pytest.raises(LoadError):
        record(project / "other.ipynb")
    assert not (project / "ran").exists()


@pytest.mark.parametrize("variable", ["CI", "PYTEST_VERSION"])
def test_nothing_is_recorded_in_ci_or_under_pytest(
    project: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    path = write_notebook(project / "find.ipynb", ["open('ran', 'w')"])
    for name in ("CI", "PYTEST_VERSION", "KUSTOMER_NB_LIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, "true")

    with pytest.raises(GuardError) as caught:
        record(path)

    assert caught.value.diagnostics.codes == [Code.FENCED]
    assert not (project / "ran").exists()


def test_the_command_shows_what_is_sent_and_runs_nothing(project: Path, call: Call) -> None:  # noqa: F811
    path = write_notebook(project / "find.ipynb", [LOAD, RUN, "open('ran', 'w')"])
    write_notebook(project / "find.shared.ipynb", [LOAD])

    result = call("record", project)

    assert result.exit_code == 1
    assert (
        "GET https://api.canary.example/orders/{{{id}}} (find in canary.json), sent to http://127"
        in result.output
    )
    assert "find.shared.ipynb" not in result.output
    assert "Nothing was sent." in result.output
    assert not (project / "ran").exists()
    assert not outputs(path)


def test_the_command_records_and_tells_of_each_notebook(
    project: Path,
    service: OrderService,
    call: Call,  # noqa: F811
) -> None:
    write_notebook(project / "a.ipynb", [LOAD, RUN])
    write_notebook(project / "b.ipynb", ["1 / 0"])

    result = call("record", project / "a.ipynb", project / "b.ipynb", "--yes")

    assert result.exit_code == 1
    assert "a.ipynb: recorded; changed: cell 2" in result.output
    assert "b.ipynb: not recorded" in result.output
    assert "KNB860 cell 1, line 1 failed: ZeroDivisionError: division by zero" in result.output
    assert service.requests == ["GET /orders/7"]


def test_the_command_is_refused_in_ci(
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    call: Call,  # noqa: F811
) -> None:
    path = write_notebook(project / "a.ipynb", ["open('ran', 'w')"])
    monkeypatch.setenv("CI", "true")
    monkeypatch.delenv("KUSTOMER_NB_LIVE")

    result = call("record", path, "--yes")

    assert result.exit_code == 6
    assert not (project / "ran").exists()
