"""What to say where nothing recorded fits: what was asked, what is there, and what differs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.difference import diff
from kustomer_nb.errors import ReplayError
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.json_styles import read_json

from .matching import RecordedRequest
from .model import Exchange

CODE = Code.NOT_RECORDED
MOST_SHOWN = 5
MOST_PLACES = 3
LONGEST = 60
_RECORD = 'run it once with mode="record", or change the request back.'


def refusal(asked: RecordedRequest, exchanges: Sequence[Exchange], path: Path) -> ReplayError:
    """Return the error for a request that no exchange fits; those that come nearest are listed first."""
    whole = f"nothing recorded in '{path.name}' fits {asked.method} {asked.url}"
    if not exchanges:
        whole = f"nothing is recorded in '{path.name}', so there is no answer to {asked.method} {asked.url}"
    near = sorted(enumerate(exchanges), key=lambda one: _distance(asked, one[1].asked))
    found = [Diagnostic(CODE, Severity.ERROR, "", f"{whole}.", _RECORD)]
    found += [_hint(at, one.asked, asked) for at, one in near[:MOST_SHOWN]]
    if left := len(near) - MOST_SHOWN:
        others = f"{left} more {'is' if left == 1 else 'are'} recorded there."
        found += [Diagnostic(CODE, Severity.HINT, "/exchanges", others)] if left > 0 else []
    return ReplayError(found)


def _hint(at: int, recorded: RecordedRequest, asked: RecordedRequest) -> Diagnostic:
    said = "; ".join(_differences(recorded, asked))
    message = f"recorded is {recorded.method} {recorded.url}: {said}."
    return Diagnostic(CODE, Severity.HINT, f"/exchanges/{at}", message)


def _distance(asked: RecordedRequest, recorded: RecordedRequest) -> float:
    """Return how far two requests are from each other: the url weighs most."""
    far = 0.0 if asked.method == recorded.method else 2.0
    if asked.url != recorded.url:
        far += 1 + 4 * (1 - SequenceMatcher(None, asked.url, recorded.url, autojunk=False).ratio())
    far += sum(1 for _ in _unlike(recorded.headers, asked.headers)) / 2
    far += sum(1 for _ in _unlike(recorded.settings, asked.settings)) / 2
    return far + (asked.body != recorded.body)


def _differences(recorded: RecordedRequest, asked: RecordedRequest) -> Iterator[str]:
    if recorded.method != asked.method:
        yield f"the method is {asked.method} now"
    if recorded.url != asked.url:
        yield "the url is another"
    for name, before, after in _unlike(recorded.headers, asked.headers):
        yield f"the header {name} {_change(before, after)}"
    yield from _bodies(recorded.body, asked.body)
    for name, before, after in _unlike(recorded.settings, asked.settings):
        yield f"the setting {name} {_change(before, after)}"


def _unlike(recorded: Mapping[str, Any], asked: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for name in {**recorded, **asked}:
        before, after = recorded.get(name, UNDEFINED), asked.get(name, UNDEFINED)
        if before != after or isinstance(before, bool) is not isinstance(after, bool):
            yield name, before, after


def _change(before: Any, after: Any) -> str:
    if before is UNDEFINED:
        return f"is {_short(after)} now and was not there"
    if after is UNDEFINED:
        return f"was {_short(before)} and is not there now"
    return f"is {_short(after)} now and was {_short(before)}"


def _bodies(recorded: str | None, asked: str | None) -> Iterator[str]:
    if recorded == asked:
        return
    if recorded is None or asked is None:
        yield "there was no body" if recorded is None else "there is no body now"
        return
    before, after = read_json(recorded), read_json(asked)
    if before is None or after is None:
        yield f"the body {_change(recorded, asked)}"
        return
    places = diff(before[0], after[0])
    if not places:
        yield "the body says the same, and is written in another order or layout"
    for one in places[:MOST_PLACES]:
        yield f"the body at {one.pointer or 'its root'} {_change(one.expected, one.actual)}"
    if (left := len(places) - MOST_PLACES) > 0:
        yield f"the body differs at {left} more place{'' if left == 1 else 's'}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
