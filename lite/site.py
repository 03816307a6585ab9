"""The static site: JupyterLite, Pyodide with the wheels, our extension, and the notebooks."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

from packaging.requirements import Requirement

from .distribution import write_distribution
from .wheels import ROOT, WHEELS, build_wheel, download, required

NOTEBOOKS = ROOT / "notebooks"
# Bytes of the whole site.
LARGEST = 50_000_000
KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
# Each built site has them; what a site is built from has only the first.
SITE = ("jupyter-lite.json", "lab/index.html")
# What the kernel itself needs.
PACKAGES = ("micropip", "comm", "ipython", "jedi")
# They are loaded when the kernel starts, and others when they are imported.
_OPTIONS = {"disablePyPIFallback": True, "loadPyodideOptions": {"packages": [*PACKAGES]}}


def build(
    output: Path, jupyter: Path, *, with_package: bool = True, notebooks: Iterable[Path] | None = None
) -> None:
    """Build the site in a folder, in place of the one there; ``jupyter`` is the command of jupyterlite-core.

    It has the tutorials, or else ``notebooks``. Without the package it is a JupyterLite site as any other, to
    compare with.

    Raises:
        OutputError: the folder must not be replaced; nothing has been changed.
        subprocess.CalledProcessError: a step failed; its output has been printed. The folder is as it was.
    """
    require_replaceable(output)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        wheels = download([*map(Requirement, PACKAGES), *(required("demo") if with_package else [])], WHEELS)
        extensions = []
        if with_package:
            extensions = [build_wheel(folder)]
            wheels += extensions
        write_distribution(folder / "lite/static/pyodide", wheels)
        _write_json(folder / "lite/jupyter-lite.json", _settings())
        _write_json(folder / "lite/jupyter_lite_config.json", _configuration(extensions))
        contents = folder / "contents"
        contents.mkdir()
        for path in _tutorials() if notebooks is None else notebooks:
            shutil.copy(path, contents)
        site = folder / "site"
        command = [jupyter, "lite", "build", "--lite-dir", folder / "lite", "--contents", contents]
        command += ["--output-dir", site, "--no-sourcemaps"]
        done = subprocess.run(
            command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        if done.returncode:
            print(done.stdout)
            done.check_returncode()
        replace(output, site)


class OutputError(Exception):
    """A folder that is not replaced by a site."""


def require_replaceable(output: Path) -> None:
    """Check that a folder may be replaced by a site: it is missing, empty, or a site.

    Raises:
        OutputError: it has something else, or the repository is in it.
    """
    output = output.resolve()
    if ROOT.resolve().is_relative_to(output):
        raise OutputError(
            f"{output} has this repository in it. Fix: name a folder of its own, such as dist/lite."
        )
    if output.exists() and not output.is_dir():
        raise OutputError(f"{output} is a file. Fix: name a folder.")
    missing = [name for name in SITE if not (output / name).is_file()]
    if output.is_dir() and any(output.iterdir()) and missing:
        raise OutputError(
            f"{output} is not empty, and is not a site: it has no {missing[0]}. "
            "Fix: name a new or an empty folder."
        )


def replace(output: Path, site: Path) -> None:
    """Move a site to a folder, in place of the site that is there.

    Raises:
        OutputError: the folder must not be replaced.
    """
    require_replaceable(output)
    if output.exists():
        shutil.rmtree(output)
    output.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(site, output)


def size(folder: Path) -> int:
    """Return the bytes of all files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _tutorials() -> list[Path]:
    return [*NOTEBOOKS.glob("*.ipynb"), NOTEBOOKS / "ecommstore.json"]


def _settings() -> dict[str, object]:
    settings = {KERNEL: _OPTIONS}
    return {"jupyter-lite-schema-version": 0, "jupyter-config-data": {"litePluginSettings": settings}}


def _configuration(extensions: list[Path]) -> dict[str, object]:
    return {"LiteBuildConfig": {"federated_extensions": list(map(str, extensions))}}


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2), encoding="utf-8")
