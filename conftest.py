"""The examples in README and docs are tests: each Python block runs, in order, in one namespace a page."""

from importlib.util import find_spec

import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser
from sybil.sybil import SybilCollection

# The site is built by what the extra `docs` installs; its tests say so.
collect_ignore = (
    [] if find_spec("sphinx") else [f"website/{name}.py" for name in ("building", "html", "signatures")]
)
# Their runs are in projects of their own, and the pages show the history of these.
KEEP_HISTORY = ["**/history.md", "**/safety.md", "**/workbench.md"]
# The projects that the tutorials make beside them.
collect_ignore_glob = ["notebooks/*/*"]
PARSERS = [PythonCodeBlockParser(), SkipParser()]
ENVIRONMENT = pytest.MonkeyPatch()


def allow_live(namespace: dict[str, object]) -> None:
    """Let the examples of a page do what they do outside pytest: none of them reaches another machine."""
    ENVIRONMENT.setenv("KUSTOMER_NB_LIVE", "1")


def keep_history(namespace: dict[str, object]) -> None:
    """Keep the runs of a page: tests/conftest.py turns the history off for everything else."""
    allow_live(namespace)
    ENVIRONMENT.delenv("KUSTOMER_NB_HISTORY", raising=False)


def restore(namespace: dict[str, object]) -> None:
    """Put back what a page changed."""
    ENVIRONMENT.undo()


pytest_collect_file = SybilCollection(
    [
        Sybil(parsers=PARSERS, patterns=KEEP_HISTORY, setup=keep_history, teardown=restore),
        Sybil(parsers=PARSERS, patterns=["*.md"], excludes=KEEP_HISTORY, setup=allow_live, teardown=restore),
    ]
).pytest()
