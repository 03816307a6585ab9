"""The secrets that a project knows: what `share` looks for in a notebook."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from kustomer_nb.config import Profile, load_profile, project_root
from kustomer_nb.config.loader import read_tables
from kustomer_nb.config.project import Project
from kustomer_nb.config.settings import DEFAULT, EnvironmentVariable, Sources, sources
from kustomer_nb.definition import AppDefinition
from kustomer_nb.secrets import PLACEHOLDER, SHORTEST_INNER, Credential, Redactor, Secret, variable
from kustomer_nb.secrets.secret import all_secrets
from kustomer_nb.secrets.token_patterns import is_named, is_sure, names_credential

# These are values that a definition or a file in git has anyway, or none.
_PUBLIC_SOURCES = frozenset({PLACEHOLDER, DEFAULT, "nowhere", "masked"})


class KnownSecrets(NamedTuple):
    """What a project knows: a redactor of its secrets, their labels, and the keys of its settings."""

    redactor: Redactor
    labels: frozenset[str]
    keys: frozenset[str]


def known_secrets(path: Path) -> KnownSecrets:
    """Return every secret that the project of a file knows.

    These are the values of the settings of all its definitions, from each source and profile, what .env and
    the environment hold under the name of a credential, and what this process has typed in.

    Raises:
        LoadError, SettingError: kustomer-nb.toml or .env cannot be read.
    """
    root = project_root(path)
    secrets: dict[str, Secret] = {}
    seen: set[Secret] = set()
    for label, value in [*_values(root), *_alive()]:
        secret = value if isinstance(value, Secret) else Secret(value, source="the project")
        if secret not in seen:
            seen.add(secret)
            secrets[_free(label, secrets)] = secret
    return KnownSecrets(Redactor(secrets), frozenset(secrets), frozenset(Project(root).setting_keys))


def _free(label: str, labels: Collection[str]) -> str:
    """Return a label that is not in use: a setting may have several values, such as one for each profile."""
    number = 1
    free = label
    while free in labels:
        number += 1
        free = f"{label}-{number}"
    return free


def _values(root: Path) -> Iterator[tuple[str, Any]]:
    """Yield each secret value of a project with its label; a value may be there several times."""
    profiles = _profiles(root)
    by_profile = [(profile, sources(root, profile=profile.settings)) for profile in profiles]
    for document in Project(root).documents:
        app = AppDefinition.read(document.value).model if document.is_app else AppDefinition()
        keys = [
            f"{app.app}.{category}.{name}"
            for category, named in (app.settings or {}).items()
            for name in named
        ]
        keys += [key for action in document.actions for key in action.definition.setting_keys.values()]
        for key in dict.fromkeys(keys):
            for _, origin in by_profile:
                yield from _values_of(key, app, origin)
    for profile, origin in by_profile:
        yield from _values_of_profile(profile, origin)
    yield from _named_credentials(by_profile[0][1])


def _profiles(root: Path) -> list[Profile]:
    base, tables = read_tables(root)
    names = [None, *tables] if base.get("profile") is None else list(tables)
    return [load_profile(name, root) for name in names] or [Profile()]


def _values_of(key: str, app: AppDefinition, origin: Sources) -> Iterator[tuple[str, Any]]:
    """Yield the values that the sources have for a setting: which one counts depends on the run."""
    declared = app.setting(key)
    kind = declared.type if declared else None
    default = declared.default_value if declared else None
    if kind in {"number", "boolean"}:
        # 10 is in every notebook.
        return
    if kind == "secret" and _is_text(default):
        yield f"${key}", default
    name = variable(key)
    for value in (origin.environment.get(name), origin.env_file.get(name), origin.keyring(key)):
        # The default of a setting that is no secret is in the definition, for everyone to read.
        if _is_text(value) and (kind == "secret" or value != default):
            yield f"${key}", value


def _values_of_profile(profile: Profile, origin: Sources) -> Iterator[tuple[str, Any]]:
    variables: dict[str, Any] = {f"${name}": value for name, value in profile.settings.items()}
    variables |= {f"$account.{name}": account.token for name, account in profile.accounts.items()}
    variables["$proxy"] = profile.proxy
    for label, value in variables.items():
        if isinstance(value, EnvironmentVariable):
            # Both: the environment counts, but what .env holds is as secret.
            for text in (origin.environment.get(value.name), origin.env_file.get(value.name)):
                if _is_text(text):
                    yield label, text
        elif _is_text(value) and (names_credential(label.rpartition(".")[2].lstrip("$")) or is_sure(value)):
            yield label, value


def _named_credentials(origin: Sources) -> Iterator[tuple[str, str]]:
    for name, value in origin.env_file.items():
        if value and (names_credential(name) or is_sure(value)):
            yield f"${name}", value
    for name, value in origin.environment.items():
        if is_named(name) and len(value) >= SHORTEST_INNER and not os.path.exists(value):  # noqa: PTH110
            yield f"${name}", value


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _alive() -> Iterator[tuple[str, Secret]]:
    """Yield what was typed in, or passed to a run, in this process."""
    for secret in all_secrets():
        if secret.source in _PUBLIC_SOURCES or isinstance(secret, Credential):
            continue
        if isinstance(secret.reveal(), str) and len(secret) >= SHORTEST_INNER:
            yield "$secret.typed", secret
