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
_KINDS: dict[str, type] = {"settings": dict, "hosts": dict, "mode": str, "guard": str}


@dataclass(frozen=True)
class Profile:
    """How one environment is called: values of settings, redirected hosts, the mode, and the guard.

    ``guard`` is ``confirm`` (unsafe methods to anything but loopback need the profile's name) or ``none``.
    """

    name: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict, repr=False)
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
    if not isinstance(profiles, dict):
        raise LoadError([_fault("profiles is no table.", f"write [profiles.{name}] and lines below it.")])
    if name not in profiles:
        near = get_close_matches(name, profiles, n=1)
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
    if not isinstance(table, dict):
        raise LoadError(
            [_fault(f"profiles.{name} is no table.", f"write [profiles.{name}] and lines below it.")]
        )
    found = [_misplaced(name, key, table[key]) for key in table]
    faults = [one for one in found if one is not None]
    if faults:
        raise LoadError(faults)
    return Profile(name, **{**table, "settings": _flat(table.get("settings", {}))})


def _misplaced(profile: str, key: str, value: object) -> Diagnostic | None:
    """Return what is wrong with a key of a profile; never with its value, which may be a token."""
    place = f"[profiles.{profile}]"
    if key not in _KINDS:
        near = get_close_matches(key, _KINDS, n=1)
        fix = f"did you mean `{near[0]}`?" if near else f"use {', '.join(_KINDS)}."
        return _fault(f"{place} has an unknown key {key!r}.", fix)
    if not isinstance(value, _KINDS[key]):
        kind = "a table" if _KINDS[key] is dict else "text"
        return _fault(f"{key} of {place} is not {kind}.", f"make it {kind}.")
    if key == "guard" and value not in GUARDS:
        return _fault(f"guard of {place} is {value!r}.", f"use {' or '.join(GUARDS)}.")
    if key == "hosts" and isinstance(value, dict) and not all(isinstance(to, str) for to in value.values()):
        return _fault(f"hosts of {place} maps an origin to no text.", 'write "https://…" = "https://…".')
    if key == "settings" and isinstance(value, dict) and not all(map(_is_scalar, _flat(value).values())):
        fix = "give each setting text, a number, true or false."
        return _fault(f"settings of {place} holds a list or a date.", fix)
    return None


def _flat(settings: dict[str, Any]) -> dict[str, Any]:
    """Return the settings by full key: TOML reads ``shop.default.token = …`` as tables within tables."""
    flat: dict[str, Any] = {}
    for key, value in settings.items():
        if isinstance(value, dict):
            flat |= {f"{key}.{rest}": inner for rest, inner in _flat(value).items()}
        else:
            flat[key] = value
    return flat


def _is_scalar(value: object) -> bool:
    return isinstance(value, (str, int, float))


def _fault(message: str, fix: str) -> Diagnostic:
    return Diagnostic("KNB810", Severity.ERROR, "", message, fix)
