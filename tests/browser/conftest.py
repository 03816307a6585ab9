"""The JupyterLab, the Chromium and the page of a test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.lab import ROOT, Lab, clear, is_usual, new_page, started_chromium, started_lab

# Whether something appears, not how quickly: a busy machine takes long.
expect.set_options(timeout=100_000)


# One for all files of a process: to start them takes as long as many a test.
@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with started_lab(tmp_path_factory.mktemp("lab")) as running:
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
    failed = request.session.testsfailed
    yield page
    is_as_before = request.session.testsfailed == failed and not lab.keeps_widget_state
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
