"""What an edit or a fix did to an author's text."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from kustomer_nb.diagnostics import Diagnostics
from kustomer_nb.show import Shown


@dataclass(frozen=True, repr=False)
class Changes(Shown):
    """A text before and after, and the findings that were mended between the two; shows the difference.

    Example:
        >>> changes = Changes('{"a": 1}', '{"a": 2}', "shop.json")
        >>> changes
        <Changes: 1 line of shop.json>
        >>> print(changes.diff)
        --- shop.json
        +++ shop.json (changed)
        @@ -1 +1 @@
        -{"a": 1}
        +{"a": 2}
    """

    before: str
    after: str
    name: str
    mended: Diagnostics = Diagnostics()  # noqa: RUF009 - an immutable value

    @property
    def diff(self) -> str:
        """The unified difference of the two, empty where nothing changed."""
        return "\n".join(self._lines)

    @property
    def _lines(self) -> list[str]:
        before, after = self.before.splitlines(), self.after.splitlines()
        return list(difflib.unified_diff(before, after, self.name, f"{self.name} (changed)", lineterm=""))

    def __bool__(self) -> bool:
        return self.before != self.after

    def __repr__(self) -> str:
        # The first two lines name the file.
        removed, added = (sum(line.startswith(mark) for line in self._lines[2:]) for mark in "-+")
        count = max(removed, added)
        said = f"{count} line{'' if count == 1 else 's'} of {self.name}" if self else "none"
        return f"<Changes: {said}>"
