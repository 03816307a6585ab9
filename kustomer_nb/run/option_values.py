"""The values of options as a caller gives them: checked, and read once, since they may be of any class."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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
from kustomer_nb.user_paths import user_path

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
_SECRET_MAPPINGS = frozenset({"settings", "accounts"})
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
    values = {}
    for name, value in options.items():
        if value is None:
            continue
        if name in _TYPES:
            _require_type(name, value)
        read = _READERS.get(name)
        values[name] = value if read is None else read(name, value)
    return values


def _require_type(name: str, value: Any) -> None:
    expected = _TYPES[name]
    # A question to an abstract class takes as long as all else here.
    if type(value) is expected or (expected is Mapping and type(value) is dict):
        return
    # True is an int in Python, but neither a seed nor a number of retries.
    if not isinstance(value, expected) or isinstance(value, bool):
        types = expected if isinstance(expected, tuple) else (expected,)
        # What was passed for a mapping of settings may be a token.
        quoted = "the value" if name in _SECRET_MAPPINGS else quote(value)
        msg = f"{name}: {quoted} is not of type {' or '.join(kind.__name__ for kind in types)}"
        raise TypeError(msg)


def _retries(name: str, value: int) -> int:
    if not 0 <= value <= MOST_RETRIES:
        msg = f"{name}: {quote(value)} is not from 0 to {MOST_RETRIES}"
        raise ValueError(msg)
    return value


def _seed(name: str, value: int) -> int:
    if not -LARGEST_SEED <= value < LARGEST_SEED:
        msg = f"{name}: the number has more than 64 bits"
        raise ValueError(msg)
    return value


def _strings(name: str, mapping: Mapping[Any, Any]) -> dict[str, str]:
    pairs = _pairs(name, mapping)
    for key, value in pairs.items():
        if not isinstance(value, str):
            msg = f"{name}: the value of {key!r} is not a string"
            raise TypeError(msg)
    return pairs


def _functions(name: str, mapping: Mapping[Any, Any]) -> dict[str, Any]:
    pairs = _pairs(name, mapping)
    for key, value in pairs.items():
        if not callable(value):
            msg = f"{name}: {key!r} is not a function, but {quote(value)}"
            raise TypeError(msg)
    return pairs


def _path(name: str, value: str | Path) -> Path:
    return user_path(value)


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


def _names(name: str, value: Any) -> frozenset[str]:
    names: Iterable[Any] = [value] if isinstance(value, str) else value
    try:
        items = list(islice(names, MOST_ENTRIES + 1))
    except Exception as error:
        msg = f"{name}: reading it raised {type(error).__name__}"
        raise TypeError(msg) from None
    if len(items) > MOST_ENTRIES or not all(isinstance(item, str) for item in items):
        msg = f"{name}: it is not a list of names"
        raise TypeError(msg)
    return frozenset(items)


def _outputs(name: str, steps: Mapping[Any, Any]) -> dict[str, Any]:
    """Return the output of each step, which may be given as a run."""
    pairs = _pairs(name, steps)
    outputs = {step: output.output if isinstance(output, Run) else output for step, output in pairs.items()}
    require_end(outputs, f"/{name}", max_depth=DEEPEST_STEP)
    return outputs


def _secrets(name: str, mapping: Mapping[Any, Any]) -> dict[str, Any]:
    # Wrapped before anything else sees them, so that no traceback further in shows a value.
    secrets = {key: _secret(name, key, value) for key, value in _pairs(name, mapping).items()}
    # None is a setting without a value, but no token of an account.
    return {key: secret for key, secret in secrets.items() if secret is not None or name == "settings"}


def _secret(name: str, key: str, value: Any) -> Any:
    if isinstance(value, (Secret, EnvironmentVariable)):
        return value
    if type(value) is str:
        return Secret(value, source=f"{name}=")
    read = plain(value)
    if read.faults or isinstance(read.value, (dict, list)):
        msg = f"{name}: the value of {key!r} is not a string, number, true or false"
        raise TypeError(msg)
    return None if read.value is UNDEFINED else as_secret(read.value, source=f"{name}=")


# How each option is read that is more than a value of its type.
_READERS: dict[str, Callable[[str, Any], Any]] = {
    "settings": _secrets,
    "accounts": _secrets,
    "hosts": _strings,
    "env": _strings,
    "helpers": _functions,
    "steps": _outputs,
    "allow_missing": _names,
    "seed": _seed,
    "retry": _retries,
    "cassette": _path,
}
