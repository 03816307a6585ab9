"""What must work with the lowest versions that pyproject.toml allows; ``make lowest`` runs it in their venv.

A program of its own, so that nothing of the tests' own needs decides which versions are installed.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import kustomer_nb as knb
from kustomer_nb.demo import Store
from tests.lowest.constraints import of_the_product


def the_lowest_versions_are_installed(folder: Path) -> None:
    for name, lowest in of_the_product().items():
        # 0.28.0 is 0.28.
        assert _without_zeros(version(name)) == _without_zeros(lowest), f"{name} is {version(name)}"


def _without_zeros(number: str) -> str:
    return re.sub(r"(\.0)+$", "", number)


def the_import_brings_no_event_loop(folder: Path) -> None:
    code = "import sys, filelock, kustomer_nb; sys.exit('asyncio' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def the_command_line_answers(folder: Path) -> None:
    path = str(folder / "shop.json")
    commands = (
        ["--version"],
        ["new", path],
        ["lint", path],
        ["fix", path],
        ["render", path, "-i", "orderId=1001"],
        ["run", path, "-i", "orderId=1001", "--demo"],
        ["history", path, "--json"],
        ["schema"],
    )
    for arguments in commands:
        done = subprocess.run(
            [sys.executable, "-m", "kustomer_nb", *arguments], capture_output=True, text=True
        )
        assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
        assert done.stdout


def a_definition_is_loaded_linted_changed_and_saved(folder: Path) -> None:
    app = knb.load(folder / "shop.json")
    assert app.lint().codes == []
    assert app.action().read.definition.name == "kustomer.app.shop.store.refundOrder"
    app.edit("/version", "0.0.2")
    app.save()
    assert knb.load(folder / "shop.json").model.version == "0.0.2"
    assert knb.loads("{app: 'shop', version: '1.0', actions: [}").diagnostics
    assert "ActionDefinition" in knb.definition_schema()["$defs"]


def an_action_is_rendered_run_recorded_and_replayed(folder: Path) -> None:
    action = knb.load(folder / "shop.json").action()
    with Store() as store:
        arguments = {"hosts": store.hosts, "settings": {"authToken": store.token}}
        request = action.render({"orderId": 1001}, **arguments)
        assert store.token not in f"{request} {request._repr_html_()}"
        live = action.run({"orderId": 1001, "amount": 1}, mode="record", **arguments)
        assert live.response.status_code == 200
        assert live._repr_html_()
    replayed = action.run({"orderId": 1001, "amount": 1}, mode="replay")
    assert replayed.output == live.output
    assert store.token not in (folder / "shop.cassette.json").read_text(encoding="utf-8")


def the_history_holds_every_run(folder: Path) -> None:
    runs = knb.load(folder / "shop.json").history()
    assert [entry.mode for entry in runs] == ["replay", "record", "live"]
    assert not runs.diff(0, 1)
    assert runs._repr_html_()


def the_widgets_are_made(folder: Path) -> None:
    action = knb.load(folder / "shop.json").action()
    assert knb.workbench(action)._repr_mimebundle_()


CHECKS: tuple[Callable[[Path], None], ...] = (
    the_lowest_versions_are_installed,
    the_import_brings_no_event_loop,
    the_command_line_answers,
    a_definition_is_loaded_linted_changed_and_saved,
    an_action_is_rendered_run_recorded_and_replayed,
    the_history_holds_every_run,
    the_widgets_are_made,
)


def main() -> None:
    """Check everything in order, in one project; the first that fails ends it."""
    os.environ["KUSTOMER_NB_HISTORY"] = "on"
    with tempfile.TemporaryDirectory() as folder:
        for check in CHECKS:
            check(Path(folder))
            sys.stdout.write(f"{check.__name__.replace('_', ' ')}\n")


if __name__ == "__main__":
    main()
