"""The facts of requests, responses and runs: the same when a run is recorded and when it is replayed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from kustomer_nb.definition import AppDefinition
from kustomer_nb.difference import Diff
from kustomer_nb.jsontext.javascript import UNDEFINED, parse
from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.language.shapes import shape_of
from kustomer_nb.request import Request, request_secrets
from kustomer_nb.response import Response
from kustomer_nb.run import Run
from kustomer_nb.run.assemble import mapped_again
from kustomer_nb.run.recordable import build_record, describe_request
from kustomer_nb.schema import Conversion
from kustomer_nb.schema.conversions import kind_of
from kustomer_nb.secrets import Redactor
from kustomer_nb.secrets.cookies import cookies_in, without_cookies
from kustomer_nb.secrets.masking import Masking
from kustomer_nb.storage.cassette.matching import UNRECORDED_HEADERS

from .facts import WHOLE, Facts, difference_rows, facts, finding_rows
from .form import Json, shallow
from .lasting import is_lasting, is_of_changing_header, lasting, without_ignored


@facts.register
def _(value: Request) -> Facts:
    masking = value.masking
    record: dict[str, Any] = {"request": _described(value, masking.mask if masking else ())}
    if masking is not None:
        record = masking.covered(record)
    missing = [{"path": miss.path, "place": miss.pointer} for miss in value.missing]
    return {
        **_request(value, without_cookies(record, value.labels)["request"]),
        **_if_any("without a value", missing),
        **_if_any("findings", finding_rows(value.diagnostics, is_of_a_run=True)),
    }


def _described(request: Request, mask: Iterable[str]) -> dict[str, Any]:
    return describe_request(request, mask, hides_helpers=request.is_timed)


def _request(request: Request, described: Mapping[str, Any]) -> Facts:
    """Return a request as it was described: headers by name, and the body as JSON if it is an object."""
    authored = {*map(str.lower, request.headers_json)}
    headers = {
        name: text
        for name, text in sorted(described["headers"].items())
        if name in authored or name not in UNRECORDED_HEADERS
    }
    body = described["body"]
    return {
        "method": described["method"],
        "url": described["url"],
        "headers": headers,
        **({} if body is None else {"body": _body(body)}),
    }


def _body(text: str) -> Any:
    """Return a body as JSON if its text can be told from that, or its text.

    Example:
        >>> _body('{"a":1}'), _body('{"a": 1}')
        (Json(value={'a': 1}), '{"a": 1}')
    """
    if text[:1] not in ("{", "["):
        return text
    try:
        parsed = parse(text)
    except (ValueError, RecursionError):
        return text
    return Json(shallow(parsed)) if stringify(parsed) == text else text


@facts.register
def _(value: Response) -> Facts:
    run = value.masked_run
    content = value.to_json()
    if run is not None:
        content = _record(run)["response"]
    headers = {
        name: ", ".join(map(str, text)) if isinstance(text, list) else str(text)
        for name, text in sorted(content["headers"].items())
        if is_lasting(name)
    }
    body = content.get("body", UNDEFINED)
    return {
        "status": value.status_code,
        "headers": headers,
        "body": body if isinstance(body, str) else Json(shallow(body)),
        **_if_any("findings", finding_rows(value.notes)),
    }


@facts.register
def _(value: Diff) -> Facts:
    run, output = value.masked_run, value.actual
    content = {} if value.response is None else value.response.to_json()
    if run is not None:
        run = as_replayed(run)
        record = _record(run)
        output, content = record["output"], record.get("response", {})
        # As a diff of its own: the other one is of the output with what is masked.
        value = run.diff or value
    return {
        "differences": difference_rows(
            value, without_ignored(lasting(shallow(output), content), value.ignore)
        )
    }


@facts.register
def _(value: Run) -> Facts:
    run = as_replayed(value) if value.profile.mask else value
    record, response = _record(run), run.response
    output = lasting(shallow(record["output"]), record.get("response", {}))
    output = without_ignored(output, run.profile.ignored(run.action))
    return {
        "action": run.action or None,
        "inputs": Json(shallow(record["inputs"])),
        "request": _request(run.request, without_cookies(record, run.request.labels)["request"]),
        "status": "sample" if response is None else response.status_code,
        **({"final url": run.redirected_to} if run.redirected_to else {}),
        "output": Json(output),
        "differences": "no sample" if run.diff is None else difference_rows(run.diff, output),
        **_if_any("losses", list(_losses(run))),
        **_if_any("findings", finding_rows(run.diagnostics, is_of_a_run=True)),
    }


def response_shape(run: Run) -> dict[str, Any] | None:
    """Return the names and types in the body of the response of a run, as `shape_of` does; None without one.

    They are of what a record has: what the profile masks is a label there, and no name has a secret.

    Example:
        >>> from kustomer_nb import load
        >>> request = {"uri": "https://a.b/x", "method": "GET"}
        >>> run = load({"inputTemplate": request}).action().run(mode="fault:503")
        >>> response_shape(run)["type"] in ("object", "string")
        True
    """
    if run.response is None:
        return None
    body = _record(run)["response"].get("body") if run.profile.mask else run.response.body
    app = AppDefinition() if run.owner is None else run.owner.document.app
    return shape_of(body, Redactor(request_secrets(app, run.request)).text)


def as_replayed(run: Run) -> Run:
    """Return a run as a replay of its recording is: with labels in its response before it is mapped."""
    content = {} if run.response is None else _record(run)["response"]
    body, headers = content.get("body", UNDEFINED), content.get("headers", {})
    response = run.response
    if response is None or (body == response.body and headers == response.headers):
        return run
    return mapped_again(replace(run, response=replace(response, body=body, headers=headers)), run.definition)


def _record(run: Run) -> dict[str, Any]:
    """Return the record of a run without what its profile masks, and without cookies."""
    record = build_record(run, run) | {"request": _described(run.request, run.profile.mask)}
    cookies = cookies_in(record, run.request.labels)
    if run.profile.mask:
        record = Masking(run.profile.mask, partial(dict, record)).covered()
    return Redactor(cookies).value(record) if cookies else record


def _losses(run: Run) -> Iterator[Facts]:
    """Yield what a run converted, dropped or did not find, by stage and place."""
    yield from _conversions("inputSchema", run.inputs_converted)
    for miss in run.missing:
        yield {"kind": "found nothing for", "path": miss.path, "place": miss.pointer}
    yield from _conversions("outputSchema", run.converted)
    places: tuple[tuple[str, Iterable[str]], ...] = (
        ("dropped", [drop.pointer for drop in run.dropped]),
        ("did not convert", [f"{item.pointer} to {item.wanted}" for item in run.unconverted]),
        ("missed", run.absent),
    )
    for kind, losses in places:
        yield from (
            {"stage": "outputSchema", "kind": kind, "place": place or WHOLE}
            for place in losses
            if not is_of_changing_header(place)
        )


def _conversions(stage: str, conversions: Iterable[Conversion]) -> Iterator[Facts]:
    for place, before, after in conversions:
        # Without the values, which may be masked: the inputs and the output have them.
        types = f"from {kind_of(before)} to {kind_of(after)}"
        yield {"stage": stage, "kind": "converted", "place": place or WHOLE, "types": types}


def _if_any(name: str, rows: list[Facts]) -> Facts:
    return {name: rows} if rows else {}
