"""Calls of the command line within this process."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from kustomer_nb.cli import main

Call = Callable[..., Result]


@pytest.fixture
def call() -> Call:
    def invoke(*arguments: object, stdin: str | bytes = "") -> Result:
        result = CliRunner().invoke(
            main, [str(one) for one in arguments], input=stdin, prog_name="kustomer-nb"
        )
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return invoke


@pytest.fixture
def in_80_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
