"""What a helper of the user's own raised, and where, so that it can be debugged without showing a secret."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from kustomer_nb.printable import one_line
from kustomer_nb.secrets.redactor import holds_secret
from kustomer_nb.secrets.tracebacks import may_be_shown

_LONGEST_MESSAGE = 200
_LONGEST_LINE = 100


def describe(
    error: Exception, helper: Callable[..., Any], arguments: Iterable[Any], *, reads_setting: bool = False
) -> tuple[str, bool]:
    """Return the exception and the line that raised it, and whether the exception itself may be shown.

    Its text may quote any part of what the helper read. It is left out if it, or what led to it, holds a
    secret; if an argument does; or if the helper ``reads_setting``, perhaps in a form made by another helper.
    The locals of its frames are cleared, as in every exception that leaves the package.

    Example:
        >>> def total(options, value):
        ...     return int(value)
        >>> try:
        ...     total(None, "x")
        ... except ValueError as error:
        ...     describe(error, total, ["x"])[0].startswith("ValueError")
        True
    """
    # Without the frame that called the helper: it is running, and holds the arguments.
    user_traceback = error.__traceback__.tb_next if error.__traceback__ else None
    error = error.with_traceback(user_traceback)
    location = _location(error, helper)
    is_shown = may_be_shown(error) and not reads_setting and not any(map(holds_secret, _texts(arguments)))
    name = type(error).__name__
    message = _message(error) if is_shown else ""
    raised = f"{name}: {message}" if message else name
    return f"{raised}{location}", is_shown


def _message(error: Exception) -> str:
    text = one_line(str(error).rstrip("."))
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
    line = frame.line or ""
    source = f": {one_line(line)[:_LONGEST_LINE]}" if line and not holds_secret(line) else ""
    return f" ({file}, line {frame.lineno}{source})"


def _texts(value: Any) -> Iterator[str]:
    """Yield the strings and numbers in the arguments of a helper; other objects are of its own making."""
    if isinstance(value, dict):
        yield from map(str, value)
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, (str, int, float)):
        yield str(value)
