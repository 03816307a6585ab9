"""What a person probably meant by words that the command line cannot take."""

from __future__ import annotations

import re
from difflib import get_close_matches

import click

from kustomer_nb.near_names import near_miss
from kustomer_nb.shell_words import shell_word

# As click writes it: Got unexpected extra argument (orderId=1001).
_EXTRA = re.compile(r"unexpected extra arguments? \((?P<words>.*)\)", re.DOTALL)
# As click writes it: No such command 'rnu'.
_COMMAND = re.compile(r"No such command '(?P<word>.*)'\.", re.DOTALL)
_INPUT = re.compile(r"\W?(?P<name>[A-Za-z_][\w.-]*):?=(?P<value>.*?)\W?", re.DOTALL)
# A value that is not short is left out: it may be a token.
_LONGEST = 24
_SIMILARITY = 0.75
# click quotes what was typed as Python does, and its own names too.
_OPTION = re.compile(r"'(--?[\w-]+)'")
_VALUE = re.compile(r"'([^']*)'")


def explained(error: click.ClickException) -> str:
    """Return the message of an error of click, with what was probably meant.

    Example:
        >>> from click.testing import CliRunner
        >>> from kustomer_nb.cli import main
        >>> done = CliRunner().invoke(main, ["render", "shop.json", "refund", "(orderId=7)"])
        >>> done.stderr.splitlines()[-1].partition(" Inputs ")[2]
        'are options: -i orderId=7'
    """
    if isinstance(error, click.BadParameter):
        return _of_parameter(error)
    if not isinstance(error, click.NoSuchOption):
        # Not format_message(), which lists commands and options that only share some letters.
        message = _OPTION.sub(r"\1", error.message)
        if _COMMAND.fullmatch(message):
            message = _VALUE.sub(r'"\1"', message)
        return f"{message}{_near_command(error)}{_hint(error)}"
    near = near_options(error)
    message = _OPTION.sub(r"\1", error.message)
    return f"{message}{f' Did you mean {near[0]}?' if near else _hint(error)}"


def _of_parameter(error: click.BadParameter) -> str:
    """Return what is wrong with an argument or an option, with what was typed in double quotes."""
    name = _name_of(error)
    if isinstance(error, click.MissingParameter):
        kind = error.param_type or (error.param.param_type_name if error.param else "parameter")
        # click lists the choices of an argument on lines of their own.
        choices = " ".join(error.message.split()) or _choices(error.param)
        return f"Missing {kind} {name}. {choices}".rstrip()
    is_of_click = error.param is not None and type(error.param.type).__module__.startswith("click.")
    message = _VALUE.sub(r'"\1"', error.message) if is_of_click else error.message
    return f"Invalid value for {name}: {message}" if name else f"Invalid value: {message}"


def _choices(parameter: click.Parameter | None) -> str:
    kind = parameter.type if parameter else None
    return f"Use {', '.join(map(str, kind.choices))}." if isinstance(kind, click.Choice) else ""


def _name_of(error: click.BadParameter) -> str:
    hint = error.param_hint
    if hint is not None:
        return hint if isinstance(hint, str) else " / ".join(hint)
    if isinstance(error.param, click.Argument):
        return (error.param.name or "").upper()
    return " / ".join(error.param.opts) if error.param else ""


def _hint(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    if context is None or not _takes_inputs(context.command):
        return ""
    if (extra := _EXTRA.search(error.format_message())) is not None:
        return f". Inputs are options: {input_option(extra['words'])}"
    if isinstance(error, click.NoSuchOption):
        name = error.option_name.lstrip("-").partition("=")[0]
        is_name = re.fullmatch(r"[A-Za-z_]\w*", name) is not None
        return f" Inputs are options of their own: -i {name}=VALUE" if is_name else ""
    return ""


def _near_command(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    match = _COMMAND.fullmatch(error.format_message())
    if match is None or context is None or not isinstance(context.command, click.Group):
        return ""
    near = near_miss(match["word"], context.command.list_commands(context))
    return f" Did you mean {near}?" if near else ""


def near_options(error: click.NoSuchOption) -> list[str]:
    """Return the options that were probably meant: click also has those that only share some letters."""
    return get_close_matches(error.option_name, error.possibilities or (), cutoff=_SIMILARITY)


def input_option(words: str) -> str:
    """Return how a word that looks like an input is passed.

    Example:
        >>> input_option("(orderId=1001)"), input_option("1001")
        ('-i orderId=1001', '-i NAME=VALUE')
    """
    match = _INPUT.fullmatch(words)
    if match is None:
        return "-i NAME=VALUE"
    value = match["value"]
    pair = f"{match['name']}={value if len(value) <= _LONGEST else 'VALUE'}"
    return f"-i {shell_word(pair)}"


def looks_like_input(word: str) -> bool:
    """Return whether a word was probably meant as an input: it has a name, and a value behind ``=``.

    Example:
        >>> [looks_like_input(word) for word in ("orderId=1", "{orderId=1}", "refundOrder", "shop.a=")]
        [True, True, False, True]
    """
    return _INPUT.fullmatch(word) is not None


def _takes_inputs(command: click.Command) -> bool:
    return any(parameter.name == "inputs" for parameter in command.params)
