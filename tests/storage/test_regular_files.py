"""Nothing is opened for writing that leads elsewhere, waits, or has another name."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from types import SimpleNamespace

import pytest

from kustomer_nb.storage.regular_files import IrregularError, open_regular, read_regular, require_folder
from tests.planted import MINE, Plant, assert_untouched, planted, precious_of


def write(path: Path, flags: int = os.O_WRONLY | os.O_CREAT) -> None:
    with os.fdopen(open_regular(path, flags), "wb") as file:
        file.write(b"ours\n")


@pytest.mark.timeout(120)
@planted
def test_only_a_file_is_written_or_read(plant: Plant, tmp_path: Path) -> None:
    precious = precious_of(tmp_path)
    path = tmp_path / "file"
    plant(path, precious)

    for attempt in (write, read_regular):
        with pytest.raises(IrregularError) as caught:
            attempt(path)

        assert str(path) in str(caught.value)
    assert_untouched(precious)


def test_a_hard_link_is_read_but_not_written(tmp_path: Path) -> None:
    precious = precious_of(tmp_path)
    path = tmp_path / "file"
    path.hardlink_to(precious)

    with pytest.raises(IrregularError, match="is a hard link"):
        write(path)

    assert_untouched(precious)
    assert read_regular(path) == MINE.encode()


class Swapped(type(Path())):
    """A path where something else is put between the first time that it is used and the second."""

    plant: Plant
    precious: Path
    uses = 0

    def __fspath__(self) -> str:
        path, self.uses = Path(str(self)), self.uses + 1
        if self.uses == 1:
            path.touch()
        elif self.uses == 2:
            path.unlink()
            self.plant(path, self.precious)
        return str(self)


@pytest.mark.timeout(120)
@planted
def test_a_file_replaced_between_check_and_opening_is_not_written(plant: Plant, tmp_path: Path) -> None:
    precious = precious_of(tmp_path)
    path = Swapped(tmp_path / "file")
    path.plant, path.precious = plant, precious

    with pytest.raises(OSError):  # noqa: PT011 - the system refuses some of them, we the others
        write(path)

    assert path.uses == 2
    assert_untouched(precious)


@pytest.mark.parametrize("content", [None, b"", b"theirs, and longer\n"], ids=["new", "empty", "filled"])
def test_a_regular_file_is_written(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "file"
    if content is not None:
        path.write_bytes(content)

    write(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)

    assert read_regular(path) == b"ours\n"


def test_a_file_in_a_linked_folder_is_written(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")

    write(tmp_path / "link" / "file")

    assert (tmp_path / "real" / "file").read_bytes() == b"ours\n"


def test_reads_as_many_bytes_as_requested(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"content")

    assert (read_regular(path), read_regular(path, 3)) == (b"content", b"con")


def test_a_folder_is_not_a_link_and_not_a_file(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "folder")

    require_folder(tmp_path / "folder")

    for name, kind in (("file", "a file"), ("link", "a symbolic link")):
        with pytest.raises(IrregularError, match=f"'{tmp_path / name}' is {kind}"):
            require_folder(tmp_path / name)


def test_a_junction_of_windows_is_a_link(monkeypatch: pytest.MonkeyPatch) -> None:
    status = SimpleNamespace(st_mode=stat.S_IFDIR, st_reparse_tag=0xA0000003)
    monkeypatch.setattr(os, "lstat", lambda path: status)

    with pytest.raises(IrregularError, match="'C:/shop' is a junction"):
        require_folder("C:/shop")


def test_a_device_is_named_as_one() -> None:
    with pytest.raises(IrregularError, match="'/dev/null' is a device"):
        write(Path("/dev/null"))
