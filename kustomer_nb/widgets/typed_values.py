"""What a person types for the next requests beside inputs: settings, tokens, variables of ``_env``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from kustomer_nb.codes import Code
from kustomer_nb.config import project_root
from kustomer_nb.errors import SettingError, TemplateError
from kustomer_nb.importing import ImportedSecrets
from kustomer_nb.near_names import is_short_for
from kustomer_nb.platform import SAMPLE_ENV
from kustomer_nb.secrets import Secret
from kustomer_nb.secrets.tracebacks import scrub_tracebacks
from kustomer_nb.template import references

if TYPE_CHECKING:
    from .messages import SecretPlace
    from .session import Session
    from .session_options import SessionOptions


class TypedValues:
    """The values that were typed in a session; they stay in memory, unless `keep` moves one.

    Example:
        >>> from kustomer_nb import load
        >>> from .session import Session
        >>> session = Session(load({"appSettings": {"token": {"key": "shop.default.token"}}}).action())
        >>> session.typed.type_in("shop.default.token", "s3cret")
        >>> session.typed.is_entered("shop.default.token"), session.typed.settings
        (True, {'shop.default.token': <Secret: typed in, 6 characters>})
    """

    def __init__(self, session: Session, options: SessionOptions) -> None:
        self._session = session
        self._options = options
        self._settings: dict[str, Secret] = {}
        self.accounts: dict[str, Secret] = {}
        self.env = dict(options.env)

    @property
    def settings(self) -> dict[str, Secret]:
        """The typed values of the settings that the selected action has.

        It may be another action than the one they were typed for, or its file has other settings now.
        """
        keys = self._session.definition.setting_keys.values()
        return {name: secret for name, secret in self._settings.items() if _names_one(name, keys)}

    def type_in(self, key: str, value: str) -> None:
        """Store the typed value of a setting; an empty one clears it.

        Raises:
            SettingError: no action has such a setting.
        """
        known = self._known_keys()
        if not _names_one(key, known):
            # Not quoted: it may be a token that was passed as the name.
            fix = f"known settings: {', '.join(dict.fromkeys(known)) or 'none'}."
            raise SettingError.from_code(Code.SETTING_INVALID, "the app has no setting of this name.", fix)
        with self._session.changing("settings", "preview"):
            _store(self._settings, key, value)

    @scrub_tracebacks
    def keep(self, key: str, place: SecretPlace) -> None:
        """Move the typed value of a setting to ``.env`` of the project or to the keyring, which are read too.

        Raises:
            SaveError: it cannot be stored there, or another value is; the typed one stays in memory.
        """
        full_key = next(known for known in self._known_keys() if is_short_for(key, known))
        secrets = ImportedSecrets({full_key: self._settings[key]})
        if place == "keyring":
            secrets.store()
            where = "the keyring"
        else:
            where = secrets.save(project_root(self._session.app.path) / ".env").name
        with self._session.changing("settings", "preview"):
            del self._settings[key]
            self._session.say(f"The value of {full_key} is in {where}.")

    def is_entered(self, key: str) -> bool:
        """Return whether the value of a setting was typed here."""
        return key in self._settings

    def of_app(self) -> dict[tuple[str, str], Secret]:
        """Return what was typed for the app, by kind and name: values of settings, and tokens of accounts."""
        accounts = {("account", name): secret for name, secret in self.accounts.items()}
        keys = self._known_keys() if self._settings else []
        typed = self._settings.items()
        return accounts | {("setting", name): secret for name, secret in typed if _names_one(name, keys)}

    def enter_again(self, entered: Mapping[tuple[str, str], Secret]) -> None:
        """Take what was typed in this kernel before; what is typed or passed here wins."""
        with self._session.changing("settings", "preview"):
            for (kind, name), secret in entered.items():
                if not any(_names_one(other, [name]) for other in self._options.passed_names(kind)):
                    (self._settings if kind == "setting" else self.accounts).setdefault(name, secret)

    def _known_keys(self) -> list[str]:
        actions = self._session.app.actions
        return [key for action in actions for key in action.definition.setting_keys.values()]

    def type_account(self, name: str, value: str) -> None:
        """Store the typed token of an app account; an empty one clears it."""
        with self._session.changing("settings", "preview"):
            _store(self.accounts, name, value)

    def is_account_entered(self, name: str) -> bool:
        """Return whether the token of an app account was typed here."""
        return name in self.accounts

    def type_env(self, name: str, value: str) -> None:
        """Store a value of ``_env``; an empty one restores the sample value."""
        with self._session.changing("settings", "preview"):
            if value:
                self.env[name] = value
            else:
                self.env.pop(name, None)

    def read_env(self) -> dict[str, str | None]:
        """Return the variables of ``_env`` that inputTemplate reads, by name; None for a sample value."""
        values: dict[str, str | None] = {}
        with suppress(TemplateError):
            template = self._session.definition.input_template
            env = {**SAMPLE_ENV, **self._session.context.given_env}
            for reference in references(template.model_dump(by_alias=True) if template else {}):
                if reference.segments[:1] == ("_env",):
                    names = reference.segments[1:2] or tuple(SAMPLE_ENV)
                    values |= {name: env.get(name) for name in names}
        return {name: None if SAMPLE_ENV.get(name) == value else value for name, value in values.items()}


def _names_one(name: str, keys: Iterable[str]) -> bool:
    """Return whether a name is a key of a setting, or the end of one."""
    return any(is_short_for(name, key) for key in keys)


def _store(secrets: dict[str, Secret], key: str, value: str) -> None:
    if value:
        secrets[key] = Secret(value, source="typed in")
    else:
        secrets.pop(key, None)
