"""The files of Binder, used as repo2docker uses them: install, postBuild, and a notebook that runs."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.browser.lab import free_port
from tests.cli.processes import answers, until
from tests.work import SLOW

ROOT = Path(__file__).parents[1]
NOTEBOOK = "notebooks/01-first-action.ipynb"
pytestmark = pytest.mark.skipif(not SLOW, reason="make test-slow runs it: it installs JupyterLab anew")


def test_the_set_up_installs_and_the_first_tutorial_opens_and_runs(tmp_path: Path) -> None:
    sources, home = tmp_path / "sources", tmp_path / "env"
    archive = tmp_path / "sources.tar"
    subprocess.run(["git", "archive", "--output", archive, "HEAD"], cwd=ROOT, check=True)
    with tarfile.open(archive) as tar:
        tar.extractall(sources, filter="data")
    variables = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "KUSTOMER"))
    }
    environment = {
        **variables,
        "PATH": f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(tmp_path),
    }

    def run(*command: object) -> None:
        subprocess.run([*map(str, command)], cwd=sources, env=environment, check=True)

    run(sys.executable, "-m", "venv", home)
    run("python", "-m", "pip", "install", "--quiet", "--no-cache-dir", "-r", "binder/requirements.txt")
    run("bash", "binder/postBuild")
    run("jupyter", "execute", NOTEBOOK)
    port = free_port()
    command = [
        "jupyter",
        "lab",
        "--no-browser",
        f"--ServerApp.port={port}",
        "--IdentityProvider.token=",
        "--allow-root",
    ]
    with subprocess.Popen(command, cwd=sources, env=environment, stderr=subprocess.DEVNULL) as server:
        try:
            assert until(lambda: answers(f"http://127.0.0.1:{port}/lab/tree/{NOTEBOOK}"))
        finally:
            server.terminate()
