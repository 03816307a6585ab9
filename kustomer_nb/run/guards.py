"""What stands between a request and a service it may change, or must not reach."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from kustomer_nb.codes import Code
from kustomer_nb.config import Profile
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity
from kustomer_nb.errors import GuardError
from kustomer_nb.request import Request
from kustomer_nb.request.host_choice import Part
from kustomer_nb.request.method_override import overrides_of
from kustomer_nb.request.url import DEFAULT_PORTS, Address
from kustomer_nb.secrets import hide_all
from kustomer_nb.template import Scope, Text
from kustomer_nb.transport.destinations import FORBIDDEN_NAMES, Destination, is_forbidden

if TYPE_CHECKING:
    from .prepare import Prepared

# In the place of a host that holds a setting.
HIDDEN_HOST = "the real name of the host"
_CONFIRMABLE = frozenset({Code.NOT_CONFIRMED, Code.CHOSEN_HOST_NOT_CONFIRMED})


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
        override = request.overridden
        method = request.method if override is None else f"{override.name}: {override.method}"
        message = f"{named} denies {method}; nothing was sent."
        fix = 'use another profile, or mode="replay", "sample" or a fault, which send nothing.'
        raise _refused(Code.METHOD_DENIED, message, fix, _place(request))


def reach(request: Request, profile: Profile) -> None:
    """Refuse the host of a request by its name, before anybody is asked where that leads.

    Raises:
        GuardError: as `admit`.
    """
    if (to := request.sent_to or request.address) is not None:
        port = to.port or DEFAULT_PORTS[to.scheme]
        admit(Destination(to.scheme, to.host, port, (), f"{to.scheme}://{to.authority.shown}"), profile)


def refusals(request: Request, profile: Profile) -> tuple[Diagnostic, ...]:
    """Return what refuses to send a request, whoever confirms it."""
    found: list[Diagnostic] = []
    for check in (deny, reach):
        try:
            check(request, profile)
        except GuardError as error:
            found += error.diagnostics
    return tuple(found)


def guard(prepared: Prepared, confirm: str | None, *, is_here: bool | None = None) -> None:
    """Refuse what has to be confirmed by name, and was not; a host that was is remembered.

    That is a secret that goes to a host which an input chose, and an unsafe method to anything but loopback.
    A profile that says ``guard`` asks for loopback too: a tunnel may end there. ``is_here`` is whether the
    request would go to this machine, None to tell it by the name of the host.

    Raises:
        GuardError: with the name to confirm with.
    """
    request, profile = prepared.request, prepared.profile
    faults: list[Diagnostic] = []
    typed = "" if confirm is None else confirm.lower()
    confirmed = _confirmations(request).get(typed)
    is_host_asked = _needs_host(prepared, is_here=is_here)
    name = profile.name or _shown_host(request)
    # A label such as $shop.default.region would confirm every region: the real host is asked for.
    is_named = confirm == profile.name if profile.name else typed == request.real_host.lower()
    # Who names the host that a secret goes to has named more than the profile, the second time too.
    is_method_named = is_named or (confirmed is not None and _sends_secret_to_chosen(prepared))
    if _needs_method(prepared, is_here=is_here) and not is_method_named:
        message = f"{_asked(request)} may change something, and was not confirmed; nothing was sent."
        faults.append(_refusal(Code.NOT_CONFIRMED, message, _way(name, confirm), _place(request)))
    if is_host_asked and confirmed is None:
        name = _shown_choice(request)
        faults.insert(0, _unconfirmed_host(prepared, _way(name, confirm)))
    if faults:
        raise GuardError(faults, name="" if name == HIDDEN_HOST else name)
    if is_host_asked and confirmed is not None:
        prepared.context.confirmed_hosts.add(confirmed)


def needs_name(prepared: Prepared) -> str:
    """Return the name to confirm a run with, as it may be shown; empty when none is needed.

    Where the host is hidden in part, it is words for that.
    """
    is_host_asked = _needs_host(prepared)
    if not is_host_asked and not _needs_method(prepared):
        return ""
    if is_host_asked:
        return _shown_choice(prepared.request)
    return prepared.profile.name or _shown_host(prepared.request)


def name_asked(error: GuardError) -> str:
    """Return the name that a refusal asks to confirm with, or words for one that holds a setting.

    Empty where no name helps.
    """
    is_asked = _CONFIRMABLE.intersection(error.diagnostics.codes)
    return error.name or (HIDDEN_HOST if is_asked else "")


def why_named(prepared: Prepared) -> str:
    """Return why a run is to be confirmed by a name, in a sentence; empty where it is not."""
    if _needs_host(prepared):
        inputs = " and ".join(prepared.request.host_inputs)
        return f"The {prepared.request.host_choice.part} comes from {inputs}, and a secret would go there."
    return "This may change something." if _needs_method(prepared) else ""


def _needs_method(prepared: Prepared, *, is_here: bool | None = None) -> bool:
    profile = prepared.profile
    is_free = _is_free(prepared, is_here=is_here) if profile.guard is None else profile.guard == "none"
    return not prepared.request.is_safe and not is_free


def _sends_secret_to_chosen(prepared: Prepared) -> bool:
    """Return whether a secret goes along to a host that an input chose, whoever has confirmed it."""
    return bool(prepared.secret_sent and prepared.request.host_inputs)


def _needs_host(prepared: Prepared, *, is_here: bool | None = None) -> bool:
    """Return whether a secret would go to a host that an input chose, and that nobody has confirmed."""
    request, profile = prepared.request, prepared.profile
    # An origin of hosts= is the choice of whoever runs it, whatever it answers for.
    if not _sends_secret_to_chosen(prepared) or request.address is None or request.sent_to is not None:
        return False
    header = request.host_choice.header.real
    if profile.allowed_hosts is not None and (not header or profile.allows(header)):
        return False
    is_free = profile.guard in (None, "none") and _is_free(prepared, is_here=is_here)
    is_confirmed = not prepared.context.confirmed_hosts.isdisjoint(_confirmations(request).values())
    return not is_free and not is_confirmed


def _is_free(prepared: Prepared, *, is_here: bool | None) -> bool:
    """Return whether a request would go to this machine; through a proxy localhost is that of the proxy."""
    return (prepared.request.is_loopback if is_here is None else is_here) and prepared.profile.proxy is None


def chosen_host(prepared: Prepared) -> Diagnostic | None:
    """Return that a run would ask to confirm the host, for a preview; None where it would not."""
    if not _needs_host(prepared):
        return None
    fix = "check the host; a run asks to confirm it, but for the allowed_hosts of a profile."
    return Diagnostic(
        Code.HOST_CHOSEN_BY_INPUT,
        Severity.WARNING,
        prepared.request.host_choice.pointer,
        f"{_host_from(prepared)}.",
        fix,
    )


def without_question(request: Request) -> Request:
    """Return a request that was sent, without the question for its host, which only previews show."""
    asked = [found for found in request.diagnostics if found.code != Code.HOST_CHOSEN_BY_INPUT]
    return replace(request, diagnostics=Diagnostics(asked))


def _unconfirmed_host(prepared: Prepared, way: str) -> Diagnostic:
    fix = f"{way} The allowed_hosts of a profile are not asked about."
    return _refusal(
        Code.CHOSEN_HOST_NOT_CONFIRMED,
        f"{_host_from(prepared)}; nothing was sent.",
        fix,
        prepared.request.host_choice.pointer,
    )


def _host_from(prepared: Prepared) -> str:
    choice = prepared.request.host_choice
    inputs = " and ".join(f"`{name}`" for name in choice.inputs)
    part = choice.part if choice.part in (Part.HOST, Part.HEADER) else f"{choice.part} of"
    chosen = f"the {part} {_chosen(prepared.request).shown} comes from the input {inputs}"
    return f"{chosen}, and {prepared.secret_sent} would go there"


def _asked(request: Request) -> str:
    """Return what a request does, with what makes another method of it."""
    override = request.overridden
    if override is None:
        return f"{request.method} {request.url}"
    of = f" of the input {' and '.join(override.inputs)}" if override.inputs else ""
    return f"{request.method} {request.url} with {override.name}: {override.method}{of}"


def _place(request: Request) -> str:
    return "" if request.overridden is None else request.overridden.pointer


def _way(name: str, confirm: str | None) -> str:
    given = "" if confirm is None else f" {confirm!r} is not that name."
    if name == HIDDEN_HOST:
        return f"pass confirm= with {name}, or use a profile.{given}"
    return f'pass confirm="{name}", or --confirm {name}.{given}'


def _shown_host(request: Request) -> str:
    return request.host if request.host == request.real_host else HIDDEN_HOST


def _chosen(request: Request) -> Text:
    """Return the name of what inputs chose: host and port, these with the scheme, or the ``host`` header."""
    to = _sent_to(request)
    match request.host_choice.part:
        case Part.HEADER:
            return request.host_choice.header
        case Part.SCHEME:
            return Text.of(f"{to.scheme}://") + to.authority
    return to.authority


def _shown_choice(request: Request) -> str:
    name = _chosen(request)
    return name.shown if name.shown == name.real else HIDDEN_HOST


def _confirmations(request: Request) -> dict[str, str]:
    """Return by each name that confirms what inputs chose what is then remembered as confirmed.

    A host that they chose is confirmed for all of its ports by its name without one; a port alone is not.
    """
    to, choice = _sent_to(request), request.host_choice
    header = f" {choice.header.real.lower()}" if choice.header else ""
    confirmations = {_chosen(request).real.lower(): f"{to.scheme}://{to.authority.real}{header}"}
    if choice.part is Part.HOST:
        confirmations[to.host] = f"{to.scheme}://{to.host}{header}"
    return confirmations


def _sent_to(request: Request) -> Address:
    to = request.sent_to or request.address
    assert to is not None  # noqa: S101 - a request that is guarded has been checked
    return to


def admits(prepared: Prepared, confirm: str | None) -> Callable[[Destination], None]:
    """Return what refuses a step of a request, told of each before anything goes there.

    What it raises is a `GuardError`: as `admit`, as `guard` where what is called localhost leads to another
    machine, and as `refuse_override` for a redirect.
    """
    request, profile = prepared.request, prepared.profile

    def check(hop: Destination) -> None:
        admit(hop, profile)
        if hop.first is not None:
            refuse_override(hop, request)
        elif request.is_loopback and not hop.is_local:
            guard(prepared, confirm, is_here=False)

    return check


def refuse_override(hop: Destination, request: Request) -> None:
    """Refuse a redirect of what a service may take for another method than GET, which alone is redirected.

    Raises:
        GuardError: the request overrides its method, or the address that it is redirected to does.
    """
    shown = hide_all(hop.masked_origin)
    if request.overridden is not None:
        message = f"{_asked(request)} was sent and is redirected to {shown}, which nobody confirmed"
        fix = f"call that address itself, or make the method {request.effective_method}."
    else:
        _, mark, query = hop.target.decode("latin-1").partition("?")
        overrides = overrides_of([], Text.of(mark + query), None, Scope({}))
        override = next((override for override in overrides if not override.is_safe), None)
        if override is None:
            return
        asked = hide_all(f"{override.name}: {override.method}")
        message = f"{_asked(request)} is redirected to {shown}, with {asked}, which nobody confirmed"
        fix = "fix the service, or call that address itself."
    raise _refused(Code.OVERRIDE_REDIRECTED, f"{message}; nothing was sent there.", fix, _place(request))


def admit(hop: Destination, profile: Profile) -> None:
    """Refuse a place that a request, or a redirect it met, must not go to.

    Raises:
        GuardError: the host is none of those that the profile allows, or one of a machine's own services.
        GuardError: another machine redirects to this one.
    """
    name = hop.host if hop.host.startswith("[") or ":" not in hop.host else f"[{hop.host}]"
    host, shown = f"{name}:{hop.port}", hide_all(hop.masked_origin)
    is_here = profile.proxy is None and hop.is_local
    if hop.first is not None and hop.may_be_local and not hop.first.is_local and not hop.is_same_as_first:
        message = (
            f"{hide_all(hop.first.masked_origin)} redirects to {shown}, this machine; nothing was sent there."
        )
        fix = "fix the service; only what runs on this machine may redirect to it."
        raise _refused(Code.REDIRECT_TO_THIS_MACHINE, message, fix)
    if profile.allowed_hosts is not None and not is_here and not profile.allows(host):
        message = f"{shown} is not one of the allowed hosts; nothing was sent there."
        place = f"[profiles.{profile.name}]" if profile.name else "kustomer-nb.toml"
        raise _refused(Code.HOST_NOT_ALLOWED, message, f"add it to allowed_hosts of {place}.")
    if hop.is_forbidden and not _is_listed(hop, profile):
        message = f"{shown} is link-local or serves a machine's own credentials; nothing was sent there."
        fix = "call another address, or list that very address in allowed_hosts of the profile."
        raise _refused(Code.HOST_FORBIDDEN, message, fix)


def _is_listed(hop: Destination, profile: Profile) -> bool:
    """Whether what must not be reached is allowed by its own name or number, not by one that leads there."""
    if hop.host.lower().rstrip(".") in FORBIDDEN_NAMES:
        return profile.allows(hop.host, by_name=True)
    forbidden = [one for one in (hop.host, *hop.addresses) if is_forbidden(one)]
    return all(profile.allows(one, by_name=True) for one in forbidden)


def _refused(code: str, message: str, fix: str, pointer: str = "") -> GuardError:
    return GuardError([_refusal(code, message, fix, pointer)])


def _refusal(code: str, message: str, fix: str, pointer: str) -> Diagnostic:
    return Diagnostic(code, Severity.ERROR, pointer, message, fix)
