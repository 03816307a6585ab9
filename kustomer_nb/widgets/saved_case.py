"""A run that is saved as a test case in the page: the name that is proposed, and where it was written."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from kustomer_nb.codes import Code
from kustomer_nb.config import fault_of

from .page_messages import CaseExists

if TYPE_CHECKING:
    from kustomer_nb.errors import SaveError
    from kustomer_nb.run import Run


def proposed_name(run: Run | None) -> str:
    """Return the name that is proposed for the case of a run; empty for a run that is of no action.

    Example:
        >>> from kustomer_nb import load
        >>> action = load({"name": "kustomer.app.shop.find", "sampleOutputContext": {}}).action()
        >>> proposed_name(action.run(mode="sample"))
        'find as in the sample'
    """
    if run is None or run.owner is None:
        return ""
    name = run.action.rpartition(".")[2] or "the action"
    if fault := fault_of(run.mode):
        return f"{name} with {fault} simulated"
    return (
        f"{name} as in the sample" if run.response is None else f"{name} returns {run.response.status_code}"
    )


def where(run: Run, path: Path) -> str:
    """Return the path of a case from the folder of its definition, as a page shows it."""
    document = run.owner.document if run.owner is not None else None
    folder = document.path.parent if document is not None and document.path is not None else Path()
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:
        # On another drive.
        return path.name


def asked_to_replace(name: str, error: SaveError) -> CaseExists | None:
    """Return the question whether a case is to be replaced; None for any other error."""
    if error.diagnostics.codes != [Code.CASE_EXISTS]:
        return None
    return CaseExists(name, "There is a test case of this name already.")
