"""Reads ``kustomer-nb.toml``: the keys for all profiles, and the profiles by name."""

from __future__ import annotations

import os
import tomllib
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kustomer_nb.errors import LoadError, NameNotFoundError
from kustomer_nb.jsontext.caches import parsed_file
from kustomer_nb.jsontext.copies import copy_json
from kustomer_nb.jsontext.text_file import read_settings
from kustomer_nb.near_names import near_miss
from kustomer_nb.printable import quoted

from .keys import fault, flat, is_variable
from .modes import PROFILE_VARIABLE
from .profile import Account, Profile
from .settings import EnvironmentVariable

if TYPE_CHECKING:
    from kustomer_nb.diagnostics import Diagnostic

FILE = "kustomer-nb.toml"
# Keys that no profile has.
_OF_THE_PROJECT = ("profile", "evaluate")
_TABLES = ("settings", "hosts", "tls", "env", "accounts", "platform", "ignore")


def project_root(path: Path | None) -> Path:
    """Return the nearest folder above a definition that contains ``kustomer-nb.toml`` or ``.git``.

    If there is none: the folder of the definition, or the current folder.
    """
    start = folder = _real_folder(os.path.dirname(path) if path else "")  # noqa: PTH120 - see below
    while True:
        # Not by Path.exists, which takes five times as long: every run asks.
        for name in (FILE, ".git"):
            if os.access(f"{folder}{os.sep}{name}", os.F_OK):
                return _as_path(folder)
        above = os.path.dirname(folder)  # noqa: PTH120
        if above == folder:
            return _as_path(start)
        folder = above


_as_path = lru_cache(maxsize=64)(Path)
_REAL_FOLDERS: dict[str, str] = {}
_MOST_FOLDERS = 64


def _real_folder(folder: str) -> str:
    """Return a folder without links in its path, cached: that takes a system call for each of its parents."""
    real = _REAL_FOLDERS.get(folder)
    # Only if the path still leads to the same folder: it may have been renamed, removed, or linked elsewhere.
    if real is None or not _leads_to(folder, real):
        real = os.path.realpath(folder)
        if len(_REAL_FOLDERS) >= _MOST_FOLDERS:
            _REAL_FOLDERS.clear()
        _REAL_FOLDERS[folder] = real
    return real


def _leads_to(folder: str, real: str) -> bool:
    if folder == real:
        # As long as no link has been put in its place: both are the same folder then.
        return not os.path.islink(folder)  # noqa: PTH114 - see below
    try:
        return os.path.samefile(folder or ".", real)  # noqa: PTH121 - a tenth of the time of Path.samefile
    except (OSError, ValueError):
        return False


def load_profile(name: str | None, root: Path) -> Profile:
    """Return a profile, merged over the keys for all profiles.

    ``None`` means the profile that ``KUSTOMER_NB_PROFILE`` names, or that the file names in ``profile``, or
    else only the keys for all.

    Raises:
        NameNotFoundError: there is no profile with that name.
        LoadError: ``kustomer-nb.toml`` cannot be read, or a value in it is invalid.
    """
    name = name or os.environ.get(PROFILE_VARIABLE) or None
    # A tenth of the time of Path's /.
    path = f"{root}{os.sep}{FILE}"
    profile = parsed_file(path, partial(_read_profile, name, root), "profile", name)
    # With tables of its own: a user gets the profile with each run, and may change them. As
    # dataclasses.replace() in a third of its time: every run loads its profile.
    own = object.__new__(Profile)
    fields = vars(own)
    fields.update(vars(profile))
    for table in _TABLES:
        fields[table] = copy_json(fields[table]) if fields[table] else {}
    return own


def load_masks(root: Path) -> tuple[str, ...]:
    """Return what any profile of a project masks: what is written once is read with every profile.

    Raises:
        LoadError: ``kustomer-nb.toml`` cannot be read, or a value in it is invalid.
    """
    return parsed_file(f"{root}{os.sep}{FILE}", partial(_read_masks, root), "masks")


def _read_masks(root: Path) -> tuple[str, ...]:
    _, profiles = read_tables(root)
    names = (None, *profiles)
    return tuple(dict.fromkeys(pointer for name in names for pointer in load_profile(name, root).mask))


def _read_profile(name: str | None, root: Path) -> Profile:
    base, profiles = read_tables(root)
    return chosen_profile(name, base, profiles, root / FILE)


