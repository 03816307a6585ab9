"""What changed in one action, or in a command or trigger, which have inputs and an output as well."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kustomer_nb.difference import Difference, diff
from kustomer_nb.difference.equality import equal
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED

from .collector import Collector, name_in_text
from .inputs import InputComparison
from .output_promises import compare_promises
from .outputs import OutputComparison
from .requests import RequestView, compare_requests
from .result import ChangeKind

_MOST_NAMES = 5
_COMPARED = frozenset(
    {
        *("name", "type", "appSettings", "appAccountName", "inputTemplate", "outputTemplate"),
        *("inputSchema", "outputSchema", "sampleOutputContext"),
    }
)


@dataclass(frozen=True)
class Contract:
    """What the workflows of an app rely on of one action: what it took, and what it emitted."""

    name: str
    lost_inputs: frozenset[str]
    outputs: OutputComparison


def compare_actions(
    collector: Collector, old: Mapping[str, Any], new: Mapping[str, Any], pointer: str
) -> Contract:
    """Add the changes from one action to another, which is at ``pointer`` of the new definition."""
    before = len(collector.changes)
    views = RequestView(old), RequestView(new)
    inputs = InputComparison(collector, (views[0].reads, views[1].reads))
    inputs.compare(old.get("inputSchema"), new.get("inputSchema"), pointers.join(pointer, "inputSchema"))
    outputs = compare_outputs(collector, old, new, pointer)
    compare_requests(collector, *views, pointer, renamed=inputs.renamed)
    _compare_kinds(collector, old, new, pointer)
    is_explained = len(collector.changes) > before
    # What is compared above is reported there, unless the change has no effect at all.
    unseen = {"name", *(_COMPARED if is_explained else ())}
    _add_text(
        collector,
        pointer,
        *({key: item for key, item in side.items() if key not in unseen} for side in (old, new)),
    )
    return Contract(collector.action, frozenset(inputs.lost), outputs)


def compare_outputs(
    collector: Collector, old: Mapping[str, Any], new: Mapping[str, Any], pointer: str
) -> OutputComparison:
    """Add the changes of an output and of its sample."""
    start = len(collector.changes)
    outputs = OutputComparison(collector, old, new, pointer)
    if not all(equal(old.get(key), new.get(key)) for key in ("outputTemplate", "outputSchema")):
        outputs.compare()
    schemas = old.get("outputSchema"), new.get("outputSchema")
    location = pointers.join(pointer, "outputSchema")
    compare_promises(collector, *schemas, location)
    if len(collector.changes) == start and not equal(*schemas):
        message = "outputSchema changed, without an effect on the output."
        collector.add(ChangeKind.SCHEMA_TEXT_CHANGED, location, message)
    changed = [change.pointer for change in collector.changes[start:] if change.kind.startswith("output-")]
    explained = [*(_output_path(location, pointer) for location in changed), *map(list, outputs.moved)]
    _compare_samples(collector, old, new, pointer, explained)
    return outputs


def _output_path(location: str, pointer: str) -> list[str]:
    return pointers.split(location.removeprefix(pointers.join(pointer, "outputTemplate")))


def _compare_samples(
    collector: Collector,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    pointer: str,
    explained: list[list[str]],
) -> None:
    """Add what changed in the sample, except at paths of the output that are changes themselves."""
    before, after = (side.get("sampleOutputContext") for side in (old, new))
    location = pointers.join(pointer, "sampleOutputContext")
    if before is None and after is None:
        return
    if before is None:
        collector.add(ChangeKind.TEXT_CHANGED, location, "the sample is new.")
    elif after is None:
        collector.add(ChangeKind.SAMPLE_CHANGED, location, "the sample is removed.", "add it again.")
    else:
        differences = [item for item in diff(before, after) if not _is_explained(item.pointer, explained)]
        _add_sample_change(collector, differences, location)


def _is_explained(pointer: str, explained: list[list[str]]) -> bool:
    keys = pointers.split(pointer)
    return any(keys[: len(path)] == path for path in explained)


def _add_sample_change(collector: Collector, differences: list[Difference], location: str) -> None:
    """Add the first difference of a sample, and how many others it has."""
    if not differences:
        return
    first = differences[0]
    path = name_in_text(".".join(pointers.split(first.pointer))) if first.pointer else "the whole sample"
    more = f" and {len(differences) - 1} more" if len(differences) > 1 else ""
    message = f"the sample changed: {path} ({first.change.value}){more}."
    fix = "check the workflows that were built with it."
    place = pointers.join(location) + (first.pointer if first.actual is not UNDEFINED else "")
    collector.add(ChangeKind.SAMPLE_CHANGED, place, message, fix)


def _compare_kinds(
    collector: Collector, old: Mapping[str, Any], new: Mapping[str, Any], pointer: str
) -> None:
    if not equal(old.get("type"), new.get("type")):
        message = "the type of the action changed."
        fix = "keep the type; add the other one as a new action."
        collector.add(ChangeKind.ACTION_TYPE_CHANGED, pointers.join(pointer, "type"), message, fix)
    account, new_account = old.get("appAccountName"), new.get("appAccountName")
    if equal(account, new_account):
        return
    location = pointers.join(pointer, "appAccountName")
    if new_account is None:
        message = "the action does not use an OAuth account any more."
        collector.add(ChangeKind.AUTHORIZATION_CHANGED, location, message, "check how it signs in now.")
    else:
        message = f"the action needs the OAuth account {name_in_text(new_account)}."
        fix = "release a major version: an organization has to authorize it."
        collector.add(ChangeKind.ACCOUNT_CHANGED, location, message, fix)


def _add_text(collector: Collector, pointer: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    changed = [
        key
        for key in dict.fromkeys([*old, *new])
        if not equal(old.get(key, UNDEFINED), new.get(key, UNDEFINED))
    ]
    if changed:
        names = ", ".join(name_in_text(key) for key in changed[:_MOST_NAMES])
        location = pointers.join(pointer, changed[0])
        collector.add(ChangeKind.TEXT_CHANGED, location, f"{names} changed, without an effect on runs.")
