from __future__ import annotations

from pathlib import Path

import pytest

from kustomer_nb.config import FILE
from tests.run.machines import Everywhere, Written


@pytest.fixture
def in_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Written:
    """Return what writes ``kustomer-nb.toml`` in the current folder."""

    def write(text: str) -> None:
        (tmp_path / FILE).write_text(text)

    monkeypatch.chdir(tmp_path)
    return write


@pytest.fixture
def service() -> Everywhere:
    return Everywhere()
