"""Batches that were run: what became of their rows, and how to go on with the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.config import project_root
from kustomer_nb.display import Displayable
from kustomer_nb.errors import LoadError, NameNotFoundError
from kustomer_nb.faces import for_face
from kustomer_nb.near_names import near_miss
from kustomer_nb.printable import one_line, quoted
from kustomer_nb.secrets.tracebacks import scrub_tracebacks

from .folder import (
    PlanRecord,
    definition_digest,
    folders,
    read_key,
    read_lines,
    read_outcomes,
    read_outputs,
    read_plan,
    sole_runner,
)
from .ledger import Ledger
from .outcomes import CARRIED_OUT, LATENCIES, NOT_CARRIED_OUT, Outcomes, State, line_of
from .plan import LANES, STOP_AFTER

if TYPE_CHECKING:
    from kustomer_nb.action import Action
    from kustomer_nb.app import App

    from .plan import Plan

SETTLEMENTS = (CARRIED_OUT, NOT_CARRIED_OUT)


@dataclass(frozen=True, kw_only=True)
class Summary:
    """How many rows of a batch ended how.

    ``answered`` have a response below 400, ``failed`` one of 400 or more or no output, ``remaining`` were
    surely not carried out. ``statuses`` counts responses by status, ``reasons`` why there was none, and
    ``latencies`` responses by the upper end of their class in milliseconds, the last without one.
    """

    rows: int
    answered: int
    failed: int
    unknown: int
    settled: int
    remaining: int
    invalid: int
    statuses: Mapping[int, int]
    reasons: Mapping[str, int]
    latencies: Mapping[str, int]

    @classmethod
    def of(cls, outcomes: Outcomes) -> Summary:
        """Return the summary of what became of rows."""
        names = [f"{limit:,} ms" for limit in LATENCIES] + ["longer"]
        counts = zip(names, outcomes.latencies, strict=True)
        return cls(
            rows=outcomes.rows,
            answered=outcomes.count(State.ANSWERED),
            failed=outcomes.count(State.FAILED),
            unknown=outcomes.count(State.UNKNOWN, State.INTENT),
            settled=outcomes.count(State.SETTLED),
            remaining=outcomes.count(State.PENDING),
            invalid=outcomes.count(State.INVALID),
            statuses=dict(sorted(outcomes.statuses.items())),
            reasons=dict(outcomes.reasons.most_common()),
            latencies={name: count for name, count in counts if count},
        )

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {**asdict(self), "statuses": {str(status): count for status, count in self.statuses.items()}}

    @property
    def words(self) -> str:
        """The counts in one line.

        Example:
            >>> outcomes = Outcomes(3)
            >>> for line in ({"i": 1}, {"o": 1, "s": 200}, {"i": 2}):
            ...     outcomes.apply(line)
            >>> Summary.of(outcomes).words
            '3 rows: 1 answered, 1 unknown, 1 remaining'
        """
        counts = {
            "answered": self.answered,
            "failed": self.failed,
            "unknown": self.unknown,
            "settled": self.settled,
            "remaining": self.remaining,
            "invalid": self.invalid,
        }
        parts = [f"{count:,} {name}" for name, count in counts.items() if count]
        return f"{self.rows:,} row{'' if self.rows == 1 else 's'}: {', '.join(parts) or 'none'}"


class Batch(Displayable):
    """A batch in its folder, read from its ledger: nothing of it is only in memory.

    ``reason`` is why the run that returned it ended before the last row; empty if it did not.
    """

    def __init__(self, action: Action, folder: Path, *, reason: str = "") -> None:
        self.action = action
        self.folder = folder
        self.reason = reason
        self._read: tuple[int, Outcomes] | None = None

    @property
    def name(self) -> str:
        """The name of its folder: the time in UTC, and the action."""
        return self.folder.name

    @property
    def record(self) -> PlanRecord:
        """What is kept of its plan: no value of a row or a setting."""
        return read_plan(self.folder)

    @property
    def outcomes(self) -> Outcomes:
        """What became of each row; the journal is read again when it has grown."""
        journal = self.folder / "journal.jsonl"
        size = journal.stat().st_size if journal.exists() else 0
        if self._read is None or self._read[0] != size:
            self._read = (size, read_outcomes(self.folder, self.record))
        return self._read[1]

    @property
    def summary(self) -> Summary:
        """How many rows ended how."""
        return Summary.of(self.outcomes)

    @property
    def unknown(self) -> tuple[int, ...]:
        """The numbers of rows of which nobody knows whether they were carried out; they are never sent again.

        Look them up at the service, and `settle` them.
        """
        return tuple(self.outcomes.unknown)

    @property
    def failed(self) -> tuple[int, ...]:
        """The numbers of rows whose response has a status of 400 or more, or no output."""
        return tuple(self.outcomes.in_state(State.FAILED))

    def settle(self, rows: int | Iterable[int], verdict: str) -> None:
        """Say of unknown rows that they were ``"carried out"`` or ``"not carried out"``, as you found out.

        Only the latter may be sent when the batch is resumed.

        Raises:
            ValueError: the verdict is another one, or a row is not unknown.
            SaveError: the ledger cannot be written, or another process runs the batch.
        """
        numbers = [rows] if isinstance(rows, int) else list(rows)
        if verdict not in SETTLEMENTS:
            msg = f"a row is {' or '.join(map(repr, SETTLEMENTS))}, not {verdict!r}"
            raise ValueError(msg)
        with sole_runner(self.folder):
            unknown = set(read_outcomes(self.folder, self.record).unknown)
            others = [number for number in numbers if number not in unknown]
            if others:
                msg = f"row {others[0]} is not unknown, so there is nothing to settle"
                raise ValueError(msg)
            kind = "c" if verdict == CARRIED_OUT else "n"
            ledger = Ledger(self.folder, syncs=True)
            for number in numbers:
                ledger.add(line_of(**{kind: number, "why": "settled"}))
            ledger.close()

    @scrub_tracebacks
    def plan(self, rows: Any = None, **options: Any) -> Plan:
        """Return the plan of this batch again, of the same rows: a file by its path, others must be passed.

        ``options`` are those of `Action.map` that are not kept, such as ``settings``.

        Raises:
            LoadError: rows, definition or profile are not those of the batch, or the rows cannot be read.
        """
        from .planning import plan_rows

        record = self.record
        if rows is None and not record.source_path:
            message = f"the batch {self.name} has {record.source}, which are not kept."
            raise LoadError.from_code(Code.BATCH_MISMATCH, message, "pass the same rows again.")
        if definition_digest(self.action.value) != record.definition:
            raise _mismatch(self.name, "the definition of the action was changed since.")
        fixed = {"profile": record.profile or None, "mode": record.mode, "seed": record.seed}
        plan = plan_rows(
            self.action,
            record.source_path if rows is None else rows,
            self.action.context(**{"hosts": record.hosts, **options, **fixed}),
            columns=record.columns,
            key=record.key,
            rate=record.rates,
            empty=record.empty,
            allow_changed=record.allow_changed,
            hash_key=read_key(self.folder),
        )
        if plan.series.profile.name != record.profile:
            raise _mismatch(self.name, f"its profile is {quoted(record.profile)}.")
        if plan.rows != record.rows:
            raise _mismatch(self.name, f"it has {record.rows:,} rows, and these are {plan.rows:,}.")
        if plan.rows_digest != record.rows_digest:
            raise _mismatch(self.name, "its rows had other inputs.")
        return plan

    @scrub_tracebacks
    def resume(
        self,
        rows: Any = None,
        *,
        confirm: str | None = None,
        lanes: int = LANES,
        stop_after: int | None = STOP_AFTER,
        connection: str = "keep-alive",
        **options: Any,
    ) -> Batch:
        """Send the rows that were surely not carried out, and return the batch; an unknown row is never sent.

        ``confirm`` names how many these are; see `Plan.run`. ``rows`` and ``options`` are as for `plan`.

        Raises:
            LoadError: rows, definition or profile are not those of the batch.
            KustomerNbError: as `Plan.run`.
        """
        from .running import run_plan

        return run_plan(
            self.plan(rows, **options),
            confirm=confirm,
            lanes=lanes,
            stop_after=stop_after,
            connection=connection,
            folder=self.folder,
        )

    def outputs(self) -> Iterator[dict[str, Any]]:
        """Yield what came back, a mapping for each response: ``i`` (the row), ``status`` and ``output``."""
        return read_outputs(self.folder)

    def to_pandas(self) -> Any:
        """Return a DataFrame of all rows: number, state, status, milliseconds and output.

        Raises:
            ImportError: pandas is not installed.
        """
        return import_module("pandas").DataFrame(self._table(), columns=_COLUMNS)

    def _table(self) -> list[tuple[Any, ...]]:
        times = {line["o"]: line.get("ms") for line in read_lines(self.folder) if "o" in line}
        outputs = {output["i"]: output for output in self.outputs()}
        nothing: dict[str, Any] = {}
        return [
            (
                number,
                state.name.lower() if state is not State.INTENT else State.UNKNOWN.name.lower(),
                outputs.get(number, nothing).get("status"),
                times.get(number),
                outputs.get(number, nothing).get("output"),
            )
            for number, state in enumerate(self.outcomes, 1)
        ]

    def __repr__(self) -> str:
        reason = f", stopped: {self.reason}" if self.reason else ""
        return one_line(f"<Batch: {self.record.action.rpartition('.')[2]}, {self.summary.words}{reason}>")


_COLUMNS = ["row", "state", "status", "ms", "output"]


def batches(app: App) -> list[Batch]:
    """Return the batches of the actions of an app, the newest first; those of other apps are left out.

    Example:
        >>> from kustomer_nb import load
        >>> batches(load({"app": "shop", "actions": []}))
        []
    """
    actions = {action.name: action for action in app.actions}
    readable = []
    for folder in folders(project_root(app.path)):
        try:
            record = read_plan(folder)
        except LoadError:
            continue
        if record.action in actions:
            readable.append(Batch(actions[record.action], folder))
    return readable


def batch_named(app: App, name: str) -> Batch:
    """Return a batch by the name of its folder, or the beginning of it.

    Raises:
        NameNotFoundError: there is none, or several.
    """
    known = batches(app)
    matches = [batch for batch in known if batch.name == name or batch.name.startswith(name)]
    if len(matches) == 1:
        return matches[0]
    near = near_miss(name, (batch.name for batch in known))
    problem = "several batches begin with" if matches else "there is no batch"
    fix = f"did you mean {quoted(near)}?" if near else f"{_listing()} lists them."
    raise NameNotFoundError.from_code(Code.BATCH_UNREADABLE, f"{problem} {quoted(name)}.", fix)


def _listing() -> str:
    return for_face(python="app.batches()", command_line="the folder .kustomer-nb/batches")


def _mismatch(name: str, reason: str) -> LoadError:
    message = f"the batch {name} is not resumed: {reason}"
    fix = "use what it was planned with, or make a new plan without the rows that were carried out."
    return LoadError.from_code(Code.BATCH_MISMATCH, message, fix)
