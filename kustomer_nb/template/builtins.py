"""The built-in helpers: if, unless, each, with, lookup and log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from kustomer_nb.jsontext.javascript import UNDEFINED, string

from .js_semantics import is_empty, is_falsy, is_nullish
from .lookup import members, own_property

if TYPE_CHECKING:
    from .runtime import Helper, Options

_LEVELS = {"debug": "DEBUG", "info": "INFO", "warn": "WARNING", "error": "ERROR"}


def passes(condition: Any, *, include_zero: Any = False) -> bool:
    """Return whether ``#if`` renders its block.

    Example:
        >>> passes(0), passes(0, include_zero=True), passes([]), passes({})
        (False, True, False, True)
    """
    return not is_empty(condition) and (not is_falsy(condition) or not is_falsy(include_zero))


def _if(options: Options, *args: Any) -> Any:
    condition = _only_argument(options, args)
    if passes(condition, include_zero=options.hash.get("includeZero", False)):
        return options.run(options.this)
    return options.run_inverse(options.this)


def _unless(options: Options, *args: Any) -> Any:
    return _if(options.swapped(), *args)


def _with(options: Options, *args: Any) -> Any:
    context = _only_argument(options, args)
    if is_empty(context):
        return options.run_inverse(options.this)
    return options.run(context, options.data, [context])


def _each(options: Options, *args: Any) -> Any:
    items = members(_only_argument(options, args))
    # Per item, the work of a quarter of a statement, so that a loop without a block is not free.
    options.count_work(4 * len(items))
    if not items:
        return options.run_inverse(options.this)
    return options.loop(items)


def _only_argument(options: Options, args: tuple[Any, ...]) -> Any:
    if len(args) != 1:
        raise options.error(*wrong_argument_count(options.name, len(args), 1))
    return args[0]


def wrong_argument_count(name: str, count: int, expected: int) -> tuple[str, str]:
    """Return the problem and the fix for a call with the wrong number of arguments."""
    arguments = "1 argument" if count == 1 else f"{count} arguments"
    return f"passes {arguments} to `{name}`, which takes {expected}", f"pass {expected}"


def _lookup(options: Options, *args: Any) -> Any:
    # handlebars.js passes the options last, so without arguments they are the value. It returns a falsy value
    # before it needs the other arguments.
    value = args[0] if args else options
    if is_falsy(value):
        return value
    if len(args) != 2:
        raise options.error(*wrong_argument_count(options.name, len(args), 2))
    key = string(args[1])
    options.count_work(len(key))
    return own_property(value, key)


def _log(options: Options, *args: Any) -> Any:
    write_log(options.hash.get("level", options.data.get("level")), map(string, args))
    return UNDEFINED


def write_log(level: Any, texts: Iterable[str]) -> None:
    """Write the arguments of ``{{log}}`` to the logger ``kustomer_nb.template``."""
    # Imported late: few templates log, and logging takes a tenth of the import time of the engine.
    import logging

    level_name = _LEVELS.get(string(level).lower(), "INFO")
    logging.getLogger("kustomer_nb.template").log(getattr(logging, level_name), "%s", " ".join(texts))


def section(options: Options, context: Any, value: Any, outer: list[Any]) -> Any:
    """Return the value of ``{{#name}}`` if the name is not a helper: a loop, a condition or a context.

    ``outer`` are the block parameters of the enclosing blocks, which handlebars.js passes to the block there.
    """
    if value is True:
        return options.run(context)
    if value is False or is_nullish(value) or (isinstance(value, (list, tuple)) and not value):
        return options.run_inverse(context)
    if isinstance(value, (list, tuple)):
        return _each(options, value)
    return options.run(value, options.data, outer)


BUILTINS: Mapping[str, Helper] = MappingProxyType(
    {"if": _if, "unless": _unless, "each": _each, "with": _with, "lookup": _lookup, "log": _log}
)
