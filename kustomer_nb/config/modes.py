"""The modes of a run, which say where its response comes from, and whether it is kept in the history."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from kustomer_nb.codes import Code
from kustomer_nb.errors import RequestError
from kustomer_nb.in_browser import IN_BROWSER
from kustomer_nb.near_names import near_miss
from kustomer_nb.printable import quoted
from kustomer_nb.transport.fault_names import FAULT_DESCRIPTIONS, fault_description

if TYPE_CHECKING:
    from .profile import Profile

VARIABLE = "KUSTOMER_NB_MODE"
LIVE_VARIABLE = "KUSTOMER_NB_LIVE"
# pytest sets it, and what it starts inherits it, such as the kernel of a notebook.
PYTEST_VARIABLE = "PYTEST_VERSION"
CI_VARIABLE = "CI"
# In place of a variable: a browser replaces headers, and may have sent what it reports as failed.
BROWSER = "browser"
# What `kustomer-nb record` passes to the kernel of a notebook: the profile, and the name that a person typed.
PROFILE_VARIABLE = "KUSTOMER_NB_PROFILE"
CONFIRM_VARIABLE = "KUSTOMER_NB_CONFIRM"
HISTORY_VARIABLE = "KUSTOMER_NB_HISTORY"
MODES = ("live", "record", "replay", "sample")
FAULT = "fault:"
_NO = frozenset({"", "0", "false", "no", "off"})
_YES = frozenset({"1", "true", "yes", "on"})
# These send a request; the others need no token and no confirmation.
SENDING = frozenset({"live", "record"})
# These take the response from a file; they need neither the network nor `transport`.
OFFLINE = frozenset({"sample", "replay"})


def mode_of(mode: str | None, profile: Profile) -> str:
    """Return the mode of a run: the argument, or else KUSTOMER_NB_MODE, the profile, or live.

    Raises:
        RequestError: there is no such mode or fault.

    Example:
        >>> from kustomer_nb.config.profile import Profile
        >>> mode_of("fault:429", Profile())
        'fault:429'
    """
    variable = "" if mode else os.environ.get(VARIABLE, "")
    mode = mode or variable or profile.mode or "live"
    if is_mode(mode):
        return mode
    raise _no_such_mode(mode, variable)


def _no_such_mode(mode: str, variable: str) -> RequestError:
    known = list(FAULT_DESCRIPTIONS) if mode.startswith(FAULT) else [*MODES, "fault:<name>"]
    near = near_miss(mode.removeprefix(FAULT), [*known, *MODES])
    fix = f"did you mean `{near}`?" if near else f"use {', '.join(known[:-1])} or {known[-1]}."
    name = f"fault {quoted(fault_of(mode))}" if mode.startswith(FAULT) else f"mode {quoted(mode)}"
    message = f"there is no {name}{f', which {VARIABLE} names' if variable else ''}."
    return RequestError.from_code(Code.MODE_UNKNOWN, message, fix)


def is_live_by_default(mode: str | None, profile: Profile) -> bool:
    """Return whether a run is live because nobody chose its mode for this run.

    The mode of a profile is that of all its runs.
    """
    return not (mode or os.environ.get(VARIABLE)) and (profile.mode or "live") == "live"


def fence() -> str:
    """Return the variable because of which no request may leave this machine; empty if it may.

    That is ``PYTEST_VERSION`` or ``CI``, unless ``KUSTOMER_NB_LIVE`` is 1. In a browser it is ``browser``.
    """
    if IN_BROWSER:
        return BROWSER
    variables = (PYTEST_VARIABLE, CI_VARIABLE)
    variable = next((name for name in variables if os.environ.get(name, "").lower() not in _NO), "")
    return "" if variable and os.environ.get(LIVE_VARIABLE, "").lower() in _YES else variable


def is_in_ci() -> bool:
    """Return whether ``CI`` says that this is a job of a CI server."""
    return os.environ.get(CI_VARIABLE, "").lower() not in _NO


def is_mode(text: str) -> bool:
    """Return whether a string is a mode; a fault may also be any status from 400 to 599.

    Example:
        >>> [is_mode(text) for text in ("live", "fault:tls", "fault:418", "fault:200")]
        [True, True, True, False]
    """
    return text in MODES or fault_description(fault_of(text)) is not None


def fault_of(mode: str) -> str:
    """Return the name of the fault in a mode, an empty string when it has none.

    Example:
        >>> fault_of("fault:timeout"), fault_of("live")
        ('timeout', '')
    """
    return mode.removeprefix(FAULT) if mode.startswith(FAULT) else ""


def keeps_history(profile: Profile) -> bool:
    """Return whether runs are kept in the history: the profile and KUSTOMER_NB_HISTORY can both say no."""
    is_off = os.environ.get(HISTORY_VARIABLE, "").lower() in {"off", "0", "false", "no"}
    return profile.history and not is_off
