"""Builds the site: ``python -m lite [FOLDER]``, or dist/lite; ``make lite`` installs what it needs."""

from __future__ import annotations

import argparse
from pathlib import Path

from .site import OutputError, build, size
from .wheels import ROOT

JUPYTER = ROOT / ".venv-lite/bin/jupyter"

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m lite", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "dist/lite")
    folder: Path = parser.parse_args().folder
    try:
        build(folder.resolve(), JUPYTER)
    except OutputError as error:
        parser.error(str(error))
    print(f"{folder}: {size(folder) / 1e6:.1f} MB. Serve it from any address:")
    print(f"  python -m http.server --bind 127.0.0.1 --directory {folder}")
