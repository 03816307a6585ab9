"""Arguments shared by several verbs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

import click

from kustomer_nb.codes import Code
from kustomer_nb.config import MODES, Profile, mode_of
from kustomer_nb.config.settings import without_prompts
from kustomer_nb.errors import GuardError, NameNotFoundError, RequestError
from kustomer_nb.linting.messages import quote
from kustomer_nb.options import LARGEST_SEED, RunOptions, meanings

from .completions import complete_actions, complete_codes, complete_modes, complete_profiles
from .files import STDIN, open_app
from .hints import input_option, looks_like_input
from .pairs import SECRET_OPTION, JsonFile, origins, parse_pairs, path_of, read_object, scalars, strings

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

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
            self.fail(f"{quote(value)} is not a time such as 2034-01-02T09:00:00Z", param, ctx)


class WholeNumber(click.ParamType[int]):
    """A whole number within bounds; without ``most``, from ``least`` on."""

    name = "NUMBER"

    def __init__(self, least: int, most: int | None = None, *, bounds: str = "") -> None:
        self.least, self.most = least, most
        self.bounds = bounds or (f"from {least} to {most}" if most is not None else f"of at least {least}")

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number, or exit with a usage error."""
        try:
            number = int(value)
        except ValueError:
            number = None
        is_within = number is not None and number >= self.least and (self.most is None or number <= self.most)
        if not is_within:
            self.fail(f"{quote(value)} is not a whole number {self.bounds}", param, ctx)
        return number


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
            (diagnostic,) = error.diagnostics
            self.fail(f"{diagnostic.message} Fix: {diagnostic.fix}", param, ctx)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return the modes, for a shell."""
        return complete_modes(ctx, param, incomplete)


# A definition, also from stdin.
SOURCE = click.Path(path_type=Path, allow_dash=True)
# Read by `console.prints_json`, also before the arguments are.
json_option = click.option("--json", is_flag=True, expose_value=False, help="Print one JSON document.")
report_format_option = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    help="github prints annotations for GitHub Actions.",
)
_SEED = WholeNumber(-LARGEST_SEED, LARGEST_SEED - 1, bounds="of at most 64 bits")
_OPTIONS = (
    click.argument("path", type=SOURCE),
    click.argument("action", required=False, shell_complete=complete_actions),
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
        type=JsonFile(),
        help="A file with a JSON object of inputs; - is stdin.",
    ),
    click.option(
        "--steps",
        "steps_file",
        type=JsonFile(),
        help=f"{OPTIONS['steps']} A file with a JSON object; - is stdin.",
    ),
    click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help=OPTIONS["settings"]),
    click.option(
        "--env",
        "env",
        multiple=True,
        metavar="NAME=VALUE",
        help=OPTIONS["env"],
    ),
    click.option("--profile", metavar="NAME", shell_complete=complete_profiles, help=OPTIONS["profile"]),
    click.option(
        "--host",
        "hosts",
        multiple=True,
        metavar="ORIGIN=ORIGIN",
        help=OPTIONS["hosts"],
    ),
    click.option("--allow-missing", multiple=True, metavar="NAME", help=OPTIONS["allow_missing"]),
    click.option("--now", type=Instant(), help=f"{OPTIONS['now']} ISO 8601."),
    click.option("--seed", type=_SEED, help=OPTIONS["seed"]),
    click.option("--demo", is_flag=True, help="Use the demo store, which runs while the command does."),
    click.option("--no-input", is_flag=True, help="Never ask for the value of a setting, as with CI=true."),
    json_option,
)


# After the path, the action, -i and --inputs.
_FIRST_BESIDES_INPUTS = 4


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
            shell_complete=complete_codes,
            callback=_split,
            help=f"{effect} (prefixes allowed, e.g. KNB3).",
        )
        command = option(command)
    return command


def request_arguments(command: F) -> F:
    """Add the arguments for an action, its inputs and its settings."""
    # click lists options in the reverse order of their decorators.
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def map_arguments(command: F) -> F:
    """Add the arguments that decide a request besides its inputs, and not the action."""
    for option in reversed((_OPTIONS[0], *_OPTIONS[_FIRST_BESIDES_INPUTS:])):
        command = option(command)
    return command


def load_action(path: Path, action: str | None) -> Action:
    """Return the action of a file by its name or the last part of it; without a name, the only one.

    Raises:
        click.BadParameter: the name was probably meant as an input.
    """
    app = open_app(path)
    try:
        return app.action(action)
    except NameNotFoundError:
        if action is None or not looks_like_input(action):
            raise
    name = action.partition("=")[0].strip("({[:")
    # Its value may be a token, so that it is not quoted.
    is_setting = any(name in _setting_names(candidate) for candidate in app.actions)
    way = (
        f"Settings are options: --set {name}=…"
        if is_setting
        else f"Inputs are options: {input_option(action)}"
    )
    raise click.BadParameter(f"'{name}=…' is not an action. {way}", param_hint="ACTION")


def _setting_names(action: Action) -> set[str]:
    """Return the names under which ``--set`` takes the settings of an action."""
    keys = action.definition.setting_keys
    return {*keys, *keys.values(), *(key.rpartition(".")[2] for key in keys.values())}


def require_one_stdin(path: Path, options: dict[str, Any]) -> None:
    """Refuse a command line that reads stdin twice: the second time it would be empty.

    Raises:
        click.UsageError: - stands for two of the definition, the inputs and the steps.
    """
    files = {"PATH": path, "--inputs": options["inputs_file"], "--steps": options["steps_file"]}
    readers = [
        name
        for name, source in files.items()
        if source is not None and (source == STDIN if name == "PATH" else path_of(source) == "-")
    ]
    if len(readers) > 1:
        raise click.UsageError(f"- is stdin, which only one of {' and '.join(readers)} can read")


def read_inputs(inputs: tuple[str, ...], file: TextIO | None) -> dict[str, Any]:
    """Return the inputs of ``--inputs``, overridden by those of ``-i``.

    Raises:
        click.BadParameter: the file does not contain a JSON object.
    """
    return {**read_object(file, "--inputs"), **parse_pairs(inputs, "-i")}


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
        "settings": scalars(parse_pairs(options["settings"], SECRET_OPTION), SECRET_OPTION),
        "env": strings(parse_pairs(options["env"], "--env"), "--env"),
        "profile": options["profile"],
        "hosts": origins(strings(parse_pairs(options["hosts"], "--host"), "--host"), "--host"),
        "allow_missing": options["allow_missing"],
        "now": options["now"],
        "seed": options["seed"],
        "steps": None if steps is None else read_object(steps, "--steps"),
    }
    asking = without_prompts() if options["no_input"] else nullcontext()
    if not demo:
        with asking:
            yield arguments
        return
    from kustomer_nb.demo import Store

    with asking, Store() as store:
        keys = action.definition.setting_keys.values()
        token = {key: store.token for key in keys if key.endswith(".authToken")}
        # The store's own token and address, unless others were given.
        arguments["settings"] = {**token, **arguments["settings"]}
        arguments["hosts"] = {**store.hosts, **arguments["hosts"]}
        yield arguments
