"""From a case file to its cases."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from kustomer_nb.diagnostics import Diagnostic, Diagnostics
from kustomer_nb.errors import LoadError
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.json_styles import styled
from kustomer_nb.storage.case import CaseFile, ReadCase, RequestTable, ResponseTable, read_case
from kustomer_nb.storage.cassette import RecordedResponse

from .case import Case, CaseExchange, Paths
from .definitions import find_definition


@dataclass(frozen=True)
class FileCases:
    """The cases of one file, and what is wrong with it."""

    cases: tuple[Case, ...] = ()
    problems: Diagnostics = field(default_factory=Diagnostics)


def cases_of(path: Path) -> FileCases:
    """Return the cases of a file; with a fault in it there are none."""
    read = read_case(path)
    if read.file is None:
        return FileCases((), read.problems)
    faults = list(_faults(read, read.file))
    if faults:
        return FileCases((), Diagnostics(faults, text=read.problems.text))
    try:
        app_path = path.parent / read.file.app if read.file.app else find_definition(path, read.file.action)
    except LoadError as error:
        problems = (
            read.fault(problem.pointer, problem.message, problem.fix) for problem in error.diagnostics
        )
        return FileCases((), Diagnostics(problems, text=read.problems.text))
    return FileCases((_case(read.file, path, app_path),), read.problems)


def _faults(read: ReadCase, file: CaseFile) -> Iterator[Diagnostic]:
    exchange = file.exchange
    has_request = exchange is not None and exchange.request is not None
    if "expected" not in file.model_fields_set and not has_request:
        message = "the case expects nothing: it has neither `expected` nor a request in `exchange`."
        yield read.fault("", message, "add the `expected` output, or save the case of a run.")
    if exchange is not None and exchange.response is not None and exchange.response.body_base64 is not None:
        try:
            base64.b64decode(exchange.response.body_base64, validate=True)
        except (binascii.Error, ValueError):
            pointer = "/exchange/response/body_base64"
            yield read.fault(
                pointer, "`body_base64` is not base64.", "write the bytes of the body in base64."
            )


def _case(file: CaseFile, path: Path, app_path: Path) -> Case:
    has = file.model_fields_set
    return Case(
        name=file.name,
        path=path,
        action=file.action,
        app_path=app_path,
        inputs=file.inputs,
        settings=file.settings,
        env=file.env,
        now=None if file.now is None else datetime.fromisoformat(file.now),
        seed=file.seed,
        platform=file.platform,
        exchange=_exchange(file),
        expected=file.expected if "expected" in has else UNDEFINED,
        ignore=_paths(file.ignore),
        warn=_paths(file.warn),
        severity=file.severity,
    )


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
        None if response is None else _response(response),
    )


def _expected_request(request: RequestTable) -> dict[str, Any]:
    """Return the parts of a request that a case names; the others are not compared."""
    parts = {name: getattr(request, name) for name in request.model_fields_set}
    if request.headers is not None:
        parts["headers"] = {name.lower(): value for name, value in request.headers.items()}
    return parts


def _response(response: ResponseTable) -> RecordedResponse:
    headers = response.headers
    lines = (tuple(line.split(":", 1)) for line in headers) if isinstance(headers, list) else headers.items()
    redirects = (line.partition(" ") for line in response.redirects)
    return RecordedResponse(
        response.status_code,
        tuple((name, value.strip()) for name, value in lines),
        _content(response),
        response.is_truncated,
        tuple((int(status), url) for status, _, url in redirects),
    )


def _content(response: ResponseTable) -> bytes:
    if response.body_base64 is not None:
        return base64.b64decode(response.body_base64)
    body = response.body
    if isinstance(body, str):
        return body.encode("utf-8", "surrogatepass")
    if response.body_style == "compact":
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    return styled(body, response.body_style).encode("utf-8", "surrogatepass")
