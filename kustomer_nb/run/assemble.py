"""From a response, or the sample, to a run: every stage after sending."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kustomer_nb.diagnostics import Diagnostic, Diagnostics
from kustomer_nb.difference import Diff, diff, diff_json
from kustomer_nb.errors import TemplateError
from kustomer_nb.output import Output, map_output, map_sample, output_template
from kustomer_nb.request import Request, in_place_of, redirected
from kustomer_nb.request.redirects import KEEPS_BODY
from kustomer_nb.response import Response
from kustomer_nb.schema import Projected
from kustomer_nb.secrets import Redactor

from .result import Run

if TYPE_CHECKING:
    from kustomer_nb.definition import ActionDefinition, AppDefinition
    from kustomer_nb.template import Rendering
    from kustomer_nb.transport.models import RawResponse

    from .prepare import Prepared


def run_from_response(
    definition: ActionDefinition, app: AppDefinition, prepared: Prepared, raw_response: RawResponse
) -> Run:
    """Return the run of a response: redacted, mapped, projected and compared with the sample.

    If outputTemplate fails on the response, the output is None and the diagnostics hold the error.
    """
    context, platform = prepared.context, prepared.context.platform
    redactor = Redactor(prepared.secrets)
    response = Response.from_bytes(
        raw_response.status_code,
        raw_response.headers,
        raw_response.content,
        parses_json=prepared.request.parses_json,
        parse_limit=context.parse_limit,
        is_truncated=raw_response.is_truncated,
        decompresses=platform.decompresses,
        request=_final_request(prepared.request, raw_response, redactor),
        redactor=redactor,
    )
    rendering = context.rendering("output")
    try:
        # Templates see the redacted response, so no secret that a service echoes gets into the output.
        output = map_output(definition, response.to_json(), platform, rendering=rendering)
    except TemplateError as error:
        # The request was sent and cannot be taken back: keep the response and report the error.
        output = Output(Projected(None), diagnostics=tuple(error.diagnostics))
    notes = _redirect_findings(prepared, raw_response, redactor)
    return assemble_run(definition, prepared, response, output, raw_response, notes)


def _redirect_findings(
    prepared: Prepared, raw_response: RawResponse, redactor: Redactor
) -> tuple[Diagnostic, ...]:
    if not raw_response.redirects and not 300 <= raw_response.status_code < 400:
        return ()
    from .redirect_findings import redirect_findings

    platform = prepared.context.platform
    return tuple(redirect_findings(prepared.request, raw_response, redactor, platform))


def _final_request(request: Request, raw_response: RawResponse, redactor: Redactor) -> dict[str, Any]:
    """Return the request in ``/#response.request``: after redirects, the last one that was sent."""
    request_json, url, has_body = request.to_json(), request.address, bool(request.body_text)
    for redirect in raw_response.redirects:
        if url is None:  # pragma: no cover - a request without a URL is not sent
            break
        # Under hosts= the stand-in redirects to itself: shown as the authored origin, as the platform would.
        target = in_place_of(redirect.to, url) if redirect.is_same_origin else redirect.to
        has_body = has_body and redirect.status_code == KEEPS_BODY
        request_json = redirected(request_json, url, target, redirect.status_code, has_body=has_body)
        url = target
    # Request.to_json() shows settings as labels already; a location header comes from the service.
    return redactor.value(request_json) if raw_response.redirects else request_json


def assemble_run(
    definition: ActionDefinition,
    prepared: Prepared,
    response: Response | None,
    output: Output,
    raw_response: RawResponse | None,
    notes: tuple[Diagnostic, ...] = (),
) -> Run:
    """Return a run with the result of each stage; ``notes`` are those of the redirects."""
    platform, profile = prepared.context.platform, prepared.profile
    projected = output.projected
    response_notes = response.notes if response else ()
    run = object.__new__(Run)
    # Its __init__, which sets one field after the other, takes four times as long.
    vars(run).update(
        _transfer(raw_response, response) if raw_response else _NOT_SENT,
        action=definition.name or "",
        mode=prepared.mode,
        inputs=prepared.inputs,
        request=prepared.request,
        response=response,
        output=projected.value,
        diff=_difference(definition, prepared, response, output),
        inputs_converted=prepared.converted,
        converted=projected.converted,
        dropped=projected.dropped,
        unconverted=projected.unconverted,
        absent=projected.absent,
        output_missing=output.missing,
        profile=profile,
        later_diagnostics=Diagnostics([*notes, *output.diagnostics, *response_notes]),
        mapped=output.mapped,
        definition=definition,
        output_template=output_template(definition, platform),
        platform=platform,
        fence=prepared.fence if prepared.mode == "replay" else "",
        prepared=prepared,
        owner=None,
    )
    return with_masking(run) if profile.mask else run


