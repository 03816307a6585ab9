from __future__ import annotations

import re
import subprocess

import pytest

from kustomer_nb.widgets import ActionForm, RequestPreview, RunPanel, SettingsForm
from tests.conftest import MODULES

pytestmark = pytest.mark.node
LEAVES = [ActionForm, RequestPreview, RunPanel, SettingsForm]


@pytest.mark.timeout(120)
def test_the_types_of_every_module_hold(node: str) -> None:
    command = [node, str(MODULES / "typescript/bin/tsc"), "--project", str(MODULES.parent)]

    checked = subprocess.run(command, capture_output=True, text=True, check=False)

    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: leaf.__name__)
def test_a_leaf_is_one_module_that_fetches_nothing(leaf: type) -> None:
    source = str(leaf._esm)

    reached = re.findall(r"^\s*import\b.*|https?://\S+|\bfetch\(|\beval\(", source, re.MULTILINE)

    assert not reached
    assert source.count("export default") == 1


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: leaf.__name__)
def test_what_a_leaf_listens_to_it_lets_go_of(leaf: type) -> None:
    source = str(leaf._esm)

    assert source.count("model.on(") == source.count("model.off(")
