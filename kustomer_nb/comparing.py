"""Compares two definitions: what the new one breaks, and the version to write."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kustomer_nb.app import App
from kustomer_nb.loading import load

if TYPE_CHECKING:
    from kustomer_nb.compatibility import Comparison


def compare(
    old: App | str | Path | Mapping[str, Any] | list[Any],
    new: App | str | Path | Mapping[str, Any] | list[Any],
) -> Comparison:
    """Return what changed between two definitions, and the version that Kustomer asks for.

    Each is an app, a path, or a parsed value. Errors break workflows or installed apps, warnings should be
    reviewed, hints are compatible. Each change is located in the new definition.

    Raises:
        LoadError: a file cannot be read, or is not a definition.

    Example:
        >>> old = {
        ...     "app": "shop",
        ...     "version": "1.4.2",
        ...     "actions": [
        ...         {
        ...             "name": "kustomer.app.shop.find",
        ...             "type": "rest_api",
        ...             "inputTemplate": {"uri": "https://api.shop.com/orders", "method": "get"},
        ...             "inputSchema": {"properties": {}},
        ...         }
        ...     ],
        ... }
        >>> schema = {"properties": {"region": {"type": "string"}}, "required": ["region"]}
        >>> comparison = compare(old, {**old, "actions": [{**old["actions"][0], "inputSchema": schema}]})
        >>> comparison.errors[0].message
        'the input `region` is new and required: a run without it is rejected.'
        >>> comparison.version
        '2.0.0'
    """
    from kustomer_nb.compatibility import compare_documents

    return compare_documents(_app(old).document, _app(new).document)


def load_revision(path: Path, revision: str) -> App:
    """Return the app that a file was in a revision of its git repository, such as ``main``.

    Raises:
        LoadError: the revision or the file cannot be read, or its text is not a definition.
    """
    from kustomer_nb.opening import open_revision, without_tokens_in_errors

    return App(without_tokens_in_errors(lambda: open_revision(path, revision)))


def _app(source: App | str | Path | Mapping[str, Any] | list[Any]) -> App:
    return source if isinstance(source, App) else load(source)
