"""Run the notebooks named (or all) and keep their outputs, so that they read well unexecuted.

Nothing that changes from run to run is kept: no times, no widget state, cell ids by position.
"""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).parent


def record(path: Path) -> None:
    """Execute one notebook in its own folder and write it back."""
    notebook = nbformat.read(path, as_version=4)
    for at, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{at:02}"
        cell.metadata.pop("execution", None)
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        record_timing=False,
        store_widget_state=False,
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute()
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    nbformat.write(notebook, path)


if __name__ == "__main__":
    for named in [Path(name) for name in sys.argv[1:]] or sorted(HERE.glob("*.ipynb")):
        record(named)
