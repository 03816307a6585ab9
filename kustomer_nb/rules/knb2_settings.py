"""KNB2: the settings that an app declares, and the settings and account that its actions use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Edit, Severity
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.linting.context import LintContext, LintedAction, app_id
from kustomer_nb.linting.examples import a_request, an_action, an_app, closed_schema, file
from kustomer_nb.linting.messages import cut, did_you_mean, quote
from kustomer_nb.linting.rule import Finding, action_rule, document_rule
from kustomer_nb.near_names import near_miss
from kustomer_nb.platform import ACCOUNT, SETTING_TYPES
from kustomer_nb.schema.conversions import TYPE_NAMES, kind_of

# Parts of an app that may read settings without naming them in the definition: code in widgets, webhooks.
_OTHER_READERS = ("widgets", "kviews", "klasses", "outboundWebhooks", "settingsPageConfig", "workflows")
_DECLARED = {"default": {"token": {"type": "secret", "defaultValue": ""}}}
_USING = a_request(headers={"authorization": "Bearer {{{token}}}"})


def _using(key: Any) -> dict[str, Any]:
    return an_action(appSettings={"token": key}, inputTemplate=_USING)


@document_rule(
    Code.SETTING_KEY_FORM,
    Severity.ERROR,
    why="docs: the key of an app setting is a lookup string of the form `<app>.<category>.<value>`.",
    bad=file(_using({"key": "token"})),
    good=file(_using({"key": "shop.default.token"})),
)
def _setting_key_form(subject: LintContext) -> Iterator[Finding]:
    for part in (*subject.actions, *subject.commands):
        yield from _misformed_keys(part)


def _misformed_keys(action: LintedAction) -> Iterator[Finding]:
    for name, setting in action.app_settings.items():
        if not isinstance(setting, dict):
            continue
        key, owner = setting.get("key"), action.subject.app_name or "<app>"
        fix = f'write "key": "{owner}.default.{cut(name)}".'
        if key in (None, ""):
            yield Finding(action.at("appSettings", name, "key"), f"{quote(name)} has no key.", fix)
        elif isinstance(key, str) and not _is_lookup(key):
            message = (
                f"the key {quote(key)} does not have the form <app>.<category>.<name>, so the lookup finds "
                "nothing."
            )
            yield Finding(action.at("appSettings", name, "key"), message, fix)


def _replace_key(action: LintedAction, pointer: str, key: str | None) -> tuple[Edit, ...]:
    """Return the edits that replace a lookup key; no edits when the new key is not declared."""
    is_declared = key is not None and key.partition(".")[2] in action.subject.settings
    return action.subject.layout.set(pointer, key) if is_declared else ()


@document_rule(
    Code.SETTING_NOT_FOUND,
    Severity.ERROR,
    why="docs: the key is a lookup string, and the settings of an app are found by `<category>.<name>`. "
    "observed: apps were renamed after their keys were written, so that every lookup finds nothing. This is "
    "a hint when the app has no settings at all.",
    bad=file(an_app(settings=_DECLARED, actions=[_using({"key": "market.default.token"})])),
    good=file(an_app(settings=_DECLARED, actions=[_using({"key": "shop.default.token"})])),
)
def _setting_not_found(subject: LintContext) -> Iterator[Finding]:
    for part in (*subject.actions, *subject.commands):
        yield from _missing_settings(part)


def _missing_settings(action: LintedAction) -> Iterator[Finding]:
    subject = action.subject
    for name, key in () if subject.app_name is None else _lookups(action):
        owner, _, setting_name = key.partition(".")
        pointer = action.at("appSettings", name, "key")
        if app_id(owner) != subject.app_name:
            message = (
                f"the key {quote(key)} belongs to the app {quote(owner)}, but this app is "
                f"{quote(subject.app_name)}."
            )
            better = f"{subject.app_name}.{setting_name}"
            edits = _replace_key(action, pointer, better)
            yield Finding(pointer, message, f"did you mean `{cut(better)}`?", edits=edits)
        elif setting_name not in subject.settings and _lists_settings(subject):
            yield _undeclared(action, pointer, key, setting_name)


def _lists_settings(subject: LintContext) -> bool:
    """Return whether the file has every setting of the app: it declares some, or it is a whole app."""
    app = subject.app or {}
    if "settings" not in app:
        # The keys that a registration requires; a file without them may hold only a part of the app.
        return all(app.get(key) for key in ("version", "title"))
    # KNB202 reports settings of another shape, in which nothing can be looked up.
    declared = app["settings"]
    return isinstance(declared, dict) and all(isinstance(named, dict) for named in declared.values())


def _lookups(action: LintedAction) -> Iterator[tuple[str, str]]:
    """Yield the name and the key of each app setting whose key has the form of a lookup."""
    for name, setting in action.app_settings.items():
        key = setting.get("key") if isinstance(setting, dict) else None
        # KNB214 reports the other forms.
        if isinstance(key, str) and _is_lookup(key):
            yield name, key


def _undeclared(action: LintedAction, pointer: str, key: str, setting_name: str) -> Finding:
    subject = action.subject
    near = near_miss(setting_name, subject.settings)
    better = f"{subject.app_name}.{near}" if near else None
    fix = f"did you mean `{better}`?" if better else f"declare {cut(setting_name)} in settings."
    message = f"the app does not declare a setting for the key {quote(key)}."
    # An app without the key `settings`, as the example of the documentation, may get it elsewhere.
    severity = None if "settings" in (subject.app or {}) else Severity.HINT
    return Finding(pointer, message, fix, severity, edits=_replace_key(action, pointer, better))


@document_rule(
    Code.SETTING_NOT_USED,
    Severity.HINT,
    why="docs: each organization enters a value for each declared setting, also for one that no action or "
    "command reads. Not reported for apps with other parts, such as widgets, whose code may read it.",
    bad=file(an_app(settings=_DECLARED, actions=[an_action()])),
    good=file(an_app(settings=_DECLARED, actions=[_using({"key": "shop.default.token"})])),
)
def _setting_not_used(subject: LintContext) -> Iterator[Finding]:
    if subject.app is None or not subject.settings or not _shows_all_readers(subject, subject.app):
        return
    used = {text.partition(".")[2] for text in _strings(subject.app)}
    for category, name in _declared_names(subject.app["settings"]):
        if f"{category}.{name}" not in used:
            pointer = pointers.join("/settings", category, name)
            message = f"no action or command uses the setting {quote(name)}."
            yield Finding(pointer, message, "use it, or remove it.", span=subject.key_span(pointer))


def _declared_names(settings: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the category and the name of each declared setting."""
    for category, named in settings.items():
        yield from ((category, name) for name in (named if isinstance(named, dict) else ()))


