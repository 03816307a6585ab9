"""Inputs that the platform rejects: what a test can touch of that, and the cases that hold it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from kustomer_nb.codes import Code
from kustomer_nb.errors import NameNotFoundError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.probing.values import exemplified, fields
from kustomer_nb.schema.nodes import declared_types
from kustomer_nb.testing.case import Case
from kustomer_nb.testing.replay import replay
from kustomer_nb.testing.results import CaseResult, Outcome

from .evidence import Evidence
from .sites import REJECTIONS, Key

if TYPE_CHECKING:
    from kustomer_nb.action import Action
    from kustomer_nb.app import App
    from kustomer_nb.diagnostics import Diagnostic

    from .result import ActionCoverage


class Rejection(NamedTuple):
    """Inputs that are rejected, under the name of their case."""

    name: str
    inputs: dict[str, Any]


def rejection_of(app: App, result: CaseResult) -> Evidence | None:
    """Return what a case touches that expects its inputs to be rejected; None for any other."""
    if result.run is not None or not result.case.findings or result.outcome is not Outcome.PASSED:
        return None
    try:
        name = app.action(result.case.action).name
    except NameNotFoundError:
        return None
    return Evidence(result.case.id, name, result.case.inputs, rejected=frozenset(_touched(result.problems)))


def _touched(problems: Iterable[Diagnostic]) -> Iterator[Key]:
    for problem in problems:
        names = pointers.split(problem.pointer)
        # What is wrong within an input is that of its own schema.
        if problem.code in REJECTIONS and len(names) == 1:
            name = "" if problem.code == Code.INPUT_UNDECLARED else names[0]
            yield ("rejection", str(problem.code), name)


def new_rejections(action: Action, coverage: ActionCoverage, app_path: Path) -> Iterator[Case]:
    """Yield cases for the rejections that no test touches, each with the findings that it has."""
    missing = {site.key for site in coverage.missing}
    for name, inputs in _rejections(action):
        case = Case(
            name=name, path=app_path, action=action.name, app_path=app_path, inputs=inputs, findings=()
        )
        problems = replay(case).problems
        added = missing & {*_touched(problems)}
        findings = tuple(f"{problem.code} {problem.pointer}".rstrip() for problem in problems.errors)
        case = replace(case, findings=findings)
        if added and replay(case).outcome is Outcome.PASSED:
            missing -= added
            yield case


def _rejections(action: Action) -> Iterator[Rejection]:
    schema = action.definition.input_schema or {}
    declared = schema.get("properties")
    members: Mapping[str, Any] = declared if isinstance(declared, Mapping) else {}
    required = schema.get("required")
    needed = {name: item for name, item in exemplified(fields(schema)).items() if name in (required or ())}
    yield Rejection("without inputs", {})
    yield Rejection("inputs of another type", {name: _misfit(member) for name, member in members.items()})
    unknown = "undeclared"
    while unknown in members:
        unknown += "2"
    yield Rejection("an input that is not declared", {**needed, unknown: "text"})


def _misfit(member: Any) -> Any:
    """Return a value that no declared type of an input takes, as far as there is one."""
    kinds = declared_types(member.get("type")) if isinstance(member, Mapping) else ()
    return [1] if "object" in kinds else {"a": 1}
