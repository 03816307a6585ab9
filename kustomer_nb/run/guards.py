"""What stands between a request and a service it may change."""

from __future__ import annotations

from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.errors import GuardError
from kustomer_nb.profile import Profile
from kustomer_nb.request import Request


def guard(request: Request, profile: Profile, confirm: str | None) -> None:
    """Refuse an unsafe method to anything but loopback, unless it was confirmed by name.

    Raises:
        GuardError: with the name to confirm with.
    """
    if not needs_name(request, profile):
        return
    # A label such as $shop.default.region would confirm every region: the real host is asked for.
    if confirm is not None and confirm == (profile.name or request.real_host):
        return
    name = profile.name or request.host
    message = f"{request.method} {request.url} may change something, and was not confirmed; nothing was sent."
    given = "" if confirm is None else f" {confirm!r} is not that name."
    fix = f'pass confirm="{name}", or --confirm {name}.{given}'
    if not profile.name and request.host != request.real_host:
        fix = f"pass confirm= with the real name of the host, or use a profile.{given}"
    raise GuardError([Diagnostic("KNB809", Severity.ERROR, "", message, fix)])


def needs_name(request: Request, profile: Profile) -> str:
    """Return the name to confirm a request with, as it may be shown; empty when none is needed."""
    if request.is_safe or request.is_loopback or profile.guard == "none":
        return ""
    return profile.name or request.host
