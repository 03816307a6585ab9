"""How ``pytest --nbval`` compares the outputs of this package: by their text, and with short failures."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from kustomer_nb.display import MIME_PREFIX
from kustomer_nb.notebook_errors import error_report

TEXT = "text/plain"
# The HTML has durations, and repeats the text; the facts are those of the text.
UNCOMPARED = frozenset({"text/html"})
# Its id is another one each time.
_WIDGET = "application/vnd.jupyter.widget-view+json"
MOST_ROWS = 10
_WIDTH = 160
_AGAIN = "If the change is meant, record the notebook again."


def compare_by_text(cell: Any) -> None:
    """Make a cell of nbval compare outputs of this package by their text alone, and others as before."""
    cell.compare_outputs = _Comparison(cell, cell.compare_outputs)
    repr_failure = cell.repr_failure

    def short_failure(excinfo: Any) -> Any:
        report = cell.compare_outputs.report
        return report or error_report(cell, excinfo.value) or repr_failure(excinfo)

    cell.repr_failure = short_failure


def facts_in(output: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the facts that an output of this package has beside its text; None for another output.

    Example:
        >>> facts_in({"data": {"application/vnd.kustomer.run+json": {"kind": "Run"}, "text/plain": ""}})
        {'kind': 'Run'}
        >>> facts_in({"data": {"application/vnd.kustomer.run+json": {"status": 200, "card": {}}}})
        {'status': 200}
        >>> facts_in({"name": "stdout", "text": "kustomer_nb 1 Run"})
    """
    data = output.get("data") or {}
    facts = next((data[name] for name in data if name.startswith(MIME_PREFIX)), None)
    if not isinstance(facts, Mapping):
        return None if facts is None else {}
    # A card has what a person looks at, such as how long a run took.
    return {name: value for name, value in facts.items() if name != "card"}


class _Comparison:
    """Compares the outputs of a cell; ``report`` says how one of this package differs, empty if none does."""

    def __init__(self, cell: Any, compare: Callable[..., bool]) -> None:
        self._cell = cell
        self._compare = compare
        self.report = ""

    def __call__(self, test: Sequence[Any], ref: Sequence[Any], skip_compare: Any = None) -> bool:
        # Streams come in any number of parts, and nbval joins them.
        pairs = list(zip(_with_data(test), _with_data(ref), strict=False))
        # An output that was recorded before it had facts is compared by its text, too.
        ours = {id(output) for pair in pairs if facts_in(pair[0]) is not None for output in pair}
        computed, recorded = ([_compared(output, ours) for output in outputs] for outputs in (test, ref))
        is_same = self._compare(computed, recorded, skip_compare)
        self.report = "" if is_same else self._report(pairs)
        return is_same

    def _report(self, pairs: list[tuple[Any, Any]]) -> str:
        # Other differences are reported by nbval.
        for computed, recorded in pairs:
            facts = facts_in(computed)
            if facts is None or self._text(computed) == self._text(recorded):
                continue
            rows = list(_differences(recorded, computed))
            more = [f"  and {len(rows) - MOST_ROWS} more"] if len(rows) > MOST_ROWS else []
            name = f"{self._cell.path.name}, cell {self._cell.cell_num}"
            title = f"{name}: {facts.get('kind', 'output')} changed since it was recorded."
            return "\n".join([title, *(f"  {row}" for row in rows[:MOST_ROWS]), *more, _AGAIN])
        return ""

    def _text(self, output: Mapping[str, Any]) -> Any:
        text = (output.get("data") or {}).get(TEXT)
        return self._cell.sanitize(text) if isinstance(text, str) else text


def _with_data(outputs: Sequence[Any]) -> list[Any]:
    return [output for output in outputs if "data" in output]


def _compared(output: Any, ours: set[int]) -> Any:
    """Return an output with only what is compared of it, in the class that nbval reads."""
    if id(output) not in ours and facts_in(output) is None:
        return output
    data = {
        name: content
        for name, content in output["data"].items()
        if name not in UNCOMPARED and not name.startswith(MIME_PREFIX)
    }
    return type(output)({**output, "data": type(output)(data)})


def _differences(recorded: Mapping[str, Any], computed: Mapping[str, Any]) -> Iterator[str]:
    """Yield what differs in two outputs: by pointer into their facts, or by line of their text."""
    # Only a notebook that fails needs them.
    from kustomer_nb.difference import diff
    from kustomer_nb.printable import one_line, shortened
    from kustomer_nb.reporting import change_text

    before, after = facts_in(recorded), facts_in(computed)
    if before is None:
        yield "an earlier version of kustomer-nb recorded it"
        return
    if after is not None:
        if before.get("form") != after.get("form"):
            yield f"form {before.get('form')} was recorded, and this is form {after.get('form')}"
            return
        rows = [shortened(change_text(difference), _WIDTH) for difference in diff(before, after)]
        if rows:
            yield from rows
            return
    before_lines, after_lines = (
        str((output.get("data") or {}).get(TEXT, "")).split("\n") for output in (recorded, computed)
    )
    lines = difflib.unified_diff(before_lines, after_lines, n=0, lineterm="")
    yield from (
        shortened(one_line(line), _WIDTH) for line in lines if not line.startswith(("---", "+++", "@@"))
    )
