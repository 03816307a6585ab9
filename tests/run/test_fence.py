"""Under pytest and in CI no request leaves this machine: proved by a guard in each process."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import nbformat
import pytest

from kustomer_nb import load
from kustomer_nb.config import fence
from tests.samples import an_action, an_app

ROOT = Path(__file__).parents[2]
FENCED = Path(__file__).with_name("fenced")
ORIGIN = "https://api.shop.invalid"
# A line of the guard: a socket for the network was made, whether or not it was used.
SOCKET = "a socket"
TOKEN = "s3cret-token-1234"
KEYS = {"token": {"key": "shop.default.token"}}
HEADERS = {"authorization": "Bearer {{{token}}}"}


def an_order(name: str, method: str) -> dict[str, Any]:
    return an_action(
        name=f"kustomer.app.shop.{name}",
        appSettings=KEYS,
        inputSchema={"properties": {"orderId": {"type": "number"}}, "required": ["orderId"]},
        inputTemplate={
            "uri": f"{ORIGIN}/orders/{{{{orderId}}}}",
            "method": method,
            "headers": HEADERS,
            "json": True,
        },
        outputTemplate={"id": "/#body.id"},
        sampleOutputContext={"id": 9},
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a definition, and one recorded order."""
    path = tmp_path / "shop.json"
    settings = {"default": {"token": {"type": "secret"}}}
    app = an_app(an_order("find", "get"), an_order("refund", "post"), settings=settings)
    path.write_text(json.dumps(app), encoding="utf-8")
    service = httpx.MockTransport(lambda request: httpx.Response(200, json={"id": 1}))
    find = load(path).action("find")
    find.run({"orderId": 1}, mode="record", transport=service, settings={"token": TOKEN})
    return tmp_path


