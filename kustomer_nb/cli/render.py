"""``kustomer-nb render``: prints the request that a run would send."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kustomer_nb.printable import one_line
from kustomer_nb.reporting import all_origins, profile_line, wrap
from kustomer_nb.reporting import as_json as as_json_of
from kustomer_nb.request import UNSET, Request
from kustomer_nb.run import refusals

from .arguments import load_action, read_inputs, request_arguments, require_one_stdin, run_arguments
from .console import file_name, prints_json, show, show_exactly, show_json, show_text, terminal_width
from .failures import PROBLEMS, SUCCESS, exit_on_error
from .unused import show_notes, unused_options

if TYPE_CHECKING:
    from kustomer_nb.config import Profile


# The methods of a request that return a copy of it.
_COPIES: dict[str, Callable[[Request], str]] = {
    "curl": Request.to_curl,
    "httpx": Request.to_httpx,
    "http": Request.to_http,
}


@click.command()
@request_arguments
@click.option("--why", is_flag=True, help="Also print where each value came from.")
@click.option(
    "--as",
    "form",
    type=click.Choice(list(_COPIES)),
    help="Print a copy that sends the request, with settings as $NAMES: a curl command, Python, or HTTP.",
)
def render(path: Path, action: str | None, demo: bool, why: bool, form: str | None, **options: Any) -> None:
    """Print the request of an action.

    Nothing is sent, and settings need no value. Exits with 1 if anything else would prevent sending. With
    --as, settings need a value, which is not printed: it decides what is encoded.

    Example: kustomer-nb render shop.json -i orderId=1001
    """
    if why and form:
        raise click.UsageError("--why and --as cannot be combined")
    with exit_on_error(path):
        require_one_stdin(path, options)
        target = load_action(path, action)
        inputs = read_inputs(options["inputs"], options["inputs_file"])
        with run_arguments(target, options, demo=demo) as arguments:
            request = target.render(inputs, **arguments)
            prepared = target.prepare(inputs, target.context(**arguments))
            notes = unused_options(target, inputs, arguments)
        if form:
            copy = _COPIES[form](request)
            if prints_json():
                show_json({"as": form, "text": copy}, path=str(path), action=target.name, notes=notes)
                return
            _show_copy(form, copy)
            _show_refusals(request, prepared.profile, stderr=True)
            show_notes(notes)
            return
        if prints_json():
            meta = {"origins": _origins(request)} if why else {}
            show_json(request, path=str(path), action=target.name, notes=notes, **meta)
        else:
            _show_request(path, request, prepared.profile)
            show_notes(notes)
            if why:
                show_text(f"\n{all_origins(request, file_name(path))}")
        sys.exit(SUCCESS if _is_sendable(request) else PROBLEMS)


def _origins(request: Request) -> dict[str, Any]:
    return {part: as_json_of(request.origins(part)) for part in request.parts}


def _is_sendable(request: Request) -> bool:
    # A preview needs no token, so settings without a value do not count.
    return all(diagnostic.code == UNSET for diagnostic in request.diagnostics.errors)


def _show_request(path: Path, request: Request, profile: Profile) -> None:
    """Print a request between its profile and the reasons for which a run would refuse it."""
    width = terminal_width()
    if profile.name:
        show_text(wrap(profile_line(profile), width))
    show(request, path)
    _show_refusals(request, profile)


def _show_refusals(request: Request, profile: Profile, *, stderr: bool = False) -> None:
    width = terminal_width(stderr=stderr)
    for refusal in refusals(request, profile):
        message = one_line(f"A run would be refused: {refusal.code} {refusal.message}")
        fix = one_line(f"Fix: {refusal.fix}")
        show_text(f"\n{wrap(message, width)}\n{wrap(f'    {fix}', width, '     ')}", stderr=stderr)


def _show_copy(form: str, copy: str) -> None:
    if form == "http":
        # A message ends where its body does. A terminal would show the CR of each line.
        show_exactly(copy if terminal_width() is None else copy.replace("\r\n", "\n"))
    else:
        show_exactly(copy.removesuffix("\n") + "\n")
