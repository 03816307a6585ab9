"""The reference says all that the code has: names, commands, options, codes, keys of files and variables."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import fields
from pathlib import Path

import click
import pytest

import kustomer_nb
from kustomer_nb.cli import main
from kustomer_nb.codes import Code
from kustomer_nb.config.models import FileTable, ProfileTable
from kustomer_nb.linting import config as lint_config
from kustomer_nb.storage.cassette import serialization
from kustomer_nb.storage.cassette.body import FORMS
from kustomer_nb.storage.cassette.matching import RecordedRequest
from kustomer_nb.storage.cassette.model import Exchange, RecordedResponse
from kustomer_nb.storage.history.entry import Entry
from website.reference import PAGES
from website.reference.api import GROUPS

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs/reference"
CONFIGURATION = (REFERENCE / "configuration.md").read_text(encoding="utf-8")
# What is set by the package itself, for itself.
INTERNAL = {"KUSTOMER_NB_COMPLETE"}


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_says_what_the_code_says(name: str) -> None:
    written = (REFERENCE / name).read_text(encoding="utf-8")

    assert written == PAGES[name](), "write it again: make reference"


def test_every_public_name_is_in_one_group() -> None:
    listed = [name for _, module, names in GROUPS.values() for name in names if module == "kustomer_nb"]

    assert sorted(listed) == sorted(set(kustomer_nb.__all__) - {"__version__"})


def test_every_option_of_every_command_is_on_the_page_of_commands() -> None:
    page = (REFERENCE / "commands.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## (kustomer-nb .+?)\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))

    missing = [
        f"{path} {option}"
        for path, options in all_options(main, click.Context(main, info_name="kustomer-nb"))
        for option in options
        if f"`{option}`" not in sections.get(path, "")
    ]

    assert len(sections) > 20
    assert missing == []


def all_options(group: click.Group, context: click.Context) -> list[tuple[str, list[str]]]:
    options = []
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        inner = click.Context(command, info_name=name, parent=context)
        if isinstance(command, click.Group):
            options += all_options(command, inner)
        else:
            flags = [flag for item in command.params if isinstance(item, click.Option) for flag in item.opts]
            options.append((inner.command_path, flags))
    return options


def test_every_code_is_on_the_page_of_codes() -> None:
    page = (REFERENCE / "codes.md").read_text(encoding="utf-8")

    assert re.findall(r"^\| \[?(KNB\d+)", page, re.MULTILINE) == sorted(code.value for code in Code)


def variables() -> set[str]:
    """Return the environment variables of the package that its code names."""
    sources = [path for kind in ("*.py", "*.js") for path in (ROOT / "kustomer_nb").rglob(kind)]
    texts = [path.read_text(encoding="utf-8") for path in sources]
    return {name for text in texts for name in re.findall(r"KUSTOMER_NB_[A-Z_]+", text)} - INTERNAL


def test_every_environment_variable_is_on_the_page_of_configuration() -> None:
    listed = set(re.findall(r"`(KUSTOMER_NB_[A-Z_]+)`", CONFIGURATION))

    assert len(listed) > 5
    assert listed == variables()


def test_every_key_of_the_configuration_is_explained() -> None:
    rows = {
        key
        for row in re.findall(r"^\| (`[^|]*) \|", CONFIGURATION, re.MULTILINE)
        for key in re.findall(r"`(\w+)`", row)
    }

    assert {*ProfileTable.model_fields, *FileTable.model_fields} - {"profiles"} - rows == set()


def test_every_key_of_pyproject_is_on_the_page_of_configuration() -> None:
    (table,) = [
        tomllib.loads(block)["tool"]["kustomer-nb"]
        for block in re.findall(r"```toml\n(\[tool\.kustomer-nb\].*?)```", CONFIGURATION, re.DOTALL)
    ]

    assert set(table) == set(lint_config._KEYS)


def test_every_extra_that_is_for_users_is_on_the_page_of_configuration() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = set(project["optional-dependencies"]) - {"benchmarks", "docs", "test"}

    assert set(re.findall(r"`kustomer-nb\[(\w+)\]`", CONFIGURATION)) == extras


def test_every_key_of_an_entry_of_the_history_is_on_its_page() -> None:
    page = (REFERENCE / "history.md").read_text(encoding="utf-8")

    assert [item.name for item in fields(Entry) if f"`{item.name}`" not in page] == []


def test_every_key_of_a_cassette_is_on_its_page() -> None:
    page = (REFERENCE / "cassettes.md").read_text(encoding="utf-8")

    assert [key for key in cassette_keys() if f"`{key}`" not in page and f'"{key}"' not in page] == []


def cassette_keys() -> set[str]:
    """Return the keys of an exchange that has all of them."""
    request = RecordedRequest("POST", "https://api.shop.com/", body="{}", wildcards=frozenset({"$a.b.c"}))
    response = RecordedResponse(200, is_truncated=True, redirects=((302, "https://api.shop.com/orders"),))
    cassette = json.loads(serialization.format_exchanges([Exchange("find", request, response)]))
    (exchange,) = cassette["exchanges"]
    return {*cassette, *exchange, *exchange["request"], *exchange["response"], *FORMS}
