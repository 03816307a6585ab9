"""``kustomer-nb map``: runs an action for each row of a file."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from kustomer_nb.batch.running import CONNECTIONS, MOST_LANES, run_plan
from kustomer_nb.errors import GuardError, InputError

from .arguments import OPTIONS, WholeNumber, load_action, map_arguments, refuse_remote, run_arguments
from .batch_progress import BatchProgress
from .console import prints_json, show, show_json, show_message
from .failures import PROBLEMS, STOPPED, SUCCESS, exit_on_error, fail
from .files import open_app
from .pairs import parse_pairs

if TYPE_CHECKING:
    from kustomer_nb.action import Action
    from kustomer_nb.batch import Batch, Plan

_OF_A_NEW_PLAN = ("column", "key", "rate", "empty", "allow_changed", "mode", "plan", "again")


@click.command(name="map")
@map_arguments
@click.argument("words", nargs=-1, metavar="[ACTION] ROWS")
@click.option(
    "--column",
    multiple=True,
    metavar="INPUT=COLUMN",
    help="The column of an input, if its name differs.",
)
@click.option("--key", metavar="COLUMN", help="A column that identifies each row.")
@click.option("--rate", multiple=True, metavar="N/UNIT", help="The most requests, as 50/s or 1000/min.")
@click.option("--empty", type=click.Choice(["absent", "text"]), help="What an empty cell of a text file is.")
@click.option(
    "--allow-changed", multiple=True, metavar="INPUT", help="An input whose numbers may change, as 007 to 7."
)
@click.option(
    "--mode",
    type=click.Choice(["live", "sample", "replay"]),
    help="Where responses come from: the service, the sample, or the cassette.",
)
@click.option("--cassette", type=click.Path(path_type=Path), help=OPTIONS["cassette"])
@click.option("--plan", is_flag=True, help="Show the plan and send nothing.")
@click.option(
    "--confirm", metavar="NAME", help="Confirm by the profile or host, and the number of rows: 'live 12431'."
)
@click.option("--resume", metavar="BATCH", help="Go on with a batch, by its name or the beginning of it.")
@click.option("--lanes", type=WholeNumber(1, MOST_LANES), default=20, help="Rows sent at once. Default: 20.")
@click.option(
    "--stop-after", type=WholeNumber(1), default=10, help="Failures in a row that end it. Default: 10."
)
@click.option(
    "--connection",
    type=click.Choice(CONNECTIONS),
    default=CONNECTIONS[0],
    help="Whether a lane keeps its connection, or each row has its own.",
)
@click.option("--again", is_flag=True, help="Send rows that an earlier batch has sent.")
def map_rows(path: Path, words: tuple[str, ...], demo: bool, **options: Any) -> None:
    """Run an action for each row of a CSV, JSONL or Parquet file.

    All rows are read and rendered first. --plan shows what would be sent, and what is wrong with which row:
    then it exits with 1. Each row is written to a ledger in .kustomer-nb/batches before it is sent, and sent
    at most once. Ctrl+C stops the batch, and --resume goes on. Exits with 1 if a row is invalid, failed,
    unknown or not sent.

    Example: kustomer-nb map shop.json orders.csv --column orderId=order_no --demo
    """
    action_name, rows = _words(words, is_resumed=options["resume"] is not None)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with exit_on_error(path), BatchProgress() as progress:
        if options["resume"] is not None:
            _resume(path, rows, options, demo=demo, progress=progress)
        action = load_action(path, action_name)
        with run_arguments(action, options, demo=demo) as arguments:
            plan = _plan(action, rows, options, arguments, progress)
            if demo and plan.request is not None:
                refuse_remote(plan.request)
            if options["plan"] or plan.refusals or not plan.valid:
                _show_plan(plan, path)
            batch = _run(plan, path, options, progress)
        _show_batch(batch)


def _words(words: tuple[str, ...], *, is_resumed: bool) -> tuple[str | None, str | None]:
    """Return the action and the file of rows."""
    if len(words) == 2:
        return words[0], words[1]
    if len(words) == 1:
        return None, words[0]
    if words or not is_resumed:
        raise click.UsageError("pass the file with the rows, and before it the action if there are several")
    return None, None


def _plan(
    action: Action,
    rows: str | None,
    options: dict[str, Any],
    arguments: dict[str, Any],
    progress: BatchProgress,
) -> Plan:
    from kustomer_nb.batch import plan_rows

    try:
        return plan_rows(
            action,
            rows,
            action.context(mode=options["mode"], cassette=options["cassette"], **arguments),
            columns={
                name: str(column) for name, column in parse_pairs(options["column"], "--column").items()
            },
            key=options["key"],
            rate=options["rate"] or None,
            empty=options["empty"],
            allow_changed=options["allow_changed"],
            progress=progress.planned,
        )
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--rate") from error


def _run(plan: Plan, path: Path, options: dict[str, Any], progress: BatchProgress) -> Batch:
    progress.begin_sending()
    try:
        return run_plan(plan, watch=progress.sent, **_run_options(options))
    except GuardError as error:
        # A person decides by the plan.
        if prints_json():
            from kustomer_nb.reporting import as_json

            fail(error, path, plan=as_json(plan))
        show(plan, path)
        raise
    except InputError:
        show(plan, path)
        raise


def _run_options(options: dict[str, Any]) -> dict[str, Any]:
    return {name: options[name] for name in ("confirm", "lanes", "stop_after", "connection", "again")}


def _resume(
    path: Path, rows: str | None, options: dict[str, Any], *, demo: bool, progress: BatchProgress
) -> NoReturn:
    from kustomer_nb.batch.handles import batch_named

    unfit = [name for name in _OF_A_NEW_PLAN if options[name]]
    if unfit:
        flag = f"--{unfit[0].replace('_', '-')}"
        raise click.UsageError(f"{flag} is that of the batch, so it is not passed again with --resume")
    batch = batch_named(open_app(path), options["resume"])
    with run_arguments(batch.action, options, demo=demo) as arguments:
        settings = {name: value for name, value in arguments.items() if name not in ("profile", "seed")}
        plan = batch.plan(rows, **{name: value for name, value in settings.items() if value})
        progress.begin_sending()
        resumed = run_plan(plan, folder=batch.folder, watch=progress.sent, **_run_options(options))
    _show_batch(resumed)


def _show_plan(plan: Plan, path: Path) -> NoReturn:
    if prints_json():
        show_json(plan, path=str(path))
    else:
        show(plan, path)
    sys.exit(SUCCESS if plan.ok else PROBLEMS)


def _show_batch(batch: Batch) -> NoReturn:
    summary = batch.summary
    if prints_json():
        show_json(batch)
    else:
        show(batch)
        if summary.remaining:
            show_message(f"Go on with --resume {batch.name}", stderr=True)
    if batch.reason == "interrupted":
        sys.exit(STOPPED)
    is_done = not (summary.failed or summary.unknown or summary.remaining or summary.invalid)
    sys.exit(SUCCESS if is_done else PROBLEMS)
