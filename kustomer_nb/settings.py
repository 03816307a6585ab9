"""Where the values of app settings come from; the first source that has one wins.

A mapping, the profile, the environment, ``.env``, the keyring, the definition's own default, and last a
hidden prompt where there is a person.
"""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kustomer_nb.definition import AppDefinition
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.errors import InputError, SettingError
from kustomer_nb.schema import coerce
from kustomer_nb.secret import Secret

KEYRING_SERVICE = "kustomer-nb"
Prompt = Callable[[str], str]


def variable(key: str) -> str:
    """Return the environment variable of a setting key.

    Example:
        >>> variable("ecommstore.default.authToken")
        'ECOMMSTORE_DEFAULT_AUTHTOKEN'
    """
    return "".join(char if char.isalnum() else "_" for char in key).upper()


@dataclass(frozen=True)
class Sources:
    """Every place a value may come from, but the definition and the prompt.

    ``given`` and ``profile`` name settings by full key or by an unambiguous tail.
    """

    given: Mapping[str, Any] = field(default_factory=dict)
    profile: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    env_file: Mapping[str, str | None] = field(default_factory=dict)
    keyring: Callable[[str], str | None] = field(default=lambda key: None)


def sources(
    root: Path, *, given: Mapping[str, Any] | None = None, profile: Mapping[str, Any] | None = None
) -> Sources:
    """Return the sources of this machine: environment, ``.env`` in the root, the keyring if installed."""
    from dotenv import dotenv_values

    path = root / ".env"
    # Without interpolation: a token may hold ${…} of its own.
    env_file = dotenv_values(path, interpolate=False) if path.is_file() else {}
    return Sources(given or {}, profile or {}, os.environ, env_file, _keyring())


def _keyring() -> Callable[[str], str | None]:
    try:
        import keyring
    except ImportError:
        return lambda key: None
    from keyring.errors import KeyringError

    def ask(key: str) -> str | None:
        try:
            password: str | None = keyring.get_password(KEYRING_SERVICE, key)
        except KeyringError:
            return None
        return password

    return ask


def resolve(
    keys: Iterable[str], sources: Sources, app: AppDefinition, *, prompt: Prompt | None = None
) -> dict[str, Secret | None]:
    """Return the value of each setting key, None where no source has one.

    Values given in Python count as they are; one from the environment, a file or a prompt is text and takes
    the type the app declares.

    Raises:
        SettingError: ``given`` or the profile names no setting of these keys, or fits two.
        SettingError: a text cannot be read as the declared type.
    """
    wanted = list(dict.fromkeys(keys))
    given = _by_key(sources.given, wanted, "settings=")
    profile = _by_key(sources.profile, wanted, None)
    values: dict[str, Secret | None] = {}
    for key in wanted:
        found = _first(key, given, profile, sources, app)
        if found is None and prompt is not None and (typed := prompt(key)):
            found = Secret(_typed(typed, key, app), source="typed in")
        values[key] = found
    return values


def _first(
    key: str, given: Mapping[str, Any], profile: Mapping[str, Any], sources: Sources, app: AppDefinition
) -> Secret | None:
    if given.get(key) is not None:
        return Secret(given[key], source="settings=")
    if profile.get(key) is not None:
        return Secret(profile[key], source="profile")
    name = variable(key)
    if text := sources.environment.get(name):
        return Secret(_typed(text, key, app), source=f"environment variable {name}")
    if text := sources.env_file.get(name):
        return Secret(_typed(text, key, app), source=".env")
    if text := sources.keyring(key):
        return Secret(_typed(text, key, app), source="keyring")
    declared = app.setting(key)
    # Kustomer writes "" or null for no default.
    if declared is not None and declared.default_value not in (None, ""):
        return Secret(declared.default_value, source="default of the definition")
    return None


def _typed(text: str, key: str, app: AppDefinition) -> str | float | bool:
    declared = app.setting(key)
    if declared is None or declared.type not in {"number", "boolean"}:
        return text
    try:
        value = coerce({key: text}, {"properties": {key: {"type": declared.type}}}).value[key]
    except InputError:
        message = f"the setting {key} is declared as {declared.type}, and its value is none."
        raise SettingError([_fault(message, f"give it a {declared.type}.")]) from None
    return value  # type: ignore[no-any-return] # coerce gives what the schema says


def _by_key(values: Mapping[str, Any], keys: list[str], argument: str | None) -> dict[str, Any]:
    """Return the values by full key; ``argument`` names the mapping whose unknown names are a fault."""
    found: dict[str, Any] = {}
    faults = []
    for name, value in values.items():
        fits = [key for key in keys if key == name] or [key for key in keys if key.endswith(f".{name}")]
        if len(fits) == 1:
            found[fits[0]] = value
        elif len(fits) > 1:
            faults.append(_fault(f"{name!r} fits {' and '.join(fits)}.", "write the full key."))
        elif argument:
            known = ", ".join(keys) or "this action uses none"
            faults.append(
                _fault(f"{argument} names {name!r}, which is no setting here.", f"settings: {known}.")
            )
    if faults:
        raise SettingError(faults)
    return found


def _fault(message: str, fix: str) -> Diagnostic:
    return Diagnostic("KNB802", Severity.ERROR, "", message, fix)


def person() -> Prompt | None:
    """Return a hidden prompt where somebody can type: a terminal, or a notebook cell that is being run."""
    # While a cell runs, ipykernel puts a bound method of its own in getpass's place.
    in_kernel = hasattr(getpass.getpass, "__self__")
    return _ask if in_kernel or sys.stdin.isatty() else None


def _ask(key: str) -> str:
    try:
        return getpass.getpass(f"{key} (not shown): ")
    except (NotImplementedError, EOFError):
        # nbclient and nbval run cells where nobody can answer.
        return ""
