"""Writes a report, over an earlier one if there is one."""

from __future__ import annotations

from pathlib import Path

from kustomer_nb.codes import Code
from kustomer_nb.errors import SaveError


def write_report(path: Path, text: str) -> None:
    """Write a report; folders that do not exist are created.

    As it is, and not by way of a draft: the path may be a pipe, and nobody edits a report.

    Raises:
        SaveError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8", "backslashreplace"))
    except (OSError, ValueError) as error:
        # A ValueError has no strerror: the path contains a null character.
        reason = getattr(error, "strerror", None) or str(error)
        message = f'"{path}" cannot be written: {reason}.'
        fix = "check the path of the report, and the permissions of its folder."
        raise SaveError.from_code(Code.FILE_NOT_WRITABLE, message, fix) from error
