"""``%knb``: runs an action, lints, and selects the profile, in one line of a notebook."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_magic, magics_class

from kustomer_nb.action import Action
from kustomer_nb.app import App
from kustomer_nb.config import load_profile, project_root
from kustomer_nb.config.loader import read_tables
from kustomer_nb.config.modes import PROFILE_VARIABLE
from kustomer_nb.faces import Face, read_in
from kustomer_nb.loading import load
from kustomer_nb.near_names import near_miss
from kustomer_nb.printable import one_line
from kustomer_nb.user_paths import user_path

from .known_actions import find_action, known_apps
from .words import read_words

if TYPE_CHECKING:
    from kustomer_nb.diagnostics import Diagnostics

RUN = "%knb run NAME [input=value …] [--mode MODE] [--profile NAME] [--confirm NAME]"
LINT = "%knb lint [NAME or FILE]"
PROFILE = "%knb profile [NAME or none]"
NO_PROFILE = "none"


@magics_class
class LineMagics(Magics):
    """The line magic ``%knb``."""

    @line_magic
    def knb(self, line: str) -> Any:
        """Run an action, lint a definition, or select a profile.

        ``%knb run find orderId=7`` runs an action of this notebook, by the name of its variable or its own;
        ``lines:=[1]`` passes a JSON value. ``%knb lint`` returns the problems of a definition, and
        ``%knb profile sandbox`` selects the profile of the runs of this kernel that name none.
        """
        verb, _, words = line.strip().partition(" ")
        if verb not in VERBS:
            usage = "\n".join((RUN, LINT, PROFILE))
            near = near_miss(verb, VERBS) if verb else None
            raise UsageError(f"{usage}\nDid you mean %knb {near}?" if near else usage)
        # The options of a line are flags.
        with read_in(Face.COMMAND_LINE):
            return VERBS[verb](self._variables, words)

    @property
    def _variables(self) -> dict[str, Any]:
        return {} if self.shell is None else self.shell.user_ns


def _run(variables: dict[str, Any], line: str) -> Any:
    words = read_words(line, RUN)
    if len(words.names) > 1:
        message = f"{words.names[1]} is not input=value."
        raise UsageError(f"{RUN}\n{message}")
    action = find_action(variables, next(iter(words.names), None))
    return action.run(words.inputs, **words.options)  # type: ignore[arg-type] # options by their own names


def _lint(variables: dict[str, Any], line: str) -> Diagnostics:
    words = read_words(line, LINT)
    if len(words.names) > 1 or words.options or words.inputs:
        raise UsageError(LINT)
    if not words.names:
        apps = known_apps(variables)
        if not apps:
            raise UsageError(f"{LINT}\nThis notebook has no definition; name a file.")
        return apps[0].lint()
    (name,) = words.names
    if isinstance(value := variables.get(name), (App, Action)):
        return value.lint()
    if user_path(name).is_file():
        return load(name).lint()
    return find_action(variables, name).lint()


def _profile(variables: dict[str, Any], line: str) -> None:
    words = read_words(line, PROFILE)
    if len(words.names) > 1 or words.options or words.inputs:
        raise UsageError(PROFILE)
    root = project_root(next((app.path for app in known_apps(variables) if app.path), None))
    if not words.names:
        _show(_profiles(root))
        return
    (name,) = words.names
    if name == NO_PROFILE:
        os.environ.pop(PROFILE_VARIABLE, None)
        _show("Runs that name no profile use that of kustomer-nb.toml again.")
        return
    profile = load_profile(name, root)
    os.environ[PROFILE_VARIABLE] = name
    label = f" ({profile.label})" if profile.label and profile.label != name else ""
    _show(f"Runs of this kernel that name no profile use {name}{label}.")


def _profiles(root: Path) -> str:
    """Return the names of the profiles of a project, the one that runs use with a star."""
    base, tables = read_tables(root)
    if not tables:
        return "There is no profile in kustomer-nb.toml. Fix: add [profiles.sandbox]."
    selected = os.environ.get(PROFILE_VARIABLE) or base.get("profile")
    return "\n".join(f"{'*' if name == selected else ' '} {name}" for name in tables)


def _show(text: str) -> None:
    sys.stdout.write("\n".join(map(one_line, text.split("\n"))) + "\n")


VERBS: dict[str, Callable[[dict[str, Any], str], Any]] = {"run": _run, "lint": _lint, "profile": _profile}
