"""The calling conventions of helpers and functions, and the time, randomness and reporting they use."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any, Protocol

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.faces import alternatives, how_to_pass
from kustomer_nb.jsontext.javascript import UNDEFINED, Undefined, string, string_number
from kustomer_nb.printable import quoted

# Short enough for the name of a unit or operator, too short for a token.
QUOTED_LENGTH = 12
_LOG = logging.getLogger("kustomer_nb.template")


class HelperOptions(Protocol):
    """The options of a Handlebars helper, which handlebars.js passes as the last argument."""

    @property
    def this(self) -> Any:
        """The context of the call."""
        ...

    @property
    def name(self) -> str:
        """The name of the helper, as written in the template."""
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
        """Return the value of the call."""
        ...


@dataclass(frozen=True, slots=True)
class Call:
    """The first argument of a ``/#fn:`` function.

    ``hash`` is empty for functions; with it a call can be the options of a helper that does not use a block.
    """

    name: str
    hash: Mapping[str, Any] = field(default_factory=dict)


class Function(Protocol):
    """A function ``/#fn:name,path,arg``: the value at the path, or UNDEFINED, then the other arguments."""

    def __call__(self, call: Call, value: Any, /, *args: str) -> Any:
        """Return the value of the call; UNDEFINED for none."""
        ...


def clock() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


def log(diagnostic: Diagnostic) -> None:
    """Write a diagnostic to the logger ``kustomer_nb.template``."""
    _LOG.warning("%s", diagnostic)


@dataclass(frozen=True, slots=True)
class Ambient:
    """The time, randomness and reporting that helpers use; pass your own for repeatable results.

    ``now`` may return any time zone; without one, UTC is assumed. ``report`` receives diagnostics without a
    pointer or span, which the caller adds.

    Example:
        >>> diagnostics = []
        >>> ambient = Ambient(report=diagnostics.append)
        >>> ambient.report_unknown("soon", "it is made up")
        UNDEFINED
        >>> diagnostics[0].code, diagnostics[0].message
        ('KNB308', 'the result of `soon` is unknown: it is made up.')
    """

    now: Callable[[], datetime] = clock
    random: Random = field(default_factory=Random)
    report: Callable[[Diagnostic], None] = log

    def report_unknown(self, name: str, why: str, fix: str = "") -> Undefined:
        """Report that the result of a call is unknown, and return UNDEFINED in its place."""
        message = f"the result of `{name}` is unknown: {why}."
        fix = fix or alternatives(how_to_pass("helpers", name))
        self.report(Diagnostic(Code.HELPER_NOT_KNOWN_HERE, Severity.WARNING, "", message, fix))
        return UNDEFINED

    def report_extra(self, name: str, extra: tuple[Any, ...]) -> None:
        """Report arguments beyond the documented ones, which are ignored."""
        if extra:
            count = "1 argument is" if len(extra) == 1 else f"{len(extra)} arguments are"
            self.report_unknown(
                name, f"{count} not documented, and ignored here", "remove the extra arguments."
            )


def text(value: Any) -> str:
    """Return ``String(value)``; empty for a value that is nested too deep.

    Example:
        >>> text([1, None]), text(UNDEFINED)
        ('1,', 'undefined')
    """
    # A helper must not raise for any JSON value.
    try:
        return string(value)
    except RecursionError:
        return ""


def quote(value: Any) -> str:
    """Return an argument as quoted in a message; a long string is not quoted, since it may be a secret.

    Example:
        >>> quote("weeks"), quote("a" * 40), quote(None), quote(UNDEFINED), quote([1])
        ('"weeks"', 'a string of 40 characters', 'null', 'no value', 'an array')
    """
    if isinstance(value, str):
        return quoted(value) if len(value) <= QUOTED_LENGTH else f"a string of {len(value)} characters"
    if value is UNDEFINED:
        return "no value"
    if isinstance(value, (dict, list)):
        return "an object" if isinstance(value, dict) else "an array"
    return text(value)


def pad_arguments(args: tuple[Any, ...], count: int) -> tuple[Any, ...]:
    """Return the arguments padded with UNDEFINED, as in JavaScript.

    Example:
        >>> pad_arguments((1,), 2)
        (1, UNDEFINED)
    """
    return args + (UNDEFINED,) * (count - len(args))


def parse_whole_number(value: Any) -> int | None:
    """Return a whole number, which may be a string; None for any other value.

    Example:
        >>> [parse_whole_number(value) for value in (6, "-24", 1.5, True, "")]
        [6, -24, None, None, None]
    """
    number = string_number(value) if isinstance(value, str) and value else value
    # True is an int in Python, but not a number in JSON.
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        return None
    return int(number) if isinstance(number, int) or number.is_integer() else None
