"""Tracebacks that leave the package: they show where an error occurred, but no value of a setting.

Real values exist only while a request is sent. But the frames of a traceback keep every local variable alive,
and tools that show them (``%xmode Verbose``, ``rich.traceback``, an error reporter, ``pytest -l``) print or
send the values. So the functions that users call clear the locals of all frames below them.
"""

from __future__ import annotations

import inspect
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, TypeVar, cast

from kustomer_nb.codes import Code
from kustomer_nb.errors import KustomerNbError, is_debugging

from .redactor import hide_all, holds_secret

F = TypeVar("F", bound=Callable[..., Any])


def scrub_tracebacks(function: F) -> F:
    """Return the function, wrapped so that no exception that leaves it contains the value of a setting.

    The traceback keeps files, lines and names. The locals of its frames are cleared, including those of the
    user's helpers and transports, whose arguments are real values. An exception of another package whose
    message contains a secret is replaced by one that only names its type (KNB824).

    Example:
        >>> @scrub_tracebacks
        ... def call(token: str) -> None:
        ...     raise ValueError("no token")
        >>> try:
        ...     call("s3cret")
        ... except ValueError as error:
        ...     [frame.f_locals.get("token") for frame, _ in traceback.walk_tb(error.__traceback__)]
        [None, None, None]
    """
    if inspect.iscoroutinefunction(function):

        @wraps(function)
        async def run_async(*args: Any, **kwargs: Any) -> Any:
            handled = sys.exception()
            try:
                return await function(*args, **kwargs)
            except BaseException as error:
                replacement = _scrubbed(error, handled)
                args, kwargs, handled = (), {}, None
                if replacement is None:
                    raise
            # Outside the except block: inside, its __context__ would be the original exception.
            raise replacement

        return cast(F, run_async)

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        handled = sys.exception()
        try:
            return function(*args, **kwargs)
        except BaseException as error:
            replacement = _scrubbed(error, handled)
            args, kwargs, handled = (), {}, None
            if replacement is None:
                raise
        raise replacement

    return cast(F, run)


def _scrubbed(error: BaseException, handled: BaseException | None) -> KustomerNbError | None:
    """Clear the frames of an exception, and return a replacement if its message contains a secret.

    ``handled`` is an exception that the caller was already handling; it is left alone.
    """
    chain = list(_chain(error, handled))
    forget_locals(*chain)
    if not any(_has_secret(link) for link in chain):
        return None
    message = f"{type(error).__name__} was raised, and its message contains the value of a setting."
    fix = "remove the secret from the exception message; the traceback shows where it was raised."
    replacement = KustomerNbError.from_code(Code.SECRET_IN_EXCEPTION, message, fix)
    # Without the frame of the wrapper, which is added again when the replacement is raised.
    frames = error.__traceback__
    return replacement.with_traceback(frames.tb_next if frames else None)


def forget_locals(*errors: BaseException) -> None:
    """Clear the locals in the frames of exceptions; ``KUSTOMER_NB_DEBUG=1`` keeps them, and warns."""
    if is_debugging():
        message = (
            "KUSTOMER_NB_DEBUG=1: tracebacks keep local variables, which may contain the values of settings."
        )
        try:
            warnings.warn(message, RuntimeWarning, stacklevel=2)
        except RuntimeWarning:
            # Warnings are errors here, and must not replace the error that is debugged.
            sys.stderr.write(f"{message}\n")
        return
    for error in errors:
        traceback.clear_frames(error.__traceback__)


def _chain(error: BaseException | None, handled: BaseException | None) -> Iterator[BaseException]:
    """Yield an exception with its causes, its contexts and the members of groups."""
    seen: set[int] = {id(handled)}
    waiting = [error]
    while waiting:
        link = waiting.pop()
        if link is None or id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        waiting += [link.__cause__, link.__context__]
        if isinstance(link, BaseExceptionGroup):
            waiting += link.exceptions


def _has_secret(error: BaseException) -> bool:
    """Whether the message or an attribute of an exception contains a secret; our own never do."""
    if isinstance(error, KustomerNbError):
        return False
    try:
        text = f"{error} {error.args!r} {vars(error)!r}"
    except Exception:
        # Its own __str__ or __repr__ fails, so what it contains is unknown.
        return True
    return hide_all(text) is not text


def may_be_shown(error: BaseException) -> bool:
    """Clear the locals of an exception and of its causes; return whether none of them contains a secret."""
    chain = list(_chain(error, None))
    forget_locals(*chain)
    return not any(_has_secret(link) or holds_secret(f"{link} {link.args!r}") for link in chain)
