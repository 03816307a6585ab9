"""KNB2: the app settings an action uses, and those the app declares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kustomer_nb.diagnostics import Edit, Severity
from kustomer_nb.jsontext import pointer as pointers

from .model import Finding, action_rule, document_rule
from .proof import a_request, an_action, an_app, file
from .subject import Action, Subject, app_id
from .words import cut, near_miss, said

# What reads settings in ways a definition does not show: code in widgets, webhooks that Kustomer fills.
_OTHER_READERS = ("widgets", "kviews", "klasses", "outboundWebhooks", "settingsPageConfig", "workflows")
_DECLARED = {"default": {"token": {"type": "secret", "defaultValue": ""}}}
_USING = a_request(headers={"authorization": "Bearer {{{token}}}"})


def _using(key: Any) -> dict[str, Any]:
    return an_action(appSettings={"token": key}, inputTemplate=_USING)


@action_rule(
    "KNB214",
    "setting-key-form",
    Severity.ERROR,
    why="docs: an app setting has a key, the lookup string, formatted as `<app>.<category>.<value>`.",
    bad=file(_using({"key": "token"})),
    good=file(_using({"key": "shop.default.token"})),
)
def _setting_key_form(action: Action) -> Iterator[Finding]:
    for name, setting in action.app_settings.items():
        if not isinstance(setting, dict):
            continue
        key, whose = setting.get("key"), action.subject.app_name or "<app>"
        fix = f'write "key": "{whose}.default.{cut(name)}".'
        if key in (None, ""):
            yield Finding(action.at("appSettings", name, "key"), f"{said(name)} has no key.", fix)
        elif isinstance(key, str) and not _is_lookup(key):
            message = f"the key {said(key)} is not <app>.<category>.<name>, so the lookup finds nothing."
            yield Finding(action.at("appSettings", name, "key"), message, fix)


def _lookup(action: Action, pointer: str, key: str | None) -> tuple[Edit, ...]:
    """Return the edits that make a lookup key one that is declared."""
    declared = key is not None and key.partition(".")[2] in action.subject.settings
    return action.subject.layout.set(pointer, key) if declared else ()


@action_rule(
    "KNB215",
    "setting-not-found",
    Severity.ERROR,
    why="docs: the key is a lookup string, and settings stand under `<category>.<name>` of their app. "
    "observed: apps renamed after their keys were written, so that every lookup finds nothing.",
    bad=file(an_app(settings=_DECLARED, actions=[_using({"key": "market.default.token"})])),
    good=file(an_app(settings=_DECLARED, actions=[_using({"key": "shop.default.token"})])),
)
def _setting_not_found(action: Action) -> Iterator[Finding]:
    subject = action.subject
    for name, setting in action.app_settings.items():
        key = setting.get("key") if isinstance(setting, dict) else None
        if subject.app_name is None or not isinstance(key, str) or not _is_lookup(key):
            continue
        whose, _, rest = key.partition(".")
        pointer = action.at("appSettings", name, "key")
        if app_id(whose) != subject.app_name:
            message = (
                f"the key {said(key)} is of the app {said(whose)}, and this app is {said(subject.app_name)}."
            )
            better = f"{subject.app_name}.{rest}"
            edits = _lookup(action, pointer, better)
            yield Finding(pointer, message, f"did you mean `{cut(better)}`?", edits=edits)
        elif subject.settings and rest not in subject.settings:
            near = near_miss(rest, subject.settings)
            fix = (
                f"did you mean `{subject.app_name}.{near}`?" if near else f"declare {cut(rest)} in settings."
            )
            edits = _lookup(action, pointer, f"{subject.app_name}.{near}" if near else None)
            message = f"the key {said(key)} names no setting that the app declares."
            yield Finding(pointer, message, fix, edits=edits)


@document_rule(
    "KNB218",
    "setting-not-used",
    Severity.HINT,
    why="docs: a declared setting is given a value per organisation; one that no action or command reads is "
    "asked for in vain. Not looked for in apps with parts whose code may read it.",
    bad=file(an_app(settings=_DECLARED, actions=[an_action()])),
    good=file(an_app(settings=_DECLARED, actions=[_using({"key": "shop.default.token"})])),
)
def _setting_not_used(subject: Subject) -> Iterator[Finding]:
    if subject.app is None or any(subject.app.get(key) for key in _OTHER_READERS):
        return
    if not subject.has_list_of_actions or not subject.settings:
        return
    used = {text.partition(".")[2] for text in _strings(subject.app)}
    for category, named in subject.app["settings"].items():
        for name in named if isinstance(named, dict) else ():
            if f"{category}.{name}" not in used:
                pointer = pointers.join("/settings", category, name)
                message = f"no action or command uses the setting {said(name)}."
                yield Finding(pointer, message, "use it, or take it out.", span=subject.key_span(pointer))


def _is_lookup(key: str) -> bool:
    parts = key.split(".")
    return len(parts) >= 3 and all(parts) and not any(char.isspace() for char in key)


def _strings(app: dict[str, Any]) -> Iterator[str]:
    waiting: list[Any] = [value for key, value in app.items() if key not in ("settings", "i18n")]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