class Started:
    """Runs commands in a project, in an environment that says nothing of pytest or CI, with the guard."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self.log = project / "network.log"

    def __call__(self, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        hidden = ("PYTEST_", "KUSTOMER_NB_", "COV_")
        env = {
            name: value for name, value in os.environ.items() if not name.startswith(hidden) and name != "CI"
        }
        path = os.pathsep.join([str(FENCED / "guard"), str(ROOT)])
        env |= {"PYTHONPATH": path, "KNB_TEST_NETWORK_LOG": str(self.log), "KUSTOMER_NB_HISTORY": "off"}
        return subprocess.run(
            [sys.executable, "-m", *command],
            cwd=self.project,
            env={**env, **variables},
            check=False,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )

    @property
    def asked(self) -> list[str]:
        """What the processes asked the network for beyond loopback."""
        return [line for line in self.noted if line != SOCKET]

    @property
    def noted(self) -> list[str]:
        """What the guard has logged."""
        return self.log.read_text().splitlines() if self.log.exists() else []


@pytest.fixture
def start(project: Path) -> Started:
    return Started(project)


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, ""),
        ({"PYTEST_VERSION": "9.0.0"}, "PYTEST_VERSION"),
        ({"CI": "true"}, "CI"),
        ({"CI": "woodpecker"}, "CI"),
        ({"CI": "false"}, ""),
        ({"CI": "0"}, ""),
        ({"CI": ""}, ""),
        ({"CI": "1", "PYTEST_VERSION": "9.0.0"}, "PYTEST_VERSION"),
        ({"CI": "true", "KUSTOMER_NB_LIVE": "1"}, ""),
        ({"CI": "true", "KUSTOMER_NB_LIVE": "0"}, "CI"),
        ({"PYTEST_VERSION": "9.0.0", "KUSTOMER_NB_LIVE": "True"}, ""),
    ],
)
def test_the_environment_says_whether_requests_may_leave(
    variables: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PYTEST_VERSION", "CI", "KUSTOMER_NB_LIVE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert fence() == expected


PYTEST = ("pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly")


@pytest.mark.timeout(300)
@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["bare pytest", "xdist"])
def test_the_tests_of_a_team_are_fenced(workers: tuple[str, ...], start: Started) -> None:
    shutil.copy(FENCED / "project.py", start.project / "test_shop.py")

    done = start(*PYTEST, *workers, "test_shop.py")

    assert done.returncode == 0, done.stdout
    assert "9 passed" in done.stdout
    assert start.asked == []


@pytest.mark.timeout(300)
def test_the_variable_lets_a_request_out_which_the_guard_then_sees(start: Started) -> None:
    shutil.copy(FENCED / "project.py", start.project / "test_shop.py")

    done = start(*PYTEST, "test_shop.py", "-k", "not_recorded or answered", KUSTOMER_NB_LIVE="1")

    assert done.returncode == 1
    # Without a token nothing is sent; the profile of a test would have one.
    assert "KNB801" in done.stdout
    variables = {"KUSTOMER_NB_LIVE": "1", "SHOP_DEFAULT_TOKEN": TOKEN}
    assert start(*PYTEST, "test_shop.py", "-k", "answered", **variables).returncode == 1
    assert start.asked == ["socket.getaddrinfo api.shop.invalid"]


NOTEBOOK = [
    ("import kustomer_nb as knb\nfind = knb.load('shop.json').action('find')", ""),
    (
        "print(find.run({'orderId': 1}))",
        f"<Run: GET {ORIGIN}/orders/1 returned 200, 1 difference from sample (1 changed)>\n",
    ),
    ("print(find.run({'orderId': 1}).fence)", "PYTEST_VERSION\n"),
    (
        "try:\n    find.run({'orderId': 2})\nexcept knb.GuardError as error:\n"
        "    print(*error.diagnostics.codes)",
        "KNB837 KNB816\n",
    ),
    ("print(find.run({'orderId': 2}, mode='sample').output)", "{'id': 9}\n"),
]


@pytest.mark.timeout(300)
def test_the_kernel_of_nbval_is_fenced(start: Started) -> None:
    cells = []
    for source, output in NOTEBOOK:
        outputs = [nbformat.v4.new_output("stream", name="stdout", text=output)] if output else []
        cells.append(nbformat.v4.new_code_cell(source, outputs=outputs, execution_count=1))
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), start.project / "shop.ipynb")

    done = start(*PYTEST, "--nbval", "shop.ipynb")

    assert done.returncode == 0, done.stdout
    assert f"{len(NOTEBOOK)} passed" in done.stdout
    assert start.asked == []


RUN = ("kustomer_nb", "run", "shop.json", "find")


@pytest.mark.parametrize(
    ("arguments", "variables", "code", "text"),
    [
        pytest.param(
            ("-i", "orderId=1"),
            {},
            0,
            "Recorded: in CI (CI is set) no request leaves this machine. Set KUSTOMER_NB_LIVE=1 to allow it.",
            id="recorded",
        ),
        pytest.param(("-i", "orderId=2"), {}, 6, "KNB837", id="not recorded"),
        pytest.param(("-i", "orderId=2"), {}, 6, "--mode record", id="how to record it"),
        pytest.param(("-i", "orderId=1", "--mode", "record"), {}, 6, "KUSTOMER_NB_LIVE=1", id="record"),
        pytest.param(("-i", "orderId=1", "--mode", "live"), {}, 6, "is not sent live", id="live by name"),
        pytest.param(
            ("-i", "orderId=1"), {"KUSTOMER_NB_MODE": "record"}, 6, "is not recorded", id="variable"
        ),
        pytest.param(("-i", "orderId=2", "--mode", "sample"), {}, 0, "Sample", id="sample"),
        pytest.param(("-i", "orderId=2", "--mode", "fault:429"), {}, 1, "429", id="a failure"),
        pytest.param(("-i", "orderId=2"), {"SHOP_DEFAULT_TOKEN": TOKEN}, 6, "KNB837", id="with a token"),
    ],
)
def test_the_command_line_is_fenced_in_ci(
    arguments: tuple[str, ...], variables: dict[str, str], code: int, text: str, start: Started
) -> None:
    done = start(*RUN, *arguments, CI="true", COLUMNS="500", **variables)

    assert (done.returncode, text in done.stdout + done.stderr) == (code, True), done.stdout + done.stderr
    assert TOKEN not in done.stdout + done.stderr
    assert start.noted == []


def test_the_command_line_is_let_out_by_the_variable(start: Started) -> None:
    done = start(*RUN, "-i", "orderId=1", CI="true", KUSTOMER_NB_LIVE="1", SHOP_DEFAULT_TOKEN=TOKEN)

    assert done.returncode == 4
    assert start.asked == ["socket.getaddrinfo api.shop.invalid"]


def test_the_fence_is_a_part_of_the_answer_in_json(start: Started) -> None:
    answered = json.loads(start(*RUN, "-i", "orderId=1", "--json", CI="true").stdout)
    refused = json.loads(start(*RUN, "-i", "orderId=2", "--json", CI="true").stdout)

    assert (answered["data"]["mode"], answered["data"]["fence"]) == ("replay", "CI")
    assert "KNB837" in json.dumps(refused)


@pytest.mark.timeout(300)
def test_a_demo_on_loopback_runs_live_in_ci(start: Started) -> None:
    assert start("kustomer_nb", "new", "store.json", CI="true").returncode == 0

    done = start("kustomer_nb", "run", "store.json", "-i", "orderId=1001", "--demo", CI="true")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "Recorded:" not in done.stdout
    assert start.asked == []


def test_a_run_behind_the_fence_imports_nothing_that_can_send(project: Path) -> None:
    code = (
        "import sys, kustomer_nb as knb\n"
        "run = knb.load('shop.json').action('find').run({'orderId': 1})\n"
        "print(run.fence, sorted({'httpx', 'asyncio', 'ssl'} & set(sys.modules)))"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT), "CI": "true", "KUSTOMER_NB_LIVE": ""}
    env.pop("PYTEST_VERSION", None)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=project, env=env, check=True, capture_output=True, text=True
    )

    assert done.stdout == "CI []\n"


def test_nobody_is_asked_for_a_token_of_a_request_that_is_not_sent(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_VERSION", "9.0.0")
    monkeypatch.setenv("KUSTOMER_NB_LIVE", "0")
    asked: list[str] = []
    action = load(project / "shop.json").action("find")

    def ask(key: str) -> str:
        asked.append(key)
        return TOKEN

    prompting: Callable[..., Any] = action.context
    prepared = action.prepare({"orderId": 2}, prompting(prompt=ask))

    assert asked == []
    assert prepared.fence == "PYTEST_VERSION"


def test_a_preview_is_that_of_a_live_run(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    action = load(project / "shop.json").action("find")
    settings = {"token": TOKEN}
    live = action.render({"orderId": 1}, settings=settings)

    monkeypatch.setenv("PYTEST_VERSION", "9.0.0")
    monkeypatch.setenv("KUSTOMER_NB_LIVE", "0")

    assert action.render({"orderId": 1}, settings=settings).wire() == live.wire()
