"""Where the values of app settings come from; the first source that has one wins.

A mapping, the profile, the environment, ``.env``, the keyring, the definition's own default, and last a
hidden prompt where there is a person.
"""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from kustomer_nb.definition import AppDefinition
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.errors import InputError, SettingError
from kustomer_nb.schema import coerce
from kustomer_nb.secret import Secret, variable

KEYRING_SERVICE = "kustomer-nb"
# Kustomer writes "" or null for no default; an empty variable is none either.
_NONE = (None, "")
Prompt = Callable[[str], str]


@dataclass(frozen=True)
class Sources:
    """Every place a value may come from, but the definition and the prompt.

    ``given`` and ``profile`` name settings by full key or by an unambiguous tail.
    """

    given: Mapping[str, Any] = field(default_factory=dict, repr=False)
    profile: Mapping[str, Any] = field(default_factory=dict, repr=False)
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    env_file: Mapping[str, str | None] = field(default_factory=dict, repr=False)
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

    A text takes the type the app declares, wherever it comes from.

    Raises:
        SettingError: ``given`` names no setting of these keys or of the app, or a name fits two.
        SettingError: a text cannot be read as the declared type.
    """
    wanted = list(dict.fromkeys(keys))
    chosen = [
        ("settings=", _by_key(sources.given, wanted, [*wanted, *_declared(app)])),
        ("profile", _by_key(sources.profile, wanted)),
    ]
    values: dict[str, Secret | None] = {}
    for key in wanted:
        found = next((one for one in _candidates(key, chosen, sources, app) if one is not None), None)
        if found is None and prompt is not None and (typed := prompt(key)):
            found = Secret(typed, source="typed in")
        values[key] = None if found is None else _typed(found, key, app)
    return values


def _declared(app: AppDefinition) -> list[str]:
    return [
        f"{app.app}.{category}.{name}" for category, named in (app.settings or {}).items() for name in named
    ]


def _candidates(
    key: str, chosen: list[tuple[str, dict[str, Any]]], sources: Sources, app: AppDefinition
) -> Iterator[Secret | None]:
    """Yield the value of each source, None where it has none: lazily, for the keyring may ask a person."""
    for source, named in chosen:
        yield _found(named.get(key), source)
    name = variable(key)
    yield _found(sources.environment.get(name), f"environment variable {name}")
    yield _found(sources.env_file.get(name), ".env")
    yield _found(sources.keyring(key), "keyring")
    declared = app.setting(key)
    yield _found(declared.default_value if declared else None, "default of the definition")


def _found(value: Any, source: str) -> Secret | None:
    if value in _NONE:
        return None
    if isinstance(value, Secret):
        return None if value.reveal() in _NONE else value
    return Secret(value, source=source)


def _typed(found: Secret, key: str, app: AppDefinition) -> Secret:
    declared = app.setting(key)
    is_text = isinstance(found.reveal(), str)
    if not is_text or declared is None or declared.type not in {"number", "boolean"}:
        return found
    try:
        typed = coerce({key: found.reveal()}, {"properties": {key: {"type": declared.type}}}).value[key]
    except InputError:
        message = f"the setting {key} is declared as {declared.type}, and its value is none."
        raise SettingError([_fault(message, f"give it a {declared.type}.")]) from None
    return Secret(typed, source=found.source)


def _by_key(values: Mapping[str, Any], keys: list[str], known: list[str] | None = None) -> dict[str, Any]:
    """Return the values by full key; with ``known``, a name that fits none of these is a fault."""
    found: dict[str, Any] = {}
    faults = []
    for name, value in values.items():
        fits = _fitting(name, keys)
        if len(fits) == 1:
            found[fits[0]] = value
        elif fits:
            faults.append(_fault(f"{name!r} fits {' and '.join(fits)}.", "write the full key."))
        elif known is not None and not _fitting(name, known):
            faults.append(
                _fault(f"settings= names {name!r}, which is no setting here.", _near_miss(name, known))
            )
    if faults:
        raise SettingError(faults)
    return found


def _near_miss(name: str, known: list[str]) -> str:
    tails = [tail for key in known for tail in (key, key.rpartition(".")[2])]
    near = get_close_matches(name, tails, n=1)
    listed = ", ".join(dict.fromkeys(known)) or "none"
    return f"did you mean `{near[0]}`?" if near else f"known here: {listed}."


def _fitting(name: str, keys: list[str]) -> list[str]:
    return [key for key in keys if key == name] or [key for key in keys if key.endswith(f".{name}")]


def _fault(message: str, fix: str) -> Diagnostic:
    return Diagnostic("KNB802", Severity.ERROR, "", message, fix)


def person() -> Prompt | None:
    """Return a hidden prompt where somebody can type: a terminal, or a notebook cell that is being run."""
    # While a cell runs, ipykernel puts a bound method of its own in getpass's place.
    in_kernel = hasattr(getpass.getpass, "__self__")
    return _ask if in_kernel or (sys.stdin is not None and sys.stdin.isatty()) else None


def _ask(key: str) -> str:
    try:
        return getpass.getpass(f"{key} (not shown): ")
    except (NotImplementedError, EOFError):
        # nbclient and nbval run cells where nobody can answer.
        return ""
