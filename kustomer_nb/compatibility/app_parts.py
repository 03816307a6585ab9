"""What changed in an app besides its actions and settings: roles, commands, triggers and texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kustomer_nb.difference.equality import equal
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.linting.context import app_id

from .actions import compare_outputs
from .collector import Collector, name_in_text
from .inputs import InputComparison
from .renames import paired
from .result import ChangeKind

if TYPE_CHECKING:
    from .outputs import OutputComparison

# The parts of an app that have names, what a message calls them, and the key with the name.
_COMPONENTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "commands": ("command", ("name",)),
    "triggers": ("trigger", ("eventName", "name")),
    "hooks": ("hook", ("eventName", "name")),
    "outboundWebhooks": ("outbound webhook", ("name",)),
    "workflows": ("workflow", ("name",)),
    "klasses": ("custom object", ("name",)),
    "kviews": ("view", ("name", "template")),
    "widgets": ("widget", ("name",)),
    "shortcuts": ("shortcut", ("name",)),
    "dataSubscriptions": ("data subscription", ("name",)),
}
# docs, "Versioning and updates": only these can change without a new version.
_MOST_NAMES = 5
_LISTING = frozenset(
    {
        *("title", "description", "iconUrl", "appDetails", "tags", "screenshots", "changelog"),
        *("instructions", "installUrl", "postInstallMessage", "i18n", "meta"),
    }
)
_AUTHORIZATION = frozenset({"auth", "redirectUris"})
# What only people read.
_TEXTS = frozenset({"description", "displayName", "displayEventName", "title", "meta"})
_Parts = dict[str, tuple[int, dict[str, Any]]]
_ELSEWHERE = frozenset({"app", "version", "actions", "settings", *_COMPONENTS})


def compare_app_keys(collector: Collector, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    """Add the changes of the keys of an app that are no components."""
    _compare_ids(collector, old.get("app"), new.get("app"))
    for key in dict.fromkeys([*old, *new]):
        if key not in _ELSEWHERE and not equal(old.get(key, UNDEFINED), new.get(key, UNDEFINED)):
            _add_key(collector, key)


def _compare_ids(collector: Collector, old: Any, new: Any) -> None:
    if equal(old, new):
        return
    if not isinstance(old, str) or not isinstance(new, str):
        message = "the id of the app is new, removed or no string."
        collector.add(ChangeKind.APP_CHANGED, "/app", message, "write the id of the app.")
    elif app_id(old) == app_id(new):
        message = "the id of the app is written with or without that of the organization."
        collector.add(ChangeKind.TEXT_CHANGED, "/app", message)
    else:
        message = f"the app was {name_in_text(old)} and is now {name_in_text(new)}, which is another app."
        collector.add(ChangeKind.APP_RENAMED, "/app", message, "keep the id, and change the title.")


def _add_key(collector: Collector, key: str) -> None:
    pointer = pointers.join("", key)
    if key == "roles":
        message = "the roles changed: Kustomer refuses that without a new major version."
        collector.add(ChangeKind.ROLES_CHANGED, pointer, message, "release a major version.")
    elif key in _AUTHORIZATION:
        message = f"{name_in_text(key)} changed, which organizations sign in with."
        collector.add(ChangeKind.AUTHORIZATION_CHANGED, pointer, message, "release a major version.")
    elif key in _LISTING:
        collector.add(ChangeKind.LISTING_CHANGED, pointer, f"{name_in_text(key)} changed.")
    else:
        message = f"{name_in_text(key)} changed, which is not compared in detail."
        collector.add(ChangeKind.APP_CHANGED, pointer, message, "compare it by hand.")


def compare_components(
    collector: Collector, old: Mapping[str, Any], new: Mapping[str, Any]
) -> dict[str, OutputComparison]:
    """Add the changes of commands, triggers and other parts; return the outputs by the event."""
    outputs: dict[str, OutputComparison] = {}
    for key, (noun, name_keys) in _COMPONENTS.items():
        if equal(old.get(key), new.get(key)):
            continue
        before, after = (_named(side.get(key), name_keys) for side in (old, new))
        if before or after:
            outputs |= _compare_parts(collector, (key, noun, name_keys), before, after)
        else:
            message = f"{name_in_text(key)} changed, and is not a list of objects."
            collector.add(ChangeKind.APP_CHANGED, pointers.join("", key), message, "compare it by hand.")
    return outputs


def _compare_parts(
    collector: Collector, part: tuple[str, str, tuple[str, ...]], before: _Parts, after: _Parts
) -> dict[str, OutputComparison]:
    """Add the changes of the parts of one kind; return their outputs by the old name."""
    key, noun, name_keys = part
    removed = {name: item for name, (_, item) in before.items() if name not in after}
    added = {name: item for name, (_, item) in after.items() if name not in before}
    renamed = paired(removed.items(), added.items(), without=name_keys)
    _compare_names(collector, (key, noun), removed, {name: after[name][0] for name in added}, renamed)
    outputs: dict[str, OutputComparison] = {}
    for name, (_, item) in before.items():
        index, other = after.get(renamed.get(name, name), (0, None))
        if other is not None and not equal(item, other):
            unseen = name_keys if name in renamed else ()
            part_outputs = _compare(
                collector.of(name), noun, item, other, pointers.join("", key, index), unseen
            )
            if part_outputs is not None:
                outputs[name] = part_outputs
    _compare_order(collector, key, before, after)
    return outputs


def _compare_order(collector: Collector, key: str, before: _Parts, after: _Parts) -> None:
    """Add that a list changed whose items did not."""
    if before.keys() == after.keys() and not _any_changed(before, after):
        message = f"the order of {name_in_text(key)} changed, or an item that is no object."
        collector.add(ChangeKind.TEXT_CHANGED, pointers.join("", key), message)


def _any_changed(before: _Parts, after: _Parts) -> bool:
    return any(not equal(item, after[name][1]) for name, (_, item) in before.items())


def _named(value: Any, name_keys: tuple[str, ...]) -> _Parts:
    """Return the index and the value of each item, by its name or else by its number."""
    named: _Parts = {}
    for index, item in enumerate(value if isinstance(value, list) else []):
        if isinstance(item, dict):
            name = next((item[key] for key in name_keys if isinstance(item.get(key), str)), f"#{index}")
            named.setdefault(name if name not in named else f"{name}#{index}", (index, item))
    return named


def _compare_names(
    collector: Collector,
    part: tuple[str, str],
    removed: Mapping[str, Any],
    added: Mapping[str, int],
    renamed: Mapping[str, str],
) -> None:
    key, noun = part
    pointer = pointers.join("", key)
    for name in removed:
        if name in renamed:
            message = f"the {noun} {name_in_text(name)} is now {name_in_text(renamed[name])}."
            location = pointers.join(pointer, added[renamed[name]])
            fix = "keep the old name, or release a major version."
            collector.add(ChangeKind.COMPONENT_RENAMED, location, message, fix)
        else:
            message = f"the {noun} {name_in_text(name)} is removed."
            collector.add(
                ChangeKind.COMPONENT_REMOVED, pointer, message, "keep it, or release a major version."
            )
    for name, index in added.items():
        if name not in renamed.values():
            message = f"the {noun} {name_in_text(name)} is new."
            collector.add(ChangeKind.COMPONENT_ADDED, pointers.join(pointer, index), message)


def _compare(
    collector: Collector,
    noun: str,
    old: dict[str, Any],
    new: dict[str, Any],
    pointer: str,
    unseen: tuple[str, ...],
) -> OutputComparison | None:
    """Add the changes of a part, except in the keys ``unseen``; return the outputs of one that has any."""
    outputs = None
    compared = {*unseen}
    if noun in ("command", "trigger"):
        location = pointers.join(pointer, "inputSchema")
        InputComparison(collector).compare(old.get("inputSchema"), new.get("inputSchema"), location)
        # The output of a command is the response itself.
        template = {"outputTemplate": "/#body"} if noun == "command" else {}
        outputs = compare_outputs(collector, {**old, **template}, {**new, **template}, pointer)
        compared |= {"inputSchema", "outputSchema", "outputTemplate", "sampleOutputContext"}
    changed = [
        key
        for key in dict.fromkeys([*old, *new])
        if key not in compared and not equal(old.get(key, UNDEFINED), new.get(key, UNDEFINED))
    ]
    if changed:
        names = ", ".join(name_in_text(key) for key in changed[:_MOST_NAMES])
        location = pointers.join(pointer, changed[0])
        if _TEXTS.issuperset(changed):
            collector.add(ChangeKind.TEXT_CHANGED, location, f"{names} of the {noun} changed.")
        else:
            message = f"{names} of the {noun} changed, which is not compared in detail."
            collector.add(ChangeKind.COMPONENT_CHANGED, location, message, "compare it by hand.")
    return outputs
