"""What is known of a run: of a `Run` itself, of one in a saved notebook, or of an entry of the history."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.display import MIME_PREFIX
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.platform import Platform

if TYPE_CHECKING:
    from kustomer_nb.run import Run
    from kustomer_nb.secrets import Secret
    from kustomer_nb.storage.history import Entry

NOTEBOOK_SUFFIX = ".ipynb"
# Outputs of this package in a notebook, beside their text.
_MIME = f"{MIME_PREFIX}run+json"


@dataclass(frozen=True)
class Evidence:
    """One run as far as it is known, and the name of the test that it is of.

    ``inputs`` are those after inputSchema, ``converted`` the paths of those that were text. ``response`` is
    None in sample mode, and where it was not saved; ``status`` is known without it. ``secrets`` are the
    settings by label; those without any have a placeholder. ``rejected`` are the sites of a case whose inputs
    are rejected, which touches nothing else.
    """

    name: str
    action: str
    inputs: Any
    output: Any = None
    converted: frozenset[str] = frozenset()
    status: int | None = None
    response: Mapping[str, Any] | None = None
    platform: Platform = field(default_factory=Platform)
    secrets: Mapping[str, Secret | None] = field(default_factory=dict, repr=False)
    is_sample: bool = False
    rejected: frozenset[tuple[str, ...]] = frozenset()

    @classmethod
    def from_run(cls, name: str, run: Run) -> Evidence:
        """Return what a run knows."""
        converted = (
            path_of(conversion.pointer, run.inputs)
            for conversion in run.inputs_converted
            if isinstance(conversion.before, str)
        )
        response = None if run.response is None else run.response.to_json()
        return cls(
            name,
            run.action,
            run.inputs,
            run.output,
            frozenset(converted),
            None if run.response is None else run.response.status_code,
            response,
            run.platform,
            run.request.secrets,
            is_sample=run.response is None,
        )

    @classmethod
    def from_entry(cls, entry: Entry) -> Evidence:
        """Return what the history kept of a run."""
        platform = Platform(env={**Platform().env, **entry.env})
        name = f"history, {entry.at:%Y-%m-%d %H:%M:%S}"
        status, response = entry.status_code, entry.response
        return cls(name, entry.action, entry.inputs, entry.output, frozenset(), status, response, platform)

    @classmethod
    def from_facts(cls, name: str, facts: Mapping[str, Any]) -> Evidence | None:
        """Return what a saved notebook has of a run; None if that is not one."""
        if facts.get("kind") != "Run":
            return None
        inputs, status, losses = facts.get("inputs"), facts.get("status"), facts.get("losses")
        converted = (
            path_of(str(loss.get("place")), inputs)
            for loss in (losses if isinstance(losses, list) else ())
            if isinstance(loss, Mapping) and loss.get("stage") == "inputSchema" and _was_text(loss)
        )
        return cls(
            name,
            str(facts.get("action") or ""),
            inputs,
            facts.get("output"),
            frozenset(converted),
            status if isinstance(status, int) else None,
            is_sample=status == "sample",
        )


def _was_text(loss: Mapping[str, Any]) -> bool:
    return loss.get("kind") == "converted" and str(loss.get("types")).startswith("from string ")


def path_of(pointer: str, value: Any) -> str:
    """Return the path of a place in a value, with ``[]`` for an item.

    Example:
        >>> path_of("/lines/0/sku", {"lines": [{"sku": "a"}]})
        'lines[].sku'
    """
    path = ""
    for name in pointers.split(pointer):
        if isinstance(value, list):
            path, value = f"{path}[]", value[int(name)] if int(name) < len(value) else None
        else:
            path = f"{path}.{name}" if path else name
            value = value.get(name) if isinstance(value, Mapping) else None
    return path


def notebook_runs(path: Path, problems: list[Diagnostic]) -> Iterator[Evidence]:
    """Yield the runs that a saved notebook shows; a file that is none is a problem."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8-sig"))["cells"]
        outputs = [
            (number, output)
            for number, cell in enumerate(cells)
            for output in cell.get("outputs") or ()
            if isinstance(output.get("data"), dict)
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        message = f'"{path}" is not a notebook that can be read.'
        problems.append(Diagnostic(Code.FILE_UNREADABLE, Severity.WARNING, "", message, file=str(path)))
        return
    for number, output in outputs:
        facts = output["data"].get(_MIME)
        evidence = (
            Evidence.from_facts(f"{path.name}, cell {number}", facts) if isinstance(facts, dict) else None
        )
        if evidence is not None:
            yield evidence
