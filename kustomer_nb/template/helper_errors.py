"""What a helper of the user's own raised, and where, so that it can be debugged without showing a secret."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from kustomer_nb.printable import one_line
from kustomer_nb.secrets.secret import all_secrets
from kustomer_nb.secrets.tracebacks import forget_locals

_LONGEST_MESSAGE = 200
_LONGEST_LINE = 100


def describe(error: Exception, helper: Callable[..., Any], arguments: Iterable[Any]) -> tuple[str, bool]:
    """Return the exception and the line that raised it, and whether the exception itself may be shown.

    The text of the exception is left out if it, or an argument of the helper, contains a secret: it may quote
    any part of it. The locals of its frames are cleared, as at every border of the package.

    Example:
        >>> def total(options, value):
        ...     return int(value)
        >>> try:
        ...     total(None, "x")
        ... except ValueError as error:
        ...     describe(error, total, ["x"])[0].partition(" (")[0]
        "ValueError: invalid literal for int() with base 10: 'x'"
    """
    # Without the frame that called the helper: it is running, and holds the arguments.
    user_traceback = error.__traceback__.tb_next if error.__traceback__ else None
    error = error.with_traceback(user_traceback)
    location = _location(error, helper)
    forget_locals(error)
    message = _message(error)
    is_shown = not _holds_secret([message, *_texts(arguments)])
    name = type(error).__name__
    raised = f"{name}: {message}" if is_shown and message else name
    return f"{raised}{location}", is_shown


def _message(error: Exception) -> str:
    try:
        text = str(error)
    except Exception:
        # An exception class of the user's own may fail at this too.
        return ""
    text = one_line(text.rstrip("."))
    return text if len(text) <= _LONGEST_MESSAGE else f"{text[:_LONGEST_MESSAGE]}…"


def _location(error: Exception, helper: Callable[..., Any]) -> str:
    """Return file, line and source of the deepest line in the file of the helper."""
    frames = traceback.extract_tb(error.__traceback__)
    code = getattr(helper, "__code__", None)
    own = [frame for frame in frames if code is None or frame.filename == code.co_filename] or frames
    if not own:
        # A helper written in C has no frame.
        return ""
    frame = own[-1]
    path = Path(frame.filename)
    # IPython runs each cell as a file with a temporary name.
    file = "the notebook cell" if path.parent.name.startswith("ipykernel_") else path.name
    line = one_line(frame.line or "")[:_LONGEST_LINE]
    source = f": {line}" if line and not _holds_secret([line]) else ""
    return f" ({file}, line {frame.lineno}{source})"


def _holds_secret(texts: Iterable[str]) -> bool:
    values = [str(secret.reveal()) for secret in all_secrets()]
    return any(value in text for text in texts for value in values if value)


def _texts(value: Any) -> Iterator[str]:
    """Yield the strings and numbers in the arguments of a helper."""
    if isinstance(value, dict):
        yield from map(str, value)
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts(item)
    else:
        yield str(value)
