"""What is wrong with the layout of a page: words that are cut or covered, and parts that are too wide."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

FAULTS = (Path(__file__).parent / "layout.js").read_text(encoding="utf-8")


def layout_faults(page: Page, of: str) -> list[str]:
    """Return what is cut, covered or too wide in a part of the page, and in what is open above it."""
    faults: list[str] = page.evaluate(FAULTS, of)
    return faults
