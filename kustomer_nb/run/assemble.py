"""A run made of a response, or of the sample: every stage after sending."""

from __future__ import annotations

from typing import Any

from kustomer_nb.definition import ActionDefinition, AppDefinition
from kustomer_nb.diagnostics import Diagnostics
from kustomer_nb.difference import diff
from kustomer_nb.errors import TemplateError
from kustomer_nb.output import Output, map_output, output_template
from kustomer_nb.request import Request, in_place_of, redirected
from kustomer_nb.response import Response
from kustomer_nb.schema import Projected
from kustomer_nb.secrets import Redactor
from kustomer_nb.transport.models import RawResponse

from .prepare import Prepared
from .recordable import all_secrets_of
from .result import Run


def run_of_response(
    definition: ActionDefinition, app: AppDefinition, prepared: Prepared, answer: RawResponse
) -> Run:
    """Return the run of a response: redacted, mapped, projected and compared with the sample.

    Where outputTemplate fails on it, the output is None and the diagnostics hold the error.
    """
    context, platform = prepared.context, prepared.context.platform
    hide = Redactor(all_secrets_of(app, prepared))
    response = Response.of(
        answer.status_code,
        answer.headers,
        answer.content,
        parses_json=prepared.request.parses_json,
        parse_limit=context.parse_limit,
        is_cut=answer.is_truncated,
        decompresses=platform.decompresses,
        request=_told(prepared.request, answer, hide),
        redactor=hide,
    )
    rendering = context.rendering("output")
    try:
        output = map_output(definition, response.to_json(), platform, rendering=rendering)
    except TemplateError as error:
        # The request was sent: what came back is kept, and what is wrong is said.
        output = Output(Projected(None), diagnostics=tuple(error.diagnostics))
    return run_of(definition, prepared, response, output, answer)


def _told(request: Request, answer: RawResponse, hide: Redactor) -> dict[str, Any]:
    """Return the request as the answer tells it: the last one, where redirects were followed."""
    told, address = request.to_json(), request.address
    for one in answer.redirects:
        if address is None:  # pragma: no cover - nothing is sent without an address
            break
        to = in_place_of(one.to, address) if one.is_same_origin else one.to
        told, address = redirected(told, address, to, one.status_code), to
    return told if not answer.redirects else hide.value(told)


def run_of(
    definition: ActionDefinition,
    prepared: Prepared,
    response: Response | None,
    output: Output,
    answer: RawResponse | None,
) -> Run:
    """Return a run with each of its stages."""
    platform = prepared.context.platform
    sample = definition.sample_output_context
    projected = output.projected
    asked = prepared.request.diagnostics.warnings
    notes = response.notes if response else ()
    return Run(
        action=definition.name or "",
        mode=prepared.mode,
        inputs=prepared.inputs,
        request=prepared.request,
        response=response,
        output=projected.value,
        diff=None if sample is None or output.is_broken else diff(sample, projected.value),
        inputs_converted=prepared.converted,
        converted=projected.converted,
        dropped=projected.dropped,
        unconverted=projected.unconverted,
        absent=projected.absent,
        missing=(*prepared.request.missing, *output.missing),
        elapsed=answer.elapsed if answer else 0.0,
        attempts=answer.attempts if answer else 0,
        profile=prepared.profile,
        diagnostics=Diagnostics([*asked, *output.diagnostics, *notes]),
        mapped=output.mapped,
        definition=definition,
        output_template=output_template(definition, platform),
        platform=platform,
    )
