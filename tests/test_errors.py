from __future__ import annotations

import pytest
from IPython.core.interactiveshell import InteractiveShell

from kustomer_nb.diagnostics import Diagnostic, Severity, Span
from kustomer_nb.errors import GuardError, InputError, KustomerNbError, TransportError

WRONG_TYPE = Diagnostic("KNB702", Severity.ERROR, "/id", '"x" is not a number.', "pass a number.")
UNKNOWN = Diagnostic("KNB703", Severity.ERROR, "", '"no\x1b" is not an input.', span=Span(0, 1, 1, 3))


@pytest.fixture
def shell() -> InteractiveShell:
    return InteractiveShell()


def shown(error: KustomerNbError, shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> str:
    """Return what a cell shows that raises an error."""
    shell.user_ns["error"] = error
    shell.run_cell("raise error")
    return capsys.readouterr().out


def test_a_notebook_shows_the_message_of_an_error_alone(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shown(InputError([WRONG_TYPE]), shell, capsys) == (
        'InputError: KNB702 "x" is not a number.\n    at /id\n    Fix: pass a number.\n'
    )


def test_an_error_for_one_problem_has_its_code_location_and_fix() -> None:
    span = Span(0, 1, 1, 3)
    error = InputError.from_code("KNB702", '"x" is not a number.', "pass a number.", pointer="/id", span=span)

    assert type(error) is InputError
    assert list(error.diagnostics) == [
        Diagnostic("KNB702", Severity.ERROR, "/id", '"x" is not a number.', "pass a number.", span)
    ]


def test_an_error_from_a_code_has_the_defaults_of_its_class() -> None:
    assert GuardError.from_code("KNB810", "not confirmed.", "confirm it.").name == ""
    assert not TransportError.from_code("KNB821", "no response.", "try again.").is_unsent


def test_several_problems_are_listed(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    error = InputError([WRONG_TYPE, UNKNOWN])
    error.add_note("The history could not be written.")

    assert shown(error, shell, capsys) == (
        "InputError: 2 problems\n"
        '  KNB702 "x" is not a number.\n    at /id\n    Fix: pass a number.\n'
        '  KNB703 "no\\x1b" is not an input.\n    at line 1, column 3\n'
        "The history could not be written.\n"
    )


def test_to_debug_the_traceback_is_shown(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUSTOMER_NB_DEBUG", "1")

    text = shown(InputError([WRONG_TYPE]), shell, capsys)

    assert "Traceback (most recent call last)" in text
    assert 'KNB702 "x" is not a number.' in text
