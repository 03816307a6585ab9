"""Runs a notebook against the real service, and saves it so that only what changed differs."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.config import fence, load_profile, project_root
from kustomer_nb.config.modes import CONFIRM_VARIABLE, LIVE_VARIABLE, PROFILE_VARIABLE, VARIABLE
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity
from kustomer_nb.errors import GuardError, LoadError
from kustomer_nb.jsontext.text_file import TextFile
from kustomer_nb.printable import one_line, quoted
from kustomer_nb.run.fence import ALLOW, fence_reason
from kustomer_nb.storage.files import write_file

from .files import notebook_text, read_notebook
from .known_values import known_secrets
from .left_out import WIDGETS, drop_widget_view
from .machine_paths import MachinePaths
from .merging import merged_outputs, without_times

if TYPE_CHECKING:
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError
    from nbformat import NotebookNode

DEFAULT_KERNEL = "python3"
# Nobody waits for longer than that without knowing what for.
PATIENCE = 600
_INSTALL = "pip install 'kustomer-nb[lab]'."
_TIMES = ("execution", "ExecuteTime")
_RAISES, _SKIPPED = "raises-exception", "skip-execution"
# How nbval is told about a cell: in a comment, or in a tag.
_MARKERS = {
    _RAISES: re.compile(r"^\s*#\s*(?:PYTEST_VALIDATE_|NBVAL_)RAISES_EXCEPTION\b", re.MULTILINE),
    _SKIPPED: re.compile(r"^\s*#\s*(?:PYTEST_VALIDATE_|NBVAL_)SKIP\b", re.MULTILINE),
}
_TAGS = {_RAISES: {"nbval-raises-exception"}, _SKIPPED: {"nbval-skip"}}
_ESCAPE = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_LINE = re.compile(r"^(?:-+>|→)\s*(\d+)\s", re.MULTILINE)
_LAST_LINES = 3


@dataclass(frozen=True)
class Recorded:
    """A notebook that was recorded: which cells have other outputs, or why it was not recorded."""

    path: Path
    changed: tuple[int, ...] = ()
    problems: Diagnostics = field(default_factory=Diagnostics)

    @property
    def ok(self) -> bool:
        """Whether all cells were run."""
        return not self.problems

    @property
    def summary(self) -> str:
        """What came out of it, in one line."""
        if not self.ok:
            return "not recorded"
        if not self.changed:
            return "unchanged"
        cells = ", ".join(str(index + 1) for index in self.changed)
        return f"recorded; changed: cell{'' if len(self.changed) == 1 else 's'} {cells}"


def require_unfenced() -> None:
    """Refuse to record where no request may leave this machine: in CI and under pytest.

    Raises:
        GuardError: ``CI`` or ``PYTEST_VERSION`` is set, and ``KUSTOMER_NB_LIVE`` is not.
    """
    if variable := fence():
        message = f"nothing is recorded {fence_reason(variable)}; nothing was run."
        fix = f"record on your machine and commit the result, or {ALLOW}."
        raise GuardError.from_code(Code.FENCED, message, fix)


def record(path: Path, *, profile: str | None = None, confirm: str | None = None) -> Recorded:
    """Run a notebook live in a kernel of its own, with its runs in record mode, and save what changed.

    ``profile`` is that of each run that names none, ``confirm`` confirms each run by that name. Outputs that
    say the same as before stay to the byte, so an unchanged notebook is not written at all. Without a
    result for all cells nothing is written.

    Raises:
        LoadError: the notebook cannot be read, or nbclient, which runs it, is not installed.
        NameNotFoundError: there is no such profile.
        GuardError: no request may leave this machine.
        SaveError: the notebook cannot be written.
    """
    require_unfenced()
    load_profile(profile, project_root(path))
    notebook, file = read_notebook(path)
    before = [list(cell.get("outputs", ())) for cell in notebook.cells]
    counts = [cell.get("execution_count") for cell in notebook.cells]
    metadata = {key: value for key, value in notebook.metadata.items() if key != WIDGETS}
    environment = {**os.environ, VARIABLE: "record", LIVE_VARIABLE: "1"}
    for name, value in ((PROFILE_VARIABLE, profile), (CONFIRM_VARIABLE, confirm)):
        if value:
            environment[name] = value
        else:
            environment.pop(name, None)
    problem = _execute(path, notebook, environment)
    if problem is not None:
        return Recorded(path, problems=Diagnostics([problem]))
    notebook.metadata = type(notebook.metadata)(metadata)
    notebook.metadata.setdefault("language_info", {"name": "python"})
    changed = tuple(_settle(notebook, before, counts))
    text = notebook_text(notebook)
    if text != file.text:
        write_file(path, TextFile(text, file.has_mark), over=file)
    return Recorded(path, changed)


def _execute(path: Path, notebook: NotebookNode, environment: dict[str, str]) -> Diagnostic | None:
    """Run the cells of a notebook; return why that failed, None if it did not."""
    try:
        from nbclient import NotebookClient
        from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
    except ImportError:
        message = f"{quoted(str(path))} cannot be run: the package nbclient is not installed."
        raise LoadError.from_code(Code.NOTEBOOK_NOT_RECORDED, message, _INSTALL) from None
    tags = _tag(notebook)
    client = NotebookClient(
        notebook,
        kernel_name=_kernel_of(notebook),
        timeout=PATIENCE,
        record_timing=False,
        store_widget_state=False,
        skip_cells_with_tag=_SKIPPED,
        coalesce_streams=True,
        resources={"metadata": {"path": str(path.parent)}},
    )
    with TemporaryFile() as log:
        try:
            client.execute(env=environment, stderr=log)
        except CellExecutionError as error:
            return _failure(path, client, error)
        except (CellTimeoutError, DeadKernelError, RuntimeError, OSError) as error:
            return _kernel_failure(path, client, error)
        finally:
            for cell, own in zip(notebook.cells, tags, strict=True):
                _restore_tags(cell, own)
    return None


def _kernel_of(notebook: NotebookNode) -> str:
    """Return the kernel that a notebook names, the one of this Python if there is no such kernel here."""
    from jupyter_client.kernelspec import KernelSpecManager

    name: str = notebook.metadata.get("kernelspec", {}).get("name", DEFAULT_KERNEL)
    return name if name in KernelSpecManager().find_kernel_specs() else DEFAULT_KERNEL


def _tag(notebook: NotebookNode) -> list[list[str] | None]:
    """Tell nbclient what nbval knows of each cell, by tags; return the tags that each had."""
    tags: list[list[str] | None] = []
    for cell in notebook.cells:
        own = cell.metadata.get("tags")
        tags.append(own)
        for tag, marker in _MARKERS.items():
            if cell.cell_type == "code" and (
                marker.search(cell.source) or _TAGS[tag].intersection(own or ())
            ):
                cell.metadata["tags"] = [*cell.metadata.get("tags", ()), tag]
    return tags


def _restore_tags(cell: Any, tags: list[str] | None) -> None:
    if tags is None:
        cell.metadata.pop("tags", None)
    else:
        cell.metadata["tags"] = tags


def _settle(notebook: NotebookNode, before: list[list[Any]], counts: list[int | None]) -> Iterator[int]:
    """Leave out what changes each time, and yield the index of each cell whose outputs changed."""
    for index, cell in enumerate(notebook.cells):
        for name in _TIMES:
            cell.metadata.pop(name, None)
        if cell.cell_type != "code":
            continue
        if counts[index] is not None:
            # A cell that is inserted would change the numbers of all those after it.
            cell.execution_count = counts[index]
        for output in cell.outputs:
            drop_widget_view(output)
            without_times(output)
            if "execution_count" in output:
                output.execution_count = cell.execution_count
        cell.outputs = merged_outputs(before[index], cell.outputs)
        if cell.outputs != before[index]:
            yield index


def _failure(path: Path, client: NotebookClient, error: CellExecutionError) -> Diagnostic:
    """Return the problem of a cell that failed: its number, the line, and what the error says."""
    cells = client.nb.cells
    index = next(at for at, cell in enumerate(cells) if _has_failed(cell))
    output = next(item for item in cells[index].outputs if item.output_type == "error")
    text = "\n".join(line for line in output.evalue.splitlines() if line.strip())
    trace = _ESCAPE.sub("", "\n".join(output.traceback))
    lines = _LINE.findall(trace.partition("\nFile ")[0])
    where = f"cell {index + 1}, line {lines[0]}" if lines else f"cell {index + 1}"
    return _problem(path, f"/cells/{index}", f"{where} failed: {output.ename}: {text}")


def _has_failed(cell: Any) -> bool:
    is_expected = _RAISES in cell.metadata.get("tags", ())
    errors = [item for item in cell.get("outputs", ()) if item.output_type == "error"]
    return bool(errors) and not is_expected


def _kernel_failure(path: Path, client: NotebookClient, error: Exception) -> Diagnostic:
    started = [at for at, cell in enumerate(client.nb.cells) if cell.get("execution_count") is not None]
    last = f", after cell {started[-1] + 1}" if started else ""
    text = "\n".join(str(error).splitlines()[:_LAST_LINES])
    return _problem(path, "", f"the kernel stopped{last}: {type(error).__name__}: {text}")


def _problem(path: Path, pointer: str, message: str) -> Diagnostic:
    """Return a problem whose text, which the notebook wrote, shows no secret and no path of this machine."""
    hidden = known_secrets(path).redactor.text(message)
    line = one_line(MachinePaths(project_root(path)).shortened(hidden))
    fix = "correct that; the notebook was not changed."
    return Diagnostic(Code.NOTEBOOK_NOT_RECORDED, Severity.ERROR, pointer, line, fix)
