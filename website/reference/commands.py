"""The reference of the command line: every command with its arguments, options and an example."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import click

from kustomer_nb.cli import main

from .markdown import prose, table

_INTRODUCTION = """# Commands

Every command of `kustomer-nb`, with all of its arguments and options. [The command line](command-line.md)
says what they have in common: files and stdin, inputs and settings, exit codes, JSON, colours and completion.

`kustomer-nb COMMAND --help` prints the same.
"""


def page() -> str:
    """Return the page of all commands, as ``docs/reference/commands.md`` has it.

    Example:
        >>> page().splitlines()[0]
        '# Commands'
    """
    sections = list(_commands(main, click.Context(main, info_name="kustomer-nb")))
    listed = table(
        ["Command", "What it does"],
        [(f"[`{name}`](#{_anchor(name)})", summary) for name, summary, _ in sections],
    )
    return "\n".join([_INTRODUCTION, listed, *(section for _, _, section in sections)])


def _commands(group: click.Group, context: click.Context) -> Iterator[tuple[str, str, str]]:
    """Yield the name, the summary and the section of each command, also of those within a command."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None or command.hidden:
            continue
        inner = click.Context(command, info_name=name, parent=context)
        if isinstance(command, click.Group):
            yield from _commands(command, inner)
        else:
            yield inner.command_path, prose(command.get_short_help_str(200)), _section(command, inner)


def _section(command: click.Command, context: click.Context) -> str:
    paragraphs = [" ".join(part.split()) for part in inspect.cleandoc(command.help or "").split("\n\n")]
    examples = [part for part in paragraphs if part.startswith("Example: ")]
    words = [prose(part) for part in paragraphs if part not in examples]
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    lines = [f"## {context.command_path}\n", *(f"{part}\n" for part in words), f"```text\n{usage}\n```\n"]
    options = [option for option in command.get_params(context) if isinstance(option, click.Option)]
    rows = [
        (_flag(option, context), _meaning(option))
        for option in options
        # The flag that prints the help, which keeps the names of the first context that asks for it.
        if not option.hidden and "--help" not in option.opts
    ]
    lines.append(table(["Option", "Meaning"], rows))
    lines += [f"```console\n{part.removeprefix('Example: ')}\n```\n" for part in examples]
    return "\n".join(lines)


def _flag(option: click.Option, context: click.Context) -> str:
    names = ", ".join(f"`{name}`" for name in [*option.opts, *option.secondary_opts])
    value = "" if option.is_flag or option.count else option.make_metavar(context).strip("[]")
    return f"{names} {_code(value)}".strip()


def _code(value: str) -> str:
    """Return a choice as its words, and the name of a value as it is written."""
    return " ".join(f"`{word}`" for word in value.split("|")) if value else ""


def _meaning(option: click.Option) -> str:
    many = " May be repeated." if option.multiple and "repeat" not in (option.help or "") else ""
    return prose(option.help or "") + many


def _anchor(name: str) -> str:
    return re.sub(r"[^\w -]", "", name.lower()).replace(" ", "-")