def _is_lookup(key: str) -> bool:
    # More than three parts: the name of a setting may contain dots.
    parts = key.split(".")
    return len(parts) >= 3 and all(parts) and not any(char.isspace() for char in key)


def _strings(app: dict[str, Any]) -> Iterator[str]:
    """Yield every string of an app, except in the declarations of settings and their labels."""
    waiting: list[Any] = [value for key, value in app.items() if key not in ("settings", "i18n")]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


_LISTED = f"use one of {', '.join(SETTING_TYPES)}."
# The names of these types in other tools and schema languages.
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
    Code.SETTING_TYPE,
    Severity.ERROR,
    why=f"docs: the type of a setting is required and is one of {', '.join(SETTING_TYPES)}.",
    bad=_declaring(type="integer", defaultValue=20),
    good=_declaring(type="number", defaultValue=20),
)
def _setting_type(subject: LintContext) -> Iterator[Finding]:
    for pointer, setting in declared_settings(subject):
        kind, type_pointer = setting.get("type"), pointers.join(pointer, "type")
        if kind is None:
            span = subject.key_span(type_pointer) or subject.key_span(pointer)
            yield Finding(type_pointer, "the setting has no type.", _LISTED, span=span)
        elif isinstance(kind, str) and kind not in SETTING_TYPES:
            other = _OTHER_NAMES.get(kind.lower())
            fix = f"did you mean `{other}`?" if other else did_you_mean(kind, SETTING_TYPES, _LISTED)
            yield Finding(type_pointer, f"{quote(kind)} is not a type of a setting.", fix)


