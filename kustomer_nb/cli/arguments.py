"""Arguments that several verbs take, with one meaning everywhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn, TextIO, TypeVar

import click

from kustomer_nb.action import Action
from kustomer_nb.app import load
from kustomer_nb.codes import Code
from kustomer_nb.config import MODES, Profile, mode_of
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.errors import GuardError, RequestError
from kustomer_nb.request import Request

F = TypeVar("F", bound=Callable[..., Any])


class Instant(click.ParamType[datetime]):
    """A time as ISO 8601 has it, such as ``2034-01-02T09:00:00Z``."""

    name = "TIME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the time; a value that is none ends the program."""
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no time as in 2034-01-02T09:00:00Z", param, ctx)


class Mode(click.ParamType[str]):
    """Where an answer comes from: ``live``, ``record``, ``replay``, ``sample`` or ``fault:<name>``."""

    name = "MODE"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """Return what the help shows in the place of a mode."""
        return f"[{'|'.join(MODES)}|fault:NAME]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the mode; a name of none ends the program."""
        try:
            return mode_of(value, Profile())
        except RequestError as error:
            self.fail(str(error), param, ctx)


_OPTIONS = (
    click.argument("path", type=click.Path(path_type=Path)),
    click.argument("action", required=False),
    click.option(
        "-i", "--input", "inputs", multiple=True, metavar="NAME=VALUE", help="An input; NAME:=JSON for JSON."
    ),
    click.option(
        "--inputs",
        "inputs_file",
        type=click.File(encoding="utf-8-sig"),
        help="A JSON object of inputs; - is stdin.",
    ),
    click.option(
        "--steps",
        "steps_file",
        type=click.File(encoding="utf-8-sig"),
        help="A JSON object of earlier steps' outputs by id, for inputs as /#steps.find.body.id.",
    ),
    click.option(
        "--set", "settings", multiple=True, metavar="KEY=VALUE", help="The value of an app setting."
    ),
    click.option(
        "--env",
        "env",
        multiple=True,
        metavar="NAME=VALUE",
        help="A value of _env, such as orgId or workflowId.",
    ),
    click.option("--profile", help="A profile of kustomer-nb.toml."),
    click.option(
        "--host", "hosts", multiple=True, metavar="ORIGIN=ORIGIN", help="Answer for one origin at another."
    ),
    click.option("--allow-missing", multiple=True, metavar="NAME", help="A variable that may have no value."),
    click.option("--now", type=Instant(), help="The time that templates read, ISO 8601; UTC without a zone."),
    click.option("--seed", type=int, help="Where the chance of templates starts from, so that it repeats."),
    click.option("--demo", is_flag=True, help="Answer from the demo store, started for this call."),
    click.option("--json", "as_json", is_flag=True, help="Print JSON."),
)


def _split(ctx: click.Context, param: click.Parameter, given: tuple[str, ...]) -> list[str] | None:
    codes = [code.strip().upper() for one in given for code in one.split(",") if code.strip()]
    return codes or (None if param.name == "select" else [])


def chosen_codes(command: F) -> F:
    """Add the arguments that choose rules by their codes."""
    for name, words in (("--ignore", "Leave these codes out"), ("--select", "Take these codes alone")):
        option = click.option(
            name, multiple=True, metavar="CODES", callback=_split, help=f"{words}; KNB3 is a family."
        )
        command = option(command)
    return command


# What follows it may be a token, so no message quotes it.
SECRET_OPTION = "--set"  # noqa: S105 - the name of an option


