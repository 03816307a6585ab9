"""The pytest plugin: test cases are items, definitions are fixtures, and notebooks are compared by text.

pytest loads it in every run, also in those without a case: so it imports nothing else of this package before
it is needed.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from kustomer_nb.action import Action
    from kustomer_nb.app import App

    from .items import CaseFile

CASE_SUFFIX = ".case.json"
MODE_VARIABLE = "KUSTOMER_NB_MODE"
MODES = ("replay", "sample", "live")
MARKER = "knb(app, action, profile): what the fixtures knb_app, knb_action and knb_profile give"
_FORMER_MODE = pytest.StashKey[str | None]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of test cases."""
    group = parser.getgroup("kustomer_nb", "Kustomer workflow actions")
    group.addoption(
        "--knb-mode",
        choices=MODES,
        help="Where test cases, and actions and notebooks that name no mode, take responses from; by default "
        "cases take theirs from the case.",
    )
    group.addoption(
        "--knb-update",
        metavar="CATEGORIES",
        help="Update the case files that are collected: new, changed, reformatted, unused, separated by "
        "commas. Refused in CI.",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Check the options, and let what runs in this process or its kernels know the mode."""
    config.addinivalue_line("markers", MARKER)
    if categories := config.getoption("--knb-update"):
        from .updates import configure

        configure(config, categories)
    if mode := config.getoption("--knb-mode"):
        config.stash[_FORMER_MODE] = os.environ.get(MODE_VARIABLE)
        os.environ[MODE_VARIABLE] = mode


def pytest_unconfigure(config: pytest.Config) -> None:
    """Take the mode back, for who runs pytest in a process of their own."""
    if _FORMER_MODE not in config.stash:
        return
    mode = config.stash[_FORMER_MODE]
    os.environ.pop(MODE_VARIABLE, None)
    if mode is not None:
        os.environ[MODE_VARIABLE] = mode


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Show what was written into case files."""
    if config.getoption("--knb-update"):
        from .updates import show_updates

        show_updates(terminalreporter, config)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> CaseFile | None:
    """Collect a case file; its action is an item, and each row of its table a subtest."""
    if not file_path.name.endswith(CASE_SUFFIX):
        return None
    from .items import CaseFile

    return CaseFile.from_parent(parent, path=file_path)


def pytest_itemcollected(item: Any) -> None:
    """Compare the outputs of a cell that ``pytest --nbval`` collects by the text of our values."""
    # By what is used of it, so that nbval is not imported where it is not installed.
    if hasattr(item, "compare_outputs") and hasattr(item, "cell_num"):
        from kustomer_nb.notebook_comparison import compare_by_text

        compare_by_text(item)


@pytest.fixture
def knb_app(request: pytest.FixtureRequest) -> App:
    """Give the definition that ``@pytest.mark.knb(app=…)`` names, or the only one in this folder or above it.

    It is read anew for each test, which may change it.
    """
    from .definitions import app_of

    return app_of(request)


@pytest.fixture
def knb_action(knb_app: App, request: pytest.FixtureRequest) -> Action:
    """Give the action of `knb_app` that ``@pytest.mark.knb(action=…)`` names, or the only one."""
    from .definitions import action_of

    return action_of(knb_app, request)


@pytest.fixture
def knb_profile(request: pytest.FixtureRequest) -> str | None:
    """Give the name of the profile that ``@pytest.mark.knb(profile=…)`` names, or None."""
    from .definitions import marked

    name: str | None = marked(request, "profile")
    return name
