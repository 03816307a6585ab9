"""Reads the text of a file, or says why it cannot; writes a file completely or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path
from typing import TypeVar

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Span
from kustomer_nb.errors import KustomerNbError, LoadError, SaveError
from kustomer_nb.jsontext.text_file import BYTE_ORDER_MARK, TextFile

from .locks import replace, sole_writer
from .regular_files import IrregularError, read_regular

E = TypeVar("E", bound=KustomerNbError)

# A definition has some kB, a cassette some MB; more than this is the wrong file, and would fill the memory.
LARGEST = 50_000_000
PATIENCE = 10.0


def read_file(path: Path) -> TextFile:
    """Return a UTF-8 file's text.

    Raises:
        LoadError: there is no such file, it cannot be opened, is larger than 50 MB or not UTF-8.

    Example:
        >>> read_file(Path("ecommstore.jsn"))
        Traceback (most recent call last):
        kustomer_nb.errors.LoadError: KNB130 There is no file "ecommstore.jsn". Fix: check the path.
    """
    try:
        with open(path, "rb", opener=_open_without_waiting) as file:
            # No more than it has: to get room for 50 MB takes longer than to read a small file.
            size = os.fstat(file.fileno()).st_size
            content = file.read(min(size, LARGEST) + 1)
            # It grows, or it is a pipe.
            if len(content) > size:
                content += file.read(LARGEST + 1 - len(content))
    except FileNotFoundError as error:
        fix = _missing_file_fix(path)
        raise _refusal(LoadError, Code.FILE_MISSING, f'There is no file "{path}".', fix) from error
    except IsADirectoryError as error:
        raise _folder_refusal(path) from error
    except (OSError, ValueError) as error:
        # Windows says of a folder what it says of a file without permission.
        if isinstance(error, PermissionError) and path.is_dir():
            raise _folder_refusal(path) from error
        # A ValueError has no strerror: the path contains a null character.
        reason = getattr(error, "strerror", None) or str(error)
        fix = "check the path and the permissions of the file."
        raise _refusal(LoadError, Code.FILE_UNREADABLE, f'"{path}" cannot be read: {reason}.', fix) from error
    return text_file(content, path)


def text_file(content: bytes, path: Path) -> TextFile:
    """Return the text of a content that has been read; a message names it by ``path``.

    Raises:
        LoadError: it is larger than 50 MB or not UTF-8.

    Example:
        >>> text_file(b"{}", Path("-")).text
        '{}'
    """
    if len(content) > LARGEST:
        message = f'"{path}" is larger than {LARGEST // 1_000_000} MB.'
        fix = "use a smaller file: a definition has some kB, a cassette some MB."
        raise _refusal(LoadError, Code.FILE_TOO_LARGE, message, fix)
    text = _decode(content, path)
    return TextFile(text.removeprefix(BYTE_ORDER_MARK), text.startswith(BYTE_ORDER_MARK))


def read_if_present(path: Path) -> TextFile | None:
    """Return a UTF-8 file's text, None if there is no such file.

    Raises:
        LoadError: it cannot be opened, is larger than 50 MB or not UTF-8.
    """
    try:
        return read_file(path)
    except LoadError as error:
        if error.diagnostics.codes == [Code.FILE_MISSING]:
            return None
        raise


def write_file(path: Path, file: TextFile, *, over: TextFile | None) -> None:
    """Write a file atomically: whatever happens, it has either the old text or the new one.

    ``over`` is the text that the file is expected to have, None if the file must not exist. If several
    processes replace the same text, one succeeds. Permissions are kept. A file with other names (hard links)
    is replaced under this name; under the others it keeps the old text.

    Raises:
        SaveError: the file has another text, exists already, is a link, is read-only, or cannot be written.
    """
    try:
        with sole_writer(path, patience=PATIENCE):
            overwrite(path, file, over=over)
    except IrregularError as error:
        message = f'"{path}" was not written: {error.strerror}.'
        raise _refusal(SaveError, Code.FILE_IRREGULAR, message, error.fix) from error
    except TimeoutError as error:
        message = f'another process has been writing "{path}" for more than {PATIENCE:g} seconds.'
        fix = "end that process; the file is unchanged."
        raise _refusal(SaveError, Code.FILE_LOCKED, message, fix) from error
    except OSError as error:
        message = f'"{path}" cannot be written: {error.strerror or error}.'
        fix = "check the permissions of the folder, or save in another one; the file is unchanged."
        raise _refusal(SaveError, Code.FILE_NOT_WRITABLE, message, fix) from error


def remove_file(path: Path) -> None:
    """Remove a file.

    Raises:
        SaveError: it cannot be removed: the folder is read-only, or on Windows another program has it open.
    """
    try:
        path.unlink()
    except OSError as error:
        message = f'"{path}" cannot be removed: {error.strerror or error}.'
        raise _refusal(SaveError, Code.FILE_NOT_WRITABLE, message, "remove it by hand.") from error


def overwrite(path: Path, file: TextFile, *, over: TextFile | None) -> None:
    """Write a file as `write_file` does, for a caller that already is its `sole_writer`.

    Raises:
        SaveError: the file has another text, exists already, or is read-only.
        OSError: it is a link, or cannot be written.
    """
    replace(path, file.content, mode=_require_unchanged(path, over))


def require_no_file(path: Path) -> None:
    """Refuse the name of a new file if there is something of that name.

    Raises:
        SaveError: it exists already.

    Example:
        >>> require_no_file(Path(__file__))  # doctest: +ELLIPSIS
        Traceback (most recent call last):
          ...
        kustomer_nb.errors.SaveError: KNB144 "...files.py" exists already. Fix: ...
    """
    if os.path.lexists(path):
        fix = "use the name of a file that does not exist."
        raise _refusal(SaveError, Code.FILE_EXISTS, f'"{path}" exists already.', fix)


def _require_unchanged(path: Path, over: TextFile | None) -> int | None:
    """Refuse a file whose text is not the expected one; return its permissions, None if there is no file."""
    if over is None:
        require_no_file(path)
        return None
    with contextlib.suppress(FileNotFoundError):
        mode = stat.S_IMODE(path.lstat().st_mode)
        # One byte more than expected shows a longer file, without reading all of it.
        if read_regular(path, len(over.content) + 1) == over.content:
            _require_writable(path, mode)
            return mode
    message = f'"{path}" has changed since it was read, so it was not overwritten.'
    fix = "load it again and repeat the changes, or save under another name."
    raise _refusal(SaveError, Code.FILE_CHANGED, message, fix)


def _require_writable(path: Path, mode: int) -> None:
    """Refuse a read-only file: its folder may be writable, so that it could be replaced all the same."""
    # The mode alone for an administrator, who may write everywhere.
    if mode & 0o222 and os.access(path, os.W_OK):
        return
    fix = "make it writable, or save under another name."
    raise _refusal(SaveError, Code.FILE_NOT_WRITABLE, f'"{path}" is read-only, so it was not changed.', fix)


def _open_without_waiting(path: str, flags: int) -> int:
    """Open a file; opening a pipe does not wait until another process writes to it."""
    wait = getattr(os, "O_NONBLOCK", 0)
    handle = os.open(path, flags | wait)
    if wait:
        os.set_blocking(handle, True)
    return handle


def _decode(content: bytes, path: Path) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        # The text before it is UTF-8, and gives line and column.
        before = content[: error.start].decode("utf-8").removeprefix(BYTE_ORDER_MARK)
        span = Span.from_offsets(before, len(before))
        message = f'"{path}" is not UTF-8: byte {content[error.start]:#04x} at offset {error.start}.'
        raise _refusal(LoadError, Code.FILE_NOT_UTF8, message, "save it as UTF-8.", span) from error


def _missing_file_fix(path: Path) -> str:
    # Imported only for a missing file.
    from kustomer_nb.near_names import near_miss

    try:
        names = [file.name for file in path.parent.iterdir() if file.is_file()]
    except OSError:
        return f'check the path; there is no folder "{path.parent}".'
    # By the stem: the same suffix, such as .json, says nothing about which file was meant.
    names.sort(key=lambda name: (Path(name).suffix != path.suffix, name))
    stems = {Path(name).stem: name for name in reversed(names)}
    near = path.stem if path.stem in stems else near_miss(path.stem, reversed(stems))
    return f'did you mean "{path.parent / stems[near]}"?' if near else "check the path."


def _folder_refusal(path: Path) -> LoadError:
    return _refusal(LoadError, Code.FILE_IS_FOLDER, f'"{path}" is a folder.', "use a file in it.")


def _refusal(kind: type[E], code: Code, message: str, fix: str, span: Span | None = None) -> E:
    return kind.from_code(code, message, fix, span=span)
