"""The folder of a batch: ``.kustomer-nb/batches/<time>-<action>``, which git ignores.

``plan.json`` says what was planned, without a value of a row or a setting. ``key`` is what rows are hashed
with. ``journal.jsonl`` is the ledger, and ``outputs`` has what came back.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from kustomer_nb.codes import Code
from kustomer_nb.errors import LoadError, SaveError
from kustomer_nb.storage.locks import FOLDER, hold, require_ignored, require_private
from kustomer_nb.storage.regular_files import open_regular, read_regular, require_folder

from .ledger import JOURNAL, OUTPUTS, unwritable
from .outcomes import Outcomes, State

if TYPE_CHECKING:
    from .plan import Plan

BATCHES = "batches"
VERSION = 1
_PLAN, _KEY, _LOCK = "plan.json", "key", "lock"
_UNFIT = re.compile(r"[^A-Za-z0-9_-]+")
_LONGEST_NAME = 40
_KEY_BYTES = 16


@dataclass(frozen=True, kw_only=True)
class PlanRecord:
    """What is kept of a plan. ``excluded`` are the rows that are not sent, as ranges of numbers."""

    at: str
    action: str
    definition: str
    profile: str
    mode: str
    hosts: dict[str, str]
    rates: list[str]
    columns: dict[str, str | None]
    key: str | None
    empty: str | None
    source: str
    source_path: str
    source_digest: str
    rows: int
    valid: int
    rows_digest: str
    seed: int
    is_safe: bool
    allow_changed: bool | list[str]
    excluded: list[list[int]] = field(default_factory=list)
    version: int = VERSION


def batches_folder(root: Path) -> Path:
    """Return the folder with the batches of a project."""
    return root / FOLDER / BATCHES


def definition_digest(value: Any) -> str:
    """Return a hash of an action as it is written.

    Example:
        >>> definition_digest({"a": 1, "b": 2}) == definition_digest({"b": 2, "a": 1})
        True
    """
    return sha256(json.dumps(value, sort_keys=True, default=repr).encode()).hexdigest()


def create_folder(root: Path, plan: Plan, record: PlanRecord) -> Path:
    """Make the folder of a new batch, and return it.

    Raises:
        SaveError: it cannot be made.
    """
    try:
        private = root / FOLDER
        require_private(private)
        require_ignored(private, BATCHES)
        parent = private / BATCHES
        parent.mkdir(mode=0o700, exist_ok=True)
        require_folder(parent)
        folder = _new_folder(parent, plan.action.name)
        (folder / OUTPUTS).mkdir(mode=0o700)
        _write_new(folder / _KEY, plan.hash_key.hex().encode())
        _write_new(folder / _PLAN, json.dumps(asdict(record), indent=1).encode())
    except OSError as error:
        raise unwritable(error) from error
    return folder


def _write_new(path: Path, content: bytes) -> None:
    with os.fdopen(open_regular(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _new_folder(parent: Path, action: str) -> Path:
    time = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    name = _UNFIT.sub("-", action.rpartition(".")[2])[:_LONGEST_NAME] or "action"
    for number in range(1, 1_000):
        folder = parent / (f"{time}-{name}" if number == 1 else f"{time}-{name}-{number}")
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            continue
        return folder
    raise FileExistsError


def read_plan(folder: Path) -> PlanRecord:
    """Return what is kept of the plan of a batch.

    Raises:
        LoadError: there is none, or it cannot be read.
    """
    try:
        members = json.loads(read_regular(folder / _PLAN))
        record = PlanRecord(**members)
    except (OSError, ValueError, TypeError) as error:
        _refuse(folder, _PLAN, error)
    if record.version != VERSION:
        _refuse(folder, _PLAN, ValueError("another version"))
    return record


def read_key(folder: Path) -> bytes:
    """Return what the rows of a batch are hashed with.

    Raises:
        LoadError: it cannot be read.
    """
    try:
        return bytes.fromhex(read_regular(folder / _KEY).decode())
    except (OSError, ValueError) as error:
        _refuse(folder, _KEY, error)


def folders(root: Path) -> list[Path]:
    """Return the folders of the batches of a project, the newest first."""
    return sorted((path.parent for path in batches_folder(root).glob(f"*/{_PLAN}")), reverse=True)


def latest_key(root: Path) -> bytes:
    """Return what rows are hashed with: as in the latest batch, so that the same rows are known again."""
    for folder in folders(root):
        try:
            return read_key(folder)
        except LoadError:
            continue
    return secrets.token_bytes(_KEY_BYTES)


def earlier_batch(root: Path, plan: Plan) -> tuple[Path, Outcomes] | None:
    """Return a live batch of the same action, profile and rows of which a row was sent; None without one."""
    wanted = plan.action.name, plan.series.profile.name, plan.mode, plan.rows, plan.rows_digest
    for folder in folders(root):
        try:
            record = read_plan(folder)
            if (record.action, record.profile, record.mode, record.rows, record.rows_digest) != wanted:
                continue
            outcomes = read_outcomes(folder, record)
        except LoadError:
            continue
        if outcomes.count(State.PENDING, State.INVALID) < outcomes.rows:
            return folder, outcomes
    return None


def read_outcomes(folder: Path, record: PlanRecord) -> Outcomes:
    """Return what the journal of a batch says; a last line without its end does not count.

    Raises:
        LoadError: it cannot be read, or a line in it is damaged.
    """
    outcomes = Outcomes(record.rows)
    for first, last in record.excluded:
        for number in range(first, last + 1):
            outcomes.exclude(number)
    for number, line in enumerate(_lines(folder), 1):
        try:
            outcomes.apply(json.loads(line))
        except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
            _refuse(folder, f"{JOURNAL}, line {number},", error)
    return outcomes


def read_lines(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the lines of a journal that was read before."""
    return map(json.loads, _lines(folder))


def _lines(folder: Path) -> Iterator[bytes]:
    path = folder / JOURNAL
    try:
        with path.open("rb") as file:
            for line in file:
                if line.endswith(b"\n"):
                    yield line
    except FileNotFoundError:
        return
    except OSError as error:
        _refuse(folder, JOURNAL, error)


def read_outputs(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield what came back, in the order in which it did."""
    for path in sorted((folder / OUTPUTS).glob("part-*.jsonl")):
        with path.open("rb") as file:
            for line in file:
                if line.endswith(b"\n"):
                    yield json.loads(line)


@contextmanager
def sole_runner(folder: Path) -> Iterator[None]:
    """Let one process run a batch at a time.

    Raises:
        SaveError: another one runs it, or the lock cannot be used.
    """
    try:
        handle = hold(folder / _LOCK)
    except OSError as error:
        raise unwritable(error) from error
    if handle is None:
        message = f"the batch {folder.name} is running in another process."
        fix = "wait until it has ended, or end it; nothing was sent."
        raise SaveError.from_code(Code.BATCH_LOCKED, message, fix)
    try:
        yield
    finally:
        os.close(handle)


def _refuse(folder: Path, name: str, error: Exception) -> NoReturn:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else "its content is damaged"
    message = f"the batch {folder.name} cannot be read: {name} of it: {reason.lower()}."
    fix = "use the name of a batch that app.batches() lists; a damaged one is not resumed."
    raise LoadError.from_code(Code.BATCH_UNREADABLE, message, fix) from error
