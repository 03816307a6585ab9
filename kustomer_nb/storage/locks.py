"""``.kustomer-nb``, the private folder of a project: locks, drafts, and files replaced atomically."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from kustomer_nb.in_browser import IN_BROWSER
from kustomer_nb.on_windows import ON_WINDOWS

from .gitignore import is_ignored
from .regular_files import (
    IrregularError,
    StrPath,
    open_regular,
    read_regular,
    require_folder,
    require_regular,
)

FOLDER = ".kustomer-nb"
# A draft exists only while it is written, under a lock; one this old was left by a killed process.
ABANDONED_AFTER = 3600.0
_IGNORES_ALL = b"*\n"
# One over 64 kB counts as one that ignores nothing.
_LARGEST_IGNORE = 2**16
# The folder belongs to another user, is read-only, or is on another file system.
_UNUSABLE = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.EXDEV})
# File systems without locks; EBADF comes from NFS, which cannot lock a folder.
_WITHOUT_LOCKS = frozenset({errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOLCK, errno.EBADF})
# Windows replaces no file that is open: ERROR_ACCESS_DENIED, ERROR_SHARING_VIOLATION. Most are for a moment.
_OPEN_ELSEWHERE = frozenset({5, 32})
_OPEN_ELSEWHERE_PATIENCE = 1.0
_OPEN_ELSEWHERE_PAUSE = 0.02


class NotIgnoredError(IrregularError):
    """The ``.gitignore`` of a private folder does not keep its files out of git."""

    fix = "remove it, or make * its only line."


def private_folder(folder: Path) -> Path:
    """Return the private folder next to a project's files, which git ignores.

    It is created if it is missing, with its own ``.gitignore``.

    Raises:
        IrregularError: the folder, or its ``.gitignore``, is a link or something else that is not ours.
        OSError: it cannot be created.
    """
    # The private folder of the files in a private folder, or in one inside it, is that folder itself.
    private = folder if FOLDER in (folder.name, folder.parent.name) else folder / FOLDER
    require_private(private)
    return private


def require_private(private: StrPath) -> None:
    """Create a private folder if it is missing, with its own ``.gitignore``.

    Raises:
        IrregularError: the folder, or its ``.gitignore``, is a link or something else that is not ours.
        OSError: it cannot be created.
    """
    try:
        require_folder(private)
    except FileNotFoundError:
        with contextlib.suppress(FileExistsError):
            Path(private).mkdir()
        require_folder(private)
    ignore = file_in(private, ".gitignore")
    # A hard link is only refused where it would be written to.
    status = require_regular(ignore, is_shared=True)
    # An empty one was left by a process that was killed between creating and writing it.
    if status is None or not status.st_size:
        with os.fdopen(open_regular(ignore, os.O_WRONLY | os.O_CREAT), "wb") as file:
            file.write(_IGNORES_ALL)


def require_ignored(private: StrPath, *names: str) -> None:
    """Refuse a private folder whose ``.gitignore`` does not ignore files of these names, or a draft of one.

    Raises:
        NotIgnoredError: git would add one of them.
        OSError: the ``.gitignore`` cannot be read.
    """
    ignore = file_in(private, ".gitignore")
    content = read_regular(ignore, _LARGEST_IGNORE + 1)
    if content == _IGNORES_ALL:
        return
    text = content.decode("utf-8", "replace") if len(content) <= _LARGEST_IGNORE else ""
    for name in names:
        if not all(is_ignored(file, text) for file in (name, draft_name(name))):
            raise NotIgnoredError(ignore, f"a file that does not ignore '{name}'")


def is_held(lock: StrPath) -> bool:
    """Return whether a lock file is held at the moment; one that does not exist is not.

    Raises:
        IrregularError: it is a link, or not a file.
        OSError: it cannot be opened, or the file system has no locks.
    """
    try:
        handle = _try_lock(lambda: open_regular(lock, os.O_RDWR))
    except FileNotFoundError:
        return False
    if handle is None:
        return True
    os.close(handle)
    return False


def hold(lock: StrPath) -> int | None:
    """Hold a lock file until the returned handle is closed, or the process ends; None if another holds it.

    Raises:
        IrregularError: it is a link, or not a file.
        OSError: it cannot be opened, or the file system has no locks.
    """
    return _try_lock(lambda: open_regular(lock, os.O_RDWR | os.O_CREAT, 0o600))


def file_in(folder: StrPath, name: str) -> str:
    """Return the path of a file in a folder, as a string: see `StrPath`."""
    return f"{folder}{os.sep}{name}"


def lock_of(private: Path, path: Path) -> Path:
    """Return the path of the lock of a file, in its private folder."""
    return private / f"{path.name}.lock"


def draft_name(name: str) -> str:
    """Return a random name for a draft of a file; in containers process ids repeat."""
    return f".{name}.{secrets.token_hex(8)}.tmp"


@contextlib.contextmanager
def locked(lock: StrPath, *, patience: float, pause: float = 0.01) -> Iterator[None]:
    """Hold a lock file, which is never written to, against every other process and thread.

    Raises:
        TimeoutError: another process or thread has held it for ``patience`` seconds.
        IrregularError: it is a link, or not a file.
        OSError: it cannot be opened, or the file system has no locks.
    """
    with _hold(lambda: open_regular(lock, os.O_RDWR | os.O_CREAT), patience, pause):
        yield


@contextlib.contextmanager
def sole_writer(path: Path, *, patience: float) -> Iterator[None]:
    """Allow one caller at a time to write a file.

    If the private folder cannot be used, the folder of the file is locked instead, except on Windows. On a
    file system without locks nothing is locked.

    Raises:
        TimeoutError: another caller has been writing it for ``patience`` seconds.
        IrregularError: the file, the private folder or the lock is a link, or something else.
        OSError: the folder cannot be used.
    """
    require_regular(path, is_shared=True)
    with contextlib.ExitStack() as stack:
        try:
            try:
                lock = lock_of(private_folder(path.parent), path)
                stack.enter_context(locked(lock, patience=patience))
            except OSError as error:
                if not _is_unusable(error):
                    raise
                # Windows has no lock of a folder.
                if not ON_WINDOWS:
                    stack.enter_context(_hold(lambda: os.open(path.parent, os.O_RDONLY), patience))
        except OSError as error:
            if isinstance(error, IrregularError) or error.errno not in _WITHOUT_LOCKS:
                raise
        yield


def replace(path: Path, content: bytes, *, mode: int | None = None) -> None:
    """Replace a file atomically: whatever happens, it has either the old content or the new one.

    Only for the `sole_writer` of the file. The draft is written in the private folder, or next to the file
    if that folder cannot be used. ``mode`` is the permissions of the file, those of a new file if None.

    Raises:
        OSError: it cannot be written; it is unchanged.
    """
    try:
        private = private_folder(path.parent)
        _remove_abandoned(private, path.name)
        _replace(private, path, content, mode)
    except OSError as error:
        if not _is_unusable(error):
            raise
        _replace(path.parent, path, content, mode)
    _sync(path.parent)


def _is_unusable(error: OSError) -> bool:
    return not isinstance(error, IrregularError) and error.errno in _UNUSABLE


@contextlib.contextmanager
def _hold(open_lock: Callable[[], int], patience: float, pause: float = 0.01) -> Iterator[None]:
    deadline = time.monotonic() + patience
    while (handle := _try_lock(open_lock)) is None:
        if time.monotonic() >= deadline:
            raise TimeoutError
        time.sleep(pause)
    try:
        yield
    finally:
        # Closing would not release it if the process was forked meanwhile: the child has the handle too.
        _unlock(handle)
        os.close(handle)


def _try_lock(open_lock: Callable[[], int]) -> int | None:
    """Return a handle that holds the lock, None if another process or thread holds it."""
    # Before it is opened: a file that is open and not locked counts as abandoned, and to import takes time.
    lock = _locking()
    handle = open_lock()
    try:
        # A lock that was removed after it was opened excludes nobody: the next process creates a new one.
        is_held = lock(handle) and os.fstat(handle).st_nlink > 0
    except BaseException:
        os.close(handle)
        raise
    if is_held:
        return handle
    os.close(handle)
    return None


def _locking() -> Callable[[int], bool]:
    """Return what locks a handle, and says whether it could."""
    # A browser has no other process to exclude, and filelock warns that it cannot.
    if IN_BROWSER:
        return lambda handle: True
    # Imported at the first write: reading a definition needs no lock.
    from filelock import lock_descriptor

    return partial(lock_descriptor, blocking=False)


def _unlock(handle: int) -> None:
    if not IN_BROWSER:
        from filelock import unlock_descriptor

        unlock_descriptor(handle)


def _replace(folder: Path, path: Path, content: bytes, mode: int | None) -> None:
    draft = folder / draft_name(path.name)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    # Readable by its owner alone until it has the permissions of the file that it replaces.
    handle = os.open(draft, flags, 0o666 if mode is None else 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            # Before the rename: else a power loss could leave the new name with no content.
            os.fsync(file.fileno())
        if mode is not None:
            draft.chmod(mode)
        _move(draft, path)
    except BaseException:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise


def _move(draft: Path, path: Path) -> None:
    """Rename a draft; on Windows wait for who has the file open, such as an editor or a virus scanner."""
    deadline = time.monotonic() + _OPEN_ELSEWHERE_PATIENCE
    while True:
        try:
            draft.replace(path)
        except OSError as error:
            if getattr(error, "winerror", None) not in _OPEN_ELSEWHERE or time.monotonic() >= deadline:
                raise
            time.sleep(_OPEN_ELSEWHERE_PAUSE)
        else:
            return


def _remove_abandoned(private: Path, name: str) -> None:
    """Remove the drafts of a file that killed processes left; the caller is its sole writer."""
    is_draft = re.compile(rf"\.{re.escape(name)}\.[0-9a-f]{{16}}\.tmp").fullmatch
    oldest = time.time() - ABANDONED_AFTER
    for draft in private.iterdir():
        # Another process may have removed it meanwhile.
        with contextlib.suppress(OSError):
            if is_draft(draft.name) and draft.lstat().st_mtime < oldest:
                draft.unlink()


def _sync(folder: Path) -> None:
    """Make the rename survive a power loss, if the system supports that for a folder."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
