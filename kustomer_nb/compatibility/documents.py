"""The comparison of two documents: which action became which, and all changes in order."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.difference.equality import equal
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.linting import Concealment
from kustomer_nb.linting.context import ORGANIZATION, LintContext

from .actions import Contract, compare_actions
from .app_parts import compare_app_keys, compare_components
from .collector import Collector, name_in_text
from .renames import paired
from .result import Bump, ChangeKind, Comparison, DefinitionChange
from .settings import compare_settings
from .versions import is_enough, next_version, read_version
from .workflows import compare_workflows

if TYPE_CHECKING:
    from kustomer_nb.definition import Document

_Actions = dict[str, tuple[str, Mapping[str, Any]]]


def compare_documents(old: Document, new: Document) -> Comparison:
    """Return the changes from one document to another, each located in the new one.

    Example:
        >>> from kustomer_nb.definition import read_document
        >>> old, new = (read_document(f'[{{"name": "{name}"}}]') for name in ("find", "search"))
        >>> [change.kind.value for change in compare_documents(old, old)]
        []
    """
    subjects = LintContext(old), LintContext(new)
    collector = Collector()
    _compare_all(collector, *subjects)
    versions = [_version(subject) for subject in subjects]
    bump = Bump.largest([change.bump for change in collector.changes])
    version = _version_to_write(collector, versions[0], versions[1], bump)
    changes = _located(collector.changes, old, new)
    return Comparison(changes, versions[0], versions[1], version)


def _compare_all(collector: Collector, old: LintContext, new: LintContext) -> None:
    canonical = _canonical(old, new)
    before, after = (_actions(subject, canonical) for subject in (old, new))
    renamed = _renamed_actions(before, after)
    contracts = _compare_actions(collector.of, before, after, renamed, _list_of_actions(new))
    lost = {name: renamed.get(name, "") for name in before if name not in after}
    if old.app is not None and new.app is not None:
        compare_settings(collector, old, new)
        compare_app_keys(collector, old.app, new.app)
        events = compare_components(collector, old.app, new.app)
        compare_workflows(collector, new, contracts, lost, events, canonical)
    _compare_rest(collector, old, new)


def _compare_actions(
    collector_of: Callable[[str], Collector],
    before: _Actions,
    after: _Actions,
    renamed: Mapping[str, str],
    list_pointer: str,
) -> dict[str, Contract]:
    """Add the changes of all actions; return the contracts by their old and new names."""
    contracts: dict[str, Contract] = {}
    for name, (_, value) in before.items():
        new_name = renamed.get(name, name)
        if new_name not in after:
            message = f"the action {name_in_text(name)} is removed: steps that call it fail."
            fix = "keep it, or release a major version."
            collector_of(name).add(ChangeKind.ACTION_REMOVED, list_pointer, message, fix)
            continue
        pointer, new_value = after[new_name]
        own = collector_of(new_name)
        if new_name != name:
            _add_rename(own, name, new_name, pointer)
        elif not equal(value.get("name"), new_value.get("name")):
            message = "the name is written with or without the organization's id."
            own.add(ChangeKind.TEXT_CHANGED, pointers.join(pointer, "name"), message)
        contracts[name] = contracts[new_name] = compare_actions(own, value, new_value, pointer)
    explained = {*before, *renamed.values()}
    for name, (pointer, _) in after.items():
        if name not in explained:
            message = f"the action {name_in_text(name)} is new."
            collector_of(name).add(ChangeKind.ACTION_ADDED, pointer, message)
    return contracts


def _canonical(old: LintContext, new: LintContext) -> Callable[[str], str]:
    """Return the function that gives the registered name of an action, without the organization's id."""
    apps = [name for subject in (old, new) if (name := subject.app_name)]

    def canonical(name: str) -> str:
        for app in apps:
            match = re.match(rf"(kustomer\.app\.)?{re.escape(app)}(?:{ORGANIZATION})?\.", name, re.IGNORECASE)
            if match is not None:
                return f"kustomer.app.{app}.{name[match.end() :]}"
        return name

    return canonical


