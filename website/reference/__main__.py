"""Writes the generated pages of docs/reference/: ``python -m website.reference``."""

from __future__ import annotations

from pathlib import Path

from . import PAGES

if __name__ == "__main__":
    folder = Path(__file__).parents[2] / "docs/reference"
    for name, page in PAGES.items():
        (folder / name).write_text(page(), encoding="utf-8")
