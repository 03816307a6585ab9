"""One server for all tests that send."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.request.copies.replays import Recorder, recording


@pytest.fixture(scope="package")
def recorder() -> Iterator[Recorder]:
    with recording() as recorder:
        yield recorder


@pytest.fixture(autouse=True)
def no_history(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUSTOMER_NB_HISTORY", "off")
