"""Where the answer of a run comes from."""

from __future__ import annotations

import os
from difflib import get_close_matches

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.errors import RequestError
from kustomer_nb.transport.fault_names import FAULT_DESCRIPTIONS, fault_description

from .profile import Profile

VARIABLE = "KUSTOMER_NB_MODE"
MODES = ("live", "record", "replay", "sample")
FAULT = "fault:"
# A request of these leaves the machine; the others need no token and ask for no name.
SENDING = frozenset({"live", "record"})
# These are answered from files; they need neither the network nor what knows it.
OFFLINE = frozenset({"sample", "replay"})


def mode_of(given: str | None, profile: Profile) -> str:
    """Return the mode of a run: the argument, then KUSTOMER_NB_MODE, then the profile, then live.

    Raises:
        RequestError: there is no such mode, or no such fault.

    Example:
        >>> mode_of("fault:429", Profile())
        'fault:429'
    """
    mode = given or os.environ.get(VARIABLE) or profile.mode or "live"
    if is_mode(mode):
        return mode
    known = list(FAULT_DESCRIPTIONS) if mode.startswith(FAULT) else [*MODES, "fault:<name>"]
    near = get_close_matches(mode.removeprefix(FAULT), [*known, *MODES], n=1)
    way = f"did you mean `{near[0]}`?" if near else f"use {', '.join(known[:-1])} or {known[-1]}."
    message = (
        f"there is no fault {fault_of(mode)!r}."
        if mode.startswith(FAULT)
        else f"mode {mode!r} is not a mode."
    )
    raise RequestError([Diagnostic(Code.MODE_UNKNOWN, Severity.ERROR, "", message, way)])


def is_mode(text: str) -> bool:
    """Return whether a text names a mode; a fault may be any status from 400 to 599 too.

    Example:
        >>> [is_mode(text) for text in ("live", "fault:tls", "fault:418", "fault:200")]
        [True, True, True, False]
    """
    return text in MODES or fault_description(fault_of(text)) is not None


def fault_of(mode: str) -> str:
    """Return the name of the fault a mode asks for, empty where it asks for none.

    Example:
        >>> fault_of("fault:timeout"), fault_of("live")
        ('timeout', '')
    """
    return mode.removeprefix(FAULT) if mode.startswith(FAULT) else ""
