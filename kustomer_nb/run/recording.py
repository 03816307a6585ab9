"""What is kept of a finished run: a line of the project's history, without secrets and what is masked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from kustomer_nb.definition import AppDefinition
from kustomer_nb.diagnostics import Diagnostic
from kustomer_nb.errors import ReplayError, TransportError
from kustomer_nb.secrets import Redactor
from kustomer_nb.secrets.cookies import cookies_in, without_cookies
from kustomer_nb.secrets.masking import cover, masked
from kustomer_nb.storage import history

from .prepare import Prepared
from .recordable import all_secrets_of, record_of
from .result import Run

# Looking for secrets in more would hold up everything else on a loop.
AT_ONCE = 2**18


def keep_run(app: AppDefinition, prepared: Prepared, run: Run) -> tuple[Diagnostic, ...]:
    """Add a run to the history, and return what kept it from being written."""
    record = record_of(prepared, run)
    outcome = "sample" if run.response is None else "answered"
    return _keep(app, prepared, record, outcome=outcome, elapsed=run.elapsed)


def keep_unanswered(app: AppDefinition, prepared: Prepared, error: BaseException) -> tuple[Diagnostic, ...]:
    """Add a run without an answer to the history, and return what kept it from being written.

    ``error`` is a `TransportError`, or the cancelling of the task.
    """
    said = str(error) if isinstance(error, TransportError) else "cancelled before an answer came"
    return _keep(app, prepared, record_of(prepared), outcome=outcome_of(prepared, error), error=said)


def outcome_of(prepared: Prepared, error: BaseException) -> str:
    """Return what is known of a request that was not answered: an unsafe one may have been carried out."""
    is_unsent = isinstance(error, TransportError) and (error.is_unsent or isinstance(error, ReplayError))
    if not prepared.request.is_safe and not is_unsent:
        return "unknown"
    return "failed" if isinstance(error, TransportError) else "cancelled"


def _keep(
    app: AppDefinition, prepared: Prepared, record: dict[str, Any], **facts: Any
) -> tuple[Diagnostic, ...]:
    root, profile = prepared.context.root, prepared.profile
    if not profile.history or not history.is_on():
        return ()
    labels = prepared.request.labels
    cookies = cookies_in(record, labels)
    hide = Redactor({**all_secrets_of(app, prepared), **masked(profile.mask, record), **cookies})
    kept = without_cookies(hide.value(cover(profile.mask, record)), labels)
    if "response" in kept:
        # It tells the request once more.
        told = {name: one for name, one in kept["response"].items() if name != "request"}
        # A status is no personal data, and what searches the history goes by it.
        kept["response"] = {**told, "statusCode": record["response"]["statusCode"]}
    now = prepared.context.now
    line = {
        "version": history.VERSION,
        "at": datetime.now(UTC).isoformat(),
        "action": prepared.request.action,
        "mode": prepared.mode,
        "profile": profile.name,
        "app_version": app.version,
        **kept,
        **{name: hide.text(value) if isinstance(value, str) else value for name, value in facts.items()},
        "is_redacted": kept["inputs"] != record["inputs"],
        "now": None if now is None else now.isoformat(),
        "seed": prepared.context.seed,
        "env": hide.value(dict(prepared.context.platform.env)),
        "hosts": hide.value(dict(prepared.context.hosts)),
        "sent_to": hide.text(prepared.request.sent_to_origin),
    }
    found = history.append(root, line)
    return () if found is None else (found,)
