"""Adds a run to the history of the project, without secrets and masked values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from kustomer_nb.errors import ReplayError, TransportError
from kustomer_nb.secrets import Redactor
from kustomer_nb.secrets.cookies import cookies_in, without_cookies
from kustomer_nb.secrets.masking import cover, masked
from kustomer_nb.storage import history

from .recordable import build_record

if TYPE_CHECKING:
    from kustomer_nb.definition import AppDefinition
    from kustomer_nb.diagnostics import Diagnostic

    from .prepare import Prepared
    from .result import Run

# Redacting more bytes than this would block the other tasks of an event loop noticeably.
LARGEST_ON_LOOP = 2**18
# The parts of a line, besides its record, that may contain a secret.
_REDACTED = ("outcome", "error", "env", "hosts", "sent_to")


def add_to_history(app: AppDefinition, prepared: Prepared, run: Run) -> tuple[Diagnostic, ...]:
    """Add a run to the history, and return the problems of writing it."""
    record = build_record(prepared, run)
    is_large = run.response is not None and run.response.size > LARGEST_ON_LOOP
    outcome = "sample" if run.response is None else "completed"
    return _append(app, prepared, record, is_large=is_large, outcome=outcome, elapsed=run.elapsed)


def add_failure_to_history(
    app: AppDefinition, prepared: Prepared, error: BaseException
) -> tuple[Diagnostic, ...]:
    """Add a run that has no response to the history, and return the problems of writing it.

    ``error`` is a `TransportError`, or the cancellation of the task.
    """
    message = str(error) if isinstance(error, TransportError) else "cancelled before a response was received"
    outcome = _outcome(prepared, error)
    return _append(app, prepared, build_record(prepared), outcome=outcome, error=message)


def _outcome(prepared: Prepared, error: BaseException) -> str:
    """Return the outcome of a run without a response.

    It is ``unknown`` for an unsafe method that may have been sent: the service may have processed it.
    """
    # RFC 9110 section 9.2.2: such a request is not repeated unless it is known not to have been applied.
    is_unsent = isinstance(error, TransportError) and (error.is_unsent or isinstance(error, ReplayError))
    if not prepared.request.is_safe and not is_unsent:
        return "unknown"
    return "failed" if isinstance(error, TransportError) else "cancelled"


def _append(
    app: AppDefinition, prepared: Prepared, record: dict[str, Any], *, is_large: bool = False, **facts: Any
) -> tuple[Diagnostic, ...]:
    labels, mask = prepared.request.labels, prepared.profile.mask
    cookies = cookies_in(record, labels)
    redactor = Redactor({**prepared.secrets, **masked(mask, record), **cookies})
    if "response" in record:
        # The response repeats the request, which the line has already.
        response = {key: value for key, value in record["response"].items() if key != "request"}
        record = {**record, "response": response}
    line: Mapping[str, Any] = _line(app, prepared, record, facts)
    if is_large and not mask:
        # What is too large to be written is left out first: redacting megabytes takes seconds.
        line = history.without_too_large(line)
        record = {name: line[name] for name in record if name in line}
    # Most lines have nothing to hide, and one search of their text shows it.
    if mask or cookies or not redactor.is_clear(content := history.serialize_line(line)):
        content = history.serialize_line(_redacted_line(prepared, line, record, redactor))
    problem = history.append_serialized(prepared.context.root, content)
    return () if problem is None else (problem,)


def _line(
    app: AppDefinition, prepared: Prepared, record: Mapping[str, Any], facts: Mapping[str, Any]
) -> dict[str, Any]:
    context = prepared.context
    return {
        "version": history.VERSION,
        "at": datetime.now(UTC).isoformat(),
        "action": prepared.request.action,
        "mode": prepared.mode,
        "profile": prepared.profile.name,
        "app_version": app.version,
        **record,
        **facts,
        "is_redacted": False,
        "now": None if context.now is None else context.now.isoformat(),
        "seed": context.seed,
        "env": dict(context.platform.env),
        "hosts": dict(context.hosts),
        "sent_to": prepared.request.sent_to_origin,
    }


def _redacted_line(
    prepared: Prepared, line: Mapping[str, Any], record: Mapping[str, Any], redactor: Redactor
) -> dict[str, Any]:
    # Masks first: a pointer may lead into a body that is JSON in a string, which redaction may change.
    covered = redactor.value(cover(prepared.profile.mask, record))
    redacted = without_cookies(covered, prepared.request.labels)
    if "response" in record:
        # Never masked, even by the pointer /response: the history is searched by status.
        redacted["response"] = {**redacted["response"], "statusCode": record["response"]["statusCode"]}
    others = {key: redactor.value(line[key]) for key in _REDACTED if key in line}
    # Redacted inputs cannot be run again as they were.
    is_redacted = redacted.get("inputs") != record.get("inputs")
    return {**line, **redacted, **others, "is_redacted": is_redacted}
