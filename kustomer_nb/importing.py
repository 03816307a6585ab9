"""Imports a request, such as a curl command, as an action of an app."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from kustomer_nb.app import App
from kustomer_nb.codes import Code
from kustomer_nb.convert.action_name import action_name
from kustomer_nb.convert.curl import read_curl
from kustomer_nb.convert.definition import to_action
from kustomer_nb.convert.imported_settings import declaration
from kustomer_nb.convert.names import app_name, is_app_name, title_of, unique
from kustomer_nb.convert.words import MARKER
from kustomer_nb.definition import edited
from kustomer_nb.diagnostics import Diagnostics
from kustomer_nb.display import Displayable
from kustomer_nb.errors import ConversionError, KustomerNbError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.loading import load
from kustomer_nb.near_names import suggests_options
from kustomer_nb.opening import require_string
from kustomer_nb.printable import one_line, quoted
from kustomer_nb.secrets import UNCOPIED, Secret, Uncopied, variable
from kustomer_nb.secrets.tracebacks import scrub_tracebacks
from kustomer_nb.user_paths import user_path

if TYPE_CHECKING:
    from kustomer_nb.action import Action
    from kustomer_nb.convert.definition import Conversion
    from kustomer_nb.convert.http_call import HttpCall
    from kustomer_nb.convert.imported_settings import ImportedSetting
    from kustomer_nb.convert.proposals import Proposal
    from kustomer_nb.definition import Document

_CATEGORY = "default"


class ImportedSecrets(Mapping[str, Secret]):
    """The credentials of an imported command, by the key of their setting; their values are never shown.

    Nothing else keeps them: `save` writes them to ``.env``, and `store` to the keyring.

    Example:
        >>> ImportedSecrets({"shop.default.token": Secret("s3cr3t-token", source="the imported command")})
        <ImportedSecrets: shop.default.token>
    """

    def __init__(self, secrets: Mapping[str, Secret]) -> None:
        self._secrets = dict(secrets)

    def __getitem__(self, key: str) -> Secret:
        return self._secrets[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._secrets)

    def __len__(self) -> int:
        return len(self._secrets)

    def __repr__(self) -> str:
        return one_line(f"<ImportedSecrets: {', '.join(self._secrets) or 'none'}>")

    @property
    def variables(self) -> dict[str, str]:
        """The environment variable that each setting is read from, by its key."""
        return {key: variable(key) for key in self._secrets}

    @scrub_tracebacks
    def save(self, path: str | Path = ".env", *, replace: bool = False) -> Path:
        """Write the values to a ``.env`` file, and return its path; other lines of the file stay.

        Only the owner can read the file then. Git should ignore it.

        Raises:
            SaveError: the file cannot be read or written, or a variable has another value there; ``replace``
                replaces that.
        """
        from kustomer_nb.config.env_file import write_variables

        values = {variable(key): str(secret.reveal()) for key, secret in self._secrets.items()}
        return write_variables(user_path(path), values, replace=replace)

    @scrub_tracebacks
    def store(self, *, replace: bool = False) -> list[str]:
        """Write the values to the keyring of this computer, and return the keys of the settings.

        Raises:
            SaveError: the package keyring is not installed, the keyring refuses, or it has another value;
                ``replace`` replaces that.
        """
        from kustomer_nb.config.env_file import store_in_keyring

        values = {key: str(secret.reveal()) for key, secret in self._secrets.items()}
        store_in_keyring(values, replace=replace)
        return list(self._secrets)


@dataclass(frozen=True, repr=False)
class Imported(Displayable):
    """An imported action: ``app``, ``action``, ``proposals``, ``secrets``, and ``diagnostics``.

    ``proposals`` are the values that are inputs, or may be. ``diagnostics`` say what was left out, or is sent
    in another way. ``suspected`` has the places of values that only look like credentials, by the key of
    their setting: ``public`` of `from_curl` leaves them as they are.
    """

    app: App
    action: Action
    proposals: tuple[Proposal, ...]
    secrets: ImportedSecrets
    diagnostics: Diagnostics
    suspected: Mapping[str, str] = field(default_factory=dict)
    uncopied: Uncopied = field(default=UNCOPIED, compare=False)

    @property
    def inputs(self) -> dict[str, str]:
        """The place of each input by its name, as ``inputs`` of `from_curl` takes them."""
        return {proposal.name: proposal.where for proposal in self.proposals if proposal.is_selected}

    @property
    def examples(self) -> dict[str, Any]:
        """The value that each input has in the command, as ``action.run`` takes them."""
        return {
            proposal.name: proposal.example
            for proposal in self.proposals
            if proposal.is_selected and proposal.example is not None
        }

    def __repr__(self) -> str:
        inputs = f"inputs {', '.join(self.inputs)}" if self.inputs else "no inputs"
        count = len(self.secrets)
        secrets = f", {count} secret{'' if count == 1 else 's'}" if count else ""
        notes = f", {self.diagnostics.summary}" if self.diagnostics else ""
        return one_line(f"<Imported: {self.action.name}, {inputs}{secrets}{notes}>")


@scrub_tracebacks
@suggests_options
def from_curl(
    text: str,
    *,
    name: str | None = None,
    app: App | str | None = None,
    inputs: Mapping[str, str] | None = None,
    public: Collection[str] = (),
    shell: str | None = None,
    folder: str | Path | None = None,
) -> Imported:
    r"""Return the action that sends what a curl command sends, in a new app or in ``app``.

    Credentials become settings of type secret: their values are in ``imported.secrets`` and nowhere else.
    Values that usually vary become inputs; ``inputs`` chooses others by their place, as in
    ``{"orderId": "path[1]", "amount": "body.amount"}``. ``name`` is the action's name, also without its
    prefix ``kustomer.app.<app>.``, and ``app`` the id of a new app, or an app that the action is added to, in
    memory.
    ``public`` are places of values that look like credentials and are none, such as ``header.X-Custom``.
    ``shell`` is posix, cmd or powershell; by default the text shows it. Files such as ``-d @order.json`` are
    read only from ``folder``.

    Raises:
        ConversionError: the text is no curl command, or an action cannot send such a request.

    Example:
        >>> command = "curl -X PATCH https://api.shop.com/orders/42 --json '{\"paid\": true, \"note\": 1}'"
        >>> imported = from_curl(command)
        >>> imported
        <Imported: kustomer.app.shop.updateOrder, inputs orderId, note>
        >>> imported.action.render({"orderId": 7, "note": 2}).url
        'https://api.shop.com/orders/7'
    """
    require_string(text, "from_curl() expects the command as a string")
    _require_characters(text)
    call = read_curl(text, shell=shell, folder=None if folder is None else user_path(folder))
    return import_call(call, name=name, app=app, inputs=inputs, public=public)


def _require_characters(text: str) -> None:
    try:
        # Half a pair of UTF-16 is no character; what stands for a byte is one.
        text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        message = "the command has half of a character (a lone surrogate)."
        raise ConversionError.from_code(Code.COMMAND_SYNTAX, message, "copy the command again.") from None


def import_call(
    call: HttpCall,
    *,
    name: str | None = None,
    app: App | str | None = None,
    inputs: Mapping[str, str] | None = None,
    public: Collection[str] = (),
) -> Imported:
    """Return the action of a call, in a new app or in an existing one; see `from_curl`.

    Raises:
        ConversionError: a name cannot be used, or a place of an input is not in the call.
    """
    app_id = _app_id(call, app)
    existing = [action.name or "" for action in app.actions] if isinstance(app, App) else []
    full_name = _action_name(call, name, app_id, existing)
    declared = _DeclaredSettings(app, call.url.origin) if isinstance(app, App) else None
    may_reuse = declared.may_reuse if declared else lambda setting: True
    conversion = to_action(
        call, app=app_id, name=full_name, inputs=inputs, public=public, may_reuse=may_reuse
    )
    if isinstance(app, App):
        app.change_document(_with_action(app.document, conversion))
        target = app
    else:
        target = load(_new_app(app_id, conversion))
    secrets = _secrets_of(conversion, app_id)
    _DIGESTS.setdefault(target, {}).update({key: _digest(secret) for key, secret in secrets.items()})
    return Imported(
        target,
        target.action(full_name),
        conversion.proposals,
        ImportedSecrets(secrets),
        Diagnostics(conversion.notes),
        _suspected_settings(conversion, app_id),
    )


def _suspected_settings(conversion: Conversion, app_id: str) -> dict[str, str]:
    """Return the places of what only looks like a credential, by the key of its setting."""
    return {
        f"{app_id}.{_CATEGORY}.{setting.name}": str(setting.suspected_at)
        for setting in conversion.settings
        if setting.suspected_at is not None
    }


# What settings had as their value when they were imported, of apps that are in use: never the value itself.
_DIGESTS: WeakKeyDictionary[App, dict[str, bytes]] = WeakKeyDictionary()
_SALT = os.urandom(16)


def _digest(secret: Secret) -> bytes:
    return hashlib.blake2b(str(secret.reveal()).encode("utf-8", "surrogatepass"), key=_SALT).digest()


def copied(app: App) -> App:
    """Return a copy of an app, to try an import with."""
    copy = App(app.document)
    _DIGESTS[copy] = dict(_DIGESTS.get(app, {}))
    return copy


class _DeclaredSettings:
    """The settings that an app declares, and whether an imported one is the same.

    A credential is for its service alone: under the name of another, it would be sent to that, or replace it.
    """

    def __init__(self, app: App, origin: str) -> None:
        self._app = app
        self._origin = origin
        self._prefix = f"{app.model.app}.{_CATEGORY}"
        self._declared = (app.document.app.settings or {}).get(_CATEGORY) or {}

    def may_reuse(self, setting: ImportedSetting) -> bool:
        if setting.name not in self._declared:
            return True
        if self._declared[setting.name].type != setting.type:
            return False
        key = f"{self._prefix}.{setting.name}"
        if setting.secret is not None:
            return self._digest_of(key) == _digest(setting.secret)
        # Of a host, the value is no credential; of a placeholder, it is one that nobody knows.
        return setting.type != "secret" or self._is_sent_to_origin(key)

    def _digest_of(self, key: str) -> bytes | None:
        from kustomer_nb.config.loader import project_root
        from kustomer_nb.config.settings import resolve, sources

        value = None
        # What cannot be read is not known to be the same.
        with suppress(KustomerNbError):
            value = resolve([key], sources(project_root(self._app.path)), self._app.model)[key]
        return _DIGESTS.get(self._app, {}).get(key) if value is None else _digest(value)

    def _is_sent_to_origin(self, key: str) -> bool:
        users = [action.value for action in self._app.actions if key in _keys_of(action.value)]
        return bool(users) and all(self._is_of_origin(value) for value in users)

    def _is_of_origin(self, value: Mapping[str, Any]) -> bool:
        template = value.get("inputTemplate")
        uri = template.get("uri") if isinstance(template, Mapping) else None
        # A host that is a template may be any.
        is_fixed = not MARKER.search(self._origin)
        return is_fixed and isinstance(uri, str) and f"{uri}/".startswith(f"{self._origin}/")


def _keys_of(value: Mapping[str, Any]) -> list[object]:
    settings = value.get("appSettings")
    named = settings.values() if isinstance(settings, Mapping) else ()
    return [setting.get("key") for setting in named if isinstance(setting, Mapping)]


def _app_id(call: HttpCall, app: App | str | None) -> str:
    if app is None:
        return app_name(call)
    if not isinstance(app, App):
        return require_app_id(app)
    if app.model.app:
        return require_app_id(app.model.app)
    message = "the definition has no app id, which the keys of settings begin with."
    raise ConversionError.from_code(Code.IMPORT_TARGET, message, 'use an id such as "shop".')


def require_app_id(text: str) -> str:
    """Return the text, which can be the id of an app.

    Raises:
        ConversionError: it cannot; the fix has the id that is nearest to it.

    Example:
        >>> require_app_id("my-shop")
        'my-shop'
    """
    if is_app_name(text):
        return text
    rule = "it begins with a letter, and has only lower-case letters, digits, - and _"
    message = f"{quoted(text)} is not an app id: {rule}."
    near = re.sub("[^a-z0-9_-]+", "-", text.lower()).strip("-_")
    fix = f'use an id such as "{near if is_app_name(near) else "shop"}".'
    raise ConversionError.from_code(Code.IMPORT_TARGET, message, fix)


def _action_name(call: HttpCall, name: str | None, app_id: str, existing: list[str]) -> str:
    prefix = f"kustomer.app.{app_id}."
    if name is None:
        return prefix + unique(action_name(call), [other.removeprefix(prefix) for other in existing])
    full_name = name if name.startswith("kustomer.") else prefix + name
    if full_name in existing:
        message = f"the app has an action {quoted(full_name)} already."
        raise ConversionError.from_code(Code.IMPORT_TARGET, message, "use another name.")
    return full_name


def _new_app(app_id: str, conversion: Conversion) -> dict[str, Any]:
    definition: dict[str, Any] = {"app": app_id, "version": "0.0.1", "title": title_of(app_id)}
    if conversion.settings:
        definition["settings"] = {_CATEGORY: conversion.declarations()}
    return {**definition, "actions": [conversion.action]}


def _secrets_of(conversion: Conversion, app_id: str) -> dict[str, Secret]:
    """Return the credentials of a command, by the keys of their settings."""
    return {
        f"{app_id}.{_CATEGORY}.{setting.name}": setting.secret
        for setting in conversion.settings
        if setting.secret is not None
    }


def _with_action(document: Document, conversion: Conversion) -> Document:
    """Return a document with the action of a conversion, and its settings where they are not declared."""
    document = _with_settings(document, conversion.settings)
    if isinstance(document.value.get("actions"), list):
        return edited(document, "/actions/-", conversion.action)
    return edited(document, "/actions", [conversion.action])


def _with_settings(document: Document, imported: Iterable[ImportedSetting]) -> Document:
    """Return the document with the settings that it does not declare yet."""
    settings = document.app.settings or {}
    declared = settings.get(_CATEGORY) or {}
    missing = {setting.name: declaration(setting) for setting in imported if setting.name not in declared}
    if missing and not settings:
        return edited(document, "/settings", {_CATEGORY: missing})
    if missing and not declared:
        return edited(document, f"/settings/{_CATEGORY}", missing)
    for name, value in missing.items():
        document = edited(document, pointers.join(f"/settings/{_CATEGORY}", name), value)
    return document
