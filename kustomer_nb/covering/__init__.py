"""Measures which parts of a definition its tests touch, and writes the next cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .result import ActionCoverage, Coverage
from .sites import Site, SiteKind

if TYPE_CHECKING:
    from kustomer_nb.app import App

__all__ = ["ActionCoverage", "Coverage", "Site", "SiteKind", "coverage"]


def coverage(app: App, tests: Any = None) -> Coverage:
    """Return which parts of an app's definition tests touched: by action, each part with the tests.

    ``tests`` are runs, cases, results of cases, entries of the history, paths of case files, notebooks and
    folders, or an iterable of these; None is all cases and saved notebooks in the folder of the definition
    and below it. Cases are replayed, and notebooks are read as they are saved; nothing is sent.

    Raises:
        TypeError: a test is none of these.

    Example:
        >>> import kustomer_nb as knb
        >>> template = {"uri": "https://a.b/{{#if id}}{{{id}}}{{else}}all{{/if}}", "method": "get"}
        >>> schema = {"properties": {"id": {"type": "string"}}}
        >>> app = knb.load({"inputTemplate": template, "inputSchema": schema, "sampleOutputContext": {}})
        >>> for site in coverage(app, app.action().run({"id": "7"}, mode="sample")).missing:
        ...     print(site.missing)
        the else branch of line 3 was never taken: {{#if id}}
        no case leaves out `id`
        no case gives `id` a value of another type, which is rejected
        no case with a response of 2xx
        no case with a response of 4xx
        no case with a response of 5xx
    """
    from .measuring import measure

    return measure(app, tests)
