"""A prepared request sent, and a run made of the answer; or of the sample."""

from __future__ import annotations

from typing import Any

from kustomer_nb.definition import ActionDefinition, AppDefinition
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity
from kustomer_nb.difference import diff
from kustomer_nb.errors import InputError, RequestError, TemplateError
from kustomer_nb.kustomer import Platform
from kustomer_nb.output import Output, map_output, map_sample, output_template
from kustomer_nb.request import NOT_REST_API, Request, in_place_of, redirected
from kustomer_nb.response import Response
from kustomer_nb.schema import Projected
from kustomer_nb.secret import Redactor
from kustomer_nb.transport import Answer, send

from .circumstances import Circumstances
from .guards import guard
from .preparing import Prepared
from .result import Run


async def run_prepared(
    definition: ActionDefinition, app: AppDefinition, ready: Prepared, circumstances: Circumstances
) -> Run:
    """Return the run of one action: sent once in live mode, made of the sample in sample mode.

    Where outputTemplate fails on what came back, the output is None and the diagnostics hold the error.

    Raises:
        InputError: the platform would reject the inputs.
        SettingError: a setting has no value.
        RequestError: the request must not be sent as it is, or there is no sample.
        GuardError: an unsafe method to anything but loopback was not confirmed.
        TransportError: no answer came.
    """
    if ready.faults:
        raise InputError(ready.faults)
    if ready.mode == "sample":
        return _sample_run(definition, ready, circumstances.platform)
    ready.request.check()
    guard(ready.request, ready.profile, circumstances.confirm)
    wire = ready.request.wire()
    platform = circumstances.platform
    answer = await send(
        wire, timeout=platform.timeout, decompresses=platform.decompresses, transport=circumstances.transport
    )
    hide = redactor(app, ready.request)
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
    return _run(definition, ready, response, output, platform, elapsed=answer.elapsed)


def _told(request: Request, answer: Answer, hide: Redactor) -> dict[str, Any]:
    """Return the request as the answer tells it: the last one, where redirects were followed."""
    told, address = request.to_json(), request.address
    for one in answer.redirects:
        if address is None:  # pragma: no cover - nothing is sent without an address
            break
        to = in_place_of(one.to, address) if one.stays else one.to
        told, address = redirected(told, address, to, one.status_code), to
    return told if not answer.redirects else hide.value(told)


def redactor(app: AppDefinition, request: Request) -> Redactor:
    """Return what removes the secrets of a request from its answer.

    A setting the app declares as string, number or boolean is no secret: an answer may well hold it.
    """
    hidden = {}
    for label, secret in request.secrets.items():
        declared = app.setting(label.removeprefix("$"))
        if secret is not None and (declared is None or declared.type in (None, "secret")):
            hidden[label] = secret
    return Redactor(hidden)


def _sample_run(definition: ActionDefinition, ready: Prepared, platform: Platform) -> Run:
    if elsewhere := [one for one in ready.request.diagnostics if one.code == NOT_REST_API]:
        raise RequestError(elsewhere)
    if definition.sample_output_context is None:
        message, fix = "the action has no sampleOutputContext.", "write one, or run it live."
        raise RequestError([Diagnostic("KNB808", Severity.ERROR, "/sampleOutputContext", message, fix)])
    return _run(definition, ready, None, map_sample(definition, platform), platform)


def _run(
    definition: ActionDefinition,
    ready: Prepared,
    response: Response | None,
    output: Output,
    platform: Platform,
    *,
    elapsed: float = 0.0,
) -> Run:
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
        elapsed=elapsed,
        diagnostics=Diagnostics([*asked, *output.diagnostics, *notes]),
        mapped=output.mapped,
        definition=definition,
        output_template=output_template(definition, platform),
        platform=platform,
    )
