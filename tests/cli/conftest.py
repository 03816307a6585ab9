"""Calls of the command line within this process."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator

import pytest
from click.testing import CliRunner, Result

from kustomer_nb.cli import main

Call = Callable[..., Result]


@pytest.fixture
def own_signals() -> Iterator[None]:
    """What a verb does about signals ends with the test."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def call(own_signals: None) -> Call:
    def invoke(*arguments: object, stdin: str | bytes = "") -> Result:
        result = CliRunner().invoke(
            main, [str(argument) for argument in arguments], input=stdin, prog_name="kustomer-nb"
        )
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return invoke


@pytest.fixture
def in_80_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
