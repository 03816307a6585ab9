"""What keeps a notebook from the network does so, in each of its two ways; loopback stays."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.notebooks.offline import command, way
from tests.notebooks.project import ROOT

PROBE = """
import socket
# An address that is in no network (RFC 5737).
for target in (("192.0.2.1", 80), ("shop.example", 443)):
    try:
        socket.create_connection(target, timeout=2)
    except OSError as error:
        print("refused" if not isinstance(error, TimeoutError) else "waited")
server = socket.create_server(("127.0.0.1", 0))
socket.create_connection(server.getsockname(), timeout=2)
print("loopback")
"""
GUARDED = [sys.executable, "-m", "tests.notebooks.offline"]


@pytest.mark.parametrize(
    "prefix", [pytest.param(command([]), id=way()), pytest.param(GUARDED, id="a guard in every process")]
)
def test_nothing_but_loopback_is_reached(prefix: list[str]) -> None:
    probe = [sys.executable, "-c", PROBE]

    done = subprocess.run([*prefix, *probe], cwd=ROOT, capture_output=True, text=True, check=True)
    child = [sys.executable, "-c", f"import subprocess, sys; subprocess.run({probe!r}, check=True)"]
    below = subprocess.run([*prefix, *child], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["refused", "refused", "loopback"]
    assert below.stdout.split() == ["refused", "refused", "loopback"]
