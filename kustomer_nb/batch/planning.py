"""Reads all rows, and makes the plan of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity
from kustomer_nb.errors import RequestError
from kustomer_nb.faces import how_to_pass, name_of
from kustomer_nb.near_names import near_miss
from kustomer_nb.printable import quoted
from kustomer_nb.run.guards import HIDDEN_HOST, confirmation_name
from kustomer_nb.run.prepare import input_schema
from kustomer_nb.transport.rates import Rate, parse_rates

from .building import CHECK_BYTES, build_row, check_of
from .findings import PLACES, Finding, Findings, InvalidRows, Place, malformed
from .folder import latest_key
from .identity import changed_identities
from .matching import Matching
from .plan import Plan, error
from .repeats import Repeats
from .sources import Row, Source, source_of

if TYPE_CHECKING:
    from kustomer_nb.action import Action
    from kustomer_nb.run.context import RunContext
    from kustomer_nb.run.series import Series

    from .building import BuiltRow

MODES = ("live", "sample", "replay")
EMPTY = ("absent", "text")
# Reported once, as they are the same for each row.
_OF_ALL_ROWS = frozenset(
    {
        Code.SETTING_UNSET,
        Code.ACCOUNT_TOKEN_UNSET,
        Code.ACCOUNT_TOKEN_ASSUMED,
        Code.METHOD_DENIED,
        Code.SCHEME_TWICE,
    }
)
_MOST_OF_ALL = 20
_MOST_HOSTS = 20
_PROGRESS_EACH = 1_000


def plan_rows(
    action: Action,
    rows: Any,
    context: RunContext,
    *,
    columns: Mapping[str, str | None] | None = None,
    key: str | None = None,
    rate: str | Iterable[str] | None = None,
    empty: str | None = None,
    allow_changed: bool | Iterable[str] = False,
    hash_key: bytes | None = None,
    progress: Callable[[int], object] = lambda count: None,
) -> Plan:
    """Return the plan of an action for rows; see `Action.map`.

    ``hash_key`` is that of a batch to resume, None for a new one. ``progress`` is called with the number of
    rows that were read, now and then.
    """
    if empty is not None and empty not in EMPTY:
        msg = f"empty is {empty!r}; it is 'absent' or 'text'"
        raise ValueError(msg)
    rates = parse_rates(rate)
    series = action.series(context)
    if series.mode not in MODES:
        message = f"many rows are not run in {quoted(series.mode)} mode."
        raise RequestError.from_code(
            Code.BATCH_REFUSED, message, f"use {', '.join(MODES[:-1])} or {MODES[-1]}."
        )
    source = source_of(rows)
    schema = input_schema(action.definition, series.context.platform)
    matching = Matching(schema, columns, empty=empty, is_text=source.is_text)
    matching.expect(source.columns)
    passed = _Options(
        key=key,
        empty=empty,
        columns=dict(columns or {}),
        allow_changed=allow_changed if isinstance(allow_changed, bool) else sorted(allow_changed),
        hash_key=hash_key or latest_key(context.root),
    )
    planner = _Planner(series, matching, passed)
    for row in source.read():
        planner.add(row)
        if row.number % _PROGRESS_EACH == 0:
            progress(row.number)
    progress(planner.rows)
    return planner.plan(action, source, rates)


@dataclass(frozen=True, kw_only=True)
class _Options:
    """What was passed to `plan_rows`."""

    key: str | None
    empty: str | None
    columns: dict[str, str | None]
    allow_changed: bool | list[str]
    hash_key: bytes

    def allows(self, name: str) -> bool:
        """Return whether the numbers of an input may be sent as other numbers."""
        return self.allow_changed if isinstance(self.allow_changed, bool) else name in self.allow_changed


class _Planner:
    """Takes one row after the other; what it keeps of each is 27 bytes, or 46 with a key."""

    def __init__(self, series: Series, matching: Matching, options: _Options) -> None:
        self.rows = 0
        self._series, self._matching, self._options = series, matching, options
        self._valid = 0
        self._invalid = InvalidRows()
        self._findings, self._warnings, self._changed, self._accepted = (Findings() for _ in range(4))
        self._of_all: dict[Diagnostic, None] = {}
        self._requests, self._keys = Repeats(), Repeats()
        self._keyless = Finding(str(Code.KEY_REPEATED), "", Severity.ERROR, "")
        self._checks = bytearray()
        self._digest = blake2b(digest_size=16, key=options.hash_key)
        self._is_safe = True
        self._sample: BuiltRow | None = None
        self._hosts: dict[str, None] = {}
        self._confirmation = ""

    def add(self, row: Row) -> None:
        """Coerce and render a row, and note what becomes of it."""
        self.rows += 1
        place = Place(row.number, row.line)
        check = bytes(CHECK_BYTES)
        if row.fault:
            self._add_invalid(place, [malformed(row.fault)])
        else:
            built = build_row(self._series, self._matching.inputs(row.cells), row.number)
            if self._options.key is not None:
                self._add_key(row.cells, place)
            for read_error in built.read_errors:
                self._add_of_all(read_error)
            errors = self._without_those_of_all(built.errors)
            if errors:
                self._add_invalid(place, errors)
            else:
                check = check_of(built.inputs, self._options.hash_key)
                self._add_valid(place, built)
        self._checks += check
        self._digest.update(check)

    def _add_valid(self, place: Place, built: BuiltRow) -> None:
        self._valid += 1
        for warning in self._without_those_of_all(built.warnings):
            if warning.code != Code.INPUT_IDENTITY_LOST:
                self._warnings.add(warning, place)
        if built.converted:
            for changed in changed_identities(built.converted):
                name = changed.pointer.split("/")[1]
                findings = self._accepted if self._options.allows(name) else self._changed
                # By what is lost, since that is what a person judges.
                findings.add(changed, place, changed.message.rpartition(": ")[2])
        if built.content:
            self._requests.add(built.content, place.number)
        if self._sample is None:
            self._sample = built
        if self._series.sends:
            self._note_destination(built)

    def _note_destination(self, built: BuiltRow) -> None:
        request = built.prepared.request
        self._is_safe = self._is_safe and request.is_safe
        if not request.is_safe and len(self._hosts) < _MOST_HOSTS:
            self._hosts.setdefault(request.host)
        self._confirmation = self._confirmation or confirmation_name(built.prepared)

    def _add_invalid(self, place: Place, errors: list[Diagnostic]) -> None:
        self._invalid.add(place, errors)
        for problem in errors:
            self._findings.add(problem, place)

    def _add_key(self, cells: Mapping[str, Any], place: Place) -> None:
        value = cells.get(str(self._options.key))
        if value is None or value == "":
            self._keyless.count += 1
            if len(self._keyless.places) < PLACES:
                self._keyless.places.append(place)
            return
        self._keys.add(json.dumps(value, sort_keys=True, default=str).encode(), place.number)

    def _without_those_of_all(self, diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
        """Return the diagnostics of a row, without those that each row has; these are kept apart."""
        own = []
        for diagnostic in diagnostics:
            if diagnostic.code in _OF_ALL_ROWS:
                self._add_of_all(diagnostic)
            else:
                own.append(diagnostic)
        return own

    def _add_of_all(self, diagnostic: Diagnostic) -> None:
        if len(self._of_all) < _MOST_OF_ALL:
            self._of_all.setdefault(diagnostic)

    def plan(self, action: Action, source: Source, rates: tuple[Rate, ...]) -> Plan:
        """Return the plan of the rows that were added."""
        repeated_keys = _repeated(self._keys, Code.KEY_REPEATED, "the key is that of an earlier row.")
        requests = _repeated(self._requests, Code.KEY_REPEATED, "the request is that of an earlier row.")
        changed = tuple(self._changed)
        return Plan(
            action=action,
            source=source,
            matching=self._matching,
            series=self._series,
            rates=rates,
            key=self._options.key,
            hash_key=self._options.hash_key,
            given_columns=self._options.columns,
            empty=self._options.empty,
            allow_changed=self._options.allow_changed,
            sample=None if self._sample is None else self._sample.prepared,
            is_safe=self._is_safe,
            rows=self.rows,
            valid=self._valid,
            invalid=self._invalid,
            findings=tuple(self._findings),
            warnings=tuple(self._warnings),
            changed=(*changed, *self._accepted),
            repeated_requests=requests,
            repeated_keys=repeated_keys,
            problems=Diagnostics(self._problems(source, changed, repeated_keys)),
            request=None if self._sample is None else self._series.finished(self._sample.prepared),
            confirmation=self._confirmation,
            source_digest=source.digest(),
            checks=bytes(self._checks),
            rows_digest=self._digest.hexdigest(),
        )

    def _problems(
        self, source: Source, changed: tuple[Finding, ...], repeated_keys: Finding | None
    ) -> Iterator[Diagnostic]:
        """Yield what concerns all rows."""
        yield from self._of_all
        yield from self._matching.problems
        yield from self._notes(source)
        key, empties = self._options.key, self._matching.empties
        if empties and self._options.empty is None:
            yield _undecided(empties)
        if changed:
            yield _refused_changes(changed)
        if key is not None and source.columns is not None and key not in source.columns:
            near = near_miss(key, source.columns)
            fix = f"did you mean `{near}`?" if near else "name one of the columns."
            yield error(Code.COLUMNS_UNMATCHED, f"key names `{key}`, which is not a column.", fix)
        elif repeated_keys or self._keyless.count:
            yield self._key_problem(repeated_keys)
        if len(self._hosts) > 1 and self._confirmation and not self._series.profile.name:
            yield _several_hosts(self._hosts)

    def _notes(self, source: Source) -> list[Diagnostic]:
        return [
            Diagnostic(Code.ROWS_CHANGE_IDENTITY, Severity.WARNING, "", f"{note[0].lower()}{note[1:]}", "")
            for note in source.notes
        ]

    def _key_problem(self, repeated: Finding | None) -> Diagnostic:
        parts = []
        if repeated is not None:
            parts.append(f"{_rows(repeated.count)} the key of an earlier row: {repeated.first}")
        if self._keyless.count:
            parts.append(f"{_rows(self._keyless.count)} none: {self._keyless.first}")
        message = f"`{self._options.key}` does not identify each row: {'; '.join(parts)}."
        return error(Code.KEY_REPEATED, message, "remove these rows, or use another column as the key.")


def _repeated(repeats: Repeats, code: Code, message: str) -> Finding | None:
    finding = Finding(str(code), "", Severity.WARNING, message)
    for repeat in repeats:
        finding.count += 1
        if finding.count == 1:
            finding.message = f"{message.rstrip('.')}: row {repeat.number} is as row {repeat.first}."
        if len(finding.places) < PLACES:
            finding.places.append(Place(repeat.number))
    return finding if finding.count else None


def _undecided(empties: Mapping[str, int]) -> Diagnostic:
    listed = ", ".join(f"`{column}` ({count:,})" for column, count in list(empties.items())[:PLACES])
    message = f"cells are empty in {listed}, and nothing says what that means."
    absent, text = how_to_pass("empty", "absent"), name_of("empty", "text")
    fix = f"{absent} to leave the input out, or {text} to send an empty text."
    return error(Code.EMPTY_UNDECIDED, message, fix)


def _refused_changes(changed: tuple[Finding, ...]) -> Diagnostic:
    names = ", ".join(
        f"`{name}`" for name in dict.fromkeys(finding.pointer.split("/")[1] for finding in changed)
    )
    count = sum(finding.count for finding in changed)
    numbers = "1 number is" if count == 1 else f"{count:,} numbers are"
    message = f"{numbers} not sent as written, in {names}: {changed[0].first}."
    fix = f"declare the input as a string, or name it in {name_of('allow_changed')} if that is meant."
    return error(Code.ROWS_CHANGE_IDENTITY, message, fix)


def _several_hosts(hosts: Mapping[str, None]) -> Diagnostic:
    listed = ", ".join(host or HIDDEN_HOST for host in list(hosts)[:PLACES])
    message = f"the rows go to several hosts ({listed}), and one name confirms them all."
    return error(Code.BATCH_REFUSED, message, "use a profile, whose name confirms all of its hosts.")


def _rows(count: int) -> str:
    return "1 row has" if count == 1 else f"{count:,} rows have"
