"""The app settings of an action: where each value comes from, and a place to type one."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import traitlets

from kustomer_nb.action import Action
from kustomer_nb.errors import KustomerNbError
from kustomer_nb.printable import one_line
from kustomer_nb.secrets import variable
from kustomer_nb.secrets.tracebacks import scrub_tracebacks

from .base import BaseWidget, asset
from .session import Session


class _TypedSecrets(logging.Filter):
    """Keeps a typed value out of the logs of messages between page and kernel, which quote each whole."""

    def filter(self, record: logging.LogRecord) -> bool:
        return "'kind': 'secret'" not in record.getMessage()


for _name in ("Comm", "IPKernelApp"):
    logging.getLogger(_name).addFilter(_TypedSecrets())


class SettingsForm(BaseWidget):
    """Shows the source and length of each setting's value, never the value; a typed one stays in memory.

    What the request reads of ``_env`` stands below them; that is no secret. What is typed travels as a
    message and is no trait, so neither the page nor a saved notebook keeps it.

    Example:
        >>> from kustomer_nb import load
        >>> form = SettingsForm(load({"appSettings": {"token": {"key": "shop.default.token"}}}).action())
        >>> form
        <SettingsForm: shop.default.token has no value>
        >>> form.type_in("shop.default.token", "s3cret")
        >>> form
        <SettingsForm: all set>
    """

    _esm = asset("common.js", "settings_form.js")
    _css = asset("base.css", "action_form.css", "settings_form.css")

    rows = traitlets.List(traitlets.Dict()).tag(sync=True)

    @scrub_tracebacks
    def __init__(self, action: Action | Session, **arguments: Any) -> None:
        self._session = action if isinstance(action, Session) else Session(action, arguments)
        self._watchers: list[Callable[[], None]] = []
        super().__init__()
        self.refresh()

    def intend(self, content: dict[str, Any]) -> None:
        """Take a typed value: ``{"kind": "secret" or "env", "key", "value"}``."""
        key, value = str(content.get("key")), str(content.get("value"))
        if content.get("kind") == "secret":
            self.type_in(key, value)
        elif content.get("kind") == "env":
            self.type_env(key, value)

    @scrub_tracebacks
    def type_in(self, key: str, value: str) -> None:
        """Keep a value for this session; an empty one gives way to the other sources again.

        Raises:
            TypeError: it is no text.
        """
        _require_text(key, value)
        self._session.type_in(key, value)
        self._changed()

    @scrub_tracebacks
    def type_env(self, name: str, value: str) -> None:
        """Keep a value of ``_env`` for this session; an empty one gives way to the sample again.

        Raises:
            TypeError: it is no text.
        """
        _require_text(name, value)
        self._session.type_env(name, value)
        self._changed()

    def _changed(self) -> None:
        self.refresh()
        for watcher in self._watchers:
            watcher()

    def watch(self, watcher: Callable[[], None]) -> None:
        """Call ``watcher`` whenever a value was typed."""
        self._watchers.append(watcher)

    def refresh(self) -> None:
        """Look at every source again."""
        try:
            request = self._session.prepare({}).request
        except KustomerNbError as error:
            self.notice = str(error)
            return
        found = []
        for name, key in self._session.definition.setting_keys.items():
            secret = request.secrets.get(f"${key}")
            named = request.variables.get(key) or variable(key)
            said = ", ".join(secret.facts) if secret else f"no value; type one, or set {named}"
            found.append({"name": name, "key": key, "facts": said, "set": secret is not None, "env": False})
        for name, value in self._session.env.items():
            said = "a sample value, which is never sent; type the real one" if value is None else value
            found.append(
                {"name": name, "key": f"_env.{name}", "facts": said, "set": value is not None, "env": True}
            )
        self.rows = found

    def as_text(self) -> str:
        """Return which settings have no value."""
        unset = [row["key"] for row in self.rows if not row["set"]]
        said = f"{', '.join(unset)} {'has' if len(unset) == 1 else 'have'} no value" if unset else "all set"
        return one_line(f"<SettingsForm: {said}>")


def _require_text(*given: object) -> None:
    for one in given:
        if not isinstance(one, str):
            # Not quoted: it may be a token.
            msg = f"what is typed is text, not a value of type {type(one).__name__}"
            raise TypeError(msg)
