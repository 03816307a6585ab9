"""What stands between a request and a service it may change, or must not reach."""

from __future__ import annotations

from ipaddress import ip_address

from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.errors import GuardError
from kustomer_nb.profile import Profile
from kustomer_nb.request import Request
from kustomer_nb.request.url import DEFAULT_PORTS
from kustomer_nb.secret import hide_all
from kustomer_nb.transport import FORBIDDEN_NAMES, Hop, is_forbidden


def is_denied(request: Request, profile: Profile) -> bool:
    """Return whether a profile denies what a request does, whoever confirms it."""
    return profile.guard == "deny" and not request.is_safe


def deny(request: Request, profile: Profile) -> None:
    """Refuse what a profile denies.

    Raises:
        GuardError: the method is unsafe, and the profile says ``guard = "deny"``.
    """
    if is_denied(request, profile):
        named = f"the profile {profile.title}" if profile.name else "kustomer-nb.toml"
        message = f"{named} denies {request.method}; nothing was sent."
        fix = 'use another profile, or mode="replay", "sample" or a fault, which send nothing.'
        raise _refused("KNB825", message, fix)


def reach(request: Request, profile: Profile) -> None:
    """Refuse the host of a request by its name, before anybody is asked where that leads.

    Raises:
        GuardError: as `admit`.
    """
    if (to := request.sent_to or request.address) is not None:
        port = to.port or DEFAULT_PORTS[to.scheme]
        admit(Hop(to.scheme, to.host, port, (), f"{to.scheme}://{to.authority.shown}"), profile)


def refusals(request: Request, profile: Profile) -> tuple[Diagnostic, ...]:
    """Return what refuses to send a request, whoever confirms it."""
    found: list[Diagnostic] = []
    for check in (deny, reach):
        try:
            check(request, profile)
        except GuardError as error:
            found += error.diagnostics
    return tuple(found)


def guard(request: Request, profile: Profile, confirm: str | None) -> None:
    """Refuse an unsafe method to anything but loopback, unless it was confirmed by name.

    A profile that says ``guard`` asks for loopback too: a tunnel may end there.

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
    raise _refused("KNB809", message, fix)


def needs_name(request: Request, profile: Profile) -> str:
    """Return the name to confirm a request with, as it may be shown; empty when none is needed."""
    # Through a proxy localhost is the machine of the proxy.
    is_here = request.is_loopback and profile.proxy is None
    is_free = is_here if profile.guard is None else profile.guard == "none"
    if request.is_safe or is_free:
        return ""
    return profile.name or request.host


def admit(hop: Hop, profile: Profile) -> None:
    """Refuse a place that a request, or a redirect it met, must not go to.

    Raises:
        GuardError: the host is none of those that the profile allows, or one of a machine's own services.
    """
    name = hop.host if hop.host.startswith("[") or ":" not in hop.host else f"[{hop.host}]"
    host, shown = f"{name}:{hop.port}", hide_all(hop.shown)
    is_here = profile.proxy is None and _is_here(hop)
    if profile.allowed_hosts is not None and not is_here and not profile.allows(host):
        message = f"{shown} is not one of the allowed hosts; nothing was sent there."
        place = f"[profiles.{profile.name}]" if profile.name else "kustomer-nb.toml"
        raise _refused("KNB826", message, f"add it to allowed_hosts of {place}.")
    if hop.is_forbidden and not _is_listed(hop, profile):
        message = f"{shown} is link-local or serves a machine's own credentials; nothing was sent there."
        fix = "call another address, or list that very address in allowed_hosts of the profile."
        raise _refused("KNB827", message, fix)


def _is_listed(hop: Hop, profile: Profile) -> bool:
    """Whether what must not be reached is allowed by its own name or number, not by one that leads there."""
    if hop.host.lower().rstrip(".") in FORBIDDEN_NAMES:
        return profile.allows(hop.host, by_name=True)
    forbidden = [one for one in (hop.host, *hop.addresses) if is_forbidden(one)]
    return all(profile.allows(one, by_name=True) for one in forbidden)


def _is_here(hop: Hop) -> bool:
    """Whether a place is this machine alone."""
    # Where something stands in for the network no name is looked up.
    addresses = hop.addresses or (hop.host.strip("[]").replace("localhost", "127.0.0.1"),)
    return all(map(_is_loopback, addresses))


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _refused(code: str, message: str, fix: str) -> GuardError:
    return GuardError([Diagnostic(code, Severity.ERROR, "", message, fix)])
