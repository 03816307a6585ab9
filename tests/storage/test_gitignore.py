"""What a .gitignore keeps out of git, held against git itself."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from kustomer_nb.storage import history
from kustomer_nb.storage.gitignore import is_ignored
from kustomer_nb.storage.locks import private_folder

NAME = "history.jsonl"
TRUSTED = [
    "*\n",
    "*",
    "*\r\n",
    "/*\n",
    "**/*\n",
    "\ufeff*\n",
    "# ours\n*  \n",
    "*\n!shared.json\n",
    "!*\n*\n",
    "*\n!*/\n",
    "*\n#!*\n",
    "*\n!sub/history.jsonl\n",
]
REFUSED = [
    "!*\n",
    "*\n!*\n",
    "*\n!history.jsonl\n",
    "*\n!*.jsonl\n",
    "*\n!/history.*\n",
    "*\n!.*\n",
    "*\n!HISTORY.JSONL\n",
    "*\n![h]istory.jsonl\n",
    "*\n!\\history.jsonl\n",
    "# nothing\n",
    "*.tmp\n",
    "shared.json\n",
]


@pytest.mark.parametrize("text", [*TRUSTED, *REFUSED], ids=repr)
def test_git_ignores_what_is_reported_as_ignored(text: str, tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_bytes(text.encode())
    (tmp_path / NAME).touch()
    subprocess.run(["git", "init", "-q", tmp_path], check=True)

    done = subprocess.run(["git", "check-ignore", "-q", NAME], cwd=tmp_path, check=False)

    assert not is_ignored(NAME, text) or done.returncode == 0


@pytest.mark.parametrize("text", REFUSED, ids=repr)
def test_no_history_is_written_where_git_would_add_it(text: str, tmp_path: Path) -> None:
    ignore = private_folder(tmp_path) / ".gitignore"
    ignore.write_bytes(text.encode())

    diagnostic = history.append(tmp_path, {"version": 1})

    assert diagnostic is not None
    assert (diagnostic.code, str(ignore) in diagnostic.message) == ("KNB822", True)
    assert not ignore.with_name(NAME).exists()
    assert ignore.read_bytes() == text.encode()


@pytest.mark.parametrize("text", TRUSTED, ids=repr)
def test_a_history_is_written_where_git_ignores_it(text: str, tmp_path: Path) -> None:
    (private_folder(tmp_path) / ".gitignore").write_bytes(text.encode())

    assert history.append(tmp_path, {"version": 1}) is None


def test_a_gitignore_that_is_too_large_is_not_trusted(tmp_path: Path) -> None:
    (private_folder(tmp_path) / ".gitignore").write_text("*\n" + "#\n" * 50_000 + "!*\n")

    diagnostic = history.append(tmp_path, {"version": 1})

    assert diagnostic is not None
    assert diagnostic.code == "KNB822"
