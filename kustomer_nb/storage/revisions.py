"""What git knows of a file: its text in another revision, what changed since one, and what is ignored."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from kustomer_nb.codes import Code
from kustomer_nb.errors import LoadError
from kustomer_nb.printable import quoted

from .files import text_file
from .programs import find_program

if TYPE_CHECKING:
    from kustomer_nb.jsontext.text_file import TextFile

# Set by git where it runs a hook; here the repository is that of the file.
_OF_HOOKS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_PREFIX", "GIT_INDEX_FILE")


def read_revision(path: Path, revision: str) -> TextFile:
    """Return the text that a file has in a revision, such as ``main`` or ``HEAD~1``; nothing is checked out.

    Raises:
        LoadError: git is not installed, the file is in no repository, there is no such revision, or it does
            not have the file.
    """
    _require_revision(path, revision)
    content = _git(path, "cat-file", "blob", f"{revision}:./{path.name}")
    if content is None:
        message = f'"{path}" does not exist in {quoted(revision)}.'
        fix = "name a revision that has the file; if it was moved, pass the old file instead."
        raise LoadError.from_code(Code.FILE_MISSING, message, fix)
    return text_file(content, path)


def changed_since(path: Path, revision: str) -> frozenset[Path]:
    """Return the files of the repository of ``path`` that differ from a revision, also those not added yet.

    Before the first commit, all of them differ from ``HEAD``.

    Raises:
        LoadError: git is not installed, ``path`` is in no repository, or there is no such revision.
    """
    if revision == "HEAD" and (empty := _empty_tree(path)):
        revision = empty
    top = _require_revision(path, revision)
    changed = _git(path, "diff", "--name-only", "--no-renames", "-z", revision, "--", ":(top)") or b""
    added = _git(path, "ls-files", "--others", "--exclude-standard", "--full-name", "-z", ":(top)") or b""
    return frozenset(top / os.fsdecode(name) for name in (changed + added).split(b"\0") if name)


def _empty_tree(path: Path) -> str:
    """Return the name of a tree without files if the branch has no commit yet; empty if it has."""
    is_new = (
        _git(path, "symbolic-ref", "--quiet", "HEAD") is not None
        and _git(path, "rev-parse", "--verify", "--quiet", "HEAD") is None
    )
    name = _git(path, "hash-object", "-t", "tree", "--stdin") if is_new else None
    return (name or b"").decode().strip()


def ignored_in(folder: Path, files: Iterable[Path]) -> set[Path]:
    """Return which of a folder and its files git ignores: by one process, and none if git is missing."""
    names = {str(path.absolute()): path for path in (folder, *files)}
    question = os.fsencode("\0".join(names))
    try:
        # Any file in the folder names its repository.
        answer = _git(folder / "any", "check-ignore", "-z", "--stdin", question=question) or b""
    except LoadError:
        return set()
    return {names[name] for name in os.fsdecode(answer).split("\0") if name in names}


def _require_revision(path: Path, revision: str) -> Path:
    """Return the top folder of the repository of a file, which has the revision."""
    if not revision or revision.startswith("-") or "\0" in revision:
        raise _refusal(f"{quoted(revision)} is not a revision.", "name a branch, a tag or a commit.")
    top = _git(path, "rev-parse", "--show-toplevel")
    if top is None:
        fix = "pass the other file instead of a revision, or use git init."
        raise _refusal(f'"{path}" is in no git repository.', fix)
    if _git(path, "rev-parse", "--verify", "--quiet", f"{revision}^{{tree}}") is None:
        fix = "check the name; in CI, fetch the branch first."
        raise _refusal(f"there is no revision {quoted(revision)} in the repository.", fix)
    return Path(os.fsdecode(top).removesuffix("\n"))


def revisions(path: Path) -> list[str]:
    """Return the branches and tags of the repository of a file; none if there is no repository."""
    names = _git(path, "for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/remotes", "refs/tags")
    return os.fsdecode(names or b"").split("\n")[:-1]


def _git(path: Path, *arguments: str, question: bytes = b"") -> bytes | None:
    """Return what git prints in the folder of a file, None if it fails; ``question`` is what it reads."""
    # Without the monitor that the repository configures: it may be any program.
    git = find_program("git")
    if git is None:
        raise _refusal("git is not installed, or not in PATH.", "install git.")
    command = [git, "-c", "core.fsmonitor=false", "-C", str(path.parent), *arguments]
    environment = {name: value for name, value in os.environ.items() if name not in _OF_HOOKS}
    try:
        done = subprocess.run(  # noqa: S603 - a list, so no shell reads a name
            command, capture_output=True, check=False, env=environment, input=question
        )
    except OSError as error:
        raise _refusal(f"git cannot be run: {error.strerror}.", "check its installation.") from error
    return done.stdout if done.returncode == 0 else None


def _refusal(message: str, fix: str) -> LoadError:
    return LoadError.from_code(Code.REVISION_UNREADABLE, message, fix)