def request_arguments(command: F) -> F:
    """Add the arguments that choose an action, its inputs and its settings."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def pairs(given: tuple[str, ...], option: str) -> dict[str, Any]:
    """Return ``NAME=VALUE`` as text and ``NAME:=JSON`` as JSON, by name.

    Raises:
        click.BadParameter: one of them has no ``=``, or its JSON cannot be read.

    Example:
        >>> pairs(("id=7", "lines:=[1, 2]"), "-i")
        {'id': '7', 'lines': [1, 2]}
    """
    found: dict[str, Any] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals or not name.removesuffix(":"):
            said = "a value without a name" if option == SECRET_OPTION else repr(one)
            raise click.BadParameter(f"{said} is not NAME=VALUE", param_hint=option)
        if name.endswith(":"):
            found[name[:-1]] = _parsed(value, option)
        else:
            found[name] = value
    return found


def _scalars(given: dict[str, Any], option: str) -> dict[str, Any]:
    for name, value in given.items():
        if isinstance(value, (dict, list)):
            raise click.BadParameter(
                f"the value of {name!r} is no text, number, true or false", param_hint=option
            )
    return given


def _texts(given: dict[str, Any], option: str) -> dict[str, Any]:
    for name, value in given.items():
        if not isinstance(value, str):
            raise click.BadParameter(f"the value of {name!r} is no text", param_hint=option)
    return given


def _parsed(text: str, option: str) -> Any:
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        said = "the value" if option == SECRET_OPTION else repr(text[:60])
        raise click.BadParameter(f"{said} is not JSON: {error}", param_hint=option) from None


def _refuse(word: str) -> NoReturn:
    msg = f"{word} is no value of JSON"
    raise ValueError(msg)


def chosen(path: Path, action: str | None) -> Action:
    """Return the action of a file by its name or tail; without a name, the only one."""
    return load(path).action(action)


def all_inputs(inputs: tuple[str, ...], file: TextIO | None) -> dict[str, Any]:
    """Return the inputs of ``--inputs`` with those of ``-i`` over them.

    Raises:
        click.BadParameter: the file is no JSON object.
    """
    return {**_object_of(file, "--inputs"), **pairs(inputs, "-i")}


def _object_of(file: TextIO | None, option: str) -> dict[str, Any]:
    """Return the JSON object of a file, an empty one of none."""
    if file is None:
        return {}
    read = json_of(file, option)
    if not isinstance(read, dict):
        raise click.BadParameter("it holds no JSON object", param_hint=option)
    return read


def json_of(file: TextIO, hint: str) -> Any:
    """Return the JSON value of a file; ``hint`` names the argument in a message.

    Raises:
        click.BadParameter: the file is no UTF-8, or no JSON.
    """
    try:
        return _parsed(file.read(), hint)
    except UnicodeDecodeError as error:
        raise click.BadParameter(f"it is not UTF-8: {error}", param_hint=hint) from None


def stay_on_demo(request: Request) -> None:
    """Refuse a request that the demo store does not answer: with ``--demo`` nothing leaves this machine.

    Raises:
        GuardError: it goes to another origin than the store's.
    """
    if request.address is not None and not request.is_loopback:
        message = f"--demo answers for the E-comm Store alone, not for {request.host}; nothing was sent."
        fix = "leave --demo out, or send that origin elsewhere with --host."
        raise GuardError([Diagnostic(Code.DEMO_ONLY, Severity.ERROR, "", message, fix)])


@contextmanager
def answering(action: Action, given: dict[str, Any], *, demo: bool) -> Iterator[dict[str, Any]]:
    """Yield the arguments of a render or run; with ``demo`` the store answers while the block lasts."""
    arguments = {
        "settings": _scalars(pairs(given["settings"], SECRET_OPTION), SECRET_OPTION),
        "env": _texts(pairs(given["env"], "--env"), "--env"),
        "profile": given["profile"],
        "hosts": _texts(pairs(given["hosts"], "--host"), "--host"),
        "allow_missing": given["allow_missing"],
        "now": given["now"],
        "seed": given["seed"],
        "steps": None if given["steps_file"] is None else _object_of(given["steps_file"], "--steps"),
    }
    if not demo:
        yield arguments
        return
    from kustomer_nb.demo import Store

    with Store() as store:
        keys = action.definition.setting_keys.values()
        token = {key: store.token for key in keys if key.endswith(".authToken")}
        arguments["settings"] = {**token, **arguments["settings"]}
        arguments["hosts"] = {**store.hosts, **arguments["hosts"]}
        yield arguments
