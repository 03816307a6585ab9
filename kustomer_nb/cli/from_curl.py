"""``kustomer-nb new --from-curl``: creates an action from a curl command."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kustomer_nb.convert.shells import SHELLS
from kustomer_nb.importing import Imported, from_curl
from kustomer_nb.loading import load
from kustomer_nb.printable import one_line, shortened
from kustomer_nb.shell_words import shell_word
from kustomer_nb.storage.files import LARGEST, read_file, require_no_file, text_file

from .console import prints_json, show_exactly, show_json, show_problems, show_text
from .failures import exit_on_error
from .files import STDIN
from .pairs import parse_pairs, strings

if TYPE_CHECKING:
    from kustomer_nb.app import App
    from kustomer_nb.convert.proposals import Proposal

F = TypeVar("F", bound=Callable[..., Any])
_INPUT = "--input"
# Of the values that are no inputs.
_MOST_LISTED = 20


def import_options(command: F) -> F:
    """Add the options of an import to a command."""
    readable = click.Path(path_type=Path, dir_okay=False, exists=True, allow_dash=True)
    options = (
        click.option("--from-curl", type=readable, help="Import the curl command in FILE; - is stdin."),
        click.option(
            "--into",
            type=click.Path(path_type=Path, dir_okay=False, exists=True),
            help="Add the imported action to this definition, instead of creating one.",
        ),
        click.option("--name", help="The name of the imported action."),
        click.option(
            _INPUT, "inputs", multiple=True, metavar="NAME=WHERE",
            help="Make a value an input, such as orderId=path[1], limit=query.limit or note=body.note. "
            "Default: the values that usually vary.",
        ),
        click.option(
            "--public", multiple=True, metavar="WHERE",
            help="Leave a value that looks like a credential and is none as it is, such as header.X-Custom.",
        ),
        click.option("--shell", type=click.Choice(SHELLS), help="The shell that the command is for."),
        click.option(
            "--folder",
            type=click.Path(path_type=Path, file_okay=False, exists=True),
            help="Read files of the command, such as -d @order.json, from this folder.",
        ),
        click.option(
            "--env-file", type=click.Path(path_type=Path, dir_okay=False),
            help="Save the imported secrets in this .env file.",
        ),
        click.option("--keyring", is_flag=True, help="Save the imported secrets in the keyring."),
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


@dataclass(frozen=True)
class CurlImport:
    """What the options of an import say."""

    source: Path
    into: Path | None
    name: str | None
    inputs: tuple[str, ...]
    public: tuple[str, ...]
    shell: str | None
    folder: Path | None
    env_file: Path | None
    keyring: bool

    def run(self, path: Path | None, app: str | None) -> None:
        """Import the command, write the definition, and show what was done; without a file, print it."""
        if path is not None and self.into is not None:
            raise click.UsageError("name either a new file or --into, not both")
        if app is not None and self.into is not None:
            raise click.UsageError("--app names a new app, and --into has one already; remove --app")
        with exit_on_error():
            # Before credentials are stored, which a refused command must not do.
            if path is not None:
                require_no_file(path)
            chosen = strings(parse_pairs(self.inputs, _INPUT), _INPUT) if self.inputs else None
            target: App | str | None = app if self.into is None else load(self.into)
            imported = from_curl(
                self._text(),
                name=self.name,
                app=target,
                inputs=chosen,
                public=self.public,
                shell=self.shell,
                folder=self.folder,
            )
            # Credentials first: one that cannot be stored must not leave a definition that reads it.
            stored = self._store(imported)
            written = self._write(imported, path)
            if prints_json():
                show_json(_as_json(imported, written), stored=stored)
                return
            if written is None:
                show_exactly(f"{imported.app.text.rstrip()}\n")
            _show(imported, written, self._places() if stored else "")

    def _places(self) -> str:
        """Return where the secrets are stored, in words."""
        file_name = "" if self.env_file is None else str(self.env_file)
        return " and ".join(filter(None, (file_name, "the keyring" if self.keyring else "")))

    def _text(self) -> str:
        if self.source != STDIN:
            return read_file(self.source).text
        content = getattr(sys.stdin, "buffer", None)
        return sys.stdin.read() if content is None else text_file(content.read(LARGEST + 1), STDIN).text

    def _write(self, imported: Imported, path: Path | None) -> Path | None:
        if self.into is not None:
            return imported.app.save()
        return None if path is None else imported.app.save(path)

    def _store(self, imported: Imported) -> list[str]:
        if self.env_file is not None and imported.secrets:
            imported.secrets.save(self.env_file)
        if self.keyring and imported.secrets:
            imported.secrets.store()
        is_stored = self.env_file is not None or self.keyring
        return list(imported.secrets) if is_stored else []


def _as_json(imported: Imported, path: Path | None) -> dict[str, Any]:
    return {
        "path": None if path is None else str(path),
        "action": imported.action.name,
        "inputs": [
            {
                "name": proposal.name,
                "where": proposal.where,
                "type": proposal.type or None,
                "example": proposal.example,
                "selected": proposal.is_selected,
                "fixed": proposal.is_fixed,
            }
            for proposal in imported.proposals
        ],
        "secrets": imported.secrets.variables,
        "suspected": dict(imported.suspected),
        "definition": imported.app.document.value if path is None else None,
        "notes": [
            {"code": str(note.code), "severity": str(note.severity), "message": note.message, "fix": note.fix}
            for note in imported.diagnostics
        ],
    }


def _show(imported: Imported, path: Path | None, stored_in: str) -> None:
    """Show what was imported: on stderr if stdout has the definition."""
    is_stderr = path is None
    lines = [one_line(f"Wrote {imported.action.name} to {path}.")] if path is not None else []
    lines += _input_lines(imported.proposals)
    lines += _secret_lines(imported, stored_in)
    if path is not None:
        lines += _next_lines(imported, path)
    if lines:
        show_text("\n".join(lines), stderr=is_stderr, highlight=False)
    if imported.diagnostics:
        show_problems(imported.diagnostics, stderr=True)


def _input_line(proposal: Proposal) -> str:
    mark = "[x]" if proposal.is_selected else "[ ]"
    example = json.dumps(proposal.example, ensure_ascii=False)
    after = "" if proposal.example is None else f"  {shortened(example)}"
    return f"  {mark} {proposal.name}={proposal.where}{after}"


def _input_lines(proposals: tuple[Proposal, ...]) -> list[str]:
    if not proposals:
        return []
    rows = []
    # What belongs to the API itself, such as a version or a word of the path, comes last.
    ordered = sorted(proposals, key=lambda proposal: proposal.is_fixed)
    others = [proposal for proposal in ordered if not proposal.is_selected]
    hidden = {id(proposal) for proposal in others[_MOST_LISTED:]}
    for proposal in ordered:
        if id(proposal) in hidden:
            continue
        rows.append(_input_line(proposal))
    if hidden:
        rows.append(f"  … and {len(hidden)} more; --json lists all.")
    return ["Inputs, chosen with --input NAME=WHERE:", *map(one_line, rows)]


def _secret_lines(imported: Imported, stored_in: str) -> list[str]:
    if not imported.secrets:
        return []
    names = ", ".join(imported.secrets.variables.values())
    if stored_in:
        lines = [f"Secrets, saved in {stored_in}: {names}"]
    else:
        how = "set these variables, or add them to .env; --env-file .env does so for a new definition"
        lines = [f"Secrets, not in the definition: {names}; {how}."]
    for where in imported.suspected.values():
        lines.append(f"  {where} looks like a credential; add --public {where} if it is none.")
    return [*map(one_line, lines)]


def _next_lines(imported: Imported, path: Path) -> list[str]:
    file_name = shell_word(str(path))
    action = f" {shell_word(imported.action.name)}" if len(imported.app.actions) > 1 else ""
    pairs = "".join(f" -i {shell_word(_pair(name, value))}" for name, value in imported.examples.items())
    steps = [
        f"lint {file_name}",
        f"render {file_name}{action}{pairs}",
        f"run {file_name}{action}{pairs} --infer",
    ]
    return ["Next:", *(one_line(f"  kustomer-nb {step}") for step in steps)]


def _pair(name: str, value: Any) -> str:
    return f"{name}={value}" if isinstance(value, str) else f"{name}:={json.dumps(value)}"
