"""One server for all tests of copies."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .replays import Recorder, recording


@pytest.fixture(scope="package")
def recorder() -> Iterator[Recorder]:
    with recording() as recorder:
        yield recorder
