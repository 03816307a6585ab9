"""The profiles in the text of a ``kustomer-nb.toml`` that a page sends; no file is read."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .loader import FILE, chosen_profile, tables_in
from .modes import PROFILE_VARIABLE

if TYPE_CHECKING:
    from .profile import Profile


@dataclass(frozen=True)
class ProjectProfiles:
    """The profile that runs use which name none, and the names of all; ``line`` is where it is chosen."""

    active: Profile
    names: tuple[str, ...] = ()
    line: int = 1
    is_from_environment: bool = False


def profiles_in(text: str) -> ProjectProfiles:
    r"""Return the profiles of a text, of which ``KUSTOMER_NB_PROFILE`` or ``profile`` names the active one.

    Raises:
        LoadError: the text is not TOML, or a value in it is invalid.
        NameNotFoundError: there is no profile with the name of the active one.

    Example:
        >>> text = 'profile = "live"\n[profiles.live]\ncolour = "red"\n[profiles.sandbox]\n'
        >>> profiles = profiles_in(text)
        >>> profiles.active.title, profiles.active.tone, profiles.names, profiles.line
        ('live', 'red', ('live', 'sandbox'), 1)
    """
    path = Path(FILE)
    base, profiles = tables_in(text.removeprefix("\ufeff"), path)
    chosen = os.environ.get(PROFILE_VARIABLE) or None
    active = chosen_profile(chosen, base, profiles, path, text)
    # Late: a page asks, and nothing else that reads profiles.
    from .positions import key_span

    span = key_span(text, "", active.name) if chosen else key_span(text, "profile")
    return ProjectProfiles(active, tuple(profiles), span.line if span else 1, bool(chosen))
