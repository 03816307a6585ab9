"""The fence: under pytest and in CI no request leaves this machine that nobody asked for, in a browser none.

A run that is live by default is answered from the cassette instead, or refused.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kustomer_nb.codes import Code
from kustomer_nb.config import SENDING
from kustomer_nb.config.modes import BROWSER, CI_VARIABLE, LIVE_VARIABLE, PYTEST_VARIABLE
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity
from kustomer_nb.errors import GuardError
from kustomer_nb.faces import alternatives, how_to_pass, name_of
from kustomer_nb.request.url import DEFAULT_PORTS
from kustomer_nb.secrets import hide_all
from kustomer_nb.storage.cassette import Cassette
from kustomer_nb.storage.cassette.mismatch import refusal
from kustomer_nb.transport.browser import server_at

from .guards import admit_by_name, deny, guard, stays_here
from .recordable import to_recorded_request

if TYPE_CHECKING:
    from kustomer_nb.request import Request
    from kustomer_nb.transport.destinations import Destination

    from .prepare import Prepared

# A replay needs no token.
_UNSET = frozenset({Code.SETTING_UNSET, Code.ACCOUNT_TOKEN_UNSET})
_PLACES = {PYTEST_VARIABLE: "under pytest", CI_VARIABLE: "in CI"}
ALLOW = f"set {LIVE_VARIABLE}=1 to allow live requests"
# A browser replaces user-agent, host, cookie and others, adds origin, and hides most headers of a response.
_COPY = "copy it as cURL (under Request, or by `request.to_curl()`) and run that in a terminal"


def fence_reason(variable: str) -> str:
    """Return where a process runs, with the variable that says so.

    Example:
        >>> fence_reason("CI")
        'in CI (CI is set)'
        >>> fence_reason("browser")
        'in a browser'
    """
    if variable == BROWSER:
        return "in a browser"
    return f"{_PLACES[variable]} ({variable} is set)"


def fence_note(variable: str) -> str:
    """Return what a run tells that was answered from the cassette because of the fence.

    Example:
        >>> fence_note("CI")
        'Recorded: in CI (CI is set) no request leaves this machine. Set KUSTOMER_NB_LIVE=1 to allow it.'
    """
    if variable == BROWSER:
        return "Recorded: in a browser no request is sent."
    reason = f"{fence_reason(variable)} no request leaves this machine"
    return f"Recorded: {reason}. Set {LIVE_VARIABLE}=1 to allow it."


def behind_fence(prepared: Prepared, confirm: str | None = None) -> Prepared:
    """Return what is run in place of a prepared run: its recorded response, if it would leave this machine.

    A refusal has the same reasons as elsewhere, and then that of the fence.

    Raises:
        InputError, RequestError: it cannot run in any mode.
        LoadError: the cassette cannot be read.
        GuardError: it would leave this machine, and nothing that is recorded may be used, or fits.
    """
    if not prepared.fence or prepared.mode not in SENDING:
        return prepared
    prepared.require_runnable()
    if _stays_inside(prepared):
        return prepared
    replayed = None
    if prepared.replay is not None and prepared.context.cassette is not None:
        replayed = prepared.replay()
        if replayed.exchange is not None:
            return replace(replayed, fence=prepared.fence)
    if _is_faulty(prepared.request):
        # It is not sent anywhere; these errors say what is to be fixed first.
        return prepared
    # A profile that denies it, or does not allow its host, does so everywhere.
    deny(prepared.request, prepared.profile)
    admit_by_name(prepared.request, prepared.profile)
    # In a browser no confirmation helps.
    is_unknown = prepared.fence == BROWSER or _is_unset(prepared.request)
    unconfirmed = Diagnostics() if is_unknown else _unconfirmed(prepared, confirm)
    raise GuardError([*unconfirmed, *_refusal(prepared, replayed)])


def _stays_inside(prepared: Prepared) -> bool:
    """Return whether a request stays on this machine, and in a browser within the page."""
    url = prepared.request.sent_to or prepared.request.address
    is_here = stays_here(prepared.request, prepared.profile)
    if prepared.fence != BROWSER or url is None:
        return is_here
    return is_here and server_at(url.port or DEFAULT_PORTS[url.scheme]) is not None


def require_inside(destination: Destination, prepared: Prepared) -> None:
    """Refuse a destination beyond this machine: that of a redirect, or of a localhost that is another host.

    Without addresses, the name of the host decides.

    Raises:
        GuardError: the destination may be another machine.
    """
    if not (destination.is_local and prepared.profile.proxy is None):
        reason = fence_reason(prepared.fence)
        origin = hide_all(destination.masked_origin)
        message = f"{origin} is not this machine, and {reason} no request leaves it; nothing was sent there."
        if prepared.fence == BROWSER:
            raise GuardError([_not_sent_by_browser(origin)])
        raise GuardError([Diagnostic(Code.FENCED, Severity.ERROR, "", message, f"{ALLOW}.")])


def _unconfirmed(prepared: Prepared, confirm: str | None) -> Diagnostics:
    """Return what is not confirmed of a request."""
    try:
        guard(prepared, confirm)
    except GuardError as error:
        return error.diagnostics
    return Diagnostics()


def _is_unset(request: Request) -> bool:
    """Return whether a setting has no value; without it, nothing is known of what would be confirmed."""
    return bool(request.diagnostics.errors)


def _is_faulty(request: Request) -> bool:
    """Return whether a request has errors that a replay of it would have as well."""
    return not _UNSET.issuperset(request.diagnostics.errors.codes)


def _refusal(prepared: Prepared, replayed: Prepared | None) -> list[Diagnostic]:
    """Return why a run is refused, and the exchanges that are similar to it."""
    target = f"{prepared.request.method} {prepared.request.url}"
    if prepared.fence == BROWSER:
        return [_not_sent_by_browser(target)]
    hints: list[Diagnostic] = []
    if prepared.replay is None:
        problem = f"{target} is {'not recorded' if prepared.mode == 'record' else 'not sent live'}."
        fix = alternatives(ALLOW, "leave the mode out to use what is recorded")
    elif replayed is None:
        problem = f"{target} has no recorded response, since the definition has no file and so no cassette."
        fix = alternatives(how_to_pass("cassette", "shop.cassette.json"), ALLOW)
    else:
        cassette = Cassette(replayed.context.require_cassette())
        first, *hints = refusal(to_recorded_request(replayed.app, replayed), cassette).diagnostics
        problem = first.message
        fix = alternatives(f"record it elsewhere with {name_of('mode', 'record')}", ALLOW)
    reason = fence_reason(prepared.fence)
    message = f"{problem} {reason[0].upper()}{reason[1:]} no request leaves this machine; nothing was sent."
    return [Diagnostic(Code.FENCED, Severity.ERROR, "", message, fix), *hints]


def _not_sent_by_browser(target: str) -> Diagnostic:
    message = (
        f"{target} was not sent: a browser replaces headers of a request, "
        "and may have sent what it reports as failed."
    )
    fix = alternatives(_COPY, f"use {name_of('mode', 'sample')}")
    return Diagnostic(Code.IN_BROWSER, Severity.ERROR, "", message, fix)
