"""Builds the site: ``python -m website [FOLDER]``, or dist/docs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .building import build
from .sources import ROOT

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m website", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "dist/docs")
    folder: Path = parser.parse_args().folder
    status = build(folder.resolve())
    if not status:
        print(f"{folder}: open {folder / 'index.html'} in a browser.")
    sys.exit(status)
