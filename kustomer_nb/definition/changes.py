"""What an edit or a fix did to an author's text."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field

from kustomer_nb.diagnostics import Diagnostics
from kustomer_nb.show import Shown, one_line, visible

# Not str.splitlines, which also splits at U+2028, an ordinary character in a JSON string.
_LINE_END = re.compile("\r\n|\n|\r")


class _Line(str):
    """A line as it is shown; it equals a line whose text in the file is the same."""

    written: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Line) and self.written == other.written

    def __hash__(self) -> int:
        return hash(self.written)


@dataclass(frozen=True, repr=False)
class Changes(Shown):
    """A text before and after, and the findings that were mended between the two; shows the difference.

    ``before`` and ``after`` are the texts; ``shown`` has each with its tokens masked, line by line the same.

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
    shown: tuple[str, str] | None = field(default=None, compare=False)

    @property
    def diff(self) -> str:
        """The unified difference of the two as it may be shown, empty where nothing changed."""
        return visible("\n".join(self._lines))

    @property
    def _lines(self) -> list[str]:
        texts = (self.before, self.after)
        before, after = map(_lines_of, texts, self.shown or texts)
        name = one_line(self.name)
        return list(difflib.unified_diff(before, after, name, f"{name} (changed)", lineterm=""))

    def __bool__(self) -> bool:
        return self.before != self.after

    def __repr__(self) -> str:
        # The first two lines name the file.
        removed, added = (sum(line.startswith(mark) for line in self._lines[2:]) for mark in "-+")
        count = max(removed, added)
        said = f"{count} line{'' if count == 1 else 's'} of {self.name}" if self else "none"
        return one_line(f"<Changes: {said}>")


def _lines_of(written: str, shown: str) -> list[str]:
    lines: list[str] = []
    for written_line, shown_line in zip(_LINE_END.split(written), _LINE_END.split(shown), strict=True):
        line = _Line(shown_line)
        line.written = written_line
        lines.append(line)
    # A line end at the end of the text starts no further line.
    return lines if lines[-1] else lines[:-1]
