"""Two values compared, as a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import traitlets

from kustomer_nb import reporting
from kustomer_nb.difference import DiffKind
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.printable import one_line

from .base import BaseWidget
from .linking import link, style
from .shown_paths import shown_path

if TYPE_CHECKING:
    from kustomer_nb.difference import Diff, Difference

MOST_ROWS = 1000
LONGEST_VALUE = 2000
WORDS = {DiffKind.ADDED: "Added", DiffKind.CHANGED: "Changed", DiffKind.REMOVED: "Missing"}


class DiffView(BaseWidget):
    """Shows a diff as a table: each path that differs, with its expected and its actual value.

    ``expected`` and ``actual`` are the titles of the columns. ``diff`` may be set to another one.

    Example:
        >>> from kustomer_nb import diff
        >>> view = DiffView(diff({"a": 1, "b": 2}, {"a": 1.5, "c": 3}))
        >>> view
        <DiffView: 1 added, 1 removed, 1 changed>
        >>> [(row["path"], row["words"], row["actual"]) for row in view.rows]
        [('a', 'Changed', '1.5'), ('b', 'Missing', None), ('c', 'Added', '3')]
    """

    _esm = link("diff_view.js")
    _css = style("diff_view.css")

    titles = traitlets.List(traitlets.Unicode()).tag(sync=True)
    rows = traitlets.List(traitlets.Dict()).tag(sync=True)
    counts = traitlets.Dict().tag(sync=True)

    def __init__(self, diff: Diff, *, expected: str = "Expected", actual: str = "Actual") -> None:
        super().__init__(titles=[expected, actual])
        self.diff = diff

    @property
    def diff(self) -> Diff:
        """The diff that is shown."""
        return self._diff

    @diff.setter
    def diff(self, diff: Diff) -> None:
        self._diff = diff
        with self.hold_sync():
            self.counts = {kind.value: len(diff.with_kind(kind)) for kind in DiffKind}
            self.rows = [_row(difference) for difference in diff[:MOST_ROWS]]

    def as_text(self) -> str:
        """Return how many differences of each kind there are."""
        return one_line(f"<DiffView: {self._diff.summary}>")

    def as_html(self) -> str:
        """Return the diff as static HTML."""
        return reporting.html(self._diff)

    def as_facts(self) -> Mapping[str, Any]:
        """Return the facts of the diff."""
        return reporting.facts(self._diff)


def _row(difference: Difference) -> dict[str, Any]:
    return {
        "path": shown_path(difference.pointer),
        "kind": difference.change.value,
        "words": WORDS[difference.change],
        "expected": _text(difference.expected),
        "actual": _text(difference.actual),
        "expectedType": _type(difference.expected),
        "actualType": _type(difference.actual),
    }


def _text(value: Any) -> str | None:
    """Return the JSON of a value, the start of it if it is long; None if there is none."""
    if value is UNDEFINED:
        return None
    text = stringify(value) or ""
    if len(text) <= LONGEST_VALUE:
        return text
    return f"{text[:LONGEST_VALUE]}… {len(text) - LONGEST_VALUE:,} more characters"


def _type(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    return "object" if isinstance(value, (Mapping, list, tuple)) else "number"
