"""The JupyterLab, the Chromium and the page of a test."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.lab import ROOT, Lab, clear, is_usual, new_page, started_chromium, started_lab

# Whether something appears, not how quickly: a busy machine takes long.
expect.set_options(timeout=100_000)
HAS_FAILED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run a test that fails in CI once more, and list it: a browser, JupyterLab and kernels share two cores.

    A listed test is a fault to find, of the test or, as has happened, of what it tests.
    """
    if os.environ.get("CI"):
        for item in items:
            if Path(item.path).is_relative_to(Path(__file__).parent):
                item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    if call.when == "call":
        item.stash[HAS_FAILED] = call.excinfo is not None
    return (yield)


# One for all files of a process: to start them takes as long as many a test.
@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with started_lab(tmp_path_factory.mktemp("lab")) as running:
        yield running


@pytest.fixture(scope="session")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab with the extension, from the sources."""
    with started_lab(tmp_path_factory.mktemp("extended"), has_extension=True) as running:
        yield running


# For one file: while it runs, its event loop is that of the thread, and other tests start their own.
@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with started_chromium(chromium) as running:
        yield running


@pytest.fixture(scope="module")
def kept(browser: Browser) -> Iterator[list[Page]]:
    """The page from one test to the next, if there is one."""
    pages: list[Page] = []
    yield pages
    for page in pages:
        page.context.close()


@pytest.fixture
def page(browser: Browser, lab: Lab, kept: list[Page], request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page in which JupyterLab stays open from test to test: to load it takes longer than most tests.

    Kernels, notebooks and settings end with the test, and the page with a test that fails, that went to
    another page, or that JupyterLab is asking something in.
    """
    page = kept.pop() if kept else new_page(browser)
    yield page
    is_as_before = not (request.node.stash.get(HAS_FAILED, True) or lab.keeps_widget_state)
    if is_as_before and is_usual(page, lab):
        clear(page)
        kept.append(page)
    else:
        page.context.close()
    lab.reset()


def picture(page: Page, name: str, **options: Any) -> None:
    """Keep a screenshot with the test's own leftovers; those of the docs are taken by ``pictures``."""
    folder = ROOT / ".pictures"
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png", **options)