def _actions(subject: LintContext, canonical: Callable[[str], str]) -> _Actions:
    """Return the pointer and the value of each action by its name, or by its number without one."""
    actions: _Actions = {}
    for index, action in enumerate(subject.actions):
        name = action.value.get("name")
        name = canonical(name) if isinstance(name, str) and name else f"#{index}"
        actions[name if name not in actions else f"{name}#{index}"] = (action.pointer, action.value)
    return actions


def _renamed_actions(before: _Actions, after: _Actions) -> dict[str, str]:
    removed = [(name, value) for name, (_, value) in before.items() if name not in after]
    added = [(name, value) for name, (_, value) in after.items() if name not in before]
    return paired(removed, added, without=("name", "description", "sampleOutputContext"))


def _add_rename(collector: Collector, name: str, new_name: str, pointer: str) -> None:
    message = f"the action {name_in_text(name)} is now {name_in_text(new_name)}: steps call the old name."
    fix = "keep the old action beside it, or release a major version."
    collector.add(ChangeKind.ACTION_RENAMED, pointers.join(pointer, "name"), message, fix)


def _list_of_actions(subject: LintContext) -> str:
    return "/actions" if subject.app is not None and "actions" in subject.app else ""


def _compare_rest(collector: Collector, old: LintContext, new: LintContext) -> None:
    """Add what is not compared: code, and documents of another kind."""
    for side, subject in (("new", new), ("old", old)):
        if (pointer := _first_code(subject)) is not None:
            message = f"the {side} definition has code, whose value is not known: it is not compared."
            fix = "set evaluate = true in kustomer-nb.toml, or compare the evaluated definitions."
            collector.add(ChangeKind.CODE_NOT_COMPARED, pointer, message, fix)
    # Only actions are compared of an app and a file of actions: that one does not show the rest.
    if collector.changes or equal(_in_order(old.document.value), _in_order(new.document.value)):
        return
    if old.is_workflow or new.is_workflow:
        message = "a workflow is not compared in detail."
        collector.add(ChangeKind.APP_CHANGED, "", message, "compare apps, or files of actions.")
    elif (old.app is None) == (new.app is None):
        message = "the definition is written in another way, without an effect on runs."
        collector.add(ChangeKind.TEXT_CHANGED, "", message)


def _first_code(subject: LintContext) -> str | None:
    """Return the pointer of the first value of a definition that is code."""
    diagnostics = subject.document.reading.diagnostics
    return next((item.pointer for item in diagnostics if item.code == Code.NOT_LITERAL), None)


def _in_order(value: Any) -> Any:
    """Return a definition without its version and with its actions in one order, which says nothing."""
    if isinstance(value, dict):
        return {**value, "version": "", "actions": _in_order(value.get("actions", ""))}
    return sorted(value, key=lambda item: stringify(item) or "") if isinstance(value, list) else value


def _version(subject: LintContext) -> str:
    version = (subject.app or {}).get("version")
    return version if isinstance(version, str) else ""


def _version_to_write(collector: Collector, old_text: str, new_text: str, bump: Bump) -> str:
    """Return the version that the changes need, and add whether the one in the new definition is too low."""
    old, new = read_version(old_text), read_version(new_text)
    if old is None or bump is Bump.NONE:
        return ""
    needed = next_version(old, bump)
    if new is None or new_text == old_text:
        return str(needed)
    if is_enough(old, new, bump):
        return new_text
    message = f"the version {new_text} is not enough: the changes are {bump} ones after {old_text}."
    collector.add(ChangeKind.VERSION_TOO_LOW, "/version", message, f"write {needed}.")
    return str(needed)


def _located(changes: list[DefinitionChange], old: Document, new: Document) -> tuple[DefinitionChange, ...]:
    """Return the changes with their location in the new definition, without tokens, the worst first."""
    concealment = Concealment(old.reading, new.reading)
    located = [
        replace(
            change,
            span=new.span(change.pointer),
            pointer=concealment.message(change.pointer),
            action=concealment.message(change.action),
            message=concealment.message(change.message),
            fix=concealment.message(change.fix),
        )
        for change in dict.fromkeys(changes)
    ]
    return tuple(sorted(located, key=_order))


def _order(change: DefinitionChange) -> tuple[int, int]:
    return change.severity.rank, change.span.start if change.span else 0
