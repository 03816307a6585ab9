"""``kustomer-nb run``: one action, end to end."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from kustomer_nb.action import Action
from kustomer_nb.difference import diff
from kustomer_nb.errors import GuardError
from kustomer_nb.reporting import as_json as as_json_of
from kustomer_nb.reporting import text
from kustomer_nb.run import Run

from .arguments import Mode, all_inputs, answering, chosen, request_arguments, stay_on_demo
from .console import FINDINGS, GOOD, SERVICE_ERROR, failing, show, show_json, show_text


@click.command()
@request_arguments
@click.option("--mode", type=Mode(), help="Without it: KUSTOMER_NB_MODE, the profile, live.")
@click.option("--cassette", type=click.Path(path_type=Path), help="What record writes and replay reads.")
@click.option(
    "--retry", type=click.IntRange(0), help="How often more to send what met a busy service or none."
)
@click.option(
    "--confirm",
    metavar="NAME",
    help="The profile's or host's name; unsafe methods need it, a host that an input chooses too.",
)
@click.option("--fail", is_flag=True, help="Exit with 5 when the service answers 400 or more.")
@click.option("--why", metavar="PLACE", help="Print what made a place of the output what it is: body.status.")
@click.option("--strict", is_flag=True, help="Compare values with the sample, not only the shape.")
def run(
    path: Path,
    action: str | None,
    as_json: bool,
    demo: bool,
    mode: str | None,
    cassette: Path | None,
    retry: int | None,
    confirm: str | None,
    fail: bool,
    strict: bool,
    why: str | None,
    **given: Any,
) -> None:
    """Run an action and print its output beside the sample.

    Exits with 1 when the output has another shape than the sample, or cannot be made.

    Example: kustomer-nb run ecommstore.json refundOrder -i orderId=1042 --demo
    """
    # Ended from outside it leaves what Ctrl+C leaves: a line in the history that says what is known.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with failing():
        one = chosen(path, action)
        inputs = all_inputs(given["inputs"], given["inputs_file"])
        with answering(one, given, demo=demo) as arguments:
            if demo:
                stay_on_demo(one.render(inputs, **arguments))
            with _previewed(one, inputs, arguments):
                result = one.run(
                    inputs, mode=mode, confirm=confirm, cassette=cassette, retry=retry, **arguments
                )
        if as_json:
            meta = {} if why is None else {"why": as_json_of(result.why(why))}
            show_json(result, path=str(path), **meta)
        else:
            show(result)
            if why is not None:
                show_text(f"\nWhy {text(result.why(why))}")
        sys.exit(_exit_code(result, fail=fail, strict=strict))


@contextmanager
def _previewed(action: Action, inputs: dict[str, Any], arguments: dict[str, Any]) -> Iterator[None]:
    """Show the request that nobody confirmed: what it is must be known before it is."""
    try:
        yield
    except GuardError:
        show_text(text(action.render(inputs, **arguments)), stderr=True)
        show_text("", stderr=True)
        raise


def _exit_code(result: Run, *, fail: bool, strict: bool) -> int:
    if fail and not result.is_good:
        return SERVICE_ERROR
    if result.diagnostics.errors:
        return FINDINGS
    if result.diff is None:
        return GOOD
    differs = result.diff if strict else diff(result.diff.expected, result.output, mode="shape")
    return FINDINGS if differs else GOOD
