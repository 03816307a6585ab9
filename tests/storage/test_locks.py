"""The private folder: nothing in it leads elsewhere, one at a time writes, and a draft is its writer's."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from filelock import FileLock

from kustomer_nb.storage.locks import ABANDONED_AFTER, locked, private_folder, replace, sole_writer
from kustomer_nb.storage.regular_files import IrregularError
from tests.planted import PLANTS, Plant, assert_untouched, planted, precious_of

DRAFT = ".shop.json.0123456789abcdef.tmp"


@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", [name for name in PLANTS if name != "a folder"])
def test_a_private_folder_that_is_not_a_folder_is_rejected(name: str, tmp_path: Path) -> None:
    precious = precious_of(tmp_path)
    PLANTS[name](tmp_path / ".kustomer-nb", precious)

    with pytest.raises(IrregularError, match=r"\.kustomer-nb' is "):
        private_folder(tmp_path)

    assert_untouched(precious)


@pytest.mark.timeout(120)
@planted
def test_a_gitignore_that_is_not_a_file_is_rejected(plant: Plant, tmp_path: Path) -> None:
    precious = precious_of(tmp_path)
    (tmp_path / ".kustomer-nb").mkdir()
    plant(tmp_path / ".kustomer-nb" / ".gitignore", precious)

    with pytest.raises(IrregularError, match=r"\.gitignore' is "):
        private_folder(tmp_path)

    assert_untouched(precious)


def test_an_empty_gitignore_with_another_name_is_not_written(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.touch()
    (tmp_path / ".kustomer-nb").mkdir()
    (tmp_path / ".kustomer-nb" / ".gitignore").hardlink_to(other)

    with pytest.raises(IrregularError, match="is a hard link"):
        private_folder(tmp_path)

    assert other.read_bytes() == b""


@pytest.mark.parametrize("text", ["*\n", "*\n!shared.json\n"], ids=["ours", "with an author's line"])
def test_a_folder_of_an_earlier_version_is_unchanged(text: str, tmp_path: Path) -> None:
    (tmp_path / ".kustomer-nb").mkdir()
    ignore = tmp_path / ".kustomer-nb" / ".gitignore"
    ignore.write_text(text)
    (ignore.with_name("shop.json.lock")).write_text("1234\n")

    with sole_writer(tmp_path / "shop.json", patience=1):
        pass

    assert ignore.read_text() == text
    assert ignore.with_name("shop.json.lock").read_text() == "1234\n"


def test_a_private_folder_is_created_in_a_linked_folder(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")

    private_folder(tmp_path / "link")

    assert (tmp_path / "real" / ".kustomer-nb" / ".gitignore").read_text() == "*\n"


@pytest.mark.timeout(120)
@planted
def test_a_lock_that_is_not_a_file_is_rejected(plant: Plant, tmp_path: Path) -> None:
    precious = precious_of(tmp_path)
    lock = tmp_path / "shop.json.lock"
    plant(lock, precious)

    with pytest.raises(IrregularError, match=r"shop\.json\.lock' is "), locked(lock, patience=1):
        pytest.fail("it was held")

    assert_untouched(precious)


def test_a_hard_link_as_a_lock_is_rejected_and_not_emptied(tmp_path: Path) -> None:
    precious = precious_of(tmp_path)
    lock = tmp_path / "shop.json.lock"
    lock.hardlink_to(precious)

    with pytest.raises(IrregularError, match="is a hard link"), locked(lock, patience=1):
        pytest.fail("it was held")

    assert_untouched(precious)


def test_a_lock_is_held_against_threads_and_against_filelock(tmp_path: Path) -> None:
    lock = tmp_path / "lock"

    with locked(lock, patience=1):
        with pytest.raises(TimeoutError), locked(lock, patience=0):
            pytest.fail("it was held twice")
        with pytest.raises(TimeoutError):
            FileLock(lock).acquire(timeout=0)

    with locked(lock, patience=0):
        pass


def test_a_lock_removed_meanwhile_is_created_again(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    entered = threading.Event()

    def wait() -> None:
        with locked(lock, patience=100):
            entered.set()

    with locked(lock, patience=1):
        waiting = threading.Thread(target=wait)
        waiting.start()
        lock.unlink()
        assert entered.wait(60)
    waiting.join()

    assert lock.exists()


def test_a_file_is_written_even_if_the_folder_cannot_be_used(tmp_path: Path) -> None:
    private = private_folder(tmp_path)
    path = tmp_path / "shop.json"
    path.write_text("old")
    undo = unusable(private)

    try:
        with sole_writer(path, patience=1):
            replace(path, b"new")
            with pytest.raises(TimeoutError), sole_writer(path, patience=0):
                pytest.fail("there were two")
    finally:
        undo()

    assert path.read_bytes() == b"new"
    assert sorted(item.name for item in tmp_path.iterdir()) == [".kustomer-nb", "shop.json"]


def unusable(private: Path) -> Callable[[], object]:
    """Make a folder one that cannot be written to; returns what undoes that."""
    if os.geteuid():
        private.chmod(0o500)
        return lambda: private.chmod(0o700)
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "none", str(private)], capture_output=True)
    if done.returncode:
        pytest.skip("root may write everywhere, and may not mount here")
    return lambda: subprocess.run(["umount", str(private)], check=True)


def test_a_private_folder_on_another_file_system_is_no_obstacle(tmp_path: Path) -> None:
    private = private_folder(tmp_path)
    done = subprocess.run(["mount", "-t", "tmpfs", "none", str(private)], capture_output=True)
    if done.returncode:
        pytest.skip("nothing can be mounted here")
    path = tmp_path / "shop.json"

    try:
        with sole_writer(path, patience=1):
            replace(path, b"new")
        left = [item.name for item in private.iterdir() if item.suffix == ".tmp"]
    finally:
        subprocess.run(["umount", str(private)], check=True)

    assert (path.read_bytes(), left) == (b"new", [])


def test_only_drafts_of_killed_processes_are_removed(tmp_path: Path) -> None:
    private = private_folder(tmp_path)
    old = time.time() - ABANDONED_AFTER - 60
    names = {
        "old": DRAFT,
        "fresh": DRAFT.replace("0123", "ffff"),
        "of another file": DRAFT.replace("shop", "store"),
        "of no such name": ".shop.json.notes.tmp",
    }
    for name in names.values():
        (private / name).write_text("{")
        if name != names["fresh"]:
            os.utime(private / name, (old, old))

    with sole_writer(tmp_path / "shop.json", patience=1):
        replace(tmp_path / "shop.json", b"{}")

    left = {item.name for item in private.iterdir()}
    assert {name for name, file in names.items() if file in left} == set(names) - {"old"}


def test_a_draft_may_be_removed_by_another_process(tmp_path: Path) -> None:
    private = private_folder(tmp_path)
    old = time.time() - 2 * ABANDONED_AFTER
    for at in range(3000):
        draft = private / f".shop.json.{at:016x}.tmp"
        draft.touch()
        os.utime(draft, (old, old))
    start = threading.Barrier(4)

    def write() -> None:
        start.wait()
        replace(tmp_path / "shop.json", b"{}")

    with ThreadPoolExecutor(4) as pool:
        writers = [pool.submit(write) for _ in range(4)]

    assert [writer.exception() for writer in writers] == [None] * 4
    assert [file.name for file in private.iterdir()] == [".gitignore"]


def test_a_draft_that_could_not_be_written_is_removed_and_the_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.mkdir()

    with pytest.raises(OSError, match="directory"):
        replace(path, b"{}")

    assert [item.name for item in (tmp_path / ".kustomer-nb").iterdir()] == [".gitignore"]


def test_filelock_brings_no_event_loop_with_it() -> None:
    code = "import sys, kustomer_nb.storage.locks; print('asyncio' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert done.stdout.strip() == "False"


def test_on_windows_a_file_is_replaced_as_soon_as_nobody_has_it_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "shop.json"
    path.write_bytes(b"old")
    refusals = open_elsewhere(monkeypatch, times=3)

    replace(path, b"new")

    assert path.read_bytes() == b"new"
    assert len(refusals) == 3


def test_on_windows_a_file_that_stays_open_is_unchanged_and_has_no_draft(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "shop.json"
    path.write_bytes(b"old")
    monkeypatch.setattr("kustomer_nb.storage.locks._OPEN_ELSEWHERE_PATIENCE", 0.1)
    open_elsewhere(monkeypatch, times=10_000)

    with pytest.raises(PermissionError):
        replace(path, b"new")

    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.rglob("*.tmp")] == []


def open_elsewhere(monkeypatch: pytest.MonkeyPatch, *, times: int) -> list[Path]:
    """Let a rename fail so many times, as Windows does it for a file that is open; return the attempts."""
    refusals: list[Path] = []
    rename = Path.replace

    def refuse(draft: Path, target: Path) -> Path:
        if len(refusals) == times:
            return rename(draft, target)
        refusals.append(draft)
        error = PermissionError(13, "Access is denied")
        error.winerror = 5  # type: ignore[attr-defined]
        raise error

    monkeypatch.setattr(Path, "replace", refuse)
    return refusals


def test_a_rename_that_other_systems_refuse_is_tried_once_in_each_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts: list[Path] = []

    def refuse(draft: Path, target: Path) -> Path:
        attempts.append(draft)
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refuse)

    with pytest.raises(PermissionError):
        replace(tmp_path / "shop.json", b"new")

    assert len(attempts) == 2


def test_windows_writes_without_the_lock_of_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_private_folder(folder: Path) -> Path:
        raise PermissionError(13, "Access is denied")

    def no_folder(path: Path, flags: int, *mode: int) -> int:
        if Path(path).is_dir():
            raise PermissionError(13, "Access is denied")
        return opened(path, flags, *mode)

    opened = os.open
    monkeypatch.setattr("kustomer_nb.storage.locks.private_folder", no_private_folder)
    monkeypatch.setattr("kustomer_nb.storage.locks.ON_WINDOWS", True)
    monkeypatch.setattr(os, "open", no_folder)

    with sole_writer(tmp_path / "shop.json", patience=1):
        replace(tmp_path / "shop.json", b"new")

    assert (tmp_path / "shop.json").read_bytes() == b"new"
