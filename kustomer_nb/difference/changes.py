"""What a comparison found: each place that differs, and all of them together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, overload

from kustomer_nb.show import Shown


class Change(StrEnum):
    """What became of a place between the expected and the actual value."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One place that differs; ``UNDEFINED`` stands for the side that has none.

    ``pointer`` names the place in the actual value, or what was removed in the expected one.
    ``expected_pointer`` names a changed place in the expected value where that is another one, because
    items before it were added or removed; else it is None.
    """

    pointer: str
    change: Change
    expected: Any
    actual: Any
    expected_pointer: str | None = None


class Diff(Sequence[Difference], Shown):
    """The differences between two values, in the order of the expected one; empty, and false, when equal."""

    def __init__(self, differences: Sequence[Difference], *, expected: Any, actual: Any, mode: str) -> None:
        self._differences = tuple(differences)
        self.expected = expected
        self.actual = actual
        self.mode = mode

    @overload
    def __getitem__(self, index: int) -> Difference: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Difference]: ...
    def __getitem__(self, index: int | slice) -> Difference | Sequence[Difference]:
        return self._differences[index]

    def __len__(self) -> int:
        return len(self._differences)

    def of(self, change: Change) -> tuple[Difference, ...]:
        """Return the differences of one kind."""
        return tuple(one for one in self._differences if one.change is change)

    @property
    def summary(self) -> str:
        """The counts in words: ``1 added, 2 changed``, or ``no difference``.

        Example:
            >>> from kustomer_nb.difference import diff
            >>> diff({"a": 1}, {"a": 2, "b": 3}).summary
            '1 added, 1 changed'
        """
        said = [f"{len(self.of(change))} {change.value}" for change in Change if self.of(change)]
        return ", ".join(said) or "no difference"

    def to_json_patch(self) -> list[dict[str, Any]]:
        """Return the operations of RFC 6902 that make the actual value of the expected one.

        Only what was found is in it: places that were ignored, and in ``mode="type"`` values of the same
        type, stay as expected. The values are those of the actual value itself, not copies.

        Raises:
            ValueError: the diff is by shape, whose items have no place of their own in the expected value.

        Example:
            >>> from kustomer_nb.difference import diff
            >>> diff([1, {"a": 2}], [{"a": 3}, 4, 5]).to_json_patch()[:2]
            [{'op': 'replace', 'path': '/0', 'value': {'a': 3}}, {'op': 'replace', 'path': '/1', 'value': 4}]
            >>> diff({"a": [1, 2]}, {"a": [0, 1, 2]}).to_json_patch()
            [{'op': 'add', 'path': '/a/0', 'value': 0}]
        """
        if self.mode == "shape":
            msg = "a diff by shape has no patch: make one with mode='value' or mode='type'"
            raise ValueError(msg)
        # Backwards, so that no removal moves the place of another; forwards, so that each place before an
        # added or changed one is as in the actual value already.
        removals = [{"op": "remove", "path": one.pointer} for one in reversed(self.of(Change.REMOVED))]
        names = {Change.ADDED: "add", Change.CHANGED: "replace"}
        settings = [
            {"op": names[one.change], "path": one.pointer, "value": one.actual}
            for one in self._differences
            if one.change in names
        ]
        return [*removals, *settings]

    def __repr__(self) -> str:
        return f"<Diff: {self.summary}>"
