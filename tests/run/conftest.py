from __future__ import annotations

from pathlib import Path

import pytest

from kustomer_nb.config import FILE
from tests.run.services import AnyHostService, WriteConfig


@pytest.fixture
def in_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WriteConfig:
    """Return a function that writes ``kustomer-nb.toml`` in the current folder."""

    def write(text: str) -> None:
        (tmp_path / FILE).write_text(text)

    monkeypatch.chdir(tmp_path)
    return write


@pytest.fixture
def service() -> AnyHostService:
    return AnyHostService()
