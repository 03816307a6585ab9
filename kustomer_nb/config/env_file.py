"""Stores the values of settings where `settings` reads them: in ``.env``, or in the keyring."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import Path

from kustomer_nb.codes import Code
from kustomer_nb.errors import SaveError
from kustomer_nb.jsontext.text_file import TextFile
from kustomer_nb.printable import quoted
from kustomer_nb.storage.files import read_if_present, write_file

from .settings import KEYRING_SERVICE

_PRIVATE = 0o600


def write_variables(path: Path, values: Mapping[str, str]) -> Path:
    """Write variables to a ``.env`` file, and return its path; all other lines stay as they are.

    A new file can be read by its owner only.

    Raises:
        SaveError: the file cannot be read or written, or a value cannot be a line of it.
    """
    if any("\0" in value for value in values.values()):
        message = "a value contains a NUL character, which no environment variable can have."
        raise SaveError.from_code(Code.SECRET_NOT_STORED, message, "check the pasted command.")
    before = read_if_present(path)
    if before is None:
        # Before it has a value: nobody else ever reads one.
        before = _new_file(path)
    write_file(path, before._replace(text="".join(_lines(before.text, values))), over=before)
    return path


def _new_file(path: Path) -> TextFile:
    try:
        path.touch(mode=_PRIVATE, exist_ok=False)
    except OSError as error:
        message = f"{quoted(str(path))} cannot be written: {error.strerror}."
        raise SaveError.from_code(Code.SECRET_NOT_STORED, message, "choose another path.") from error
    return TextFile("")


def _lines(text: str, values: Mapping[str, str]) -> Iterator[str]:
    """Yield the lines of a file with new values: in place of the old ones, others at the end."""
    from dotenv.parser import parse_stream

    waiting = dict(values)
    last = ""
    for binding in parse_stream(StringIO(text)):
        last = binding.original.string
        name = binding.key
        if name is not None and name in values:
            # A variable that is written twice has the last value.
            value = waiting.pop(name, None)
            last = "" if value is None else f"{_leading(last)}{_line(name, value)}"
        yield last
    if waiting and last and not last.endswith("\n"):
        yield "\n"
    for name, value in waiting.items():
        yield _line(name, value)


def _leading(line: str) -> str:
    return line[: len(line) - len(line.lstrip("\r\n"))]


def _line(name: str, value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"{name}='{escaped}'\n"


def store_in_keyring(values: Mapping[str, str]) -> None:
    """Write the values of settings to the keyring of this computer, by their keys.

    Raises:
        SaveError: the package keyring is not installed, or the keyring refuses.
    """
    try:
        import keyring
    except ImportError:
        message = "the package keyring is not installed."
        raise SaveError.from_code(
            Code.SECRET_NOT_STORED, message, "pip install keyring, or use .env."
        ) from None
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
