"""The app settings of an action: the source of each value, and a field to enter one."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Unpack

import traitlets

from kustomer_nb import reporting
from kustomer_nb.codes import Code
from kustomer_nb.errors import KustomerNbError
from kustomer_nb.options import WorkbenchOptions, takes
from kustomer_nb.printable import one_line
from kustomer_nb.secrets import variable
from kustomer_nb.secrets.tracebacks import scrub_tracebacks

from .base import BaseWidget, handles
from .linking import link, style
from .messages import SetAccount, SetEnv, SetSecret
from .session import Session, as_session

if TYPE_CHECKING:
    from kustomer_nb.action import Action
    from kustomer_nb.request import Request

    from .session_state import Topic

_REFRESHED: frozenset[Topic] = frozenset({"settings", "action", "app", "profile", "mode"})

# Where a typed value is, and how long.
_KEPT = "in memory until the kernel stops"


class _TypedSecrets(logging.Filter):
    """Keeps typed values out of the logs of messages between page and kernel, which quote whole messages."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        return "'kind': 'secret'" not in message and "'kind': 'account'" not in message


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

    _esm = link("settings_form.js")
    _css = style("settings_form.css")

    rows = traitlets.List(traitlets.Dict()).tag(sync=True)
    is_compact = traitlets.Bool(False).tag(sync=True)

    @scrub_tracebacks
    @takes(WorkbenchOptions)
    def __init__(
        self, action: Action | Session, *, is_compact: bool = False, **options: Unpack[WorkbenchOptions]
    ) -> None:
        self._session = as_session(action, options)
        super().__init__(is_compact=is_compact)
        self.when_closed(self._session.listen(self._follow))
        self.refresh()

    def _follow(self, topics: frozenset[Topic]) -> None:
        if topics & _REFRESHED:
            self.refresh()

    @handles(SetSecret)
    def _set_secret(self, message: SetSecret) -> None:
        self.type_in(message.key, message.value)
        if message.value and message.place != "memory":
            self._session.typed.keep(message.key, message.place)

    @handles(SetAccount)
    def _set_account(self, message: SetAccount) -> None:
        self.type_account(message.name, message.value)

    @handles(SetEnv)
    def _set_env(self, message: SetEnv) -> None:
        self.type_env(message.name, message.value)

    @scrub_tracebacks
    def type_in(self, key: str, value: str) -> None:
        """Store a value for this session; an empty one restores the other sources.

        Raises:
            SettingError: no action of the app has such a setting.
            TypeError: the value is not a string.
        """
        _require_string(key, value)
        self._session.typed.type_in(key, value)

    @scrub_tracebacks
    def type_account(self, name: str, value: str) -> None:
        """Store the token of an app account for this session; an empty one restores the other sources.

        Raises:
            TypeError: the value is not a string.
        """
        _require_string(name, value)
        self._session.typed.type_account(name, value)

    @scrub_tracebacks
    def type_env(self, name: str, value: str) -> None:
        """Store a value of ``_env`` for this session; an empty one restores the sample value.

        Raises:
            TypeError: the value is not a string.
        """
        _require_string(name, value)
        self._session.typed.type_env(name, value)

    def refresh(self) -> None:
        """Read every source again."""
        session = self._session
        try:
            request = session.prepare({}).request
        except KustomerNbError as error:
            self.notice = str(error)
            return
        keys = session.definition.setting_keys
        rows = [self._setting_row(name, key, request) for name, key in keys.items()]
        if account := session.definition.app_account_name:
            rows.append(self._account_row(account, request))
        for name, value in session.typed.read_env().items():
            facts = "Sample value, never sent: enter the real one" if value is None else value
            rows.append(_Row("env", name, f"_env.{name}", facts, value is not None, False))
        self.rows = [row._asdict() for row in rows]

    def _setting_row(self, name: str, key: str, request: Request) -> _Row:
        secret = request.secrets.get(f"${key}")
        name_outside = request.variables.get(key) or variable(key)
        missing = f"Missing: enter a value, or set the environment variable {name_outside}"
        facts = " · ".join(reporting.secret_facts(secret)) if secret else missing
        is_entered = self._session.typed.is_entered(key)
        facts = f"{facts} · {_KEPT}" if is_entered else facts
        return _Row("setting", name, key, facts, secret is not None, is_entered)

    def _account_row(self, account: str, request: Request) -> _Row:
        is_set = Code.ACCOUNT_TOKEN_UNSET not in request.diagnostics.codes
        is_entered = self._session.typed.is_account_entered(account)
        missing = "Missing: enter a token, or name its variable in a profile under accounts"
        source = f"entered here · {_KEPT}" if is_entered else "from the profile or the arguments"
        key = f"appAccountName {account}"
        return _Row("account", account, key, source if is_set else missing, is_set, is_entered)

    def as_text(self) -> str:
        """Return which settings have no value."""
        unset = [row["key"] for row in self.rows if not row["is_set"]]
        state = f"{', '.join(unset)} {'has' if len(unset) == 1 else 'have'} no value" if unset else "all set"
        return one_line(f"<SettingsForm: {state}>")

    def as_facts(self) -> Mapping[str, Any]:
        """Return the names of the settings: whether they have a value depends on the machine."""
        return {"settings": [row["key"] for row in self.rows if row["kind"] != "env"]}


class _Row(NamedTuple):
    """A row of the form; ``facts`` say where the value comes from, never what it is."""

    kind: str
    name: str
    key: str
    facts: str
    is_set: bool
    is_entered: bool


def _require_string(*values: object) -> None:
    for value in values:
        if not isinstance(value, str):
            # Not quoted: it may be a token.
            msg = f"a typed value is a string, not a value of type {type(value).__name__}"
            raise TypeError(msg)
