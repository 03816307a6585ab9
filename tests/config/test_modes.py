"""The modes of a run, and whether it is kept in the history."""

from __future__ import annotations

import pytest

from kustomer_nb.config import keeps_history
from kustomer_nb.config.modes import HISTORY_VARIABLE
from kustomer_nb.config.profile import Profile


@pytest.mark.parametrize("value", ["off", "OFF", "0", "false", "no"])
def test_the_environment_can_turn_the_history_off(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HISTORY_VARIABLE, value)

    assert not keeps_history(Profile(history=True))


@pytest.mark.parametrize("history", [True, False])
def test_otherwise_the_profile_decides(history: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(HISTORY_VARIABLE, raising=False)

    assert keeps_history(Profile(history=history)) is history
