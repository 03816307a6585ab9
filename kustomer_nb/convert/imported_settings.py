"""The settings that a call becomes: one for each credential, and for each variable in its host."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from .credential_names import is_secret_name
from .names import camel_case, unique
from .words import MARKER

if TYPE_CHECKING:
    from kustomer_nb.secrets import Secret

    from .credential import Credential
    from .http_call import HttpCall
    from .places import Place


@dataclass(frozen=True, slots=True, repr=False)
class ImportedSetting:
    """A setting that an action reads: its name in templates, its type, and its value if the call has one.

    ``suspected_at`` is the place of what is only suspected to be a credential, None if it certainly is one.
    """

    name: str
    type: str
    description: str
    secret: Secret | None = None
    marker: str = ""
    suspected_at: Place | None = None


# Whether a setting that has this name in the app already stands for the value of the call.
MayReuse = Callable[[ImportedSetting], bool]


@dataclass(frozen=True, slots=True, repr=False)
class Reference:
    """Where a credential is written, and the setting that is written there."""

    name: str
    credential: Credential


def declaration(setting: ImportedSetting) -> dict[str, Any]:
    """Return what an app declares for a setting.

    Example:
        >>> declaration(ImportedSetting("authToken", "secret", "The bearer token."))["type"]
        'secret'
    """
    return {
        "type": setting.type,
        "defaultValue": "",
        "required": True,
        "description": setting.description,
    }


def read_settings(
    call: HttpCall, credentials: list[Credential], may_reuse: MayReuse
) -> tuple[list[ImportedSetting], list[Reference]]:
    """Return the settings of a call, and where each credential is written."""
    settings: list[ImportedSetting] = []
    references: list[Reference] = []
    for credential in credentials:
        setting = next((setting for setting in settings if _is_same(setting, credential)), None)
        if setting is None:
            setting = _named(_of_credential(credential), settings, may_reuse)
            settings.append(setting)
        elif not credential.is_suspected and setting.suspected_at is not None:
            certain = replace(setting, suspected_at=None)
            settings[settings.index(setting)] = certain
        references.append(Reference(setting.name, credential))
    for marker in dict.fromkeys(MARKER.findall(call.url.host)):
        settings.append(_named(_of_host(call.variables[marker].name, marker), settings, may_reuse))
    return settings, references


def _of_credential(credential: Credential) -> ImportedSetting:
    return ImportedSetting(
        credential.name,
        "secret",
        credential.description,
        credential.secret,
        # A variable inside a longer value does not stand for the whole of it.
        next(iter(credential.markers)) if credential.is_variable else "",
        credential.place if credential.is_suspected else None,
    )


def _of_host(written_name: str, marker: str) -> ImportedSetting:
    """Return the setting of a variable that is a part of the host."""
    kind = "secret" if is_secret_name(written_name) else "string"
    name = camel_case(written_name) or "host"
    return ImportedSetting(name, kind, "A part of the service's URL.", None, marker)


def _named(setting: ImportedSetting, others: list[ImportedSetting], may_reuse: MayReuse) -> ImportedSetting:
    """Return a setting with a name that no other one has."""
    taken_names = {other.name for other in others}
    while not may_reuse(
        named := replace(setting, name=unique(setting.name, taken_names)),
    ):
        taken_names.add(named.name)
    return named


def _is_same(setting: ImportedSetting, credential: Credential) -> bool:
    if credential.secret is not None:
        return setting.secret == credential.secret
    return credential.is_variable and credential.markers == {setting.marker}
