"""Which column gives which input."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.faces import how_to_pass, name_of
from kustomer_nb.near_names import near_miss

_LISTED = 6
# The names of what rows have besides the inputs are kept up to this many.
_MOST_NAMES = 1_000


class Matching:
    """Takes the inputs of an action from the columns of rows.

    ``columns`` gives the column of an input, or None for an input without one; the others are matched by
    their names. Without an inputSchema each column is an input. ``empty`` says what an empty cell of a text
    file is: ``absent`` or ``text``.

    Example:
        >>> schema = {"properties": {"orderId": {"type": "number"}, "note": {}}, "required": ["orderId"]}
        >>> matching = Matching(schema, {"orderId": "order_no"}, empty="absent", is_text=True)
        >>> matching.inputs({"order_no": "7", "note": "", "by": "Ann"})
        {'orderId': '7'}
        >>> matching.unused, dict(matching.empties)
        (('by',), {'note': 1})
    """

    def __init__(
        self,
        schema: Any,
        columns: Mapping[str, str | None] | None,
        *,
        empty: str | None = None,
        is_text: bool = False,
    ) -> None:
        properties = schema.get("properties") if isinstance(schema, Mapping) else None
        self._takes_all = not isinstance(properties, Mapping)
        self.declared = () if not isinstance(properties, Mapping) else tuple(map(str, properties))
        required = schema.get("required") if isinstance(schema, Mapping) else None
        self.required = tuple(
            name for name in self.declared if isinstance(required, list) and name in required
        )
        own = dict(columns or {})
        self.columns: dict[str, str] = {
            **{name: name for name in self.declared if name not in own},
            **{name: column for name, column in own.items() if column is not None},
        }
        self._own = own
        self._drops_empty = is_text and empty != "text"
        self._is_text = is_text
        self.empties: dict[str, int] = {}
        self._names: dict[str, None] = {}

    def inputs(self, cells: Mapping[str, Any]) -> dict[str, Any]:
        """Return the inputs of a row."""
        if not self._names.keys() >= cells.keys():
            self._remember(cells)
        inputs = {name: cells[column] for name, column in self.columns.items() if column in cells}
        if self._is_text and "" in inputs.values():
            for name, cell in list(inputs.items()):
                if cell == "":
                    column = self.columns[name]
                    self.empties[column] = self.empties.get(column, 0) + 1
                    if self._drops_empty:
                        del inputs[name]
        return inputs

    def _remember(self, cells: Mapping[str, Any]) -> None:
        for column in map(str, cells):
            if len(self._names) < _MOST_NAMES:
                self._names.setdefault(column)
            if self._takes_all and column not in self._own.values() and column not in self._own:
                self.columns.setdefault(column, column)

    def expect(self, columns: tuple[str, ...] | None) -> None:
        """Take the columns of a source that knows them before its rows."""
        if columns is not None:
            self._remember(dict.fromkeys(columns))

    @property
    def unused(self) -> tuple[str, ...]:
        """The columns that give no input."""
        used = set(self.columns.values())
        return tuple(column for column in self._names if column not in used)

    @property
    def unmatched(self) -> tuple[str, ...]:
        """The inputs without a column."""
        left_out = {name for name, column in self._own.items() if column is None}
        absent = [name for name, column in self.columns.items() if column not in self._names]
        return tuple(name for name in absent if name not in left_out)

    @property
    def problems(self) -> list[Diagnostic]:
        """What is wrong with the columns: errors for what is named or required, else warnings."""
        problems = []
        for name in self._own:
            if self.declared and name not in self.declared:
                problems.append(self._unknown_input(name))
        for name in self.unmatched:
            column = self.columns[name]
            is_needed = name in self.required or name in self._own
            near = near_miss(column, self.unused)
            if not (is_needed or near):
                continue
            severity = Severity.ERROR if is_needed else Severity.WARNING
            message = f"the rows have no column `{column}` for the input `{name}`."
            problems.append(_problem(severity, message, self._fix(name, near)))
        return problems

    def _fix(self, name: str, near: str | None) -> str:
        if near is not None:
            return f"did you mean `{near}`? Then {_pair(name, near)}."
        unused = ", ".join(f"`{column}`" for column in self.unused[:_LISTED])
        if not unused:
            return "add the column."
        return f"name one of the other columns ({unused}): {how_to_pass('columns')}."

    def _unknown_input(self, name: str) -> Diagnostic:
        near = near_miss(name, (declared for declared in self.declared if declared not in self._own))
        listed = ", ".join(f"`{declared}`" for declared in self.declared[:_LISTED])
        fix = f"did you mean `{near}`?" if near else f"the inputs are {listed}."
        return _problem(
            Severity.ERROR, f"{name_of('columns')} names `{name}`, which is not an input of the action.", fix
        )


def _pair(name: str, column: str) -> str:
    return f"{how_to_pass('columns')} with `{column}` for `{name}`"


def _problem(severity: Severity, message: str, fix: str) -> Diagnostic:
    return Diagnostic(Code.COLUMNS_UNMATCHED, severity, "", message, fix)
