"""Adds a run to the history of the project, without secrets and masked values."""

from __future__ import annotations

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


def add_to_history(app: AppDefinition, prepared: Prepared, run: Run) -> tuple[Diagnostic, ...]:
    """Add a run to the history, and return the problems of writing it."""
    if not _is_kept(prepared):
        return ()
    record = build_record(prepared, run)
    outcome = "sample" if run.response is None else "completed"
    return _append(app, prepared, record, outcome=outcome, elapsed=run.elapsed)


def add_failure_to_history(
    app: AppDefinition, prepared: Prepared, error: BaseException
) -> tuple[Diagnostic, ...]:
    """Add a run that has no response to the history, and return the problems of writing it.

    ``error`` is a `TransportError`, or the cancellation of the task.
    """
    if not _is_kept(prepared):
        return ()
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


def _is_kept(prepared: Prepared) -> bool:
    return prepared.profile.history and history.is_on()


def _append(
    app: AppDefinition, prepared: Prepared, record: dict[str, Any], **facts: Any
) -> tuple[Diagnostic, ...]:
    profile = prepared.profile
    labels = prepared.request.labels
    cookies = cookies_in(record, labels)
    redactor = Redactor({**prepared.secrets, **masked(profile.mask, record), **cookies})
    # Masks first: a pointer may lead into a body that is JSON in a string, which redaction may change.
    redacted = without_cookies(redactor.value(cover(profile.mask, record)), labels)
    if "response" in redacted:
        # The response repeats the request, which the line has already.
        response = {key: value for key, value in redacted["response"].items() if key != "request"}
        # Never masked, even by the pointer /response: the history is searched by status.
        redacted["response"] = {**response, "statusCode": record["response"]["statusCode"]}
    now = prepared.context.now
    line = {
        "version": history.VERSION,
        "at": datetime.now(UTC).isoformat(),
        "action": prepared.request.action,
        "mode": prepared.mode,
        "profile": profile.name,
        "app_version": app.version,
        **redacted,
        **{key: redactor.text(value) if isinstance(value, str) else value for key, value in facts.items()},
        # Redacted inputs cannot be run again as they were.
        "is_redacted": redacted["inputs"] != record["inputs"],
        "now": None if now is None else now.isoformat(),
        "seed": prepared.context.seed,
        "env": redactor.value(dict(prepared.context.platform.env)),
        "hosts": redactor.value(dict(prepared.context.hosts)),
        "sent_to": redactor.text(prepared.request.sent_to_origin),
    }
    problem = history.append(prepared.context.root, line)
    return () if problem is None else (problem,)
