"""How a helper and a function are called, and what they may ask of the world around them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any, Protocol

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.jsontext.javascript import UNDEFINED, Undefined, string, string_number

OWN = "pass helpers= with one of your own."
QUOTED_LENGTH = 12
_LOG = logging.getLogger("kustomer_nb.template")


class HelperOptions(Protocol):
    """What a Handlebars helper is told of its call, as handlebars.js passes it last."""

    @property
    def this(self) -> Any:
        """The context at the call."""
        ...

    @property
    def name(self) -> str:
        """The helper's name as the template writes it."""
        ...

    @property
    def hash(self) -> Mapping[str, Any]:
        """The ``key=value`` arguments."""
        ...

    @property
    def data(self) -> Any:
        """The ``@`` variables."""
        ...

    def fn(self, context: Any, data: Any = None, block_params: Any = ()) -> Any:
        """Return the block rendered with a context."""
        ...

    def inverse(self, context: Any) -> Any:
        """Return the ``else`` block rendered with a context."""
        ...


class Helper(Protocol):
    """A Handlebars helper: the options first, then the arguments as JSON values or UNDEFINED."""

    def __call__(self, options: HelperOptions, /, *args: Any) -> Any:
        """Return what the call puts in its place."""
        ...


@dataclass(frozen=True, slots=True)
class Call:
    """What a ``/#fn:`` function is told of its call.

    ``hash`` is always empty there; with it a call can stand for the options of a helper without a block.
    """

    name: str
    hash: Mapping[str, Any] = field(default_factory=dict)


class Function(Protocol):
    """A function ``/#fn:name,path,arg``: the value of the path, or UNDEFINED, then its texts."""

    def __call__(self, call: Call, value: Any, /, *args: str) -> Any:
        """Return the value the call stands for, UNDEFINED for none."""
        ...


def clock() -> datetime:
    """Return the present instant in UTC."""
    return datetime.now(UTC)


def log(found: Diagnostic) -> None:
    """Write a finding to Python's log, as ``kustomer_nb.template``."""
    _LOG.warning("%s", found)


@dataclass(frozen=True, slots=True)
class Ambient:
    """The time, the chance and the ear a helper may use; each can be handed in, so that results are stable.

    ``now`` may give any time zone, and UTC is meant when it gives none. Findings go to ``report``, without a
    pointer or span: the caller knows the place.

    Example:
        >>> found = []
        >>> ambient = Ambient(report=found.append)
        >>> ambient.not_known("soon", "it is made up")
        UNDEFINED
        >>> found[0].code, found[0].message
        ('KNB308', 'what `soon` gives is not known here: it is made up.')
    """

    now: Callable[[], datetime] = clock
    random: Random = field(default_factory=Random)
    report: Callable[[Diagnostic], None] = log

    def not_known(self, name: str, why: str, fix: str = OWN) -> Undefined:
        """Report that what a call gives is not known here, and return the nothing it gives instead."""
        message = f"what `{name}` gives is not known here: {why}."
        self.report(Diagnostic(Code.HELPER_NOT_KNOWN_HERE, Severity.WARNING, "", message, fix))
        return UNDEFINED

    def only(self, name: str, extra: tuple[Any, ...]) -> None:
        """Report arguments beyond the public ones; they are left aside."""
        if extra:
            self.not_known(name, f"{_counted(extra)} more than is public, left aside here", "take it out.")


def text(value: Any) -> str:
    """Return ``String(value)``, and no text for a value nested too deep to be written.

    Example:
        >>> text([1, None]), text(UNDEFINED)
        ('1,', 'undefined')
    """
    try:
        return string(value)
    except RecursionError:
        return ""


def quote(value: Any) -> str:
    """Return how a message quotes an argument: only when it is short, since a long one may be a secret.

    Example:
        >>> quote("weeks"), quote("a" * 40), quote(None), quote(UNDEFINED), quote([1])
        ("'weeks'", 'a text of 40 characters', 'null', 'no value', 'an array')
    """
    if isinstance(value, str):
        return repr(value) if len(value) <= QUOTED_LENGTH else f"a text of {len(value)} characters"
    if value is UNDEFINED:
        return "no value"
    if isinstance(value, (dict, list)):
        return "an object" if isinstance(value, dict) else "an array"
    return text(value)


def padded(args: tuple[Any, ...], count: int) -> tuple[Any, ...]:
    """Return arguments filled up with UNDEFINED, as JavaScript fills them.

    Example:
        >>> padded((1,), 2)
        (1, UNDEFINED)
    """
    return args + (UNDEFINED,) * (count - len(args))


def whole_number(value: Any) -> int | None:
    """Return a whole number, also when it is written as text; None for everything else.

    Example:
        >>> whole_number(6), whole_number("-24"), whole_number(1.5), whole_number(True), whole_number("")
        (6, -24, None, None, None)
    """
    number = string_number(value) if isinstance(value, str) and value else value
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        return None
    return int(number) if isinstance(number, int) or number.is_integer() else None


def _counted(extra: tuple[Any, ...]) -> str:
    return "one argument is" if len(extra) == 1 else f"{len(extra)} arguments are"
