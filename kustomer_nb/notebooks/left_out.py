"""What a copy of a notebook is without: the state of widgets, and when its cells were run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.jsontext import pointer as pointers

from .texts import WIDGET_VIEW

# Of nbclient and JupyterLab, the extension ExecuteTime, and papermill.
_TIMES = ("execution", "ExecuteTime", "papermill")
WIDGETS = "widgets"
INTERACTIVE = "(interactive output: run the notebook to see it)"
_FIX = "share the copy, which is without it."


def leave_out_times(notebook: Any) -> Iterator[Diagnostic]:
    """Remove when the cells were run, and yield where that was."""
    holders = [("", notebook["metadata"]), *_with_pointers(notebook["cells"], "/cells")]
    for pointer, holder in holders:
        metadata = holder.get("metadata", {}) if pointer else holder
        names = [name for name in _TIMES if name in metadata]
        for name in names:
            del metadata[name]
        if names:
            where = f"{pointer}/metadata"
            owner = f"cell {int(pointer.rpartition('/')[2]) + 1}" if pointer else "the notebook"
            message = f"the metadata of {owner} tell when it was run."
            yield Diagnostic(Code.TIMES_IN_NOTEBOOK, Severity.HINT, where, message, _FIX)


def leave_out_widgets(notebook: Any) -> Iterator[Diagnostic]:
    """Remove the state of widgets and each view of one, and yield where that was.

    What else an output has stays, such as the card of a widget of this package: it needs no kernel.
    """
    if notebook["metadata"].pop(WIDGETS, None):
        message = "the notebook contains the state of its widgets, and so what was typed into them."
        yield Diagnostic(Code.WIDGET_IN_NOTEBOOK, Severity.WARNING, "/metadata/widgets", message, _FIX)
    for pointer, cell in _with_pointers(notebook["cells"], "/cells"):
        for where, output in _with_pointers(cell.get("outputs", ()), f"{pointer}/outputs"):
            if drop_widget_view(output):
                name = f"cell {int(pointer.rpartition('/')[2]) + 1}"
                message = f'{name} shows a widget, which is "model not found" without its kernel.'
                yield Diagnostic(Code.WIDGET_IN_NOTEBOOK, Severity.WARNING, where, message, _FIX)


def drop_widget_view(output: Any) -> bool:
    """Remove the view of a widget from an output; return whether there was one."""
    data = output.get("data", {})
    if WIDGET_VIEW not in data:
        return False
    del data[WIDGET_VIEW]
    if not data:
        data["text/plain"] = INTERACTIVE
    output.get("metadata", {}).pop(WIDGET_VIEW, None)
    return True


def _with_pointers(items: Any, pointer: str) -> Iterator[tuple[str, Any]]:
    return ((pointers.join(pointer, index), item) for index, item in enumerate(items))
