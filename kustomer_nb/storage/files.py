"""The text of a file, or why it cannot be had; and the text put back, all of it or nothing."""

from __future__ import annotations

import contextlib
import difflib
import os
import stat
from pathlib import Path
from typing import TypeVar

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity, Span
from kustomer_nb.errors import KustomerNbError, LoadError, SaveError
from kustomer_nb.jsontext.text_file import BYTE_ORDER_MARK, TextFile

from .locks import replace, sole_writer
from .regular_files import IrregularError, read_regular

E = TypeVar("E", bound=KustomerNbError)

LARGEST = 50_000_000
PATIENCE = 10.0


def read_file(path: Path) -> TextFile:
    """Return a UTF-8 file's text.

    Raises:
        LoadError: there is no such file, it cannot be opened, is larger than 50 MB or not UTF-8.

    Example:
        >>> read_file(Path("ecommstore.jsn"))
        Traceback (most recent call last):
        kustomer_nb.errors.LoadError: KNB130 There is no file 'ecommstore.jsn'. Fix: check the path.
    """
    try:
        with open(path, "rb", opener=_opened) as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError as error:
        raise _refusal(LoadError, Code.FILE_MISSING, f"There is no file '{path}'.", _way_to(path)) from error
    except IsADirectoryError as error:
        raise _refusal(
            LoadError, Code.FILE_IS_FOLDER, f"'{path}' is a folder.", "name a file in it."
        ) from error
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or str(error)
        fix = "check the path and who may read the file."
        raise _refusal(LoadError, Code.FILE_UNREADABLE, f"'{path}' cannot be read: {said}.", fix) from error
    if len(content) > LARGEST:
        message = f"'{path}' is larger than {LARGEST // 1_000_000} MB."
        raise _refusal(
            LoadError, Code.FILE_TOO_LARGE, message, "a definition is far smaller; name another file."
        )
    text = _decoded(content, path)
    return TextFile(text.removeprefix(BYTE_ORDER_MARK), text.startswith(BYTE_ORDER_MARK))


def write_file(path: Path, file: TextFile, *, over: TextFile | None) -> None:
    """Write a file at once, so that whatever happens it holds the old text or the new one.

    ``over`` is what the file is known to hold, None where there must be no file yet. Of several who write
    over the same text one succeeds. Permissions stay as they are. A file with other names (hard links) is
    replaced under this name; under the others it keeps the old text.

    Raises:
        SaveError: the file holds something else, is there already, is a link, or cannot be written.
    """
    try:
        with sole_writer(path, patience=PATIENCE):
            overwrite(path, file, over=over)
    except IrregularError as error:
        message = f"'{path}' is not written: {error.strerror}."
        raise _refusal(SaveError, Code.FILE_IRREGULAR, message, error.fix) from error
    except TimeoutError as error:
        message = f"'{path}' has been written by another process for more than {PATIENCE:g} seconds."
        raise _refusal(
            SaveError, Code.FILE_LOCKED, message, "end that process; the file is as it was."
        ) from error
    except OSError as error:
        message = f"'{path}' cannot be written: {error.strerror or error}."
        fix = "check the folder and who may write there; the file is as it was."
        raise _refusal(SaveError, Code.FILE_NOT_WRITABLE, message, fix) from error


def overwrite(path: Path, file: TextFile, *, over: TextFile | None) -> None:
    """Write a file as `write_file` does, for who is its sole writer already.

    Raises:
        SaveError: the file holds something else, or is there already.
        OSError: it is a link, or cannot be written.
    """
    replace(path, file.content, mode=_require(path, over))


def _require(path: Path, over: TextFile | None) -> int | None:
    """Refuse a file that is not what it is known to be; return its permissions, None if there is none."""
    if over is None:
        if os.path.lexists(path):
            fix = "name a file that is not there yet."
            raise _refusal(SaveError, Code.FILE_EXISTS, f"'{path}' is there already.", fix)
        return None
    with contextlib.suppress(FileNotFoundError):
        mode = stat.S_IMODE(path.lstat().st_mode)
        if read_regular(path, len(over.content) + 1) == over.content:
            return mode
    message = f"'{path}' is not what it was when it was read, so it is left alone."
    fix = "load it anew and make the changes there, or save under another name."
    raise _refusal(SaveError, Code.FILE_CHANGED, message, fix)


def _opened(path: str, flags: int) -> int:
    """Open a file; of a pipe that nobody writes to there is nothing to read, and nothing to wait for."""
    wait = getattr(os, "O_NONBLOCK", 0)
    handle = os.open(path, flags | wait)
    if wait:
        os.set_blocking(handle, True)
    return handle


def _decoded(content: bytes, path: Path) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8").removeprefix(BYTE_ORDER_MARK)
        span = Span.from_offsets(before, len(before))
        message = f"'{path}' is not UTF-8: byte {content[error.start]:#04x} at offset {error.start}."
        raise _refusal(LoadError, Code.FILE_NOT_UTF8, message, "save it as UTF-8.", span) from error


def _way_to(path: Path) -> str:
    try:
        names = [file.name for file in path.parent.iterdir() if file.is_file()]
    except OSError:
        return f"check the path; there is no folder '{path.parent}'."
    near = difflib.get_close_matches(path.name, names, n=1)
    return f"did you mean '{path.parent / near[0]}'?" if near else "check the path."


def _refusal(kind: type[E], code: Code, message: str, fix: str, span: Span | None = None) -> E:
    return kind([Diagnostic(code, Severity.ERROR, "", message, fix, span)])
