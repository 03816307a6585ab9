"""Records a case again: its run is sent, and what came otherwise is written into its file."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.definition import Document, edited, read_document
from kustomer_nb.diagnostics import Diagnostic, Diagnostics
from kustomer_nb.difference import DiffKind
from kustomer_nb.errors import EditError, KustomerNbError, SaveError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.serialization import same_json
from kustomer_nb.jsontext.text_file import TextFile
from kustomer_nb.platform import Platform
from kustomer_nb.storage.case import parse_case
from kustomer_nb.storage.case.serialization import format_case
from kustomer_nb.storage.files import read_file, write_file

from .case_files import cases_from, cases_of
from .comparison import compare, compare_request
from .definitions import find_action
from .saving import case_of

if TYPE_CHECKING:
    from kustomer_nb.run import Run

    from .case import Case

EXPECTED = "/expected"
REQUEST, RESPONSE = "/exchange/request", "/exchange/response"


@dataclass(frozen=True)
class RecordedCase:
    """A case that was recorded: the pointers of what changed in its file, or why it was not recorded.

    ``reason`` says why there was nothing to record.
    """

    path: Path
    changed: tuple[str, ...] = ()
    problems: Diagnostics = field(default_factory=Diagnostics)
    reason: str = ""

    @property
    def ok(self) -> bool:
        """Whether nothing went wrong."""
        return not self.problems

    @property
    def summary(self) -> str:
        """What came out of it, in one line."""
        if not self.ok:
            return "not recorded"
        if self.reason:
            return f"not recorded: {self.reason}"
        return f"recorded; changed: {', '.join(self.changed)}" if self.changed else "unchanged"


def recordable_case(path: Path) -> tuple[Case | None, RecordedCase | None]:
    """Return the case of a file if a run of it sends a request, otherwise what recording it comes to."""
    file = cases_of(path)
    if file.problems.errors or not file.cases:
        return None, RecordedCase(path, problems=file.problems)
    if len(file.cases) > 1 or file.cases[0].row:
        return None, RecordedCase(path, reason="its rows are written by hand")
    case = file.cases[0]
    if case.simulate:
        return None, RecordedCase(path, reason="its failure is simulated")
    if case.exchange.response is None:
        return None, RecordedCase(path, reason="it has no recorded response")
    return case, None


def planned_request(case: Case, *, profile: str | None = None) -> tuple[str, str]:
    """Return the method and the URL that recording a case sends, settings as ``$<key>``.

    Raises:
        KustomerNbError: there is no such action or profile.
    """
    action = find_action(case.app_path, case.action)
    request = action.render(case.inputs, profile=profile, **_options(case))
    return request.method, request.url


def record_case(path: Path, *, profile: str | None = None, confirm: str | None = None) -> RecordedCase:
    """Send the request of a case, and write what came otherwise into its file.

    The request, the response and the expected output are each replaced only if they differ; markers, and the
    layout of everything else, stay. It does not raise for what a case, its definition or the service is.

    Raises:
        SaveError: the file cannot be written.
    """
    case, without = recordable_case(path)
    if case is None:
        assert without is not None  # noqa: S101 - one of both
        return without
    file = read_file(path)
    try:
        action = find_action(case.app_path, case.action)
        run = action.run(case.inputs, mode="live", profile=profile, confirm=confirm, **_options(case))
        changes = _changes(case, run)
        document = read_document(file.text)
        for pointer, value in changes.items():
            document = _edited(document, pointer, value)
    except KustomerNbError as error:
        return RecordedCase(path, problems=error.diagnostics)
    if document.text != file.text:
        write_file(path, TextFile(document.text, file.has_mark), over=file)
    return RecordedCase(path, tuple(changes))


def _options(case: Case) -> dict[str, Any]:
    options: dict[str, Any] = {
        "settings": case.settings,
        "env": case.env,
        "now": case.now,
        "seed": case.seed,
        "allow_missing": case.allow_missing,
        "platform": Platform(**case.platform) if case.platform else None,
    }
    return {name: value for name, value in options.items() if value not in (None, {}, ())}


def _changes(case: Case, run: Run) -> dict[str, Any]:
    """Return what is to be written, by pointer into the file of the case.

    Raises:
        SaveError: the run cannot be repeated from a file.
    """
    new = case_of(run, case.name, case.path)
    exchange, output = new["exchange"], new["expected"]
    changes: dict[str, Any] = {}
    expected, ignore = case.exchange.request, case.ignore.request
    if expected is not None and compare_request(expected, exchange["request"], ignore):
        request = {name: exchange["request"][name] for name in expected}
        changes[REQUEST] = _merged(dict(expected), request, ignore)
    if not _is_same_response(case, new):
        changes[RESPONSE] = exchange["response"]
    if case.expected is not UNDEFINED and compare(case.expected, output, case.ignore.output):
        changes[EXPECTED] = _merged(case.expected, output, case.ignore.output)
    return changes


def _is_same_response(case: Case, new: dict[str, Any]) -> bool:
    """Return whether the response of a new case is that of the old one, but for what changes each time."""
    (other,) = cases_from(parse_case(format_case(new), case.path)).cases
    before, after = case.exchange.response, other.exchange.response
    if before is None or after is None:
        return before is after
    return before.lasting(frozenset()) == after.lasting(frozenset())


def _merged(expected: Any, actual: Any, ignore: tuple[str, ...]) -> Any:
    """Return what is expected with what differs replaced, so that markers elsewhere stay."""
    merged = deepcopy(expected)
    for difference in compare(expected, actual, ignore):
        if difference.change is not DiffKind.CHANGED or not difference.pointer:
            return actual
        *parents, key = pointers.split(difference.pointer)
        holder = pointers.resolve(merged, pointers.join("", *parents)) if parents else merged
        if isinstance(holder, dict) and key in holder:
            holder[key] = difference.actual
        elif isinstance(holder, list) and key.isdigit() and int(key) < len(holder):
            holder[int(key)] = difference.actual
        else:
            return actual
    return actual if compare(merged, actual, ignore) else merged


def _edited(document: Document, pointer: str, value: Any) -> Document:
    """Return a document with another value, changed only where the two differ.

    Raises:
        SaveError: the file cannot be edited there.
    """
    before = pointers.resolve(document.value, pointer)
    try:
        for place, item in _differing(before, value, pointer):
            document = edited(document, place, item)
    except EditError as error:
        raise SaveError(
            Diagnostic(Code.CASE_INVALID, problem.severity, pointer, problem.message, problem.fix)
            for problem in error.diagnostics
        ) from error
    return document


def _differing(before: Any, after: Any, pointer: str) -> list[tuple[str, Any]]:
    """Return the smallest values that differ, for objects with the same keys and lists of the same length."""
    if same_json(before, after):
        return []
    if isinstance(before, dict) and isinstance(after, dict) and before.keys() == after.keys():
        pairs = [(key, before[key], after[key]) for key in before]
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        pairs = [(str(at), *pair) for at, pair in enumerate(zip(before, after, strict=True))]
    else:
        return [(pointer, after)]
    return [place for key, old, new in pairs for place in _differing(old, new, pointers.join(pointer, key))]
