"""What stands for a value that nobody gave, in the modes that send nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kustomer_nb.cassette import Exchange
from kustomer_nb.definition import ActionDefinition, AppDefinition
from kustomer_nb.profile import Profile
from kustomer_nb.request import BEARER, AccountToken, Request
from kustomer_nb.secret import Secret
from kustomer_nb.settings import PLACEHOLDER, Sources, placeholder

from .circumstances import Circumstances

_FIRST = re.compile(r"\s*(?:/#|\{\{\{?&?\s*)([^\s.}]+)")


def with_placeholders(
    values: Mapping[str, Secret | None],
    definition: ActionDefinition,
    app: AppDefinition,
    recorded: Exchange | None,
) -> dict[str, Secret | None]:
    """Return the values of settings with those a cassette keeps, and placeholders for what has none.

    What the uri begins with is an address.
    """
    kept = {} if recorded is None else recorded.asked.settings
    base = _base(definition)
    found: dict[str, Secret | None] = {}
    for key, value in values.items():
        declared = app.setting(key)
        stand_in = placeholder(key, declared.type if declared else None)
        if key == base:
            stand_in = Secret(f"https://{stand_in.reveal()}.invalid", source=stand_in.source)
        found[key] = value or (Secret(kept[key], source="cassette") if key in kept else stand_in)
    return found


def has_placeholder(request: Request) -> bool:
    """Return whether a request hangs on a value that nobody gave."""
    secrets = (request.secrets.get(f"${key}") for key in request.reads)
    return any(one is not None and one.source == PLACEHOLDER for one in secrets)


def _base(definition: ActionDefinition) -> str:
    """Return the key of the setting that the uri begins with, empty where it begins with none."""
    uri = definition.input_template.uri if definition.input_template else None
    first = _FIRST.match(uri or "")
    return definition.setting_keys.get(first[1], "") if first else ""


def account_tokens(
    definition: ActionDefinition,
    profile: Profile,
    circumstances: Circumstances,
    where: Sources,
    *,
    is_sent: bool,
) -> dict[str, AccountToken]:
    """Return the token of each app account and the header for it: as given, else as the profile says."""
    found = {
        name: AccountToken(token, account.header)
        for name, account in profile.accounts.items()
        if (token := where.read(account.token)) is not None
    }
    for name, token in circumstances.accounts.items():
        header = profile.accounts[name].header if name in profile.accounts else BEARER
        found[name] = AccountToken(token, header)
    account = definition.app_account_name
    if account and account not in found and not is_sent:
        header = profile.accounts[account].header if account in profile.accounts else BEARER
        found[account] = AccountToken(placeholder(f"account.{account}", "secret"), header)
    return found
