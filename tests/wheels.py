"""The wheel of this package, and an environment that has nothing but it."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]


def build_wheel(folder: Path) -> Path:
    """Build the wheel, as pip does but with the hatchling that is installed, and return its path."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    subprocess.run(command, cwd=ROOT, check=True)
    (path,) = folder.glob("*.whl")
    return path


def make_environment(home: Path) -> Path:
    """Make an empty environment, and return its Python; it imports the libraries of these tests.

    To install JupyterLab once more takes a minute. The extensions that it finds are those of the environment.
    """
    venv.create(home, with_pip=False)
    site = Path(sysconfig.get_path("purelib", vars={"base": str(home), "platbase": str(home)}))
    # The folder alone: the links of editable installs, .pth files in it, are not followed.
    (site / "tests.pth").write_text(sysconfig.get_path("purelib"))
    return home / "bin/python"


def link_widgets(home: Path) -> None:
    """Give an environment what draws widgets in JupyterLab, as ipywidgets and anywidget bring it."""
    extensions = Path("share/jupyter/labextensions")
    (home / extensions).mkdir(parents=True, exist_ok=True)
    for name in ("anywidget", "@jupyter-widgets"):
        (home / extensions / name).symlink_to(sys.prefix / extensions / name)


def pip(python: Path, *arguments: str | Path) -> None:
    """Run pip for an environment."""
    command = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check", "--quiet"]
    subprocess.run([*command, *arguments], check=True)


def install(python: Path, wheel: Path) -> None:
    """Install a wheel alone."""
    # Without it, pip leaves the package of these tests, which it sees, as it is.
    pip(python, "install", "--no-deps", "--no-compile", "--no-index", "--force-reinstall", wheel)
