"""The difference between two texts."""

from __future__ import annotations

import difflib
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostics
from kustomer_nb.display import Displayable
from kustomer_nb.errors import EditError
from kustomer_nb.printable import one_line, visible

# Not str.splitlines, which also splits at U+2028, an ordinary character in a JSON string.
_LINE_END = re.compile("\r\n|\n|\r")
F = TypeVar("F", bound=Callable[..., Any])
# Held while an app, or what a page shows of it, changes. JupyterLab has the messages of a page handled on
# another thread than cells and timers ("comms over subshells"). One lock for all apps: no deadlock.
CHANGE_LOCK = threading.RLock()


def one_at_a_time(function: F) -> F:
    """Decorate a function so that no other thread changes an app while it runs."""

    @wraps(function)
    def locked(*arguments: Any, **options: Any) -> Any:
        with CHANGE_LOCK:
            return function(*arguments, **options)

    return locked  # type: ignore[return-value] # it has the signature of the function


class _Line(str):
    """A line with masked tokens; it equals a line whose text in the file is the same."""

    source: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Line) and self.source == other.source

    def __hash__(self) -> int:
        return hash(self.source)


@dataclass(frozen=True, repr=False)
class Changes(Displayable):
    """A text before and after a change, and the diagnostics that were fixed; shows the difference.

    ``masked`` contains both texts with their tokens masked, which have the same lines. ``diagnostics`` are
    what the change leaves to do, such as the templates that still read a removed input.

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
    fixed: Diagnostics = Diagnostics()  # noqa: RUF009 - an immutable value
    masked: tuple[str, str] | None = field(default=None, compare=False)
    take_back: Callable[[], Changes] | None = field(default=None, compare=False)
    diagnostics: Diagnostics = field(default=Diagnostics(), compare=False)

    def undo(self) -> Changes:
        """Take this change back, exactly, and return what that changed; see `App.undo`.

        Raises:
            EditError: an `App` did not make it; it was taken back already; or others were made since.
            SaveError: it was saved, and the file changed since.

        Example:
            >>> from kustomer_nb import loads
            >>> app = loads('{"app": "shop"}')
            >>> app.edit("/app", "market").undo()
            <Changes: 1 line of the definition>
            >>> app.text
            '{"app": "shop"}'
        """
        if self.take_back is None:
            message = "nothing was changed by this." if not self else "no app holds this change."
            raise EditError.from_code(Code.UNDO_IMPOSSIBLE, message, "undo what app.edit() returned.")
        return self.take_back()

    @property
    def diff(self) -> str:
        """The unified diff of the masked texts, empty if nothing changed."""
        return visible("\n".join(self._lines))

    @property
    def _lines(self) -> list[str]:
        texts = (self.before, self.after)
        before, after = map(_lines_of, texts, self.masked or texts)
        name = one_line(self.name)
        return list(difflib.unified_diff(before, after, name, f"{name} (changed)", lineterm=""))

    def __bool__(self) -> bool:
        return self.before != self.after

    def __repr__(self) -> str:
        # The first two lines name the file.
        removed, added = (sum(line.startswith(mark) for line in self._lines[2:]) for mark in "-+")
        count = max(removed, added)
        summary = f"{count} line{'' if count == 1 else 's'} of {self.name}" if self else "none"
        left = f", left to do: {self.diagnostics.summary}" if self.diagnostics else ""
        return one_line(f"<Changes: {summary}{left}>")


def _lines_of(source: str, masked: str) -> list[str]:
    lines: list[str] = []
    # Compared by their source: two different tokens of the same length have the same mask.
    for source_line, masked_line in zip(_LINE_END.split(source), _LINE_END.split(masked), strict=True):
        line = _Line(masked_line)
        line.source = source_line
        lines.append(line)
    # A line end at the end of the text does not begin another line.
    return lines if lines[-1] else lines[:-1]
