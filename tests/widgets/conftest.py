from __future__ import annotations

from pathlib import Path

import pytest

from kustomer_nb.widgets import resuming


@pytest.fixture(autouse=True)
def own_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A definition without a file has the history of the working directory, which is no test's business."""
    monkeypatch.chdir(tmp_path)
    # What was typed stays in the process, for the next workbench of the same project.
    monkeypatch.setattr(resuming, "_SECRETS", {})
    monkeypatch.setattr(resuming, "_TYPED", {})
