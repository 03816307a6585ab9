"""What a batch keeps of a response: the output, without secrets and without what the profile masks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kustomer_nb.secrets import Redactor
from kustomer_nb.secrets.cookies import cookies_in, without_cookies
from kustomer_nb.secrets.masking import cover, masked
from kustomer_nb.storage.history import serialize_line

from .recordable import build_record

if TYPE_CHECKING:
    from .prepare import Prepared
    from .result import Run


def kept_output(prepared: Prepared, run: Run, **members: Any) -> bytes:
    """Return a line of JSON with the output of a run, as the history would keep it, at most 256 kB long.

    ``members`` come first. Of a response with status 400 or more, its body is in it too.
    """
    mask, labels = prepared.profile.mask, prepared.request.labels
    record = build_record(prepared, run)
    cookies = cookies_in(record, labels)
    redactor = Redactor({**prepared.secrets, **masked(mask, record), **cookies})
    line = serialize_line({**members, **_parts(record, run)})
    # The response was redacted when it arrived, so that most lines have nothing to hide.
    if not (mask or cookies) and redactor.is_clear(line):
        return line
    covered = without_cookies(redactor.value(cover(mask, record)), labels)
    return serialize_line({**members, **_parts(covered, run)})


def _parts(record: dict[str, Any], run: Run) -> dict[str, Any]:
    parts = {"output": record.get("output")}
    if not run.ok:
        parts["body"] = record.get("response", {}).get("body")
    return parts
