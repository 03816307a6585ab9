"""Replays of cases that pass, without a `Run`: most cases pass, and of those nobody asks how.

What decides the requests and outputs of an action is worked out once, and used by all of its cases with the
same settings. Any difference, any error, and whatever a `LeanPlan` does not do, is left to the replay of a
run, so that all reasons come from there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from marshal import dumps
from typing import TYPE_CHECKING, Any, NamedTuple

from kustomer_nb.config import Profile, load_masks, project_root
from kustomer_nb.difference import Diff, diff_json
from kustomer_nb.errors import KustomerNbError
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.run.lean import LeanPlan, NotLeanError

from .comparison import compare, compare_request
from .definitions import load_app
from .request_documents import body_value, is_flat_text

if TYPE_CHECKING:
    from kustomer_nb.app import App
    from kustomer_nb.definition import Document
    from kustomer_nb.request.lean import LeanRequest

    from .case import Case

_MOST_PLANS = 64
_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Passed(NamedTuple):
    """The request and the output of a case that passes, each compared with what it expects, and its app."""

    request: Diff | None
    output: Diff | None
    app: App


@dataclass
class _Planned:
    """The plan of an action with some settings, None if there is none or not yet; ``count`` are the cases.

    The document is that of the app when the plan was made: accepting an output edits it in memory.
    """

    document: Document
    plan: LeanPlan | None = None
    count: int = 0


_PLANS: dict[tuple[str, str, bytes], _Planned] = {}


def passes(case: Case, mode: str) -> Passed | None:
    """Return what a case that passes comes to; None for any other, and for one that only a run replays."""
    # Which findings a run has, only that says.
    if case.simulate or case.findings is not None:
        return None
    try:
        app = load_app(case.app_path)
        plan = _plan_of(case, app)
        differences = None if plan is None else _replayed(case, mode, plan)
    except (NotLeanError, KustomerNbError, RecursionError):
        return None
    return None if differences is None else Passed(*differences, app)


def _plan_of(case: Case, app: App) -> LeanPlan | None:
    if load_masks(project_root(app.path)):
        return None
    try:
        key = str(case.app_path), case.action, _choices(case)
    except ValueError:
        # Nested too deeply, or not JSON.
        return None
    planned = _PLANS.get(key)
    if planned is None or planned.document is not app.document:
        if len(_PLANS) >= _MOST_PLANS:
            _PLANS.clear()
        planned = _PLANS[key] = _Planned(app.document)
    planned.count += 1
    if planned.plan is None and _is_time_for_plan(planned.count):
        planned.plan = _new_plan(case, app)
    return planned.plan


def _is_time_for_plan(count: int) -> bool:
    """Return whether to make a plan of the latest of so many cases with the same settings.

    Of a single case, a plan takes longer than it saves. Where the second case has an error, such as an input
    that is refused, a later one may have none; where the action has no plan, few attempts are made.

    Example:
        >>> [count for count in range(1, 40) if _is_time_for_plan(count)]
        [2, 4, 8, 16, 32]
    """
    return count > 1 and count.bit_count() == 1


def _choices(case: Case) -> bytes:
    """Return what besides its inputs decides the request and the output of a case."""
    now = None if case.now is None else case.now.isoformat()
    # As in `ValueCache`: without references, which depend on what else refers to a value.
    return dumps(
        (dict(case.settings), dict(case.env), now, case.seed, case.allow_missing, dict(case.platform)), 2
    )


def _new_plan(case: Case, app: App) -> LeanPlan | None:
    action = app.action(case.action)
    # In replay mode no request is sent, and each is one that could be.
    context = action.context(mode="replay", **case.options)
    prepared = action.prepare(case.inputs, context, alone=Profile(history=False))
    fixed = [name for name in ("now", "seed") if getattr(case, name) is not None]
    try:
        # A case holds no secret, and what a setting of it has for its value may be in any report.
        return LeanPlan(action.definition, prepared, fixed=fixed, keeps_secrets=False)
    except NotLeanError:
        return None


def _replayed(case: Case, mode: str, plan: LeanPlan) -> tuple[Diff | None, Diff | None] | None:
    """Return how the request and the output differ, which is not at all; None if one of them does."""
    request = plan.request(case.inputs)
    expected = case.exchange.request
    of_request = None if expected is None else _compared(case, expected, plan.recorded(request))
    if of_request:
        return None
    output = _output(case, mode, plan, request)
    # The sample says nothing of another response.
    has_other = mode == "sample" and case.exchange.written is not None
    if case.expected is UNDEFINED or has_other:
        return of_request, None
    if case.may_have_markers or case.ignore.output:
        of_output = compare(case.expected, output, case.ignore.output)
    else:
        of_output = diff_json(case.expected, output)
    return None if of_output else (of_request, of_output)


def _output(case: Case, mode: str, plan: LeanPlan, request: LeanRequest) -> Any:
    response = None if mode == "sample" else case.exchange.response
    if response is None:
        return plan.sample().value
    if response.is_truncated or response.redirects:
        raise NotLeanError("a response that was not read to its end, or redirects")
    return plan.output(response.status_code, response.headers, response.content, request).value


def _compared(case: Case, expected: Mapping[str, Any], document: dict[str, Any]) -> Diff:
    """Return how a request differs from that of a case; ``body`` of the document is its text."""
    body = document["body"]
    if not (case.may_have_markers or case.ignore.request) and _has_body(expected, body):
        # Then nothing differs in the value either, which is not parsed.
        document["body"] = expected.get("body")
        actual = {name: document[name] for name in expected}
        if actual == expected:
            return Diff((), expected=dict(expected), actual=actual, mode="value")
    document["body"] = body_value(body)
    return compare_request(expected, document, case.ignore.request)


def _has_body(expected: Mapping[str, Any], text: str | None) -> bool:
    """Return whether a body is certainly the one that a case expects; false for many that are."""
    if "body" not in expected:
        return True
    body = expected["body"]
    if isinstance(body, (dict, list)):
        return text is not None and is_flat_text(text) and _compact(body) == text
    return text is None and body is None
