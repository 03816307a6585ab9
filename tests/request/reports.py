"""What a request reports, for comparison in tests."""

from __future__ import annotations

from kustomer_nb.request import Request


def reports(request: Request) -> list[tuple[str, str, str, str, str]]:
    """Return code, severity, pointer, message and fix of each diagnostic."""
    return [
        (diagnostic.code, diagnostic.severity.value, diagnostic.pointer, diagnostic.message, diagnostic.fix)
        for diagnostic in request.diagnostics
    ]
