"""The text of a file, or why it cannot be had; and the text put back, all of it or nothing."""

from __future__ import annotations

import contextlib
import difflib
import os
import shutil
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple, TypeVar

from kustomer_nb.diagnostics import Diagnostic, Severity, Span
from kustomer_nb.errors import KustomerNbError, LoadError, SaveError

E = TypeVar("E", bound=KustomerNbError)

LARGEST = 50_000_000
PRIVATE = ".kustomer-nb"
BYTE_ORDER_MARK = "\ufeff"


class Code(StrEnum):
    """The stable code of each reason a file cannot be read, by its short name."""

    NO_FILE = "KNB130"
    FOLDER = "KNB131"
    UNREADABLE = "KNB132"
    NOT_UTF8 = "KNB133"
    TOO_LARGE = "KNB134"
    CHANGED = "KNB142"
    UNWRITABLE = "KNB143"
    EXISTS = "KNB144"


class TextFile(NamedTuple):
    r"""A file's text, line ends as they are, and whether a byte order mark stands before it.

    Example:
        >>> TextFile("{}", has_mark=True).content
        b'\xef\xbb\xbf{}'
    """

    text: str
    has_mark: bool = False

    @property
    def content(self) -> bytes:
        """The bytes of the file."""
        return ((BYTE_ORDER_MARK if self.has_mark else "") + self.text).encode("utf-8")


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
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError as error:
        raise _refusal(LoadError, Code.NO_FILE, f"There is no file '{path}'.", _way_to(path)) from error
    except IsADirectoryError as error:
        raise _refusal(LoadError, Code.FOLDER, f"'{path}' is a folder.", "name a file in it.") from error
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or str(error)
        fix = "check the path and who may read the file."
        raise _refusal(LoadError, Code.UNREADABLE, f"'{path}' cannot be read: {said}.", fix) from error
    if len(content) > LARGEST:
        message = f"'{path}' is larger than {LARGEST // 1_000_000} MB."
        raise _refusal(LoadError, Code.TOO_LARGE, message, "a definition is far smaller; name another file.")
    text = _decoded(content, path)
    return TextFile(text.removeprefix(BYTE_ORDER_MARK), text.startswith(BYTE_ORDER_MARK))


def write_file(path: Path, file: TextFile, *, over: TextFile | None) -> None:
    """Write a file at once, so that whatever happens it holds the old text or the new one.

    ``over`` is what the file is known to hold, None where there must be no file yet. Permissions and a
    link's target stay as they are.

    Raises:
        SaveError: the file holds something else, is there already, or cannot be written.
    """
    target = Path(os.path.realpath(path))
    _require(path, target, over)
    draft = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with draft.open("xb") as out:
            out.write(file.content)
            out.flush()
            os.fsync(out.fileno())
        if over is not None:
            shutil.copymode(target, draft)
        draft.replace(target)
        _sync_folder(target.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            draft.unlink()
        message = f"'{path}' cannot be written: {error.strerror or error}."
        fix = "check the folder and who may write there; the file is as it was."
        raise _refusal(SaveError, Code.UNWRITABLE, message, fix) from error


def private_folder(folder: Path) -> Path:
    """Return the folder beside a project's files for what is this machine's alone; git passes over it.

    It is made where it is missing, with a ``.gitignore`` of its own.

    Raises:
        OSError: it cannot be made.
    """
    private = folder / PRIVATE
    private.mkdir(exist_ok=True)
    ignore = private / ".gitignore"
    # Empty, it was left by a process that was killed between making and writing it.
    if not ignore.exists() or not ignore.stat().st_size:
        ignore.write_text("*\n", encoding="utf-8")
    return private


def _require(path: Path, target: Path, over: TextFile | None) -> None:
    if over is None:
        if target.exists():
            fix = "name a file that is not there yet."
            raise _refusal(SaveError, Code.EXISTS, f"'{path}' is there already.", fix)
        return
    try:
        is_same = target.read_bytes() == over.content
    except OSError:
        is_same = False
    if not is_same:
        message = f"'{path}' is not what it was when it was read, so it is left alone."
        fix = "load it anew and make the changes there, or save under another name."
        raise _refusal(SaveError, Code.CHANGED, message, fix)


def _sync_folder(folder: Path) -> None:
    """Let the new name outlast a loss of power, where the system can do that for a folder."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _decoded(content: bytes, path: Path) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8").removeprefix(BYTE_ORDER_MARK)
        span = Span.of(before, len(before))
        message = f"'{path}' is not UTF-8: byte {content[error.start]:#04x} at offset {error.start}."
        raise _refusal(LoadError, Code.NOT_UTF8, message, "save it as UTF-8.", span) from error


def _way_to(path: Path) -> str:
    try:
        names = [file.name for file in path.parent.iterdir() if file.is_file()]
    except OSError:
        return f"check the path; there is no folder '{path.parent}'."
    near = difflib.get_close_matches(path.name, names, n=1)
    return f"did you mean '{path.parent / near[0]}'?" if near else "check the path."


def _refusal(kind: type[E], code: Code, message: str, fix: str, span: Span | None = None) -> E:
    return kind([Diagnostic(code.value, Severity.ERROR, "", message, fix, span)])
