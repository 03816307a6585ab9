"""Shares a notebook: a copy that is readable without a kernel, and shows no secret."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.config import project_root
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity
from kustomer_nb.errors import SaveError
from kustomer_nb.jsontext.text_file import TextFile
from kustomer_nb.printable import quoted
from kustomer_nb.secrets.tracebacks import scrub_tracebacks
from kustomer_nb.storage.files import read_if_present, write_file
from kustomer_nb.storage.identity import file_identity

from .files import SUFFIX, notebook_text, read_notebook, set_stable_ids
from .known_values import KnownSecrets, known_secrets
from .left_out import WIDGETS, leave_out_times, leave_out_widgets
from .machine_paths import MachinePaths
from .redaction import Redaction
from .result import Shared

SHARED = ".shared"


@scrub_tracebacks
def share(path: str | Path, *, output: str | Path | None = None) -> Shared:
    """Write a copy of a notebook that others may read, and return what the copy has otherwise.

    The copy, ``shop.shared.ipynb`` beside ``shop.ipynb`` or ``output``, shows all outputs without a kernel.
    It has no state of widgets, no times, no secret of the project and nothing that looks like one, and no
    paths of this machine in tracebacks. Everything else stays as it is.

    Raises:
        LoadError: the notebook, or the project's settings, cannot be read.
        SaveError: the copy cannot be written, or would still contain a secret.

    Example:
        >>> import nbformat
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")])
        ...     nbformat.write(notebook, f"{folder}/sum.ipynb")
        ...     share(f"{folder}/sum.ipynb").copy.name
        'sum.shared.ipynb'
    """
    path = Path(path)
    copy = path.with_name(f"{path.stem}{SHARED}{SUFFIX}") if output is None else Path(output)
    if file_identity(copy) == file_identity(path):
        message = f"{quoted(str(path))} is the notebook itself, which stays as it is."
        raise SaveError.from_code(Code.NOT_SHARED, message, "name another file for the copy.")
    shared = check(path)
    before = read_if_present(copy)
    if before is None or before.text != shared.text:
        write_file(copy, TextFile(shared.text), over=before)
    return Shared(path, copy, shared.findings, shared.text)


@scrub_tracebacks
def check(path: str | Path) -> Shared:
    """Return what a copy of a notebook would have otherwise; nothing is written.

    Raises:
        LoadError: the notebook, or the project's settings, cannot be read.
        SaveError: the copy would still contain a secret.
    """
    path = Path(path)
    notebook, _ = read_notebook(path)
    known = known_secrets(path)
    findings = [*_state_findings(notebook, known), *leave_out_widgets(notebook), *leave_out_times(notebook)]
    redaction = Redaction(notebook, known, MachinePaths(project_root(path)))
    redaction.run()
    _renew_secret_ids(notebook, known)
    text = notebook_text(notebook)
    if redaction.secrets_left(text):
        message = f"the copy of {quoted(str(path))} would still contain a secret; nothing was written."
        fix = "clear the outputs that show it, and the cells that contain it."
        raise SaveError.from_code(Code.NOT_SHARED, message, fix)
    return Shared(path, None, Diagnostics([*findings, *redaction.findings]), text)


def _state_findings(notebook: Any, known: KnownSecrets) -> list[Diagnostic]:
    """Return a finding if the state of widgets, which the copy is without, contains a secret."""
    state = notebook["metadata"].get(WIDGETS)
    if not state or known.redactor.text(str(state)) == str(state):
        return []
    message = "the state of the widgets contains a secret of the project."
    fix = "share the copy, which is without it; replace the secret if others have seen it."
    return [Diagnostic(Code.SETTING_IN_NOTEBOOK, Severity.ERROR, "/metadata/widgets", message, fix)]


def _renew_secret_ids(notebook: Any, known: KnownSecrets) -> None:
    for cell in notebook["cells"]:
        if known.redactor.text(cell["id"]) != cell["id"]:
            cell["id"] = ""
    set_stable_ids(notebook["cells"])
