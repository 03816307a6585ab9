"""Which requests the workbench asks about before it sends them, and what was approved."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b
from secrets import token_bytes
from typing import TYPE_CHECKING, NamedTuple

from kustomer_nb.config import SENDING
from kustomer_nb.run import (
    confirmation_name,
    confirmation_reason,
    is_confirmed_by,
    is_denied,
    real_origin,
    shown_origin,
)

if TYPE_CHECKING:
    from kustomer_nb.request import Request
    from kustomer_nb.run import Prepared

# Seconds that an approval holds, where it does not hold until the kernel restarts.
HOLDS = 15 * 60.0
_NO_END = float("inf")


class Asks(StrEnum):
    """What a person has to do before a request is sent."""

    NOTHING = "nothing"
    BUTTON = "button"
    NAME = "name"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked before one request is sent: its method, its host, and the name that may have to be typed.

    ``id`` names it in the answer, which sends the request that it was made of and no other. ``target`` is the
    host, with the scheme where that is not https. ``every_time`` says that no approval is enough.
    ``before`` is what was approved for this action and profile the last time, if it differs. ``reason`` says
    why it is asked.
    """

    asks: Asks
    id: str = ""
    method: str = ""
    host: str = ""
    target: str = ""
    name: str = ""
    every_time: bool = False
    reason: str = ""
    before: str = ""


class Target(NamedTuple):
    """What an approval is for; ``origin`` is a keyed hash of the real one, which may hold a setting.

    ``app`` is its project and name: a profile of another project is another one.
    """

    app: str
    action: str
    profile: str
    method: str
    origin: bytes


@dataclass(frozen=True, slots=True)
class Approval:
    """Until when requests to a target are sent without asking, by two clocks; the rest is how it is shown.

    The monotonic clock stands still while a computer sleeps, and the wall clock can be set back.
    """

    method: str
    host: str
    origin: str
    until: float
    until_wall: float


