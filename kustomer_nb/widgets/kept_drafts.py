"""The drafts of a project: on disk, and in the memory of the kernel where nothing may be written."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kustomer_nb.config import project_root
from kustomer_nb.errors import KustomerNbError
from kustomer_nb.loading import loads, new_app
from kustomer_nb.printable import one_line
from kustomer_nb.storage.drafts import Draft, end_draft, read_drafts, write_draft

if TYPE_CHECKING:
    from kustomer_nb.app import App

# By project and id, in this process alone.
_MEMORY: dict[tuple[Path, str], Draft] = {}


def keep_on_disk(root: Path, draft: Draft) -> None:
    """Write a draft; raises as `write_draft` does."""
    write_draft(root, draft)
    _MEMORY.pop((root, draft.id), None)


def keep_in_memory(root: Path, draft: Draft) -> None:
    """Keep a draft until the kernel stops."""
    _MEMORY[root, draft.id] = draft


def described(draft: Draft) -> dict[str, str]:
    """Return a draft as the start page lists it."""
    lost = f"; {draft.path} is gone" if draft.path else ""
    title = one_line(f"Unsaved definition {draft.name}")
    return {"id": draft.id, "title": title, "note": one_line(f"{time_words(draft.at)}{lost}")}


def opened(draft: Draft) -> App:
    """Return the app of a draft without a file; of one whose text is no definition, an empty one."""
    with suppress(KustomerNbError):
        app = loads(draft.text)
        if app.actions:
            return app
    app = new_app("my-app")
    app.add_action("newAction")
    return app


def drafts_of(root: Path) -> list[Draft]:
    """Return the drafts of a project, newest first."""
    drafts = {draft.id: draft for draft in read_drafts(root)}
    drafts |= {id: draft for (folder, id), draft in _MEMORY.items() if folder == root}
    return sorted(drafts.values(), key=lambda draft: draft.at, reverse=True)


def forget(root: Path, id: str) -> None:
    """End a draft, wherever it is."""
    _MEMORY.pop((root, id), None)
    # One that cannot be removed is offered again.
    with suppress(OSError):
        end_draft(root, id)


def root_of(app: App) -> Path:
    """Return the folder of the project of an app."""
    return project_root(app.path).absolute()


def path_of(app: App) -> str:
    """Return the path of an app within its project; empty without a file."""
    if app.path is None:
        return ""
    # The folder may be reached by a link; the file itself may be one, and has its own name then.
    path = app.path.absolute().parent.resolve() / app.path.name
    return Path(os.path.relpath(path, root_of(app).resolve())).as_posix()


def time_words(at: datetime) -> str:
    """Return when it was as a person says it: the time, of another day with its date.

    Example:
        >>> time_words(datetime(2001, 2, 3, 10, 31).astimezone())
        '2001-02-03 10:31'
    """
    local = at.astimezone()
    is_today = local.date() == datetime.now().astimezone().date()
    return f"{local:%H:%M}" if is_today else f"{local:%Y-%m-%d %H:%M}"
