"""Reads and writes the files of notebooks, as Jupyter does: by nbformat."""

from __future__ import annotations

import hashlib
import json
import re
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Span
from kustomer_nb.errors import LoadError
from kustomer_nb.printable import quoted
from kustomer_nb.storage.files import read_file

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from kustomer_nb.jsontext.text_file import TextFile

SUFFIX = ".ipynb"
# The ids that the format allows.
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_INSTALL = "pip install 'kustomer-nb[lab]'."


def read_notebook(path: Path) -> tuple[NotebookNode, TextFile]:
    """Return a notebook in the current version of its format, and the text of its file.

    Each cell has an id: one that it lacks is made from its text, so that it is the same each time.

    Raises:
        LoadError: the file cannot be read, or is not a notebook.
        LoadError: the package nbformat, which reads it, is not installed.
    """
    file = read_file(path)
    try:
        import nbformat
        import nbformat.reader
    except ImportError:
        message = f"{quoted(str(path))} cannot be read: the package nbformat is not installed."
        raise LoadError.from_code(Code.NOT_A_NOTEBOOK, message, _INSTALL) from None
    value = _value_of(file.text, path)
    with warnings.catch_warnings():
        # It makes random ids, and warns of that; `set_stable_ids` has made others before.
        warnings.simplefilter("ignore")
        try:
            if value["nbformat"] == nbformat.v4.nbformat:
                set_stable_ids(value["cells"])
            notebook = nbformat.convert(nbformat.reader.reads(json.dumps(value)), nbformat.v4.nbformat)
            if value["nbformat"] != nbformat.v4.nbformat:
                for cell in notebook.cells:
                    cell.pop("id", None)
                set_stable_ids(notebook.cells)
            notebook.nbformat_minor = max(notebook.nbformat_minor, nbformat.v4.nbformat_minor)
            nbformat.validate(notebook)
        except Exception as error:  # nbformat raises whatever a malformed notebook leads to
            raise _refusal(path, f"nbformat cannot read it ({type(error).__name__})") from None
    return notebook, file


def notebook_text(notebook: NotebookNode) -> str:
    """Return the text of the file of a notebook, as Jupyter writes it."""
    import nbformat

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return f"{nbformat.v4.writes(notebook)}\n"


def set_stable_ids(cells: Iterable[Any]) -> None:
    """Give each cell whose id is missing, malformed or taken one that is made from its text.

    Other ids stay: they are those of the file, which Jupyter keeps.

    Example:
        >>> cells = [{"cell_type": "code", "source": "1"}, {"cell_type": "code", "source": "1", "id": "a"}]
        >>> set_stable_ids(cells)
        >>> [cell["id"] for cell in cells]
        ['0e8f7f17', 'a']
    """
    cells = list(cells)
    ids = [cell.get("id") for cell in cells]
    used = {cell_id for cell_id in ids if _is_id(cell_id)}
    seen: set[str] = set()
    for cell, cell_id in zip(cells, ids, strict=True):
        if not _is_id(cell_id) or cell_id in seen:
            cell["id"] = cell_id = _made_id(cell, used)
            used.add(cell_id)
        seen.add(cell_id)


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _made_id(cell: Any, used: set[str]) -> str:
    source = cell.get("source", "")
    text = source if isinstance(source, str) else "".join(source)
    digest = hashlib.sha256(f"{cell.get('cell_type')} {text}".encode("utf-8", "surrogatepass")).hexdigest()[
        :8
    ]
    number = 1
    made = digest
    while made in used:
        number += 1
        made = f"{digest}-{number}"
    return made


def _value_of(text: str, path: Path) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except RecursionError:
        raise _refusal(path, "it is nested too deep") from None
    except ValueError as error:
        at = getattr(error, "pos", 0)
        raise _refusal(path, "it is not JSON", Span.from_offsets(text, at)) from None
    if not isinstance(value, dict) or not isinstance(value.get("nbformat"), int):
        raise _refusal(path, "it has no nbformat")
    if value["nbformat"] >= 4 and not (
        isinstance(value.get("cells"), list) and all(isinstance(cell, dict) for cell in value["cells"])
    ):
        raise _refusal(path, "it has no list of cells")
    return value


def _refusal(path: Path, reason: str, span: Span | None = None) -> LoadError:
    message = f"{quoted(str(path))} is not a notebook: {reason}."
    fix = "name a file that JupyterLab can open and has saved."
    return LoadError.from_code(Code.NOT_A_NOTEBOOK, message, fix, span=span)
