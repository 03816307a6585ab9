"""A prepared request sent, and a run made of the answer; or of the sample."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from kustomer_nb.codes import Code
from kustomer_nb.config import OFFLINE, SENDING, Profile, fault_of
from kustomer_nb.definition import ActionDefinition, AppDefinition
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity
from kustomer_nb.errors import KustomerNbError
from kustomer_nb.secrets import hide_all
from kustomer_nb.storage.cassette import Cassette
from kustomer_nb.transport import Connection, RawResponse, fault_transport, send

from .assemble import run_of_response
from .guards import admits, deny, guard, reach, without_question
from .offline import require_runnable, run_offline
from .prepare import Prepared
from .recordable import exchange_of, proxy_of, tape_path
from .recording import AT_ONCE
from .result import Run


async def answer_of(app: AppDefinition, prepared: Prepared, confirm: str | None) -> RawResponse:
    """Return the answer to a request, which is sent in live and record mode alone.

    Raises:
        SettingError: a setting has no value.
        RequestError: the request must not be sent as it is.
        GuardError: it was not confirmed, or goes where it must not.
        ReplayError: nothing recorded fits it.
        TransportError: no answer came.
        LoadError, SaveError: it could not be recorded.
    """
    if prepared.mode == "record":
        # What cannot be recorded is better not sent.
        tape = Cassette(tape_path(prepared.context))
        tape.require_own()
        _ = tape.exchanges
    if prepared.mode in SENDING:
        # Before anything else: with a token or without, it would not be sent.
        deny(prepared.request, prepared.profile)
        reach(prepared.request, prepared.profile)
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
        connection=connection_of(prepared.profile, context.root),
        admits=admits(prepared, confirm),
        retry=context.retry,
    )


def connection_of(profile: Profile, root: Path) -> Connection:
    """Return how a profile reaches its hosts; its paths are those of the project's root.

    Raises:
        SettingError: the variable that holds the proxy has no value; nothing goes around a proxy by itself.
    """
    paths = {name: root / path for name, path in profile.tls.items()}
    return Connection(**paths, proxy=proxy_of(profile, root), requests_per_minute=profile.rate_limit)


async def run_prepared(
    definition: ActionDefinition, app: AppDefinition, prepared: Prepared, confirm: str | None = None
) -> Run:
    """Return the run of one action: sent once in live and record mode, else answered without the network.

    Where outputTemplate fails on what came back, the output is None and the diagnostics hold the error.

    Raises:
        InputError: the platform would reject the inputs.
        SettingError: a setting has no value.
        RequestError: the request must not be sent as it is, or a part of the file had to be guessed.
        RequestError: there is no sample.
        GuardError: it was not confirmed, or goes where it must not.
        TransportError: no answer came, or none is recorded.
    """
    if prepared.mode in OFFLINE:
        return run_offline(definition, app, prepared)
    require_runnable(prepared)
    answer = await answer_of(app, prepared, confirm)
    prepared = replace(prepared, request=without_question(prepared.request))
    # Looking for secrets in many megabytes, and waiting for a file, would hold up everything else.
    if prepared.mode == "record" or len(answer.content) > AT_ONCE:
        return await asyncio.to_thread(_finished, definition, app, prepared, answer)
    return run_of_response(definition, app, prepared, answer)


def _finished(
    definition: ActionDefinition, app: AppDefinition, prepared: Prepared, answer: RawResponse
) -> Run:
    run = run_of_response(definition, app, prepared, answer)
    return _record(app, prepared, answer, run) if prepared.mode == "record" else run


def _record(app: AppDefinition, prepared: Prepared, answer: RawResponse, run: Run) -> Run:
    """Return the run, its exchange kept in the cassette; that it could not be is said, and stops nothing."""
    try:
        exchange = exchange_of(app, prepared, answer, run)
        Cassette(tape_path(prepared.context)).record(exchange, instead=prepared.superseded)
    except KustomerNbError as error:
        return replace(run, diagnostics=Diagnostics([*run.diagnostics, *error.diagnostics]))
    except (OSError, ValueError) as error:
        message = f"the exchange could not be recorded: {hide_all(str(error))}."
        found = Diagnostic(
            Code.CASSETTE_NOT_WRITTEN, Severity.ERROR, "", message, "look at the cassette and its folder."
        )
        return replace(run, diagnostics=Diagnostics([*run.diagnostics, found]))
    return run
