"""Sends the rows of a batch: some at once, each at most once, and none without a line in the ledger."""

from __future__ import annotations

import asyncio
import contextvars
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.errors import LoadError, TransportError
from kustomer_nb.run.assemble import run_from_response
from kustomer_nb.run.execute import connection_from_profile
from kustomer_nb.run.fence import require_inside
from kustomer_nb.run.guards import destination_check, require_confirmed
from kustomer_nb.run.kept_output import kept_output
from kustomer_nb.transport.lanes import Lane
from kustomer_nb.transport.retry import pause, retry_after_of

from .building import BuiltRow, build_row, check_of
from .outcomes import line_of

if TYPE_CHECKING:
    from kustomer_nb.run.prepare import Prepared
    from kustomer_nb.transport.models import RawResponse
    from kustomer_nb.transport.pacing import Pacer

    from .ledger import Ledger
    from .outcomes import Outcomes
    from .plan import Plan

TOO_MANY = 429
_FAILED = 400
# They are the same for every row: a wrong token is not tried ten thousand times.
_STOPPING = frozenset({401, 403})
# From a gateway: the service behind it may have carried the request out.
_OF_GATEWAYS = frozenset({502, 503, 504})
_ATTEMPTS = 3
# Seconds between two turns; and how long a row that has an intent waits for its turn.
_QUICK, _HELD = 0.1, 1.0
# A service that asks for a longer pause ends the batch, which is resumed later.
LONGEST_HOLD = 900.0


@dataclass(slots=True)
class Job:
    """A row to be sent."""

    number: int
    inputs: Mapping[str, Any]
    built: BuiltRow
    check: bytes