def chosen_profile(
    name: str | None, base: dict[str, Any], profiles: dict[str, Any], path: Path, text: str | None = None
) -> Profile:
    """Return a profile of the tables of a file, or the one that they name; ``text`` None is read from it.

    Raises:
        NameNotFoundError: there is no profile with that name.
        LoadError: a value of the profile is invalid.
    """
    name = name or base.get("profile")
    if name is None:
        return _profile("", base, {})
    if name not in profiles:
        near = near_miss(name, profiles)
        fix = f"did you mean `{near}`?" if near else f"add [profiles.{name}] to {FILE} in the project's root."
        raise NameNotFoundError([fault(f"there is no profile {quoted(name)} in {FILE}.", fix)])
    if not isinstance(profiles[name], dict):
        problem = fault(f"profiles.{name} is not a table.", _lines(name))
        raise _refusal(path, [("", problem)], name, text)
    from .models import ProfileTable, problems

    if faults := list(problems(profiles[name], f"[profiles.{name}]", ProfileTable)):
        raise _refusal(path, faults, name, text)
    return _profile(name, base, profiles[name])


def evaluates(root: Path) -> bool:
    """Return whether Node evaluates the modules of a project, by ``evaluate = true`` in its file.

    Raises:
        LoadError: the file cannot be read, or a value for all profiles is invalid.
    """
    return bool(read_tables(root)[0].get("evaluate", False))


def read_tables(root: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the keys for all profiles, and the profiles, whose keys are not checked yet.

    Raises:
        LoadError: the file cannot be read, or a value for all profiles is invalid.
    """
    path = root / FILE
    try:
        if not path.exists():
            return {}, {}
    except OSError as error:
        raise LoadError(
            [fault(f"{FILE} cannot be read: {error}.", "check the permissions of its folder.")]
        ) from error
    try:
        # utf-8-sig: Windows editors write a byte order mark.
        text = read_settings(path, encoding="utf-8-sig")
    except (ValueError, OSError) as error:
        raise _unreadable(path, "", error) from error
    return tables_in(text, path)


def tables_in(text: str, path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the keys for all profiles in a text, and the profiles, whose keys are not checked yet.

    Raises:
        LoadError: the text is not TOML, or a value for all profiles is invalid.
    """
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise _unreadable(path, text, error) from error
    profiles = table.pop("profiles", {})
    if not isinstance(profiles, dict):
        raise _refusal(path, [("profiles", fault("profiles is not a table.", _lines("sandbox")))], text=text)
    # [profile.sandbox] is the likeliest slip: its fix is another one than that of a wrong type.
    if isinstance(table.get("profile"), dict):
        problem = fault("profile is a table.", f"did you mean `profiles`? {_lines('sandbox')}")
        raise _refusal(path, [("profile", problem)], text=text)
    # Late: the models take about 10 ms to build, which only a project with this file should pay.
    from .models import FileTable, problems

    if faults := list(problems(table, "", FileTable)):
        raise _refusal(path, faults, text=text)
    return table, profiles


def _unreadable(path: Path, text: str, error: Exception) -> LoadError:
    # Late: only for an error.
    from .positions import in_file, syntax_position

    reason, span = syntax_position(str(error), text)
    problem = fault(f"{FILE} cannot be read: {reason}.", "correct or remove the file.")
    return LoadError([in_file(problem, path, span)])


def _refusal(
    path: Path, faults: list[tuple[str, Diagnostic]], profile: str = "", text: str | None = None
) -> LoadError:
    """Return the error for the faults in a file, each with the position of its key."""
    from .positions import in_file, key_span

    if text is None:
        text = read_settings(path, encoding="utf-8-sig", errors="replace")
    return LoadError([in_file(problem, path, key_span(text, key, profile)) for key, problem in faults])


def _lines(name: str) -> str:
    return f"write [profiles.{name}] and its keys below."


def _profile(name: str, base: dict[str, Any], own: dict[str, Any]) -> Profile:
    """Return a profile: its keys replace those for all, tables are merged by key, masks are joined."""
    merged = {key: value for key, value in {**base, **own}.items() if key not in _OF_THE_PROJECT}
    tables = {key: {**base.get(key, {}), **own.get(key, {})} for key in _TABLES}
    settings = {**flat(base.get("settings", {})), **flat(own.get("settings", {}))}
    values = {
        **merged,
        **tables,
        "settings": {key: _value(value) for key, value in settings.items()},
        "accounts": {
            key: Account(
                EnvironmentVariable(account["env"]), **{k: v for k, v in account.items() if k == "header"}
            )
            for key, account in tables["accounts"].items()
        },
        "mask": tuple(dict.fromkeys(map(_fold_header, [*base.get("mask", ()), *own.get("mask", ())]))),
    }
    if "allowed_hosts" in values:
        values["allowed_hosts"] = tuple(values["allowed_hosts"])
    if "proxy" in values:
        values["proxy"] = _value(values["proxy"])
    return Profile(name=name, **values)


def _fold_header(pointer: str) -> str:
    """Return a pointer of ``mask`` with the name of a header in lower case, as responses have it."""
    part, dot, name = pointer.partition("/headers/")
    return f"{part}{dot}{name.lower()}" if part in ("/request", "/response") else pointer


def _value(value: Any) -> Any:
    return EnvironmentVariable(value["env"]) if is_variable(value) else value
