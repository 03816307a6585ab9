from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import kustomer_nb

PACKAGE = Path(kustomer_nb.__file__).parent
HEAVY = {
    *("pydantic", "httpx", "chevron", "anywidget", "ipywidgets", "jsonschema", "IPython", "rich", "click"),
    *("asyncio", "dotenv", "traitlets", "starlette", "uvicorn"),
}
IMPORTED = """
import json, sys
before = set(sys.modules)
import kustomer_nb
print(json.dumps(sorted(set(sys.modules) - before)))
"""


def imported_alone() -> set[str]:
    done = subprocess.run([sys.executable, "-c", IMPORTED], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


def test_the_door_loads_nothing_heavy() -> None:
    modules = imported_alone()

    assert {name.partition(".")[0] for name in modules} & HEAVY == set()
    assert {name for name in modules if name.startswith("kustomer_nb.")} == {
        "kustomer_nb._lazy",
        "kustomer_nb._version",
        "kustomer_nb.display",
    }


def test_the_door_imports_few_modules() -> None:
    assert len(imported_alone()) < 60


def test_all_names_everything_the_table_does() -> None:
    assert set(kustomer_nb.__all__) == {*kustomer_nb._MODULES, "__version__"}


@pytest.mark.parametrize("name", kustomer_nb.__all__)
def test_every_name_resolves(name: str) -> None:
    value = getattr(kustomer_nb, name)

    assert value is not None
    assert name in dir(kustomer_nb)


def test_what_type_checkers_see_is_what_the_table_gives() -> None:
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    seen = {
        alias.name: node.module
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }

    assert {name: module.partition(".workbench")[0] for name, module in seen.items()} == kustomer_nb._MODULES


def test_no_name_is_that_of_a_module() -> None:
    modules = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or path.is_dir()}

    assert set(kustomer_nb.__all__) & modules == set()


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'kustomer_nb' has no attribute 'lode'"):
        kustomer_nb.lode  # noqa: B018 - asking is the test


def test_the_command_line_starts_by_module_too() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kustomer_nb", "--version"], capture_output=True, text=True, check=True
    )

    assert done.stdout == f"kustomer-nb, version {kustomer_nb.__version__}\n"
