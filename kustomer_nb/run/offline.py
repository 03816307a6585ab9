"""Runs that send nothing: of the sample, or of a recorded response. Imports nothing that can send."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kustomer_nb.codes import Code
from kustomer_nb.errors import RequestError, TransportError
from kustomer_nb.output import map_sample
from kustomer_nb.platform import REST_API
from kustomer_nb.request import NOT_REST_API

from .assemble import assemble_run, run_from_response
from .replay import recorded_response

if TYPE_CHECKING:
    from kustomer_nb.definition import ActionDefinition, AppDefinition
    from kustomer_nb.diagnostics import Diagnostic

    from .prepare import Prepared
    from .result import Run


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
    prepared.require_runnable()
    if prepared.mode == "sample":
        return _sample_run(definition, prepared)
    # A replay must fail where a live run would, or a test that replays would prove nothing.
    prepared.request.check()
    return run_from_response(definition, app, prepared, recorded_response(app, prepared))


def run_offline_with_history(
    definition: ActionDefinition, app: AppDefinition, prepared: Prepared
) -> tuple[Run, Iterable[Diagnostic]]:
    """Return the run that `run_offline` returns, added to the history, and the problems of adding it.

    A replay without a recorded response is added too. Raises as `run_offline`.
    """
    # Late: most offline runs are those of tests, which keep none.
    from .recording import add_failure_to_history, add_to_history

    try:
        run = run_offline(definition, app, prepared)
    except TransportError as error:
        add_failure_to_history(app, prepared, error)
        raise
    return run, add_to_history(app, prepared, run)


def _sample_run(definition: ActionDefinition, prepared: Prepared) -> Run:
    # Only rest_api actions send a request; what the platform does for other types is not known.
    if definition.type not in (None, REST_API):
        diagnostics = prepared.request.diagnostics
        raise RequestError([diagnostic for diagnostic in diagnostics if diagnostic.code == NOT_REST_API])
    if definition.sample_output_context is None:
        message, fix = "the action has no sampleOutputContext.", "add one, or run the action live."
        raise RequestError.from_code(Code.NO_SAMPLE, message, fix, pointer="/sampleOutputContext")
    return assemble_run(definition, prepared, None, map_sample(definition, prepared.context.platform), None)
