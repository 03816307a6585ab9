"""The differences from a sample that are left out: here, and by ``ignore`` in ``kustomer-nb.toml``."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from kustomer_nb.config import FILE, load_profile, project_root
from kustomer_nb.errors import KustomerNbError

if TYPE_CHECKING:
    from pathlib import Path

    from kustomer_nb.app import App
    from kustomer_nb.definition import Changes
    from kustomer_nb.run import Run

    from .session import Session


class IgnoredDifferences:
    """Leaves differences out, until the kernel restarts or, by the file, everywhere.

    Without a session they are those of one view. With one, all its leaves follow.
    """

    def __init__(self, session: Session | None) -> None:
        self._session = session
        self._here: frozenset[str] = frozenset()

    @property
    def here(self) -> frozenset[str]:
        """The pointers that are ignored until the kernel restarts."""
        return self._here if self._session is None else self._session.state.ignored

    def set_here(self, pointers: frozenset[str]) -> None:
        """Ignore these pointers until the kernel restarts, and no others."""
        if self._session is None:
            self._here = pointers
            return
        with self._session.changing("ignored"):
            self._session.state.ignored = pointers

    def of(self, run: Run, app: App | None) -> list[str]:
        """Return the pointers that are ignored in a run, here and by the file as it is now."""
        profile, root = run.profile, _root(app)
        if root is not None:
            # A file that cannot be read is told where it decides about the request.
            with suppress(KustomerNbError):
                profile = load_profile(profile.name or None, root)
        return list(dict.fromkeys((*profile.ignored(run.action), *sorted(self.here))))

    def keep(self, run: Run, app: App | None, pointer: str) -> Changes:
        """Add a pointer to the file, which is made if there is none.

        Raises:
            EditError: the pointer cannot be added.
            LoadError: the file cannot be read.
            SaveError: the file changed meanwhile, or cannot be written.
        """
        from kustomer_nb.config.ignoring import keep_ignored

        changes = keep_ignored(_required_root(app), run.action, pointer, profile=run.profile.name)
        self.set_here(self.here - {pointer})
        self.follow_file()
        return changes

    def drop(self, run: Run, app: App | None, pointer: str) -> Changes:
        """Take a pointer from the file.

        Raises:
            EditError: no list in the file has the pointer itself.
            LoadError: the file cannot be read.
            SaveError: the file changed meanwhile, or cannot be written.
        """
        from kustomer_nb.config.ignoring import drop_ignored

        changes = drop_ignored(_required_root(app), run.action, pointer, profile=run.profile.name)
        self.follow_file()
        return changes

    def follow_file(self) -> None:
        """Let all leaves follow a change of the file."""
        if self._session is not None:
            self._session.follow_configuration()


def file_state(app: App | None) -> str:
    """Return where an ignored difference can be kept: "file", "new" if that has to be made, or "" nowhere."""
    root = _root(app)
    if root is None:
        return ""
    return "file" if (root / FILE).exists() else "new"


def _root(app: App | None) -> Path | None:
    return None if app is None or app.path is None else project_root(app.path)


def _required_root(app: App | None) -> Path:
    root = _root(app)
    if root is None:
        msg = "a definition without a file has no project to keep it in"
        raise ValueError(msg)
    return root