class Engine:
    """Runs the rows of a plan that may be sent, on the event loop of its own thread.

    ``name`` is the confirmed name. `stop` ends it from any thread: nothing more is begun, and what is on its
    way gets its response. `reason` is then why it ended, empty if all rows were sent.
    """

    def __init__(
        self,
        plan: Plan,
        ledger: Ledger,
        outcomes: Outcomes,
        pacer: Pacer,
        *,
        name: str | None,
        lanes: int,
        stop_after: int | None,
        closes: bool,
    ) -> None:
        self._plan, self._ledger, self._outcomes, self._pacer = plan, ledger, outcomes, pacer
        self._name, self._lanes, self._stop_after, self._closes = name, lanes, stop_after, closes
        self.reason = ""
        self.error: BaseException | None = None
        self.sent = 0
        self._failures = 0
        self._rows = self._jobs()
        self._is_stopping = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopped: asyncio.Event | None = None
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def held_for(self) -> float:
        """The seconds for which the service asked for no request."""
        return max(0.0, self._pacer.held_until - time.monotonic())

    def stop(self, reason: str) -> None:
        """Begin nothing more; may be called from any thread."""
        if not self._is_stopping.is_set():
            self.reason = reason
            self._is_stopping.set()
            if self._loop is not None and self._stopped is not None:
                self._loop.call_soon_threadsafe(self._stopped.set)

    def abandon(self) -> None:
        """Do not wait for what is on its way; may be called from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._cancel)

    def _cancel(self) -> None:
        for task in self._tasks:
            task.cancel()

    async def run(self) -> None:
        """Send rows until there are none, or the batch is stopped.

        Raises:
            KustomerNbError: what ended it, such as a ledger that cannot be written.
        """
        self._loop, self._stopped = asyncio.get_running_loop(), asyncio.Event()
        self._turn = asyncio.Lock()
        if self._is_stopping.is_set():
            self._stopped.set()
        profile, root = self._plan.series.profile, self._plan.series.context.root
        connection = connection_from_profile(profile, root)
        transport = self._plan.series.context.transport
        lanes = [
            Lane(connection, closes=self._closes, transport=transport)
            for _ in range(min(self._lanes, self._plan.valid))
        ]
        self._tasks = [asyncio.create_task(self._run_lane(lane)) for lane in lanes]
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for lane in lanes:
            await lane.aclose()
        if self.error is not None:
            raise self.error

    def _jobs(self) -> Iterator[Job]:
        """Yield the rows that may be sent.

        Raises:
            LoadError: a row is another one than in the plan.
        """
        plan = self._plan
        for row in plan.source.read():
            if row.number > plan.rows:
                raise _changed(row.number)
            if not self._outcomes.may_send(row.number):
                continue
            inputs = plan.matching.inputs(row.cells)
            built = build_row(plan.series, inputs, row.number)
            check = check_of(built.inputs, plan.hash_key)
            if check != plan.check_at(row.number):
                raise _changed(row.number)
            yield Job(row.number, inputs, built, check)

    async def _run_lane(self, lane: Lane) -> None:
        try:
            while not self._is_stopping.is_set():
                job = next(self._rows, None)
                if job is None:
                    return
                await self._carry_out(lane, job)
        except asyncio.CancelledError:
            raise
        except BaseException as error:
            # The first error is the one that says why; the other lanes end without a new row.
            self.error = self.error or error
            self.stop("an error")

    async def _carry_out(self, lane: Lane, job: Job) -> None:
        """Send a row until its outcome is certain, or nobody can know it."""
        attempt = 1
        while not self._is_stopping.is_set():
            # With little time between turns, the disk must not delay a row that has its turn: the service
            # counts when it arrives. With more time, a row that waits has no intent, so that it is never
            # unknown.
            is_quick = self.held_for <= 0 and self._pacer.spacing(time.monotonic()) < _QUICK
            if not is_quick and not await self._wait_for_turn():
                return
            prepared = await self._intend(job)
            if is_quick and not await self._has_turn(job):
                if self._is_stopping.is_set():
                    return
                continue
            sent_at = time.monotonic()
            response = await self._send(lane, job, prepared)
            if response is not None:
                is_sent_again = self._is_refused(job, response, sent_at, attempt)
            else:
                is_sent_again = self._outcomes.may_send(job.number) and self._may_try(lane, attempt)
            if not is_sent_again:
                return
            attempt += 1

    def _may_try(self, lane: Lane, attempt: int) -> bool:
        """Return whether a row without a response is sent again now; without a connection it always is."""
        return lane.is_unsent or attempt < _ATTEMPTS

    async def _has_turn(self, job: Job) -> bool:
        """Return whether the turn of a row with an intent comes soon; otherwise note that it was not sent."""
        has_turn = False
        try:
            has_turn = await self._wait_for_turn(longest=_HELD)
        finally:
            if not has_turn:
                self._note({"n": job.number, "why": "held"})
        return has_turn

    async def _intend(self, job: Job) -> Prepared:
        """Write to the ledger that a row will be sent, and return its request."""
        if job.built.prepared.context.read:
            # Its request depends on the time, which is later now.
            job.built = build_row(self._plan.series, job.inputs, job.number)
        prepared = job.built.prepared
        require_confirmed(prepared, self._name)
        await self._ledger.intend(line_of(i=job.number, k=job.check.hex()))
        self._outcomes.apply({"i": job.number})
        return prepared

    async def _wait_for_turn(self, longest: float = LONGEST_HOLD) -> bool:
        """Return as soon as the next request may be sent, False if the batch ends, or it takes longer."""
        assert self._stopped is not None  # noqa: S101 - set by run()
        # One after the other, so that a turn that comes is not missed by all but one.
        async with self._turn:
            while not self._is_stopping.is_set():
                if self.held_for > LONGEST_HOLD:
                    self.stop(f"the service asked to wait for {self.held_for:.0f} s")
                    return False
                seconds = self._pacer.take(time.monotonic())
                if not seconds:
                    return True
                if seconds > longest:
                    return False
                try:
                    await asyncio.wait_for(self._stopped.wait(), seconds)
                except TimeoutError:
                    continue
        return False

    async def _send(self, lane: Lane, job: Job, prepared: Prepared) -> RawResponse | None:
        """Return the response, None if there was none; then the ledger says why."""
        platform = prepared.context.platform
        try:
            return await lane.send(
                prepared.request.wire(),
                timeout=platform.timeout,
                decompresses=platform.decompresses,
                admits=destination_check(prepared, self._name),
                admits_name=partial(require_inside, prepared=prepared) if prepared.fence else None,
            )
        except TransportError as error:
            is_unsent = error.is_unsent
            self._note_failure(job, prepared, type(error).__name__, is_unsent=is_unsent)
            if is_unsent or prepared.request.is_safe:
                self._pacer.hold(time.monotonic() + pause(min(self._failures, 5)))
            return None
        except BaseException as error:
            # A guard, a person who does not wait, or a fault of ours: the row may be on its way.
            kind = "stopped" if isinstance(error, asyncio.CancelledError) else type(error).__name__
            is_unsent = lane.is_unsent
            self._note_failure(job, prepared, kind, is_unsent=is_unsent)
            raise

    def _note_failure(self, job: Job, prepared: Prepared, kind: str, *, is_unsent: bool) -> None:
        # What changes nothing may be sent again, whatever became of it.
        is_certain = is_unsent or prepared.request.is_safe
        self._note({"n" if is_certain else "u": job.number, "why": _reason(kind, is_unsent=is_unsent)})
        self._count_failure(_reason(kind, is_unsent=is_unsent))

    def _is_refused(self, job: Job, response: RawResponse, sent_at: float, attempt: int) -> bool:
        """Note a response; return whether the row is to be sent again."""
        now, status = time.monotonic(), response.status_code
        headers = dict(reversed(response.headers))
        is_safe = job.built.prepared.request.is_safe
        if status == TOO_MANY:
            self._pacer.refuse(sent_at, now, headers)
            self._note({"n": job.number, "why": str(status)})
            if self._stop_after is not None and self._pacer.refusals >= self._stop_after:
                self.stop(f"the service refused {self._pacer.refusals} times, however slow the rate")
            return True
        self._pacer.learn(now, headers)
        if status in _OF_GATEWAYS:
            retry_after = retry_after_of(headers)
            self._pacer.hold(now + (pause(min(attempt, 5)) if retry_after is None else retry_after))
            if not is_safe:
                self._note({"u": job.number, "why": str(status)})
                self._count_failure(str(status))
                return False
            if attempt < _ATTEMPTS:
                self._note({"n": job.number, "why": str(status)})
                return True
        self._finish(job, response)
        return False

    def _finish(self, job: Job, response: RawResponse) -> None:
        """Keep the output of a row, and note its response."""
        prepared, status = job.built.prepared, response.status_code
        series = self._plan.series
        run = run_from_response(series.definition, series.app, prepared, response)
        output = kept_output(prepared, run, i=job.number, status=status)
        line: dict[str, Any] = {"o": job.number, "s": status, "ms": round(response.elapsed * 1000, 1)}
        line["at"] = round(time.time(), 3)
        if run.later_diagnostics.errors:
            line["why"] = "outputTemplate"
        self._note(line, output)
        self.sent += 1
        if status in _STOPPING:
            self.stop(f"the service returned {status}, as it would for every row")
        elif status >= _FAILED:
            self._count_failure(str(status))
        else:
            self._failures = 0

    def _count_failure(self, reason: str) -> None:
        self._failures += 1
        if self._stop_after is not None and self._failures >= self._stop_after:
            self.stop(f"{self._failures} failures in a row, the last: {reason}")

    def _note(self, line: Mapping[str, Any], output: bytes = b"") -> None:
        self._ledger.add(line_of(**line), output)
        self._outcomes.apply(line)


def run_in_thread(engine: Engine, watch: Callable[[], object] = lambda: None, *, each: float = 0.2) -> None:
    """Run an engine on a thread of its own until it ends; ``watch`` is called now and then, on this one.

    An interrupt stops it, a second one does not wait for what is on its way.

    Raises:
        KustomerNbError: what ended it.
    """
    failure: list[BaseException] = []
    # Not Thread.join: one that an interrupt ends takes the thread for ended (Python 3.11, bpo-45274).
    ended = threading.Event()

    def work() -> None:
        try:
            asyncio.run(engine.run())
        except BaseException as error:
            failure.append(error)
        finally:
            ended.set()

    # With the face in which messages are read.
    thread = threading.Thread(
        target=contextvars.copy_context().run, args=(work,), name="kustomer_nb batch", daemon=True
    )
    interrupts = 0
    thread.start()
    while not ended.is_set():
        try:
            ended.wait(each)
            watch()
        except KeyboardInterrupt:
            interrupts += 1
            engine.stop("interrupted")
            if interrupts > 1:
                engine.abandon()
        except BaseException:
            # What watches failed: the rows on their way still get their line.
            engine.stop("an error")
            ended.wait()
            raise
    if failure:
        raise failure[0]


def _reason(kind: str, *, is_unsent: bool) -> str:
    names = {"ResponseTimeoutError": "timeout", "TransportError": "connection broken"}
    if is_unsent and kind in names:
        return "no connection"
    return names.get(kind, kind)


def _changed(number: int) -> LoadError:
    message = f"row {number} is another one than in the plan, so nothing more was sent."
    fix = "make a new plan of the rows; those that were sent are in the ledger of this batch."
    return LoadError.from_code(Code.BATCH_MISMATCH, message, fix)
