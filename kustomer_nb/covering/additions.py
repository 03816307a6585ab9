"""The next cases: for what no test touched, inputs and responses that touch it, tried one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.printable import shortened
from kustomer_nb.probing.values import Field, exemplified, fields, replaced
from kustomer_nb.testing.case import Case, CaseExchange
from kustomer_nb.testing.replay import replay

from .evidence import Evidence
from .responses import responses
from .touched import touched

if TYPE_CHECKING:
    from kustomer_nb.action import Action
    from kustomer_nb.run import Run
    from kustomer_nb.storage.cassette import RecordedResponse

    from .result import ActionCoverage
    from .sites import Site

# Each is one replay, of less than a millisecond.
MOST_TRIED = 600
MOST_BASES = 3
FAILURES = ("404", "503")


@dataclass(frozen=True)
class NewCase:
    """A case that touches what no test did: its run, its name, and the sites that it adds."""

    name: str
    run: Run
    sites: tuple[Site, ...]


def new_cases(action: Action, coverage: ActionCoverage, cases: Iterable[Case] = ()) -> Iterator[NewCase]:
    """Yield cases that together touch what no test did, as far as any is found; few that each add much.

    ``cases`` are those that there are: their inputs and responses are tried first, each with one change.
    """
    missing = {site.key: site for site in coverage.missing}
    runs = [
        (name, run, touched(action, Evidence.from_run(name, run)))
        for name, run in _candidates(action, [*cases])
    ]
    while missing and runs:
        name, run, keys = max(runs, key=lambda tried: len(tried[2] & missing.keys()))
        added = tuple(site for key, site in missing.items() if key in keys)
        if not added:
            return
        yield NewCase(name, run, added)
        missing = {key: site for key, site in missing.items() if key not in keys}


def _candidates(action: Action, cases: list[Case]) -> Iterator[tuple[str, Run]]:
    """Yield the runs of cases to choose from, each with a name that says what is in it."""
    own = [case for case in cases if case.action and action.name.endswith(case.action)]
    for case in islice(_variations(action, own), MOST_TRIED):
        run = replay(case).run
        if run is not None:
            yield case.name, run


def _variations(action: Action, own: list[Case]) -> Iterator[Case]:
    every = fields(action.definition.input_schema)
    path = action.app.path or Path()
    bare = Case(name="all inputs", path=path, action=action.name, app_path=path)
    complete = exemplified(every)
    required = (action.definition.input_schema or {}).get("required")
    needed = {name: value for name, value in complete.items() if name in (required or ())}
    only_needed = replace(bare, name="required inputs alone", inputs=needed)
    answers = [*responses(action)]
    yield replace(bare, name="the sample", inputs=complete)
    for base in (*own[:MOST_BASES], replace(bare, inputs=complete), only_needed):
        plain = replace(base, findings=None, expected=UNDEFINED)
        if plain.exchange.response is None:
            plain = _answered(plain, answers[0])
        yield plain
        yield from _changed(plain, every)
        for number, response in enumerate(answers[1:], start=2):
            yield _answered(replace(plain, name=f"{plain.name}, response no. {number}"), response)
        for status in FAILURES:
            name = f"{plain.name}, response {status}"
            yield replace(plain, name=name, simulate=status, exchange=CaseExchange())


def _answered(case: Case, response: RecordedResponse) -> Case:
    return replace(case, exchange=CaseExchange(None, response), simulate="")


def _changed(case: Case, every: Iterable[Field]) -> Iterator[Case]:
    """Yield a case with one input changed: given, left out, empty, false, zero, text, and each choice."""
    for field in every:
        for value in _values(field):
            words = "without" if value is UNDEFINED else shortened(stringify(value) or "null", 20)
            words = f"{words} {field.path}" if value is UNDEFINED else f"{field.path} {words}"
            name = f"{case.name}, {words}"
            yield replace(case, name=name, inputs=replaced(case.inputs, field.pointer, value))


def _values(field: Field) -> Iterator[Any]:
    example, kinds = field.example(), field.types or ("string",)
    yield from (example, UNDEFINED, *field.choices)
    if "string" in kinds and not field.choices:
        yield ""
    if "boolean" in kinds:
        yield from (True, False, "true")
    if {"number", "integer"} & {*kinds}:
        yield from (0, stringify(example))
    if "array" in kinds:
        yield []
