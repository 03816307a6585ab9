"""``kustomer-nb.toml`` beside a definition: named profiles with settings, hosts and guards."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.errors import LoadError, NameNotFoundError

FILE = "kustomer-nb.toml"
GUARDS = ("confirm", "none")


@dataclass(frozen=True)
class Profile:
    """How one environment is called: values of settings, redirected hosts, the mode, and the guard.

    ``guard`` is ``confirm`` (unsafe methods to anything but loopback need the profile's name) or ``none``.
    """

    name: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    hosts: Mapping[str, str] = field(default_factory=dict)
    mode: str | None = None
    guard: str = "confirm"


def project_root(path: Path | None) -> Path:
    """Return the nearest folder upwards of a definition that holds ``kustomer-nb.toml`` or ``.git``.

    The definition's own folder, or the current one, when there is none.
    """
    start = (path.parent if path else Path()).resolve()
    for folder in (start, *start.parents):
        if (folder / FILE).exists() or (folder / ".git").exists():
            return folder
    return start


def load_profile(name: str | None, root: Path) -> Profile:
    """Return a profile by name; an empty one for None.

    Raises:
        NameNotFoundError: there is no profile of that name.
        LoadError: ``kustomer-nb.toml`` cannot be read, or a value in it is of the wrong kind.
    """
    if name is None:
        return Profile()
    path = root / FILE
    profiles = _read(path).get("profiles", {}) if path.exists() else {}
    if not isinstance(profiles, dict) or name not in profiles:
        near = get_close_matches(name, list(profiles), n=1)
        known = (
            f"did you mean `{near[0]}`?"
            if near
            else f"add [profiles.{name}] to {FILE} in the project's root."
        )
        raise NameNotFoundError([_fault(f"there is no profile {name!r} in {FILE}.", known)])
    return _profile(name, profiles[name])


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise LoadError([_fault(f"{FILE} cannot be read: {error}.", "mend it, or take it away.")]) from error


def _profile(name: str, table: object) -> Profile:
    found: list[Diagnostic] = []
    wanted: dict[str, type] = {"settings": dict, "hosts": dict, "mode": str, "guard": str}
    taken: dict[str, Any] = {}
    for key, value in (table if isinstance(table, dict) else {}).items():
        if key not in wanted:
            found.append(
                _fault(f"[profiles.{name}] has an unknown key {key!r}.", f"use {', '.join(wanted)}.")
            )
        elif not isinstance(value, wanted[key]):
            kind = "a table" if wanted[key] is dict else "text"
            found.append(_fault(f"{key} of [profiles.{name}] is {value!r}.", f"make it {kind}."))
        else:
            taken[key] = value
    if taken.get("guard", "confirm") not in GUARDS:
        found.append(
            _fault(f"guard of [profiles.{name}] is {taken['guard']!r}.", f"use {' or '.join(GUARDS)}.")
        )
    if found:
        raise LoadError(found)
    return Profile(name, **taken)


def _fault(message: str, fix: str) -> Diagnostic:
    return Diagnostic("KNB810", Severity.ERROR, "", message, fix)