# Of a run whose response is that of a cassette, or of the sample.
_NOT_SENT: dict[str, Any] = {"elapsed": 0.0, "attempts": 0, "redirected_to": "", "redirects": ()}


def _transfer(raw_response: RawResponse, response: Response | None) -> dict[str, Any]:
    """Return the fields of `Run` that say how the response arrived."""
    return {
        "elapsed": raw_response.elapsed,
        "attempts": raw_response.attempts,
        "redirected_to": _final_url(response) if raw_response.redirects else "",
        "redirects": raw_response.redirects,
    }


def _difference(
    definition: ActionDefinition, prepared: Prepared, response: Response | None, output: Output
) -> Diff | None:
    """Return how the output differs from the sample; None without a sample, or without an output."""
    sample, projected, profile = definition.sample_output_context, output.projected, prepared.profile
    if sample is None or output.is_broken:
        return None
    # Most projects ignore nothing.
    ignore = profile.ignored(definition.name or "") if profile.ignore else ()
    is_json = not prepared.context.helpers and not prepared.context.platform.conversions
    is_unchanged = response is None and not projected.converted and not projected.dropped
    difference = _diff(sample, projected.value, ignore, is_json=is_json, is_unchanged=is_unchanged)
    difference.response = response
    return difference


def with_masking(run: Run) -> Run:
    """Make the parts of a run know that its profile masks something, and return the run."""
    if run.diff is not None:
        run.diff.masked_run = run
    if run.response is not None:
        # It was just read, and nobody else has it yet.
        vars(run.response)["masked_run"] = run
    return run


def mapped_again(run: Run, definition: ActionDefinition, rendering: Rendering | None = None) -> Run:
    """Return a run with the output that a definition makes of its response, as if it had run with it.

    ``rendering`` is that of the run, None is that of its platform. In sample mode the output is the sample of
    the definition.
    """
    platform = run.platform
    try:
        if run.response is None:
            output = map_sample(definition, platform)
        else:
            output = map_output(definition, run.response.to_json(), platform, rendering=rendering)
    except TemplateError as error:
        output = Output(Projected(None), diagnostics=tuple(error.diagnostics))
    sample, projected = definition.sample_output_context, output.projected
    others = [
        finding for finding in run.later_diagnostics if not finding.pointer.startswith("/outputTemplate")
    ]
    is_compared = sample is not None and not output.is_broken
    difference = None
    if is_compared:
        difference = diff(sample, projected.value, ignore=run.profile.ignored(run.action))
        difference.response = run.response
    again = replace(
        run,
        output=projected.value,
        diff=difference,
        converted=projected.converted,
        dropped=projected.dropped,
        unconverted=projected.unconverted,
        absent=projected.absent,
        output_missing=output.missing,
        later_diagnostics=Diagnostics([*others, *output.diagnostics]),
        mapped=output.mapped,
        definition=definition,
        output_template=output_template(definition, platform),
    )
    return with_masking(again) if run.profile.mask else again


def _final_url(response: Response | None) -> str:
    return "" if response is None else str(response.request["uri"]["href"])


def _diff(sample: Any, output: Any, ignore: tuple[str, ...], *, is_json: bool, is_unchanged: bool) -> Diff:
    if is_unchanged:
        # The output is a copy of the sample, so there is nothing to compare.
        return Diff((), expected=sample, actual=output, mode="value")
    # Only a helper or a conversion of the user's own returns what may have no end.
    return diff_json(sample, output) if is_json and not ignore else diff(sample, output, ignore=ignore)
