"""Runs the rows of a batch that sends nothing: of the sample, or of recorded responses."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from kustomer_nb.errors import KustomerNbError
from kustomer_nb.run.kept_output import kept_output
from kustomer_nb.run.offline import run_offline

from .building import build_row, check_of
from .outcomes import line_of

if TYPE_CHECKING:
    from .ledger import Ledger
    from .outcomes import Outcomes
    from .plan import Plan

_WATCH_EACH = 200


def run_offline_rows(plan: Plan, ledger: Ledger, outcomes: Outcomes, watch: Callable[[], object]) -> str:
    """Run the rows that have no outcome yet; return why it ended before the last, empty if it did not.

    A row without a recorded response has failed, and the others are run.
    """
    try:
        for row in plan.source.read():
            if row.number > plan.rows or not outcomes.may_send(row.number):
                continue
            line, output = _outcome(plan, plan.matching.inputs(row.cells), row.number)
            ledger.add(line_of(**line), output)
            outcomes.apply(line)
            if row.number % _WATCH_EACH == 0:
                watch()
    except KeyboardInterrupt:
        return "interrupted"
    finally:
        watch()
    return ""


def _outcome(plan: Plan, inputs: dict[str, Any], number: int) -> tuple[dict[str, Any], bytes]:
    """Return the line of the journal for a row, and its output."""
    built = build_row(plan.series, inputs, number)
    if check_of(built.inputs, plan.hash_key) != plan.check_at(number):
        return {"o": number, "s": None, "why": "changed since the plan"}, b""
    prepared = built.prepared
    try:
        run = run_offline(plan.series.definition, plan.series.app, prepared)
    except KustomerNbError as error:
        return {"o": number, "s": None, "why": str(error.diagnostics[0].code)}, b""
    status = None if run.response is None else run.response.status_code
    line: dict[str, Any] = {"o": number, "s": status}
    if run.later_diagnostics.errors:
        line["why"] = "outputTemplate"
    return line, kept_output(prepared, run, i=number, status=status)
