"""The facts of requests, responses and runs: the same when a run is recorded and when it is replayed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from kustomer_nb.jsontext.javascript import UNDEFINED, parse
from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.request import Request
from kustomer_nb.response import Response
from kustomer_nb.run import Run
from kustomer_nb.run.recordable import build_record, describe_request
from kustomer_nb.schema import Conversion
from kustomer_nb.schema.conversions import kind_of
from kustomer_nb.secrets import Redactor
from kustomer_nb.secrets.cookies import cookies_in, without_cookies
from kustomer_nb.secrets.masking import Masking
from kustomer_nb.storage.cassette.matching import UNRECORDED_HEADERS
from kustomer_nb.storage.ignored_headers import is_volatile
from kustomer_nb.template import Kind

from .facts import Facts, difference_rows, facts, finding_rows
from .form import Json
from .lasting import is_lasting, is_of_changing_header


@facts.register
def _(value: Request) -> Facts:
    return _preview(value)


def preview_facts(request: Request) -> Facts:
    """Return the facts of a request that was made with the time of now: without what helpers return."""
    return _preview(request, hides_helpers=True)


def _preview(request: Request, *, hides_helpers: bool = False) -> Facts:
    masking = request.masking
    mask = masking.mask if masking else ()
    record: dict[str, Any] = {"request": describe_request(request, mask, hides_helpers=hides_helpers)}
    if masking is not None:
        record = masking.covered(record)
    missing = [{"path": miss.path, "place": miss.pointer} for miss in request.missing]
    return {
        **_request(request, without_cookies(record, request.labels)["request"]),
        **_if_any("without a value", missing),
        **_if_any("findings", finding_rows(request.diagnostics, is_of_a_run=True)),
    }


def _request(request: Request, described: Mapping[str, Any]) -> Facts:
    """Return a request as it was described: headers by name, and the body as JSON if it is an object."""
    authored = {*map(str.lower, request.headers_json)}
    volatile = _generated(request)
    headers = {
        name: "<generated>" if name in volatile else text
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


def _generated(request: Request) -> frozenset[str]:
    """Return the headers that change each time, and that a helper such as randomId makes."""
    return frozenset(
        name.lower()
        for name, text in request.header_texts
        if is_volatile(name) and any(piece.kind is Kind.HELPER for piece in text.pieces)
    )


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
    return Json(parsed) if stringify(parsed) == text else text


@facts.register
def _(value: Response) -> Facts:
    response = value.to_json()
    if value.masking is not None:
        response = value.masking.covered()["response"]
    headers = {
        name: ", ".join(map(str, text)) if isinstance(text, list) else str(text)
        for name, text in sorted(response["headers"].items())
        if is_lasting(name)
    }
    body = response.get("body", UNDEFINED)
    return {
        "status": value.status_code,
        "headers": headers,
        "body": body if isinstance(body, str) else Json(body),
        **_if_any("findings", finding_rows(value.notes)),
    }


@facts.register
def _(value: Run) -> Facts:
    record = _without_private_values(value)
    response = value.response
    lasting = _lasting(record["output"], record.get("response", {}))
    return {
        "action": value.action or None,
        "inputs": Json(record["inputs"]),
        "request": _request(value.request, without_cookies(record, value.request.labels)["request"]),
        "status": "sample" if response is None else response.status_code,
        **({"final url": value.redirected_to} if value.redirected_to else {}),
        "output": Json(lasting),
        "differences": "no sample" if value.diff is None else difference_rows(value.diff, lasting),
        **_if_any("losses", list(_losses(value))),
        **_if_any("findings", finding_rows(value.diagnostics, is_of_a_run=True)),
    }


def _without_private_values(run: Run) -> dict[str, Any]:
    """Return the record of a run without what its profile masks, and without cookies."""
    record = build_record(run, run)
    cookies = cookies_in(record, run.request.labels)
    if run.profile.mask:
        record = Masking(run.profile.mask, partial(dict, record)).covered()
    return Redactor(cookies).value(record) if cookies else record


def _lasting(output: Any, response: Mapping[str, Any]) -> Any:
    """Return an output without the headers that change, where it has all headers of its response."""
    if isinstance(output, list):
        return [_lasting(item, response) for item in output]
    if not isinstance(output, dict) or not output:
        return output
    if output == response.get("headers"):
        return {name: text for name, text in output.items() if is_lasting(name)}
    if output == response.get("request") and isinstance(output.get("headers"), dict):
        # The length is that of the real body, with a token in it.
        headers = {name: text for name, text in output["headers"].items() if name != "content-length"}
        return {**output, "headers": headers}
    return {name: _lasting(item, response) for name, item in output.items()}


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
            {"stage": "outputSchema", "kind": kind, "place": place or "/"}
            for place in losses
            if not is_of_changing_header(place)
        )


def _conversions(stage: str, conversions: Iterable[Conversion]) -> Iterator[Facts]:
    for place, before, after in conversions:
        # Without the values, which may be masked: the inputs and the output have them.
        types = f"from {kind_of(before)} to {kind_of(after)}"
        yield {"stage": stage, "kind": "converted", "place": place or "/", "types": types}


def _if_any(name: str, rows: list[Facts]) -> Facts:
    return {name: rows} if rows else {}
