"""From a case file to its cases."""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kustomer_nb.diagnostics import Diagnostic, Diagnostics
from kustomer_nb.errors import KustomerNbError, LoadError
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.json_styles import styled
from kustomer_nb.near_names import near_miss
from kustomer_nb.on_windows import with_slashes
from kustomer_nb.storage.case import (
    CaseFile,
    Fault,
    ReadCase,
    RequestTable,
    ResponseTable,
    Row,
    Table,
    inline_table,
    read_case,
    read_table,
    validated,
)
from kustomer_nb.storage.cassette import RecordedResponse
from kustomer_nb.transport.fault_names import FAULT_DESCRIPTIONS, fault_description

from .case import Case, CaseExchange, Paths
from .definitions import find_action, find_definition
from .markers import marker_faults
from .rows import Column, ColumnError, cell_value, column_of, with_value

if TYPE_CHECKING:
    from kustomer_nb.definition import ActionDefinition


Finder = Callable[[Path, str], Path]
NONE = Diagnostics()
# Of a case that is not a row.
_NO_TABLE: dict[str, Any] = {"row": "", "table": None}
# Made once: a suite has thousands of bodies.
_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True)
class FileCases:
    """The cases of one file, and what is wrong with it."""

    cases: tuple[Case, ...] = ()
    problems: Diagnostics = field(default_factory=Diagnostics)


def cases_of(path: Path, find: Finder = find_definition) -> FileCases:
    """Return the cases of a file; with a fault in it there are none.

    ``find`` finds the definition of a case that does not name it, as `find_definition` does.
    """
    return cases_from(read_case(path), find)


def cases_from(read: ReadCase, find: Finder = find_definition) -> FileCases:
    """Return the cases of a file that has been read."""
    file = read.file
    if file is None:
        return FileCases((), read.problems)
    text = read.problems.text
    try:
        app_path = _app_path(read.path, file.app) if file.app else find(read.path, file.action)
        if file.rows is None:
            # Most cases have none, which their text shows at once.
            may_have_markers = '"#' in text or "\\" in text
            faults = list(_faults(file, may_have_markers=may_have_markers))
            if faults:
                return FileCases((), Diagnostics((read.fault(*fault) for fault in faults), text=text))
            # Without the text, which is for those who see a problem.
            case = _case(file, read.path, app_path, may_have_markers=may_have_markers)
            return FileCases((case,), read.problems if read.problems else NONE)
        cases, problems = _row_cases(read, file, app_path)
    except LoadError as error:
        # What the error does not place is at the key that names it.
        problems = [
            problem if problem.file else read.fault(problem.pointer, problem.message, problem.fix)
            for problem in error.diagnostics
        ]
        return FileCases((), Diagnostics(problems, text=text))
    return FileCases(() if problems else tuple(cases), Diagnostics(problems, text=text))


def _app_path(case: Path, app: str) -> Path:
    # Not by Path.parent, which makes a Path for each case of a folder.
    return _path_from(os.path.dirname(case), with_slashes(app))  # noqa: PTH120 - see above


@lru_cache(maxsize=256)
def _path_from(folder: str, path: str) -> Path:
    # By its text: the folders that it goes up from need not exist yet.
    return Path(os.path.normpath(os.path.join(folder, path)))  # noqa: PTH118 - of strings, see above


def _row_cases(read: ReadCase, file: CaseFile, app_path: Path) -> tuple[list[Case], list[Diagnostic]]:
    """Return the case of each row, and what is wrong with rows."""
    table = _table(read, file)
    columns, problems = _columns(read, table)
    if problems:
        return [], problems
    if not table.rows:
        return [], [read.fault("/rows", "the table has no rows.", "add a row, or remove `rows`.")]
    definition = _definition(app_path, file.action) if table.is_text else None
    file_value = {key: item for key, item in read.value.items() if key != "rows"}
    cases = []
    for row in table.rows:
        try:
            value = file_value
            for name, cell in row.cells.items():
                column = columns[name]
                item = cell_value(cell, column, definition) if table.is_text else cell
                value = with_value(value, column.keys, item)
        except ColumnError as error:
            problems.append(_row_fault(read, file, row, Fault("", *error.args)))
            continue
        row_file, faults = validated(value)
        faults = faults or list(_faults(row_file)) if row_file is not None else faults
        problems += [_row_fault(read, file, row, fault) for fault in faults]
        if row_file is not None and not faults:
            label = row_file.name if row_file.name != file.name else f"row {row.number}"
            case = _case(row_file, read.path, app_path)
            table_path = _table_path(read, file.rows) if isinstance(file.rows, str) else None
            cases.append(replace(case, name=file.name, row=label, table=table_path))
    return cases, problems


def _table_path(read: ReadCase, rows: str) -> Path:
    return read.path.parent / with_slashes(rows)


def _table(read: ReadCase, file: CaseFile) -> Table:
    if isinstance(file.rows, list):
        return inline_table(file.rows)
    path = _table_path(read, file.rows or "")
    try:
        return read_table(path)
    except LoadError as error:
        problems = [
            replace(problem, file=str(path))
            if problem.span
            else read.fault("/rows", problem.message, problem.fix)
            for problem in error.diagnostics
        ]
        raise LoadError(Diagnostics(problems, text=error.diagnostics.text)) from error


def _columns(read: ReadCase, table: Table) -> tuple[dict[str, Column], list[Diagnostic]]:
    columns: dict[str, Column] = {}
    problems = []
    names = dict.fromkeys(name for row in table.rows for name in row.cells)
    for name in names:
        try:
            columns[name] = column_of(name)
        except ColumnError as error:
            problems.append(read.fault("/rows", *error.args))
    return columns, problems


