"""From a plan to a batch: the questions before it, the ledger around it, a line in the history after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.config import OFFLINE, keeps_history
from kustomer_nb.config.settings import ask_person
from kustomer_nb.errors import GuardError, InputError, RequestError, SaveError
from kustomer_nb.faces import alternatives, for_face, how_to_pass, name_of
from kustomer_nb.in_browser import IN_BROWSER
from kustomer_nb.printable import quoted
from kustomer_nb.run.fence import behind_fence
from kustomer_nb.run.guards import is_confirmed_by
from kustomer_nb.storage import history
from kustomer_nb.transport.pacing import Pacer
from kustomer_nb.transport.rates import Rate

from .folder import (
    PlanRecord,
    create_folder,
    definition_digest,
    earlier_batch,
    read_outcomes,
    sole_runner,
)
from .handles import Batch, Summary
from .ledger import Ledger
from .outcomes import Outcomes, State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .engine import Engine
    from .plan import Plan

CONNECTIONS = ("keep-alive", "close")
MOST_LANES = 1_000
Watch = Callable[["Outcomes", "Engine | None"], object]


def _ignore(outcomes: Outcomes, engine: Engine | None) -> None:
    """Watch nothing."""


def run_plan(
    plan: Plan,
    *,
    confirm: str | None,
    lanes: int,
    stop_after: int | None,
    connection: str,
    again: bool = False,
    folder: Path | None = None,
    watch: Watch = _ignore,
) -> Batch:
    """Run a plan, see `Plan.run`; ``folder`` is that of a batch to go on with.

    ``watch`` is called now and then with what became of the rows.
    """
    _check_options(lanes, stop_after, connection)
    require_runnable(plan)
    is_offline = plan.mode in OFFLINE
    # Before the folder is made: a batch that is refused leaves nothing.
    outcomes = _fresh_outcomes(plan) if folder is None else read_outcomes(folder, _record(plan))
    name = None if is_offline else _require_confirmed(plan, outcomes, confirm)
    if folder is None and not (is_offline or plan.is_safe or again):
        _refuse_repetition(plan)
    if plan.sample is not None:
        plan.series.complete(plan.sample, ask_person)
    if folder is None:
        folder = create_folder(plan.series.context.root, plan, _record(plan))
    with sole_runner(folder):
        if _is_resumed(folder):
            # Only now nobody else changes it.
            outcomes = read_outcomes(folder, _record(plan))
        ledger = Ledger(folder, syncs=not is_offline and not _is_safe(plan))
        with _closing(ledger), _history(plan, outcomes):
            if is_offline:
                from .offline import run_offline_rows

                reason = run_offline_rows(plan, ledger, outcomes, lambda: watch(outcomes, None))
            else:
                reason = _send_rows(
                    plan, ledger, outcomes, name, lanes, stop_after, closes=connection == "close", watch=watch
                )
    return Batch(plan.action, folder, reason=reason)


def _send_rows(
    plan: Plan,
    ledger: Ledger,
    outcomes: Outcomes,
    name: str | None,
    lanes: int,
    stop_after: int | None,
    *,
    closes: bool,
    watch: Watch,
) -> str:
    """Send what may be sent, and return why the batch ended before that; empty if it did not."""
    # Imported only by what sends.
    from .engine import Engine, run_in_thread

    profile = plan.series.profile
    rates = plan.rates
    if profile.rate_limit is not None:
        rates = (*rates, Rate(profile.rate_limit, 60.0))
    destination = profile.name or (plan.request.host if plan.request is not None else "")
    engine = Engine(
        plan,
        ledger,
        outcomes,
        _pacer(destination, rates),
        name=name,
        lanes=lanes,
        stop_after=stop_after,
        closes=closes,
    )
    try:
        run_in_thread(engine, lambda: watch(outcomes, engine))
    finally:
        watch(outcomes, engine)
    return engine.reason


# Two batches to one service, at one rate, share it.
@cache
def _pacer(destination: str, rates: tuple[Rate, ...]) -> Pacer:
    return Pacer(rates)


def require_runnable(plan: Plan) -> None:
    """Refuse a plan with an error that concerns all rows, or without a valid row.

    Raises:
        InputError: all of these errors.
        RequestError: this is a browser.
    """
    if IN_BROWSER and plan.mode not in OFFLINE:
        message = "a browser cannot send the rows of a batch: it replaces headers."
        fix = f"use {name_of('mode', 'sample')}, or run it on a computer."
        raise RequestError.from_code(Code.IN_BROWSER, message, fix)
    if not plan.rows:
        raise InputError.from_code(Code.BATCH_REFUSED, "there are no rows.", "check where they come from.")
    if plan.refusals:
        raise InputError(plan.refusals)
    if not plan.valid or plan.sample is None:
        raise InputError.from_code(Code.BATCH_REFUSED, "no row can be sent.", "see `invalid` of the plan.")


def _check_options(lanes: int, stop_after: int | None, connection: str) -> None:
    if not 1 <= lanes <= MOST_LANES:
        msg = f"lanes is {lanes}; it is a number from 1 to {MOST_LANES}"
        raise ValueError(msg)
    if stop_after is not None and stop_after < 1:
        msg = f"stop_after is {stop_after}; it is at least 1, or None"
        raise ValueError(msg)
    if connection not in CONNECTIONS:
        msg = f"connection is {connection!r}; it is {' or '.join(map(repr, CONNECTIONS))}"
        raise ValueError(msg)


def _require_confirmed(plan: Plan, outcomes: Outcomes, confirm: str | None) -> str | None:
    """Return the name that was confirmed, None if none is needed.

    Raises:
        GuardError: another name or number was confirmed, or none, or the rows would leave this machine in CI.
    """
    prepared = plan.sample
    assert prepared is not None  # noqa: S101 - require_runnable() has refused it
    count = outcomes.count(State.PENDING)
    name, _, number = (confirm or "").strip().rpartition(" ")
    behind_fence(prepared, name or None)
    if confirm is None and not plan.confirmation:
        return None
    if number.replace(",", "") == str(count) and is_confirmed_by(prepared, name):
        return name
    method = prepared.request.effective_method
    expected = f"{plan.confirmation or prepared.profile.name or prepared.request.host} {count}"
    mismatch = f" {quoted(confirm)} does not match." if confirm is not None else ""
    message = f"{method} for {count:,} rows can modify data and was not confirmed; nothing was sent."
    fix = f"{how_to_pass('confirm', expected)}, after you have looked at the plan.{mismatch}"
    raise GuardError.from_code(Code.NOT_CONFIRMED, message, fix)


def _refuse_repetition(plan: Plan) -> None:
    """Refuse rows that a batch has sent: a notebook that is run from its start sends none twice.

    Raises:
        GuardError: there is such a batch.
    """
    earlier = earlier_batch(plan.series.context.root, plan)
    if earlier is None:
        return
    folder, outcomes = earlier
    message = f"the batch {folder.name} has sent these rows ({Summary.of(outcomes).words}); nothing was sent."
    resume = for_face(python="resume that batch", command_line=f"add --resume {folder.name}")
    fix = alternatives(resume, f"{how_to_pass('again')} to send all of them once more")
    raise GuardError.from_code(Code.BATCH_REPEATED, message, fix)


def _fresh_outcomes(plan: Plan) -> Outcomes:
    outcomes = Outcomes(plan.rows)
    for first, last in excluded_rows(plan):
        for number in range(first, last + 1):
            outcomes.exclude(number)
    return outcomes


def excluded_rows(plan: Plan) -> list[list[int]]:
    """Return the rows of a plan that are not sent, as ranges of their numbers."""
    ranges: list[list[int]] = []
    for number in range(1, plan.rows + 1):
        if any(plan.check_at(number)):
            continue
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ranges


def _record(plan: Plan) -> PlanRecord:
    series, path = plan.series, plan.source.path
    return PlanRecord(
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        action=plan.action.name,
        definition=definition_digest(plan.action.value),
        profile=series.profile.name,
        mode=plan.mode,
        hosts=dict(series.context.hosts),
        rates=[str(rate) for rate in plan.rates],
        columns=plan.given_columns,
        key=plan.key,
        empty=plan.empty,
        source=plan.source.name,
        source_path="" if path is None else str(path.resolve()),
        source_digest=plan.source_digest,
        rows=plan.rows,
        valid=plan.valid,
        rows_digest=plan.rows_digest,
        seed=series.context.seed or 0,
        is_safe=_is_safe(plan),
        allow_changed=plan.allow_changed,
        excluded=excluded_rows(plan),
    )


def _is_safe(plan: Plan) -> bool:
    """Return whether no row changes anything: an input may choose another method for some."""
    return plan.is_safe


def _is_resumed(folder: Path) -> bool:
    return (folder / "journal.jsonl").exists()


@contextmanager
def _closing(ledger: Ledger) -> Iterator[None]:
    """Close a ledger; what stopped the batch before that is the error, if anything did."""
    try:
        yield
    except BaseException:
        try:
            ledger.close()
        except SaveError as error:
            # It is the same one, or comes of it.
            del error
        raise
    ledger.close()


@contextmanager
def _history(plan: Plan, outcomes: Outcomes) -> Iterator[None]:
    """Add one line to the history when a batch ends, however it does."""
    started = datetime.now(UTC)
    try:
        yield
    finally:
        if keeps_history(plan.series.profile):
            history.append(plan.series.context.root, _history_line(plan, outcomes, started))


def _history_line(plan: Plan, outcomes: Outcomes, started: datetime) -> Mapping[str, Any]:
    now = datetime.now(UTC)
    summary = Summary.of(outcomes)
    request = plan.request
    has_unknown = bool(summary.unknown)
    return {
        "version": history.VERSION,
        "at": now.isoformat(),
        "action": plan.action.name,
        "mode": plan.mode,
        "profile": plan.series.profile.name,
        "app_version": plan.series.app.version,
        # No row is in it, so that it cannot be run again from here.
        "inputs": None,
        "is_redacted": True,
        "request": {"method": "" if request is None else request.method, "url": f"{summary.rows:,} rows"},
        "output": summary.to_json(),
        "outcome": "unknown" if has_unknown else "sample" if plan.mode == "sample" else "completed",
        "elapsed": (now - started).total_seconds(),
    }
