"""Run the notebooks given as arguments, or all of them, and save their outputs.

Anything that changes between runs is left out, so that a new recording has a small diff: no times, no
widget state, and cell ids by position. An output whose compared text is the same stays as it is.
"""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from kustomer_nb.notebook_comparison import kept_outputs

NOTEBOOKS = Path(__file__).parent


def record(path: Path) -> None:
    """Execute one notebook in its own folder and save it with its outputs."""
    notebook = nbformat.read(path, as_version=4)
    for index, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{index:02}"
        cell.metadata.pop("execution", None)
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        record_timing=False,
        store_widget_state=False,
        resources={"metadata": {"path": str(path.parent)}},
    )
    recorded = [list(cell.get("outputs", [])) for cell in notebook.cells]
    client.execute()
    for cell, outputs in zip(notebook.cells, recorded, strict=True):
        if cell.cell_type == "code":
            cell.outputs = kept_outputs(outputs, cell.outputs)
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    nbformat.write(notebook, path)


if __name__ == "__main__":
    for path in [Path(name) for name in sys.argv[1:]] or sorted(NOTEBOOKS.glob("*.ipynb")):
        record(path)
