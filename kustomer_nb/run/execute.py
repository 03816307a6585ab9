"""A prepared request sent, and a run made of the answer; or of the sample."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.config import SENDING, Profile, fault_of
from kustomer_nb.definition import ActionDefinition, AppDefinition
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity
from kustomer_nb.difference import diff
from kustomer_nb.errors import InputError, KustomerNbError, LoadError, RequestError, TemplateError
from kustomer_nb.output import Output, map_output, map_sample, output_template
from kustomer_nb.request import NOT_REST_API, Request, in_place_of, redirected
from kustomer_nb.request.url import Address, AddressError, parse_address, resolve
from kustomer_nb.response import Response
from kustomer_nb.schema import Projected
from kustomer_nb.secrets import Redactor, hide_all
from kustomer_nb.storage.cassette import Cassette
from kustomer_nb.template import Text
from kustomer_nb.transport import Connection, RawResponse, Redirect, fault_transport, send

from .guards import admits, deny, guard, reach, without_question
from .prepare import Prepared
from .recordable import all_secrets_of, asked, exchange_of, proxy_of, tape_path
from .result import Run

_HOST = re.compile("//[^/?#]*")


async def answer_of(app: AppDefinition, ready: Prepared, confirm: str | None) -> RawResponse:
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


def _recorded(app: AppDefinition, ready: Prepared) -> RawResponse:
    if ready.exchange is None:
        raise Cassette(tape_path(ready.circumstances)).refusal(asked(app, ready))
    kept, address = ready.exchange.answer, ready.request.address
    redirects = []
    for status_code, url in kept.redirects:
        if address is None:  # pragma: no cover - nothing is recorded without an address
            break
        redirects.append(_redirect(status_code, url, address))
        address = redirects[-1].to
    return RawResponse(
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
        raise LoadError([Diagnostic(Code.CASSETTE_UNREADABLE, Severity.ERROR, "", message, fix)]) from error


AT_ONCE = 2**18


async def run_prepared(
    definition: ActionDefinition, app: AppDefinition, ready: Prepared, confirm: str | None = None
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
    if ready.guessed:
        # Even of the sample: what a workflow would get of it hangs on what the action is.
        raise RequestError(ready.request.diagnostics.errors)
    if ready.faults:
        raise InputError(ready.faults)
    if ready.mode == "sample":
        return _sample_run(definition, ready)
    answer = await answer_of(app, ready, confirm)
    ready = replace(ready, request=without_question(ready.request))
    # Looking for secrets in many megabytes, and waiting for a file, would hold up everything else.
    if ready.mode == "record" or len(answer.content) > AT_ONCE:
        return await asyncio.to_thread(_finished, definition, app, ready, answer)
    return _finished(definition, app, ready, answer)


def _finished(definition: ActionDefinition, app: AppDefinition, ready: Prepared, answer: RawResponse) -> Run:
    circumstances, platform = ready.circumstances, ready.circumstances.platform
    hide = Redactor(all_secrets_of(app, ready))
    response = Response.of(
        answer.status_code,
        answer.headers,
        answer.content,
        parses_json=ready.request.parses_json,
        parse_limit=circumstances.parse_limit,
        is_cut=answer.is_cut,
        decompresses=platform.decompresses,
        request=_told(ready.request, answer, hide),
        redactor=hide,
    )
    rendering = circumstances.rendering("output")
    try:
        output = map_output(definition, response.to_json(), platform, rendering=rendering)
    except TemplateError as error:
        # The request was sent: what came back is kept, and what is wrong is said.
        output = Output(Projected(None), diagnostics=tuple(error.diagnostics))
    run = _run(definition, ready, response, output, answer)
    return _record(app, ready, answer, run) if ready.mode == "record" else run


def _record(app: AppDefinition, ready: Prepared, answer: RawResponse, run: Run) -> Run:
    """Return the run, its exchange kept in the cassette; that it could not be is said, and stops nothing."""
    try:
        exchange = exchange_of(app, ready, answer, run)
        Cassette(tape_path(ready.circumstances)).record(exchange, instead=ready.superseded)
    except KustomerNbError as error:
        return replace(run, diagnostics=Diagnostics([*run.diagnostics, *error.diagnostics]))
    except (OSError, ValueError) as error:
        message = f"the exchange could not be recorded: {hide_all(str(error))}."
        found = Diagnostic(
            Code.CASSETTE_NOT_WRITTEN, Severity.ERROR, "", message, "look at the cassette and its folder."
        )
        return replace(run, diagnostics=Diagnostics([*run.diagnostics, found]))
    return run


def _told(request: Request, answer: RawResponse, hide: Redactor) -> dict[str, Any]:
    """Return the request as the answer tells it: the last one, where redirects were followed."""
    told, address = request.to_json(), request.address
    for one in answer.redirects:
        if address is None:  # pragma: no cover - nothing is sent without an address
            break
        to = in_place_of(one.to, address) if one.stays else one.to
        told, address = redirected(told, address, to, one.status_code), to
    return told if not answer.redirects else hide.value(told)


def _sample_run(definition: ActionDefinition, ready: Prepared) -> Run:
    if elsewhere := [one for one in ready.request.diagnostics if one.code == NOT_REST_API]:
        raise RequestError(elsewhere)
    if definition.sample_output_context is None:
        message, fix = "the action has no sampleOutputContext.", "write one, or run it live."
        raise RequestError([Diagnostic(Code.NO_SAMPLE, Severity.ERROR, "/sampleOutputContext", message, fix)])
    return _run(definition, ready, None, map_sample(definition, ready.circumstances.platform), None)


def _run(
    definition: ActionDefinition,
    ready: Prepared,
    response: Response | None,
    output: Output,
    answer: RawResponse | None,
) -> Run:
    platform = ready.circumstances.platform
    sample = definition.sample_output_context
    projected = output.projected
    asked = ready.request.diagnostics.warnings
    notes = response.notes if response else ()
    return Run(
        action=definition.name or "",
        mode=ready.mode,
        inputs=ready.inputs,
        request=ready.request,
        response=response,
        output=projected.value,
        diff=None if sample is None or output.is_broken else diff(sample, projected.value),
        inputs_converted=ready.converted,
        converted=projected.converted,
        dropped=projected.dropped,
        unconverted=projected.unconverted,
        absent=projected.absent,
        missing=(*ready.request.missing, *output.missing),
        elapsed=answer.elapsed if answer else 0.0,
        attempts=answer.attempts if answer else 0,
        profile=ready.profile,
        diagnostics=Diagnostics([*asked, *output.diagnostics, *notes]),
        mapped=output.mapped,
        definition=definition,
        output_template=output_template(definition, platform),
        platform=platform,
    )
