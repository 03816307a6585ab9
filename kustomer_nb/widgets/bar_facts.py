"""What the bar of a workbench shows: profiles, failures, what is in the way of Run, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kustomer_nb import reporting
from kustomer_nb.codes import Code
from kustomer_nb.config import FAULT, SENDING, Profile, load_profile
from kustomer_nb.config.loader import read_tables
from kustomer_nb.errors import KustomerNbError, LoadError, NameNotFoundError, SettingError
from kustomer_nb.transport import FAULTS

from .running import State
from .shown_paths import shown_path

if TYPE_CHECKING:
    from pathlib import Path

    from kustomer_nb.run import Prepared, Run
    from kustomer_nb.transport.fault_injection import InjectedFault

    from .session import Session

_ASKS = {
    "none": "never asks",
    "confirm": "asks first",
    "type": "asks every time",
    "deny": "read-only",
}
# What only another mode helps against.
_MODE_CODES = frozenset({Code.MODE_UNKNOWN, Code.NO_CASSETTE_PATH, Code.CASSETTE_UNREADABLE})


def profile_rows(root: Path) -> list[dict[str, Any]]:
    """Return the profiles of a project that can be chosen; none if its file cannot be read."""
    try:
        base, tables = read_tables(root)
        named = [load_profile(name, root) for name in tables]
    except KustomerNbError:
        # The preview shows that error.
        base, named = {}, []
    default = base.get("profile")
    rows = [profile_row(profile, is_default=profile.name == default) for profile in named]
    # With a default profile, no profile cannot be chosen.
    return rows if default else [profile_row(Profile()), *rows]


def profile_row(profile: Profile, *, is_default: bool = False) -> dict[str, Any]:
    """Return a profile as the chip and its list show it."""
    return {
        "name": profile.name,
        "label": profile.label,
        "colour": profile.tone,
        "asks": _ASKS.get(profile.effective_guard or "", "asks for remote hosts"),
        "words": reporting.guard_text(profile),
        "hosts": ", ".join(dict.fromkeys(profile.hosts.values())),
        "default": is_default,
    }


def fault_rows() -> list[dict[str, str]]:
    """Return the failures that can be simulated."""
    return [_fault(fault) for fault in FAULTS.values()]


def _fault(fault: InjectedFault) -> dict[str, str]:
    is_status = fault.name.isdecimal()
    title = reporting.status_text(int(fault.name)) if is_status else fault.name
    group = "Status" if is_status else "Connection and body"
    # The title says the status.
    words = fault.description.removeprefix(f"returns {title}").lstrip(":,. ")
    return {"name": fault.name, "title": title, "words": words, "group": group}


def head(state: State, words: str, simulated: str, run: Run | None) -> dict[str, Any]:
    """Return what became of the latest press of Run, for the right end of the bar."""
    facts: dict[str, Any] = {"state": str(state), "words": words, "simulated": simulated}
    if state is State.IDLE and run is None:
        return {**facts, "words": "Not run yet"}
    if run is None:
        return facts
    response = run.response
    simulated = run.mode.removeprefix(FAULT) if run.mode.startswith(FAULT) else ""
    words = words or reporting.run_status(run)
    facts |= {"words": words, "simulated": simulated, "mode": run.mode}
    if response is not None:
        facts |= {
            "status": response.status_code,
            "title": reporting.status_text(response.status_code),
            "milliseconds": round(run.elapsed * 1000),
            "size": response.size,
        }
    return facts


def refusal(session: Session, prepared: Prepared | None) -> dict[str, Any]:
    """Return why Run is disabled, and the place that Run leads to then; empty if it is not."""
    if prepared is None:
        return _unprepared(session.preview_error)
    wrong = session.faults
    if wrong:
        count = len(wrong)
        words = f"{count} {'field needs' if count == 1 else 'fields need'} attention"
        labels = [{"pointer": pointer, "label": shown_path(pointer)} for pointer in wrong]
        return {"kind": "fields", "words": words, "targets": labels}
    return _unsent(session, prepared) if prepared.mode in SENDING else {}


def _unprepared(error: KustomerNbError | None) -> dict[str, Any]:
    """Return why there is no request, with the place that leads on: the profile, the mode, or a line."""
    words, first = str(error), next(iter(error.diagnostics), None) if error else None
    code = "" if first is None else first.code
    span = None if first is None else first.span
    if code in _MODE_CODES:
        return {"kind": "mode", "words": words, "targets": []}
    if isinstance(error, (NameNotFoundError, LoadError)):
        # Of the profile, or of the file that the profiles are in.
        return {"kind": "profile", "words": words, "targets": []}
    if isinstance(error, SettingError):
        return {"kind": "settings", "words": words, "targets": []}
    return {"kind": "definition", "words": words, "targets": [], "line": span.line if span else 0}


def _missing(session: Session, prepared: Prepared) -> list[str]:
    """Return the settings, the app account and the variables of ``_env`` that have no value."""
    codes = prepared.request.diagnostics.errors.codes
    missing = [*prepared.request.unset]
    if Code.ACCOUNT_TOKEN_UNSET in codes:
        missing.append(f"appAccountName {session.definition.app_account_name}")
    if Code.SAMPLE_ENV_SENT in codes:
        missing += [f"_env.{name}" for name, value in session.typed.read_env().items() if value is None]
    return missing


def _unsent(session: Session, prepared: Prepared) -> dict[str, Any]:
    """Return why a request with valid inputs cannot be sent; empty if it can."""
    errors = prepared.request.diagnostics.errors
    if not errors:
        return {}
    if missing := _missing(session, prepared):
        words = f"{missing[0]} has no value" if len(missing) == 1 else f"{len(missing)} settings missing"
        targets = [{"pointer": key, "label": key} for key in missing]
        return {"kind": "settings", "words": words, "targets": targets}
    first = errors[0]
    line = first.span.line if first.span else 0
    return {"kind": "request", "words": f"{first.code} {first.message}", "targets": [], "line": line}
