"""What Tab completes in the line of a magic: verbs, actions, inputs, options and their values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from IPython.core.completer import (
    CompletionContext,
    SimpleCompletion,
    SimpleMatcherResult,
    context_matcher,
)

from kustomer_nb.config import FAULT, MODES, project_root
from kustomer_nb.config.loader import read_tables
from kustomer_nb.errors import KustomerNbError
from kustomer_nb.language.names import input_names
from kustomer_nb.transport.fault_names import FAULT_DESCRIPTIONS

from .action_cell import WORKBENCH
from .known_actions import find_action, known_apps, names_of_actions
from .line import NO_PROFILE, VERBS
from .words import OPTIONS

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_NAME = "kustomer_nb.magics"


def complete_lines(shell: InteractiveShell) -> None:
    """Let a shell complete the lines of the magics."""
    matchers = shell.Completer.custom_matchers
    # With %reload_ext it is there already.
    if any(getattr(matcher, "matcher_identifier", "") == _NAME for matcher in matchers):
        return

    @context_matcher(identifier=_NAME)  # type: ignore[untyped-decorator] # IPython declares no types for it
    def match(context: CompletionContext) -> SimpleMatcherResult:
        line = context.text_until_cursor
        completions = [SimpleCompletion(text=name) for name in complete_line(line, shell.user_ns)]
        # Python's names are none of a magic's line.
        return {
            "completions": completions,
            "matched_fragment": _last_word(line),
            "suppress": True,
            "ordered": True,
        }

    matchers.append(match)


def complete_line(line: str, variables: dict[str, Any]) -> list[str]:
    """Return what the last word of a line before the caret can be; nothing in a line of Python.

    Example:
        >>> complete_line("%knb pro", {}), complete_line("pro", {})
        (['profile'], [])
    """
    word = _last_word(line)
    words = line.split()[:-1] if word else line.split()
    if words[:1] not in (["%knb"], ["%%action"]):
        return []
    try:
        names = dict.fromkeys(_candidates(words, variables))
    # What cannot be read completes to nothing.
    except (KustomerNbError, OSError):
        return []
    return [name for name in names if name.startswith(word)]


def _last_word(line: str) -> str:
    return "" if not line or line[-1].isspace() else line.split()[-1]


def _candidates(words: list[str], variables: dict[str, Any]) -> Iterable[str]:
    if words[:1] == ["%%action"]:
        return [WORKBENCH]
    if len(words) < 2:
        return VERBS
    if words[-1] == "--mode":
        return [*MODES, *(f"{FAULT}{name}" for name in FAULT_DESCRIPTIONS)]
    if words[-1] == "--profile" or words[1:] == ["profile"]:
        return [*_profiles(variables), *([NO_PROFILE] if words[1:] == ["profile"] else [])]
    if words[1] == "run":
        return _of_run(words[2:], variables)
    return names_of_actions(variables) if words[1:] == ["lint"] else ()


def _profiles(variables: dict[str, Any]) -> list[str]:
    root = project_root(next((app.path for app in known_apps(variables) if app.path), None))
    return list(read_tables(root)[1])


def _of_run(words: list[str], variables: dict[str, Any]) -> list[str]:
    """Return what can follow in the line of a run: the action, then missing inputs, and options."""
    if not words:
        return names_of_actions(variables)
    action = find_action(variables, words[0])
    written = {word.partition("=")[0].removesuffix(":") for word in words}
    names = [name for name in input_names(action.value, {}) if name.kind == "input"]
    # A value that is no string is written as JSON.
    inputs = [
        f"{name.name}:=" if name.type in ("object", "array") else f"{name.name}="
        for name in names
        if name.name not in written
    ]
    return [*inputs, *(option for option in OPTIONS if option not in written)]
