"""KNB2: what the app declares of its settings, and the names an action gives to them and to its account."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kustomer_nb import kustomer
from kustomer_nb.diagnostics import Severity
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.schema.scalars import TYPE_NAMES, kind_of

from .model import Finding, action_rule, document_rule
from .proof import a_request, an_action, an_app, closed_schema, file
from .subject import Action, Subject
from .words import cut, did_you_mean, said

_LISTED = f"use one of {', '.join(kustomer.SETTING_TYPES)}."
# What other tools and schemas call them.
_OTHER_NAMES = {
    **dict.fromkeys(("text", "str", "url", "email"), "string"),
    **dict.fromkeys(("integer", "int", "float"), "number"),
    "bool": "boolean",
    **dict.fromkeys(("password", "token", "credential"), "secret"),
}


def _declaring(**setting: Any) -> str:
    using = an_action(
        appSettings={"pageSize": {"key": "shop.default.pageSize"}},
        inputTemplate=a_request(qs={"size": "/#pageSize"}),
    )
    return file(an_app(settings={"default": {"pageSize": setting}}, actions=[using]))


@document_rule(
    "KNB221",
    "setting-type",
    Severity.ERROR,
    why=f"docs: a setting's type is required, and one of {', '.join(kustomer.SETTING_TYPES)}.",
    bad=_declaring(type="integer", defaultValue=20),
    good=_declaring(type="number", defaultValue=20),
)
def _setting_type(subject: Subject) -> Iterator[Finding]:
    for pointer, setting in declared_settings(subject):
        kind, place = setting.get("type"), pointers.join(pointer, "type")
        if kind is None:
            span = subject.key_span(place) or subject.key_span(pointer)
            yield Finding(place, "the setting has no type.", _LISTED, span=span)
        elif isinstance(kind, str) and kind not in kustomer.SETTING_TYPES:
            other = _OTHER_NAMES.get(kind.lower())
            fix = f"did you mean `{other}`?" if other else did_you_mean(kind, kustomer.SETTING_TYPES, _LISTED)
            yield Finding(place, f"{said(kind)} is no type of a setting.", fix)


@document_rule(
    "KNB222",
    "setting-default-missing",
    Severity.WARNING,
    why='docs: a setting\'s defaultValue is required; "" or null says that there is none.',
    bad=_declaring(type="number"),
    good=_declaring(type="number", defaultValue=None),
)
def _setting_default_missing(subject: Subject) -> Iterator[Finding]:
    for pointer, setting in declared_settings(subject):
        if "defaultValue" not in setting:
            place = pointers.join(pointer, "defaultValue")
            none = '""' if setting.get("type") in ("string", "secret") else "null"
            message = "the setting has no defaultValue, which is required."
            yield Finding(place, message, f'add "defaultValue": {none}.', span=subject.key_span(pointer))


@action_rule(
    "KNB223",
    "name-in-both",
    Severity.WARNING,
    why="docs: inputs and the variables of appSettings stand side by side for the input template; which of "
    "two of one name it gets, no page says.",
    bad=file(
        an_action(
            inputSchema=closed_schema(region="string"),
            appSettings={"region": {"key": "shop.default.region"}},
        )
    ),
    good=file(
        an_action(
            inputSchema=closed_schema(region="string"),
            appSettings={"homeRegion": {"key": "shop.default.region"}},
        )
    ),
)
def _name_in_both(action: Action) -> Iterator[Finding]:
    for name in action.app_settings:
        if name in action.inputs:
            pointer = action.at("appSettings", name)
            message = f"{said(name)} is an input too, and which of the two is taken is not known."
            span = action.subject.key_span(pointer)
            yield Finding(pointer, message, "give one of them another name.", span=span)


@action_rule(
    "KNB224",
    "account-not-default",
    Severity.WARNING,
    why=f"docs: the token of an OAuth client is kept in an app account, and today there is one, named "
    f"`{kustomer.ACCOUNT}`.",
    bad=file(an_action(appAccountName="shop")),
    good=file(an_action(appAccountName="default")),
)
def _account_not_default(action: Action) -> Iterator[Finding]:
    name = action.value.get("appAccountName")
    if isinstance(name, str) and name not in ("", kustomer.ACCOUNT):
        message = f"the app account {said(name)} is not `{kustomer.ACCOUNT}`, the one there is today."
        yield Finding(action.at("appAccountName"), message, f'write "{kustomer.ACCOUNT}".')


@document_rule(
    "KNB225",
    "setting-default-type",
    Severity.WARNING,
    why="docs: a setting has a type, and defaultValue is its value until an organisation sets one.",
    bad=_declaring(type="number", defaultValue="20"),
    good=_declaring(type="number", defaultValue=20),
)
def _setting_default_type(subject: Subject) -> Iterator[Finding]:
    for pointer, setting in declared_settings(subject):
        kind, default = setting.get("type"), setting.get("defaultValue")
        if kind not in kustomer.SETTING_TYPES or default in (None, "") or holds_secret(setting):
            continue
        wanted, found = "string" if kind == "secret" else kind, kind_of(default)
        if found != wanted:
            # The value is not quoted: it may be meant to be a secret.
            message = f"the defaultValue is {TYPE_NAMES[found]}, and the setting is of type {cut(kind)}."
            place = pointers.join(pointer, "defaultValue")
            yield Finding(place, message, f"write {TYPE_NAMES[wanted]}, or change the type.")


def holds_secret(setting: dict[str, Any]) -> bool:
    """Return whether the default of a setting is a secret, written out.

    Example:
        >>> holds_secret({"type": "secret", "defaultValue": "abc"}), holds_secret({"type": "secret"})
        (True, False)
    """
    default = setting.get("defaultValue")
    is_text = isinstance(default, (str, int, float)) and not isinstance(default, bool) and default != ""
    return setting.get("type") == "secret" and is_text


def declared_settings(subject: Subject) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the pointer of each declared setting, and what it says."""
    declared = (subject.app or {}).get("settings")
    for category, named in declared.items() if isinstance(declared, dict) else ():
        for name, setting in named.items() if isinstance(named, dict) else ():
            if isinstance(setting, dict):
                yield pointers.join("/settings", category, name), setting
