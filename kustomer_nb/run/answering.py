"""The answer to a prepared request: of the service, a cassette, or a fault that was asked for."""

from __future__ import annotations

import re
from pathlib import Path

from kustomer_nb.cassette import Cassette
from kustomer_nb.definition import AppDefinition
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.errors import LoadError
from kustomer_nb.profile import SENDING, Profile, fault_of
from kustomer_nb.request.url import Address, AddressError, parse_address, resolve
from kustomer_nb.template import Text
from kustomer_nb.transport import Answer, Connection, Redirect, fault_transport, send

from .guards import admits, deny, guard, reach
from .kept import asked, proxy_of, tape_path
from .preparing import Prepared

_HOST = re.compile("//[^/?#]*")


async def answer_of(app: AppDefinition, ready: Prepared, confirm: str | None) -> Answer:
    """Return the answer to a request, which is sent in live and record mode alone.

    Raises:
        SettingError: a setting has no value.
        RequestError: the request must not be sent as it is.
        GuardError: it was not confirmed, or goes where it must not.
        ReplayError: nothing recorded fits it.
        TransportError: no answer came.
        LoadError, SaveError: it could not be recorded.
    """
    if ready.mode == "record":
        # What cannot be recorded is better not sent.
        tape = Cassette(tape_path(ready.circumstances))
        tape.require_own()
        _ = tape.exchanges
    if ready.mode in SENDING:
        # Before anything else: with a token or without, it would not be sent.
        deny(ready.request, ready.profile)
        reach(ready.request, ready.profile)
    ready.request.check()
    if ready.mode == "replay":
        return _recorded(app, ready)
    circumstances, platform = ready.circumstances, ready.circumstances.platform
    if name := fault_of(ready.mode):
        wire = ready.request.wire()
        return await send(wire, timeout=platform.timeout, transport=fault_transport(name))
    guard(ready, confirm)
    return await send(
        ready.request.wire(),
        timeout=platform.timeout,
        decompresses=platform.decompresses,
        transport=circumstances.transport,
        connection=connection_of(ready.profile, circumstances.root),
        admits=admits(ready, confirm),
        retry=circumstances.retry,
    )


def connection_of(profile: Profile, root: Path) -> Connection:
    """Return how a profile reaches its hosts; its paths are those of the project's root.

    Raises:
        SettingError: the variable that holds the proxy has no value; nothing goes around a proxy by itself.
    """
    paths = {name: root / path for name, path in profile.tls.items()}
    return Connection(**paths, proxy=proxy_of(profile, root), requests_per_minute=profile.rate_limit)


def _recorded(app: AppDefinition, ready: Prepared) -> Answer:
    if ready.exchange is None:
        raise Cassette(tape_path(ready.circumstances)).refusal(asked(app, ready))
    kept, address = ready.exchange.answer, ready.request.address
    redirects = []
    for status_code, url in kept.redirects:
        if address is None:  # pragma: no cover - nothing is recorded without an address
            break
        redirects.append(_redirect(status_code, url, address))
        address = redirects[-1].to
    return Answer(
        kept.status_code, kept.headers, kept.content, is_cut=kept.is_cut, redirects=tuple(redirects)
    )


def _redirect(status_code: int, url: str, here: Address) -> Redirect:
    """Return a recorded redirect; on the same origin its host may hold the label of a setting."""
    origin = f"{here.scheme}://{here.authority.shown}"
    if f"{url}/".startswith(f"{origin}/"):
        return Redirect(status_code, resolve(here, url[len(origin) :] or "/"), stays=True)
    try:
        to = parse_address(Text.of(url))
    except AddressError:
        # A host in which something was hidden is none any more.
        to = _address(_HOST.sub("//hidden.invalid", url, count=1))
    return Redirect(status_code, to, stays=to.origin == here.origin)


def _address(url: str) -> Address:
    try:
        return parse_address(Text.of(url))
    except AddressError as error:
        message = f"a recorded redirect goes to {url!r}, which {error}."
        fix = "undo the change there, or record it anew."
        raise LoadError([Diagnostic("KNB820", Severity.ERROR, "", message, fix)]) from error
