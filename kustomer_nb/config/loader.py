"""``kustomer-nb.toml`` read: what it says for every profile, and the profiles by name."""

from __future__ import annotations

import os
import tomllib
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any

from kustomer_nb.errors import LoadError, NameNotFoundError
from kustomer_nb.jsontext.caches import parsed_file
from kustomer_nb.jsontext.text_file import read_settings

from .keys import BASE_KEYS, KEYS, fault, flat, is_variable, misplaced
from .profile import Account, Profile
from .settings import EnvironmentVariable

FILE = "kustomer-nb.toml"
_TABLES = ("settings", "hosts", "tls", "env", "accounts", "platform")


def project_root(path: Path | None) -> Path:
    """Return the nearest folder upwards of a definition that holds ``kustomer-nb.toml`` or ``.git``.

    The definition's own folder, or the current one, when there is none.
    """
    start = os.path.realpath(os.path.dirname(path) if path else "")  # noqa: PTH120 - see below
    folder = start
    while True:
        # Not by Path, which takes three times as long: every run asks.
        if any(os.path.exists(os.path.join(folder, name)) for name in (FILE, ".git")):  # noqa: PTH110, PTH118
            return Path(folder)
        above = os.path.dirname(folder)  # noqa: PTH120
        if above == folder:
            return Path(start)
        folder = above


def load_profile(name: str | None, root: Path) -> Profile:
    """Return a profile by name, over what the file says for all; for None the file's own, or that alone.

    Raises:
        NameNotFoundError: there is no profile of that name.
        LoadError: ``kustomer-nb.toml`` cannot be read, or a value in it is of the wrong kind.
    """
    return parsed_file(root / FILE, partial(_read_profile, name, root), "profile", name)


def _read_profile(name: str | None, root: Path) -> Profile:
    base, profiles = read_tables(root)
    name = name or base.get("profile")
    if name is None:
        return _profile("", base, {})
    if name not in profiles:
        near = get_close_matches(name, profiles, n=1)
        way = (
            f"did you mean `{near[0]}`?"
            if near
            else f"add [profiles.{name}] to {FILE} in the project's root."
        )
        raise NameNotFoundError([fault(f"there is no profile {name!r} in {FILE}.", way)])
    if not isinstance(profiles[name], dict):
        raise LoadError([fault(f"profiles.{name} is no table.", _lines(name))])
    faults = list(misplaced(profiles[name], f"[profiles.{name}]", KEYS))
    if faults:
        raise LoadError(faults)
    return _profile(name, base, profiles[name])


def read_tables(root: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the file says for all profiles, and the profiles, whose keys are not checked yet.

    Raises:
        LoadError: it cannot be read, or a value for all profiles is of the wrong kind.
    """
    path = root / FILE
    try:
        if not path.exists():
            return {}, {}
    except OSError as error:
        raise LoadError(
            [fault(f"{FILE} cannot be read: {error}.", "look at who may enter its folder.")]
        ) from error
    try:
        table = tomllib.loads(read_settings(path, encoding="utf-8-sig"))
    except (ValueError, RecursionError, OSError) as error:
        raise LoadError([fault(f"{FILE} cannot be read: {error}.", "mend it, or take it away.")]) from error
    profiles = table.pop("profiles", {})
    if not isinstance(profiles, dict):
        raise LoadError([fault("profiles is no table.", _lines("sandbox"))])
    if isinstance(table.get("profile"), dict):
        raise LoadError([fault("profile is a table.", f"did you mean `profiles`? {_lines('sandbox')}")])
    faults = list(misplaced(table, FILE, BASE_KEYS))
    if faults:
        raise LoadError(faults)
    return table, profiles


def _lines(name: str) -> str:
    return f"write [profiles.{name}] and lines below it."


def _profile(name: str, base: dict[str, Any], own: dict[str, Any]) -> Profile:
    """Return a profile: its own keys over those of all, tables key by key, masks of both."""
    merged = {key: value for key, value in {**base, **own}.items() if key != "profile"}
    tables = {key: {**base.get(key, {}), **own.get(key, {})} for key in _TABLES}
    settings = {**flat(base.get("settings", {})), **flat(own.get("settings", {}))}
    given = {
        **merged,
        **tables,
        "settings": {key: _value(value) for key, value in settings.items()},
        "accounts": {
            key: Account(EnvironmentVariable(one["env"]), **{k: v for k, v in one.items() if k == "header"})
            for key, one in tables["accounts"].items()
        },
        "mask": tuple(dict.fromkeys(map(_folded, [*base.get("mask", ()), *own.get("mask", ())]))),
    }
    if "allowed_hosts" in given:
        given["allowed_hosts"] = tuple(given["allowed_hosts"])
    if "proxy" in given:
        given["proxy"] = _value(given["proxy"])
    return Profile(name=name, **given)


def _folded(pointer: str) -> str:
    """Return a pointer of ``mask`` with the name of a header in lower case, as answers have it."""
    part, dot, name = pointer.partition("/headers/")
    return f"{part}{dot}{name.lower()}" if part in ("/request", "/response") else pointer


def _value(value: Any) -> Any:
    return EnvironmentVariable(value["env"]) if is_variable(value) else value
