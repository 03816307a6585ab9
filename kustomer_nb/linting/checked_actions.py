"""What a lint of an earlier text shows of actions that are the same objects in a later one."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .template_strings import MOST_TAGS

if TYPE_CHECKING:
    from kustomer_nb.definition import Document, ReadAction

    from .template_strings import TemplateString

# As many as texts that are typed in at the same time.
_TEXTS = 4


@dataclass(slots=True)
class KnownAction:
    """What was found out about an action: its strings, and the codes of rules that have no finding in it.

    A rule of actions reads the action and what is around all actions, and nothing of the others. Its finding
    has a place in the text, so a rule that has one is asked again.
    """

    value: Any
    clean: set[str] = field(default_factory=set)
    input_strings: tuple[TemplateString, ...] | None = None
    output_strings: tuple[TemplateString, ...] | None = None


@dataclass(frozen=True, slots=True)
class _Checked:
    surroundings: tuple[Any, ...]
    actions: dict[str, KnownAction]


class CheckedActions:
    """The actions of the latest texts, of which `Document.retyped` keeps those that were not typed in."""

    def __init__(self) -> None:
        self._latest: deque[_Checked] = deque(maxlen=_TEXTS)

    def known(self, document: Document, actions: Iterable[ReadAction]) -> dict[str, KnownAction]:
        """Return what is known of each action of a document, by its pointer; of a new one, nothing."""
        if not _is_plain(document):
            return {action.pointer: KnownAction(action.value) for action in actions}
        surroundings = _surroundings(document)
        earlier = [
            checked.actions for checked in [*self._latest] if _is_same(checked.surroundings, surroundings)
        ]
        known = {action.pointer: _known(action, earlier) for action in actions}
        self._latest.append(_Checked(surroundings, known))
        return known


def _known(action: ReadAction, earlier: Collection[dict[str, KnownAction]]) -> KnownAction:
    candidates = (actions.get(action.pointer) for actions in earlier)
    same = (known for known in candidates if known is not None and known.value is action.value)
    return next(same, None) or KnownAction(action.value)


def _is_plain(document: Document) -> bool:
    """Return whether what a rule finds in an action depends on nothing but values."""
    reading, text = document.reading, document.text
    # Code is reported as what is no JSON.
    has_code = bool(reading.diagnostics) or bool(reading.code.literals)
    # All actions share how many tags are checked, and an escape may be a brace.
    return not has_code and text.count("{{") + text.count("\\") <= MOST_TAGS


def _surroundings(document: Document) -> tuple[Any, ...]:
    """Return what rules read beside actions, as keys and values in turn."""
    value = document.value
    around = [document.path, document.kind, document.is_app, type(value)]
    members = value.items() if isinstance(value, dict) else ()
    return (*around, *(part for key, item in members if key != "actions" for part in (key, item)))


def _is_same(first: tuple[Any, ...], second: tuple[Any, ...]) -> bool:
    # Values are the same objects, or were typed: 1 is equal to true.
    return len(first) == len(second) and all(
        before is after
        or (type(before) is type(after) and isinstance(after, (str, Path)) and before == after)
        for before, after in zip(first, second, strict=True)
    )
