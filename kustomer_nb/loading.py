"""An app from a file, a text, a parsed value or a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kustomer_nb.app import App
from kustomer_nb.definition import document_from_value, read_document
from kustomer_nb.opening import open_file, require_string, without_tokens_in_errors
from kustomer_nb.user_paths import user_path

if TYPE_CHECKING:
    from kustomer_nb.diagnostics import Diagnostics


def load(source: str | Path | Mapping[str, Any] | list[Any]) -> App:
    """Return the app of a file or of a parsed value: a whole app, one action, or a list of actions.

    Raises:
        LoadError: the file cannot be read, or its text is not a definition.

    Example:
        >>> load({"app": "shop", "version": "1.0.0", "actions": []})
        <App: shop 1.0.0, no actions>
    """
    if isinstance(source, (str, Path)):
        path = user_path(source)
        return App(without_tokens_in_errors(lambda: open_file(path)))
    return App(without_tokens_in_errors(lambda: document_from_value(source)))


def loads(text: str) -> App:
    """Return the app of a string: JSON, also with comments, unquoted keys and other JavaScript syntax.

    Raises:
        LoadError: the string is not a definition.
        TypeError: it is not a string.

    Example:
        >>> app = loads("{app: 'shop', actions: [{name: 'kustomer.app.shop.find', type: 'rest_api',}]}")
        >>> app.action(), app.diagnostics
        (<Action: kustomer.app.shop.find>, <Diagnostics: 8 errors>)
    """
    require_string(text, "loads() expects a string (load() accepts a path or a parsed value)")
    return App(without_tokens_in_errors(lambda: read_document(text)))


def new_app(name: str, path: str | Path | None = None) -> App:
    """Return an app without actions that is not saved yet; ``name`` is its id.

    `App.save` writes it to ``path``, unless there is a file already.

    Raises:
        EditError: the name cannot be the id of an app.

    Example:
        >>> app = new_app("shop")
        >>> app.add_action("findOrder"), app.action("findOrder"), app.is_saved
        (<Changes: 12 lines of the definition>, <Action: kustomer.app.shop.findOrder>, False)
    """
    from kustomer_nb.authoring import new_document

    document = new_document(name)
    return App(document if path is None else replace(document, path=user_path(path)))


def lint(app: App) -> Diagnostics:
    """Return all problems of a definition that can be found statically.

    Example:
        >>> lint(loads('{"app": "shop", "version": "1.0.0", "title": "Shop", "actions": []}'))
        <Diagnostics: no problems>
    """
    return app.lint()
