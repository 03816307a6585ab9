"""Runs tests of the package in Pyodide, as they are; see test_pyodide.py."""

import sys

import pytest

# Without conftest.py, which starts the demo store on a socket.
OPTIONS = (
    "--import-mode=importlib --noconftest -p no:cacheprovider -c /dev/null --rootdir . -W ignore::Warning"
)


async def main(*modules: str) -> None:
    sys.path.insert(0, "")
    status = pytest.main(["-q", *OPTIONS.split(), *modules])
    assert not status, status
