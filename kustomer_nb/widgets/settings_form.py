"""The app settings of an action: the source of each value, and a field to enter one."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Unpack

import traitlets

from kustomer_nb import reporting
from kustomer_nb.errors import KustomerNbError
from kustomer_nb.options import WorkbenchOptions, takes
from kustomer_nb.printable import one_line
from kustomer_nb.secrets import variable
from kustomer_nb.secrets.tracebacks import scrub_tracebacks

from .base import BaseWidget, asset
from .session import Session, as_session

if TYPE_CHECKING:
    from kustomer_nb.action import Action


class _TypedSecrets(logging.Filter):
    """Keeps typed values out of the logs of messages between page and kernel, which quote whole messages."""

    def filter(self, record: logging.LogRecord) -> bool:
        return "'kind': 'secret'" not in record.getMessage()


for _name in ("Comm", "IPKernelApp"):
    logging.getLogger(_name).addFilter(_TypedSecrets())


class SettingsForm(BaseWidget):
    """Shows the source and length of each setting's value, never the value; a typed value stays in memory.

    Below them are the variables of ``_env`` that the request reads, which are not secret. A typed value is
    sent as a message and is not a trait, so that neither the page nor a saved notebook stores it.

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
    @takes(WorkbenchOptions)
    def __init__(self, action: Action | Session, **options: Unpack[WorkbenchOptions]) -> None:
        self._session = as_session(action, options)
        self._watchers: list[Callable[[], None]] = []
        super().__init__()
        self.refresh()

    def intend(self, content: dict[str, Any]) -> None:
        """Receive a typed value: ``{"kind": "secret" or "env", "key", "value"}``."""
        key, value = str(content.get("key")), str(content.get("value"))
        if content.get("kind") == "secret":
            self.type_in(key, value)
        elif content.get("kind") == "env":
            self.type_env(key, value)

    @scrub_tracebacks
    def type_in(self, key: str, value: str) -> None:
        """Store a value for this session; an empty one restores the other sources.

        Raises:
            TypeError: the value is not a string.
        """
        _require_string(key, value)
        self._session.type_in(key, value)
        self._changed()

    @scrub_tracebacks
    def type_env(self, name: str, value: str) -> None:
        """Store a value of ``_env`` for this session; an empty one restores the sample value.

        Raises:
            TypeError: the value is not a string.
        """
        _require_string(name, value)
        self._session.type_env(name, value)
        self._changed()

    def _changed(self) -> None:
        self.refresh()
        for watcher in self._watchers:
            watcher()

    def watch(self, watcher: Callable[[], None]) -> None:
        """Call ``watcher`` after each typed value."""
        self._watchers.append(watcher)

    def refresh(self) -> None:
        """Read every source again."""
        try:
            request = self._session.prepare({}).request
        except KustomerNbError as error:
            self.notice = str(error)
            return
        rows = []
        for name, key in self._session.definition.setting_keys.items():
            secret = request.secrets.get(f"${key}")
            missing = f"Missing: enter a value, or set {request.variables.get(key) or variable(key)}"
            facts = " · ".join(reporting.secret_facts(secret)) if secret else missing
            is_entered = self._session.is_entered(key)
            rows.append(_row(name, key, facts, is_set=secret is not None, is_entered=is_entered))
        for name, value in self._session.env.items():
            facts = "Sample value, never sent: enter the real one" if value is None else value
            rows.append(_row(name, f"_env.{name}", facts, is_set=value is not None, is_env=True))
        self.rows = rows

    def as_text(self) -> str:
        """Return which settings have no value."""
        unset = [row["key"] for row in self.rows if not row["set"]]
        state = f"{', '.join(unset)} {'has' if len(unset) == 1 else 'have'} no value" if unset else "all set"
        return one_line(f"<SettingsForm: {state}>")


def _require_string(*values: object) -> None:
    for value in values:
        if not isinstance(value, str):
            # Not quoted: it may be a token.
            msg = f"a typed value is a string, not a value of type {type(value).__name__}"
            raise TypeError(msg)


def _row(
    name: str, key: str, facts: str, *, is_set: bool, is_entered: bool = False, is_env: bool = False
) -> dict[str, Any]:
    return {"name": name, "key": key, "facts": facts, "set": is_set, "entered": is_entered, "env": is_env}
