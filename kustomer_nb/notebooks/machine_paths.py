"""The paths of a machine in tracebacks and warnings, and what is shown in their place."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

# Folders at the root of some system. Others, such as /orders, begin the path of a URL or a pointer.
_TOP = (
    "Applications|Library|Users|Volumes|bin|builds|content|etc|home|kaggle|lib|lib64|media|mnt|nix|opt|private|"
    "root|runner|snap|srv|tmp|usr|var|workspace|workspaces"
)
_NAME = r"[^/\\\s\"'`<>|:*?,;()\[\]{}\x1b]"
_ESCAPE = r"(?:\x1b\[[0-9;]*m)*"
# Before a path: not a part of a longer one, of a URL, or of a template such as /#steps.
_BEGIN = r"(?<![\w/\\.~#}>$-])(?:file://(?=/))?"
_POSIX = re.compile(rf"{_BEGIN}/(?:{_TOP})(?:/{_NAME}+)+/?")
_USER = re.compile(rf"{_BEGIN}/(?:home|Users)/{_NAME}+")
_WINDOWS = re.compile(
    rf"(?<![A-Za-z0-9])(?:file:///)?(?:[A-Za-z]:|\\\\[A-Za-z][\w.-]{{2,}})"
    rf"(?:(?:\\\\|[\\/])(?:{_NAME}| (?=[^\"'\n:]*[\\/]))+)+"
)
# The file of a frame, whatever its folder: File "/a b/c.py", line 3; File /a/c.py:3; /a/c.py:3: Warning.
_FRAME_FILE = r"(?:/|[A-Za-z]:[\\/])[^\"'\n\x1b]*?"
_FRAMES = (
    re.compile(rf"(?<=File \")(?P<path>{_FRAME_FILE})(?=\", line \d)"),
    re.compile(rf"(?<=File ){_ESCAPE}(?P<path>{_FRAME_FILE})(?=:\d)"),
    re.compile(
        rf"^{_ESCAPE}(?P<path>{_FRAME_FILE})(?={_ESCAPE}(?::\d+|\(\d+\)|{_ESCAPE} in ))", re.MULTILINE
    ),
)
_PACKAGES = re.compile(r".*[/\\](?:site|dist)-packages[/\\]", re.DOTALL)
_LIBRARY = re.compile(r".*[/\\]lib(?:64)?[/\\](?=python3\.\d+[/\\])", re.DOTALL)
# ipykernel compiles each cell as a file in the temporary folder, with the id of the process.
_CELL = re.compile(r".*[/\\]ipykernel_\d+[/\\]\d+\.py", re.DOTALL)
CELL = "<cell>"
_SHORTEST = 3


class MachinePaths:
    r"""Shortens the paths of this machine, and of others, to what says something elsewhere too.

    A file of the project is relative to its root, one of a package begins with ``site-packages``, and of
    any other only the name stays.

    Example:
        >>> paths = MachinePaths(Path("/home/ann/shop"))
        >>> paths.shortened('File "/home/ann/shop/helpers/dates.py", line 3, in parse')
        'File "helpers/dates.py", line 3, in parse'
        >>> paths.shortened("GET /orders/7 and /inputTemplate/uri stay; /home/bob/x/y.json does not.")
        'GET /orders/7 and /inputTemplate/uri stay; …/y.json does not.'
    """

    def __init__(self, root: Path) -> None:
        self._root = str(root)
        self._known = tuple(dict.fromkeys(_known_folders()))

    def shortened(self, text: str) -> str:
        """Return a traceback, or a line of a log, without absolute paths."""
        if "/" not in text and "\\" not in text:
            return text
        for frame in _FRAMES:
            text = frame.sub(lambda match: match[0].replace(match["path"], self._short(match["path"])), text)
        for known in (self._root, *self._known):
            text = _below(known).sub(lambda match: self._short(match[0]), text)
        for pattern in (_POSIX, _USER, _WINDOWS):
            text = pattern.sub(lambda match: self._short(match[0]), text)
        return text

    def _short(self, path: str) -> str:
        path = path.removeprefix("file://")
        if _CELL.fullmatch(path):
            return CELL
        for folder in (self._root, _tilde(self._root)):
            if path.startswith((f"{folder}/", f"{folder}\\")):
                return path[len(folder) + 1 :]
            if path == folder:
                return "."
        for pattern, prefix in ((_PACKAGES, "site-packages/"), (_LIBRARY, "")):
            short = pattern.sub(prefix, path, count=1)
            if short != path:
                return short
        name = re.split(r"[/\\]", path.rstrip("/\\"))[-1]
        return f"…/{name}"


def _known_folders() -> Iterator[str]:
    """Yield the folders of this machine that a path may be below, also where no other machine has them."""
    home = os.path.expanduser("~")  # noqa: PTH111 - Path.home raises where there is none
    folders = [home, tempfile.gettempdir(), sys.prefix, sys.base_prefix, os.getcwd()]  # noqa: PTH109
    yield from (folder for folder in folders if len(folder) > _SHORTEST and len(Path(folder).parts) > 1)


def _below(folder: str) -> re.Pattern[str]:
    """Return the pattern of a folder and what is in it; also as ~, which IPython writes for the home."""
    names = "|".join(re.escape(name) for name in dict.fromkeys((folder, _tilde(folder))) if name)
    return re.compile(rf"(?<![\w/\\.-])(?:file://)?(?:{names})(?![\w-])(?:[/\\]{_NAME}+)*")


def _tilde(path: str) -> str:
    home = os.path.expanduser("~")  # noqa: PTH111 - Path.home raises where there is none
    is_below = len(home) > _SHORTEST and path.startswith(f"{home}{os.sep}")
    return f"~{path[len(home) :]}" if is_below else path
