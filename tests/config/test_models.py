from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import jsonschema
import pytest

from kustomer_nb.config import FILE, load_profile
from kustomer_nb.config.models import file_schema
from tests.config.toml_files import BAD, GOOD

SCHEMA = file_schema()


def test_the_schema_of_the_file_is_valid() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("text", GOOD)
def test_the_schema_and_the_loader_accept_a_good_file(text: str, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    table = tomllib.loads(text)

    for name in (None, *table.get("profiles", {})):
        load_profile(name, tmp_path)
    jsonschema.Draft202012Validator(SCHEMA).validate(table)


@pytest.mark.parametrize("text", [pytest.param(case.values[0], id=case.id) for case in BAD])
def test_the_schema_rejects_what_the_loader_refuses(text: str) -> None:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return

    assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(table)


def test_the_schema_says_what_each_key_holds() -> None:
    profile = SCHEMA["$defs"]["ProfileTable"]["properties"]

    assert list(SCHEMA["properties"]) == [*profile, "evaluate", "history", "profile", "profiles"]
    assert all(key["description"] for key in SCHEMA["properties"].values())


@pytest.mark.parametrize(
    ("text", "is_loaded"), [pytest.param(None, False, id="no file"), pytest.param("", True, id="a file")]
)
def test_the_models_are_loaded_only_for_a_file(text: str | None, is_loaded: bool, tmp_path: Path) -> None:
    if text is not None:
        (tmp_path / FILE).write_text(text, encoding="utf-8")
    code = (
        "import pathlib, sys; from kustomer_nb.config import load_profile\n"
        "load_profile(None, pathlib.Path())\n"
        "print('kustomer_nb.config.models' in sys.modules)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, check=True, text=True
    )

    assert done.stdout.strip() == str(is_loaded)
