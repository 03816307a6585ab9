"""Unsaved text on disk: private, bounded, one file for each session, kept while its process is alive."""

from __future__ import annotations

import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kustomer_nb.storage import drafts
from kustomer_nb.storage.drafts import (
    Draft,
    end_draft,
    is_elsewhere,
    new_id,
    read_drafts,
    text_hash,
    write_draft,
)
from kustomer_nb.storage.regular_files import IrregularError

AT = datetime(2026, 11, 30, 10, 31, tzinfo=UTC)
OTHER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from kustomer_nb.storage.drafts import Draft, new_id, write_draft
for number in range(int(sys.argv[2])):
    write_draft(Path(sys.argv[1]), Draft(new_id(), "shop.json", "shop", "", datetime.now(UTC), sys.argv[3]))
print("written", flush=True)
sys.stdin.read()
"""


def draft(text: str = "{}", *, minutes: int = 0, path: str = "shop.json") -> Draft:
    return Draft(new_id(), path, "shop", text_hash(b"{}"), AT + timedelta(minutes=minutes), text)


def texts(root: Path) -> list[str]:
    return [item.text for item in read_drafts(root)]


class Other:
    """Another process that has written drafts and is alive until it is stopped."""

    def __init__(self, root: Path, count: int = 1, text: str = "other") -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", OTHER, str(root), str(count), text],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def wait(self) -> None:
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "written\n"

    def stop(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Other]:
    process = Other(tmp_path)
    process.wait()
    yield process
    process.stop()


@pytest.mark.parametrize("text", ['{"a": "é"}\r\n', "", "not JSON {", '{"half": "\ud800", "u": "\u2028"}'])
def test_a_draft_is_read_as_it_was_written(text: str, tmp_path: Path) -> None:
    written = draft(text)

    write_draft(tmp_path, written)

    (read,) = read_drafts(tmp_path)
    assert replace(read, process="") == written
    assert not is_elsewhere(tmp_path, read)


def test_only_the_owner_can_read_it_and_git_ignores_it(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)

    write_draft(tmp_path, draft("secret text"))

    folder = tmp_path / ".kustomer-nb" / "drafts"
    (file,) = folder.glob("*.json")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    status = ["git", "-C", str(tmp_path), "status", "--porcelain", "--untracked-files=all"]
    assert subprocess.run(status, check=True, capture_output=True, text=True).stdout == ""
    assert not list(folder.glob("*.tmp"))


def test_a_session_has_one_file_and_another_session_another(tmp_path: Path) -> None:
    first, second = draft("a"), draft("b", minutes=1)
    for item in (first, second, replace(first, text="c")):
        write_draft(tmp_path, item)

    assert texts(tmp_path) == ["b", "c"]

    end_draft(tmp_path, first.id)
    end_draft(tmp_path, first.id)
    assert texts(tmp_path) == ["b"]


def test_a_project_without_drafts_has_none_and_nothing_is_made(tmp_path: Path) -> None:
    assert read_drafts(tmp_path) == []
    end_draft(tmp_path, new_id())
    assert list(tmp_path.iterdir()) == []


def test_the_oldest_end_when_there_are_too_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "MOST", 3)
    ended = Other(tmp_path, count=5)
    ended.wait()
    ended.stop()
    newest = draft("mine")

    write_draft(tmp_path, newest)

    assert sorted(texts(tmp_path)) == ["mine", "other", "other"]
    # The lock file of the ended process is gone too.
    assert len(list((tmp_path / ".kustomer-nb" / "drafts").glob("*.alive"))) == 1


def test_what_a_live_process_keeps_is_not_removed(
    tmp_path: Path, other: Other, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "MOST", 1)
    (kept,) = read_drafts(tmp_path)
    assert is_elsewhere(tmp_path, kept)

    write_draft(tmp_path, draft("mine"))
    assert sorted(texts(tmp_path)) == ["mine", "other"]

    other.stop()
    assert not is_elsewhere(tmp_path, kept)
    write_draft(tmp_path, draft("mine too"))
    assert "other" not in texts(tmp_path)


def test_a_total_size_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "MAX_TOTAL_BYTES", 2_500)
    ended = Other(tmp_path, count=3, text="x" * 1_000)
    ended.wait()
    ended.stop()

    write_draft(tmp_path, draft("y" * 1_000))

    assert sorted({text[0] for text in texts(tmp_path)}) == ["x", "y"]
    assert len(texts(tmp_path)) == 2


def test_a_text_that_is_too_long_is_refused_and_the_last_one_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = draft("short")
    write_draft(tmp_path, first)
    monkeypatch.setattr(drafts, "LARGEST", 1_000)

    with pytest.raises(ValueError, match="longer"):
        write_draft(tmp_path, replace(first, text="x" * 2_000))

    assert texts(tmp_path) == ["short"]


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"version": 2}', b'{"version": 1, "path": 3}', b"\xff", b"[" * 100_000, b"null"],
)
def test_what_is_no_draft_is_left_alone(content: bytes, tmp_path: Path) -> None:
    write_draft(tmp_path, draft("good"))
    strange = tmp_path / ".kustomer-nb" / "drafts" / "strange.json"
    strange.write_bytes(content)

    assert texts(tmp_path) == ["good"]
    assert strange.read_bytes() == content


def test_a_linked_folder_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / ".kustomer-nb").mkdir()
    (tmp_path / ".kustomer-nb" / "drafts").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(IrregularError):
        write_draft(tmp_path, draft())

    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert read_drafts(tmp_path) == []


def test_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    others = [Other(tmp_path, count=5, text=f"text {number}") for number in range(3)]
    try:
        for process in others:
            process.wait()
        assert sorted(texts(tmp_path)) == sorted(f"text {number}" for number in range(3) for _ in range(5))
    finally:
        for process in others:
            process.stop()


def test_app_users_without_a_workbench_import_and_write_nothing(tmp_path: Path) -> None:
    code = (
        "import sys, kustomer_nb as knb\n"
        "app = knb.load('shop.json')\n"
        "app.edit('/app', 'market')\n"
        "print(app.is_saved, 'kustomer_nb.storage.drafts' in sys.modules)\n"
    )
    (tmp_path / "shop.json").write_text('{"app": "shop"}')

    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )

    assert ran.stdout == "False False\n"
    assert not (tmp_path / ".kustomer-nb" / "drafts").exists()
