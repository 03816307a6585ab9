"""Sends a prepared request and makes a run of the response."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from kustomer_nb.config import OFFLINE, SENDING, Profile, fault_of, keeps_history
from kustomer_nb.config.settings import resolve_proxy
from kustomer_nb.errors import TransportError
from kustomer_nb.in_browser import IN_BROWSER
from kustomer_nb.on_windows import with_slashes
from kustomer_nb.transport import Connection, RawResponse, fault_transport, send

from .assemble import run_from_response
from .guards import admit_by_name, deny, destination_check, guard, without_host_warning
from .offline import run_offline
from .record_mode import record, require_recordable
from .recording import LARGEST_ON_LOOP, add_failure_to_history, add_to_history

if TYPE_CHECKING:
    from kustomer_nb.definition import ActionDefinition, AppDefinition
    from kustomer_nb.diagnostics import Diagnostic
    from kustomer_nb.transport.destinations import Destination

    from .prepare import Prepared
    from .result import Run

T = TypeVar("T")


def _ignore() -> None:
    """Do nothing when a request is about to be sent."""


async def fetch_response(
    app: AppDefinition,
    prepared: Prepared,
    confirm: str | None,
    *,
    sending: Callable[[], object] = _ignore,
) -> RawResponse:
    """Return the response to a request, or a simulated failure; only live and record mode send.

    ``sending`` is called before the first byte goes out: an error after that does not mean that nothing was
    sent.

    Raises:
        SettingError: a setting has no value.
        RequestError: the request has errors.
        GuardError: it was not confirmed, or its host is not allowed.
        TransportError: there was no response.
        LoadError, SaveError: the cassette cannot be used.
    """
    if prepared.mode == "record":
        require_recordable(prepared.context)
    if prepared.mode in SENDING:
        # First: no setting or confirmation helps a request that the profile forbids.
        deny(prepared.request, prepared.profile)
        admit_by_name(prepared.request, prepared.profile)
    prepared.request.check()
    context, platform = prepared.context, prepared.context.platform
    if name := fault_of(prepared.mode):
        wire = prepared.request.wire()
        return await send(wire, timeout=platform.timeout, transport=fault_transport(name))
    guard(prepared, confirm)
    return await send(
        prepared.request.wire(),
        timeout=platform.timeout,
        decompresses=platform.decompresses,
        transport=context.transport,
        connection=connection_from_profile(prepared.profile, context.root),
        admits=_then(destination_check(prepared, confirm), sending),
        admits_name=_fence(prepared),
        retry=context.retry,
    )


def _fence(prepared: Prepared) -> Callable[[Destination], None] | None:
    """Return what refuses a destination beyond this machine; None if requests may leave it."""
    if not prepared.fence:
        return None
    # Imported only behind a fence.
    from .fence import require_inside

    return partial(require_inside, prepared=prepared)


def _then(
    check: Callable[[Destination], None], sending: Callable[[], object]
) -> Callable[[Destination], None]:
    """Return a check of a destination that tells when it has passed."""

    def admits(destination: Destination) -> None:
        check(destination)
        sending()

    return admits


def connection_from_profile(profile: Profile, root: Path) -> Connection:
    """Return the TLS, proxy and rate limit settings of a profile; its paths are relative to the project root.

    Raises:
        SettingError: the environment variable that holds the proxy has no value.
    """
    tls_paths = {name: root / with_slashes(path) for name, path in profile.tls.items()}
    return Connection(**tls_paths, proxy=resolve_proxy(profile, root), requests_per_minute=profile.rate_limit)


async def run_prepared(
    definition: ActionDefinition,
    app: AppDefinition,
    prepared: Prepared,
    confirm: str | None = None,
    *,
    sending: Callable[[], object] = _ignore,
) -> Run:
    """Return the run of one action: sent once in live and record mode, offline in other modes.

    If outputTemplate fails on the response, the output is None and the diagnostics hold the error.
    ``sending`` is called before the first byte goes out.

    Raises:
        InputError: the platform would reject the inputs.
        SettingError: a setting has no value.
        RequestError: the request has errors, the reader had to guess a part of the file, or there is no
            sample.
        GuardError: it was not confirmed, its host is not allowed, or it would leave this machine under
            pytest or in CI.
        TransportError: there was no response, or none is recorded.
    """
    prepared = prepared.behind_fence(confirm)
    if prepared.mode in OFFLINE:
        return run_offline(definition, app, prepared)
    prepared.require_runnable()
    raw_response = await fetch_response(app, prepared, confirm, sending=sending)
    prepared = replace(prepared, request=without_host_warning(prepared.request))
    # Redacting megabytes, or waiting for the lock of a file, would block every other task on the loop.
    finish = partial(_finish, definition, app, prepared, raw_response)
    is_long = prepared.mode == "record" or len(raw_response.content) > LARGEST_ON_LOOP
    return await _aside(finish) if is_long else finish()


async def _aside(work: Callable[[], T]) -> T:
    """Return the result of work that takes long, done on another thread; a browser has none."""
    return work() if IN_BROWSER else await asyncio.to_thread(work)


async def run_with_history(
    definition: ActionDefinition,
    app: AppDefinition,
    prepared: Prepared,
    confirm: str | None = None,
    *,
    sending: Callable[[], object] = _ignore,
) -> tuple[Run, Iterable[Diagnostic]]:
    """Return the run that `run_prepared` returns, and the problems of adding it to the history.

    Where the project keeps one, a run without a response is added too. Raises as `run_prepared`.
    """
    prepared = prepared.behind_fence(confirm)
    keeps = keeps_history(prepared.profile)
    try:
        run = await run_prepared(definition, app, prepared, confirm, sending=sending)
    except (TransportError, asyncio.CancelledError) as error:
        if keeps:
            add_failure_to_history(app, prepared, error)
        raise
    if not keeps:
        return run, ()
    is_large = run.response is not None and run.response.size > LARGEST_ON_LOOP
    keep = partial(add_to_history, app, prepared, run)
    return run, await _aside(keep) if is_large else keep()


def _finish(
    definition: ActionDefinition, app: AppDefinition, prepared: Prepared, raw_response: RawResponse
) -> Run:
    run = run_from_response(definition, app, prepared, raw_response)
    return record(app, prepared, raw_response, run) if prepared.mode == "record" else run