@dataclass
class Approvals:
    """What a person approved, by action, profile, method and real origin.

    An approval holds for fifteen minutes or until the kernel restarts. ``clock`` and ``wall`` give seconds.

    Example:
        >>> from kustomer_nb import load
        >>> action = load({"inputTemplate": {"uri": "https://shop.com/orders", "method": "post"}}).action()
        >>> prepared = action.prepare({}, action.context())
        >>> approvals = Approvals()
        >>> approvals.question(prepared, "create").asks
        <Asks.BUTTON: 'button'>
        >>> approvals.approve(prepared, "create", forever=True)
        >>> approvals.question(prepared, "create").asks
        <Asks.NOTHING: 'nothing'>
    """

    clock: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    _given: dict[Target, Approval] = field(default_factory=dict)
    # The target that was approved last, by action and profile; it is remembered when the approval has ended.
    _latest: dict[tuple[str, str, str], Target] = field(default_factory=dict)
    # Of this object: a hash that were the same everywhere could be looked up.
    _key: bytes = field(default_factory=lambda: token_bytes(32), repr=False)

    def question(self, prepared: Prepared, action: str, *, is_loopback: bool | None = None) -> Question:
        """Return what is asked before a prepared request of an action is sent, without an id.

        ``is_loopback`` is False if looking the name up has shown that the request leaves this machine.
        """
        request, profile = prepared.request, prepared.profile
        if prepared.mode not in SENDING:
            return Question(Asks.NOTHING)
        method, host, target = request.effective_method, request.host, _shown_target(request)
        if is_denied(request, profile):
            return Question(Asks.REFUSED, "", method, host, target)
        name = confirmation_name(prepared, is_loopback=is_loopback)
        every_time = is_loopback is False or _is_typed_every_time(prepared)
        if not name or (not every_time and self.holds(prepared, action)):
            return Question(Asks.NOTHING, "", method, host, target)
        before = self._before(prepared, action)
        asks = Asks.NAME if before or every_time else Asks.BUTTON
        reason = _reason(prepared, before, is_loopback=is_loopback, is_typed=asks is Asks.NAME)
        return Question(asks, "", method, host, target, name, every_time, reason, before)

    def _target(self, prepared: Prepared, action: str) -> Target:
        request = prepared.request
        # The written method too: a gateway may act on either.
        method = f"{request.method} {request.effective_method}".upper()
        real = real_origin(request).encode("utf-8", "surrogatepass")
        app = f"{prepared.context.root} {prepared.app.app}"
        return Target(app, action, prepared.profile.name, method, blake2b(real, key=self._key).digest())

    def _before(self, prepared: Prepared, action: str) -> str:
        """Return what was approved last for an action and profile, if it is not what a request does."""
        target = self._target(prepared, action)
        latest = self._latest.get((target.app, target.action, target.profile))
        if latest is None or latest == target:
            return ""
        approval, request = self._given[latest], prepared.request
        if approval.host != request.host:
            return f"{approval.method} to {approval.host}"
        if approval.origin != shown_origin(request):
            return f"{approval.method} to {approval.origin}"
        if approval.method != request.effective_method:
            return f"{approval.method} to {approval.host}"
        # What differs is hidden: the value of a setting, or a header that names another host.
        return f"{approval.method} to another host that is shown as {approval.host}"

    def approve(self, prepared: Prepared, action: str, *, forever: bool) -> None:
        """Approve the method and real origin of a request of an action, also for the next requests."""
        request, target = prepared.request, self._target(prepared, action)
        ends = (_NO_END, _NO_END) if forever else (self.clock() + HOLDS, self.wall() + HOLDS)
        self._given[target] = Approval(request.effective_method, request.host, shown_origin(request), *ends)
        self._latest[target.app, target.action, target.profile] = target

    def holds(self, prepared: Prepared, action: str) -> bool:
        """Return whether an approval of the method and real origin of a request holds."""
        approval = self._given.get(self._target(prepared, action))
        return approval is not None and self._seconds_left(approval) > 0

    def _seconds_left(self, approval: Approval) -> float:
        return min(approval.until - self.clock(), approval.until_wall - self.wall())

    def revoke(self) -> None:
        """Ask again before each request, the first time by a button as before any approval."""
        self._given.clear()
        self._latest.clear()

    @property
    def next_change(self) -> float | None:
        """Seconds until an approval that holds ends or has another number of minutes; None if none ends."""
        left = [self._seconds_left(approval) for approval in self._given.values()]
        return min((seconds % 60 or 60 for seconds in left if 0 < seconds < _NO_END), default=None)

    def shown(self, prepared: Prepared | None = None, action: str = "") -> list[dict[str, object]]:
        """Return the approvals that still hold, as the page shows them.

        ``minutes`` are those that are left, None if there is no end. ``is_current`` marks the one of a
        prepared request of an action.
        """
        current = None if prepared is None else self._target(prepared, action)
        rows: list[dict[str, object]] = []
        for target, approval in self._given.items():
            left = self._seconds_left(approval)
            if left > 0:
                minutes = None if left == _NO_END else -(-int(left) // 60)
                row = {"action": target.action, "profile": target.profile, "method": approval.method}
                rows.append(
                    {**row, "host": approval.host, "minutes": minutes, "is_current": target == current}
                )
        return rows


def _shown_target(request: Request) -> str:
    """Return where a request goes, for a button: this machine is reached without encryption by nature."""
    origin = shown_origin(request)
    return request.host if request.is_loopback or origin.startswith("https:") else origin


def _is_typed_every_time(prepared: Prepared) -> bool:
    """Return whether no approval is enough: real customers, DELETE, or a host that an input chose."""
    request = prepared.request
    is_chosen = bool(request.host_inputs) and bool(prepared.secret_sent)
    is_delete = "DELETE" in {request.method.upper(), request.effective_method.upper()}
    return prepared.profile.is_typed or is_delete or is_chosen


def _reason(prepared: Prepared, before: str, *, is_loopback: bool | None, is_typed: bool) -> str:
    """Return why it is asked, as sentences."""
    if is_loopback is False:
        return f"{prepared.request.host} is not this machine: its name leads to another one."
    if before:
        return f"Last time it was {before}."
    reason = confirmation_reason(prepared)
    doubt = reason.removeprefix("This can modify data.")
    if prepared.request.effective_method.upper() == "DELETE":
        return f"DELETE cannot be undone.{doubt if doubt != reason else ''}"
    if is_typed and prepared.profile.is_typed and doubt != reason:
        return f"Profile {prepared.profile.name} reaches real customers.{doubt}"
    return reason


def is_answered_by(question: Question, prepared: Prepared, typed: str) -> bool:
    """Return whether an answer is the one that a question asks for.

    A name that only looking it up has shown to be needed is checked by the guard of the run.

    Example:
        >>> from kustomer_nb import load
        >>> action = load({"inputTemplate": {"uri": "https://shop.com/orders", "method": "delete"}}).action()
        >>> prepared = action.prepare({}, action.context())
        >>> question = Approvals().question(prepared, "delete")
        >>> [is_answered_by(question, prepared, typed) for typed in ("", "shop.org", "shop.com")]
        [False, False, True]
    """
    if question.asks is Asks.NAME:
        return typed != "" and is_confirmed_by(prepared, typed)
    return question.asks in (Asks.BUTTON, Asks.NOTHING)


def confirming_name(prepared: Prepared) -> str:
    """Return the name that confirms a request on behalf of a person who approved it.

    It is not shown: the real host may contain the value of a setting.
    """
    return prepared.profile.name or prepared.request.real_host
