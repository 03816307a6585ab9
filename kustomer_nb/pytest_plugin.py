"""The pytest plugin: saved notebooks are compared by text, not by HTML."""

from __future__ import annotations

from typing import Any

# Our HTML contains durations and the port of the demo store; the text of the same output is stable.
VOLATILE = ("text/html",)


def pytest_collectstart(collector: Any) -> None:
    """Exclude HTML from the comparison of ``pytest --nbval``, only in notebooks that use this package."""
    if hasattr(collector, "skip_compare") and "kustomer_nb" in collector.path.read_text(encoding="utf-8"):
        collector.skip_compare = (*collector.skip_compare, *VOLATILE)
