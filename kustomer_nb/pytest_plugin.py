"""The pytest plugin: saved notebooks are compared by text, not by HTML."""

from __future__ import annotations

from typing import Any

from kustomer_nb.notebook_comparison import compare_by_text


def pytest_itemcollected(item: Any) -> None:
    """Compare the outputs of a cell that ``pytest --nbval`` collects by the text of our values."""
    # By what is used of it, so that nbval is not imported where it is not installed.
    if hasattr(item, "compare_outputs") and hasattr(item, "cell_num"):
        compare_by_text(item)
