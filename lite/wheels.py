"""The wheels that Pyodide needs, downloaded from PyPI once.

pip evaluates the markers of requirements for the Python it runs in, also when it downloads for another
platform. So the requirements are followed here.
"""

from __future__ import annotations

import email
import json
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterable
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

ROOT = Path(__file__).parents[1]
PYODIDE = ROOT / "lite/node_modules/pyodide"
# Downloaded ones stay, for the next site and for the tests.
WHEELS = ROOT / "lite/wheels"
# What a browser draws widgets with is a part of the site, not of Python.
FRONT_ENDS = frozenset({"jupyterlab-widgets", "widgetsnbextension"})


def required(extra: str) -> list[Requirement]:
    """Return what this package requires under Pyodide, with one of its extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return _applying([*project["dependencies"], *project["optional-dependencies"][extra]])


def build_wheel(folder: Path) -> Path:
    """Build the wheel of this repository in a folder, and return its path."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return next(folder.glob("kustomer_nb-*.whl"))


def required_by(wheel: Path, extras: Iterable[str] = ()) -> list[Requirement]:
    """Return what a wheel requires under Pyodide, with these of its extras."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = email.message_from_bytes(archive.read(name))
    return _applying(metadata.get_all("Requires-Dist", []), extras)


def _applying(requirements: Iterable[str], extras: Iterable[str] = ()) -> list[Requirement]:
    environments = [{**_environment(), "extra": extra} for extra in ("", *extras)]
    return [
        requirement
        for requirement in map(Requirement, requirements)
        if requirement.marker is None or any(map(requirement.marker.evaluate, environments))
    ]


def download(requirements: Iterable[Requirement], folder: Path) -> list[Path]:
    """Return the wheels of requirements and of all that they require, downloaded to a folder if missing.

    Raises:
        ValueError: two of them require versions that exclude each other.
        subprocess.CalledProcessError: pip could not download one; its message has been printed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    wheels: dict[str, Path] = {}
    extras: dict[str, set[str]] = {}
    pending = list(requirements)
    while pending:
        missing = [requirement for requirement in pending if _name(requirement) not in _present(folder)]
        _pip_download(missing, folder)
        present = _present(folder)
        following: list[Requirement] = []
        for requirement in pending:
            name = _name(requirement)
            wheel = wheels[name] = present[name]
            if parse_wheel_filename(wheel.name)[1] not in requirement.specifier:
                msg = f"{wheel.name} is not {requirement}: remove {folder}, and try again"
                raise ValueError(msg)
            seen = extras.setdefault(name, set())
            if requirement.extras - seen or not seen:
                seen |= {"", *requirement.extras}
                following += required_by(wheel, requirement.extras)
        pending = [requirement for requirement in following if _name(requirement) not in FRONT_ENDS]
    return [wheels[name] for name in sorted(wheels)]


def _name(requirement: Requirement) -> str:
    return canonicalize_name(requirement.name)


def _present(folder: Path) -> dict[str, Path]:
    return {parse_wheel_filename(path.name)[0]: path for path in folder.glob("*.whl")}


def _pip_download(requirements: Iterable[Requirement], folder: Path) -> None:
    bare = sorted({f"{requirement.name}{requirement.specifier}" for requirement in requirements})
    if not bare:
        return
    info = _pyodide()
    options = [
        "--platform",
        f"pyemscripten_{info['abi_version']}_wasm32",
        "--only-binary",
        ":all:",
        "--no-deps",
    ]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", *options]
    subprocess.run([*command, "--python-version", _python(), "--dest", folder, *bare], check=True)


def _pyodide() -> dict[str, str]:
    info: dict[str, str] = json.loads((PYODIDE / "pyodide-lock.json").read_text(encoding="utf-8"))["info"]
    return info


def _python() -> str:
    return ".".join(_pyodide()["python"].split(".")[:2])


def _environment() -> dict[str, str]:
    """Return the variables of markers under Pyodide."""
    full = _pyodide()["python"]
    return {
        "implementation_name": "cpython",
        "implementation_version": full,
        "os_name": "posix",
        "platform_machine": "wasm32",
        "platform_python_implementation": "CPython",
        "platform_system": "Emscripten",
        "python_full_version": full,
        "python_version": _python(),
        "sys_platform": "emscripten",
    }


if __name__ == "__main__":
    # Besides what the package requires, what is named, such as pytest for the tests.
    download([*required("demo"), *map(Requirement, sys.argv[1:])], WHEELS)
