"""The helpers every template has: if, unless, each, with, lookup and log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from kustomer_nb.jsontext.javascript import UNDEFINED, string

from .js_semantics import is_empty, is_falsy, is_nullish
from .lookup import members, own
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
    condition = _only(options, args)
    if passes(condition, include_zero=options.hash.get("includeZero", False)):
        return options.run(options.this)
    return options.run_inverse(options.this)


def _unless(options: Options, *args: Any) -> Any:
    return _if(options.swapped(), *args)


def _with(options: Options, *args: Any) -> Any:
    context = _only(options, args)
    if is_empty(context):
        return options.run_inverse(options.this)
    return options.run(context, options.data, [context])


def _each(options: Options, *args: Any) -> Any:
    found = members(_only(options, args))
    options.charge(4 * len(found))
    if not found:
        return options.run_inverse(options.this)
    return options.loop(found)


def _only(options: Options, args: tuple[Any, ...]) -> Any:
    if len(args) != 1:
        raise options.refused(*wrong_count(options.name, len(args), 1))
    return args[0]


def wrong_count(name: str, found: int, wanted: int) -> tuple[str, str]:
    """Return what is wrong with a call of too many or too few arguments, and the way out."""
    return f"gives `{name}` {found} arguments, and it takes {wanted}", f"give it {wanted}"


def _lookup(options: Options, *args: Any) -> Any:
    value = args[0] if args else options
    if is_falsy(value):
        return value
    if len(args) != 2:
        raise options.refused(*wrong_count(options.name, len(args), 2))
    key = string(args[1])
    options.charge(len(key))
    return own(value, key)


def _log(options: Options, *args: Any) -> Any:
    write_log(options.hash.get("level", options.data.get("level")), map(string, args))
    return UNDEFINED


def write_log(level: Any, texts: Iterable[str]) -> None:
    """Write what ``{{log}}`` is given to the log ``kustomer_nb.template``."""
    # Imported late: few templates log, and it costs a tenth of what the engine does.
    import logging

    chosen = _LEVELS.get(string(level).lower(), "INFO")
    logging.getLogger("kustomer_nb.template").log(getattr(logging, chosen), "%s", " ".join(texts))


def section(options: Options, context: Any, value: Any, outer: list[Any]) -> Any:
    """Return the value of ``{{#name}}`` where the name is no helper: a loop, a condition or a context.

    ``outer`` is what handlebars.js gives as block parameters there: the ones of the blocks around.
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
