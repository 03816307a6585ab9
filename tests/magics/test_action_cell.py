from __future__ import annotations

import pytest
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell

from kustomer_nb import Action, App, Workbench

GOOD = """{"name": "kustomer.app.shop.find", "description": "Find", "type": "rest_api",
 "inputTemplate": {"uri": "https://a.b", "method": "get"}}"""


@pytest.fixture
def shell():
    shell = InteractiveShell()
    shell.run_line_magic("load_ext", "kustomer_nb")
    return shell


def test_a_cell_becomes_the_action_in_it(shell):
    diagnostics = shell.run_cell_magic("action", "find", GOOD)

    assert not diagnostics
    assert isinstance(shell.user_ns["find"], Action)
    assert shell.user_ns["find"].render().url == "https://a.b/"


def test_a_cell_with_several_becomes_an_app(shell):
    shell.run_cell_magic("action", "shop", f"[{GOOD}, {GOOD}]")

    assert isinstance(shell.user_ns["shop"], App)


def test_diagnostics_name_lines_of_the_cell(shell):
    diagnostics = shell.run_cell_magic("action", "find", GOOD.replace('"get"', '"got"'))

    assert [(item.code, item.span.line) for item in diagnostics] == [("KNB401", 3)]
    assert diagnostics.text[diagnostics[0].span.start : diagnostics[0].span.end] == '"got"'
    assert diagnostics.text.startswith("%%action find\n{")


def test_what_cannot_be_read_leaves_the_name_as_it_was(shell):
    shell.user_ns["find"] = 1

    diagnostics = shell.run_cell_magic("action", "find", "soon")

    assert diagnostics.codes == ["KNB101"]
    assert shell.user_ns["find"] == 1


def test_a_name_is_not_needed(shell):
    assert shell.run_cell_magic("action", "", "{'app': 'shop'}").codes[:2] == ["KNB211", "KNB211"]


@pytest.mark.parametrize("line", ["two names", "1x"])
def test_what_is_no_name_is_refused(shell, line):
    with pytest.raises(UsageError, match="NAME"):
        shell.run_cell_magic("action", line, GOOD)


def test_a_workbench_is_shown_on_demand(shell, monkeypatch):
    shown = []
    monkeypatch.setattr("kustomer_nb.magics.action_cell.display", shown.append)

    diagnostics = shell.run_cell_magic("action", "find --workbench", GOOD)
    shell.run_cell_magic("action", "find", GOOD)

    (workbench,) = shown
    assert isinstance(workbench, Workbench)
    assert not diagnostics
    workbench.close()


def test_an_open_quote_is_refused(shell):
    with pytest.raises(UsageError, match="NAME"):
        shell.run_cell_magic("action", "'find", GOOD)
