"""Runs that send nothing: of the sample, or of a recorded response. Nothing that sends is imported."""

from __future__ import annotations

import re

from kustomer_nb.codes import Code
from kustomer_nb.definition import ActionDefinition, AppDefinition
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.errors import InputError, LoadError, RequestError
from kustomer_nb.output import map_sample
from kustomer_nb.request import NOT_REST_API
from kustomer_nb.request.url import Address, AddressError, parse_address, resolve
from kustomer_nb.storage.cassette import Cassette
from kustomer_nb.template import Text
from kustomer_nb.transport.models import RawResponse, Redirect

from .assemble import run_of, run_of_response
from .prepare import Prepared
from .recordable import asked, tape_path
from .result import Run

_HOST = re.compile("//[^/?#]*")


def require_runnable(prepared: Prepared) -> None:
    """Refuse to run what cannot be run in any mode.

    Raises:
        InputError: the platform would reject the inputs.
        RequestError: a part of the file had to be guessed.
    """
    if prepared.read_errors:
        # Even of the sample: what a workflow would get of it hangs on what the action is.
        raise RequestError(prepared.request.diagnostics.errors)
    if prepared.input_errors:
        raise InputError(prepared.input_errors)


def run_offline(definition: ActionDefinition, app: AppDefinition, prepared: Prepared) -> Run:
    """Return the run of the sample, or of what was recorded for the request.

    Raises:
        InputError: the platform would reject the inputs.
        RequestError: the request could not be sent as it is, a part of the file had to be guessed, or there
            is no sample.
        SettingError: a setting has no value.
        ReplayError: nothing recorded fits the request.
        LoadError: the cassette cannot be read.
    """
    require_runnable(prepared)
    if prepared.mode == "sample":
        return _sample_run(definition, prepared)
    prepared.request.check()
    return run_of_response(definition, app, prepared, _recorded(app, prepared))


def _sample_run(definition: ActionDefinition, prepared: Prepared) -> Run:
    if elsewhere := [one for one in prepared.request.diagnostics if one.code == NOT_REST_API]:
        raise RequestError(elsewhere)
    if definition.sample_output_context is None:
        message, fix = "the action has no sampleOutputContext.", "write one, or run it live."
        raise RequestError([Diagnostic(Code.NO_SAMPLE, Severity.ERROR, "/sampleOutputContext", message, fix)])
    return run_of(definition, prepared, None, map_sample(definition, prepared.context.platform), None)


def _recorded(app: AppDefinition, prepared: Prepared) -> RawResponse:
    if prepared.exchange is None:
        raise Cassette(tape_path(prepared.context)).refusal(asked(app, prepared))
    kept, address = prepared.exchange.response, prepared.request.address
    redirects = []
    for status_code, url in kept.redirects:
        if address is None:  # pragma: no cover - nothing is recorded without an address
            break
        redirects.append(_redirect(status_code, url, address))
        address = redirects[-1].to
    return RawResponse(
        kept.status_code,
        kept.headers,
        kept.content,
        is_truncated=kept.is_truncated,
        redirects=tuple(redirects),
    )


def _redirect(status_code: int, url: str, here: Address) -> Redirect:
    """Return a recorded redirect; on the same origin its host may hold the label of a setting."""
    origin = f"{here.scheme}://{here.authority.shown}"
    if f"{url}/".startswith(f"{origin}/"):
        return Redirect(status_code, resolve(here, url[len(origin) :] or "/"), is_same_origin=True)
    try:
        to = parse_address(Text.of(url))
    except AddressError:
        # A host in which something was hidden is none any more.
        to = _address(_HOST.sub("//hidden.invalid", url, count=1))
    return Redirect(status_code, to, is_same_origin=to.origin == here.origin)


def _address(url: str) -> Address:
    try:
        return parse_address(Text.of(url))
    except AddressError as error:
        message = f"a recorded redirect goes to {url!r}, which {error}."
        fix = "undo the change there, or record it anew."
        raise LoadError([Diagnostic(Code.CASSETTE_UNREADABLE, Severity.ERROR, "", message, fix)]) from error
