"""The last test results of a folder of the server, which its API of files does not give: they are hidden."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from kustomer_nb.config import project_root
from kustomer_nb.shell_words import shell_command
from kustomer_nb.testing.last_results import LastResults, read_results

# A page asks for the folders of its definitions.
MOST_FOLDERS = 50


def last_results(root: Path, folders: Sequence[str]) -> list[dict[str, Any]]:
    """Return the last test run of each project that the folders are in.

    ``root`` is the folder that the server shows, and ``folders`` are paths in it, with slashes. Of what is
    outside it, also by a link, nothing is read. Only one file of a project is, with names and outcomes.

    Example:
        >>> import tempfile
        >>> last_results(Path(tempfile.mkdtemp()), ["", "../..", "missing"])
        []
    """
    top = root.resolve()
    projects = dict.fromkeys(_project(top, folder) for folder in folders[:MOST_FOLDERS])
    read = {project: read_results(project) for project in projects if project is not None}
    return [_run(top, project, results) for project, results in read.items() if results is not None]


def command_of_tests() -> str:
    """Return the command that runs tests in a terminal of this server.

    It names the Python of this server: a login shell has a PATH of its own.

    Example:
        >>> command_of_tests().endswith(" test")
        True
    """
    return shell_command([sys.executable, "-m", "kustomer_nb", "test"])


def _project(top: Path, folder: str) -> Path | None:
    try:
        path = top.joinpath(*PurePosixPath(folder.strip("/")).parts).resolve()
        # Its folder is that of a definition in it.
        project = project_root(path / "definition.json")
    except (OSError, ValueError):
        return None
    return project if project.is_relative_to(top) else None


def _run(top: Path, project: Path, last: LastResults) -> dict[str, Any]:
    folder = project.relative_to(top)
    return {
        "folder": "" if folder == Path() else folder.as_posix(),
        "at": last.at.isoformat(),
        "counts": {outcome.value: count for outcome, count in last.counts.items()},
        "results": [
            {
                "path": (folder / result.file).as_posix() if result.file else "",
                "name": result.name,
                "outcome": result.outcome.value,
            }
            for result in last.results
        ],
    }
