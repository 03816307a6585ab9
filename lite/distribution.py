"""Pyodide as the site serves it: its core, the wheels, and the list of them that Pyodide reads."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Any

from packaging.utils import canonicalize_name, parse_wheel_filename

from .wheels import FRONT_ENDS, PYODIDE, required_by

CORE = ("pyodide.asm.mjs", "pyodide.asm.wasm", "pyodide.mjs", "python_stdlib.zip")
LOCK = "pyodide-lock.json"
# What is imported with a package, and is none of its own requirements: the notebooks start the demo store.
EXTRAS = {"kustomer-nb": ("demo",)}


def write_distribution(folder: Path, wheels: Iterable[Path]) -> None:
    """Write Pyodide with these wheels to a folder, which is created.

    The list of npm's package names files that are not in it, so this one has nothing but the wheels.
    """
    folder.mkdir(parents=True)
    for name in CORE:
        shutil.copy(PYODIDE / name, folder)
    paths = list(wheels)
    names = {parse_wheel_filename(path.name)[0] for path in paths}
    packages = {}
    for path in paths:
        shutil.copy(path, folder)
        entry = _entry(path, names)
        packages[entry["name"]] = entry
    npm = json.loads((PYODIDE / LOCK).read_text(encoding="utf-8"))
    (folder / LOCK).write_text(json.dumps({**npm, "packages": packages}, indent=1), encoding="utf-8")


def _entry(path: Path, names: set[str]) -> dict[str, Any]:
    name, version, *_ = parse_wheel_filename(path.name)
    needed = {
        canonicalize_name(requirement.name) for requirement in required_by(path, EXTRAS.get(name, ()))
    } - FRONT_ENDS
    if missing := needed - names:
        msg = f"{path.name} requires {', '.join(sorted(missing))}, which the site does not have"
        raise ValueError(msg)
    return {
        "name": name,
        "version": str(version),
        "file_name": path.name,
        "install_dir": "site",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "package_type": "package",
        # An import of one of these loads the wheel: a notebook needs no %pip.
        "imports": _imports(path),
        "depends": sorted(needed),
        "unvendored_tests": False,
    }


def _imports(path: Path) -> list[str]:
    """Return the modules and packages at the top of a wheel."""
    with zipfile.ZipFile(path) as archive:
        files = [PurePosixPath(name) for name in archive.namelist()]
    tops = {file.parts[0] for file in files if file.suffix == ".py"}
    return sorted({top.removesuffix(".py") for top in tops if not top.endswith((".data", ".dist-info"))})
