"""Arguments shared by several verbs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TextIO, TypeVar

import click

from kustomer_nb.app import load
from kustomer_nb.codes import Code
from kustomer_nb.config import MODES, Profile, mode_of
from kustomer_nb.errors import GuardError, RequestError
from kustomer_nb.options import LARGEST_SEED, RunOptions, meanings

if TYPE_CHECKING:
    from kustomer_nb.action import Action
    from kustomer_nb.request import Request

F = TypeVar("F", bound=Callable[..., Any])
OPTIONS = meanings(RunOptions)


class Instant(click.ParamType[datetime]):
    """A time in ISO 8601, such as ``2034-01-02T09:00:00Z``."""

    name = "TIME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the time, or exit with a usage error."""
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a time such as 2034-01-02T09:00:00Z", param, ctx)


class Mode(click.ParamType[str]):
    """Where a response comes from: ``live``, ``record``, ``replay``, ``sample`` or ``fault:<name>``."""

    name = "MODE"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """Return the placeholder for a mode in the help."""
        return f"[{'|'.join(MODES)}|fault:NAME]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the mode, or exit with a usage error."""
        try:
            return mode_of(value, Profile())
        except RequestError as error:
            self.fail(str(error), param, ctx)


_OPTIONS = (
    click.argument("path", type=click.Path(path_type=Path)),
    click.argument("action", required=False),
    click.option(
        "-i",
        "--input",
        "inputs",
        multiple=True,
        metavar="NAME=VALUE",
        help="An input. NAME:=JSON passes a JSON value.",
    ),
    click.option(
        "--inputs",
        "inputs_file",
        type=click.File(encoding="utf-8-sig"),
        help="A file with a JSON object of inputs; - is stdin.",
    ),
    click.option(
        "--steps",
        "steps_file",
        type=click.File(encoding="utf-8-sig"),
        help=f"{OPTIONS['steps']} A file with a JSON object.",
    ),
    click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help=OPTIONS["settings"]),
    click.option(
        "--env",
        "env",
        multiple=True,
        metavar="NAME=VALUE",
        help=OPTIONS["env"],
    ),
    click.option("--profile", metavar="NAME", help=OPTIONS["profile"]),
    click.option(
        "--host",
        "hosts",
        multiple=True,
        metavar="ORIGIN=ORIGIN",
        help=OPTIONS["hosts"],
    ),
    click.option("--allow-missing", multiple=True, metavar="NAME", help=OPTIONS["allow_missing"]),
    click.option("--now", type=Instant(), help=f"{OPTIONS['now']} ISO 8601."),
    click.option("--seed", type=click.IntRange(-LARGEST_SEED, LARGEST_SEED - 1), help=OPTIONS["seed"]),
    click.option("--demo", is_flag=True, help="Use the demo store, which runs while the command does."),
    click.option("--json", "as_json", is_flag=True, help="Print JSON."),
)


def _split(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> list[str] | None:
    codes = [code.strip().upper() for value in values for code in value.split(",") if code.strip()]
    return codes or (None if param.name == "select" else [])


def code_options(command: F) -> F:
    """Add the options that select rules by their codes."""
    for name, effect in (("--ignore", "Skip these codes"), ("--select", "Only these codes")):
        option = click.option(
            name,
            multiple=True,
            metavar="CODES",
            callback=_split,
            help=f"{effect} (prefixes allowed, e.g. KNB3).",
        )
        command = option(command)
    return command


# Its value may be a token, so that no message quotes it.
SECRET_OPTION = "--set"  # noqa: S105 - the name of an option


def request_arguments(command: F) -> F:
    """Add the arguments for an action, its inputs and its settings."""
    # click lists options in the reverse order of their decorators.
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


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
        if not equals or not name.removesuffix(":"):
            quoted = "a value without a name" if option == SECRET_OPTION else repr(pair)
            raise click.BadParameter(f"{quoted} is not NAME=VALUE", param_hint=option)
        if name.endswith(":"):
            values[name[:-1]] = _parse_json(value, option)
        else:
            values[name] = value
    return values


def _scalars(values: dict[str, Any], option: str) -> dict[str, Any]:
    for name, value in values.items():
        if isinstance(value, (dict, list)):
            raise click.BadParameter(
                f"the value of {name!r} is not a string, number, true or false", param_hint=option
            )
    return values


def _strings(values: dict[str, Any], option: str) -> dict[str, Any]:
    for name, value in values.items():
        if not isinstance(value, str):
            raise click.BadParameter(f"the value of {name!r} is not a string", param_hint=option)
    return values


def _parse_json(text: str, option: str) -> Any:
    try:
        # NaN and Infinity are Python's, not JSON's.
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        quoted = "the value" if option == SECRET_OPTION else repr(text[:60])
        raise click.BadParameter(f"{quoted} is not valid JSON: {error}", param_hint=option) from None


def _refuse(word: str) -> NoReturn:
    msg = f"{word} is not a JSON value"
    raise ValueError(msg)


def load_action(path: Path, action: str | None) -> Action:
    """Return the action of a file by its name or the last part of it; without a name, the only one."""
    return load(path).action(action)


def read_inputs(inputs: tuple[str, ...], file: TextIO | None) -> dict[str, Any]:
    """Return the inputs of ``--inputs``, overridden by those of ``-i``.

    Raises:
        click.BadParameter: the file does not contain a JSON object.
    """
    return {**_read_object(file, "--inputs"), **parse_pairs(inputs, "-i")}


def _read_object(file: TextIO | None, option: str) -> dict[str, Any]:
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
    try:
        return _parse_json(file.read(), hint)
    except UnicodeDecodeError as error:
        raise click.BadParameter(f"the file is not UTF-8: {error}", param_hint=hint) from None


def refuse_remote(request: Request) -> None:
    """Refuse a request to another host than the demo store: with ``--demo`` nothing leaves this machine.

    Raises:
        GuardError: the request goes to another origin.
    """
    if request.address is not None and not request.is_loopback:
        message = f"--demo responds for the E-comm Store only, not for {request.host}; nothing was sent."
        fix = "remove --demo, or redirect that origin with --host."
        raise GuardError.from_code(Code.DEMO_ONLY, message, fix)


@contextmanager
def run_arguments(action: Action, options: dict[str, Any], *, demo: bool) -> Iterator[dict[str, Any]]:
    """Yield the arguments of a render or run; with ``demo`` the store runs until the block ends."""
    steps = options["steps_file"]
    arguments = {
        "settings": _scalars(parse_pairs(options["settings"], SECRET_OPTION), SECRET_OPTION),
        "env": _strings(parse_pairs(options["env"], "--env"), "--env"),
        "profile": options["profile"],
        "hosts": _strings(parse_pairs(options["hosts"], "--host"), "--host"),
        "allow_missing": options["allow_missing"],
        "now": options["now"],
        "seed": options["seed"],
        "steps": None if steps is None else _read_object(steps, "--steps"),
    }
    if not demo:
        yield arguments
        return
    from kustomer_nb.demo import Store

    with Store() as store:
        keys = action.definition.setting_keys.values()
        token = {key: store.token for key in keys if key.endswith(".authToken")}
        # The store's own token and address, unless others were given.
        arguments["settings"] = {**token, **arguments["settings"]}
        arguments["hosts"] = {**store.hosts, **arguments["hosts"]}
        yield arguments
