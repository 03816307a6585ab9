"""What record mode adds to a live run: the cassette is checked before sending and written afterwards."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity
from kustomer_nb.errors import KustomerNbError
from kustomer_nb.secrets import hide_all
from kustomer_nb.storage.cassette import Cassette

from .recordable import build_exchange

if TYPE_CHECKING:
    from kustomer_nb.definition import AppDefinition
    from kustomer_nb.transport import RawResponse

    from .context import RunContext
    from .prepare import Prepared
    from .result import Run


def require_recordable(context: RunContext) -> None:
    """Refuse to record if the cassette cannot be used.

    Called before sending: a response that cannot be recorded would need a second request.

    Raises:
        RequestError: there is no path for the cassette.
        LoadError, SaveError: the cassette cannot be used.
    """
    cassette = Cassette(context.require_cassette())
    cassette.require_own()
    # Reads the file, which raises if it is not a valid cassette.
    _ = cassette.exchanges


def record(app: AppDefinition, prepared: Prepared, raw_response: RawResponse, run: Run) -> Run:
    """Add the exchange to the cassette, and return the run; a failure to write becomes a diagnostic of it."""
    try:
        exchange = build_exchange(app, prepared, raw_response, run)
        cassette = Cassette(prepared.context.require_cassette())
        cassette.record(exchange, instead=prepared.superseded)
    except KustomerNbError as error:
        return replace(run, later_diagnostics=Diagnostics([*run.later_diagnostics, *error.diagnostics]))
    except (OSError, ValueError) as error:
        # The response is here already: an exception would lose it, and a POST cannot be repeated.
        message = f"the exchange could not be recorded: {hide_all(str(error))}."
        fix = "check that the cassette and its folder can be written."
        diagnostic = Diagnostic(Code.CASSETTE_NOT_WRITTEN, Severity.ERROR, "", message, fix)
        return replace(run, later_diagnostics=Diagnostics([*run.later_diagnostics, diagnostic]))
    return run
