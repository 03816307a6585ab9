"""The data options of curl: what each adds to the body or the query, and the files that they read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from kustomer_nb.codes import Code
from kustomer_nb.printable import quoted

from .notes import problem
from .words import MARKER

if TYPE_CHECKING:
    from kustomer_nb.diagnostics import Diagnostic

# More than any definition should contain.
LARGEST_FILE = 1_000_000
_FILE_NAME = re.compile(r"[\w./\\ ~-]+\.[A-Za-z][A-Za-z0-9]{0,4}")
_DATA = frozenset({"data", "data-ascii", "data-raw", "data-binary", "data-urlencode", "json"})


@dataclass(slots=True)
class DataReader:
    """Reads the values of data options. Files are read only from ``folder``, and stdin is a here-document."""

    folder: Path | None = None
    stdin: str | None = None
    problems: list[Diagnostic] = field(default_factory=list)
    has_encoded_variable: bool = False

    def read(self, option: str, value: str) -> str:
        """Return the text that a data option adds.

        Example:
            >>> reader = DataReader()
            >>> [reader.read("data-urlencode", value) for value in ("a b&", "=a b", "n=a b")]
            ['a+b%26', 'a+b', 'n=a+b']
            >>> reader.read("data-raw", "@x")
            '@x'
        """
        if option in ("data-urlencode", "url-query"):
            return self._urlencoded(value)
        if option == "data-raw" or not value.startswith("@"):
            return value
        text = self._file(value[1:], option)
        # curl joins the lines of a file, unless it is read as binary or JSON.
        return text if option in ("data-binary", "json") else text.translate({10: None, 13: None, 0: None})

    def _urlencoded(self, value: str) -> str:
        name, equals, content = value.partition("=")
        if not equals:
            name, at, file = value.partition("@")
            content = self._file(file, "data-urlencode") if at else value
            name = name if at else ""
        encoded = self.encoded(content)
        return f"{name}={encoded}" if name else encoded

    def encoded(self, text: str) -> str:
        """Return a text as curl encodes it; a marker stays one.

        Example:
            >>> DataReader().encoded("a b~é")
            'a+b~%C3%A9'
        """
        if MARKER.search(text):
            self.has_encoded_variable = True
        parts = MARKER.split(text)
        markers = [*MARKER.findall(text), ""]
        encoded = [quote(part, safe="-._~", errors="surrogateescape").replace("%20", "+") for part in parts]
        return "".join(part + marker for part, marker in zip(encoded, markers, strict=True))

    def _file(self, name: str, option: str) -> str:
        if name == "-":
            if self.stdin is not None:
                return self.stdin
            self._report(f"--{option} @- reads stdin", "write the data in place of @-.")
            return ""
        # Without an ending it may be a password with an @.
        label = f"the file {quoted(name)}" if _FILE_NAME.fullmatch(name) else "a file"
        if self.folder is None:
            self._report(
                f"--{option} reads {label}",
                "pass the folder that contains it, or write the data in its place.",
            )
            return ""
        root = self.folder.resolve()
        path = (root / name).resolve()
        if not path.is_relative_to(root) or not path.is_file():
            self._report(
                f"--{option} reads {label}, which is not in that folder", "write the data in its place."
            )
            return ""
        return self._content(path, f"--{option} reads {label}")

    def _content(self, path: Path, what: str) -> str:
        try:
            if path.stat().st_size > LARGEST_FILE:
                self._report(f"{what}, which is too large for a definition", "use a smaller example.")
                return ""
            return path.read_bytes().decode("utf-8")
        except UnicodeDecodeError:
            self._report(
                f"{what}, which is not UTF-8 text", "rest_api sends text only; send it as base64 in JSON."
            )
        except OSError as error:
            self._report(f"{what}, which cannot be read ({type(error).__name__})", "check its permissions.")
        return ""

    def _report(self, message: str, fix: str) -> None:
        self.problems.append(problem(Code.FILE_NOT_READ, f"{message}.", fix))


def is_data(option: str) -> bool:
    """Return whether an option adds to the body."""
    return option in _DATA
