"""What a project may carry in the place of a file that is written: it leads elsewhere, or waits for ever."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

Plant = Callable[[Path, Path], None]
MINE = "mine, and nobody else's\n"


def _to_a_folder(path: Path, precious: Path) -> None:
    folder = precious.with_name("elsewhere")
    folder.mkdir()
    path.symlink_to(folder)


def _dangling(path: Path, precious: Path) -> None:
    path.symlink_to(precious.with_name("not there yet"))


def _loop(path: Path, precious: Path) -> None:
    path.symlink_to(path)


def _to_a_device(path: Path, precious: Path) -> None:
    path.symlink_to("/dev/zero")


def _pipe(path: Path, precious: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path, precious: Path) -> None:
    # A relative name, because that of a socket has at most about a hundred characters.
    before = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(path.name)
    finally:
        os.chdir(before)


PLANTS: dict[str, Plant] = {
    "a link to a file": lambda path, precious: path.symlink_to(precious),
    "a link that dangles": _dangling,
    "a link to a folder": _to_a_folder,
    "a link to itself": _loop,
    "a link to a device": _to_a_device,
    "a named pipe": _pipe,
    "a socket": _socket,
    "a folder": lambda path, precious: path.mkdir(),
}
planted = pytest.mark.parametrize("plant", PLANTS.values(), ids=PLANTS)


def precious_of(folder: Path) -> Path:
    """Return a file of the user's, which nothing may touch."""
    precious = folder / "precious.txt"
    precious.write_text(MINE)
    return precious


def assert_untouched(precious: Path) -> None:
    assert precious.read_text() == MINE
    assert not precious.with_name("not there yet").exists()
    elsewhere = precious.with_name("elsewhere")
    assert not elsewhere.exists() or list(elsewhere.iterdir()) == []


# What a file that is only read must not be: a link to a file is one as any other.
UNREADABLE: dict[str, Plant] = {
    name: plant
    for name, plant in PLANTS.items()
    if name in {"a link to a device", "a named pipe", "a socket"}
}
unreadable = pytest.mark.parametrize("plant", UNREADABLE.values(), ids=UNREADABLE)
