"""What would be sent for some rows: all of them are read, coerced and rendered before the first is sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity
from kustomer_nb.display import Displayable
from kustomer_nb.printable import one_line
from kustomer_nb.secrets.tracebacks import scrub_tracebacks

from .building import CHECK_BYTES
from .findings import Finding, InvalidRows

if TYPE_CHECKING:
    from kustomer_nb.action import Action
    from kustomer_nb.request import Request
    from kustomer_nb.run.prepare import Prepared
    from kustomer_nb.run.series import Series
    from kustomer_nb.transport.rates import Rate

    from .handles import Batch
    from .matching import Matching
    from .sources import Source

LANES = 20
STOP_AFTER = 10
_MINUTE, _HOUR = 60, 3600
_UNSET = frozenset({Code.SETTING_UNSET, Code.ACCOUNT_TOKEN_UNSET})


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class Plan(Displayable):
    """What `Action.map` found in rows; `run` sends them, each at most once.

    ``rows`` counts all, ``valid`` those that can be sent. ``findings`` are why others cannot, by code, and
    ``warnings`` what is sent but may not be meant. ``changed`` are numbers that no longer print as they were
    written. ``problems`` concern all rows: with an error among them, nothing is sent. ``request`` is that of
    the first valid row.
    """

    action: Action
    source: Source
    matching: Matching
    series: Series
    rates: tuple[Rate, ...]
    key: str | None
    hash_key: bytes
    rows: int = 0
    valid: int = 0
    invalid: InvalidRows = field(default_factory=InvalidRows)
    findings: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    changed: tuple[Finding, ...] = ()
    repeated_requests: Finding | None = None
    repeated_keys: Finding | None = None
    problems: Diagnostics = field(default_factory=Diagnostics)
    request: Request | None = None
    confirmation: str = ""
    source_digest: str = ""
    # The hash of each row, of zeros for one that is not sent; by them the rows are known again.
    checks: bytes = b""
    rows_digest: str = ""
    # What was passed, for a batch that is resumed.
    given_columns: dict[str, str | None] = field(default_factory=dict)
    empty: str | None = None
    allow_changed: bool | list[str] = False
    sample: Prepared | None = None
    is_safe: bool = True

    @property
    def mode(self) -> str:
        """Where the responses come from: live, sample or replay."""
        return self.series.mode

    @property
    def columns(self) -> dict[str, str]:
        """The column of each input."""
        return dict(self.matching.columns)

    @property
    def unused(self) -> tuple[str, ...]:
        """The columns that give no input."""
        return self.matching.unused

    @property
    def unmatched(self) -> tuple[str, ...]:
        """The inputs without a column."""
        return self.matching.unmatched

    @property
    def ok(self) -> bool:
        """Whether every row can be sent, and `run` refuses nothing but a missing confirmation.

        Example:
            >>> from kustomer_nb import load
            >>> template = {"uri": "http://127.0.0.1/{{{id}}}", "method": "get"}
            >>> schema = {"properties": {"id": {"type": "number"}}, "required": ["id"]}
            >>> action = load({"type": "rest_api", "inputSchema": schema, "inputTemplate": template}).action()
            >>> action.map([{"id": 7}]).ok, action.map([{"id": "x"}]).ok
            (True, False)
        """
        return not self.problems.errors and not self.invalid.total and self.valid > 0

    @property
    def refusals(self) -> list[Diagnostic]:
        """The errors that concern all rows, without settings that a person may still be asked for."""
        return [problem for problem in self.problems.errors if problem.code not in _UNSET]

    @property
    def seconds(self) -> float | None:
        """How long it takes at the rate, None without a rate."""
        if not self.rates or self.mode not in ("live", "record"):
            return None
        return max(rate.spacing for rate in self.rates) * self.valid

    @property
    def duration(self) -> str:
        """How long it takes, in words.

        Example:
            >>> from kustomer_nb import load
            >>> template = {"uri": "http://127.0.0.1/", "method": "get"}
            >>> action = load({"type": "rest_api", "inputTemplate": template}).action()
            >>> action.map([{}] * 960, rate="50/s").duration
            '20 s at 50/s'
        """
        if self.seconds is None:
            return (
                "without a rate, as fast as the service answers" if self.series.sends else "nothing is sent"
            )
        return f"{duration(self.seconds)} at {' and '.join(map(str, self.rates))}"

    @property
    def confirm(self) -> str:
        """What `run` wants as ``confirm``, empty if it needs none: a name, and how many rows are sent."""
        return f"{self.confirmation} {self.valid}" if self.confirmation else ""

    @property
    def summary(self) -> str:
        """The counts in one line."""
        parts = [f"{self.rows:,} row{'' if self.rows == 1 else 's'}", f"{self.valid:,} valid"]
        if self.invalid.total:
            parts.append(f"{self.invalid.total:,} invalid")
        changed = sum(finding.count for finding in self.changed)
        if changed:
            parts.append(f"{changed:,} changed")
        if self.repeated_keys:
            parts.append(f"{self.repeated_keys.count:,} with a key of another row")
        if self.repeated_requests:
            parts.append(f"{self.repeated_requests.count:,} with a request of another row")
        return ", ".join(parts)

    @scrub_tracebacks
    def run(
        self,
        *,
        confirm: str | None = None,
        lanes: int = LANES,
        stop_after: int | None = STOP_AFTER,
        connection: str = "keep-alive",
        again: bool = False,
    ) -> Batch:
        """Send the valid rows, each at most once, and return the batch; offline modes send nothing.

        ``confirm`` is the name of the profile (or of the host) and the number of rows, such as ``"live
        12431"``; see `confirm`. ``lanes`` are sent at once, each over a connection that stays open, or with
        ``connection="close"`` over one each row. ``stop_after`` failures in a row end the batch, None for
        never; so do a 401 and a 403. Ctrl+C ends it too: what is on its way gets its response, and a second
        one does not wait for that. `Batch.resume` goes on with the others.

        Rows that an earlier batch sent with this action and profile are refused, as when a cell is run twice:
        resume that one, or pass ``again=True``.

        Every row is written to the ledger in ``.kustomer-nb/batches`` before it is sent. Nothing is sent if
        that cannot be written.

        Raises:
            InputError: the plan has an error that concerns all rows, or no row is valid.
            GuardError: it was not confirmed, its rows were sent by an earlier batch, or it would leave this
                machine under pytest or in CI.
            SettingError: a setting has no value.
            SaveError: the ledger cannot be written.
            LoadError: the rows cannot be read, or are others than those of the plan.
        """
        from .running import run_plan

        return run_plan(
            self, confirm=confirm, lanes=lanes, stop_after=stop_after, connection=connection, again=again
        )

    def to_pandas(self) -> Any:
        """Return a DataFrame with a line for each kind of finding: kind, code, input, count and first rows.

        Raises:
            ImportError: pandas is not installed.
        """
        return import_module("pandas").DataFrame(self.finding_rows())

    def finding_rows(self) -> list[dict[str, Any]]:
        """Return what was found in the rows, a dictionary for each kind.

        Values of rows are not in it where the profile masks any.
        """
        groups: list[tuple[str, Iterable[Finding]]] = [
            ("invalid", self.findings),
            ("changed", self.changed),
            ("repeated key", [self.repeated_keys] if self.repeated_keys else []),
            ("repeated request", [self.repeated_requests] if self.repeated_requests else []),
            ("warning", self.warnings),
        ]
        return [self._finding_row(kind, finding) for kind, group in groups for finding in group]

    def _finding_row(self, kind: str, finding: Finding) -> dict[str, Any]:
        from .findings import input_of

        message = finding.message
        if self.series.profile.mask:
            message = Code(finding.code).meaning or "its values are masked."
        return {
            "kind": kind,
            "code": finding.code,
            "input": input_of(finding.pointer),
            "count": finding.count,
            "rows": finding.first,
            "message": message,
            "fix": finding.fix,
        }

    def check_at(self, number: int) -> bytes:
        """Return the hash of a row, counted from 1; of zeros for one that is not sent."""
        at = (number - 1) * CHECK_BYTES
        return self.checks[at : at + CHECK_BYTES]

    def __repr__(self) -> str:
        name = self.action.name.rpartition(".")[2] or "action"
        return one_line(f"<Plan: {name}, {self.summary}, {self.duration}>")


def duration(seconds: float) -> str:
    """Return a time in words.

    Example:
        >>> [duration(seconds) for seconds in (0.2, 59, 61, 3700, 302400)]
        ['1 s', '59 s', '1 min 1 s', '1 h 1 min', '84 h']
    """
    rounded = max(1, round(seconds))
    hours, minutes = rounded // _HOUR, rounded % _HOUR // _MINUTE
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    left = rounded % _MINUTE
    if minutes:
        return f"{minutes} min {left} s" if left else f"{minutes} min"
    return f"{rounded} s"


def error(code: Code, message: str, fix: str) -> Diagnostic:
    """Return an error of a plan as a whole."""
    return Diagnostic(code, Severity.ERROR, "", message, fix)