@document_rule(
    Code.SETTING_DEFAULT_MISSING,
    Severity.WARNING,
    why='docs: the defaultValue of a setting is required; "" or null means that there is no default.',
    bad=_declaring(type="number"),
    good=_declaring(type="number", defaultValue=None),
)
def _setting_default_missing(subject: LintContext) -> Iterator[Finding]:
    for pointer, setting in declared_settings(subject):
        if "defaultValue" not in setting:
            empty = '""' if setting.get("type") in ("string", "secret") else "null"
            message = "the setting has no defaultValue, which is required."
            yield Finding(
                pointers.join(pointer, "defaultValue"),
                message,
                f'add "defaultValue": {empty}.',
                span=subject.key_span(pointer),
            )


def _with_both(variable: str) -> str:
    action = an_action(
        inputTemplate=a_request(qs={"region": "/#region"}),
        inputSchema=closed_schema(region="string"),
        appSettings={variable: {"key": "shop.default.region"}},
    )
    return file(action)


@action_rule(
    Code.NAME_IN_BOTH,
    Severity.WARNING,
    why="docs: the input template reads inputs and the variables of appSettings by name. Which of the two it "
    "gets when both have the same name is not documented.",
    bad=_with_both("region"),
    good=_with_both("homeRegion"),
)
def _name_in_both(action: LintedAction) -> Iterator[Finding]:
    for name in action.app_settings:
        if name in action.inputs:
            pointer = action.at("appSettings", name)
            message = (
                f"{quote(name)} is also an input, and it is not known which of the two the template gets."
            )
            span = action.subject.key_span(pointer)
            yield Finding(pointer, message, "rename one of them.", span=span)


@action_rule(
    Code.ACCOUNT_NOT_DEFAULT,
    Severity.WARNING,
    why="docs: the token of an OAuth client is kept in an app account; the only account today is "
    f"`{ACCOUNT}`.",
    bad=file(an_action(appAccountName="shop")),
    good=file(an_action(appAccountName="default")),
)
def _account_not_default(action: LintedAction) -> Iterator[Finding]:
    name = action.value.get("appAccountName")
    if isinstance(name, str) and name not in ("", ACCOUNT):
        message = f"the app account is {quote(name)}, but the only account today is `{ACCOUNT}`."
        yield Finding(action.at("appAccountName"), message, f'write "{ACCOUNT}".')


@document_rule(
    Code.SETTING_DEFAULT_TYPE,
    Severity.WARNING,
    why="docs: a setting has a type, and defaultValue is its value until an organization sets one.",
    bad=_declaring(type="number", defaultValue="20"),
    good=_declaring(type="number", defaultValue=20),
)
def _setting_default_type(subject: LintContext) -> Iterator[Finding]:
    for pointer, setting in declared_settings(subject):
        kind, default = setting.get("type"), setting.get("defaultValue")
        # KNB604 reports the value of a secret.
        if kind not in SETTING_TYPES or default in (None, "") or holds_secret(setting):
            continue
        expected, actual = "string" if kind == "secret" else kind, kind_of(default)
        if actual != expected:
            # The value is not quoted: it may be a secret.
            message = f"the defaultValue is {TYPE_NAMES[actual]}, but the type of the setting is {cut(kind)}."
            fix = f"write {TYPE_NAMES[expected]}, or change the type."
            yield Finding(pointers.join(pointer, "defaultValue"), message, fix)


def holds_secret(setting: dict[str, Any]) -> bool:
    """Return whether a setting of type secret has its value in the definition.

    Example:
        >>> holds_secret({"type": "secret", "defaultValue": "abc"}), holds_secret({"type": "secret"})
        (True, False)
    """
    default = setting.get("defaultValue")
    is_value = isinstance(default, (str, int, float)) and not isinstance(default, bool) and default != ""
    return setting.get("type") == "secret" and is_value


def declared_settings(subject: LintContext) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each declared setting with its pointer."""
    declared = (subject.app or {}).get("settings")
    for category, named in declared.items() if isinstance(declared, dict) else ():
        for name, setting in named.items() if isinstance(named, dict) else ():
            if isinstance(setting, dict):
                yield pointers.join("/settings", category, name), setting


def _shows_all_readers(subject: LintContext, app: Mapping[str, Any]) -> bool:
    """Return whether nothing outside the definition can read a setting."""
    return subject.has_list_of_actions and not any(app.get(key) for key in _OTHER_READERS)
