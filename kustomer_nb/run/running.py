"""A prepared request sent, and a run made of the answer; or of the sample."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from kustomer_nb.cassette import Cassette
from kustomer_nb.definition import ActionDefinition, AppDefinition
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity
from kustomer_nb.difference import diff
from kustomer_nb.errors import InputError, KustomerNbError, RequestError, TemplateError
from kustomer_nb.output import Output, map_output, map_sample, output_template
from kustomer_nb.request import NOT_REST_API, Request, in_place_of, redirected
from kustomer_nb.response import Response
from kustomer_nb.schema import Projected
from kustomer_nb.secret import Redactor, hide_all
from kustomer_nb.transport import Answer

from .answering import answer_of
from .kept import all_secrets_of, exchange_of, tape_path
from .preparing import Prepared
from .result import Run

AT_ONCE = 2**18


async def run_prepared(
    definition: ActionDefinition, app: AppDefinition, ready: Prepared, confirm: str | None = None
) -> Run:
    """Return the run of one action: sent once in live and record mode, else answered without the network.

    Where outputTemplate fails on what came back, the output is None and the diagnostics hold the error.

    Raises:
        InputError: the platform would reject the inputs.
        SettingError: a setting has no value.
        RequestError: the request must not be sent as it is, or there is no sample.
        GuardError: it was not confirmed, or goes where it must not.
        TransportError: no answer came, or none is recorded.
    """
    if ready.faults:
        raise InputError(ready.faults)
    if ready.mode == "sample":
        return _sample_run(definition, ready)
    answer = await answer_of(app, ready, confirm)
    # Looking for secrets in many megabytes, and waiting for a file, would hold up everything else.
    if ready.mode == "record" or len(answer.content) > AT_ONCE:
        return await asyncio.to_thread(_finished, definition, app, ready, answer)
    return _finished(definition, app, ready, answer)


def _finished(definition: ActionDefinition, app: AppDefinition, ready: Prepared, answer: Answer) -> Run:
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
    return _recorded(app, ready, answer, run) if ready.mode == "record" else run


def _recorded(app: AppDefinition, ready: Prepared, answer: Answer, run: Run) -> Run:
    """Return the run, its exchange kept in the cassette; that it could not be is said, and stops nothing."""
    try:
        exchange = exchange_of(app, ready, answer, run)
        Cassette(tape_path(ready.circumstances)).record(exchange, instead=ready.superseded)
    except KustomerNbError as error:
        return replace(run, diagnostics=Diagnostics([*run.diagnostics, *error.diagnostics]))
    except (OSError, ValueError) as error:
        message = f"the exchange could not be recorded: {hide_all(str(error))}."
        found = Diagnostic("KNB821", Severity.ERROR, "", message, "look at the cassette and its folder.")
        return replace(run, diagnostics=Diagnostics([*run.diagnostics, found]))
    return run


def _told(request: Request, answer: Answer, hide: Redactor) -> dict[str, Any]:
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
        raise RequestError([Diagnostic("KNB808", Severity.ERROR, "/sampleOutputContext", message, fix)])
    return _run(definition, ready, None, map_sample(definition, ready.circumstances.platform), None)


def _run(
    definition: ActionDefinition,
    ready: Prepared,
    response: Response | None,
    output: Output,
    answer: Answer | None,
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
