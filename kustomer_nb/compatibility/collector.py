"""Where the comparison writes the changes that it finds."""

from __future__ import annotations

from dataclasses import dataclass, field

from kustomer_nb.linting.messages import cut
from kustomer_nb.printable import one_line

from .result import ChangeKind, DefinitionChange

# A definition may have any number of changes; a person reads the first ones.
MOST_CHANGES = 5_000


@dataclass
class Collector:
    """The changes found so far, all of which belong to one action or to the app."""

    action: str = ""
    changes: list[DefinitionChange] = field(default_factory=list)

    def add(self, kind: ChangeKind, pointer: str, message: str, fix: str = "") -> None:
        """Add a change."""
        if len(self.changes) < MOST_CHANGES:
            self.changes.append(DefinitionChange(kind, pointer, message, fix, self.action))

    def of(self, action: str) -> Collector:
        """Return a collector of the changes of an action, which are added to these."""
        return Collector(action, self.changes)


def name_in_text(name: object) -> str:
    """Return a name as a message writes it, on one line and not too long.

    Example:
        >>> name_in_text("order.id"), len(name_in_text("x" * 100))
        ('`order.id`', 62)
    """
    return f"`{cut(one_line(str(name)))}`"
