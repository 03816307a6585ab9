"""How ``pytest --nbval`` reports a cell that raised an error of this package: in a few lines."""

from __future__ import annotations

import re
from typing import Any

from kustomer_nb.printable import shortened

# Most of all the nearest recording, which differs in what was changed.
MOST_LINES = 5
_WIDTH = 160
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# How IPython shows an error of this package: its name and its problems, without a traceback.
_OUR_ERROR = re.compile(r"\w+Error: (?:KNB\d{3} |\d+ problems$)", re.MULTILINE)
# An attribute of the notebook, as all its cells are items of their own: the first cell that failed.
_FAILED = "kustomer_nb_failed_cell"
_AGAIN = "If the change is meant, record the notebook again."


def error_report(cell: Any, error: BaseException) -> str:
    """Return a short report of a cell that raised an error of this package, or failed because one did.

    Empty for another failure: that is nbval's to tell.
    """
    traceback = _COLOUR.sub("", getattr(error, "inner_traceback", "") or "").strip("\n")
    if not traceback:
        return ""
    name = f"{cell.path.name}, cell {cell.cell_num}"
    failed = getattr(cell.parent, _FAILED, None)
    if failed is None:
        setattr(cell.parent, _FAILED, cell.cell_num)
    elif traceback.rpartition("\n")[2].startswith("NameError"):
        # The names that the first cell should have defined are missing in all after it.
        return f"{name}: not run to its end, because cell {failed} failed."
    if not _OUR_ERROR.match(traceback):
        return ""
    lines = [shortened(line.strip(), _WIDTH) for line in traceback.split("\n") if line.strip()]
    if failed is not None:
        return f"{name}: {lines[0].partition(' ')[0]} after that of cell {failed}."
    more = [f"  and {len(lines) - MOST_LINES} more lines"] if len(lines) > MOST_LINES else []
    return "\n".join([f"{name}: {lines[0]}", *(f"  {line}" for line in lines[1:MOST_LINES]), *more, _AGAIN])
