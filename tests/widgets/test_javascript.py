from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from kustomer_nb import widgets
from kustomer_nb.widgets.base import BaseWidget
from tests.conftest import MODULES

pytestmark = pytest.mark.node
JAVASCRIPT = Path(__file__).parents[1] / "javascript"
WIDGETS = Path(__file__).parents[2] / "kustomer_nb" / "widgets"
MODULE_FILES = sorted([*WIDGETS.glob("lib/*.js"), *WIDGETS.glob("*.js")])
LEAVES = [
    leaf
    for leaf in map(vars(widgets).get, widgets.__all__)
    if isinstance(leaf, type) and issubclass(leaf, BaseWidget)
]


@pytest.mark.timeout(120)
def test_the_types_of_every_module_hold(node: str) -> None:
    command = [node, str(MODULES / "typescript/bin/tsc"), "--project", str(MODULES.parent)]

    checked = subprocess.run(command, capture_output=True, text=True, check=False)

    assert checked.returncode == 0, checked.stdout


@pytest.mark.timeout(120)
def test_the_modules_behave_in_a_page_without_a_browser(node: str) -> None:
    # In one process: to start one for each file takes four times as long as all of them.
    imports = [f'await import("{path.as_uri()}");' for path in sorted(JAVASCRIPT.glob("*.test.js"))]
    # Node 20 takes a .js file for a module only if it is asked to look at it.
    command = [node, "--experimental-detect-module", "--test-reporter=tap", "--input-type=module"]
    command += ["--eval", "\n".join(imports)]

    tested = subprocess.run(command, capture_output=True, text=True, check=False)

    assert tested.returncode == 0, tested.stdout
    assert re.search(r"^# tests (?!0$)\d+$", tested.stdout, re.MULTILINE)


@pytest.mark.parametrize("path", MODULE_FILES, ids=lambda path: path.name)
def test_a_module_puts_no_html_into_the_page_and_fetches_nothing(path: Path) -> None:
    source = path.read_text(encoding="utf-8")

    forbidden = re.findall(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\(|\bFunction\(|\bfetch\(|\bimport\(",
        source,
    )

    assert not forbidden


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: leaf.__name__)
def test_a_leaf_is_one_module_that_fetches_nothing(leaf: type) -> None:
    source = str(leaf._esm)

    reached = re.findall(
        r"^\s*import\b.*|https?://(?!www\.w3\.org/2000/svg)\S+|\bfetch\(|\beval\(", source, re.MULTILINE
    )

    assert not reached
    assert source.count("export default") == 1


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: leaf.__name__)
def test_what_a_leaf_listens_to_it_lets_go_of(leaf: type) -> None:
    source = str(leaf._esm)

    assert source.count("model.on(") == source.count("model.off(")
