"""What a case file says of a run: what went in and what was exchanged, without what no file may hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.config import FAULT
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.json_styles import STYLES, read_json, style_of
from kustomer_nb.platform import Platform
from kustomer_nb.run.recordable import build_exchange, build_record
from kustomer_nb.secrets import Redactor
from kustomer_nb.secrets.cookies import cookies_in
from kustomer_nb.secrets.masking import cover, masked
from kustomer_nb.storage.case.model import PLATFORM_FIELDS
from kustomer_nb.transport.models import RawResponse

from .markers import escaped
from .request_documents import body_value
from .rows import with_value

if TYPE_CHECKING:
    from kustomer_nb.run import Run
    from kustomer_nb.run.prepare import Prepared
    from kustomer_nb.storage.cassette import Exchange, RecordedRequest, RecordedResponse


def run_output(run: Run) -> Any:
    """Return the output of a run without what no file may hold."""
    prepared = run.prepared
    if prepared is None:
        return run.output
    record = build_record(prepared, run)
    hide = _redactor(prepared, record)
    return hide.value(cover(prepared.profile.mask, record))["output"]


def _redactor(prepared: Prepared, record: Mapping[str, Any]) -> Redactor:
    cookies = cookies_in(record, prepared.request.labels)
    return Redactor({**prepared.secrets, **masked(prepared.profile.mask, record), **cookies})


def written_keys(
    run: Run, prepared: Prepared, exchange: Exchange, response: RecordedResponse
) -> dict[str, Any]:
    """Return the keys of a case that say what went in and what was exchanged."""
    settings = dict(exchange.request.settings)
    keys: dict[str, Any] = {
        "inputs": covered_inputs(prepared),
        "settings": settings,
        "env": dict(exchange.env),
        "now": None if exchange.now is None else exchange.now.isoformat(),
        "seed": exchange.seed,
        "allow_missing": sorted(prepared.context.allow_missing),
        "platform": _platform(run.platform),
    }
    keys = {name: value for name, value in keys.items() if value not in ({}, [], None) or name == "inputs"}
    request = _request(exchange.request)
    if prepared.mode.startswith(FAULT):
        return {**keys, "exchange": {"request": request}, "simulate": prepared.mode.removeprefix(FAULT)}
    if run.response is None:
        return {**keys, "exchange": {"request": request}}
    return {
        **keys,
        "exchange": {"request": request, "response": response_value(response)},
    }


def recorded_exchange(run: Run, prepared: Prepared) -> Exchange:
    """Return the exchange of a run as a cassette would store it."""
    response = run.response
    if response is None:
        raw = RawResponse(200, (), b"")
    else:
        is_truncated = Code.RESPONSE_TRUNCATED in [note.code for note in response.notes]
        content = response.text.encode("utf-8", "surrogatepass")
        headers = tuple(_lines(response.headers))
        raw = RawResponse(response.status_code, headers, content, 0.0, is_truncated, run.redirects)
    return build_exchange(prepared.app, prepared, raw, run)


def _lines(headers: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in headers.items():
        for item in value if isinstance(value, list) else [value]:
            yield name, str(item)


def covered_inputs(prepared: Prepared) -> Any:
    """Return the inputs as they were passed, with stand-ins for what is masked."""
    inputs = prepared.inputs
    for conversion in prepared.converted:
        inputs = with_value(inputs, tuple(pointers.split(conversion.pointer)), conversion.before)
    record = {"inputs": inputs}
    hide = _redactor(prepared, {**build_record(prepared), "inputs": inputs})
    covered = hide.value(cover(prepared.profile.mask, record))["inputs"]
    return _typed(covered, inputs)


def _typed(covered: Any, value: Any) -> Any:
    """Return covered inputs with 0 or false for a label where inputSchema wants a number or a boolean."""
    if isinstance(covered, str) and not isinstance(value, str):
        return False if isinstance(value, bool) else 0
    if isinstance(covered, dict) and isinstance(value, dict):
        return {key: _typed(item, value.get(key)) if key in value else item for key, item in covered.items()}
    if isinstance(covered, list) and isinstance(value, list):
        return [_typed(item, other) for item, other in zip(covered, value, strict=True)]
    return covered


def _platform(platform: Platform) -> dict[str, Any]:
    default = Platform()
    chosen = {name: getattr(platform, name) for name in PLATFORM_FIELDS}
    return {
        name: dict(value) if isinstance(value, Mapping) else value
        for name, value in chosen.items()
        if value != getattr(default, name)
    }


def _request(request: RecordedRequest) -> dict[str, Any]:
    return {
        "method": request.method,
        "url": escaped(request.url),
        "headers": escaped(dict(request.headers)),
        "body": escaped(body_value(request.body)),
    }


def response_value(response: RecordedResponse) -> dict[str, Any]:
    """Return a response as people read it, and as it gives the same bytes again."""
    names = [name.lower() for name, _ in response.headers]
    is_table = len(set(names)) == len(names)
    value: dict[str, Any] = {
        "status_code": response.status_code,
        "headers": dict(response.headers)
        if is_table
        else [f"{header}: {text}" for header, text in response.headers],
    }
    value.update(_body(response.content))
    if response.is_truncated:
        value["is_truncated"] = True
    if response.redirects:
        value["redirects"] = [f"{status} {url}" for status, url in response.redirects]
    return value


def _body(content: bytes) -> dict[str, Any]:
    text = content.decode("utf-8", "surrogatepass")
    parsed = read_json(text)
    # A body that is a JSON string would be read as text.
    if parsed is not None and not isinstance(parsed[0], str) and (style := style_of(text, parsed[0])):
        return {"body": parsed[0], **({} if style == STYLES[0] else {"body_style": style})}
    return {"body": text}
