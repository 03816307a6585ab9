"""Which requests the workbench asks about before it sends them, and what was approved."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from kustomer_nb.config import SENDING
from kustomer_nb.run import confirmation_name, confirmation_reason, is_denied

if TYPE_CHECKING:
    from kustomer_nb.run import Prepared

# Seconds that an approval holds, where it does not hold until the kernel restarts.
HOLDS = 15 * 60.0


class Asks(StrEnum):
    """What a person has to do before a request is sent."""

    NOTHING = "nothing"
    BUTTON = "button"
    NAME = "name"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked before a request is sent: its method, its host, and the name that may have to be typed.

    ``before`` is the method and host that was approved for this action and profile the last time, if they
    differ. ``reason`` says why it is asked.
    """

    asks: Asks
    method: str = ""
    host: str = ""
    name: str = ""
    reason: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class Approval:
    """A method and host that may be sent to without asking, until a time of the monotonic clock."""

    method: str
    host: str
    until: float


@dataclass
class Approvals:
    """What a person approved, by action and profile.

    An approval holds for one method and one host, for fifteen minutes or until the kernel restarts. ``clock``
    gives seconds.

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
    _given: dict[tuple[str, str], Approval] = field(default_factory=dict)

    def question(self, prepared: Prepared, action: str) -> Question:
        """Return what is asked before a prepared request of an action is sent."""
        request, profile = prepared.request, prepared.profile
        if prepared.mode not in SENDING:
            return Question(Asks.NOTHING)
        method, host = request.effective_method, request.host
        if is_denied(request, profile):
            return Question(Asks.REFUSED, method, host)
        name = confirmation_name(prepared)
        if not name:
            return Question(Asks.NOTHING, method, host)
        is_typed = _is_always_typed(prepared)
        if self.holds(prepared, action) and not is_typed:
            return Question(Asks.NOTHING, method, host)
        approval = self._given.get((action, profile.name))
        is_other = approval is not None and (approval.method, approval.host) != (method, host)
        before = f"{approval.method} to {approval.host}" if approval is not None and is_other else ""
        asks = Asks.NAME if before or is_typed else Asks.BUTTON
        return Question(asks, method, host, name, confirmation_reason(prepared), before)

    def approve(self, prepared: Prepared, action: str, *, forever: bool) -> None:
        """Approve the method and host of a request of an action, also for the next requests."""
        until = float("inf") if forever else self.clock() + HOLDS
        request = prepared.request
        approval = Approval(request.effective_method, request.host, until)
        self._given[action, prepared.profile.name] = approval

    def holds(self, prepared: Prepared, action: str) -> bool:
        """Return whether an approval of the method and host of a request holds."""
        approval, request = self._given.get((action, prepared.profile.name)), prepared.request
        if approval is None or approval.until <= self.clock():
            return False
        return (approval.method, approval.host) == (request.effective_method, request.host)

    def revoke(self) -> None:
        """Ask again before each request, the first time by a button as before any approval."""
        self._given.clear()

    def shown(self) -> list[dict[str, object]]:
        """Return the approvals that still hold, as the page shows them.

        ``minutes`` are those that are left, None if there is no end.
        """
        now = self.clock()
        return [
            {
                "action": action,
                "profile": profile,
                "method": approval.method,
                "host": approval.host,
                "minutes": None if approval.until == float("inf") else -(-int(approval.until - now) // 60),
            }
            for (action, profile), approval in self._given.items()
            if approval.until > now
        ]


def _is_always_typed(prepared: Prepared) -> bool:
    """Return whether no approval is enough: real customers, DELETE, or a host that an input chose."""
    request = prepared.request
    is_chosen = bool(request.host_inputs) and bool(prepared.secret_sent)
    return prepared.profile.is_typed or request.effective_method.upper() == "DELETE" or is_chosen


def confirming_name(prepared: Prepared) -> str:
    """Return the name that confirms a request on behalf of a person who approved it.

    It is not shown: the real host may contain the value of a setting.
    """
    return prepared.profile.name or prepared.request.real_host
