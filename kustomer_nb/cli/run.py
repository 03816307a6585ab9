"""``kustomer-nb run``: runs an action."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kustomer_nb.errors import GuardError, SaveError
from kustomer_nb.options import MOST_RETRIES
from kustomer_nb.reporting import as_json as as_json_of
from kustomer_nb.reporting import text

from .acceptance import Acceptance, acceptance_options
from .arguments import (
    OPTIONS,
    Mode,
    WholeNumber,
    load_action,
    read_inputs,
    refuse_remote,
    request_arguments,
    require_one_stdin,
    run_arguments,
)
from .console import file_name, prints_json, show, show_json, show_message, show_text, terminal_width
from .failures import PROBLEMS, SERVICE_ERROR, SUCCESS, exit_on_error, fail
from .unused import show_notes, unused_options

if TYPE_CHECKING:
    from kustomer_nb.action import Action
    from kustomer_nb.difference import Diff
    from kustomer_nb.run import Run

# What a render does not take.
_RUN_OPTIONS = ("mode", "confirm", "cassette", "retry", "parse_limit")
_RETRIES = WholeNumber(0, MOST_RETRIES)


@click.command()
@request_arguments
@click.option("--mode", type=Mode(), help=OPTIONS["mode"])
@click.option("--cassette", type=click.Path(path_type=Path), help=OPTIONS["cassette"])
@click.option(
    "--retry", type=WholeNumber(0, MOST_RETRIES), help=f"{OPTIONS['retry']} At most {MOST_RETRIES}."
)
@click.option("--parse-limit", type=WholeNumber(0), metavar="BYTES", help=OPTIONS["parse_limit"])
@click.option("--confirm", metavar="NAME", help=OPTIONS["confirm"])
@click.option("--fail", is_flag=True, help="Exit with 5 if the response status is 400 or more.")
@click.option("--why", metavar="PATH", help="Explain the value at a path of the output, such as body.status.")
@click.option("--strict", is_flag=True, help="Compare values with the sample, not only the shape.")
@click.option("--save-case", metavar="NAME", help="Save the run as a test case with this name.")
@acceptance_options
def run(
    path: Path,
    action: str | None,
    demo: bool,
    fail: bool,
    strict: bool,
    why: str | None,
    save_case: str | None,
    **options: Any,
) -> None:
    """Run an action, and compare its output with the sample.

    Exits with 1 if the output differs in shape from the sample, or outputTemplate fails. --accept and --infer
    write the definition and show the change. Then the output is compared with the sample as it is written; if
    a value must not or cannot be written, the file stays as it was, and the exit code is 2.

    Example: kustomer-nb run shop.json -i orderId=1001 --demo
    """
    # Before anything is sent.
    if save_case is not None and str(path) == "-":
        raise click.UsageError("--save-case needs the file of the definition, not stdin")
    acceptance = Acceptance.from_options(path, options)
    # SIGTERM leaves what Ctrl+C leaves: a line in the history with the outcome unknown.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with exit_on_error(path):
        require_one_stdin(path, options)
        target = load_action(path, action)
        inputs = read_inputs(options["inputs"], options["inputs_file"])
        with run_arguments(target, options, demo=demo) as arguments:
            # Before the run: --demo must never reach another host, confirmed or not.
            if demo:
                refuse_remote(target.render(inputs, **arguments))
            notes = unused_options(target, inputs, arguments)
            show_notes(notes)
            with _previewed(path, target, inputs, arguments):
                result = target.run(inputs, **{name: options[name] for name in _RUN_OPTIONS}, **arguments)
        outcome = _Outcome(path, acceptance, why, save_case)
        if prints_json():
            outcome.show_as_json(target, result, notes)
        else:
            outcome.show(target, result)
        sys.exit(_exit_code(result, fail=fail, differences=acceptance.compare(target, result, strict=strict)))


@dataclass(frozen=True)
class _Outcome:
    """What the options ask for after a run: its output written to the definition, explained, and saved."""

    path: Path
    acceptance: Acceptance
    why: str | None
    save_case: str | None

    def show_as_json(self, action: Action, run: Run, notes: list[str]) -> None:
        changes = self.acceptance.write(action, run)
        meta = {} if self.why is None else {"why": as_json_of(run.why(self.why))}
        meta |= {} if self.save_case is None else {"case": _save_case(run, self.save_case, self.path)}
        show_json(run, path=str(self.path), notes=notes, **meta, **self.acceptance.meta(changes))

    def show(self, action: Action, run: Run) -> None:
        show(run, self.path)
        if self.why is not None:
            show_text(f"\nWhy {text(run.why(self.why), width=terminal_width())}")
        # Before --accept changes the definition, by which the case is replayed and judged.
        if self.save_case is not None:
            show_text("")
            show_message(f"Wrote {_save_case(run, self.save_case, self.path)}")
        self.acceptance.show(self.acceptance.write(action, run), self.path)


@contextmanager
def _previewed(
    path: Path, action: Action, inputs: dict[str, Any], arguments: dict[str, Any]
) -> Iterator[None]:
    """Print a request that needs confirmation before the refusal: a person decides by what it does."""
    try:
        yield
    except GuardError as error:
        if prints_json():
            fail(error, path, request=as_json_of(action.render(inputs, **arguments)))
        request = action.render(inputs, **arguments)
        preview = text(request, width=terminal_width(stderr=True), path=file_name(path))
        show_text(f"{preview}\n", stderr=True)
        raise


def _save_case(result: Run, name: str, path: Path) -> str:
    """Save a run as a test case, and return its path; the run is printed even if it cannot be saved."""
    from kustomer_nb.reporting.case_lines import shown_path

    try:
        return shown_path(result.save_case(name))
    except SaveError as error:
        fail(error, path, **({"run": as_json_of(result)} if prints_json() else {}))


def _exit_code(result: Run, *, fail: bool, differences: Diff | None) -> int:
    if fail and not result.ok:
        return SERVICE_ERROR
    return PROBLEMS if result.diagnostics.errors or differences else SUCCESS
