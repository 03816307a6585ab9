"""What ``kustomer-nb run`` writes into the definition: ``--accept``, ``--into`` and ``--infer``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kustomer_nb.difference import diff
from kustomer_nb.errors import EditError, SaveError
from kustomer_nb.printable import quoted
from kustomer_nb.reporting import as_json

from .console import prints_json, show, show_message, show_text
from .failures import fail
from .files import STDIN

if TYPE_CHECKING:
    from kustomer_nb.action import Action
    from kustomer_nb.definition import Changes
    from kustomer_nb.difference import Diff
    from kustomer_nb.run import Run

F = TypeVar("F", bound=Callable[..., Any])
_OPTIONS = (
    click.option(
        "--accept",
        "accepted",
        multiple=True,
        metavar="POINTER",
        help="Write the output at a JSON pointer into the definition, such as /body/status; repeatable.",
    ),
    click.option(
        "--into",
        type=click.Choice(["sample", "outputSchema"]),
        help="Where --accept writes: the value into the sample (default), or its type into outputSchema.",
    ),
    click.option(
        "--infer", is_flag=True, help="Create outputSchema and sample from the response, in the definition."
    ),
)


def acceptance_options(command: F) -> F:
    """Add the options that write a result into the definition."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def _require_pointers(texts: Iterable[str]) -> None:
    for text in texts:
        if text and not text.startswith("/"):
            message = f"{quoted(text)} is not a JSON pointer; write /{text.replace('.', '/')}"
            raise click.BadParameter(message, param_hint="--accept")


@dataclass(frozen=True)
class Acceptance:
    """Which values of a run to write into its definition, and where."""

    pointers: tuple[str, ...] = ()
    into: str = "sample"
    infers: bool = False

    @classmethod
    def from_options(cls, path: Path, options: dict[str, Any]) -> Acceptance:
        """Return what the options ask for, and take them out of ``options``.

        Raises:
            click.UsageError: they cannot be combined, or there is no file to write; nothing was sent.
        """
        pointers, into, infers = options.pop("accepted"), options.pop("into"), options.pop("infer")
        if into and not pointers:
            raise click.UsageError("--into says where --accept writes; add --accept POINTER")
        if infers and pointers:
            raise click.UsageError("--infer writes the whole output, so it does not work with --accept")
        if (infers or pointers) and path == STDIN:
            raise click.UsageError("--accept and --infer write the file, so PATH cannot be -")
        _require_pointers(pointers)
        return cls(pointers, into or "sample", infers)

    def write(self, action: Action, run: Run) -> Changes | None:
        """Write the definition, and return the change; None if nothing was asked for."""
        if not self.pointers and not self.infers:
            return None
        # A whole output by itself, so that a failure is refused.
        pointers = "" if "" in self.pointers else self.pointers
        try:
            changes = run.infer() if self.infers else run.accept(pointers, into=self.into)
            if changes:
                action.app.save()
        except (EditError, SaveError) as error:
            # The one document of --json has the run too: it was sent, and cannot be taken back.
            fail(error, **({"run": as_json(run)} if prints_json() else {}))
        return changes

    def meta(self, changes: Changes | None) -> dict[str, Any]:
        """Return what ``--json`` adds about the change."""
        return {} if changes is None else {"diff": changes.diff, "written": bool(changes)}

    def show(self, changes: Changes | None, path: Path) -> None:
        """Print the change."""
        if changes is None:
            return
        if not changes:
            show_message(f"Nothing to write: {path} needs no change.")
            return
        show_text("")
        show(changes)
        show_message(f"Wrote {path}.")

    def compare(self, action: Action, run: Run, *, strict: bool) -> Diff | None:
        """Return how the output differs from the sample, from the new one if that was written.

        A new id is not a failure: unless ``strict``, only the shape is compared.
        """
        mode = "value" if strict else "shape"
        if self.infers:
            return None
        if not self.pointers or self.into != "sample":
            return run.differences(mode=mode)
        sample = action.definition.sample_output_context
        return diff(sample, run.output, mode=mode, ignore=run.profile.ignored(run.action))
