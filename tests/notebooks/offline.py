"""Runs a command without a network: in a namespace of its own where that is allowed, else behind a guard.

``python -m tests.notebooks.offline COMMAND…``
"""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import struct
import subprocess
import sys
from pathlib import Path

NAMESPACE, GUARD = "unshare -rn", "a guard in every process"
# Numbers of the ioctl that brings an interface up, and the flags for it: man 7 netdevice.
_GET_FLAGS, _SET_FLAGS = 0x8913, 0x8914
_UP = 0x1 | 0x40
_SITE = Path(__file__).with_name("no_network")


def way() -> str:
    """Return how a command is kept from the network on this machine."""
    if sys.platform != "linux" or shutil.which("unshare") is None:
        return GUARD
    done = subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False)
    return GUARD if done.returncode else NAMESPACE


def command(arguments: list[str]) -> list[str]:
    """Return the command that runs another one without a network."""
    own = [sys.executable, "-m", "tests.notebooks.offline", *arguments]
    return ["unshare", "-rn", *own] if way() == NAMESPACE else own


def _bring_loopback_up() -> None:
    """Kernels talk to pytest on loopback, which a new namespace has, but down."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        request = struct.pack("16sH14s", b"lo", 0, b"")
        flags = struct.unpack("16sH14s", fcntl.ioctl(handle, _GET_FLAGS, request))[1]
        fcntl.ioctl(handle, _SET_FLAGS, struct.pack("16sH14s", b"lo", flags | _UP, b""))


def main() -> None:
    if way_of_this_process() == NAMESPACE:
        _bring_loopback_up()
    else:
        os.environ["NO_NETWORK"] = "1"
        os.environ["PYTHONPATH"] = os.pathsep.join([str(_SITE), os.environ.get("PYTHONPATH", "")])
    os.execvp(sys.argv[1], sys.argv[1:])


def way_of_this_process() -> str:
    """Return whether this process has a namespace of its own, which has loopback alone."""
    interfaces = [name for _, name in socket.if_nameindex()]
    return NAMESPACE if interfaces == ["lo"] else GUARD


if __name__ == "__main__":
    main()
