"""Every exception of the package, rooted at `KustomerNbError`.

::

    KustomerNbError
    ├── LoadError            the text or file cannot be read at all
    ├── EditError            a change that cannot be made to a text
    ├── ConversionError      a request that cannot be imported
    ├── SaveError            a file that must not or cannot be written
    ├── NameNotFoundError    no action, setting or profile of that name (a LookupError too)
    ├── TemplateError        a template that cannot be parsed, with its position
    ├── InputError           inputs that the platform would reject
    ├── RequestError         a request that cannot be built, or must not be sent as it is
    ├── SettingError         a setting has no value
    ├── GuardError           a request that was not confirmed, or whose host is not allowed
    └── TransportError       no response was received
        ├── ResponseTimeoutError   no response was received in time
        └── ReplayError          no recorded exchange matches the request

A problem in a document is a `Diagnostic`, and a response with status 400 or more is a `Run`: an exception is
raised only if the work cannot continue. Its ``diagnostics`` are all problems, not only the first.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Self

from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity, Span
from kustomer_nb.printable import one_line


def is_debugging() -> bool:
    """Return whether ``KUSTOMER_NB_DEBUG=1`` is set: errors then show tracebacks with their locals."""
    return os.environ.get("KUSTOMER_NB_DEBUG") == "1"


class KustomerNbError(Exception):
    """Base of every error of this package; ``diagnostics`` holds each problem with its location and fix."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = diagnostics if isinstance(diagnostics, Diagnostics) else Diagnostics(diagnostics)
        super().__init__("\n".join(str(diagnostic) for diagnostic in self.diagnostics))
        causes = (diagnostic.cause for diagnostic in self.diagnostics if diagnostic.cause is not None)
        if (cause := next(causes, None)) is not None:
            self.__cause__ = cause

    @classmethod
    def from_code(
        cls, code: str, message: str, fix: str, *, pointer: str = "", span: Span | None = None
    ) -> Self:
        """Return the error for one problem.

        Example:
            >>> print(SettingError.from_code("KNB801", "the setting has no value.", "set SHOP_API_KEY."))
            KNB801 the setting has no value. Fix: set SHOP_API_KEY.
        """
        return cls([Diagnostic(code, Severity.ERROR, pointer, message, fix, span)])

    @property
    def _render_traceback_(self) -> Callable[[], list[str]]:
        """What IPython shows of the error: the message alone, since its frames are ours and not the user's.

        IPython asks for this attribute by ``hasattr``, so that without it the traceback appears as usual.
        """
        # To debug this package itself, or a helper of the user that raised one of its errors.
        if is_debugging():
            raise AttributeError("_render_traceback_")
        return self._lines

    # IPython prints these lines in place of a traceback, one after the other.
    def _lines(self) -> list[str]:
        name = type(self).__name__
        # Python sets `__notes__` only when `add_note` is called (PEP 678).
        notes = getattr(self, "__notes__", [])
        if len(self.diagnostics) == 1:
            return [*_lines_of(self.diagnostics[0], f"{name}: "), *notes]
        problems = [line for diagnostic in self.diagnostics for line in _lines_of(diagnostic, "  ")]
        return [f"{name}: {len(self.diagnostics)} problems", *problems, *notes]


def _lines_of(diagnostic: Diagnostic, prefix: str) -> list[str]:
    message = one_line(f"{prefix}{diagnostic.code} {diagnostic.message}")
    location = [one_line(f"    at {diagnostic.where}")] if diagnostic.where else []
    fix = [one_line(f"    Fix: {diagnostic.fix}")] if diagnostic.fix else []
    return [message, *location, *fix]


class LoadError(KustomerNbError):
    """The text or file cannot be read at all."""


class EditError(KustomerNbError):
    """A change cannot be made to a text, which stays unchanged."""


class ConversionError(KustomerNbError):
    """A request, such as a curl command, cannot be imported as an action."""


class SaveError(KustomerNbError):
    """A file must not or cannot be written; it stays unchanged."""


class NameNotFoundError(KustomerNbError, LookupError):
    """There is no action, setting or profile of that name."""


class TemplateError(KustomerNbError):
    """A template cannot be parsed; ``line`` and ``column`` count from 1 within the template."""

    @property
    def line(self) -> int:
        """The line of the first problem, from 1."""
        span = self.diagnostics[0].span
        return span.line if span else 1

    @property
    def column(self) -> int:
        """The column of the first problem, from 1."""
        span = self.diagnostics[0].span
        return span.column if span else 1


class InputError(KustomerNbError):
    """The platform would reject these inputs."""


class RequestError(KustomerNbError):
    """The request cannot be built, or must not be sent as it is."""


class SettingError(KustomerNbError):
    """A setting has no value; the message names the variable to set."""


class GuardError(KustomerNbError):
    """A request was rejected or not confirmed; nothing was sent.

    ``name`` is the name to confirm it with; empty if confirming does not help, or if the name holds a
    setting.
    """

    def __init__(self, diagnostics: Iterable[Diagnostic], *, name: str = "") -> None:
        super().__init__(diagnostics)
        self.name = name


class TransportError(KustomerNbError):
    """No response was received: connection refused, unknown host, broken connection.

    ``is_unsent`` is true if no part of the request was sent, so that it cannot have been processed.
    """

    def __init__(self, diagnostics: Iterable[Diagnostic], *, is_unsent: bool = False) -> None:
        super().__init__(diagnostics)
        self.is_unsent = is_unsent


class ResponseTimeoutError(TransportError):
    """No response was received in time; the request may still have been processed."""


class ReplayError(TransportError):
    """No recorded exchange matches the request; nothing was sent."""
