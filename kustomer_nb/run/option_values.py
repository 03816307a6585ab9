"""The values of options as a caller gives them: checked, and read once, since they may be of any class."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from kustomer_nb.config.settings import EnvironmentVariable
from kustomer_nb.jsontext.bounds import require_end
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.options import LARGEST_SEED, MOST_RETRIES
from kustomer_nb.platform import Platform
from kustomer_nb.schema.from_python import plain
from kustomer_nb.secrets import Secret, as_secret

from .result import Run

# The type of each option; those that may be of several types are checked where they are read.
_TYPES: dict[str, type | tuple[type, ...]] = {
    "settings": Mapping,
    "profile": str,
    "hosts": Mapping,
    "mode": str,
    "confirm": str,
    "accounts": Mapping,
    "env": Mapping,
    "helpers": Mapping,
    "now": datetime,
    "seed": int,
    "steps": Mapping,
    "parse_limit": int,
    "retry": int,
    "cassette": (str, Path),
    "platform": Platform,
}
_MAPPINGS = tuple(name for name, expected in _TYPES.items() if expected is Mapping)
_STRING_MAPPINGS = ("hosts", "env")
_SECRET_MAPPINGS = ("settings", "accounts")
# More than any file of settings or workflow holds.
MOST_ENTRIES = 100_000
# A response is parsed down to 200 levels, and is a part of an output.
DEEPEST_STEP = 300
# A number of more bits is not quoted in a message: its digits would fill the screen.
_QUOTED_BITS = 128


def checked(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return options with mappings as dicts, runs as their outputs, and settings as secrets.

    Options that are None are left out: they were not given.

    Raises:
        TypeError: a value is of another type than the option takes.
        ValueError: a value is out of range.
    """
    values = {name: value for name, value in options.items() if value is not None}
    _require_types(values)
    _require_ranges(values)
    values |= {name: _pairs(name, values[name]) for name in _MAPPINGS if name in values}
    for name in _STRING_MAPPINGS:
        _require_strings(name, values.get(name, {}))
    for name, helper in values.get("helpers", {}).items():
        if not callable(helper):
            msg = f"helpers: {name!r} is not a function, but {quote(helper)}"
            raise TypeError(msg)
    if "steps" in values:
        values["steps"] = _outputs(values["steps"])
    if "allow_missing" in values:
        values["allow_missing"] = _names(values["allow_missing"])
    values |= {name: _secrets(name, values[name]) for name in _SECRET_MAPPINGS if name in values}
    if "cassette" in values:
        values["cassette"] = Path(os.path.expanduser(values["cassette"]))  # noqa: PTH111 - raises for no user
    return values


def _require_types(values: Mapping[str, Any]) -> None:
    for name, expected in _TYPES.items():
        if name not in values:
            continue
        value = values[name]
        # True is an int in Python, but neither a seed nor a number of retries.
        if not isinstance(value, expected) or isinstance(value, bool):
            types = expected if isinstance(expected, tuple) else (expected,)
            # What was passed for a mapping of settings may be a token.
            quoted = "the value" if name in _SECRET_MAPPINGS else quote(value)
            msg = f"{name}: {quoted} is not of type {' or '.join(kind.__name__ for kind in types)}"
            raise TypeError(msg)


def _require_ranges(values: Mapping[str, Any]) -> None:
    if not 0 <= values.get("retry", 0) <= MOST_RETRIES:
        msg = f"retry: {quote(values['retry'])} is not from 0 to {MOST_RETRIES}"
        raise ValueError(msg)
    if not -LARGEST_SEED <= values.get("seed", 0) < LARGEST_SEED:
        msg = "seed: the number has more than 64 bits"
        raise ValueError(msg)


def _require_strings(name: str, mapping: Mapping[str, Any]) -> None:
    for key, value in mapping.items():
        if not isinstance(value, str):
            msg = f"{name}: the value of {key!r} is not a string"
            raise TypeError(msg)


def quote(value: Any) -> str:
    """Return a value as a message quotes it; only the type of one that may be long, or raise.

    Example:
        >>> quote("live"), quote([1])
        ("'live'", 'a value of type list')
    """
    # The exact types: a subclass may have a repr of its own that raises.
    if type(value) in (str, float, bool) or (type(value) is int and value.bit_length() <= _QUOTED_BITS):
        return f"{value!r:.80}"
    return f"a value of type {type(value).__name__}"


def _pairs(name: str, mapping: Mapping[Any, Any]) -> dict[str, Any]:
    try:
        pairs = list(islice(mapping.items(), MOST_ENTRIES + 1))
    except Exception as error:
        # Its message may quote a value of the mapping.
        msg = f"{name}: reading it raised {type(error).__name__}"
        raise TypeError(msg) from None
    if len(pairs) > MOST_ENTRIES:
        msg = f"{name}: it has more than {MOST_ENTRIES:,} entries"
        raise ValueError(msg)
    if wrong := [type(key).__name__ for key, _ in pairs if not isinstance(key, str)]:
        msg = f"{name}: a key is of type {wrong[0]}, not a string"
        raise TypeError(msg)
    # A subclass of str may have a hash or a repr of its own.
    return {str.__str__(key): value for key, value in pairs}


def _names(value: Any) -> frozenset[str]:
    names: Iterable[Any] = [value] if isinstance(value, str) else value
    try:
        items = list(islice(names, MOST_ENTRIES + 1))
    except Exception as error:
        msg = f"allow_missing: reading it raised {type(error).__name__}"
        raise TypeError(msg) from None
    if len(items) > MOST_ENTRIES or not all(isinstance(item, str) for item in items):
        msg = "allow_missing: it is not a list of names"
        raise TypeError(msg)
    return frozenset(items)


def _outputs(steps: Mapping[str, Any]) -> dict[str, Any]:
    """Return the output of each step, which may be given as a run."""
    outputs = {step: output.output if isinstance(output, Run) else output for step, output in steps.items()}
    require_end(outputs, "/steps", max_depth=DEEPEST_STEP)
    return outputs


def _secrets(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    # Wrapped before anything else sees them, so that no traceback further in shows a value.
    secrets = {key: _secret(name, key, value) for key, value in values.items()}
    # None is a setting without a value, but no token of an account.
    return {key: secret for key, secret in secrets.items() if secret is not None or name == "settings"}


def _secret(name: str, key: str, value: Any) -> Any:
    if isinstance(value, (Secret, EnvironmentVariable)):
        return value
    read = plain(value)
    if read.faults or isinstance(read.value, (dict, list)):
        msg = f"{name}: the value of {key!r} is not a string, number, true or false"
        raise TypeError(msg)
    return None if read.value is UNDEFINED else as_secret(read.value, source=f"{name}=")
