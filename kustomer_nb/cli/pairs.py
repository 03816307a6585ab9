"""Reads ``NAME=VALUE`` and ``NAME:=JSON`` from the command line, and JSON from files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn, TextIO

import click

from kustomer_nb.errors import LoadError
from kustomer_nb.jsontext.json_errors import json_problem, json_reason
from kustomer_nb.linting.messages import quote
from kustomer_nb.storage.files import read_file

from .console import file_name
from .hints import input_option

# Its value may be a token, so that no message quotes it.
SECRET_OPTION = "--set"  # noqa: S105 - the name of an option
_BRACKETS = {"(": ")", "{": "}", "[": "]"}


class JsonFile(click.File):
    """A file with JSON, or - for stdin; a missing one is reported as a missing definition is."""

    def __init__(self) -> None:
        super().__init__(encoding="utf-8-sig")

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the open file, or exit with a usage error."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter as error:
            if not isinstance(error.__context__, (FileNotFoundError, IsADirectoryError)):
                raise
            self.fail(_missing(Path(value)) or error.message, param, ctx)


def _missing(path: Path) -> str:
    """Return why a path is not that of a file, and the fix; empty if it is one meanwhile."""
    try:
        read_file(path)
    except LoadError as error:
        (diagnostic,) = error.diagnostics
        return f"{diagnostic.message} Fix: {diagnostic.fix}"
    return ""


def parse_pairs(pairs: tuple[str, ...], option: str) -> dict[str, Any]:
    """Return ``NAME=VALUE`` as a string and ``NAME:=JSON`` as a JSON value, by name.

    Raises:
        click.BadParameter: a pair has no ``=``, or its JSON is invalid.

    Example:
        >>> parse_pairs(("id=7", "lines:=[1, 2]"), "-i")
        {'id': '7', 'lines': [1, 2]}
    """
    values: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name.removesuffix(":") or _is_in_brackets(pair):
            raise click.BadParameter(_malformed(pair, option), param_hint=option)
        if name.endswith(":"):
            values[name[:-1]] = _parse_value(name[:-1], value, option)
        else:
            values[name] = value
    return values


def _is_in_brackets(pair: str) -> bool:
    """Return whether a pair is the text of an object or of a call, and not a name and a value."""
    return pair[:1] in _BRACKETS and pair.rstrip().endswith(_BRACKETS[pair[0]])


def _malformed(pair: str, option: str) -> str:
    if option == SECRET_OPTION:
        return "a value without a name is not NAME=VALUE"
    message = f"{quote(pair)} is not NAME=VALUE"
    if option != "-i":
        return message
    if pair[:1] in ("{", "["):
        return f"{message}; write -i NAME=VALUE for each input, or pass a JSON file with --inputs"
    name, colon, value = pair.partition(":")
    written = input_option(f"{name}={value}" if colon and not _is_in_brackets(pair) else pair)
    return f"{message}; write {written}"


def scalars(values: dict[str, Any], option: str) -> dict[str, Any]:
    """Return values, none of which may be an object or an array."""
    for name, value in values.items():
        if isinstance(value, (dict, list)):
            raise click.BadParameter(
                f"the value of {quote(name)} is not a string, number, true or false", param_hint=option
            )
    return values


def strings(values: dict[str, Any], option: str) -> dict[str, Any]:
    """Return values, all of which must be strings."""
    for name, value in values.items():
        if not isinstance(value, str):
            raise click.BadParameter(f"the value of {quote(name)} is not a string", param_hint=option)
    return values


def origins(values: Mapping[str, str], option: str) -> dict[str, str]:
    """Return a mapping of origins to origins.

    Raises:
        click.BadParameter: a side is not an origin, such as ``https://api.shop.com``.
    """
    from kustomer_nb.request import origin_problem

    for side in (side for pair in values.items() for side in pair):
        if problem := origin_problem(side):
            example = "write ORIGIN=ORIGIN, such as https://api.shop.com=http://127.0.0.1:8000"
            raise click.BadParameter(f"{problem}; {example}", param_hint=option)
    return dict(values)


def _parse_value(name: str, text: str, option: str) -> Any:
    try:
        return _parse_json(text)
    except (ValueError, RecursionError) as error:
        if option == SECRET_OPTION:
            message = f"the value is not valid JSON: {json_problem(error)}"
        else:
            string = f"For a string, write {name}=…"
            message = f"{quote(text)} is not valid JSON: {json_problem(error)}. {string}"
        raise click.BadParameter(message, param_hint=option) from None


def read_object(file: TextIO | None, option: str) -> dict[str, Any]:
    """Return the JSON object in a file; an empty one without a file."""
    if file is None:
        return {}
    value = read_json(file, option)
    if not isinstance(value, dict):
        raise click.BadParameter("the file does not contain a JSON object", param_hint=option)
    return value


def read_json(file: TextIO, hint: str) -> Any:
    """Return the JSON value in a file; ``hint`` names the argument in a message.

    Raises:
        click.BadParameter: the file is not UTF-8, or not JSON.
    """
    name = file_name(Path(path_of(file)))
    try:
        return _parse_json(file.read())
    except OSError as error:
        raise click.BadParameter(f"{name}: {error.strerror}", param_hint=hint) from None
    except UnicodeDecodeError as error:
        message = f"{name}: the file is not UTF-8: byte {error.start} is invalid"
        raise click.BadParameter(message, param_hint=hint) from None
    except json.JSONDecodeError as error:
        message = f"{name}:{error.lineno}:{error.colno}: not valid JSON: {json_reason(error)}"
        raise click.BadParameter(message, param_hint=hint) from None
    except (ValueError, RecursionError) as error:
        message = f"{name}: not valid JSON: {json_problem(error)}"
        raise click.BadParameter(message, param_hint=hint) from None


def path_of(file: TextIO) -> str:
    """Return the path of a file, - for stdin."""
    # stdin has a name of its own, or none where it is replaced.
    name = str(getattr(file, "name", "-"))
    return "-" if name == "<stdin>" else name


def _parse_json(text: str) -> Any:
    # NaN and Infinity are Python's, not JSON's.
    return json.loads(text, parse_constant=_refuse)


def _refuse(word: str) -> NoReturn:
    msg = f"{word} is not a JSON value"
    raise ValueError(msg)
