"""Names say what a value is: the words that say nothing of it are not used for variables and parameters."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "kustomer_nb"
# None of seven packages held up as models has more than three of them in all.
FILLERS = {
    *("one", "found", "said", "told", "kept", "taken", "given", "ready", "mine", "asked", "came", "shown"),
    *("whole", "some", "many", "rest", "here", "there", "mended"),
}


def fillers(source: str) -> list[str]:
    """Return ``line name`` of each variable and parameter that is named by a filler."""
    names = [
        (node.lineno, node.id if isinstance(node, ast.Name) else node.arg)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.arg) or (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
    ]
    return [f"{line} {name}" for line, name in sorted(names) if name in FILLERS]


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.relative_to(PACKAGE).as_posix()
)
def test_no_variable_or_parameter_has_a_filler_for_a_name(path: Path) -> None:
    assert not fillers(path.read_text(encoding="utf-8"))


def test_the_check_sees_variables_parameters_and_loops() -> None:
    source = (
        "def f(given):\n    for one in given:\n        found = one\n    return [kept for kept in found]\n"
    )

    assert fillers(source) == ["1 given", "2 one", "3 found", "4 kept"]
