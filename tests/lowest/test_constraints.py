"""Every package the product needs has a lowest version, which `make lowest` installs and tries."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from tests.lowest.constraints import EXTRAS, lowest, of_the_product

ROOT = Path(__file__).parents[2]


def test_every_package_of_the_product_is_named_with_its_lowest_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = [
        *project["dependencies"],
        *(one for name in EXTRAS for one in project["optional-dependencies"][name]),
    ]

    constraints = of_the_product()

    assert [f"{name}>={version}" for name, version in constraints.items()] == [
        re.split("[,;]", requirement)[0] for requirement in needed
    ]


@pytest.mark.parametrize(
    ("requirement", "version"),
    [("httpx>=0.28,<0.29", "0.28"), ("keyring>=25", "25"), ("python-dotenv>=1.0.1, <2", "1.0.1")],
)
def test_the_lowest_is_the_lower_bound(requirement: str, version: str) -> None:
    assert dict(lowest([requirement])) == {requirement.partition(">")[0]: version}


@pytest.mark.parametrize(
    "requirement", ["httpx", "httpx<1", "httpx>=1.*", "httpx>1", "httpx>=1; python_version<'3'"]
)
def test_one_without_a_lowest_version_is_refused(requirement: str) -> None:
    with pytest.raises(ValueError, match="names no lowest version"):
        list(lowest([requirement]))


def test_the_test_command_tries_them() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    (test,) = [line for line in makefile.splitlines() if line.startswith("test:")]
    assert "lowest" in test.split()
