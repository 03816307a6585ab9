"""JupyterLab as a process of its own, which the verbs ``lab`` and ``open`` start."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType

from .console import prints_json
from .failures import USAGE, show_usage_error


def require_jupyterlab(extras: str) -> None:
    """Exit with a usage error if JupyterLab is not installed; ``extras`` are those that bring it."""
    if importlib.util.find_spec("jupyterlab") is None:
        show_usage_error("JupyterLab is not installed.", f'pip install "kustomer-nb[{extras}]"')
        sys.exit(USAGE)


def run_jupyterlab(
    arguments: Sequence[str], *, extension: Path | None, environment: Mapping[str, str] | None = None
) -> int:
    """Run JupyterLab until it ends, and return its exit code, 0 after a signal.

    ``extension`` is a folder for JUPYTER_PATH, with the extension from the sources.
    """
    command = [sys.executable, "-m", "jupyterlab", *arguments]
    # In a container the only user is often root, which JupyterLab refuses without this.
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    # Stdout holds one JSON document and nothing else.
    output = subprocess.DEVNULL if prints_json() else None
    variables = {**os.environ, **(environment or {}), **_jupyter_path(extension), "PATH": _path()}
    child = subprocess.Popen(command, env=variables, stdout=output)  # noqa: S603
    _pass_on_signals(child)
    return max(child.wait(), 0)


def _path() -> str:
    """Return a PATH on which cells and terminals find ``kustomer-nb`` where no environment is active."""
    folder, path = str(Path(sys.executable).parent), os.environ.get("PATH", "")
    return path if folder in path.split(os.pathsep) else os.pathsep.join(filter(None, (folder, path)))


def _jupyter_path(extension: Path | None) -> dict[str, str]:
    if extension is None:
        return {}
    # Before an editable install, whose copies may be older.
    paths = [str(extension), os.environ.get("JUPYTER_PATH", "")]
    return {"JUPYTER_PATH": os.pathsep.join(path for path in paths if path)}


def _pass_on_signals(child: subprocess.Popen[bytes]) -> None:
    """Leave Ctrl+C to JupyterLab, which asks whether to stop, and pass SIGTERM on to it."""

    def terminate(number: int, frame: FrameType | None) -> None:
        child.terminate()

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, terminate)
