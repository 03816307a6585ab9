"""Refuses requests that may modify data without confirmation, or that go to a host that is not allowed."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from kustomer_nb.codes import Code
from kustomer_nb.config.modes import CONFIRM_VARIABLE
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity
from kustomer_nb.errors import GuardError
from kustomer_nb.faces import how_to_pass, name_of
from kustomer_nb.printable import quoted
from kustomer_nb.request.host_choice import Part
from kustomer_nb.request.method_override import overrides_in_query
from kustomer_nb.request.url import DEFAULT_PORTS, Address
from kustomer_nb.secrets import hide_all
from kustomer_nb.transport.destinations import FORBIDDEN_NAMES, Destination, is_forbidden

if TYPE_CHECKING:
    from kustomer_nb.config import Profile
    from kustomer_nb.request import Request
    from kustomer_nb.template import Text

    from .prepare import Prepared

# Shown instead of a host name that contains the value of a setting.
HIDDEN_HOST = "the real name of the host"
_CONFIRMABLE = frozenset({Code.NOT_CONFIRMED, Code.CHOSEN_HOST_NOT_CONFIRMED})


def is_denied(request: Request, profile: Profile) -> bool:
    """Return whether a profile denies a request, which no confirmation changes."""
    return profile.guard == "deny" and not request.is_safe


def stays_here(request: Request, profile: Profile) -> bool:
    """Return whether a request goes to this machine, by the name of its host; a proxy may be anywhere."""
    return request.is_loopback and profile.proxy is None


def deny(request: Request, profile: Profile) -> None:
    """Refuse a request that the profile denies.

    Raises:
        GuardError: the method is unsafe, and the profile says ``guard = "deny"``.
    """
    if is_denied(request, profile):
        source = f"the profile {profile.title}" if profile.name else "kustomer-nb.toml"
        override = request.overridden
        method = request.method if override is None else f"{override.name}: {override.method}"
        message = f"{source} denies {method}; nothing was sent."
        replay, sample, fault = (name_of("mode", mode) for mode in ("replay", "sample", "fault:429"))
        fix = f"use another profile, or a mode that sends nothing, such as {replay}, {sample} or {fault}."
        raise _refused(Code.METHOD_DENIED, message, fix, _override_pointer(request))


def admit_by_name(request: Request, profile: Profile) -> None:
    """Refuse the host of a request by its name alone, before the name is looked up.

    Raises:
        GuardError: as for `admit`.
    """
    if (url := request.sent_to or request.address) is not None:
        port = url.port or DEFAULT_PORTS[url.scheme]
        origin = f"{url.scheme}://{url.authority.shown}"
        # No addresses yet: `admit` runs again with those that the name resolves to.
        admit(Destination(url.scheme, url.host, port, (), origin), profile)


def refusals(request: Request, profile: Profile) -> tuple[Diagnostic, ...]:
    """Return the reasons why a request is refused that no confirmation removes."""
    diagnostics: list[Diagnostic] = []
    for check in (deny, admit_by_name):
        try:
            check(request, profile)
        except GuardError as error:
            diagnostics += error.diagnostics
    return tuple(diagnostics)


def guard(prepared: Prepared, confirm: str | None, *, is_loopback: bool | None = None) -> None:
    """Refuse a request that needs confirmation by name and has none; remember a host that was confirmed.

    Two kinds need it: an unsafe method to any host but loopback, and a secret that goes to a host chosen by
    an input. A profile whose guard is ``"confirm"`` or ``"type"`` needs it for loopback too, where a tunnel
    may start. ``is_loopback`` says whether the request goes to loopback; None decides by the name of the
    host.

    Raises:
        GuardError: its ``name`` is the one that confirms.
    """
    problems: list[Diagnostic] = []
    confirm = confirm or _confirmed_for_recording(prepared)
    confirmed_host = _confirmations(prepared.request).get(_typed_host(confirm), "")
    needs_host = _needs_host(prepared, is_loopback=is_loopback)
    name = _shown_name(prepared)
    if _needs_method(prepared, is_loopback=is_loopback) and not _confirms_method(prepared, confirm):
        problems.append(_unconfirmed_method(prepared.request, _confirm_fix(name, confirm)))
    if needs_host and not confirmed_host:
        # One name must settle both problems, so this one is first and its name is asked for.
        name = _shown_choice(prepared.request)
        problems.insert(0, _unconfirmed_host(prepared, _confirm_fix(name, confirm)))
    if problems:
        raise GuardError(problems, name="" if name == HIDDEN_HOST else name)
    if needs_host and prepared.context.confirmed_hosts is not None:
        prepared.context.confirmed_hosts.add(confirmed_host)


def _confirmed_for_recording(prepared: Prepared) -> str | None:
    """Return the name by which a person confirmed what a notebook records; it counts for nothing else."""
    return os.environ.get(CONFIRM_VARIABLE) if prepared.mode == "record" else None


def require_confirmed(prepared: Prepared, confirm: str | None) -> None:
    """Refuse a request that cannot be sent, or needs a confirmation that ``confirm`` is not.

    It raises what a run raises before it looks a name up, so that nothing begins that is refused.

    Raises:
        InputError, RequestError, SettingError: it cannot be sent.
        GuardError: as for `deny`, `admit` and `guard`.
    """
    prepared.require_runnable()
    deny(prepared.request, prepared.profile)
    admit_by_name(prepared.request, prepared.profile)
    prepared.request.check()
    guard(prepared, confirm)


def is_confirmed_by(prepared: Prepared, name: str, *, is_loopback: bool | None = None) -> bool:
    """Return whether a typed name is the one that a request needs, or whether it needs none."""
    if _needs_host(prepared, is_loopback=is_loopback) and name.lower() not in _confirmations(
        prepared.request
    ):
        return False
    return not _needs_method(prepared, is_loopback=is_loopback) or _confirms_method(prepared, name)


def real_origin(request: Request) -> str:
    """Return where a request is really sent: scheme, host and port, and a ``host`` header that differs.

    It is to compare and never to show: two values of a setting have the same label, and are two origins.
    """
    url = request.sent_to or request.address
    if url is None:
        return ""
    # A gateway routes by this header, whatever the URL says.
    headers = [
        text.real
        for name, text in request.header_texts
        if name.lower() == "host" and not request.has_default_host(name, text)
    ]
    return " ".join([url.origin, *headers]).lower()


def shown_origin(request: Request) -> str:
    """Return the scheme, host and port that a request is sent to, as they may be shown."""
    url = request.sent_to or request.address
    return url.origin_text.shown if url is not None else ""


def confirmation_name(prepared: Prepared, *, is_loopback: bool | None = None) -> str:
    """Return the name that confirms a run, in the form that may be shown; empty if none is needed.

    If the host contains the value of a setting, it is `HIDDEN_HOST`. ``is_loopback`` is as for `guard`.
    """
    needs_host = _needs_host(prepared, is_loopback=is_loopback)
    if not needs_host and not _needs_method(prepared, is_loopback=is_loopback):
        return ""
    return _shown_choice(prepared.request) if needs_host else _shown_name(prepared)


def required_name(error: GuardError) -> str:
    """Return the name that confirms a refused run, or `HIDDEN_HOST`; empty if no name helps."""
    can_confirm = _CONFIRMABLE.intersection(error.diagnostics.codes)
    return error.name or (HIDDEN_HOST if can_confirm else "")


def confirmation_reason(prepared: Prepared) -> str:
    """Return why a run needs confirmation, as a sentence; empty if it needs none."""
    if _needs_host(prepared):
        inputs = " and ".join(prepared.request.host_inputs)
        part = prepared.request.host_choice.part
        return f"The {part} comes from {inputs}, and the request would send a secret there."
    if not _needs_method(prepared):
        return ""
    return f"This can modify data.{_url_doubt(prepared.request)}"


def _url_doubt(request: Request) -> str:
    """Return the warning that the URL of a request may name more or something else than was meant.

    It leads the diagnostics of a DELETE, PUT or PATCH; empty if it does not.
    """
    first = next(iter(request.diagnostics), None)
    is_doubt = first is not None and first.code in (Code.VALUE_GAP, Code.VALUE_NOT_ENCODED)
    is_url = first is not None and first.pointer == "/inputTemplate/uri"
    return f" {first.message}" if first is not None and is_doubt and is_url else ""


def _needs_method(prepared: Prepared, *, is_loopback: bool | None = None) -> bool:
    """Return whether the method of a request needs confirmation."""
    if prepared.request.is_safe:
        return False
    guard_level = prepared.profile.effective_guard
    return not _is_local(prepared, is_loopback=is_loopback) if guard_level is None else guard_level != "none"


def _confirms_method(prepared: Prepared, confirm: str | None) -> bool:
    """Return whether a name confirms the method: that of the profile, or of the host."""
    request, profile_name, typed = prepared.request, prepared.profile.name, _typed_host(confirm)
    # Only the real host counts: a label such as $shop.default.region would confirm every region.
    is_named = confirm == profile_name if profile_name else typed == request.real_host.lower()
    # The name of the chosen host is more specific than that of the profile, so it confirms the method too.
    is_choice_named = _sends_secret_to_chosen_host(prepared) and typed in _confirmations(request)
    return is_named or is_choice_named


def _typed_host(confirm: str | None) -> str:
    # Host names are compared in lower case, profile names exactly: the file can hold both `live` and `Live`.
    return "" if confirm is None else confirm.lower()


def _sends_secret_to_chosen_host(prepared: Prepared) -> bool:
    """Return whether a request sends a secret to a host that an input chose, confirmed or not."""
    return bool(prepared.request.host_inputs and prepared.secret_sent)


def _needs_host(prepared: Prepared, *, is_loopback: bool | None = None) -> bool:
    """Return whether a request would send a secret to a host that an input chose and nobody confirmed."""
    request, profile = prepared.request, prepared.profile
    # With hosts= the person who runs it chose where the request goes, whatever the inputs say.
    if not _sends_secret_to_chosen_host(prepared) or request.address is None or request.sent_to is not None:
        return False
    if _is_choice_listed(request, profile):
        return False
    is_free = profile.effective_guard in (None, "none") and _is_local(prepared, is_loopback=is_loopback)
    confirmed = prepared.context.confirmed_hosts or ()
    is_confirmed = any(origin in confirmed for origin in _confirmations(request).values())
    return not is_free and not is_confirmed


def _is_choice_listed(request: Request, profile: Profile) -> bool:
    """Return whether the profile lists the hosts that inputs may choose; `admit` refuses all others."""
    if profile.allowed_hosts is None:
        return False
    # A gateway routes by the host header: a listed host is not enough if the header names another one.
    header = request.host_choice.header.real
    return not header or profile.allows(header)


def _is_local(prepared: Prepared, *, is_loopback: bool | None) -> bool:
    """Return whether a request goes to loopback; behind a proxy, localhost is the host of the proxy."""
    if is_loopback is None:
        return stays_here(prepared.request, prepared.profile)
    return is_loopback and prepared.profile.proxy is None


def chosen_host(prepared: Prepared) -> Diagnostic | None:
    """Return the warning of a preview that a run needs its host confirmed; None if it does not."""
    if not _needs_host(prepared):
        return None
    fix = "check the host; a run asks you to confirm it unless the profile lists it in allowed_hosts."
    pointer = prepared.request.host_choice.pointer
    message = f"{_host_from_input(prepared)}."
    return Diagnostic(Code.HOST_CHOSEN_BY_INPUT, Severity.WARNING, pointer, message, fix)


def without_host_warning(request: Request) -> Request:
    """Return a request without the warning of `chosen_host`, which only concerns requests not yet sent."""
    remaining = [
        diagnostic for diagnostic in request.diagnostics if diagnostic.code != Code.HOST_CHOSEN_BY_INPUT
    ]
    return replace(request, diagnostics=Diagnostics(remaining))


def _unconfirmed_method(request: Request, confirm_fix: str) -> Diagnostic:
    message = f"{_description(request)} can modify data and was not confirmed; nothing was sent."
    message += _url_doubt(request)
    return _refusal(Code.NOT_CONFIRMED, message, confirm_fix, _override_pointer(request))


def _unconfirmed_host(prepared: Prepared, confirm_fix: str) -> Diagnostic:
    fix = f"{confirm_fix} Hosts in the profile's allowed_hosts need no confirmation."
    message = f"{_host_from_input(prepared)}; nothing was sent."
    return _refusal(Code.CHOSEN_HOST_NOT_CONFIRMED, message, fix, prepared.request.host_choice.pointer)


def _host_from_input(prepared: Prepared) -> str:
    choice = prepared.request.host_choice
    inputs = " and ".join(f"`{name}`" for name in choice.inputs)
    part = choice.part if choice.part in (Part.HOST, Part.HEADER) else f"{choice.part} of"
    source = f"the {part} {_chosen_name(prepared.request).shown} comes from the input {inputs}"
    return f"{source}, and the request would send {prepared.secret_sent} there"


def _description(request: Request) -> str:
    """Return the method and URL of a request, with what makes it another method."""
    override = request.overridden
    if override is None:
        return f"{request.method} {request.url}"
    source = f" from the input {' and '.join(override.inputs)}" if override.inputs else ""
    return f"{request.method} {request.url} with {override.name}: {override.method}{source}"


def _override_pointer(request: Request) -> str:
    return "" if request.overridden is None else request.overridden.pointer


def _confirm_fix(name: str, confirm: str | None) -> str:
    mismatch = "" if confirm is None else f" {quoted(confirm)} does not match."
    if name == HIDDEN_HOST:
        return f"{how_to_pass('confirm')} with {name}, or use a profile.{mismatch}"
    return f"{how_to_pass('confirm', name)}.{mismatch}"


def _shown_name(prepared: Prepared) -> str:
    """Return the name that confirms the method of a request: that of the profile, or of the host."""
    return prepared.profile.name or _shown_host(prepared.request)


def _shown_host(request: Request) -> str:
    return request.host if request.host == request.real_host else HIDDEN_HOST


def _chosen_name(request: Request) -> Text:
    """Return what inputs chose: host and port, these with the scheme, or the ``host`` header."""
    url = _target_url(request)
    match request.host_choice.part:
        case Part.HEADER:
            return request.host_choice.header
        case Part.SCHEME:
            return url.origin_text
    return url.authority


def _shown_choice(request: Request) -> str:
    name = _chosen_name(request)
    return name.shown if name.shown == name.real else HIDDEN_HOST


def _confirmations(request: Request) -> dict[str, str]:
    """Return the names that confirm what inputs chose, each with the origin that is remembered as confirmed.

    The name of a chosen host without a port confirms all of its ports. A chosen port needs the name with it.
    """
    url, choice = _target_url(request), request.host_choice
    # Scheme and header are remembered too: http:// sends the secret unencrypted, a header names another host.
    header = f" {choice.header.real.lower()}" if choice.header else ""
    confirmations = {_chosen_name(request).real.lower(): f"{url.scheme}://{url.authority.real}{header}"}
    if choice.part is Part.HOST:
        confirmations[url.host] = f"{url.scheme}://{url.host}{header}"
    return confirmations


def _target_url(request: Request) -> Address:
    url = request.sent_to or request.address
    assert url is not None  # noqa: S101 - Request.check() has refused a request without a URL
    return url


def destination_check(prepared: Prepared, confirm: str | None) -> Callable[[Destination], None]:
    """Return the check that the transport calls before it connects, for the request and each redirect.

    It raises a `GuardError`: as `admit`, as `guard` if localhost resolves to another host, and as
    `refuse_override` for a redirect.
    """
    request, profile = prepared.request, prepared.profile

    def check(destination: Destination) -> None:
        admit(destination, profile)
        if prepared.fence:
            # Imported only behind a fence.
            from .fence import require_inside

            require_inside(destination, prepared)
        if destination.first is not None:
            refuse_override(destination, request)
        # `guard` trusted the name; a hosts file or a name server can make localhost any address.
        elif request.is_loopback and not destination.is_local:
            guard(prepared, confirm, is_loopback=False)

    return check


def refuse_override(destination: Destination, request: Request) -> None:
    """Refuse a redirect of a request that a service may treat as another method than GET.

    A GET was not confirmed, and another method only for one URL; an override makes it a method that must be.

    Raises:
        GuardError: the request, or the URL it is redirected to, overrides the method.
    """
    url = hide_all(destination.masked_origin)
    if request.overridden is not None:
        message = f"{_description(request)} was sent and redirected to {url}, which was not confirmed"
        fix = f"call that URL directly, or set the method to {request.effective_method}."
    else:
        _, mark, query = destination.target.decode("latin-1").partition("?")
        overrides = overrides_in_query(mark + query)
        override = next((override for override in overrides if not override.is_safe), None)
        if override is None:
            return
        # The service wrote the query and may echo a secret in it.
        parameter = hide_all(f"{override.name}: {override.method}")
        message = f"{_description(request)} is redirected to {url} with {parameter}, which was not confirmed"
        fix = "fix the service, or call that URL directly."
    message = f"{message}; nothing was sent there."
    raise _refused(Code.OVERRIDE_REDIRECTED, message, fix, _override_pointer(request))


def admit(destination: Destination, profile: Profile) -> None:
    """Refuse a destination that a request or a redirect must not reach.

    Raises:
        GuardError: the profile does not allow the host, it is link-local or a cloud metadata service, or
            another host redirects to localhost.
    """
    origin = hide_all(destination.masked_origin)
    is_local = profile.proxy is None and destination.is_local
    if (source := _remote_source(destination)) is not None:
        remote = hide_all(source.masked_origin)
        message = f"{remote} redirects to {origin}, which is localhost; nothing was sent there."
        fix = "fix the service; only a service on localhost may redirect to localhost."
        raise _refused(Code.REDIRECT_TO_THIS_MACHINE, message, fix)
    if profile.allowed_hosts is not None and not is_local and not profile.allows(_host_and_port(destination)):
        message = f"{origin} is not one of the allowed hosts; nothing was sent there."
        raise _refused(Code.HOST_NOT_ALLOWED, message, f"add it to allowed_hosts in {_section(profile)}.")
    if destination.is_forbidden and not _is_listed(destination, profile):
        message = f"{origin} is a link-local or cloud metadata address; nothing was sent there."
        fix = "call another host, or add exactly this one to allowed_hosts in the profile."
        raise _refused(Code.HOST_FORBIDDEN, message, fix)


def _section(profile: Profile) -> str:
    return f"[profiles.{profile.name}]" if profile.name else "kustomer-nb.toml"


def _host_and_port(destination: Destination) -> str:
    name = destination.host
    # IPv6 is listed in allowed_hosts as in a URL, in brackets; otherwise its colons look like a port.
    if ":" in name and not name.startswith("["):
        name = f"[{name}]"
    return f"{name}:{destination.port}"


def _remote_source(destination: Destination) -> Destination | None:
    """Return the remote host that redirects to localhost, where services may trust any caller; else None."""
    first = destination.first
    if first is None or first.is_local or not destination.may_be_local:
        return None
    return None if destination.is_same_as_first else first


def _is_listed(destination: Destination, profile: Profile) -> bool:
    """Return whether allowed_hosts lists a forbidden host by its own name or address.

    A wildcard does not, nor does another name that resolves to it: DNS rebinding would get through.
    """
    if destination.host.lower().rstrip(".") in FORBIDDEN_NAMES:
        return profile.allows(destination.host, by_name=True)
    addresses = (destination.host, *destination.addresses)
    return all(profile.allows(address, by_name=True) for address in addresses if is_forbidden(address))


def _refused(code: str, message: str, fix: str, pointer: str = "") -> GuardError:
    return GuardError([_refusal(code, message, fix, pointer)])


def _refusal(code: str, message: str, fix: str, pointer: str) -> Diagnostic:
    return Diagnostic(code, Severity.ERROR, pointer, message, fix)
