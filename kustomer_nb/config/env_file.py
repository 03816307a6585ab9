"""Stores the values of settings where `settings` reads them: in ``.env``, or in the keyring."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import Path

from kustomer_nb.codes import Code
from kustomer_nb.errors import SaveError
from kustomer_nb.jsontext.text_file import TextFile
from kustomer_nb.printable import quoted
from kustomer_nb.storage.files import read_if_present, write_file

from .settings import KEYRING_SERVICE, ask_keyring

_PRIVATE = 0o600
_OF_OTHERS = 0o077
# A variable of a .env file: its name, its value, and a comment.
_LINE = re.compile(
    r"(?P<before>\s*(?:export[^\S\r\n]+)?(?:'[^']+'|[^=#\s]+)[^\S\r\n]*)"
    r"(?:=[^\S\r\n]*(?:'(?:\\'|[^'])*'|\"(?:\\\"|[^\"])*\"|[^\r\n]*?))?"
    r"(?P<comment>[^\S\r\n]+#[^\r\n]*)?[^\S\r\n]*(?P<end>\r\n|\n|\r)?"
)


def write_variables(path: Path, values: Mapping[str, str], *, replace: bool = False) -> Path:
    """Write variables to a ``.env`` file, and return its path; all other lines stay as they are.

    Only its owner can read the file then.

    Raises:
        SaveError: the file cannot be read or written, a value cannot be a line of it, or a variable has
            another value in it, unless ``replace``.
    """
    if any("\0" in value for value in values.values()):
        message = "a value contains a NUL character, which no environment variable can have."
        raise SaveError.from_code(Code.SECRET_NOT_STORED, message, "check the pasted command.")
    before = read_if_present(path)
    if before is None:
        # Before it has a value: nobody else ever reads one.
        before = _new_file(path)
    elif not replace:
        _require_same(before.text, values, path)
    _make_private(path)
    write_file(path, before._replace(text="".join(_lines(before.text, values))), over=before)
    return path


def _new_file(path: Path) -> TextFile:
    try:
        path.touch(mode=_PRIVATE, exist_ok=False)
    except OSError as error:
        message = f"{quoted(str(path))} cannot be written: {error.strerror}."
        raise SaveError.from_code(Code.SECRET_NOT_STORED, message, "choose another path.") from error
    return TextFile("")


def _require_same(text: str, values: Mapping[str, str], path: Path) -> None:
    from dotenv import dotenv_values

    present = dotenv_values(stream=StringIO(text), interpolate=False)
    _refuse_others([name for name in values if present.get(name) not in (None, "", values[name])], str(path))


def _refuse_others(names: list[str], holder: str) -> None:
    if names:
        listed = " and ".join(map(quoted, names))
        message = f"{listed} in {quoted(holder)} would be replaced by another value."
        fix = "use another app id; if the old value is not needed any more, remove it there."
        raise SaveError.from_code(Code.SECRET_NOT_STORED, message, fix)


def _make_private(path: Path) -> None:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & _OF_OTHERS:
        try:
            path.chmod(mode & ~_OF_OTHERS)
        except OSError as error:
            message = f"{quoted(str(path))} cannot be made private: {error.strerror}."
            raise SaveError.from_code(Code.SECRET_NOT_STORED, message, "choose another path.") from error


def _lines(text: str, values: Mapping[str, str]) -> Iterator[str]:
    """Yield the lines of a file with new values: in place of the old ones, others at the end."""
    from dotenv.parser import parse_stream

    waiting = dict(values)
    last = ""
    # As in the file: the parser reads a \r\n as it is, if nothing converts it.
    for binding in parse_stream(StringIO(text, newline="")):
        last = binding.original.string
        name = binding.key
        if name is not None and name in values:
            # A variable that is written twice has the last value.
            value = waiting.pop(name, None)
            last = "" if value is None else _replaced(last, value)
        yield last
    end = "\r\n" if "\r\n" in text else "\n"
    if waiting and last and not last.endswith(("\r", "\n")):
        yield end
    for name, value in waiting.items():
        yield f"{name}={_written(value)}{end}"


def _replaced(line: str, value: str) -> str:
    """Return a line with another value; what is around that stays, such as export and a comment."""
    match = _LINE.fullmatch(line)
    if match is None:  # pragma: no cover - the parser has read a variable in it
        raise ValueError
    return f"{match['before']}={_written(value)}{match['comment'] or ''}{match['end'] or chr(10)}"


def _written(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def store_in_keyring(values: Mapping[str, str], *, replace: bool = False) -> None:
    """Write the values of settings to the keyring of this computer, by their keys.

    Raises:
        SaveError: the package keyring is not installed, the keyring refuses, or it has another value, unless
            ``replace``.
    """
    try:
        import keyring
    except ImportError:
        message = "the package keyring is not installed."
        raise SaveError.from_code(
            Code.SECRET_NOT_STORED, message, "pip install keyring, or use .env."
        ) from None
    if not replace:
        present = {key: ask_keyring(key) for key in values}
        _refuse_others([key for key in values if present[key] not in (None, "", values[key])], "the keyring")
    for key, value in values.items():
        try:
            keyring.set_password(KEYRING_SERVICE, key, value)
        except Exception as error:  # one of the many ways a backend fails
            message = f"the keyring did not store {quoted(key)} ({type(error).__name__})."
            fix = "unlock the keyring, or use .env."
            # Not as its cause: the error of a backend may hold the value.
            failure = SaveError.from_code(Code.SECRET_NOT_STORED, message, fix)
        else:
            continue
        raise failure
