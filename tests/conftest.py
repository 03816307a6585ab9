"""What the tests share: the demo store, and what a machine may lack."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from kustomer_nb.demo import Store

# Also for what a test module does while it is imported: a run of a test is no run of this project.
os.environ["KUSTOMER_NB_HISTORY"] = "off"
# Most tests are about live runs, none of which leaves this machine; tests/run/test_fence.py is the exception.
os.environ["KUSTOMER_NB_LIVE"] = "1"
# How long an example takes says how busy the machine is, and nothing of the test.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")
FIXTURES = Path(__file__).parent / "fixtures"
MODULES = Path(__file__).parent / "oracle" / "node_modules"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Do not count for the coverage what runs the same lines a million times.

    To count them takes one to four times as long as the test. All lines have to be run by other tests.
    """
    is_generated = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
    if not is_generated and item.get_closest_marker("uncounted") is None:
        return (yield)
    # In this thread alone: a coverage that is paused does not come back to the threads of the demo store.
    count = sys.gettrace()
    sys.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(count)


def require(found: object, what: str) -> None:
    """Skip with a reason where a machine lacks something; in CI nothing may be left out."""
    if found:
        return
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing, and in CI nothing is skipped")
    pytest.skip(f"{what} is missing")


@pytest.fixture(scope="session")
def node() -> str:
    found = shutil.which("node")
    require(found, "node")
    require((MODULES / ".installed").exists(), "the npm packages of tests/oracle (make test installs them)")
    return str(found)


@pytest.fixture(scope="session")
def chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    require(found, "chromium")
    return str(found)


@pytest.fixture(scope="session")
def running_store() -> Iterator[Store]:
    with Store() as store:
        yield store


@pytest.fixture
def store(running_store: Store) -> Store:
    """The demo store as it begins."""
    running_store.reset()
    return running_store


@pytest.fixture(autouse=True, scope="session")
def interruptible() -> None:
    """Let Ctrl+C reach the tests and what they start: a shell's background job begins with it ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """Let no search for cycles look at the 20,000 tests again, which last as long as the process."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="module")
def forgotten_secrets() -> Iterator[None]:
    """Forget the settings of a module's runs: they are hidden as long as a traceback, say, has the run."""
    yield
    gc.collect()


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test depends on what the machine's environment holds."""
    names = ("MODE", "PROFILE", "CONFIRM", "DEMO_URL", "DEMO_TOKEN")
    for name in [f"KUSTOMER_NB_{name}" for name in names]:
        monkeypatch.delenv(name, raising=False)
    for name in [name for name in os.environ if name.startswith("ECOMMSTORE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("KUSTOMER_NB_HISTORY", "off")
    monkeypatch.setenv("KUSTOMER_NB_LIVE", "1")
