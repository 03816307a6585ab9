"""The error for a request that was not recorded: what was sent, what is recorded, and how they differ."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.difference import diff
from kustomer_nb.errors import ReplayError
from kustomer_nb.faces import name_of
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.json_styles import read_json

if TYPE_CHECKING:
    from .matching import RecordedRequest
    from .store import Cassette

CODE = Code.NOT_RECORDED
MAX_HINTS = 5
MAX_BODY_DIFFERENCES = 3
MAX_VALUE_LENGTH = 60


def refusal(request: RecordedRequest, cassette: Cassette) -> ReplayError:
    """Return the error for a request that matches no exchange; the most similar ones are listed first.

    Among many exchanges only those are compared that are next to the request by URL and body.

    Raises:
        LoadError: the cassette cannot be read.
    """
    path, count = cassette.path, len(cassette.exchanges)
    target = f"{request.method} {request.url}"
    message = f'no exchange in "{path.name}" matches {target}.'
    if not count:
        is_missing = not path.exists()
        lacks = f'there is no cassette "{path.name}"' if is_missing else f'"{path.name}" has no exchanges'
        message = f"{lacks}, so nothing is recorded for {target}."
    similar = cassette.index.similar(request)
    by_distance = sorted(similar, key=lambda neighbour: _distance(request, neighbour.exchange.request))
    undo = ", or undo the change to the request" if count else ""
    fix = f"run it once with {name_of('mode', 'record')}{undo}."
    diagnostics = [Diagnostic(CODE, Severity.ERROR, "", message, fix)]
    diagnostics += [_hint(at, exchange.request, request) for at, exchange in by_distance[:MAX_HINTS]]
    if (more := count - MAX_HINTS) > 0:
        message = f"{more} more {'exchange is' if more == 1 else 'exchanges are'} recorded."
        diagnostics.append(Diagnostic(CODE, Severity.HINT, "/exchanges", message))
    return ReplayError(diagnostics)


def _hint(at: int, recorded: RecordedRequest, request: RecordedRequest) -> Diagnostic:
    differences = "; ".join(_differences(recorded, request))
    message = f"recorded: {recorded.method} {recorded.url}: {differences}."
    return Diagnostic(CODE, Severity.HINT, f"/exchanges/{at}", message)


def _distance(request: RecordedRequest, recorded: RecordedRequest) -> float:
    """Return how much two requests differ; the URL has the most weight."""
    distance = 0.0 if request.method == recorded.method else 2.0
    if request.url != recorded.url:
        # autojunk would ignore what is frequent in a URL of more than 200 characters.
        distance += 1 + 4 * (1 - SequenceMatcher(None, request.url, recorded.url, autojunk=False).ratio())
    distance += sum(1 for _ in _changes(recorded.headers, request.headers)) / 2
    distance += sum(1 for _ in _changes(recorded.settings, request.settings)) / 2
    return distance + (request.body != recorded.body)


def _differences(recorded: RecordedRequest, request: RecordedRequest) -> Iterator[str]:
    if recorded.method != request.method:
        yield f"the method is now {request.method}"
    if recorded.url != request.url:
        yield "the URL differs"
    for name, before, after in _changes(recorded.headers, request.headers):
        yield f"the header {name} {_change(before, after)}"
    yield from _body_differences(recorded.body, request.body)
    for name, before, after in _changes(recorded.settings, request.settings):
        yield f"the setting {name} {_change(before, after)}"


def _changes(recorded: Mapping[str, Any], current: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for name in {**recorded, **current}:
        before, after = recorded.get(name, UNDEFINED), current.get(name, UNDEFINED)
        # Python holds True == 1, which are two values in JSON.
        if before != after or isinstance(before, bool) is not isinstance(after, bool):
            yield name, before, after


def _change(before: Any, after: Any) -> str:
    if before is UNDEFINED:
        return f"is new ({_abbreviate(after)})"
    if after is UNDEFINED:
        return f"is missing, was {_abbreviate(before)}"
    return f"is now {_abbreviate(after)}, was {_abbreviate(before)}"


def _body_differences(recorded: str | None, current: str | None) -> Iterator[str]:
    if recorded == current:
        return
    if recorded is None or current is None:
        yield "the body is new" if recorded is None else "the body is missing"
        return
    before, after = read_json(recorded), read_json(current)
    if before is None or after is None:
        yield f"the body {_change(recorded, current)}"
        return
    yield from _value_differences(before[0], after[0])


def _value_differences(before: Any, after: Any) -> Iterator[str]:
    differences = diff(before, after)
    if not differences:
        yield "the body has the same values in another order or layout"
    for difference in differences[:MAX_BODY_DIFFERENCES]:
        location = difference.pointer or "its root"
        yield f"the body at {location} {_change(difference.expected, difference.actual)}"
    if (more := len(differences) - MAX_BODY_DIFFERENCES) > 0:
        yield f"the body has {more} more difference{'' if more == 1 else 's'}"


def _abbreviate(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= MAX_VALUE_LENGTH else f"{text[:MAX_VALUE_LENGTH]}…"
