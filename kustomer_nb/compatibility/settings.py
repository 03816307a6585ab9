"""What changed in the settings of an app, which each organization has given values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kustomer_nb.difference.equality import equal
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.near_names import near_miss

from .collector import Collector, name_in_text
from .requests import RequestView
from .result import ChangeKind

if TYPE_CHECKING:
    from kustomer_nb.linting.context import LintContext


@dataclass(frozen=True)
class SettingView:
    """A setting by its key without the app: declared, or only read by an action."""

    key: str
    value: Mapping[str, Any]
    pointer: str
    is_declared: bool = True

    @property
    def kind(self) -> Any:
        """The declared type."""
        return self.value.get("type")

    @property
    def default(self) -> Any:
        """The default; None if it has none, as ``""`` says."""
        default = self.value.get("defaultValue")
        return None if default == "" else default

    @property
    def is_required(self) -> bool:
        """Whether an organization has to set it."""
        return self.value.get("required") is True

    @property
    def name(self) -> str:
        """The key without the category."""
        return self.key.rpartition(".")[2]

    def parts_but(self, *keys: str) -> dict[str, Any]:
        """Return its members without those keys."""
        return {key: item for key, item in self.value.items() if key not in keys}


def setting_views(subject: LintContext) -> dict[str, SettingView]:
    """Return the settings of an app, by ``<category>.<name>``."""
    views = {
        key: SettingView(
            key,
            setting if isinstance(setting, dict) else {},
            pointers.join("/settings", *key.split(".", 1)),
        )
        for key, setting in subject.settings.items()
    }
    for action in subject.actions:
        for name, full_key in RequestView(action.value).setting_keys.items():
            key = full_key.partition(".")[2]
            if key and key not in views:
                views[key] = SettingView(key, {}, action.at("appSettings", name, "key"), is_declared=False)
    return views


def compare_settings(collector: Collector, old: LintContext, new: LintContext) -> None:
    """Add the changes of the settings of an app."""
    before, after = setting_views(old), setting_views(new)
    renamed = _renamed(before, after, old, new)
    for key, setting in before.items():
        if key in after:
            _compare(collector, setting, after[key])
        elif key in renamed:
            _add_rename(collector, setting, after[renamed[key]])
        else:
            _add_removal(collector, setting)
    for key, setting in after.items():
        if key not in before and key not in renamed.values():
            _add(collector, setting)


def _add_rename(collector: Collector, old: SettingView, new: SettingView) -> None:
    message = f"the setting {name_in_text(old.key)} is now {name_in_text(new.key)}: its values are lost."
    fix = "keep the old key, or release a major version."
    collector.add(ChangeKind.SETTING_RENAMED, new.pointer, message, fix)
    if not equal(old.kind, new.kind):
        _compare_types(collector, old, new)


def _add_removal(collector: Collector, setting: SettingView) -> None:
    name = name_in_text(setting.key)
    if not setting.is_declared:
        message = f"no action reads the setting {name} any more."
        collector.add(ChangeKind.SETTING_CHANGED, "/actions", message)
        return
    message = f"the setting {name} is removed, and with it the values of organizations."
    fix = "keep it, or release a major version."
    collector.add(ChangeKind.SETTING_REMOVED, setting.pointer, message, fix)


def _add(collector: Collector, setting: SettingView) -> None:
    noun = f"the setting {name_in_text(setting.key)}"
    if setting.default is not None:
        collector.add(ChangeKind.SETTING_ADDED, setting.pointer, f"{noun} is new and has a default.")
        return
    reason = "has no default" if setting.is_declared else "is not declared, so it has no default"
    message = f"{noun} is new and {reason}: installed apps have no value for it."
    fix = "give it a defaultValue, or release a major version."
    collector.add(ChangeKind.SETTING_WITHOUT_DEFAULT, setting.pointer, message, fix)


def _compare(collector: Collector, old: SettingView, new: SettingView) -> None:
    noun = f"the setting {name_in_text(new.key)}"
    if old.is_declared != new.is_declared:
        _add_declaration(collector, new)
        return
    before = len(collector.changes)
    if not equal(old.kind, new.kind):
        _compare_types(collector, old, new)
    if not equal(old.default, new.default):
        _compare_defaults(collector, old, new)
    if new.is_required and not old.is_required:
        message = f"{noun} is required now."
        fix = "check that organizations have set it."
        collector.add(ChangeKind.SETTING_REQUIRED, pointers.join(new.pointer, "required"), message, fix)
    if len(collector.changes) == before and not equal(dict(old.value), dict(new.value)):
        collector.add(ChangeKind.SETTING_CHANGED, new.pointer, f"{noun} is described in another way.")


def _add_declaration(collector: Collector, new: SettingView) -> None:
    """Add that a setting is declared now, or not any more."""
    noun = f"the setting {name_in_text(new.key)}"
    if new.is_declared:
        collector.add(ChangeKind.SETTING_CHANGED, new.pointer, f"{noun} is declared now.")
        return
    message = f"{noun} is not declared any more."
    collector.add(ChangeKind.SETTING_REMOVED, new.pointer, message, "declare it under settings.")


def _compare_defaults(collector: Collector, old: SettingView, new: SettingView) -> None:
    noun = f"the setting {name_in_text(new.key)}"
    location = pointers.join(new.pointer, "defaultValue")
    if new.default is None:
        message = f"{noun} has no default any more: where it is not set, it has no value."
        fix = "give it a defaultValue, or release a major version."
        collector.add(ChangeKind.SETTING_WITHOUT_DEFAULT, new.pointer, message, fix)
    elif old.default is None:
        message = f"{noun} has a default, which counts where it is not set."
        collector.add(ChangeKind.SETTING_CHANGED, location, message)
    else:
        message = f"{noun} has another default, which counts where it is not set."
        fix = "check where the old one is relied on."
        collector.add(ChangeKind.SETTING_DEFAULT_CHANGED, location, message, fix)


def _compare_types(collector: Collector, old: SettingView, new: SettingView) -> None:
    before, after = (name_in_text(kind) if kind else "none" for kind in (old.kind, new.kind))
    message = f"the type of the setting {name_in_text(new.key)} was {before} and is now {after}."
    fix = "add a setting of the other type, or release a major version."
    collector.add(ChangeKind.SETTING_TYPE_CHANGED, pointers.join(new.pointer, "type"), message, fix)


def _renamed(
    before: Mapping[str, SettingView], after: Mapping[str, SettingView], old: LintContext, new: LintContext
) -> dict[str, str]:
    """Return the new key of each setting that was renamed: a variable reads it, or they are alike."""
    removed, added = before.keys() - after.keys(), after.keys() - before.keys()
    renamed: dict[str, str] = {}
    new_keys = _keys_by_variable(new)
    for variable, key in _keys_by_variable(old).items():
        new_key = new_keys.get(variable)
        if key in removed and new_key in added:
            _pair(renamed, key, new_key)
    for key, setting in before.items():
        free = added - set(renamed.values())
        candidates = [candidate for other, candidate in after.items() if other in free]
        if key in removed and (near := _most_alike(setting, candidates)):
            _pair(renamed, key, near)
    return renamed


def _pair(renamed: dict[str, str], key: str, new_key: str) -> None:
    """Take ``new_key`` for the new name of ``key``, unless either of them has its counterpart."""
    if key not in renamed and new_key not in renamed.values():
        renamed[key] = new_key


def _most_alike(setting: SettingView, candidates: list[SettingView]) -> str | None:
    """Return the key of the setting of the same type whose name is the same, or nearly."""
    alike = {candidate.name: candidate.key for candidate in candidates if equal(candidate.kind, setting.kind)}
    return alike.get(setting.name) or alike.get(near_miss(setting.name, alike) or "")


def _keys_by_variable(subject: LintContext) -> dict[tuple[Any, str], str]:
    return {
        (
            action.value.get("name", UNDEFINED) if _is_text(action.value.get("name")) else None,
            name,
        ): key.partition(".")[2]
        for action in subject.actions
        for name, key in RequestView(action.value).setting_keys.items()
    }


def _is_text(value: Any) -> bool:
    return isinstance(value, str)
