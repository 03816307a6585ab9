"""The text of a file, or why it cannot be had."""

from __future__ import annotations

import difflib
from enum import StrEnum
from pathlib import Path

from kustomer_nb.diagnostics import Diagnostic, Severity, Span
from kustomer_nb.errors import LoadError

LARGEST = 50_000_000
BYTE_ORDER_MARK = "\ufeff"


class Code(StrEnum):
    """The stable code of each reason a file cannot be read, by its short name."""

    NO_FILE = "KNB130"
    FOLDER = "KNB131"
    UNREADABLE = "KNB132"
    NOT_UTF8 = "KNB133"
    TOO_LARGE = "KNB134"


def read_text(path: Path) -> str:
    """Return a UTF-8 file's text without its byte order mark, line ends as they are.

    Raises:
        LoadError: there is no such file, it cannot be opened, is larger than 50 MB or not UTF-8.

    Example:
        >>> read_text(Path("ecommstore.jsn"))
        Traceback (most recent call last):
        kustomer_nb.errors.LoadError: KNB130 There is no file 'ecommstore.jsn'. Fix: check the path.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError as error:
        raise _refusal(Code.NO_FILE, f"There is no file '{path}'.", _way_to(path)) from error
    except IsADirectoryError as error:
        raise _refusal(Code.FOLDER, f"'{path}' is a folder.", "name a file in it.") from error
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or str(error)
        fix = "check the path and who may read the file."
        raise _refusal(Code.UNREADABLE, f"'{path}' cannot be read: {said}.", fix) from error
    if len(content) > LARGEST:
        message = f"'{path}' is larger than {LARGEST // 1_000_000} MB."
        raise _refusal(Code.TOO_LARGE, message, "a definition is far smaller; name another file.")
    return _decoded(content, path).removeprefix(BYTE_ORDER_MARK)


def _decoded(content: bytes, path: Path) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8").removeprefix(BYTE_ORDER_MARK)
        span = Span.of(before, len(before))
        message = f"'{path}' is not UTF-8: byte {content[error.start]:#04x} at offset {error.start}."
        raise _refusal(Code.NOT_UTF8, message, "save it as UTF-8.", span) from error


def _way_to(path: Path) -> str:
    try:
        names = [file.name for file in path.parent.iterdir() if file.is_file()]
    except OSError:
        return f"check the path; there is no folder '{path.parent}'."
    near = difflib.get_close_matches(path.name, names, n=1)
    return f"did you mean '{path.parent / near[0]}'?" if near else "check the path."


def _refusal(code: Code, message: str, fix: str, span: Span | None = None) -> LoadError:
    return LoadError([Diagnostic(code.value, Severity.ERROR, "", message, fix, span)])
