"""Runs that send nothing: of the sample, or of a recorded response. Imports nothing that can send."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kustomer_nb.codes import Code
from kustomer_nb.errors import InputError, LoadError, RequestError
from kustomer_nb.output import map_sample
from kustomer_nb.platform import REST_API
from kustomer_nb.request import NOT_REST_API
from kustomer_nb.request.url import Address, AddressError, parse_address, resolve
from kustomer_nb.storage.cassette import Cassette
from kustomer_nb.template import Text
from kustomer_nb.transport.models import RawResponse, Redirect

from .assemble import assemble_run, run_from_response
from .recordable import require_cassette_path, to_recorded_request

if TYPE_CHECKING:
    from kustomer_nb.definition import ActionDefinition, AppDefinition

    from .prepare import Prepared
    from .result import Run

# The host of a URL that may hold labels such as $shop.default.region, which no host may contain.
_HOST = re.compile("//[^/?#]*")


def require_runnable(prepared: Prepared) -> None:
    """Refuse to run an action that cannot run in any mode.

    Raises:
        InputError: the platform would reject the inputs.
        RequestError: the reader had to guess a part of the file.
    """
    if prepared.read_errors:
        # In sample mode too: a workflow would get another output if the guess is wrong.
        raise RequestError(prepared.request.diagnostics.errors)
    if prepared.input_errors:
        raise InputError(prepared.input_errors)


def run_offline(definition: ActionDefinition, app: AppDefinition, prepared: Prepared) -> Run:
    """Return the run of the sample, or of the response recorded for the request.

    Raises:
        InputError: the platform would reject the inputs.
        RequestError: the request could not be sent, the reader had to guess a part of the file, or there is
            no sample.
        SettingError: a setting has no value.
        ReplayError: no recorded request matches.
        LoadError: the cassette cannot be read.
    """
    require_runnable(prepared)
    if prepared.mode == "sample":
        return _sample_run(definition, prepared)
    # A replay must fail where a live run would, or a test that replays would prove nothing.
    prepared.request.check()
    return run_from_response(definition, app, prepared, _recorded_response(app, prepared))


def _sample_run(definition: ActionDefinition, prepared: Prepared) -> Run:
    # Only rest_api actions send a request; what the platform does for other types is not known.
    if definition.type not in (None, REST_API):
        diagnostics = prepared.request.diagnostics
        raise RequestError([diagnostic for diagnostic in diagnostics if diagnostic.code == NOT_REST_API])
    if definition.sample_output_context is None:
        message, fix = "the action has no sampleOutputContext.", "add one, or run the action live."
        raise RequestError.from_code(Code.NO_SAMPLE, message, fix, pointer="/sampleOutputContext")
    return assemble_run(definition, prepared, None, map_sample(definition, prepared.context.platform), None)


def _recorded_response(app: AppDefinition, prepared: Prepared) -> RawResponse:
    if prepared.exchange is None:
        cassette = Cassette(require_cassette_path(prepared.context))
        raise cassette.refusal(to_recorded_request(app, prepared))
    recorded, url = prepared.exchange.response, prepared.request.address
    redirects = []
    for status_code, location in recorded.redirects:
        if url is None:  # pragma: no cover - a request without a URL is not recorded
            break
        redirects.append(_redirect(status_code, location, url))
        url = redirects[-1].to
    return RawResponse(
        recorded.status_code,
        recorded.headers,
        recorded.content,
        is_truncated=recorded.is_truncated,
        redirects=tuple(redirects),
    )


def _redirect(status_code: int, location: str, url: Address) -> Redirect:
    """Return a recorded redirect from a URL; its origin may contain the label of a setting."""
    # Compared as shown: a label such as $shop.default.region in the host is not a valid URL.
    origin = f"{url.scheme}://{url.authority.shown}"
    if f"{location}/".startswith(f"{origin}/"):
        return Redirect(status_code, resolve(url, location[len(origin) :] or "/"), is_same_origin=True)
    try:
        target = parse_address(Text.of(location))
    except AddressError:
        # A label in the host of another origin: the host is unknown here, only path and query are left.
        target = _parse_redirect(_HOST.sub("//hidden.invalid", location, count=1))
    return Redirect(status_code, target, is_same_origin=target.origin == url.origin)


def _parse_redirect(location: str) -> Address:
    try:
        return parse_address(Text.of(location))
    except AddressError as error:
        message = f"a recorded redirect goes to {location!r}, which {error}."
        fix = "undo the edit in the cassette, or record the exchange again."
        raise LoadError.from_code(Code.CASSETTE_UNREADABLE, message, fix) from error
