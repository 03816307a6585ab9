"""Hides in reports what the projects of cases keep secret: a replay does not look a setting up."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kustomer_nb.config import project_root
from kustomer_nb.notebooks.known_values import KnownSecrets, known_secrets

# The secrets of each project, by its folder.
ProjectSecrets = dict[Path, KnownSecrets]


def hide_secrets_of(paths: Iterable[Path], known: ProjectSecrets) -> None:
    """Add the secrets of the projects of definitions to those that are known.

    What this process shows is redacted as long as it keeps ``known``. Neither a case file nor a table should
    have the value of a secret, but a person may have written it there.

    Raises:
        LoadError, SettingError: kustomer-nb.toml or .env cannot be read.
    """
    for path in dict.fromkeys(paths):
        root = project_root(path)
        if root not in known:
            known[root] = known_secrets(path)
