"""What an exception carries out of the package: where it happened, and no value of a setting.

Real values exist only inside the send. But the frames of a traceback keep every local variable alive, and
what shows them (``%xmode Verbose``, ``rich.traceback``, an error reporter, ``pytest -l``) prints or sends
them. So the functions that users call forget the locals of all that happened inside.
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
    """Return the function, made so that an exception that leaves it tells no value of a setting.

    The traceback keeps files, lines and names. The locals of the frames are cleared, those of helpers and
    transports of the user's too, for their arguments are such values. An exception that is not ours and
    whose text holds a secret is replaced by one that only names its type (KNB824).

    Example:
        >>> @scrub_tracebacks
        ... def call(token: str) -> None:
        ...     raise ValueError("no token")
        >>> try:
        ...     call("s3cret")
        ... except ValueError as error:
        ...     [one.f_locals.get("token") for one, _ in traceback.walk_tb(error.__traceback__)]
        [None, None, None]
    """
    if inspect.iscoroutinefunction(function):

        @wraps(function)
        async def awaited(*given: Any, **named: Any) -> Any:
            handled = sys.exception()
            try:
                return await function(*given, **named)
            except BaseException as error:
                leaving = _forgotten(error, handled)
                given, named, handled = (), {}, None
                if leaving is None:
                    raise
            # Not within the except: there it would hold the other one as its context.
            raise leaving

        return cast(F, awaited)

    @wraps(function)
    def called(*given: Any, **named: Any) -> Any:
        handled = sys.exception()
        try:
            return function(*given, **named)
        except BaseException as error:
            leaving = _forgotten(error, handled)
            given, named, handled = (), {}, None
            if leaving is None:
                raise
        raise leaving

    return cast(F, called)


def _forgotten(error: BaseException, handled: BaseException | None) -> KustomerNbError | None:
    """Clear the frames of an exception, and return one in its place where its text holds a secret.

    ``handled`` is one of the caller's own that was there before.
    """
    chain = list(_chain(error, handled))
    forget_locals(*chain)
    if not any(_tells(one) for one in chain):
        return None
    message = f"{type(error).__name__} was raised, and what it says holds the value of a setting."
    fix = "raise it without that value; the traceback shows where."
    replacement = KustomerNbError.from_code(Code.SECRET_IN_EXCEPTION, message, fix)
    place = error.__traceback__
    return replacement.with_traceback(place.tb_next if place else None)


def forget_locals(*errors: BaseException) -> None:
    """Clear the locals in the frames of exceptions; ``KUSTOMER_NB_DEBUG=1`` keeps them, and warns."""
    if is_debugging():
        message = (
            "KUSTOMER_NB_DEBUG=1: tracebacks keep local variables, which may hold the values of settings."
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
    """Yield an exception, and all it came of."""
    seen: set[int] = {id(handled)}
    waiting = [error]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [one.__cause__, one.__context__]
        if isinstance(one, BaseExceptionGroup):
            waiting += one.exceptions


def _tells(error: BaseException) -> bool:
    """Whether an exception that is not ours tells a secret by what it says or holds."""
    if isinstance(error, KustomerNbError):
        return False
    try:
        said = f"{error} {error.args!r} {vars(error)!r}"
    except Exception:
        # Its own __str__ or __repr__ fails, so nobody knows what it tells.
        return True
    return hide_all(said) is not said


def may_be_shown(error: BaseException) -> bool:
    """Clear the locals of an exception and of what led to it; return whether none of them tells a secret."""
    chain = list(_chain(error, None))
    forget_locals(*chain)
    return not any(_tells(one) or holds_secret(f"{one} {one.args!r}") for one in chain)