def _row_fault(read: ReadCase, file: CaseFile, row: Row, fault: Fault) -> Diagnostic:
    # In a list of the case file itself, the row has a line of its own.
    pointer = f"/rows/{row.number - 1}" if isinstance(file.rows, list) else "/rows"
    place = f" {fault.pointer}" if fault.pointer else ""
    return read.fault(pointer, f"row {row.number}{place}: {fault.message}", fault.fix)


def _definition(app_path: Path, action: str) -> ActionDefinition | None:
    # Without it, cells have no types; that it cannot be read is told by each case of the table.
    try:
        return find_action(app_path, action).definition
    except KustomerNbError:
        return None


def _faults(file: CaseFile, *, may_have_markers: bool = True) -> Iterator[Fault]:
    """Yield what the models cannot say of a case."""
    request = None if file.exchange is None else file.exchange.request
    response = None if file.exchange is None else file.exchange.response
    has_expectation = not file.model_fields_set.isdisjoint({"expected", "findings"})
    if not has_expectation and request is None:
        message = "the case expects nothing: no `expected`, no `findings`, and no request in `exchange`."
        yield Fault("", message, "add the `expected` output, or save the case of a run.")
    if response is not None and response.body_base64 is not None:
        try:
            base64.b64decode(response.body_base64, validate=True)
        except (binascii.Error, ValueError):
            pointer = "/exchange/response/body_base64"
            yield Fault(pointer, "`body_base64` is not base64.", "write the bytes of the body in base64.")
    if file.simulate is not None:
        yield from _simulation_faults(file.simulate, has_response=response is not None)
    if not may_have_markers:
        return
    for place in marker_faults(file.expected, "/expected"):
        yield Fault(*place)
    if request is not None:
        parts = {"method": request.method, "url": request.url, "headers": request.headers}
        for place in marker_faults({**parts, "body": request.body}, "/exchange/request"):
            yield Fault(*place)


def _simulation_faults(name: str, *, has_response: bool) -> Iterator[Fault]:
    if fault_description(name) is None:
        near = near_miss(name, FAULT_DESCRIPTIONS)
        fix = f"did you mean `{near}`?" if near else f"use one of {', '.join(FAULT_DESCRIPTIONS)}."
        yield Fault("/simulate", f"there is no failure `{name}` to simulate.", fix)
    if has_response:
        message = "the case has both a response and a failure to simulate."
        yield Fault("/simulate", message, "remove `simulate`, or the response in `exchange`.")


def _case(file: CaseFile, path: Path, app_path: Path, *, may_have_markers: bool = True) -> Case:
    case = object.__new__(Case)
    # Its __init__, which sets one field after the other, takes several times as long.
    vars(case).update(
        _NO_TABLE,
        name=file.name,
        path=path,
        action=file.action,
        app_path=app_path,
        inputs=file.inputs,
        settings=file.settings,
        env=file.env,
        now=None if file.now is None else datetime.fromisoformat(file.now),
        seed=file.seed,
        allow_missing=tuple(file.allow_missing),
        platform=file.platform,
        exchange=_exchange(file),
        simulate=file.simulate or "",
        expected=file.expected if "expected" in file.model_fields_set else UNDEFINED,
        findings=None if file.findings is None else tuple(file.findings),
        ignore=_paths(file.ignore),
        warn=_paths(file.warn),
        severity=file.severity,
        may_have_markers=may_have_markers,
    )
    return case


def _paths(pointers: Any) -> Paths:
    if isinstance(pointers, list):
        return Paths(tuple(pointers))
    return Paths(tuple(pointers.output), tuple(pointers.request))


def _exchange(file: CaseFile) -> CaseExchange:
    if file.exchange is None:
        return CaseExchange()
    request, response = file.exchange.request, file.exchange.response
    return CaseExchange(
        None if request is None else _expected_request(request),
        None if response is None else _Written(response),
    )


def _expected_request(request: RequestTable) -> dict[str, Any]:
    """Return the parts of a request that a case names; the others are not compared."""
    # In the order of the model: that of a set differs from process to process, and so would that of reports.
    names = [name for name in RequestTable.model_fields if name in request.model_fields_set]
    parts = {name: getattr(request, name) for name in names}
    if request.headers is not None:
        parts["headers"] = {name.lower(): value for name, value in request.headers.items()}
    if request.method is not None and not request.method.startswith("#"):
        parts["method"] = request.method.upper()
    return parts


@dataclass(frozen=True)
class _Written:
    """Makes the response of a case from what its file says of it."""

    table: ResponseTable

    def __call__(self) -> RecordedResponse:
        table = self.table
        headers = table.headers
        lines = (line.split(":", 1) for line in headers) if isinstance(headers, list) else headers.items()
        redirects = (line.partition(" ") for line in table.redirects)
        return RecordedResponse(
            table.status_code,
            tuple((name, value.strip()) for name, value in lines),
            _content(table),
            table.is_truncated,
            tuple((int(status), url) for status, _, url in redirects),
        )


def _content(response: ResponseTable) -> bytes:
    if response.body_base64 is not None:
        return base64.b64decode(response.body_base64)
    body = response.body
    if isinstance(body, str):
        return body.encode("utf-8", "surrogatepass")
    if response.body_style == "compact":
        return _compact(body).encode("utf-8", "surrogatepass")
    return styled(body, response.body_style).encode("utf-8", "surrogatepass")
