"""Every exception of the package, rooted at `KustomerNbError`.

::

    KustomerNbError
    ├── LoadError            the text or file cannot be read at all
    ├── EditError            a change that cannot be made to a text
    ├── SaveError            a file that must not or cannot be written
    ├── NameNotFoundError    no action, setting or profile of that name (a LookupError too)
    ├── TemplateError        a template that cannot be parsed, with its place
    ├── InputError           inputs the platform would reject
    ├── RequestError         a request that cannot be built or must not be sent as it is
    ├── SettingError         a setting has no value
    ├── GuardError           refused: nobody confirmed it, or it goes where it must not
    └── TransportError       no answer came back
        ├── AnswerTimeoutError   none came back in time
        └── ReplayError          nothing that was recorded fits the request

A fault in a document is a `Diagnostic`, an answer of 400 or more is a `Run`; an exception is only for what
stops the work. Each carries ``diagnostics``: every fault at once, never only the first.
"""

from __future__ import annotations

from collections.abc import Iterable

from kustomer_nb.diagnostics import Diagnostic, Diagnostics


class KustomerNbError(Exception):
    """Base of every error of this package; ``diagnostics`` holds each fault with its place and way out."""

    def __init__(self, found: Iterable[Diagnostic]) -> None:
        self.diagnostics = found if isinstance(found, Diagnostics) else Diagnostics(found)
        super().__init__("\n".join(str(one) for one in self.diagnostics))


class LoadError(KustomerNbError):
    """The text or file cannot be read at all."""


class EditError(KustomerNbError):
    """A change cannot be made to a text, which is as it was."""


class SaveError(KustomerNbError):
    """A file must not or cannot be written; it is as it was."""


class NameNotFoundError(KustomerNbError, LookupError):
    """There is no action, setting or profile of that name."""


class TemplateError(KustomerNbError):
    """A template cannot be parsed; ``line`` and ``column`` count from 1 within the template."""

    @property
    def line(self) -> int:
        """The line of the first fault, from 1."""
        span = self.diagnostics[0].span
        return span.line if span else 1

    @property
    def column(self) -> int:
        """The column of the first fault, from 1."""
        span = self.diagnostics[0].span
        return span.column if span else 1


class InputError(KustomerNbError):
    """The platform would reject these inputs."""


class RequestError(KustomerNbError):
    """The request cannot be built, or must not be sent as it is."""


class SettingError(KustomerNbError):
    """A setting has no value; the message names the variable to set."""


class GuardError(KustomerNbError):
    """A request was refused, or not confirmed, so nothing was sent.

    ``name`` is what to confirm it with; empty where no name helps, or where the name holds a setting.
    """

    def __init__(self, found: Iterable[Diagnostic], *, name: str = "") -> None:
        super().__init__(found)
        self.name = name


class TransportError(KustomerNbError):
    """No answer came back: refused, unknown host, broken connection.

    ``is_unsent`` says that nothing of the request has left, so that it was not carried out.
    """

    def __init__(self, found: Iterable[Diagnostic], *, is_unsent: bool = False) -> None:
        super().__init__(found)
        self.is_unsent = is_unsent


class AnswerTimeoutError(TransportError):
    """No answer came back in time; whether the request was carried out is unknown."""


class ReplayError(TransportError):
    """Nothing that was recorded fits the request; the network was not touched."""
